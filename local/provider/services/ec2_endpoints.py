"""EC2: VPC endpoints and flow logs."""

from __future__ import annotations

from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.properties import compact, policy_equal, set_equal
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, recorded
from local.provider.services.ec2_base import Ec2, changed, moved
from local.provider.tags import tag_map

LISTS = {"subnetIds": "SubnetIds", "routeTableIds": "RouteTableIds", "securityGroupIds": "SecurityGroupIds"}
"""What an endpoint is attached to, by its kind."""


class VpcEndpoint(Ec2):
    """A private way from a VPC to an AWS service."""

    type = "aws:ec2/vpcEndpoint:VpcEndpoint"
    kind = "vpc-endpoint"
    look_up = ("describe_vpc_endpoints", "VpcEndpointIds", "VpcEndpoints")
    properties: ClassVar = {
        "vpcId": Property(replace=True),
        "serviceName": Property(replace=True),
        "vpcEndpointType": Property(replace=True, default="Gateway"),
        "policy": Property(same=policy_equal, computed=True),
        # moto takes it at creation and cannot change it.
        "privateDnsEnabled": Property(replace=True, computed=True),
        "subnetIds": Property(same=set_equal, computed=True),
        "routeTableIds": Property(same=set_equal, computed=True),
        "securityGroupIds": Property(same=set_equal, computed=True),
        "ipAddressType": recorded("moto keeps no address type", computed=True),
        "dnsOptions": recorded("moto keeps no DNS options", computed=True),
        "autoAccept": recorded("an option of the provider, not of the endpoint"),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call."""
        arguments = compact(
            {
                "VpcId": inputs["vpcId"],
                "ServiceName": inputs["serviceName"],
                "VpcEndpointType": inputs["vpcEndpointType"],
                "PolicyDocument": inputs.get("policy"),
                "PrivateDnsEnabled": inputs.get("privateDnsEnabled", False),
                **{argument: inputs.get(name) for name, argument in LISTS.items()},
            }
        )
        endpoint = self.ec2(cloud, inputs).create_vpc_endpoint(**arguments, **self.tagged(inputs))["VpcEndpoint"]
        return Created(endpoint["VpcEndpointId"], self._computed(cloud, endpoint, inputs))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """One description; a deleted endpoint stays visible for a while."""
        endpoint = self.held(cloud, id, inputs)
        if endpoint is None or endpoint["State"] in {"deleting", "deleted"}:
            return None
        return {
            "vpcId": endpoint["VpcId"],
            "serviceName": endpoint["ServiceName"],
            "vpcEndpointType": endpoint["VpcEndpointType"],
            "privateDnsEnabled": endpoint["PrivateDnsEnabled"],
            "subnetIds": endpoint["SubnetIds"],
            "routeTableIds": endpoint["RouteTableIds"],
            "securityGroupIds": [group["GroupId"] for group in endpoint["Groups"]],
            "tags": tag_map(endpoint.get("Tags")),
            **self._computed(cloud, endpoint, inputs),
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """What was attached and detached, the policy, tags."""
        arguments: dict[str, Any] = {}
        for name, argument in LISTS.items():
            singular = argument.replace("Ids", "Id") + "s"
            arguments[f"Add{singular}"], arguments[f"Remove{singular}"] = moved(old, new, name)
        if changed(old, new, "policy"):
            arguments |= {"PolicyDocument": new["policy"]} if new.get("policy") else {"ResetPolicy": True}
        if arguments := {key: value for key, value in arguments.items() if value}:
            self.ec2(cloud, new).modify_vpc_endpoint(VpcEndpointId=id, **arguments)
        return super().update(cloud, id, old, new)

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteVpcEndpoints."""
        with unless_gone():
            self.ec2(cloud, state).delete_vpc_endpoints(VpcEndpointIds=[id])

    def _computed(self, cloud: Cloud, endpoint: dict[str, Any], inputs: Inputs) -> dict[str, Any]:
        id = endpoint["VpcEndpointId"]
        entries = [{"dnsName": dns["DnsName"], "hostedZoneId": dns["HostedZoneId"]} for dns in endpoint["DnsEntries"]]
        return {
            "arn": self.arn(cloud, id, inputs),
            "ownerId": cloud.account,
            "state": endpoint["State"],
            "policy": endpoint["PolicyDocument"],
            "dnsEntries": entries,
            "networkInterfaceIds": endpoint["NetworkInterfaceIds"],
            "prefixListId": self._prefix_list(cloud, endpoint, inputs),
            "cidrBlocks": [],
            "requesterManaged": False,
        }

    def _prefix_list(self, cloud: Cloud, endpoint: dict[str, Any], inputs: Inputs) -> str:
        """Gateways are routed to by a list of the service's addresses."""
        if endpoint["VpcEndpointType"] != "Gateway":
            return ""
        tables = endpoint["RouteTableIds"][:1]
        answer = found(lambda: self.ec2(cloud, inputs).describe_route_tables(RouteTableIds=tables)) if tables else None
        routes = [route for table in (answer or {}).get("RouteTables", []) for route in table["Routes"]]
        lists = (
            route["DestinationPrefixListId"] for route in routes if route.get("GatewayId") == endpoint["VpcEndpointId"]
        )
        return next(lists, "")


class FlowLog(Ec2):
    """A record of what flows through a VPC, subnet or interface."""

    type = "aws:ec2/flowLog:FlowLog"
    kind = "vpc-flow-log"
    look_up = ("describe_flow_logs", "FlowLogIds", "FlowLogs")
    properties: ClassVar = {
        "vpcId": Property(replace=True),
        "subnetId": Property(replace=True),
        "eniId": Property(replace=True),
        "trafficType": Property(replace=True),
        "logDestinationType": Property(replace=True, default="cloud-watch-logs"),
        "logDestination": Property(replace=True),
        "iamRoleArn": Property(replace=True),
        "logFormat": Property(replace=True, computed=True),
        "maxAggregationInterval": Property(replace=True, default=600),
        "destinationOptions": recorded("moto keeps no options of a destination", replace=True),
        "tags": TAGS,
    }
    OF: ClassVar = {"vpcId": "VPC", "subnetId": "Subnet", "eniId": "NetworkInterface"}

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call; moto's own logs lack the group, so that its delivery status says failed."""
        name = next(name for name in self.OF if inputs.get(name))
        arguments = compact(
            {
                "LogDestination": inputs.get("logDestination"),
                "DeliverLogsPermissionArn": inputs.get("iamRoleArn"),
                "LogFormat": inputs.get("logFormat"),
            }
        )
        answer = self.ec2(cloud, inputs).create_flow_logs(
            ResourceIds=[inputs[name]],
            ResourceType=self.OF[name],
            TrafficType=inputs["trafficType"],
            LogDestinationType=inputs["logDestinationType"],
            MaxAggregationInterval=inputs["maxAggregationInterval"],
            **arguments,
            **self.tagged(inputs),
        )
        return Created(answer["FlowLogIds"][0], {"arn": self.arn(cloud, answer["FlowLogIds"][0], inputs)})

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """One description."""
        log = self.held(cloud, id, inputs)
        if log is None:
            return None
        kinds = {"vpc-": "vpcId", "subnet-": "subnetId", "eni-": "eniId"}
        of = next(name for prefix, name in kinds.items() if log["ResourceId"].startswith(prefix))
        return {
            of: log["ResourceId"],
            "trafficType": log["TrafficType"],
            "logDestinationType": log["LogDestinationType"],
            "logDestination": log.get("LogDestination", ""),
            "iamRoleArn": log.get("DeliverLogsPermissionArn", ""),
            "logFormat": log["LogFormat"],
            "maxAggregationInterval": log["MaxAggregationInterval"],
            "tags": tag_map(log.get("Tags")),
            "arn": self.arn(cloud, id, inputs),
        }

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteFlowLogs."""
        with unless_gone():
            self.ec2(cloud, state).delete_flow_logs(FlowLogIds=[id])

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """One log of a resource to a destination."""
        name = next(name for name in self.OF if inputs.get(name))
        logs = self.ec2(cloud, inputs).describe_flow_logs(Filter=[{"Name": "resource-id", "Values": [inputs[name]]}])
        same = (log for log in logs["FlowLogs"] if log.get("LogDestination") == inputs.get("logDestination"))
        return next((str(log["FlowLogId"]) for log in same), None)


RESOURCES = (VpcEndpoint, FlowLog)
