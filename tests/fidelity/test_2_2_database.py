"""Section 2.2: Aurora and the ways to it."""

from __future__ import annotations

from tests.fidelity.conftest import Worlds
from tests.fidelity.readings.database import cluster, connections, instances, keys
from tests.fidelity.readings.roles import people
from tests.fidelity.table import Row, over, table

TABLE = table(
    ("2.2-01", "prod", cluster, "cluster identifier", "database-2-cluster"),
    ("2.2-01", "prod", cluster, "cluster deletion-protection", True),
    ("2.2-01", "prod", cluster, "cluster protected", True),
    ("2.2-02", "prod", cluster, "cluster engine", "aurora-postgresql"),
    ("2.2-02", "prod", instances, "each class", "db.serverless"),  # v2, v1 is no more (C-24)
    ("2.2-03", "prod", cluster, "cluster least-capacity", 2),
    ("2.2-04", "prod", cluster, "cluster most-capacity", 16),
    ("2.2-05", "prod", cluster, "cluster backup-days", 30),
    ("2.2-06", "prod", instances, "writer zone", "us-east-1a"),  # C-25
    ("2.2-06", "prod", instances, "reader zone", "us-east-1b"),
    ("2.2-07", "prod", cluster, "cluster encrypted", True),
    ("2.2-07", "prod", cluster, "cluster key", "customer"),
    ("2.2-07", "prod", keys, "database rotates", True),
    ("2.2-09", "staging", cluster, "cluster engine", "aurora-postgresql"),
    ("2.2-09", "staging", instances, "each class", "db.serverless"),
    ("2.2-10", "staging", cluster, "cluster least-capacity", 0.5),  # C-26
    ("2.2-11", "staging", cluster, "cluster most-capacity", 4),
    ("2.2-12", "staging", cluster, "cluster backup-days", 7),
    ("2.2-13", "staging", instances, "names", ["writer"]),
    ("2.2-14", "staging", cluster, "cluster encrypted", True),
    ("2.2-14", "staging", cluster, "cluster key", "aws"),  # C-28
    ("2.2-16", "dev", cluster, "cluster engine", "aurora-postgresql"),
    ("2.2-16", "dev", instances, "each class", "db.serverless"),
    ("2.2-17", "dev", cluster, "cluster least-capacity", 0.5),
    ("2.2-18", "dev", cluster, "cluster most-capacity", 2),
    ("2.2-19", "dev", cluster, "cluster backup-days", 1),
    ("2.2-20", "dev", instances, "names", ["writer"]),
    ("2.2-21", "dev", cluster, "cluster encrypted", True),
    ("2.2-21", "dev", cluster, "cluster key", "aws"),
    ("2.2-22", "prod", cluster, "cluster data-api", True),
    ("2.2-22", "prod", instances, "each public", False),
    ("2.2-22", "prod", people, "each tunnels", False),
    ("2.2-23", "prod", cluster, "cluster proxies", 0),  # the Data API pools (C-31)
    ("2.2-24", "prod", instances, "names", ["reader", "writer"]),  # C-32
    ("2.2-25", "prod", cluster, "cluster insights", True),
    ("2.2-25", "prod", instances, "each insights", True),
    ("2.2-25", "prod", cluster, "cluster insights-mode", "standard"),  # C-33
    ("2.2-26", "staging", people, "senior-developers tunnels", True),  # C-34
    ("2.2-26", "staging", people, "developers tunnels", False),
    ("2.2-27", "staging", cluster, "cluster data-api", True),
    ("2.2-28", "staging", instances, "names", ["writer"]),
    ("2.2-29", "staging", cluster, "cluster insights", False),
    ("2.2-30", "dev", people, "developers tunnels", True),  # C-35
    ("2.2-30", "dev", connections, "direct answer", 42),
    ("2.2-31", "dev", connections, "data-api answer", 42),
    ("2.2-31", "dev", cluster, "cluster data-api", True),
    ("2.2-32", "dev", instances, "names", ["writer"]),
    ("2.2-33", "dev", cluster, "cluster insights", False),
    ("2.2-33", "dev", instances, "each insights", False),
    ("9.1-01", "prod", cluster, "cluster maintenance", "sun:07:00-sun:08:00"),  # C-89
    ("9.1-01", "prod", instances, "each minor-upgrades", False),
    ("10.1-03", "prod", cluster, "cluster backup-days", 30),
)


@over(TABLE)
def test_2_2_database(row: Row, env: str, world: Worlds) -> None:
    row.check(world(env))
