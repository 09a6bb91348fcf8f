"""A release on this machine: its files, its archives, and an environment with what its own lock file names."""

from __future__ import annotations

import hashlib
import os
import platform
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from engine.program import ProgramSource
from infra.errors import OperationFailed
from infra.paths import cache_home
from infra.provisioning.artifact import Say, make_once
from infra.provisioning.python_environment import Installer, find_uv
from infra.provisioning.tools import ToolFailed
from infra.workloads.packages import ARTIFACTS
from promotion import artifacts
from promotion.repository import File

LOCK = "requirements.lock"
TREE = "tree"
_ARTIFACTS = "artifacts"
_COMPILED = "__pycache__"
_HINT = (
    "They come from the Python package registry: check the network and the settings of uv or pip, then run the same "
    "command again; it goes on from there."
)


def source(content: Mapping[str, bytes], say: Say) -> ProgramSource:
    """The program of a release, from its artifacts by name: its own files, run in its own locked environment.

    Both lie in the user's cache; the files are compared with the release at every use and made anew where they differ.
    Raises OperationFailed where the environment cannot be made.
    """
    folder = place(content, say)
    python = interpreter(folder / TREE, (LOCK,), say)
    return ProgramSource(
        folder / TREE,
        python=python,
        variables={ARTIFACTS: str(folder / _ARTIFACTS)},
        wrapper=_confined(folder, python),
    )


def _confined(folder: Path, python: Path) -> tuple[str, ...]:
    """How its program is started: it reads the system, its environment and the release, and none of the user's files.

    Keys, credentials and a file store lie there. It may compile its own source, which is compared at every use.
    """
    environment = python.parent.parent
    # Environments are made of links to the interpreter that they were made from.
    readable = [environment, python.resolve().parent.parent, Path(sys.base_prefix), folder]
    words = ("--read", *map(str, readable), "--write", str(folder / TREE), "--")
    return (sys.executable, "-I", "-m", "local.confined", *words)


def place(content: Mapping[str, bytes], say: Say) -> Path:
    """The folder that holds `tree/` and `artifacts/` of a release, exactly as they were released."""
    files = artifacts.unpack(content[artifacts.SOURCE])
    archives = {name: archive for name, archive in content.items() if name != artifacts.SOURCE}
    expected = {f"{TREE}/{file.path}": file for file in files} | {
        f"{_ARTIFACTS}/{name}": File(PurePosixPath(name), archive, executable=False)
        for name, archive in archives.items()
    }
    named = hashlib.sha256(content[artifacts.SOURCE]).hexdigest()[:16]
    return make_once(
        cache_home() / "releases" / named,
        lambda draft, _: write(draft, expected),
        say,
        usable=lambda folder: _found(folder) == _digests(expected),
    )


def interpreter(tree: Path, names: Sequence[str], say: Say) -> Path:
    """A Python with what these lock files say: the running one where that was made from them, else its own."""
    locks = {name: (tree / name).read_bytes() for name in names}
    if _held(Path(sys.prefix), names) == locks:
        return Path(sys.executable)
    made_for = f"{sys.implementation.cache_tag}-{platform.python_version()}-{sys.platform}-{platform.machine()}"
    digest = hashlib.sha256(b"\n".join([*locks.values(), made_for.encode()])).hexdigest()[:16]

    def make(draft: Path, held: int) -> None:
        installer = Installer(find_uv(), say, held)
        draft.mkdir(parents=True)
        installer.create(draft, *(tree / name for name in names))
        installer.compile(draft)
        for name, lock in locks.items():
            (draft / name).write_bytes(lock)

    try:
        return make_once(cache_home() / "program" / digest, make, say) / "bin" / "python"
    except ToolFailed as error:
        raise OperationFailed(f"The release's requirements cannot be installed: {error.message}", hint=_HINT) from error


def _held(environment: Path, names: Sequence[str]) -> dict[str, bytes]:
    """The lock files that an environment was made from."""
    return {name: (environment / name).read_bytes() for name in names if (environment / name).exists()}


Facts = tuple[str, bool]


def _digests(files: Mapping[str, File]) -> dict[str, Facts]:
    """Path to digest and executable bit."""
    return {path: (artifacts.sha256(file.content), file.executable) for path, file in files.items()}


def _found(folder: Path) -> dict[str, Facts]:
    """The same of a folder, compiled Python aside: it is made by whoever runs the program."""
    return {
        path.relative_to(folder).as_posix(): (
            artifacts.sha256(path.read_bytes()) if path.is_file() and not path.is_symlink() else "no file",
            bool(path.lstat().st_mode & stat.S_IXUSR),
        )
        for path in _walk(folder)
    }


def _walk(folder: Path) -> Iterator[Path]:
    """Files, and links to whatever, which no release holds."""
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != _COMPILED]
        yield from (Path(place, name) for name in files)
        yield from (path for name in folders if (path := Path(place, name)).is_symlink())


def write(draft: Path, files: Mapping[str, File]) -> None:
    """Write files by their paths into a folder that does not exist yet; nobody but the user reads them."""
    draft.mkdir(mode=0o700, parents=True)
    for path, file in files.items():
        target = draft / path
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        target.write_bytes(file.content)
        target.chmod(0o700 if file.executable else 0o600)
