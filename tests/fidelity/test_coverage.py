"""No statement of a resource or setting is left out, in any environment; and the report says so."""

from __future__ import annotations

import pytest

from tests.fidelity import coverage, elsewhere
from tests.fidelity.coverage import MISSING, covered, tables
from tests.fidelity.statements import DEPLOYED_THINGS, ENVIRONMENTS, TO_DO, of, statements


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_resource_and_setting_is_in_a_table_or_in_the_list(environment: str) -> None:
    missing = [each.statement.id for each in covered() if each.environment == environment and each.how == MISSING]
    assert not missing


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_gate_procedure_and_target_has_a_place(environment: str) -> None:
    cited = {row.statement for row in tables()}
    homeless = [each.id for each in of(environment, *TO_DO) if not elsewhere.shown(each.id, environment)]
    assert not set(homeless) - cited


def test_a_statement_that_is_in_no_table_is_missed() -> None:
    rows = [row for row in tables() if row.statement != "2.2-18"]
    missing = {(each.environment, each.statement.id) for each in covered(rows) if each.how == MISSING}
    assert missing == {("local", "2.2-18"), ("dev", "2.2-18")}


def test_every_row_cites_a_statement_of_its_environments() -> None:
    for row in tables():
        assert row.statement in statements(), row.statement
        wrong = [env for env in row.named() if not statements()[row.statement].concerns(env)]
        assert not wrong or row.statement in BEYOND, f"{row.statement} says nothing of {', '.join(wrong)}"


BEYOND = {
    "3.1-25": "staging is compared with production",
    "4.1-15": "staging is compared with production",
    "7.2-04": "production's distributions are adopted; staging's is the one that is made",
    "8.1-06": "production's controls hold in staging (C-88)",
    "8.1-10": "production's controls hold in staging (C-88), and the sandbox alone has a domain",
}


def test_the_list_names_statements_that_exist_each_once_a_place() -> None:
    found = [(statement, where) for statement, _, where in elsewhere.entries()]
    assert {statement for statement, _ in found} <= set(statements())
    assert len(found) == len(set(found))


def test_whatever_is_checked_in_inputs_of_a_deployed_environment_has_a_reason() -> None:
    blind = [row for row in tables() if any(row.source(env) == "inputs" for env in row.environments())]
    assert not [row.statement for row in blind if not row.reading.why_inputs(row.attribute)]


def test_the_report_has_each_section_with_its_numbers() -> None:
    text = coverage.report()
    sections = {each.section for env in ENVIRONMENTS for each in of(env, *DEPLOYED_THINGS)}
    assert all(f"{section} " in text for section in sections)
    assert "missing" not in text
