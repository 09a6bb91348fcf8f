"""Changes of REST APIs and usage plans (API Gateway API Reference, "Patch operations").

MiniStack leaves the escapes of RFC 6901 in the keys, makes mappings of lists, and keeps every value as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ministack.services import apigateway_v1

_NUMBERS = frozenset({"minimumCompressionSize", "limit", "offset", "burstLimit", "timeoutInMillis"})


def install() -> None:
    """Replace the one function that applies patches."""
    apigateway_v1._apply_patch = apply


def plain(token: str) -> str:
    """A token of a path without its escapes."""
    return token.replace("~1", "/").replace("~0", "~")


def apply(held: dict[str, Any], steps: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Change what is held, step by step."""
    for step in steps:
        head, *rest = map(plain, step.get("path", "").strip("/").split("/"))
        removes, value = step.get("op", "replace") == "remove", step.get("value")
        if head == "apiStages":
            _change_stages(held, rest, value, removes=removes)
        elif isinstance(held.get(head), list) and rest:
            _change_list(held[head], rest[0], removes=removes)
        else:
            _change(held, [head, *rest], value, removes=removes)
    return held


def _change(held: dict[str, Any], path: list[str], value: Any, *, removes: bool) -> None:
    *parents, last = path
    for name in parents:
        if not isinstance(held.get(name), dict):
            held[name] = {}
        held = held[name]
    if removes:
        held.pop(last, None)
    else:
        held[last] = _typed(last, held.get(last), value)


def _typed(name: str, before: Any, value: Any) -> Any:
    """A patch spells every value as text."""
    if name in _NUMBERS:
        return int(value) if value else None
    return str(value).lower() == "true" if isinstance(before, bool) else value


def _change_list(held: list[str], member: str, *, removes: bool) -> None:
    if removes and member in held:
        held.remove(member)
    elif not removes and member not in held:
        held.append(member)


def _change_stages(plan: dict[str, Any], rest: list[str], value: Any, *, removes: bool) -> None:
    """`/apiStages` with the value `api:stage`, or a limit at `/apiStages/api:stage/throttle/path/method/rateLimit`."""
    stages = plan["apiStages"] = list(plan.get("apiStages") or ())
    api, _, stage = (rest[0] if rest else value).partition(":")
    held = next((each for each in stages if (each["apiId"], each["stage"]) == (api, stage)), None)
    if rest and held is not None:
        # The path of a method holds slashes: what is last is the limit, unless all limits of a method go.
        limited = "/".join(rest[2:-1]) if rest[-1] in ("burstLimit", "rateLimit") else "/".join(rest[2:])
        tail = [rest[-1]] if rest[-1] in ("burstLimit", "rateLimit") else []
        _change(held, ["throttle", *([limited] if limited else []), *tail], value, removes=removes)
    elif removes and held is not None:
        stages.remove(held)
    elif held is None:
        stages.append({"apiId": api, "stage": stage})
