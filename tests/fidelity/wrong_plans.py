"""What test_damage.py plans wrongly: inputs that the program would never give, of what is only planned yet."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.fidelity.world import Inputs, Resource


@dataclass(frozen=True)
class WrongPlan:
    """Inputs that the program would never give, and the place where they have to show."""

    environment: str
    statement: str
    place: str
    kind: str
    name: str
    inputs: Mapping[str, Any]

    def changed(self, inputs: Inputs) -> Iterator[Resource]:
        """The plan with some inputs of one resource replaced."""
        inputs.one(self.kind, self.name)
        for each in inputs.resources:
            mine = each.type.endswith(self.kind) and each.name == self.name
            yield replace(each, inputs={**copy.deepcopy(dict(each.inputs)), **self.inputs}) if mine else each


_OPEN = '{"rules": {".read": true, ".write": true}}'
_ALLOW_ALL = 'rules_version = "1";\nmatch /{allPaths=**} {\nallow read, write: if true;\n}\n'

WRONG_PLANS = (
    WrongPlan("prod", "0.2-05", "aws accounts", "pulumi:providers:aws", "aws", {"allowedAccountIds": "[]"}),
    WrongPlan("prod", "2.1-03", "ingest timeout", "lambda/function:Function", "ingest", {"timeout": 30}),
    WrongPlan("prod", "2.2-07", "cluster encrypted", "rds/cluster:Cluster", "database", {"storageEncrypted": False}),
    WrongPlan("prod", "2.2-22", "each public", "rds/clusterInstance:ClusterInstance", "writer",
              {"publiclyAccessible": True}),
    WrongPlan("staging", "2.3-11", "each deleted-after", "BucketLifecycleConfiguration", "content", {"rules": []}),
    WrongPlan("staging", "2.4-09", "database ranges", "securityGroup:SecurityGroup", "database",
              {"ingress": [{"fromPort": 5432, "cidrBlocks": ["10.10.0.0/16"]}]}),
    WrongPlan("prod", "3.1-05", "sign-in ways", "identityplatform/config:Config", "config",
              {"signIn": {"allowDuplicateEmails": True}}),
    WrongPlan("dev", "3.1-31", "project name", "organizations/project:Project", "project", {"name": "Another"}),
    WrongPlan("prod", "3.2-07", "names", "rules:Rules", "rules", {"rules": _OPEN}),
    WrongPlan("dev", "3.2-14", "language first", "ruleset:Ruleset", "content",
              {"source": {"files": [{"content": _ALLOW_ALL}]}}),
    WrongPlan("prod", "4.1-02", "dn-api stage", "apigateway/stage:Stage", "dn", {"stageName": "prod"}),
    WrongPlan("prod", "4.2-02", "distrofmgraphql-main other-authentication", "graphQLApi:GraphQLApi", "graphql",
              {"additionalAuthenticationProviders": [{"authenticationType": "API_KEY"}]}),
    WrongPlan("prod", "5.1-18", "/prod/config/youtube/base-url value", "ssm/parameter:Parameter", "youtube-base-url",
              {"insecureValue": "http://localhost"}),
    WrongPlan("prod", "5.2-04", "/prod/features/new-upload-flow value", "ssm/parameter:Parameter",
              "flag-new-upload-flow", {"insecureValue": "true"}),
    WrongPlan("prod", "6.1-08", "lambda-throttles limit", "metricAlarm:MetricAlarm", "lambda-throttles",
              {"threshold": 5}),
    WrongPlan("prod", "6.2-02", "response-time-p95-dn limit", "metricAlarm:MetricAlarm", "response-time-p95-dn",
              {"threshold": 3000}),
    WrongPlan("staging", "7.1-16", "monthly dollars", "budgets/budget:Budget", "monthly", {"limitAmount": "3500"}),
    WrongPlan("prod", "8.1-09", "each encrypted", "sqs/queue:Queue", "ingest", {"sqsManagedSseEnabled": False}),
    WrongPlan("prod", "9.1-01", "cluster maintenance", "rds/cluster:Cluster", "database",
              {"preferredMaintenanceWindow": "mon:12:00-mon:13:00"}),
    WrongPlan("prod", "10.1-03", "cluster backup-days", "rds/cluster:Cluster", "database",
              {"backupRetentionPeriod": 1}),
)  # fmt: skip
"""One or more a section."""
