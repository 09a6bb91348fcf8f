"""What the tables cover: `python -m tests.fidelity.coverage` prints it by section and environment."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from tests.fidelity.elsewhere import shown
from tests.fidelity.statements import DEPLOYED_THINGS, ENVIRONMENTS, Statement, of, sections
from tests.fidelity.table import DEPLOYED, Row

HELD, INPUTS, DEPLOYMENT, ELSEWHERE, MISSING = "read back", "inputs", "when deployed", "elsewhere", "missing"
_WIDTH = 20


@dataclass(frozen=True)
class Covered:
    """How one statement is shown in one environment."""

    statement: Statement
    environment: str
    how: str
    reasons: tuple[str, ...] = ()


def tables() -> tuple[Row, ...]:
    """The rows of every table of this folder."""
    modules = sorted(file.stem for file in Path(__file__).parent.glob("test_[0-9]*.py"))
    return tuple(row for name in modules for row in import_module(f"tests.fidelity.{name}").TABLE)


def covered(rows: Iterable[Row] | None = None) -> Iterator[Covered]:
    """Each statement of a resource or setting, in each environment that has to keep it."""
    found = tuple(tables() if rows is None else rows)
    for environment in ENVIRONMENTS:
        for statement in of(environment, *DEPLOYED_THINGS):
            yield _covered(statement, environment, [row for row in found if row.statement == statement.id])


def _covered(statement: Statement, environment: str, rows: list[Row]) -> Covered:
    sources = {row.source(environment) for row in rows if environment in row.environments()}
    if "cloud" in sources:
        return Covered(statement, environment, HELD)
    if "inputs" in sources:
        return Covered(statement, environment, INPUTS, _reasons(rows) if environment in DEPLOYED else ())
    if any(row.reading.deployed and environment in row.named() for row in rows):
        return Covered(statement, environment, DEPLOYMENT)
    where = shown(statement.id, environment)
    return Covered(statement, environment, ELSEWHERE if where else MISSING, (where,) if where else ())


def _reasons(rows: Iterable[Row]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.reading.why_inputs(row.attribute) for row in rows))


def report() -> str:
    """The coverage as a text."""
    found = list(covered())
    return "\n".join([*_table(found), "", *_listed(found)])


def _table(found: list[Covered]) -> Iterator[str]:
    yield "Statements of resources and settings: read back + checked in the engine's inputs + shown elsewhere or later"
    yield ""
    yield _line("section", ENVIRONMENTS)
    for number, title in sections().items():
        here = [each for each in found if each.statement.section == number]
        if here:
            yield _line(f"{number:>4} {title.partition(' (')[0]}", _cells(here))
    yield _line("     all", _cells(found))


def _cells(found: list[Covered]) -> list[str]:
    return [_cell([each for each in found if each.environment == env]) for env in ENVIRONMENTS]


def _line(first: str, cells: Iterable[str]) -> str:
    return f"{first:<46}" + "".join(f"{cell:<{_WIDTH}}" for cell in cells).rstrip()


def _cell(found: list[Covered]) -> str:
    """`12 + 3 + 1 of 16`; what is missing shows as `2 missing`."""
    count = Counter(each.how for each in found)
    if not found:
        return "-"
    text = f"{count[HELD]} + {count[INPUTS]} + {count[DEPLOYMENT] + count[ELSEWHERE]} of {len(found)}"
    return f"{text}, {count[MISSING]} missing" if count[MISSING] else text


def _listed(found: list[Covered]) -> Iterator[str]:
    """What is not read back from a deployed environment, with the reason."""
    for environment in DEPLOYED:
        for how, title in ((INPUTS, "checked in the engine's inputs, because"), (ELSEWHERE, "shown elsewhere")):
            listed = [each for each in found if each.environment == environment and each.how == how]
            yield f"{environment}: {len(listed)} {title}"
            for reason in dict.fromkeys(reason for each in listed for reason in each.reasons):
                ids = " ".join(each.statement.id for each in listed if reason in each.reasons)
                yield f"  {reason}: {ids}"
            yield ""


if __name__ == "__main__":
    sys.stdout.write(report())
