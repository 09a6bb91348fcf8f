"""What the archive of a Lambda function holds: its own package and `common`, nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

ROOT = PurePosixPath("functions")
"""The package that all of it lies in, in the repository's `infra/workloads` and in the archive."""
ARTIFACTS = "DISTRO_ARTIFACTS"
"""Variable of the program's process: the folder with the archives of the release that it deploys."""
_COMMON = "common"
_HANDLER = "handler.py"


def functions(paths: Iterable[PurePosixPath]) -> tuple[str, ...]:
    """The packages that are functions, of files given relative to `infra/workloads`: those with a handler."""
    return tuple(sorted(path.parent.name for path in paths if path.parent.parent == ROOT and path.name == _HANDLER))


def members(package: str, paths: Iterable[PurePosixPath]) -> tuple[PurePosixPath, ...]:
    """The files of a function's archive, sorted; paths are relative to `infra/workloads` and in the archive alike."""
    folders = {ROOT, ROOT / _COMMON, ROOT / package}
    return tuple(sorted(path for path in paths if path.suffix == ".py" and path.parent in folders))
