"""Application Auto Scaling: targets, policies, scheduled actions. moto 5.2.5 keeps them; nothing is scaled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import unless_gone
from local.provider.properties import compact, number_equal, set_equal
from local.provider.resource import Created, Inputs, Outputs, Property, Resource, recorded
from local.provider.spelling import Spelling

SCALING = Spelling({"metrics": "Metrics"})

KEY = {"serviceNamespace": "ServiceNamespace", "resourceId": "ResourceId", "scalableDimension": "ScalableDimension"}
"""What a target is known by."""


def _key(inputs: Inputs) -> dict[str, Any]:
    return {member: inputs[name] for name, member in KEY.items()}


class Scaling(Resource):
    """A resource of Application Auto Scaling; ids are the parts of the key, joined by slashes as in pulumi-aws."""

    service = "application-autoscaling"

    def scaling(self, cloud: Cloud, inputs: Inputs) -> Any:
        """The client for the resource's region."""
        return cloud.client("application-autoscaling", inputs.get("region"))


class Target(Scaling):
    """What may be scaled, and between which bounds."""

    type = "aws:appautoscaling/target:Target"
    identity = tuple(KEY)
    properties: ClassVar = {
        **dict.fromkeys(KEY, Property(replace=True)),
        "minCapacity": Property(),
        "maxCapacity": Property(),
        "roleArn": Property(computed=True),
        "suspendedState": Property(),
        "tags": recorded("moto keeps no tags of targets", same=set_equal),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call."""
        return Created(_target_id(inputs), self.update(cloud, "", {}, inputs))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """One description."""
        key = inputs or _imported(id)
        answer = self.scaling(cloud, inputs).describe_scalable_targets(
            ServiceNamespace=key["serviceNamespace"],
            ResourceIds=[key["resourceId"]],
            ScalableDimension=key["scalableDimension"],
        )
        held = next(iter(answer["ScalableTargets"]), None)
        return held and {
            **{name: held[member] for name, member in KEY.items()},
            "minCapacity": held["MinCapacity"],
            "maxCapacity": held["MaxCapacity"],
            "roleArn": held.get("RoleARN", ""),
            "suspendedState": SCALING.from_aws(held.get("SuspendedState")),
            "arn": held["ScalableTargetARN"],
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """RegisterScalableTarget makes and changes."""
        more = compact({"RoleARN": new.get("roleArn"), "SuspendedState": SCALING.to_aws(new.get("suspendedState"))})
        answer = self.scaling(cloud, new).register_scalable_target(
            **_key(new), MinCapacity=new["minCapacity"], MaxCapacity=new["maxCapacity"], **more
        )
        return {"arn": answer["ScalableTargetARN"]}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeregisterScalableTarget; of one that is gone it says only that the request is not valid."""
        if self.read(cloud, id, state) is not None:
            with unless_gone():
                self.scaling(cloud, state).deregister_scalable_target(**_key(state))


def _target_id(inputs: Inputs) -> str:
    return "/".join(str(inputs[name]) for name in KEY)


def _imported(id: str) -> dict[str, str]:
    namespace, _, rest = id.partition("/")
    resource, _, dimension = rest.rpartition("/")
    return {"serviceNamespace": namespace, "resourceId": resource, "scalableDimension": dimension}


CONFIGURATIONS = {
    "targetTrackingScalingPolicyConfiguration": "TargetTrackingScalingPolicyConfiguration",
    "stepScalingPolicyConfiguration": "StepScalingPolicyConfiguration",
}


class Policy(Scaling):
    """When a target is scaled."""

    type = "aws:appautoscaling/policy:Policy"
    name = "name"
    identity = tuple(KEY)
    properties: ClassVar = {
        **dict.fromkeys(KEY, Property(replace=True)),
        "name": Property(replace=True),
        "policyType": Property(default="StepScaling"),
        **dict.fromkeys(CONFIGURATIONS, Property()),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call."""
        return Created(f"{_target_id(inputs)}/{inputs['name']}", self.update(cloud, "", {}, inputs))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """One description."""
        key = inputs or _named(id)
        answer = self.scaling(cloud, inputs).describe_scaling_policies(
            PolicyNames=[key["name"]], ServiceNamespace=key["serviceNamespace"], ResourceId=key["resourceId"]
        )
        held = next((each for each in answer["ScalingPolicies"] if each["PolicyName"] == key["name"]), None)
        return held and {
            **{name: held[member] for name, member in KEY.items()},
            "name": held["PolicyName"],
            "policyType": held["PolicyType"],
            **{name: SCALING.from_aws(held.get(member)) for name, member in CONFIGURATIONS.items()},
            "arn": held["PolicyARN"],
            "alarmArns": [alarm["AlarmARN"] for alarm in held.get("Alarms", [])],
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """PutScalingPolicy makes and changes."""
        blocks = {member: SCALING.to_aws(new[name]) for name, member in CONFIGURATIONS.items() if new.get(name)}
        answer = self.scaling(cloud, new).put_scaling_policy(
            **_key(new), PolicyName=new["name"], PolicyType=new["policyType"], **blocks
        )
        return {"arn": answer["PolicyARN"], "alarmArns": [alarm["AlarmARN"] for alarm in answer.get("Alarms", [])]}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteScalingPolicy."""
        if self.read(cloud, id, state) is not None:
            with unless_gone():
                self.scaling(cloud, state).delete_scaling_policy(**_key(state), PolicyName=state["name"])


def _named(id: str) -> dict[str, str]:
    target, _, name = id.rpartition("/")
    return {**_imported(target), "name": name}


ACTION = {"schedule": "Schedule", "timezone": "Timezone", "startTime": "StartTime", "endTime": "EndTime"}


def same_capacities(actual: Mapping[str, Any] | None, recorded: Mapping[str, Any] | None) -> bool:
    """The same bounds; pulumi-aws writes them as text."""
    sides = actual or {}, recorded or {}
    return all(number_equal(*(side.get(name) for side in sides)) for name in ("minCapacity", "maxCapacity"))


class ScheduledAction(Scaling):
    """When a target gets other bounds."""

    type = "aws:appautoscaling/scheduledAction:ScheduledAction"
    name = "name"
    identity = tuple(KEY)
    properties: ClassVar = {
        **dict.fromkeys(KEY, Property(replace=True)),
        "name": Property(replace=True),
        "schedule": Property(),
        "timezone": Property(default="UTC"),
        "startTime": recorded("moto keeps a moment, without the spelling of the program"),
        "endTime": recorded("moto keeps a moment, without the spelling of the program"),
        "scalableTargetAction": Property(same=same_capacities),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call; moto tells the ARN only when asked."""
        self.update(cloud, "", {}, inputs)
        id = f"{_target_id(inputs)}/{inputs['name']}"
        return Created(id, {"arn": (self.read(cloud, id, inputs) or {}).get("arn", "")})

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """One description."""
        key = inputs or _named(id)
        answer = self.scaling(cloud, inputs).describe_scheduled_actions(
            ScheduledActionNames=[key["name"]], ServiceNamespace=key["serviceNamespace"], ResourceId=key["resourceId"]
        )
        held = next((each for each in answer["ScheduledActions"] if each["ScheduledActionName"] == key["name"]), None)
        return held and {
            **{name: held[member] for name, member in KEY.items()},
            "name": held["ScheduledActionName"],
            "schedule": held["Schedule"],
            "timezone": held.get("Timezone", "UTC"),
            "scalableTargetAction": SCALING.from_aws(held.get("ScalableTargetAction")),
            "arn": held["ScheduledActionARN"],
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """PutScheduledAction makes and changes."""
        bounds = {
            member: int(new["scalableTargetAction"][name])
            for name, member in BOUNDS.items()
            if name in new["scalableTargetAction"]
        }
        self.scaling(cloud, new).put_scheduled_action(
            **_key(new),
            ScheduledActionName=new["name"],
            ScalableTargetAction=bounds,
            **compact({member: new.get(name) for name, member in ACTION.items()}),
        )
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteScheduledAction."""
        if self.read(cloud, id, state) is not None:
            with unless_gone():
                self.scaling(cloud, state).delete_scheduled_action(**_key(state), ScheduledActionName=state["name"])


BOUNDS = {"minCapacity": "MinCapacity", "maxCapacity": "MaxCapacity"}

RESOURCES = (Target, Policy, ScheduledAction)
