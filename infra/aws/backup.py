"""AWS Backup: a vault and a daily plan beside the database's own backups (sections 1.1 and 10.1)."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.aws import policies, roles
from infra.aws.scope import Component, Scope


@dataclass(frozen=True)
class BackupArgs:
    """What is backed up (ARNs), how long it is kept, and the region of the copies (none: C-93)."""

    scope: Scope
    resources: tuple[str, ...]
    keep_days: int
    copy_region: str | None


class Backup(Component):
    """Daily recovery points."""

    def __init__(self, name: str, args: BackupArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args.scope, opts)
        self.args = args
        self.vault = self._vault("vault", None)
        copies = self._vault("copies", args.copy_region) if args.copy_region else None
        self.plan = self._plan(copies)
        aws.backup.Selection(
            "daily",
            name=self.scope.name("daily"),
            plan_id=self.plan.id,
            iam_role_arn=self._role().arn,
            resources=list(args.resources),
            opts=self.child(),
        )
        self.register_outputs({})

    def _vault(self, label: str, region: str | None) -> aws.backup.Vault:
        tags = self.scope.tags("dr")
        return aws.backup.Vault(label, name=self.scope.name(label), region=region, tags=tags, opts=self.stateful())

    def _plan(self, copies: aws.backup.Vault | None) -> aws.backup.Plan:
        lifecycle: aws.backup.PlanRuleLifecycleArgsDict = {"delete_after": self.args.keep_days}
        rule: aws.backup.PlanRuleArgsDict = {
            "rule_name": "daily",
            "target_vault_name": self.vault.name,
            "schedule": "cron(0 5 * * ? *)",
            "start_window": 60,
            "completion_window": 480,
            "lifecycle": lifecycle,
        }
        if copies:
            rule["copy_actions"] = [
                {"destination_vault_arn": copies.arn, "lifecycle": {"delete_after": self.args.keep_days}}
            ]
        return aws.backup.Plan(
            "daily", name=self.scope.name("daily"), rules=[rule], tags=self.scope.tags("dr"), opts=self.child()
        )

    def _role(self) -> aws.iam.Role:
        base = "arn:aws:iam::aws:policy"
        managed = {
            "backup": f"{base}/service-role/AWSBackupServiceRolePolicyForBackup",
            "restores": f"{base}/service-role/AWSBackupServiceRolePolicyForRestores",
            "s3": f"{base}/AWSBackupServiceRolePolicyForS3Backup",
        }
        trust = policies.trust("backup.amazonaws.com", policies.own_account(self.scope.account))
        return roles.role(self, "backup", roles.Grants("dr", trust, managed=managed)).role
