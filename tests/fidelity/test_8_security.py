"""Section 8: who may do what, what is encrypted, what is recorded."""

from __future__ import annotations

from tests.fidelity.conftest import Worlds
from tests.fidelity.matching import at_least, containing, only, some
from tests.fidelity.readings.compute import functions, instances, queues
from tests.fidelity.readings.database import cluster, connections
from tests.fidelity.readings.names import distributions
from tests.fidelity.readings.roles import people, roles, services
from tests.fidelity.readings.security import account, firewalls, trail
from tests.fidelity.table import Locally, Row, deployed, over, table

CONTENT = "distrofmb1ec38f05cba40828e65a98e039c6de4db8f9-main"
# Calls that know no resources, and what a deployment may do to what carries its own tag: infra/ gives each a reason.
REASONED = only("BusinessMetrics", "Created", "Named", "NetworkInterfaces", "Sight", "Tagged", "Traces")
BOUND = ("OthersByName", "OthersByTag", "SharedStays")

TABLE = table(
    ("8.1-01", "prod", people, "each second-factor", True),  # C-86
    ("8.1-02", "prod", services, "catalogue wildcards", REASONED),
    ("8.1-02", "prod", services, "deployment wildcards", REASONED),
    ("8.1-02", "prod", services, "firebase-export wildcards", REASONED),
    ("8.1-02", "prod", services, "health wildcards", REASONED),
    ("8.1-02", "prod", services, "ingest wildcards", REASONED),
    ("8.1-02", "prod", services, "upload wildcards", REASONED),
    ("8.1-02", "prod", services, "content-replication wildcards", []),
    ("8.1-02", "prod", services, "graphql-data wildcards", []),
    ("8.1-02", "prod", services, "graphql-logs wildcards", []),
    ("8.1-03", "prod", people, "each tunnels", False),
    ("8.1-03", "prod", people, "each may-not", containing("rds-data:*", "rds-db:connect", "ssm:StartSession")),
    ("8.1-05", "prod", functions, "each subnets", ["private-a", "private-b"]),
    ("8.1-05", "prod", instances, "each subnets", ["private-a"]),  # C-87
    ("8.1-06", "prod", firewalls, "regional guards", ["dn", "general", "graphql"]),
    ("8.1-06", "staging", firewalls, "regional guards", ["dn", "general", "graphql"]),  # C-88
    ("8.1-06", "staging", distributions, "content guarded", True),
    ("8.1-06", "prod", firewalls, "regional rules", some()),
    ("8.1-09", "prod", cluster, "cluster encrypted", True),
    ("8.1-09", "prod", queues, "each encrypted", True),
    ("8.1-09", "prod", instances, "each encrypted", True),
    ("8.1-09", "prod", account, "account volumes-encrypted", True),
    ("8.1-10", "prod", cluster, "cluster tls-only", True),
    ("8.1-11", "prod", account, "account scans", ["EC2", "LAMBDA"]),
    ("8.1-12", "prod", trail, "trail management", True),
    ("8.1-12", "prod", trail, "trail objects-of", containing(CONTENT)),
    ("8.1-12", "prod", trail, "trail regions", "all"),
    ("8.1-12", "prod", trail, "trail sealed", True),
    ("8.1-13", "dev", people, "developers may", containing("lambda:InvokeFunction", "logs:FilterLogEvents")),
    ("8.1-13", "dev", people, "developers kept-from",
     Locally(containing("OnlyWithMfa", *BOUND), containing(*BOUND), "nobody signs in to an emulator")),
    ("8.1-15", "dev", connections, "direct answer", 42),
    ("8.1-15", "dev", people, "developers tunnels", True),
    deployed("8.1-20", "dev", instances, "each subnets", ["private-a"]),
    deployed("8.1-20", "dev", functions, "each groups", ["app"]),
    deployed("8.1-20", "dev", cluster, "cluster groups", ["database"]),
    deployed("8.1-20", "dev", instances, "each groups", ["app"]),
    ("8.1-21", "dev", cluster, "cluster encrypted", True),
    ("8.1-21", "dev", queues, "each encrypted", True),
    ("8.1-21", "dev", instances, "each encrypted", True),
    ("8.1-24", "dev", trail, "trail management", True),
    ("8.1-24", "dev", trail, "trail recording", True),
    ("1.1-06", "prod", people, "each second-factor", True),
    ("1.1-06", "prod", account, "account password-length", at_least(14)),
    ("1.1-06", "prod", firewalls, "regional guards", ["dn", "general", "graphql"]),
    ("1.1-18", "dev", roles, "deployment for",
     Locally({"distro-deploys": "dev"}, {"distro-deploys": "local"}, "each environment has its own deployer")),
    ("1.1-18", "dev", roles, "deployment kept-from", containing(*BOUND)),
    ("0.2-10", "staging dev", roles, "deployment kept-from", containing(*BOUND)),
)  # fmt: skip


@over(TABLE)
def test_8_security(row: Row, env: str, world: Worlds) -> None:
    row.check(world(env))
