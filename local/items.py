"""What is made once for each user from a lock file, for the emulators: a table, and how each entry is made."""

from __future__ import annotations

import hashlib
import platform
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from infra.errors import DistroError, OperationFailed
from infra.paths import cache_home, project_root
from infra.progress import Progress, Report, State
from infra.provisioning.artifact import make_once
from infra.provisioning.python_environment import Installer, find_uv
from infra.provisioning.tools import ToolFailed, run
from local.emulators import localstack_tuning, moto

# What the emulators' requirements bring along and a sandbox never imports: half of the time of compiling.
_NEVER_IMPORTED = "/(sympy|networkx|mpmath|setuptools|docutils|awscli|cfnlint|opensearchpy|pymongo|kclpy|pygments)/"
_MACHINES = {"amd64": "x86_64", "aarch64": "arm64"}
_REGISTRY = (
    "It comes from the Python package registry: check the network and the settings of uv or pip (index, proxy, "
    "certificates), then run the same command again; it goes on from there."
)


@dataclass(frozen=True)
class Item:
    """One thing to be made: `make(installer, lock file, draft)` fills a folder, which is renamed then."""

    name: str
    requirements: Path
    make: Callable[[Installer, Path, Path], None]
    program: Path
    """Its program, below the folder; it being there is the proof that the item is."""

    @property
    def place(self) -> Path:
        """Its folder in the cache, named after lock file and interpreter: a change of either makes a new one."""
        made_for = f"{sys.implementation.cache_tag}-{platform.python_version()}-{sys.platform}-{platform.machine()}"
        digest = hashlib.sha256(self.requirements.read_bytes() + b"\n" + made_for.encode())
        return cache_home() / self.name / digest.hexdigest()[:16]

    @property
    def location(self) -> Path:
        """Where its program lies, or will."""
        return self.place / self.program

    @property
    def present(self) -> bool:
        """Whether it is made and its interpreter has not been uninstalled since."""
        return self.location.exists()


def of(profile: str, runtime: str) -> tuple[Item, ...]:
    """What has to be made for a sandbox of that AWS profile on that runtime, the largest first."""
    return (*_MAIN.get((profile, runtime), ()), _MOTO)


def every(runtime: str) -> tuple[Item, ...]:
    """What the profiles together need on that runtime."""
    profiles = (profile for profile, on in _MAIN if on == runtime)
    return tuple(dict.fromkeys(item for profile in profiles for item in of(profile, runtime)))


def ensure(item: Item, on_progress: Report) -> None:
    """Make it if it is missing, once, whoever else asks. Raises OperationFailed, which names it."""
    started = time.monotonic()

    def tell(state: State, detail: str = "") -> None:
        on_progress(Progress("toolchain", item.name, state, detail, time.monotonic() - started))

    def say(detail: str) -> None:
        tell("running", detail)

    def make(draft: Path, lock: int) -> None:
        say("installing")
        item.make(Installer(find_uv(), say, lock), item.requirements, draft)

    try:
        make_once(item.place, make, say, usable=lambda _: item.present)
    except ToolFailed as error:
        tell("failed")
        raise OperationFailed(f"{item.name} cannot be installed: {error.message}", hint=_REGISTRY) from error
    except DistroError:
        tell("failed")
        raise
    tell("done")


def _environment(installer: Installer, requirements: Path, draft: Path) -> None:
    installer.create(draft, requirements)
    installer.on_line("compiling")
    installer.compile(draft, skip=_NEVER_IMPORTED)


def _localstack(installer: Installer, requirements: Path, draft: Path) -> None:
    """An environment with what LocalStack would compute at its first start: the index of all AWS services."""
    _environment(installer, requirements, draft)
    installer.on_line("indexing services")
    run(localstack_tuning.preparation(draft / "bin" / "python", installer.lock), installer.on_line)


def _moto(installer: Installer, requirements: Path, draft: Path) -> None:
    """An environment with what moto would read and compute at its first start: the models of its services."""
    _environment(installer, requirements, draft)
    installer.on_line("keeping models")
    run(moto.preparation(draft / "bin" / "python", installer.lock), installer.on_line)


def _emulator_of_lambda(installer: Installer, requirements: Path, draft: Path) -> None:
    """Take the one program out of the wheel; its 8 MB of Python stay out."""
    unpacked = draft / "unpacked"
    installer.unpack(unpacked, requirements)
    machine = platform.machine().lower()
    program = unpacked / "samcli" / "local" / "rapid" / f"aws-lambda-rie-{_MACHINES.get(machine, machine)}"
    if not program.exists():
        raise OperationFailed(f"AWS's Lambda emulator is not made for {machine}.", hint="Use --runtime docker.")
    program.rename(draft / "aws-lambda-rie")
    (draft / "aws-lambda-rie").chmod(0o755)
    shutil.rmtree(unpacked)


_TOOLS = project_root() / "tools"
_PYTHON = Path("bin", "python")
_LOCALSTACK = Item("localstack", _TOOLS / "localstack" / "requirements.lock", _localstack, _PYTHON)
_MOTO = Item("moto", _TOOLS / "moto" / "requirements.lock", _moto, _PYTHON)
_MINISTACK = Item("ministack", _TOOLS / "ministack" / "requirements.lock", _environment, _PYTHON)
_LAMBDA = Item("lambda", _TOOLS / "lambda" / "requirements.lock", _emulator_of_lambda, Path("aws-lambda-rie"))
_MAIN = {("localstack", "host"): (_LOCALSTACK, _LAMBDA), ("ministack", "host"): (_MINISTACK, _LAMBDA)}
"""What the main emulator of a profile needs on a runtime; in Docker it is an image."""
