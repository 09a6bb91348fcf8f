"""docs/reference/exit-codes.md, from the tree of errors."""

from __future__ import annotations

from collections.abc import Iterator

from infra import errors


def page() -> str:
    """The whole page."""
    return "\n".join([_INTRODUCTION, *_rows()]) + "\n"


_INTRODUCTION = """\
# Exit codes

<!-- Made by `python -m tools.reference` from infra/errors.py. Do not edit: change the errors. -->

| exit | error | meaning |
|---|---|---|
| 0 | | done |"""


def _rows() -> Iterator[str]:
    found = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.DistroError)]
    for kind in sorted(found, key=lambda kind: kind.exit_code):
        meaning = (kind.__doc__ or "").splitlines()[0]
        yield f"| {kind.exit_code} | `{kind.__name__}` | {meaning} |"
    yield "| 143 | `Interrupted` | The same after SIGTERM. |"
