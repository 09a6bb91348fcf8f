"""What killed commands leave behind: locks, processes, half-made things."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from engine.operation import unfinished
from infra.paths import AT_WORK, REHEARSAL, cache_home, state_home
from infra.progress import Report
from infra.provisioning.artifact import abandoned, remove
from local import lock, orphans
from local import sandbox as clouds
from operations import sandbox
from operations.doctor.check import Check, Finding
from operations.target import Target, targets


class Locks(Check):
    """Locks whose holder is gone: those of the engine's state, and sandboxes without a supervisor."""

    name = "locks"

    def look(self) -> Finding:
        """The environment's and the toolchain's own locks are the kernel's: they cannot go stale."""
        stale = [f"the engine's lock of {target}" for target, _ in _engine_locks()]
        dead = [f"sandbox {name}, whose supervisor is gone" for name in _unsupervised()]
        if stale or dead:
            return self.broken(
                "; ".join(stale + dead), "`distro up local` mends them, `distro doctor --fix` removes them."
            )
        return self.ok("none is stale")

    def mend(self, _: Report, /) -> None:
        """Remove them; a sandbox without supervisor has lost its emulators, and with them its data, already."""
        for _name, path in _engine_locks():
            path.unlink(missing_ok=True)
        for name in _unsupervised():
            clouds.stop(name)


class Processes(Check):
    """Processes of a sandbox that nobody supervises."""

    name = "processes"

    def look(self) -> Finding:
        """Whatever carries the mark of a sandbox of this checkout, or of a checkout that is no more."""
        lost = {root: orphans.find(root) for root in _lost()}
        if lost:
            told = "; ".join(f"{', '.join(map(str, pids))} of {root}" for root, pids in lost.items())
            return self.broken(f"orphans: {told}", "`distro doctor --fix` ends them.")
        return self.ok("no orphans")

    def mend(self, _: Report, /) -> None:
        """End them."""
        for root in _lost():
            orphans.sweep(root)


class Interrupted(Check):
    """Operations that were killed before their end."""

    name = "operations"

    def look(self) -> Finding:
        """The last one of each sandbox."""
        free = [target for target in _targets() if sandbox.held_by(target) is None]
        killed = [f"`{command}` of {target}" for target in free if (command := unfinished(target.home))]
        if killed:
            return self.warning(
                f"interrupted: {', '.join(killed)}", "Run `distro up local` or `distro down local`: it mends it."
            )
        return self.ok("all ended")


class Rehearsals(Check):
    """Folders of `distro rehearse` whose process is gone: it was killed, or told to keep everything."""

    name = "rehearsals"

    def look(self) -> Finding:
        """Those of this user. Their emulators may be running still, so nothing is removed without being asked."""
        left = [folder for folder in _rehearsals() if not lock.is_held(folder / AT_WORK)]
        if left:
            ends = (f"cd {each / 'clone'} && ./distro --rehearse down --all --yes; rm -r {each}" for each in left)
            return self.warning(f"left: {', '.join(map(str, left))}", f"To end it: {' · '.join(ends)}")
        return self.ok("none is left")


class Partials(Check):
    """Half-made environments and builds, up to 3 GB."""

    name = "leftovers"

    def look(self) -> Finding:
        """Those that nobody is making now."""
        found = _abandoned()
        if found:
            hint = "The next `distro up local` goes on from them; `distro doctor --fix` removes them."
            return self.warning(", ".join(map(str, found)), hint)
        return self.ok("none")

    def mend(self, _: Report, /) -> None:
        """Remove them."""
        for path in _abandoned():
            remove(path)


def _targets() -> list[Target]:
    return [*targets(), *targets(rehearsal=True)]


def _rehearsals() -> list[Path]:
    found = Path(tempfile.gettempdir()).glob(f"{REHEARSAL}*")
    return sorted(each for each in found if each.is_dir() and each.stat().st_uid == os.getuid())


def _engine_locks() -> list[tuple[Target, Path]]:
    """Target and lock file, where neither an operation nor the engine that wrote it is alive."""
    free = [target for target in _targets() if sandbox.held_by(target) is None]
    files = [(target, path) for target in free for path in sandbox.workspace(target).locks()]
    return [(target, path) for target, path in files if not _alive(path)]


def _alive(path: Path) -> bool:
    try:
        return Path("/proc", str(int(json.loads(path.read_text())["pid"]))).exists()
    except (OSError, ValueError, KeyError):
        return False


def _unsupervised() -> list[str]:
    return [name for name in clouds.names() if not lock.is_held(clouds.lock_file(name))]


def _lost() -> list[Path]:
    """Folders of sandboxes that still have processes and no supervisor."""
    ours = state_home() / "sandboxes"
    roots = orphans.roots()
    return [root for root in roots if not root.exists() or (root.parent == ours and _unheld(root.name))]


def _unheld(name: str) -> bool:
    return not lock.is_held(clouds.lock_file(name))


def _abandoned() -> list[Path]:
    return abandoned(cache_home())
