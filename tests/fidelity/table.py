"""The tables of this folder: each row says what the document says, where that is read, and what has to stand there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.fidelity.matching import agrees
from tests.fidelity.statements import ENVIRONMENTS, statements
from tests.fidelity.world import Things, World, is_known

DEPLOYED = ENVIRONMENTS
"""Environments that tests deploy: local in a sandbox, the others beside each other in a rehearsal."""


GROUPS = {"local": "fidelity-local", "dev": "rehearsal", "staging": "rehearsal", "prod": "rehearsal"}
"""The worker of an environment's tests: what one run shares is deployed once."""


@dataclass(frozen=True, eq=False)
class Reading:
    """One way to look at an environment. `planned` reads the engine's inputs, `deployed` the cloud itself."""

    what: str
    planned: Callable[[World], Things] | None = None
    deployed: Callable[[World], Things] | None = None
    unheld: Mapping[str, str] = field(default_factory=dict)
    """Attributes that no emulator holds, each with the reason: of these the inputs are read in every environment."""
    reason: str = ""
    """Why no emulator holds any of it, where `deployed` is missing."""

    def held(self, attribute: str) -> bool:
        """Whether the cloud is read for an attribute."""
        return self.deployed is not None and attribute not in self.unheld

    def why_inputs(self, attribute: str) -> str:
        """Why the inputs are read for an attribute although the environment is deployed."""
        return self.unheld.get(attribute, self.reason)

    def of(self, world: World, attribute: str) -> Things:
        """What is found in an environment; looked at once."""
        look = self.deployed if world.cloud and self.held(attribute) else self.planned
        assert look, f"{self.what}: {attribute} of {world.environment} cannot be read"
        if look not in world._read:
            world._read[look] = look(world)
        return world._read[look]


@dataclass(frozen=True)
class Locally:
    """A value that differs in the sandbox, with the reason (C-03)."""

    value: Any
    local: Any
    because: str


@dataclass(frozen=True)
class Row:
    """One statement about one environment.

    `place` is `thing attribute`, `each attribute` (all of them, at least one), or `names` (of all the things, sorted).
    """

    statement: str
    env: str
    reading: Reading
    place: str
    value: Any
    when_deployed: bool = False
    """The plan does not know it yet."""

    @property
    def thing(self) -> str:
        return self.place.rpartition(" ")[0]

    @property
    def attribute(self) -> str:
        return self.place.rpartition(" ")[2]

    def named(self) -> tuple[str, ...]:
        """The environments that it speaks of: what is said of development holds in the sandbox too (C-03)."""
        named = ENVIRONMENTS if self.env == "all" else tuple(self.env.split())
        return ("local", *named) if "dev" in named and "local" not in named else named

    def environments(self) -> tuple[str, ...]:
        """Those in which it can be checked now."""
        return tuple(env for env in self.named() if self.source(env))

    def source(self, env: str) -> str | None:
        """What is read in an environment: `cloud`, `inputs`, or nothing before it is deployed."""
        if env in DEPLOYED and self.reading.held(self.attribute):
            return "cloud"
        late = self.when_deployed and env not in DEPLOYED
        return "inputs" if self.reading.planned and not late else None

    def is_planned(self, env: str) -> bool:
        """Whether the engine's inputs say it before a deployment."""
        return env in self.named() and self.reading.planned is not None and not self.when_deployed

    def wanted(self, env: str) -> Any:
        """The value in an environment."""
        if isinstance(self.value, Locally):
            return self.value.local if env == "local" else self.value.value
        return self.value

    def check(self, world: World) -> None:
        """Read and compare; AssertionError, or the client's own error, where it does not hold."""
        things = self.reading.of(world, self.attribute)
        wanted = self.wanted(world.environment)
        for name, found in self._found(things):
            told = f"{self.reading.what}: {self.attribute} {name}".rstrip()
            said = statements()[self.statement].text if self.statement in statements() else self.statement
            assert is_known(found), f"{told} is known after the deployment only"
            assert agrees(found, wanted), f"{told} is {found!r}, not {wanted!r} ({self.statement}: {said})"

    def _found(self, things: Things) -> Iterator[tuple[str, Any]]:
        if self.place == "names":
            yield "", sorted(things)
            return
        names = list(things) if self.thing == "each" else [self.thing]
        assert names, f"{self.reading.what}: there is none"
        for name in names:
            assert name in things, f"{self.reading.what}: no {name} among {', '.join(things) or 'nothing'}"
            assert self.attribute in things[name], f"{self.reading.what}: {name} has no {self.attribute}"
            yield f"of {name}", things[name][self.attribute]


def table(*rows: tuple[str, str, Reading, str, Any] | Row) -> tuple[Row, ...]:
    """Rows: statement, environment(s), reading, place, value."""
    return tuple(row if isinstance(row, Row) else Row(*row) for row in rows)


def deployed(statement: str, env: str, reading: Reading, place: str, value: Any) -> Row:
    """A row that can be checked on a deployed environment only."""
    return Row(statement, env, reading, place, value, when_deployed=True)


def over(rows: Iterable[Row]) -> pytest.MarkDecorator:
    """One test for each row and environment."""
    cases = [(env, row) for row in rows for env in row.environments()]
    return pytest.mark.parametrize(
        ("env", "row"),
        [
            pytest.param(env, row, id=f"{env}-{row.statement}-{row.place}", marks=pytest.mark.xdist_group(GROUPS[env]))
            for env, row in cases
        ],
    )
