"""RDS: subnet groups and cluster parameter groups. moto 5.2.5 answers for RDS."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.properties import set_equal
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, Resource, partly
from local.provider.services.ec2_base import changed
from local.provider.tags import tag_changes, tag_list, tag_map


class Rds(Resource):
    """A resource of RDS, known by its name."""

    service = "rds"
    kind: ClassVar[str]
    """The type as RDS's ARNs spell it."""

    def rds(self, cloud: Cloud, inputs: Inputs) -> Any:
        """The client for the resource's region."""
        return cloud.client("rds", inputs.get("region"))

    def arn(self, cloud: Cloud, id: str, inputs: Inputs) -> str:
        """`arn:aws:rds:<region>:<account>:<kind>:<id>`."""
        return cloud.arn("rds", f"{self.kind}:{id}", region=inputs.get("region"))

    def tags(self, cloud: Cloud, id: str, inputs: Inputs) -> dict[str, str]:
        """The tags, for descriptions that lack them."""
        answer = self.rds(cloud, inputs).list_tags_for_resource(ResourceName=self.arn(cloud, id, inputs))
        return tag_map(answer["TagList"])

    def retag(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> None:
        """Set and remove the tags that differ."""
        rds, arn, (added, removed) = self.rds(cloud, new), self.arn(cloud, id, new), tag_changes(old, new)
        if added:
            rds.add_tags_to_resource(ResourceName=arn, Tags=tag_list(added))
        if removed:
            rds.remove_tags_from_resource(ResourceName=arn, TagKeys=removed)


class SubnetGroup(Rds):
    """Where a cluster's instances may live."""

    type = "aws:rds/subnetGroup:SubnetGroup"
    kind = "subgrp"
    name = "name"
    properties: ClassVar = {
        "name": Property(replace=True),
        "description": Property(default="Managed by Pulumi"),
        "subnetIds": Property(same=set_equal),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call."""
        answer = self.rds(cloud, inputs).create_db_subnet_group(
            DBSubnetGroupName=inputs["name"],
            DBSubnetGroupDescription=inputs["description"],
            SubnetIds=list(inputs["subnetIds"]),
            Tags=tag_list(inputs.get("tags")),
        )
        return Created(inputs["name"], self._computed(answer["DBSubnetGroup"]))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """The description, and the tags."""
        rds = self.rds(cloud, inputs)
        answer = found(lambda: rds.describe_db_subnet_groups(DBSubnetGroupName=id))
        if not answer or not answer["DBSubnetGroups"]:
            return None
        group = answer["DBSubnetGroups"][0]
        return {
            "name": id,
            "description": group["DBSubnetGroupDescription"],
            "subnetIds": [subnet["SubnetIdentifier"] for subnet in group["Subnets"]],
            "tags": self.tags(cloud, id, inputs),
            **self._computed(group),
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Made anew under its name where moto's ModifyDBSubnetGroup would lose it; else tags."""
        if changed(old, new, "subnetIds", "description"):
            self.delete(cloud, id, new)
            return self.create(cloud, new).outputs
        self.retag(cloud, id, old, new)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteDBSubnetGroup."""
        with unless_gone():
            self.rds(cloud, state).delete_db_subnet_group(DBSubnetGroupName=id)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """Names are unique in an account and region."""
        rds = self.rds(cloud, inputs)
        answer = found(lambda: rds.describe_db_subnet_groups(DBSubnetGroupName=inputs["name"]))
        return inputs["name"] if answer and answer["DBSubnetGroups"] else None

    def _computed(self, group: Mapping[str, Any]) -> dict[str, Any]:
        return {"arn": group["DBSubnetGroupArn"], "vpcId": group["VpcId"], "supportedNetworkTypes": ["IPV4"]}


def _settings(parameters: Iterable[Mapping[str, Any]] | None) -> dict[str, tuple[str, str]]:
    return {each["name"]: (str(each["value"]), each.get("applyMethod") or "immediate") for each in parameters or ()}


def same_parameters(actual: Any, recorded: Any) -> bool:
    """The same values, in any order; applied at once where nothing is said."""
    return _settings(actual) == _settings(recorded)


class ClusterParameterGroup(Rds):
    """Settings of PostgreSQL. They are kept by RDS; the sandbox's PostgreSQL has its own."""

    type = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
    kind = "cluster-pg"
    name = "name"
    properties: ClassVar = {
        "name": Property(replace=True),
        "family": Property(replace=True),
        "description": Property(replace=True, default="Managed by Pulumi"),
        "parameters": Property(same=same_parameters),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """The group, then its parameters."""
        rds, name = self.rds(cloud, inputs), inputs["name"]
        rds.create_db_cluster_parameter_group(
            DBClusterParameterGroupName=name,
            DBParameterGroupFamily=inputs["family"],
            Description=inputs["description"],
            Tags=tag_list(inputs.get("tags")),
        )
        with partly(name):
            self._set(rds, name, _settings(inputs.get("parameters")))
        return Created(name, {"arn": self.arn(cloud, name, inputs)})

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """The group, the parameters that somebody set, the tags."""
        rds = self.rds(cloud, inputs)
        answer = found(lambda: rds.describe_db_cluster_parameter_groups(DBClusterParameterGroupName=id))
        if not answer or not answer["DBClusterParameterGroups"]:
            return None
        group = answer["DBClusterParameterGroups"][0]
        parameters = rds.describe_db_cluster_parameters(DBClusterParameterGroupName=id, Source="user")["Parameters"]
        return {
            "name": id,
            "family": group["DBParameterGroupFamily"],
            "description": group["Description"],
            "parameters": [
                {"name": each["ParameterName"], "value": each["ParameterValue"], "applyMethod": each["ApplyMethod"]}
                for each in parameters
            ],
            "tags": self.tags(cloud, id, inputs),
            "arn": group["DBClusterParameterGroupArn"],
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Changed parameters; moto cannot reset one, so that a removal makes the group anew under its name."""
        before, after = _settings(old.get("parameters")), _settings(new.get("parameters"))
        if before.keys() - after.keys():
            self.delete(cloud, id, new)
            self.create(cloud, new)
            return {}
        self._set(self.rds(cloud, new), id, dict(after.items() - before.items()))
        self.retag(cloud, id, old, new)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteDBClusterParameterGroup."""
        with unless_gone():
            self.rds(cloud, state).delete_db_cluster_parameter_group(DBClusterParameterGroupName=id)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """Names are unique in an account and region."""
        rds = self.rds(cloud, inputs)
        answer = found(lambda: rds.describe_db_cluster_parameter_groups(DBClusterParameterGroupName=inputs["name"]))
        return inputs["name"] if answer and answer["DBClusterParameterGroups"] else None

    def _set(self, rds: Any, name: str, settings: Mapping[str, tuple[str, str]]) -> None:
        parameters = [
            {"ParameterName": key, "ParameterValue": value, "ApplyMethod": method}
            for key, (value, method) in settings.items()
        ]
        if parameters:
            rds.modify_db_cluster_parameter_group(DBClusterParameterGroupName=name, Parameters=parameters)


RESOURCES = (SubnetGroup, ClusterParameterGroup)
