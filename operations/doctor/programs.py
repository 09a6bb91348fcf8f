"""The programs that everything runs on: there, and running."""

from __future__ import annotations

import filecmp
import platform
import subprocess
import sys
from pathlib import Path
from typing import ClassVar

from engine import toolchain as engine
from engine.toolchain import version
from infra.paths import project_root
from infra.progress import Report
from infra.provisioning.artifact import remove
from local import items
from local import toolchain as emulators
from local.emulators import node
from local.profiles import PROFILES
from operations.doctor.check import Check, Finding

_MADE_BY_UP = "`distro up local` makes it, and so does `distro doctor --fix`."
_MENDED = "`distro doctor --fix` makes it again."
_PATIENCE = 20.0
"""Seconds that a program has to answer."""


class Environment(Check):
    """The Python environment of this package."""

    name = "python"
    _LOCKS: ClassVar = ("requirements.lock", "requirements-dev.lock")

    def look(self) -> Finding:
        """Whether it holds what the lock files name now."""
        made, root = Path(sys.prefix), project_root()
        old = [name for name in self._LOCKS if (made / name).exists() and not _same(made / name, root / name)]
        if old:
            return self.broken(
                f"{made} is not what {' and '.join(old)} says", "Run ./distro or make once: they set it up."
            )
        return self.ok(f"{platform.python_version()} in {made}")


class Engine(Check):
    """The Pulumi CLI."""

    name = "engine"

    def look(self) -> Finding:
        """Whether there is one and it answers."""
        found = engine.find()
        if found is None:
            return self.warning(f"pulumi {engine.VERSION} is not installed yet", _MADE_BY_UP)
        answer = version.ask(found)
        if not answer:
            return self.broken(f"{found} does not answer", _MENDED)
        return self.ok(f"pulumi {answer} ({found})")

    def mend(self, report: Report, /) -> None:
        """Make it again; a program on PATH that does not answer is left alone and not used."""
        found = engine.find()
        if found == version.cached() and not version.ask(found):
            remove(found)
        engine.pulumi_binary(report)


class Emulators(Check):
    """The environments of LocalStack, MiniStack and moto, and Lambda's emulator, for the host runtime."""

    name = "emulators"

    def look(self) -> Finding:
        """Whether each is made and its program starts."""
        wanted = items.every("host")
        missing = [item.name for item in wanted if not item.present]
        failing = [item.name for item in wanted if item.present and not _starts(item)]
        if failing:
            return self.broken(f"{', '.join(failing)}: made, and does not start", _MENDED)
        if missing:
            return self.warning(f"{', '.join(missing)}: not installed yet", _MADE_BY_UP)
        return self.ok(", ".join(item.name for item in wanted))

    def mend(self, report: Report, /) -> None:
        """Make what is missing, and again what does not start."""
        for item in items.every("host"):
            if item.present and not _starts(item):
                remove(item.place)
        for profile in PROFILES:
            emulators.ensure(profile, "host", report)


class NodeJs(Check):
    """Node.js, which runs the Firebase emulators."""

    name = "node"

    def look(self) -> Finding:
        """Whether there is one that is new enough; `node.find` raises with what to do."""
        found = node.find()
        return self.ok(f"{found.version} ({found.program})")


_QUICK = {"localstack": "localstack.constants"}
"""A module of an environment that proves it and loads quickly, where the first one of that name does not."""


def _same(one: Path, other: Path) -> bool:
    return other.exists() and filecmp.cmp(one, other, shallow=False)


def _starts(item: items.Item) -> bool:
    """Environments run an interpreter that finds its packages; the Lambda emulator has no question to ask."""
    if item.program.name != "python":
        return item.location.stat().st_size > 0
    argv = [str(item.location), "-I", "-c", f"import {_QUICK.get(item.name, item.name)}"]
    try:
        return subprocess.run(argv, capture_output=True, timeout=_PATIENCE, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
