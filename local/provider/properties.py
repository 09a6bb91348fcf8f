"""What properties have in common: when two values are the same, and how AWS spells them.

Every comparison takes `(actual, recorded)`: what the emulator holds, and what was asked for. An absent value and a
zero value (None, "", 0, False, [], {}) inside a block are the same, as they are for the Terraform schema behind
pulumi-aws.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final


class Missing:
    """The type of `MISSING`: no value at all, where None could be one."""

    def __bool__(self) -> bool:
        """Never true, so that `value or fallback` works."""
        return False

    def __repr__(self) -> str:
        """Read as what it is in a parity table."""
        return "MISSING"


MISSING: Final = Missing()


def empty(value: object) -> bool:
    """Whether a value inside a block means "not set"."""
    return value is None or value is MISSING or value in ("", 0, False) or value in ([], {}, ())


def hollow(value: Any) -> bool:
    """Whether a value says nothing at any depth; "no" and 0 inside a block do say something."""
    if isinstance(value, Mapping):
        return all(hollow(member) for member in value.values())
    if isinstance(value, list | tuple):
        return all(hollow(member) for member in value)
    return value is None or value == ""


def normal(value: Any) -> Any:
    """A value without its zero members, and with whole numbers as int: protobuf knows only doubles."""
    if isinstance(value, Mapping):
        members = {key: normal(member) for key, member in value.items()}
        return {key: member for key, member in members.items() if not empty(member)}
    if isinstance(value, list | tuple):
        return [normal(member) for member in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def equal(actual: Any, recorded: Any) -> bool:
    """The same value; order of lists matters, zero values inside blocks do not."""
    if empty(actual) and empty(recorded):
        return True
    return bool(normal(actual) == normal(recorded))


def unordered(value: Any) -> Any:
    """A hashable form in which the order of lists is lost at every depth."""
    if isinstance(value, Mapping):
        return frozenset((key, unordered(member)) for key, member in value.items())
    if isinstance(value, list):
        return tuple(sorted((unordered(member) for member in value), key=repr_sorted))
    return value


def repr_sorted(value: Any) -> str:
    """A stable sorting key for values of mixed types (the order inside a frozenset is not stable)."""
    return repr(sorted(map(repr_sorted, value))) if isinstance(value, frozenset | tuple) else repr(value)


def set_equal(actual: Any, recorded: Any) -> bool:
    """The same members in any order, at every depth."""
    return bool(unordered(normal(actual or [])) == unordered(normal(recorded or [])))


def number_equal(actual: Any, recorded: Any) -> bool:
    """The same number, also where one side spells it as text."""
    if empty(actual) or empty(recorded):
        return empty(actual) == empty(recorded) or {str(actual), str(recorded)} == {"0", "None"}
    return float(actual) == float(recorded)


def caseless_equal(actual: Any, recorded: Any) -> bool:
    """The same text, whatever its case."""
    return str(actual or "").lower() == str(recorded or "").lower()


def parsed(document: Any) -> Any:
    """A JSON document, given as text or parsed already; text that is no JSON stays as it is."""
    if not isinstance(document, str) or not document:
        return document
    try:
        return json.loads(document)
    except ValueError:
        return document


def json_equal(actual: Any, recorded: Any) -> bool:
    """The same JSON document, whatever its spacing and the order of its keys."""
    return equal(parsed(actual), parsed(recorded))


def policy_equal(actual: Any, recorded: Any) -> bool:
    """The same IAM policy: a list of one is its only member, and lists are sets."""
    return bool(unordered(policy_form(parsed(actual))) == unordered(policy_form(parsed(recorded))))


def policy_form(value: Any) -> Any:
    """An IAM policy in one spelling; conditions may spell booleans and numbers as text."""
    if isinstance(value, Mapping):
        return {key: policy_form(member) for key, member in value.items()}
    if isinstance(value, list):
        return policy_form(value[0]) if len(value) == 1 else [policy_form(member) for member in value]
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


def declared(actual: Any, recorded: Any) -> bool:
    """Everything that was asked for is there; the emulator may hold more, at every depth (defaults it fills in)."""
    if isinstance(recorded, Mapping) and isinstance(actual, Mapping):
        return all(declared(actual.get(key), member) for key, member in recorded.items())
    if isinstance(recorded, list) and isinstance(actual, list) and len(actual) == len(recorded):
        return all(map(declared, actual, recorded))
    return equal(actual, recorded)


def camel(name: str) -> str:
    """`QueueUrl` → `queueUrl`, `KMSKeyId` → `kmsKeyId`, `ARN` → `arn`."""
    upper = len(name) - len(name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    head = upper if upper in (1, len(name)) else max(upper - 1, 0)
    return name[:head].lower() + name[head:]


def pascal(name: str) -> str:
    """`queueUrl` → `QueueUrl`."""
    return name[:1].upper() + name[1:]


def rekeyed(value: Any, spell: Callable[[str], str]) -> Any:
    """A value with every key, at every depth, spelt by `spell` (`camel` or `pascal`)."""
    if isinstance(value, Mapping):
        return {spell(key): rekeyed(member, spell) for key, member in value.items()}
    if isinstance(value, list):
        return [rekeyed(member, spell) for member in value]
    return value


def compact(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without the members that are None: boto3 refuses them."""
    return {key: value for key, value in values.items() if value is not None and value is not MISSING}


def pick(values: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Those members of `values` that are named and there."""
    return {name: values[name] for name in names if name in values}


def whole(value: Any) -> Any:
    """A number as AWS wants it: protobuf hands over doubles."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
