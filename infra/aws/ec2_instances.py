"""EC2 instances: spot, monitoring, snapshots, recovery; reached through Session Manager alone (section 2.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.aws import policies, roles
from infra.aws.network import Placement
from infra.aws.scope import Component, Scope
from infra.environment.compute import Instance

# The newest Amazon Linux, looked up by EC2 itself when an instance starts: no image id is written down to grow old.
_IMAGE = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
_SESSIONS = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"


@dataclass(frozen=True)
class Ec2InstancesArgs:
    """The instances and where they are."""

    scope: Scope
    instances: Mapping[str, Instance]
    place: Placement
    security_group_id: pulumi.Input[str]
    off_hours: bool
    """Whether the off-hours schedule may stop those that are not critical."""


class Ec2Instances(Component):
    """The instances of an environment."""

    def __init__(self, name: str, args: Ec2InstancesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args.scope, opts)
        self.args = args
        self.profile = self._profile()
        self.instances = {label: self._instance(label, spec) for label, spec in args.instances.items()}
        if any(spec.daily_snapshots for spec in args.instances.values()):
            self._snapshots()
        self.register_outputs({label: instance.id for label, instance in self.instances.items()})

    def _profile(self) -> aws.iam.InstanceProfile:
        name, trust = self.scope.name("instances"), policies.trust("ec2.amazonaws.com")
        role = roles.role(self, "instances", roles.Grants("ec2", trust, managed={"sessions": _SESSIONS})).role
        return aws.iam.InstanceProfile(
            "instances", name=name, role=role.name, tags=self.scope.tags("ec2"), opts=self.child()
        )

    def _instance(self, label: str, spec: Instance) -> aws.ec2.Instance:
        template = self._template(label, spec)
        subnet = pulumi.Output.from_input(self.args.place.private_subnet_ids).apply(lambda ids: ids[0])
        instance = aws.ec2.Instance(
            label,
            launch_template={"id": template.id, "version": "$Latest"},
            subnet_id=subnet,
            vpc_security_group_ids=[self.args.security_group_id],
            tags=self._tags(label, spec),
            # A newer image is for new instances: the existing one stays what it is.
            opts=self.stateful(ignore_changes=["launchTemplate"] if self.scope.protected else None),
        )
        if spec.automatic_recovery:
            self._recovery(label, instance)
        return instance

    def _template(self, label: str, spec: Instance) -> aws.ec2.LaunchTemplate:
        disk: aws.ec2.LaunchTemplateBlockDeviceMappingArgsDict = {
            "device_name": "/dev/xvda",
            "ebs": {"encrypted": "true", "volume_type": "gp3", "volume_size": 8, "delete_on_termination": "true"},
        }
        return aws.ec2.LaunchTemplate(
            label,
            name=self.scope.name(label),
            image_id=_IMAGE,
            instance_type=spec.type,
            iam_instance_profile={"name": self.profile.name},
            metadata_options={"http_endpoint": "enabled", "http_tokens": "required", "http_put_response_hop_limit": 1},
            monitoring={"enabled": spec.detailed_monitoring},
            block_device_mappings=[disk],
            instance_market_options=_SPOT if spec.spot else None,
            tag_specifications=[{"resource_type": "volume", "tags": self._tags(label, spec)}],
            update_default_version=True,
            tags=self.scope.tags("ec2"),
            opts=self.child(),
        )

    def _tags(self, label: str, spec: Instance) -> dict[str, str]:
        schedule = {"schedule": "business-hours"} if self.args.off_hours else {}
        snapshots = {"snapshots": "daily"} if spec.daily_snapshots else {}
        return self.scope.named_tags("ec2", label, purpose=spec.purpose, **schedule, **snapshots)

    def _recovery(self, label: str, instance: aws.ec2.Instance) -> None:
        """AWS moves the instance to sound hardware when its own fails (C-08)."""
        aws.cloudwatch.MetricAlarm(
            f"{label}-recovery",
            name=self.scope.name(f"{label}-recovery"),
            namespace="AWS/EC2",
            metric_name="StatusCheckFailed_System",
            dimensions={"InstanceId": instance.id},
            statistic="Maximum",
            comparison_operator="GreaterThanThreshold",
            threshold=0,
            period=60,
            evaluation_periods=2,
            alarm_actions=[f"arn:aws:automate:{self.scope.region}:ec2:recover"],
            tags=self.scope.tags("ec2"),
            opts=self.child(),
        )

    def _snapshots(self) -> None:
        managed = {"snapshots": "arn:aws:iam::aws:policy/service-role/AWSDataLifecycleManagerServiceRole"}
        trust = policies.trust("dlm.amazonaws.com", policies.own_account(self.scope.account))
        role = roles.role(self, "snapshots", roles.Grants("ec2", trust, managed=managed)).role
        aws.dlm.LifecyclePolicy(
            "snapshots",
            description=f"Daily snapshots of the instances of {self.scope.environment}",
            execution_role_arn=role.arn,
            state="ENABLED",
            policy_details={
                "resource_types": ["INSTANCE"],
                "target_tags": {"environment": self.scope.environment, "snapshots": "daily"},
                "schedules": [
                    {
                        "name": "daily",
                        "create_rule": {"interval": 24, "interval_unit": "HOURS", "times": "05:00"},
                        "retain_rule": {"count": 14},
                        "copy_tags": True,
                    }
                ],
            },
            tags=self.scope.tags("ec2"),
            opts=self.child(),
        )


# A persistent request can be stopped and started; a one-time one cannot (C-23).
_SPOT: aws.ec2.LaunchTemplateInstanceMarketOptionsArgsDict = {
    "market_type": "spot",
    "spot_options": {"spot_instance_type": "persistent", "instance_interruption_behavior": "stop"},
}
