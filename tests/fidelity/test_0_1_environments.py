"""Sections 0.2 and 1.1: which environments there are, where, and when they work."""

from __future__ import annotations

from tests.fidelity.conftest import Worlds
from tests.fidelity.matching import like, some, without
from tests.fidelity.readings.apis import apis
from tests.fidelity.readings.compute import functions, instances
from tests.fidelity.readings.estate import names, owned, providers
from tests.fidelity.readings.monitoring import schedules
from tests.fidelity.readings.network import groups
from tests.fidelity.table import Locally, Row, over, table

PRODUCTION = ["867653852961"]
ACCOUNT = Locally(PRODUCTION, ["000000000000"], "an emulated account")
OWN = Locally("dev", "local", "each environment carries its own tag")
# With dev/ paths (C-03).
NAMED = Locally(like(".*dev.*"), like(".*(local|dev/).*"), "each environment carries its own name")
NEW_YORK = "America/New_York"  # C-10

TABLE = table(
    ("0.2-01", "prod", owned, "each environment", "prod"),
    ("0.2-02", "staging", owned, "each environment", "staging"),
    ("0.2-03", "dev", owned, "each environment", OWN),
    ("0.2-04", "local", owned, "each environment", "local"),
    ("0.2-05", "prod", providers, "aws accounts", PRODUCTION),
    ("0.2-06", "prod staging dev", providers, "aws region", "us-east-1"),
    ("0.2-06", "staging dev", owned, "each region", "us-east-1"),
    ("0.2-09", "staging", providers, "aws accounts", PRODUCTION),
    ("0.2-09", "dev", providers, "aws accounts", ACCOUNT),
    ("0.2-10", "staging", names, "each name", like(".*staging.*")),
    ("0.2-10", "dev", names, "each name", NAMED),
    ("0.2-10", "staging", owned, "each environment", "staging"),
    ("0.2-10", "dev", owned, "each environment", OWN),
    ("1.1-07", "prod", functions, "names", without("off-hours")),
    ("1.1-07", "prod", instances, "each schedule", None),
    ("1.1-15", "staging", schedules, "start when", "cron(0 8 * * ? *)"),
    ("1.1-15", "staging", schedules, "stop when", "cron(0 20 * * ? *)"),
    ("1.1-15", "staging", schedules, "each zone", NEW_YORK),
    ("1.1-15", "staging", schedules, "each state", "ENABLED"),
    ("1.1-20", "dev", apis, "each signed", []),
    ("1.1-20", "dev", groups, "app ranges", some()),
    ("1.1-21", "dev", owned, "each data", "synthetic"),
    ("1.1-22", "dev", apis, "each tracing", True),
    ("1.1-22", "dev", apis, "each bodies-logged", True),
    ("1.1-22", "dev", functions, "each tracing", "Active"),
    ("1.1-24", "dev", schedules, "start when", "cron(0 8 * * ? *)"),
    ("1.1-24", "dev", schedules, "stop when", "cron(0 22 * * ? *)"),
    ("1.1-24", "dev", schedules, "start does", "start"),
    ("1.1-24", "dev", schedules, "stop does", "stop"),
    ("1.1-24", "dev", schedules, "each by", "off-hours"),
    ("1.1-24", "dev", schedules, "each zone", NEW_YORK),
    ("1.1-24", "dev", schedules, "each state", Locally("ENABLED", "DISABLED", "`distro down local` stops a sandbox")),
)


@over(TABLE)
def test_0_1_environments(row: Row, env: str, world: Worlds) -> None:
    row.check(world(env))
