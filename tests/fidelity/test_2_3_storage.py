"""Section 2.3: buckets."""

from __future__ import annotations

from tests.fidelity.conftest import Worlds
from tests.fidelity.readings.storage import buckets
from tests.fidelity.table import Row, over, table

CONTENT = "distrofmb1ec38f05cba40828e65a98e039c6de4db8f9-main"
TIERING = [(0, "INTELLIGENT_TIERING")]

TABLE = table(
    ("2.3-01", "prod", buckets, "names", ["content-replica", CONTENT, "logs"]),
    ("2.3-01", "prod", buckets, f"{CONTENT} protected", True),
    ("2.3-03", "prod", buckets, "each versioning", "Enabled"),
    ("2.3-04", "prod", buckets, "each encryption", ["AES256"]),
    ("2.3-05", "prod", buckets, "each transition", TIERING),
    ("2.3-06", "prod", buckets, f"{CONTENT} replication", ["Enabled"]),  # the critical one (C-37)
    ("2.3-06", "prod", buckets, "content-replica region", "us-west-2"),
    ("2.3-07", "prod", buckets, "each blocked", True),
    ("2.3-09", "staging", buckets, "each versioning", "Enabled"),
    ("2.3-10", "staging", buckets, "each encryption", ["AES256"]),
    ("2.3-11", "staging", buckets, "each transition", TIERING),  # C-38
    ("2.3-11", "staging", buckets, "each deleted-after", 30),
    ("2.3-11", "staging", buckets, "each versions-deleted-after", 30),
    ("2.3-12", "staging", buckets, "each replication", None),
    ("2.3-13", "staging", buckets, "each blocked", True),
    ("2.3-15", "dev", buckets, "each versioning", None),  # optional: chosen
    ("2.3-16", "dev", buckets, "each encryption", ["AES256"]),
    ("2.3-17", "dev", buckets, "each deleted-after", 7),
    ("2.3-18", "dev", buckets, "each replication", None),
    ("2.3-19", "dev", buckets, "each blocked", True),  # no exception is declared (C-40)
    ("2.3-19", "dev", buckets, "each public", False),
    ("7.2-03", "prod", buckets, "each transition", TIERING),
    ("7.2-07", "dev", buckets, "each deleted-after", 7),
    ("7.2-07", "staging", buckets, "each deleted-after", 30),
    ("8.1-09", "prod", buckets, "each encryption", ["AES256"]),
    ("8.1-10", "prod", buckets, "each tls-only", True),
    ("8.1-21", "dev", buckets, "each encryption", ["AES256"]),
    ("8.1-21", "dev", buckets, "each tls-only", False),  # not enforced (C-39)
    ("10.1-04", "prod", buckets, f"{CONTENT} replication", ["Enabled"]),
)


@over(TABLE)
def test_2_3_storage(row: Row, env: str, world: Worlds) -> None:
    row.check(world(env))
