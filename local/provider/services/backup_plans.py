"""AWS Backup: plans and selections. moto 5.2.5 keeps plans, and runs no job."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.properties import equal, normal, set_equal, unordered
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, Recorded, recorded
from local.provider.services.backup import Backup
from local.provider.spelling import Spelling

SELECTIONS = "moto lacks backup selections"

RULE = Spelling(
    {
        "schedule": "ScheduleExpression",
        "startWindow": "StartWindowMinutes",
        "completionWindow": "CompletionWindowMinutes",
        "targetVaultName": "TargetBackupVaultName",
        "coldStorageAfter": "MoveToColdStorageAfterDays",
        "deleteAfter": "DeleteAfterDays",
        "destinationVaultArn": "DestinationBackupVaultArn",
        "optInToArchiveForSupportedResources": "OptInToArchiveForSupportedResources",
    },
    maps=frozenset({"recoveryPointTags", "RecoveryPointTags", "backupOptions", "BackupOptions"}),
)
"""Backup's spelling of a plan's rules."""

RULE_DEFAULTS = {"startWindow": 60, "completionWindow": 180, "scheduleExpressionTimezone": "Etc/UTC"}


def plan_rules(rules: Any) -> Any:
    """A plan's rules in one form: any order, and with what Backup assumes where nothing is said."""
    return unordered(normal([{**RULE_DEFAULTS, **rule} for rule in rules or ()]))


def same_plan_rules(actual: Any, recorded: Any) -> bool:
    """The same rules in any order; ids are Backup's own."""
    return bool(plan_rules(actual) == plan_rules(recorded))


class Plan(Backup):
    """When what is backed up. moto cannot change a plan, so that another one takes its place."""

    type = "aws:backup/plan:Plan"
    name = "name"
    volatile = ("version",)
    properties: ClassVar = {
        "name": Property(replace=True),
        "rules": Property(replace=True, same=same_plan_rules),
        "advancedBackupSettings": Property(replace=True),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call."""
        more = (
            {"AdvancedBackupSettings": RULE.to_aws(inputs["advancedBackupSettings"])}
            if inputs.get("advancedBackupSettings")
            else {}
        )
        plan = {"BackupPlanName": inputs["name"], "Rules": RULE.to_aws(inputs["rules"]), **more}
        answer = self.backup(cloud, inputs).create_backup_plan(
            BackupPlan=plan, BackupPlanTags=dict(inputs.get("tags") or {}), CreatorRequestId=str(uuid.uuid4())
        )
        return Created(answer["BackupPlanId"], {"arn": answer["BackupPlanArn"], "version": answer["VersionId"]})

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """The plan and its tags; a deleted one stays visible with the date of its deletion."""
        backup = self.backup(cloud, inputs)
        held = found(lambda: backup.get_backup_plan(BackupPlanId=id))
        if held is None or "DeletionDate" in held:
            return None
        plan = held["BackupPlan"]
        return {
            "name": plan["BackupPlanName"],
            "rules": [_without_id(rule) for rule in plan["Rules"]],
            "advancedBackupSettings": RULE.from_aws(plan.get("AdvancedBackupSettings", [])),
            "tags": backup.list_tags(ResourceArn=held["BackupPlanArn"])["Tags"],
            "arn": held["BackupPlanArn"],
            "version": held["VersionId"],
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Tags."""
        self.retag(cloud, cloud.arn("backup", f"backup-plan:{id}", region=new.get("region")), old, new)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteBackupPlan."""
        with unless_gone():
            self.backup(cloud, state).delete_backup_plan(BackupPlanId=id)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """By its name, as Backup refuses a second plan that is equal; deleted ones stay in the list."""
        plans = self.backup(cloud, inputs).list_backup_plans()["BackupPlansList"]
        ids = (str(plan["BackupPlanId"]) for plan in plans if plan["BackupPlanName"] == inputs["name"])
        return next((id for id in ids if self.read(cloud, id, inputs) is not None), None)


def _without_id(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in RULE.from_aws(rule).items() if name != "ruleId"}


class Selection(Recorded):
    """What a plan backs up."""

    type = "aws:backup/selection:Selection"
    reason = SELECTIONS
    properties: ClassVar = {
        "planId": recorded(SELECTIONS, replace=True),
        "name": recorded(SELECTIONS, replace=True),
        "iamRoleArn": recorded(SELECTIONS, replace=True),
        "resources": recorded(SELECTIONS, replace=True, same=set_equal),
        "notResources": recorded(SELECTIONS, replace=True, same=set_equal),
        "selectionTags": recorded(SELECTIONS, replace=True, same=set_equal),
        "conditions": recorded(SELECTIONS, replace=True, same=equal),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """A UUID that follows from plan and name."""
        digest = hashlib.sha256(f"{inputs['planId']}/{inputs.get('name')}".encode()).hexdigest()
        return Created(str(uuid.UUID(digest[:32])))


RESOURCES = (Plan, Selection)
