"""What exists once in an account: API Gateway's log role, encrypted volumes, passwords, scans (sections 4.1, 8.1)."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.aws import policies, roles
from infra.aws.scope import Component, Scope


@dataclass(frozen=True)
class AccountArgs:
    """`hardened`: whether the account holds production, with its people and their passwords."""

    scope: Scope
    hardened: bool


class Account(Component):
    """The account's own settings."""

    def __init__(self, name: str, args: AccountArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args.scope, opts)
        self.api_gateway = self._api_gateway_logs()
        if args.hardened:
            self._harden()
        self.register_outputs({})

    def _api_gateway_logs(self) -> aws.apigateway.Account:
        """The role with which API Gateway writes the logs of every API of the account."""
        groups = ["API-Gateway-Execution-Logs_*", "/distronation/*"]
        write = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        look = "API Gateway looks for its groups among all of them"
        statements = (
            policies.Statement("Groups", ["logs:DescribeLogGroups"], ["*"], reason=look),
            policies.Statement("Write", write, [self.scope.arn("logs", f"log-group:{name}:*") for name in groups]),
        )
        trust = policies.trust("apigateway.amazonaws.com", policies.own_account(self.scope.account))
        made = roles.role(self, "api-gateway-logs", roles.Grants("apigateway", trust, statements))
        # It cannot be deleted: a stack that goes leaves it to the next.
        options = self.child(depends_on=list(made.policies), retain_on_delete=True)
        return aws.apigateway.Account("api-gateway", cloudwatch_role_arn=made.role.arn, opts=options)

    def _harden(self) -> None:
        aws.ebs.EncryptionByDefault("volumes", enabled=True, opts=self.child())
        aws.iam.AccountPasswordPolicy(
            "passwords",
            minimum_password_length=16,
            require_lowercase_characters=True,
            require_uppercase_characters=True,
            require_numbers=True,
            require_symbols=True,
            password_reuse_prevention=24,
            allow_users_to_change_password=True,
            opts=self.child(),
        )
        # Continuous scans of functions and instances (section 8.1).
        aws.inspector2.Enabler(
            "scanning", account_ids=[self.scope.account], resource_types=["EC2", "LAMBDA"], opts=self.child()
        )
