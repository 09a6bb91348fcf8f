"""Section 5.2: feature flags."""

from __future__ import annotations

from tests.fidelity.conftest import Worlds
from tests.fidelity.matching import like
from tests.fidelity.readings.configuration import effective, flags
from tests.fidelity.table import Row, over, table

TABLE = table(
    ("5.2-01", "prod", flags, "names", like("/prod/features/.*")),
    ("5.2-01", "staging", flags, "names", like("/staging/features/.*")),
    ("5.2-01", "dev", flags, "names", like("/dev/features/.*")),
    ("5.2-02", "all", flags, "each type", "String"),
    ("5.2-02", "all", effective, "features/new-upload-flow source", "parameter"),
    ("5.2-03", "all", flags, "names", like(r"/(prod|staging|dev)/features/[a-z]+(-[a-z]+)*")),
    ("5.2-04", "prod", flags, "/prod/features/new-upload-flow value", "false"),
    ("5.2-05", "prod", flags, "/prod/features/enhanced-analytics value", "true"),
    ("5.2-06", "prod", flags, "/prod/features/beta-api-endpoints value", "false"),
    ("5.2-07", "staging", flags, "/staging/features/new-upload-flow value", "true"),
    ("5.2-08", "staging", flags, "/staging/features/enhanced-analytics value", "true"),
    ("5.2-09", "staging", flags, "/staging/features/beta-api-endpoints value", "true"),
    ("5.2-10", "dev", flags, "/dev/features/new-upload-flow value", "true"),
    ("5.2-11", "dev", flags, "/dev/features/enhanced-analytics value", "true"),
    ("5.2-12", "dev", flags, "/dev/features/experimental-features value", "true"),
)


@over(TABLE)
def test_5_2_flags(row: Row, env: str, world: Worlds) -> None:
    row.check(world(env))
