"""Secrets Manager: the environment's secrets by name, without their values (section 5.1).

A value is set by `distro secrets set`, never here. Two kinds of content are no secret and are written: where the
database's own password lies (AWS makes and keeps it), and the keys of mocked services, which open nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.aws.scope import Component, Scope
from infra.environment import Environment

_RECOVERY_DAYS = 30
_MOCK_KEYS = {
    "youtube/api-key": "mock-youtube-api-key",
    "spotify/client-id": "mock-spotify-client",
    "spotify/client-secret": "mock-spotify-client-secret",
}


@dataclass(frozen=True)
class SecretsArgs:
    """Which secrets, and the database that one of them describes."""

    scope: Scope
    environment: Environment
    cluster: aws.rds.Cluster
    master_secret_arn: pulumi.Input[str]


class Secrets(Component):
    """The secrets of an environment."""

    def __init__(self, name: str, args: SecretsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args.scope, opts)
        self.args = args
        self.secrets: Mapping[str, aws.secretsmanager.Secret] = {
            label: self._secret(label) for label in args.environment.secrets
        }
        self._describe("database-credentials", self._database())
        self._describe("mock-api-keys", pulumi.Output.secret(json.dumps(_MOCK_KEYS, sort_keys=True)))
        self.register_outputs({})

    def _secret(self, label: str) -> aws.secretsmanager.Secret:
        spec = self.args.environment.secrets[label]
        rotation = {"rotate-days": str(spec.rotate_days)} if spec.rotate_days else {}
        retirement = {"retire": "true"} if spec.retire else {}
        return aws.secretsmanager.Secret(
            label,
            name=self.args.environment.secret(label),
            description=spec.purpose,
            # Names are fixed: where nothing is protected, a secret that goes leaves its name free at once.
            recovery_window_in_days=_RECOVERY_DAYS if self.scope.protected else 0,
            tags=self.scope.tags("secrets", **rotation, **retirement),
            opts=self.stateful(),
        )

    def _database(self) -> pulumi.Output[str]:
        """How to reach the database: by the Data API with the secret that RDS rotates."""
        cluster = self.args.cluster
        return pulumi.Output.json_dumps(
            {
                "resourceArn": cluster.arn,
                "secretArn": self.args.master_secret_arn,
                "host": cluster.endpoint,
                "port": cluster.port,
                "dbname": cluster.database_name,
            }
        )

    def _describe(self, label: str, content: pulumi.Output[str]) -> None:
        if label in self.secrets:
            aws.secretsmanager.SecretVersion(
                label, secret_id=self.secrets[label].id, secret_string=content, opts=self.child()
            )
