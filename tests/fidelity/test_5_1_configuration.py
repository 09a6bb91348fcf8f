"""Section 5.1: secrets, parameters, precedence, external services."""

from __future__ import annotations

from tests.fidelity.conftest import Worlds
from tests.fidelity.matching import containing, counting_below, like
from tests.fidelity.readings.compute import functions
from tests.fidelity.readings.configuration import effective, parameters, secrets
from tests.fidelity.table import Row, deployed, over, table

TABLE = table(
    ("5.1-01", "all", effective, "ingest/retry-seconds source", "runtime variable"),
    ("5.1-01", "all", effective, "ingest/retry-seconds hides", ["default"]),
    ("5.1-02", "all", effective, "youtube/api-key source", "secret"),
    ("5.1-02", "all", effective, "youtube/api-key shown", like(r"\*+")),
    ("5.1-03", "all", effective, "upload/url-seconds source", "parameter"),
    ("5.1-03", "all", effective, "upload/url-seconds hides", ["default"]),
    ("5.1-04", "all", effective, "catalogue/page-size source", "default"),
    ("5.1-08", "prod", secrets, "prod/distronation/database-credentials described", True),
    ("5.1-09", "prod", secrets, "prod/distronation/youtube-api-keys described", True),
    ("5.1-10", "prod", secrets, "prod/distronation/spotify-credentials described", True),
    ("5.1-11", "prod", secrets, "prod/distronation/firebase-admin-key described", True),
    ("5.1-11", "prod", secrets, "prod/distronation/firebase-admin-key retired", True),  # C-72
    ("5.1-12", "staging", secrets, "staging/distronation/database-credentials described", True),
    ("5.1-13", "staging", secrets, "staging/distronation/youtube-api-keys-test described", True),
    ("5.1-14", "staging", secrets, "staging/distronation/spotify-credentials-test described", True),
    ("5.1-15", "dev", secrets, "dev/distronation/database-credentials described", True),
    ("5.1-16", "dev", secrets, "dev/distronation/mock-api-keys described", True),
    ("5.1-17", "dev", secrets, "dev/distronation/test-credentials described", True),
    ("5.1-18", "prod", parameters, "/prod/config/youtube/base-url value", "https://www.googleapis.com/youtube/v3"),
    ("5.1-19", "prod", parameters, "/prod/config/youtube/quota value", "10000 units/day"),
    ("5.1-21", "prod", parameters, "/prod/config/spotify/base-url value", "https://api.spotify.com/v1"),
    ("5.1-22", "prod", parameters, "/prod/config/spotify/quota value", "100 requests/second"),
    deployed("5.1-24", "staging", parameters, "/staging/config/youtube/base-url value", like(".*/external/youtube")),
    deployed("5.1-24", "staging", parameters, "/staging/config/spotify/base-url value", like(".*/external/spotify")),
    ("5.1-25", "staging", parameters, "/staging/config/youtube/quota value", counting_below(10000)),
    ("5.1-25", "staging", parameters, "/staging/config/spotify/quota value", counting_below(100)),
    ("5.1-26", "staging", functions, "config secrets",
     containing("staging/distronation/youtube-api-keys-test", "staging/distronation/spotify-credentials-test")),
    deployed("5.1-27", "dev", parameters, "/dev/config/youtube/base-url value", like(".*/external/youtube")),
    deployed("5.1-27", "dev", parameters, "/dev/config/spotify/base-url value", like(".*/external/spotify")),
    ("5.1-28", "dev", parameters, "/dev/config/youtube/quota value", counting_below(1000)),  # staging's
    ("5.1-28", "dev", parameters, "/dev/config/spotify/quota value", counting_below(10)),
    ("5.1-29", "dev", functions, "config secrets", containing("dev/distronation/mock-api-keys")),
    ("5.1-29", "dev", effective, "youtube/api-key where", "dev/distronation/mock-api-keys"),
    ("1.1-21", "dev", effective, "spotify/client-id where", "dev/distronation/mock-api-keys"),
)  # fmt: skip


@over(TABLE)
def test_5_1_configuration(row: Row, env: str, world: Worlds) -> None:
    row.check(world(env))
