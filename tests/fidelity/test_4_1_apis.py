"""Section 4.1: REST APIs."""

from __future__ import annotations

from tests.fidelity.conftest import Worlds
from tests.fidelity.matching import containing, like
from tests.fidelity.readings.apis import apis, calls
from tests.fidelity.table import Locally, Row, over, table

GENERAL = "distronationfmGeneralAccess"
FOREIGN = ["GET /external/spotify", "GET /external/youtube"]
OWN_STAGE = Locally("dev", "local", "the sandbox's stage is named after it")

TABLE = table(
    ("4.1-01", "prod", apis, "names", ["distronationfmGeneralAccess", "dn-api"]),
    ("4.1-01", "prod", apis, "dn-api protected", True),
    ("4.1-02", "prod", apis, "dn-api stage", "staging"),  # C-59
    ("4.1-02", "prod", apis, "dn-api environment", "prod"),
    ("4.1-03", "prod", apis, "dn-api burst", 5000),
    ("4.1-03", "prod", apis, "dn-api rate", 10000),
    ("4.1-04", "prod", apis, "dn-api logs", "INFO"),
    ("4.1-05", "prod", apis, "dn-api cache", True),
    ("4.1-05", "prod", apis, "dn-api cache-gb", "0.5"),  # C-61
    ("4.1-05", "prod", apis, "dn-api cached", ["~1catalogue/GET", "~1catalogue~1{id}/GET"]),
    ("4.1-05", "prod", apis, "dn-api cached", like(r".*/GET")),
    ("4.1-05", "prod", apis, "dn-api cache-seconds", [300]),
    ("4.1-06", "prod", apis, f"{GENERAL} protected", True),
    ("4.1-07", "prod", apis, f"{GENERAL} stage", "main"),
    ("4.1-07", "prod", apis, f"{GENERAL} cache", False),  # C-61
    ("4.1-08", "prod", apis, f"{GENERAL} unsigned", []),
    ("4.1-08", "prod", apis, f"{GENERAL} signed", ["GET /catalogue", "GET /catalogue/{id}", "GET /health"]),
    ("4.1-09", "prod", apis, f"{GENERAL} burst", 5000),
    ("4.1-09", "prod", apis, f"{GENERAL} rate", 10000),
    ("4.1-10", "prod", apis, f"{GENERAL} logs", "INFO"),
    ("4.1-11", "staging", apis, "each stage", "staging"),
    ("4.1-11", "staging", apis, "each environment", "staging"),
    ("4.1-12", "staging", apis, "each burst", 1000),
    ("4.1-12", "staging", apis, "each rate", 2000),
    ("4.1-13", "staging", apis, "each logs", "INFO"),
    ("4.1-13", "staging", apis, "each metrics", True),
    ("4.1-14", "staging", apis, "each cache", False),  # C-63
    ("4.1-15", "staging", apis, "general-access signed", ["GET /catalogue", "GET /catalogue/{id}", "GET /health"]),
    ("4.1-15", "staging", apis, "general-access unsigned", []),
    # The mocks tell nothing, and behind the exports' start Google's token is checked.
    ("4.1-15", "staging", apis, "dn-api unsigned", [*FOREIGN, "POST /exports"]),
    ("4.1-15", "prod", apis, "dn-api unsigned", ["POST /exports"]),
    ("4.1-16", "staging", apis, "each bodies-logged", True),
    ("4.1-17", "staging", apis, "each tracing", True),
    ("4.1-18", "staging", apis, "dn-api mocks", FOREIGN),
    ("4.1-19", "dev", apis, "each stage", OWN_STAGE),
    ("4.1-20", "dev", apis, "each burst", 100),
    ("4.1-20", "dev", apis, "each rate", 200),
    ("4.1-21", "dev", apis, "each bodies-logged", True),
    ("4.1-22", "dev", apis, "each cache", False),
    ("4.1-22", "dev", apis, "each cached", []),
    ("4.1-23", "dev", apis, "each signed", []),
    ("4.1-23", "dev", calls, "GET /health status", 200),
    ("4.1-24", "dev", calls, "test-invoke status", 200),  # C-65
    ("4.1-25", "dev", apis, "dn-api preflight", containing("OPTIONS /uploads")),
    ("4.1-25", "dev", calls, "OPTIONS /uploads status", 204),
    ("4.1-25", "dev", calls, "OPTIONS /uploads allowed-origin", "http://localhost:3000"),
    ("4.1-26", "dev", apis, "dn-api mocks", FOREIGN),
    ("4.1-26", "dev", calls, "GET /external/youtube status", 200),
    ("5.1-24", "staging", apis, "dn-api mocks", FOREIGN),
    ("5.1-27", "dev", apis, "dn-api mocks", FOREIGN),
    ("5.1-27", "dev", calls, "GET /external/youtube says", containing("mock-video")),
    ("5.1-27", "dev", calls, "GET /external/spotify says", containing("mock-track")),
    ("1.1-13", "staging", apis, "dn-api mocks", FOREIGN),  # C-14
)


@over(TABLE)
def test_4_1_apis(row: Row, env: str, world: Worlds) -> None:
    row.check(world(env))
