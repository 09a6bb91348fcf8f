"""Section 7: budgets, and what saves money."""

from __future__ import annotations

from tests.fidelity.conftest import Worlds
from tests.fidelity.matching import at_most
from tests.fidelity.readings.compute import functions, instances, queues
from tests.fidelity.readings.database import cluster
from tests.fidelity.readings.monitoring import budgets
from tests.fidelity.readings.security import trail
from tests.fidelity.table import Locally, Row, over, table

TABLE = table(
    ("7.1-13", "prod", budgets, "monthly dollars", 1330.0),
    ("7.1-13", "prod", budgets, "monthly of", ["user:environment$prod"]),
    ("7.1-16", "staging", budgets, "monthly dollars", 350.0),
    ("7.1-19", "dev", budgets, "monthly dollars", 180.0),
    ("7.1-19", "dev", budgets, "monthly every", "MONTHLY"),
    ("7.1-19", "dev", budgets, "monthly unit", "USD"),
    ("7.1-19", "dev", budgets, "monthly of",
     Locally(["user:environment$dev"], ["user:environment$local"], "each environment carries its own tag")),
    ("7.2-05", "dev", instances, "each lifecycle", "spot"),
    ("7.2-05", "staging", instances, "services lifecycle", "on-demand"),  # its only one is critical
    ("7.2-07", "dev", queues, "each kept-days", at_most(14)),
    ("7.2-07", "staging", queues, "each kept-days", at_most(14)),
    ("7.2-08", "dev", trail, "trail owner",
     Locally("shared", "own", "an account of its own has nobody to share with")),  # C-85
    ("1.1-23", "dev", functions, "each memory", at_most(512)),  # staging's sizes
    ("1.1-23", "dev", cluster, "cluster most-capacity", at_most(4)),
    ("1.1-23", "dev", budgets, "monthly dollars", at_most(350)),
    ("1.1-10", "staging", functions, "each memory", at_most(1024)),  # production's sizes
    ("1.1-10", "staging", cluster, "cluster most-capacity", at_most(16)),
    ("1.1-10", "staging", budgets, "monthly dollars", at_most(1330)),
)  # fmt: skip


@over(TABLE)
def test_7_cost(row: Row, env: str, world: Worlds) -> None:
    row.check(world(env))
