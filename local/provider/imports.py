"""Ids of imports that name several things: `api/resource`, `function/statement`, as pulumi-aws spells them."""

from __future__ import annotations

from infra.errors import UsageError


def spelt(id: str, form: str, separator: str = "/") -> list[str]:
    """The parts of `id` that `form` names (`api/stage/path`; the last may hold separators); raises UsageError."""
    count = form.count(separator)
    parts = id.split(separator, count)
    if len(parts) != count + 1 or not all(parts):
        raise UsageError(f"{id!r} names too little for an import", hint=f"Spell it {form}.")
    return parts
