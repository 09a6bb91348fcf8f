"""IAM's decision within one account: "Policy evaluation logic" of the IAM user guide, as far as this project's
policies go. Whatever they use beyond that is an error here, never a silent yes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

Statement = Mapping[str, Any]
_KNOWN = {"Sid", "Effect", "Action", "Resource", "NotResource", "Condition"}


@dataclass(frozen=True)
class Request:
    """One call: its action, what it is on, and what IAM knows of it (condition keys in lower case)."""

    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Principal:
    """A role: its own statements, and those of its boundary."""

    name: str
    statements: Sequence[Statement]
    boundary: Sequence[Statement]

    def may(self, request: Request) -> bool:
        """Allowed by the role and by its boundary, and denied by neither."""
        if any(concerns(each, request) for each in (*self.statements, *self.boundary) if each["Effect"] == "Deny"):
            return False
        return allows(self.statements, request) and allows(self.boundary, request)

    def mentions(self, action: str) -> bool:
        """Whether any statement allows the action on anything."""
        return any(_matches(each["Action"], action) for each in self.statements if each["Effect"] == "Allow")


def allows(statements: Iterable[Statement], request: Request) -> bool:
    """Whether any statement allows it, denials aside."""
    return any(concerns(each, request) for each in statements if each["Effect"] == "Allow")


def concerns(statement: Statement, request: Request) -> bool:
    """Whether a statement speaks of a request."""
    assert statement.keys() <= _KNOWN, f"{statement.keys() - _KNOWN} is not evaluated here"
    return (
        _matches(statement["Action"], request.action)
        and _is_on(statement, request.resource)
        and all(
            _CONDITIONS[operator](request.context.get(key.lower()), _list(wanted))
            for operator, block in statement.get("Condition", {}).items()
            for key, wanted in block.items()
        )
    )


def _is_on(statement: Statement, resource: str) -> bool:
    if "NotResource" in statement:
        return not _matches(statement["NotResource"], resource)
    return _matches(statement["Resource"], resource)


_CONDITIONS: Mapping[str, Callable[[str | None, list[str]], bool]] = {
    "StringEquals": lambda found, wanted: found in wanted,
    "StringNotEquals": lambda found, wanted: found not in wanted,
    "StringLike": lambda found, wanted: found is not None and _matches(wanted, found),
    "ForAllValues:StringLike": lambda found, wanted: found is None or _matches(wanted, found),
    "Bool": lambda found, wanted: found in wanted,
    "BoolIfExists": lambda found, wanted: found is None or found in wanted,
    "Null": lambda found, wanted: str(found is None).lower() in wanted,
}


def _matches(patterns: Any, text: str) -> bool:
    return any(_pattern(pattern).fullmatch(text) for pattern in _list(patterns))


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """`*` is any text, `?` any character; actions and ARNs are compared without case, which is on the safe side."""
    return re.compile(re.escape(text).replace(r"\*", ".*").replace(r"\?", "."), re.IGNORECASE)


def _list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
