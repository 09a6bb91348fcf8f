"""The document's statements, and which of them an environment has to keep."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import yaml

from infra.paths import project_root

ENVIRONMENTS = ("local", "dev", "staging", "prod")
DEPLOYED_THINGS = ("resource", "setting")
"""Kinds of statements that say what is deployed: each of them needs a row or a reason (`elsewhere`)."""
TO_DO = ("gate", "procedure", "target")
"""Kinds that say what is done or measured."""
_STANDS_FOR = {"local": {"local", "dev", "all"}}  # local takes development's statements (C-03)


@dataclass(frozen=True)
class Statement:
    """One statement of the document."""

    id: str
    environments: tuple[str, ...]
    kind: str
    text: str

    @property
    def section(self) -> str:
        return self.id.rpartition("-")[0]

    def concerns(self, environment: str) -> bool:
        """Whether an environment has to keep it."""
        return bool(_STANDS_FOR.get(environment, {environment, "all"}) & set(self.environments))


@cache
def _document() -> dict[str, object]:
    found: dict[str, object] = yaml.safe_load((project_root() / "docs/specification/statements.yaml").read_text())
    return found


@cache
def statements() -> dict[str, Statement]:
    """Every statement by id, in the document's order."""
    rows = _document()["statements"]
    assert isinstance(rows, list)
    return {row["id"]: Statement(row["id"], tuple(row["env"]), row["kind"], row["text"]) for row in rows}


@cache
def sections() -> dict[str, str]:
    """Section numbers and titles."""
    found = _document()["sections"]
    assert isinstance(found, dict)
    return found


def of(environment: str, *kinds: str) -> Iterator[Statement]:
    """The statements of some kinds that an environment has to keep."""
    return (each for each in statements().values() if each.kind in kinds and each.concerns(environment))
