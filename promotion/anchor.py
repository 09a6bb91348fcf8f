"""The anchor: what the ledger's head is, kept where whoever can write the store cannot write.

A mark goes to it before each entry (the intent) and after it (the head), so a ledger that lacks its newest entries does
not agree with it. Marks of several writers may arrive in any order: only what they say together counts.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

from infra.errors import OperationFailed, UsageError
from infra.files import alone, replace
from promotion.entries import START, Position
from promotion.schema import Record


class AnchorFailed(OperationFailed):
    """The anchor did not answer, or holds something else than marks."""


class Mark(Record):
    """`head` was certainly written; each of `intents`, beyond it, perhaps."""

    head: Position = START
    intents: tuple[Position, ...] = ()


def merged(marks: Iterable[Mark]) -> Mark:
    """What several marks say together: the highest head, and every intent beyond it."""
    found = tuple(marks)
    head = max((mark.head for mark in found), key=lambda position: position.number, default=START)
    intents = {each: None for mark in found for each in mark.intents if each.number > head.number}
    return Mark(head=head, intents=tuple(intents))


class Anchor(Protocol):
    """Where marks are kept."""

    def read(self) -> Mark:
        """What all marks say together. Raises AnchorFailed."""

    def write(self, mark: Mark) -> None:
        """Add a mark, durably. Raises AnchorFailed."""


class FileAnchor:
    """A file beside a file store, for rehearsals and a single machine: it shows mistakes, it keeps no attacker out."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Mark:
        """The marks so far."""
        try:
            return Mark.parse(self._path.read_bytes(), str(self._path))
        except FileNotFoundError:
            return Mark()
        except OSError as error:
            raise AnchorFailed(f"The anchor cannot be read: {error.strerror}.", where=str(self._path)) from error

    def write(self, mark: Mark) -> None:
        """Merge it in; another process waits meanwhile."""
        try:
            with alone(self._path):
                replace(self._path, merged((self.read(), mark)).canonical())
        except OSError as error:
            raise AnchorFailed(f"The anchor cannot be written: {error.strerror}.", where=str(self._path)) from error


class ParameterAnchor:
    """A parameter of AWS Systems Manager, for S3 stores: AWS keeps its last hundred versions and writes none over.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-versions.html
    """

    def __init__(self, name: str, client: Any) -> None:
        self._name = name
        self._client = client

    def read(self) -> Mark:
        """What the versions that are kept say together."""
        return merged(Mark.parse(value.encode(), self._name) for value in self._versions())

    def write(self, mark: Mark) -> None:
        """Make a new version."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._client.put_parameter(
                Name=self._name, Value=mark.canonical().decode(), Type="String", Overwrite=True,
                Description="Head of the ledger of promotions. Written by distro before and after each entry.",
            )  # fmt: skip
        except (BotoCoreError, ClientError) as error:
            raise AnchorFailed(f"The anchor cannot be written: {error}", where=self._name) from error

    def _versions(self) -> Iterator[str]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            for page in self._client.get_paginator("get_parameter_history").paginate(Name=self._name):
                yield from (version["Value"] for version in page["Parameters"])
        except self._client.exceptions.ParameterNotFound:
            return
        except (BotoCoreError, ClientError) as error:
            raise AnchorFailed(f"The anchor cannot be read: {error}", where=self._name) from error


def open_anchor(url: str) -> Anchor:
    """`file:///path` or `ssm:///parameter/name[?region=…]`. Raises UsageError for anything else."""
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.path.strip("/") and not parts.netloc:
        return FileAnchor(Path(parts.path))
    if parts.scheme == "ssm" and parts.path.strip("/") and not parts.netloc:
        return ParameterAnchor(parts.path, _systems_manager(parse_qs(parts.query).get("region", [None])[0]))
    raise UsageError(f"{url!r} is no anchor.", hint="An anchor is file:///path or ssm:///parameter/name.")


def _systems_manager(region: str | None) -> Any:
    import boto3

    chosen = region or os.environ.get("AWS_REGION") or boto3.Session().region_name
    if chosen is None:
        raise UsageError("No region is set for the anchor.", hint="Set AWS_REGION, or give ssm:///name?region=REGION.")
    return boto3.client("ssm", region_name=chosen)


def anchor_of(store: str) -> str:
    """Where a store's anchor is unless told otherwise: beside a folder, in the account's parameters for a bucket."""
    parts = urlsplit(store)
    if parts.scheme == "file":
        return f"{store.rstrip('/')}.anchor"
    return f"ssm:///distro/ledger/{parts.netloc}{parts.path.rstrip('/')}"
