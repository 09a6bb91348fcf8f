"""Section 2.1: functions and instances."""

from __future__ import annotations

from tests.fidelity.conftest import Worlds
from tests.fidelity.matching import at_least, below, only, within
from tests.fidelity.readings.compute import functions, instances, snapshots
from tests.fidelity.table import Row, deployed, over, table

TABLE = table(
    ("2.1-01", "prod", functions, "each memory", within(512, 1024)),
    ("2.1-02", "prod", functions, "health timeout", 30),
    ("2.1-02", "prod", functions, "config timeout", 30),
    ("2.1-02", "prod", functions, "upload timeout", 30),
    ("2.1-02", "prod", functions, "catalogue timeout", 30),
    ("2.1-03", "prod", functions, "ingest timeout", 900),
    ("2.1-03", "prod", functions, "firebase-export timeout", 900),
    ("2.1-04", "prod", functions, "upload reserved", at_least(1)),
    ("2.1-04", "prod", functions, "catalogue reserved", at_least(1)),
    ("2.1-04", "prod", functions, "ingest reserved", at_least(1)),
    ("2.1-05", "prod", functions, "ingest dead-letters", "ingest-dead-letters"),
    ("2.1-05", "prod", functions, "firebase-export dead-letters", "firebase-export-dead-letters"),
    ("2.1-06", "prod", functions, "each subnets", ["private-a", "private-b"]),
    ("2.1-07", "staging", functions, "each memory", within(256, 512)),
    ("2.1-08", "staging", functions, "health timeout", 30),
    ("2.1-08", "staging", functions, "config timeout", 30),
    ("2.1-08", "staging", functions, "upload timeout", 30),
    ("2.1-08", "staging", functions, "catalogue timeout", 30),
    ("2.1-08", "staging", functions, "ingest timeout", 900),
    ("2.1-08", "staging", functions, "firebase-export timeout", 900),
    ("2.1-09", "staging", functions, "each reserved", None),
    ("2.1-10", "staging", functions, "ingest dead-letters", "ingest-dead-letters"),
    ("2.1-10", "staging", functions, "firebase-export dead-letters", "firebase-export-dead-letters"),
    ("2.1-10", "staging", functions, "off-hours dead-letters", "off-hours-dead-letters"),
    ("2.1-11", "staging", functions, "each subnets", ["private-a", "private-b"]),
    deployed("2.1-11", "staging", functions, "each groups", ["app"]),
    ("2.1-12", "dev", functions, "each memory", within(128, 256)),
    ("2.1-13", "dev", functions, "health timeout", below(30)),
    ("2.1-13", "dev", functions, "config timeout", below(30)),
    ("2.1-13", "dev", functions, "upload timeout", below(30)),
    ("2.1-13", "dev", functions, "catalogue timeout", below(30)),
    ("2.1-13", "dev", functions, "ingest timeout", below(900)),
    ("2.1-13", "dev", functions, "off-hours timeout", below(900)),
    ("2.1-14", "dev", functions, "each reserved", None),
    ("2.1-15", "dev", functions, "ingest dead-letters", "ingest-dead-letters"),  # optional: chosen
    ("2.1-15", "dev", functions, "off-hours dead-letters", "off-hours-dead-letters"),
    ("2.1-15", "dev", functions, "health dead-letters", None),
    deployed("2.1-16", "dev", functions, "each subnets", ["private-a"]),  # one zone
    deployed("2.1-16", "dev", functions, "each groups", ["app"]),
    ("2.1-17", "prod", instances, "shazampy protected", True),
    ("2.1-18", "prod", instances, "shazampy type", "t3.micro"),
    deployed("2.1-18", "prod", instances, "shazampy state", "running"),
    ("2.1-19", "prod", instances, "shazampy purpose", "Shazampy-env service"),
    ("2.1-20", "prod", instances, "shazampy scaling-targets", 0),
    ("2.1-21", "prod", instances, "shazampy detailed-monitoring", True),
    ("2.1-22", "prod", snapshots, "snapshots hours", 24),
    ("2.1-22", "prod", snapshots, "snapshots of", {"environment": "prod", "snapshots": "daily"}),
    ("2.1-23", "staging", instances, "each type", "t2.micro"),
    ("2.1-24", "staging", instances, "each scaling-targets", 0),
    ("2.1-25", "staging", instances, "each detailed-monitoring", False),
    ("2.1-26", "dev", instances, "each lifecycle", "spot"),
    ("2.1-26", "dev", instances, "each spot-request", "persistent"),  # C-23
    ("2.1-27", "dev", instances, "each scaling-targets", 0),
    ("2.1-28", "dev", instances, "each detailed-monitoring", False),
    ("5.1-05", "prod", functions, "each prefixes", only("PROD", "DISTRO")),
    ("5.1-06", "staging", functions, "each prefixes", only("STAGING", "DISTRO")),
    ("5.1-07", "dev", functions, "each prefixes", only("DEV", "DISTRO")),
)


@over(TABLE)
def test_2_1_compute(row: Row, env: str, world: Worlds) -> None:
    row.check(world(env))
