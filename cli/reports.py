"""A preview as a document, as text, and as Markdown for a pull request."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from operations.preview.change import Change
    from operations.preview.run import Preview

_MARKS = {"create": "+", "update": "~", "replace": "±", "delete": "-"}
_ORDER = ("replace", "delete", "update", "create")
_PAST = {"create": "to create", "update": "to update", "replace": "to replace", "delete": "to delete", "same": "same"}
_LONG = 120
_LISTED = 20
"""Values and resources beyond these are left to the JSON report: a comment has a limit, and so has a reader."""


def preview_document(found: Preview) -> dict[str, Any]:
    """The JSON document. `cost` is null until there is a price table (docs/limits.md)."""
    result = "allowed" if found.allowed else "refused"
    return {
        "environment": found.environment, "result": result, "against": found.against, "changes": dict(found.changes),
        "resources": [asdict(each) for each in found.resources], "cost": {"before": None, "after": None},
        "parity": [asdict(each) for each in found.parity], "policy": [asdict(each) for each in found.policy],
    }  # fmt: skip


def counted(changes: Mapping[str, int]) -> str:
    """`2 to create, 1 to replace, 284 same`."""
    return ", ".join(f"{count} {_PAST[op]}" for op, count in changes.items() if count) or "nothing"


def preview_text(found: Preview) -> str:
    """For a terminal: every change with its properties, those that lose something first."""
    return "\n".join([f"{found.environment} against {found.against}: {counted(found.changes)}", "", *_lines(found)])


def _lines(found: Preview) -> Iterator[str]:
    for each in _sorted(found):
        yield f"  {_MARKS[each.op]} {each.type} {each.name}{_note(each)}"
        if each.op != "create":
            yield from (f"      {line}" for line in _properties(each))
    if found.resources:
        yield ""
    for verdict in found.policy:
        mark = "✔" if verdict.result == "passed" else "✖"
        yield f"  {mark} {verdict.rule}" + "".join(f"\n      {line}" for line in verdict.detail.split("; ") if line)
    yield f"\n  emulated in a sandbox: {_parity(found)}"


def preview_markdown(found: Preview) -> str:
    """For a comment on a pull request."""
    return "\n".join(_markdown(found)) + "\n"


def _markdown(found: Preview) -> Iterator[str]:
    mark = "✅" if found.allowed else "❌"
    yield f"### {mark} `{found.environment}`: {counted(found.changes)}"
    yield f"\nAgainst {_code(found.against)}.\n"
    losing = [each for each in found.resources if each.stateful and each.op in {"replace", "delete"}]
    if losing:
        yield "> [!CAUTION]"
        yield from (f"> {_code(f'{each.type} {each.name}')} holds data and would be {each.op}d." for each in losing)
        yield ""
    yield from _table(found)
    yield "| policy | | |\n|---|---|---|"
    for verdict in found.policy:
        sign = "✅" if verdict.result == "passed" else "❌"
        yield f"| {verdict.rule} | {sign} | {_cell(verdict.detail)} |"
    yield f"\nEmulated in a sandbox: {_parity(found)}."


def _table(found: Preview) -> Iterator[str]:
    if not found.resources:
        return
    shown, rest = _sorted(found)[:_LISTED], len(found.resources) - _LISTED
    yield "| | resource | what changes |\n|---|---|---|"
    for each in shown:
        details = "<br>".join(map(_cell, _properties(each))) if each.op != "create" else ""
        yield f"| {_MARKS[each.op]} {each.op} | {_code(each.type)} **{_cell(each.name)}**{_note(each)} | {details} |"
    if rest > 0:
        kinds = Counter((each.op, each.type) for each in _sorted(found)[_LISTED:])
        yield f"\n<details><summary>{rest} more</summary>\n"
        yield from (f"- {op} {count} of {_code(kind)}" for (op, kind), count in kinds.items())
        yield "\n</details>"
    yield ""


def _sorted(found: Preview) -> list[Change]:
    return sorted(found.resources, key=lambda each: (_ORDER.index(each.op), not each.stateful, each.type, each.name))


def _note(each: Change) -> str:
    return " (stateful)" if each.stateful else ""


def _properties(each: Change) -> list[str]:
    lines = [
        f"{path}: {_short(place.old)} → {_short(place.new)}{' (replaces)' * place.replaces}"
        for path, place in each.properties.items()
    ]
    return [*lines[:_LISTED], *([f"{len(lines) - _LISTED} more"] if len(lines) > _LISTED else [])]


def _short(value: Any) -> str:
    text = "none" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONG else f"{text[: _LONG // 2]}…{text[-_LONG // 2 :]}"


def _parity(found: Preview) -> str:
    count = Counter(each.status for each in found.parity)
    return ", ".join(f"{count[status]} types {status}" for status in ("applied", "recorded", "unsupported"))


def _cell(text: str) -> str:
    """Text inside a table: what would end the cell, or begin markup, is spelt otherwise."""
    for character, spelt in (("&", "&amp;"), ("<", "&lt;"), ("|", "\\|"), ("\n", " "), ("`", "'")):
        text = text.replace(character, spelt)
    return text


def _code(text: str) -> str:
    return f"`{text.replace('`', chr(39)).replace('|', ' ')}`"
