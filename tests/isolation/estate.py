"""What a rehearsed stack has: its roles as principals, its resources by ARN, and the actions that there are on them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ServiceModel

from engine import state
from tests.driver import Rehearsal
from tests.isolation.iam import Principal, Request, Statement

_WITHOUT_TAGS = {"s3", "route53", "budgets"}
"""Services that tell IAM nothing of a resource's tags (Service Authorization Reference, "Condition keys")."""
ACCOUNT = "867653852961"
_VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Owned:
    """One resource of a stack."""

    arn: str
    tags: Mapping[str, str]

    @property
    def service(self) -> str:
        return self.arn.split(":")[2]

    def requests(self, caller: str, actions: Iterable[str]) -> Iterator[Request]:
        """Calls on it, and on what is in it, by a caller who claims his own environment wherever he can."""
        tagged = {} if self.service in _WITHOUT_TAGS else self.tags
        context = {
            **{f"aws:resourcetag/{key.lower()}": value for key, value in tagged.items()},
            **{f"ssm:resourcetag/{key.lower()}": value for key, value in tagged.items()},
            "aws:multifactorauthpresent": "true",
            "aws:resourceaccount": ACCOUNT,
            "iam:permissionsboundary": f"arn:aws:iam::{ACCOUNT}:policy/distronation-{caller}-boundary",
        }
        claimed = {**context, "aws:requesttag/environment": caller}
        for action in actions:
            for arn in self.places:
                yield Request(action, arn, claimed if takes_tags(action) else context)

    @property
    def places(self) -> tuple[str, ...]:
        """Its ARN, and one of something in it."""
        inside = {"s3": "/anything", "logs": ":log-stream:anything"}.get(self.service)
        return (self.arn, self.arn + inside) if inside else (self.arn,)


@cache
def actions(service: str) -> tuple[str, ...]:
    """The actions of a service: the operations of its API, for the most part by the same names."""
    if service == "apigateway":
        return tuple(f"apigateway:{verb}" for verb in _VERBS)
    extra = ("PassRole",) if service == "iam" else ()
    return tuple(f"{service}:{name}" for name in (*_model(service).operation_names, *extra))


@cache
def _model(service: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(service)


@cache
def takes_tags(action: str) -> bool:
    """Whether a call may give tags to what it makes: for others IAM knows no `aws:RequestTag`."""
    service, _, operation = action.partition(":")
    if service == "apigateway":
        return operation in {"POST", "PUT"}
    model = _model(service)
    if operation not in model.operation_names:
        return False
    shape = model.operation_model(operation).input_shape
    return any("tag" in name.lower() for name in (shape.members if shape else ()))


def owned(rehearsal: Rehearsal, stack: str) -> list[Owned]:
    """The resources of a stack that have an ARN and tags; what has none is part of another, which has."""
    rows = (row["outputs"] for row in state.resources(rehearsal.state(stack)) if row["type"].startswith("aws:"))
    return [Owned(row["arn"], row["tags"]) for row in rows if _is_arn(row.get("arn")) and row.get("tags")]


def _is_arn(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("arn:aws:")


def principals(rehearsal: Rehearsal, stack: str) -> list[Principal]:
    """Every role of a stack."""
    rows = state.resources(rehearsal.state(stack))
    bounds = _statements(next(row["inputs"]["policy"] for row in rows if _is(row, "iam/policy:Policy")))
    own: dict[str, list[Statement]] = {}
    for row in rows:
        if _is(row, "iam/rolePolicy:RolePolicy"):
            own.setdefault(row["inputs"]["role"], []).extend(_statements(row["inputs"]["policy"]))
    roles = [row["inputs"]["name"] for row in rows if _is(row, "iam/role:Role")]
    return [Principal(name, own.get(name, []), bounds) for name in roles]


def _is(row: Mapping[str, Any], kind: str) -> bool:
    return str(row["type"]) == f"aws:{kind}"


def _statements(document: str) -> list[Statement]:
    found: list[Statement] = json.loads(document)["Statement"]
    return found
