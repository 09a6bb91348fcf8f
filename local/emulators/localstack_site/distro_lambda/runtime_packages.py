"""What a function can import: AWS's runtime has boto3 and little else, LocalStack's environment has hundreds."""

from __future__ import annotations

import functools
from importlib import metadata
from pathlib import Path

DISTRIBUTIONS = (
    "awslambdaric", "boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "simplejson", "six",
    "snapshot-restore-py", "urllib3",
)  # fmt: skip
"""The packages of the managed Python runtimes (Lambda Developer Guide, "Runtime-included SDK versions"; pip list)."""


@functools.cache
def link(folder: Path) -> Path:
    """Fill a folder with links to the runtime's packages and return it; a function gets it as its PYTHONPATH.

    Raises importlib.metadata.PackageNotFoundError where LocalStack's environment lacks one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in DISTRIBUTIONS:
        for source in _top_level(metadata.distribution(name)):
            if not (target := folder / source.name).exists():
                target.symlink_to(source)
    return folder


def _top_level(distribution: metadata.Distribution) -> set[Path]:
    """Modules, packages and metadata of a distribution, as absolute paths."""
    names = {file.parts[0] for file in distribution.files or ()}
    return {Path(str(distribution.locate_file(name))) for name in names if name not in ("..", "__pycache__")}
