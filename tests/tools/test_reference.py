"""The reference pages are made from the code: a stale one fails here."""

from __future__ import annotations

import pytest

from cli.main import COMMANDS
from infra.environment import Environment
from tools.reference import commands, environment
from tools.reference.pages import FOLDER, PAGES


@pytest.mark.parametrize("name", PAGES)
def test_each_page_is_current(name: str) -> None:
    assert (FOLDER / name).read_text() == PAGES[name](), "run: python -m tools.reference"


def test_no_page_is_left_that_nothing_makes() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(PAGES)


@pytest.mark.parametrize("name", [name for name in Environment.model_fields if name != "name"])
def test_every_part_of_the_specification_is_on_its_page(name: str) -> None:
    assert f"`{name}" in environment.page()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_on_its_page(name: str) -> None:
    assert f"## `distro {name}" in commands.page()


@pytest.mark.parametrize("page", PAGES)
def test_no_page_holds_an_identifier(page: str) -> None:
    """12.2-04: identifiers stand in the environment files only."""
    for secret in ("867653852961", "Z0969604XDAUQX7C50JF", "cjed05n28l", "i-0063537094eb961dd"):
        assert secret not in PAGES[page]()
