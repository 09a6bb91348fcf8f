"""No statement about a value is forgotten: it is in a table of this folder, or here with the place of its test."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from infra.paths import project_root

HERE = Path(__file__).parent
# What no value of the specification can show, and what shows it instead.
ELSEWHERE = {
    "1.1-02": "measured: smoke, baseline",
    "1.1-03": "promotion",
    "1.1-04": "what is deployed: tests of the program",
    "1.1-12": "rehearsal",
    "3.2-01": "rules, with an evaluator", "3.2-02": "rules", "3.2-03": "rules", "3.2-04": "rules", "3.2-05": "rules",
    "3.2-06": "rules", "3.2-07": "rules", "3.2-08": "rules", "3.2-09": "rules", "3.2-10": "rules", "3.2-11": "rules",
    "3.2-12": "rules", "3.2-13": "rules", "3.2-14": "rules",
    "4.1-24": "always there: test-invoke answers in smoke (C-65)",
    "4.2-03": "the schema that is deployed",
    "4.2-04": "the resolvers that are deployed",
    "12.2-04": "identifiers in output",
}  # fmt: skip


def statements() -> list[dict[str, Any]]:
    document = (project_root() / "docs/specification/statements.yaml").read_text()
    loaded: dict[str, Any] = yaml.load(document, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    return list(loaded["statements"])


def test_every_statement_about_a_value_is_tested() -> None:
    tables = "".join(path.read_text() for path in HERE.glob("test_*.py") if path.name != Path(__file__).name)
    cited = set(re.findall(r'"(\d+\.\d-\d\d)"', tables))
    wanted = {each["id"] for each in statements() if each["kind"] in {"setting", "target", "gate", "resource", "open"}}
    assert sorted(wanted - cited - ELSEWHERE.keys()) == []
    assert sorted(ELSEWHERE.keys() & cited) == [], "listed as shown elsewhere, and tested here"


def test_no_statement_is_cited_that_does_not_exist() -> None:
    known = {each["id"] for each in statements()}
    for path in HERE.glob("test_*.py"):
        cited = set(re.findall(r'"(\d+\.\d-\d\d)"', path.read_text()))
        assert cited <= known, path.name
