"""Section 4.2: AppSync."""

from __future__ import annotations

from tests.fidelity.conftest import Worlds
from tests.fidelity.readings.graphql import graphql, resolvers
from tests.fidelity.table import Row, over, table

MAIN = "distrofmgraphql-main"
MODEL = ["artist", "artists", "release", "releases", "videos"]
FIELDS = ["Artist.releases", "Mutation.createVideo", "Mutation.publishVideo", "Query.artist", "Query.artists",
          "Query.release", "Query.releases", "Query.videos", "Release.tracks", "Release.videos"]  # fmt: skip

TABLE = table(
    ("4.2-01", "prod", graphql, "names", [MAIN]),
    ("4.2-01", "prod", graphql, f"{MAIN} protected", True),
    ("4.2-02", "prod", graphql, f"{MAIN} authentication", "AWS_IAM"),
    ("4.2-02", "prod", graphql, f"{MAIN} other-authentication", []),
    ("4.2-03", "prod", graphql, f"{MAIN} queries", MODEL),
    ("4.2-04", "prod", resolvers, "names", FIELDS),
    ("4.2-04", "prod", resolvers, "each by", "catalogue"),  # no function between
    ("4.2-05", "prod", graphql, f"{MAIN} caching", "PER_RESOLVER_CACHING"),  # C-67
    ("4.2-05", "prod", resolvers, "Query.release cached-seconds", 300),
    ("4.2-05", "prod", resolvers, "Query.releases cached-seconds", 60),
    ("4.2-05", "prod", resolvers, "Mutation.createVideo cached-seconds", None),
    ("4.2-06", "prod", graphql, f"{MAIN} logs", "ERROR"),
    ("4.2-10", "dev", graphql, "graphql queries", sorted([*MODEL, "schemaVersion"])),
    ("4.2-13", "dev", graphql, "graphql introspection", "ENABLED"),  # C-70
    ("4.2-14", "dev", graphql, "graphql logs", "ALL"),
    ("4.2-15", "dev", graphql, "graphql tracing", True),
    ("1.1-22", "dev", graphql, "graphql logs", "ALL"),
    ("1.1-22", "dev", graphql, "graphql tracing", True),
    ("8.1-16", "dev", graphql, "graphql other-authentication", ["API_KEY"]),
)


@over(TABLE)
def test_4_2_appsync(row: Row, env: str, world: Worlds) -> None:
    row.check(world(env))
