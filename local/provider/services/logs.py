"""CloudWatch Logs: groups and resource policies."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import unless_gone
from local.provider.properties import compact, policy_equal
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, Resource, partly, recorded
from local.provider.tags import tag_changes

PREFIX = recorded("only a way to form the name, which is applied", replace=True)

_FUNCTIONS = "/aws/lambda/"


class LogGroup(Resource):
    """A log group and how long it keeps what is written to it."""

    type = "aws:cloudwatch/logGroup:LogGroup"
    service = "logs"
    name = "name"
    exact = True
    properties: ClassVar = {
        "name": Property(replace=True),
        "namePrefix": PREFIX,
        "kmsKeyId": recorded("LocalStack cannot change the key of a log group"),
        "logGroupClass": Property(replace=True, computed=True),
        "retentionInDays": Property(default=0),
        "skipDestroy": recorded("says how to delete the group; no property of it", default=False),
        "deletionProtectionEnabled": recorded("LocalStack has no deletion protection of log groups"),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """CreateLogGroup, then the retention."""
        logs, name = cloud.client("logs", inputs.get("region")), inputs["name"]
        settings = {
            "logGroupClass": inputs.get("logGroupClass"),
            "tags": inputs.get("tags") or None,
        }
        logs.create_log_group(logGroupName=name, **compact(settings))
        with partly(name):
            if inputs.get("retentionInDays"):
                logs.put_retention_policy(logGroupName=name, retentionInDays=inputs["retentionInDays"])
        return Created(name, self._computed(cloud, name, inputs))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """Groups can only be searched by prefix; the exact name comes first."""
        logs = cloud.client("logs", inputs.get("region"))
        groups = logs.describe_log_groups(logGroupNamePrefix=id)["logGroups"]
        group = next((group for group in groups if group["logGroupName"] == id), None)
        if group is None:
            return None
        return {
            **self._computed(cloud, id, inputs),
            "name": id,
            "retentionInDays": group.get("retentionInDays", 0),
            "logGroupClass": group.get("logGroupClass", "STANDARD"),
            "tags": logs.list_tags_log_group(logGroupName=id)["tags"],
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Retention and tags."""
        logs = cloud.client("logs", new.get("region"))
        if new.get("retentionInDays"):
            logs.put_retention_policy(logGroupName=id, retentionInDays=new["retentionInDays"])
        elif old.get("retentionInDays"):
            logs.delete_retention_policy(logGroupName=id)
        added, removed = tag_changes(old, new)
        if added:
            logs.tag_log_group(logGroupName=id, tags=added)
        if removed:
            logs.untag_log_group(logGroupName=id, tags=removed)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteLogGroup."""
        with unless_gone():
            cloud.client("logs", state.get("region")).delete_log_group(logGroupName=id)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """Names are unique in an account and region."""
        return str(inputs["name"]) if self.read(cloud, inputs["name"], inputs) else None

    def by_itself(self, cloud: Cloud, inputs: Inputs) -> bool:
        """Lambda makes the group of a function that logs and has none, without a tag."""
        name = str(inputs["name"])
        held = self.read(cloud, name, inputs) if name.startswith(_FUNCTIONS) else None
        return held is not None and not held["tags"]

    def _computed(self, cloud: Cloud, name: str, inputs: Inputs) -> dict[str, Any]:
        return {"arn": cloud.arn("logs", f"log-group:{name}", region=inputs.get("region"))}


class LogResourcePolicy(Resource):
    """Which services may write to log groups."""

    type = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy"
    service = "logs"
    exact = True
    identity = ("policyName",)
    properties: ClassVar = {"policyName": Property(replace=True), "policyDocument": Property(same=policy_equal)}

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """PutResourcePolicy."""
        self._put(cloud, inputs)
        return Created(inputs["policyName"])

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """Policies can only be listed; an account has ten at most."""
        policies = cloud.client("logs", inputs.get("region")).describe_resource_policies()["resourcePolicies"]
        held = next((each for each in policies if each["policyName"] == id), None)
        return held and {"policyName": id, "policyDocument": held["policyDocument"]}

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """PutResourcePolicy."""
        self._put(cloud, new)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteResourcePolicy."""
        with unless_gone():
            cloud.client("logs", state.get("region")).delete_resource_policy(policyName=id)

    def _put(self, cloud: Cloud, inputs: Inputs) -> None:
        policy = inputs["policyDocument"]
        cloud.client("logs", inputs.get("region")).put_resource_policy(
            policyName=inputs["policyName"],
            policyDocument=policy if isinstance(policy, str) else json.dumps(policy),
        )


RESOURCES = (LogGroup, LogResourcePolicy)
