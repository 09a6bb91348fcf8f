"""The vendor's download of the Pulumi CLI, checked against the checksums that the vendor publishes."""

from __future__ import annotations

import hashlib
import http.client
import platform
import queue
import tarfile
import threading
import urllib.request
from pathlib import Path
from typing import BinaryIO, cast

from engine.toolchain.version import VERSION
from infra.errors import OperationFailed
from infra.provisioning.artifact import Say, remove

_SITE = "https://get.pulumi.com/releases/sdk"
_REACHED_WITHIN = 2.0
"""Seconds: where a firewall swallows the request nothing else would end the wait for minutes."""
_STALLED_AFTER = 20.0
_CHUNK = 1 << 20
_PROGRAM = "pulumi/pulumi"


def fetch(target: Path, _: int, say: Say) -> None:
    """Write the vendor's program for this machine to `target`; raises `OperationFailed` with the reason."""
    name = _archive_name()
    expected = _checksum(name)
    archive = target.with_suffix(".tar.gz")
    try:
        actual = _download(f"{_SITE}/{name}", archive, say)
        if actual != expected:
            raise OperationFailed(f"{name} has the SHA-256 {actual}, its publisher says {expected}; it was not used")
        _extract(archive, target)
    finally:
        remove(archive)


def _archive_name() -> str:
    system = {"Linux": "linux", "Darwin": "darwin"}.get(platform.system())
    machine = {"x86_64": "x64", "amd64": "x64", "arm64": "arm64", "aarch64": "arm64"}.get(platform.machine().lower())
    if not system or not machine:
        raise OperationFailed(f"there is none for {platform.system()} on {platform.machine()}")
    return f"pulumi-v{VERSION}-{system}-{machine}.tar.gz"


def _checksum(name: str) -> str:
    url = f"{_SITE}/pulumi-{VERSION}-checksums.txt"
    with _open(url) as answer:
        lines = answer.read(_CHUNK).decode(errors="replace").splitlines()
    sums = {words[1].lstrip("*"): words[0] for words in map(str.split, lines) if len(words) > 1}
    if name not in sums:
        raise OperationFailed(f"{url} has no checksum for {name}")
    return sums[name].lower()


def _download(url: str, target: Path, say: Say) -> str:
    digest = hashlib.sha256()
    done = 0
    with _open(url) as answer, target.open("wb") as file:
        total = int(answer.headers.get("Content-Length") or 0)
        while chunk := _read(answer):
            digest.update(chunk)
            file.write(chunk)
            done += len(chunk)
            say(f"downloading, {done >> 20} of {total >> 20} MB")
    return digest.hexdigest()


def _read(answer: http.client.HTTPResponse) -> bytes:
    try:
        return answer.read(_CHUNK)
    except (OSError, http.client.HTTPException) as error:
        raise OperationFailed(f"broke off: {error}") from error


def _open(url: str) -> http.client.HTTPResponse:
    """Ask for `url`; the wait is short, name resolution included, which no time-out of a socket covers."""
    answers: queue.SimpleQueue[http.client.HTTPResponse | OSError] = queue.SimpleQueue()
    threading.Thread(target=_ask, args=(url, answers), daemon=True).start()
    try:
        answer = answers.get(timeout=_REACHED_WITHIN)
    except queue.Empty:
        raise OperationFailed(f"{url} did not answer within {_REACHED_WITHIN:.0f} s") from None
    if isinstance(answer, OSError):
        raise OperationFailed(f"{url}: {answer}") from answer
    if not answer.url.startswith("https:"):
        raise OperationFailed(f"{url} leads to {answer.url}, which is not encrypted")
    return answer


def _ask(url: str, answers: queue.SimpleQueue[http.client.HTTPResponse | OSError]) -> None:
    try:
        answers.put(cast("http.client.HTTPResponse", urllib.request.urlopen(url, timeout=_STALLED_AFTER)))  # noqa: S310 - https
    except OSError as error:
        answers.put(error)
    except http.client.HTTPException as error:
        answers.put(OSError(str(error)))


def _extract(archive: Path, target: Path) -> None:
    with tarfile.open(archive) as files:
        member = files.extractfile(_PROGRAM)
        if member is None:
            raise OperationFailed(f"{archive.name} holds no {_PROGRAM}")
        with target.open("wb") as file:
            _copy(cast("BinaryIO", member), file)
    target.chmod(0o755)


def _copy(source: BinaryIO, target: BinaryIO) -> None:
    while chunk := source.read(_CHUNK):
        target.write(chunk)
