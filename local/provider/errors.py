"""Reading what emulators answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

GONE = re.compile(r"NotFound|NoSuch|NonExist|Nonexist|NotExist|DoesNotExist|^404$")
TAKEN = re.compile(
    r"AlreadyExists|AlreadyOwned|Duplicate|ResourceConflict|EntityAlready|ConflictException|InUse|ResourceExists"
)
THROTTLED = re.compile(
    r"Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|LimitExceededException\.Rate|PriorRequestNotComplete"
)


def code(error: BaseException) -> str:
    """The service's own code of an error; "" for what is no answer of a service."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def message(error: BaseException) -> str:
    """The service's own words."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Message", "") or error)
    return str(error)


def gone(error: BaseException) -> bool:
    """Whether an error says that the thing does not exist."""
    return bool(GONE.search(code(error)))


def broken(error: BaseException) -> bool:
    """Whether an emulator answered with a page for people: moto does so where it lacks a request, or breaks at one."""
    return isinstance(error, ResponseParserError) or message(error).lstrip().startswith("<!doctype html")


def found(call: Callable[[], Any], *codes: str) -> Any:
    """What `call` returns, or None where the service says that there is no such thing (or one of `codes`)."""
    try:
        return call()
    except ClientError as error:
        if gone(error) or code(error) in codes:
            return None
        raise


@contextmanager
def unless_gone(*codes: str) -> Iterator[None]:
    """Deleting what is gone already is done."""
    try:
        yield
    except ClientError as error:
        if not gone(error) and code(error) not in codes:
            raise
