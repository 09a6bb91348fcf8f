"""The archive of a function: the one of the release where one is deployed, else packed from the working tree."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path, PurePosixPath

import pulumi

from infra import workloads
from infra.workloads import packages


def package(function: str) -> str:
    """The Python package of a function: its name with underscores."""
    return function.replace("-", "_")


def handler(function: str) -> str:
    """What Lambda imports and calls."""
    return f"{packages.ROOT.name}.{package(function)}.handler.handle"


def archive(function: str) -> pulumi.Archive:
    """The function's code.

    A release's archive is deployed as it is: Lambda's CodeSha256 is then the digest that people approved. The hash of
    one packed here depends on names and contents alone, so that equal sources are no change.
    """
    built = os.environ.get(packages.ARTIFACTS)
    if built:
        return pulumi.FileArchive(str(Path(built) / f"{package(function)}.zip"))
    members = packages.members(package(function), _sources())
    return pulumi.AssetArchive({str(path): _asset(path) for path in members})


@cache
def _sources() -> tuple[PurePosixPath, ...]:
    folder = workloads.FOLDER
    return tuple(PurePosixPath(path.relative_to(folder).as_posix()) for path in folder.rglob("*.py"))


@cache
def _asset(path: PurePosixPath) -> pulumi.Asset:
    return pulumi.FileAsset(str(workloads.FOLDER / path))
