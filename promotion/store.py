"""Where releases, plans, approvals, evidence and the ledger lie: a folder or an S3 bucket, with one layout.

prefix        what                                                    name
releases/     releases and their artifacts                            by digest or identifier
plans/        stored plans, starting states and views                 by digest
approvals/    signed approvals and rejections                         by promotion, then digest
orders/       signed orders to freeze, and their ends                 by digest
evidence/     signed results of test suites                           by digest
trust/        root of trust: policy and people, signed                trust/<version>.json
ledger/       numbered, chained entries                               ledger/<12 digits>.json
lease/        who holds an environment                                lease/<environment>/<token>/<renewal>
promotions/   what was requested                                      by promotion
clock         rewritten to learn the store's time                     one object; the only one that is ever rewritten
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, S3Store

from infra.errors import OperationFailed, UsageError

MAX_OBJECT = 256 * 1024 * 1024
_CLOCK = "clock"
_PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*")
_REGION = "us-east-1"  # where nothing names one, as boto3 does for S3
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class StoreFailed(OperationFailed):
    """The store did not answer, or refused. Whether a `create` took effect is unknown then."""


class Missing(OperationFailed):
    """There is no object of this name."""


class Exists(OperationFailed):
    """The name is taken. `same`: by the very bytes, as when the answer to our own request was lost on the way."""

    def __init__(self, path: str, *, same: bool) -> None:
        super().__init__(f"{path} exists already and is never overwritten.")
        self.same = same


@dataclass(frozen=True)
class Store:
    """Objects that are made once and never changed. `url` is how it was opened."""

    url: str
    _objects: LocalStore | S3Store = field(repr=False)
    _folder: Path | None = field(default=None, repr=False)

    @classmethod
    def open(cls, url: str) -> Store:
        """Open `file:///folder` (made, for its owner alone, where it is missing) or `s3://bucket/prefix`.

        A folder's name is taken as it is written: `%20` is no blank. S3 takes credentials, region and endpoint as
        boto3 does: AWS_* variables, profiles, roles; plain HTTP is for endpoints on the loopback interface alone.
        Raises UsageError for another URL.
        """
        if url.startswith("file:///") and url.removeprefix("file://").strip("/"):
            return _folder(url, Path(url.removeprefix("file://")))
        parts = urlsplit(url)
        if parts.scheme == "s3" and parts.netloc and not (parts.query or parts.fragment or "@" in parts.netloc):
            return cls(url, _bucket(parts.netloc, parts.path.strip("/")))
        raise UsageError(f"{url!r} is no store.", hint="A store is file:///folder or s3://bucket/prefix.")

    def create(self, path: str, data: bytes) -> None:
        """Make an object, durably. Raises Exists where the name is taken, StoreFailed."""
        _checked(path)
        try:
            with self._failing(path):
                obstore.put(self._objects, path, data, mode="create", use_multipart=False)
        except AlreadyExistsError:
            raise Exists(path, same=self.read(path) == data) from None
        if self._folder:
            (self._folder / path).chmod(0o600)  # plans hold what is nobody else's business
            _sync(self._folder / path)

    def read(self, path: str, *, limit: int = MAX_OBJECT) -> bytes:
        """All bytes of an object. Raises Missing, StoreFailed (also above `limit` bytes)."""
        _checked(path)
        with self._failing(path):
            found = obstore.get(self._objects, path)
            if found.meta["size"] > limit:
                raise StoreFailed(f"{path} has {found.meta['size']} bytes, more than {limit}.", where=self.url)
            return bytes(found.bytes())

    def names(self, prefix: str) -> list[str]:
        """Full names of all objects below a prefix (a folder's name), sorted. Raises StoreFailed."""
        _checked(prefix)
        with self._failing(prefix):
            return sorted(each["path"] for batch in obstore.list(self._objects, prefix) for each in batch)

    def now(self) -> datetime:
        """The store's clock, in UTC (S3: whole seconds). Raises StoreFailed."""
        with self._failing(_CLOCK):
            obstore.put(self._objects, _CLOCK, b"", mode="overwrite", use_multipart=False)
            return obstore.head(self._objects, _CLOCK)["last_modified"]

    @contextmanager
    def _failing(self, path: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise Missing(f"There is no {path}.", where=self.url) from None
        except AlreadyExistsError:
            raise
        except (BaseError, OSError, ValueError) as error:
            raise StoreFailed(f"{path}: {str(error).partition(chr(10))[0]}", where=self.url) from error


def _checked(path: str) -> None:
    if not _PATH.fullmatch(path) or ".." in path:
        raise UsageError(f"{path!r} is no name of an object.")


def _folder(url: str, folder: Path) -> Store:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Store(url, LocalStore(folder), folder)
    except (BaseError, OSError) as error:
        raise UsageError(f"{url} cannot be opened: {error}") from error


def _bucket(bucket: str, prefix: str) -> S3Store:
    import boto3
    from obstore.auth.boto3 import Boto3CredentialProvider

    session = boto3.Session()
    if session.get_credentials() is None:
        raise UsageError(f"No AWS credentials for s3://{bucket}.", hint="Set AWS_PROFILE or AWS_ACCESS_KEY_ID….")
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    placed: dict[str, Any] = {"endpoint": endpoint, "virtual_hosted_style_request": False} if endpoint else {}
    return S3Store(
        bucket,
        prefix=prefix or None,
        region=session.region_name or _REGION,
        credential_provider=Boto3CredentialProvider(session),
        client_options={
            "allow_http": _plain(endpoint),
            "connect_timeout": timedelta(seconds=5),
            "timeout": timedelta(seconds=60),
        },
        retry_config={"max_retries": 5, "retry_timeout": timedelta(seconds=30)},
        **placed,
    )


def _plain(endpoint: str | None) -> bool:
    """Whether plain HTTP is spoken: to this machine alone. Raises UsageError for another endpoint without TLS."""
    parts = urlsplit(endpoint or "https:")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise UsageError(f"{endpoint} would send the store's objects in clear.", hint="Give an https:// endpoint.")
    return parts.scheme == "http"


def _sync(path: Path) -> None:
    """What was made outlives a loss of power: the file, and its entry in the folder."""
    for each in (path, path.parent):
        handle = os.open(each, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
