"""The Firebase Auth emulator of firebase-tools: its bundle, made once a machine, and how it is launched.

The bundle (tools/firebase) starts in 0.2 s with 84 MB, where `firebase emulators:start` takes 6 to 10 s with 400 MB.
It lies in the cache under the digest of what it is made from and the Node version whose compiled code it holds.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infra.errors import OperationFailed
from infra.paths import cache_home, project_root
from infra.progress import Progress, Report, State
from infra.provisioning import artifact, tools
from infra.provisioning.tools import Tool, ToolFailed
from local.emulators import node as nodejs
from local.process import Launch
from local.readiness import HttpOk

if TYPE_CHECKING:
    from pathlib import Path

    from local.emulators.node import Node

SOURCES = ("package.json", "package-lock.json", "build.js", "src/*.js")
PROGRAM = ("bundle.js", "load.js", "main.js", "warm.js")
NPM_CI = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"]
HINT = "It comes from npm: check the network and `npm config list`, then run the same command again."


def launch(bundle: Path, *, port: int, project: str, home: Path, log: Path) -> Launch:
    """The emulator for `project` on a loopback port, from a bundle that `ensure_bundle` returned."""
    address = ("--host", "127.0.0.1", "--port", str(port))
    return Launch(
        name="firebase-auth",
        # Dependencies of firebase-tools use url.parse, of which Node 24 warns at each start.
        argv=(str(bundle / "node"), "--no-deprecation", str(bundle / "main.js"), *address, "--project", project),
        env={"HOME": str(home), "TMPDIR": str(home)},
        cwd=home,
        log=log,
        ready=HttpOk(f"http://127.0.0.1:{port}/"),
        patience=30.0,
    )


def ensure_bundle(on_progress: Report) -> Path:
    """The bundle's folder, built now where it is not there yet (5 s and npm, or 0.6 s after a change of Node).

    Safe when several processes ask at once: one builds, the others wait for it. Raises OperationFailed where Node.js
    or npm is missing or too old, and where the build fails.
    """
    node = nodejs.find()
    digest = _digest()
    bundle = _home() / f"{digest}-{node.tag}"
    if _usable(bundle):
        return bundle
    # A link to a Node that has been uninstalled since dangles.
    artifact.remove(bundle)
    build = _Build(node, digest, on_progress, time.monotonic())
    return artifact.make_once(bundle, build.make, build.say)


@dataclass(frozen=True)
class _Build:
    """One build; `make` is what `artifact.make_once` asks for."""

    node: Node
    digest: str
    report: Report
    started: float

    def make(self, draft: Path, lock: int) -> None:
        """Fill `draft`; raises OperationFailed."""
        try:
            draft.mkdir()
            self._program(draft, lock)
            (draft / "node").symlink_to(self.node.program)
            self._run([self.node.program, "--no-deprecation", "warm.js"], draft, lock)
        except OperationFailed as error:
            self._tell("failed", error.message)
            raise
        self._tell("done", self.node.version)

    def say(self, text: str) -> None:
        """What is being done."""
        self._tell("running", text)

    def _program(self, draft: Path, lock: int) -> None:
        """The JavaScript does not depend on Node's version: a bundle made for another one has it too."""
        for other in _home().glob(f"{self.digest}-*/bundle.js"):
            for name in PROGRAM:
                shutil.copyfile(other.with_name(name), draft / name)
            return
        if shutil.which("npm") is None:
            raise OperationFailed(
                "The Firebase Auth emulator is built with npm, which is not on PATH", hint=nodejs.HINT
            )
        work = draft / "build"
        _copy_sources(work)
        self._run(NPM_CI, work, lock)
        self._run([self.node.program, "build.js", str(draft)], work, lock)
        artifact.remove(work)

    def _run(self, argv: list[str], folder: Path, lock: int) -> None:
        name = Tool(argv).name
        self.say(name)
        try:
            tools.run(Tool(argv, folder, lock=lock), self.say)
        except ToolFailed as error:
            raise OperationFailed(
                f"Building the Firebase Auth emulator failed at `{name}`: {error.message}", hint=HINT
            ) from error

    def _tell(self, state: State, detail: str) -> None:
        self.report(Progress("toolchain", "firebase-auth", state, detail, time.monotonic() - self.started))


def _usable(bundle: Path) -> bool:
    return (bundle / "node").exists()


def _digest() -> str:
    """Of everything that the bundle is made from: V8 would run a stale code cache of a source of the same length."""
    digest = hashlib.sha256()
    for source in _sources():
        digest.update(f"{source.relative_to(_tools())}\0".encode() + source.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _copy_sources(folder: Path) -> None:
    for source in _sources():
        target = folder / source.relative_to(_tools())
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def _sources() -> list[Path]:
    return sorted(path for pattern in SOURCES for path in _tools().glob(pattern))


def _home() -> Path:
    return cache_home() / "firebase-auth"


def _tools() -> Path:
    return project_root() / "tools" / "firebase"
