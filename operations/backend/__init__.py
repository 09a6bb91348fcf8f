"""`backend init`: buckets, keys and roles of genuine environments, made once, by an administrator of the account."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from infra.backend import Backend, backend
from infra.environment import Shared
from infra.errors import OperationFailed
from infra.progress import Progress, Report
from infra.specification import load_shared
from operations.backend import buckets
from operations.backend.caller import Caller, caller
from operations.backend.keys import Key
from operations.backend.part import MISSING, Found, Part
from operations.backend.roles import SHARED, Reach, Role

__all__ = ["Outcome", "examine", "init"]

T = TypeVar("T")
STACKS = (SHARED, "dev", "staging", "prod")
_MADE: dict[str, Literal["made", "strengthened"]] = {"missing": "made", "weaker": "strengthened"}


@dataclass(frozen=True)
class Outcome:
    """One part, and what came of it; `detail` says how it was, or why it was left."""

    part: str
    result: Literal["unchanged", "made", "strengthened", "refused"]
    detail: str = ""


def init(report: Report) -> list[Outcome]:
    """Make what is missing, strengthen what is weaker, leave what is as wanted or stronger; look at each afterwards.

    What only a person should decide on is refused and named; the rest is made all the same. Raises UsageError without
    backend or credentials, OperationFailed where AWS refuses a call.
    """
    return [_made(part, report) for part in _all()]


def examine() -> list[tuple[str, Found]]:
    """How each part is; nothing is changed. Raises as `init` does."""
    return [(part.name, _looked(part)) for part in _all()]


def _all() -> Iterator[Part]:
    shared, place = load_shared(), backend()
    who = caller(place.region, shared.account)
    yield from _parts(place, shared, who)


def _parts(place: Backend, shared: Shared, who: Caller) -> Iterator[Part]:
    kms, s3, iam = (who.client(service) for service in ("kms", "s3", "iam"))
    keys = {stack: Key(kms, place.alias(stack), _tags(shared, stack)) for stack in STACKS}
    yield from keys.values()
    for bucket in (place.bucket, place.ledger):
        yield from buckets.parts(s3, bucket, place.region, place.alias(SHARED))
    yield buckets.ObjectLock(s3, place.ledger, shared.log_retention.audit)
    for stack in STACKS:
        yield Role(iam, Reach(stack, who.account, place, keys[stack]), _tags(shared, stack))


def _tags(shared: Shared, stack: str) -> dict[str, str]:
    return {
        "environment": stack, "system": "state", "owner": shared.owner, "managed-by": "distro",
        "data-class": shared.data_class,
    }  # fmt: skip


def _made(part: Part, report: Report) -> Outcome:
    report(Progress("backend", part.name, "running"))
    before = _looked(part)
    outcome = Outcome(part.name, "unchanged")
    if before.status == "refused":
        outcome = Outcome(part.name, "refused", before.detail)
    elif before.status in _MADE:
        _call(part.make, part)
        after = _looked(part)
        if after.status != "ready":
            raise OperationFailed(f"{part.name} was made and is {after.status}: {after.detail}")
        outcome = Outcome(part.name, _MADE[before.status], before.detail)
    report(Progress("backend", part.name, "failed" if outcome.result == "refused" else "done", outcome.result))
    return outcome


def _looked(part: Part) -> Found:
    return _call(lambda: _or_missing(part), part)


def _or_missing(part: Part) -> Found:
    """A setting of a bucket that does not exist is missing as well."""
    try:
        return part.look()
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchBucket":
            return MISSING
        raise


def _call(call: Callable[[], T], part: Part) -> T:
    try:
        return call()
    except ClientError as error:
        said = error.response["Error"]
        answer = f"{error.operation_name} answered {said['Code']}: {said['Message']}"
        raise OperationFailed(f"{part.name}: {answer}") from error
    except BotoCoreError as error:
        raise OperationFailed(f"{part.name}: {error}") from error
