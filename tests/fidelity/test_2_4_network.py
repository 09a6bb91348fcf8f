"""Section 2.4: networks, names, certificates, distributions."""

from __future__ import annotations

from tests.fidelity.conftest import Worlds
from tests.fidelity.matching import below, some
from tests.fidelity.readings.names import certificates, distributions, domains, fronts, records
from tests.fidelity.readings.network import acls, endpoints, groups, parts, subnets
from tests.fidelity.table import Row, deployed, over, table

ANYWHERE = ["0.0.0.0/0"]
NAME = "local.distronation.test"  # the sandbox's own; the others' are open points

TABLE = table(
    ("2.4-02", "prod", subnets, "public-a zone", "us-east-1a"),
    ("2.4-02", "prod", subnets, "public-b zone", "us-east-1b"),
    deployed("2.4-02", "prod", subnets, "public-a way-out", "internet"),
    deployed("2.4-02", "prod", subnets, "public-b way-out", "internet"),
    ("2.4-03", "prod", subnets, "private-a zone", "us-east-1a"),
    ("2.4-03", "prod", subnets, "private-b zone", "us-east-1b"),
    deployed("2.4-03", "prod", subnets, "private-a way-out", "nat"),
    deployed("2.4-03", "prod", subnets, "private-b way-out", "nat"),
    ("2.4-04", "prod", groups, "web ports", [443, 80]),
    ("2.4-04", "prod", groups, "web ranges", ANYWHERE),
    ("2.4-05", "prod", groups, "app ranges", []),
    deployed("2.4-05", "prod", groups, "app sources", ["app", "web"]),
    ("2.4-06", "prod", groups, "database ports", [5432]),
    ("2.4-06", "prod", groups, "database ranges", []),
    deployed("2.4-06", "prod", groups, "database sources", ["app"]),
    ("2.4-07", "prod", parts, "nat-gateways count", 2),
    ("2.4-08", "staging", parts, "vpc owner", "shared"),
    ("2.4-08", "staging", groups, "each network", "shared"),
    ("2.4-09", "staging", groups, "app ranges", []),  # a range of the shared VPC would let production in
    ("2.4-09", "staging", groups, "database ranges", []),
    deployed("2.4-09", "staging", groups, "app sources", ["app", "web"]),
    deployed("2.4-09", "staging", groups, "database sources", ["app"]),
    ("2.4-10", "staging", parts, "subnets owner", "shared"),
    ("2.4-10", "staging", subnets, "names", ["private-a", "private-b", "public-a", "public-b"]),
    ("2.4-11", "staging", groups, "names", ["app", "database", "web"]),
    ("2.4-11", "staging", groups, "each environment", "staging"),
    ("2.4-12", "staging", parts, "nat-gateways owner", "shared"),
    ("2.4-13", "dev", parts, "vpc owner", "own"),  # separate (C-43)
    ("2.4-14", "dev", parts, "subnets count", below(4)),
    ("2.4-15", "dev", groups, "app ranges", some()),
    ("2.4-15", "dev", groups, "each network", "own"),
    ("2.4-16", "dev", parts, "nat-gateways count", 1),
    ("2.4-16", "dev", parts, "nat-gateways owner", "own"),
    deployed("2.4-16", "dev", subnets, "private-a way-out", "nat"),
    ("2.4-24", "staging", distributions, "names", ["content"]),  # its own (C-44)
    ("2.4-24", "staging", distributions, "content enabled", True),
    ("2.4-26", "local", records, f"{NAME} zone", "distronation.test"),
    ("2.4-27", "local", certificates, f"{NAME} covers", [NAME]),
    deployed("2.4-27", "local", certificates, f"{NAME} status", "ISSUED"),
    ("2.4-28", "dev", fronts, "each distribution", None),  # C-44
    ("7.2-04", "staging", distributions, "content caches", "658327ea-f89d-4fab-a63d-7e88639e58f6"),  # CachingOptimized
    ("7.2-08", "staging", parts, "nat-gateways owner", "shared"),
    ("8.1-03", "prod", groups, "database ranges", []),
    ("8.1-04", "prod", endpoints, "names", ["logs", "rds-data", "s3", "secretsmanager", "sqs", "ssm"]),
    ("8.1-07", "prod", groups, "web ports", [443, 80]),
    ("8.1-07", "prod", groups, "app ranges", []),
    ("8.1-08", "prod", acls, "names", ["private", "public"]),
    ("8.1-08", "prod", acls, "each rules", some()),
    ("8.1-10", "local", domains, f"{NAME} least-tls", "TLS_1_2"),
    ("8.1-10", "staging", distributions, "content viewers", "redirect-to-https"),
    ("8.1-17", "dev", parts, "subnets count", below(4)),
    ("8.1-17", "dev", parts, "nat-gateways count", below(2)),
    ("8.1-18", "dev", groups, "app ranges", some()),
    ("8.1-19", "dev", endpoints, "names", ["s3"]),
    ("8.1-19", "dev", endpoints, "s3 type", "Gateway"),  # free of charge; none with an address
    ("8.1-20", "dev", groups, "database ports", [5432]),
    ("8.1-20", "dev", groups, "database ranges", []),
    deployed("8.1-20", "dev", groups, "database sources", ["app"]),
)


@over(TABLE)
def test_2_4_network(row: Row, env: str, world: Worlds) -> None:
    row.check(world(env))
