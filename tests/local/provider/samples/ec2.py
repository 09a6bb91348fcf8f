"""EC2: networks, security, endpoints."""

from tests.local.provider.samples import Ref, Sample

TAGS = {"environment": "local", "managed-by": "distro"}
MORE = {**TAGS, "system": "vpc"}


def named(name: str) -> dict[str, str]:
    """The tags of what has no other name."""
    return {**TAGS, "Name": f"distronation-local-{name}"}


RULE = {"ruleNo": 100, "protocol": "tcp", "action": "allow", "cidrBlock": "0.0.0.0/0", "fromPort": 443, "toPort": 443}
PING = {
    "ruleNo": 90,
    "protocol": "icmp",
    "action": "allow",
    "cidrBlock": "10.0.0.0/8",
    "fromPort": 0,
    "toPort": 0,
    "icmpType": 8,
}
ALL = {"ruleNo": 200, "protocol": "-1", "action": "allow", "cidrBlock": "10.0.0.0/8", "fromPort": 0, "toPort": 0}
WEB = {
    "protocol": "tcp",
    "fromPort": 443,
    "toPort": 443,
    "cidrBlocks": ["0.0.0.0/0", "10.0.0.0/8"],
    "description": "web",
}
SELF = {"protocol": "-1", "fromPort": 0, "toPort": 0, "self": True}

SAMPLES = (
    Sample(
        "vpc",
        "aws:ec2/vpc:Vpc",
        {"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True, "tags": named("vpc")},
        (
            {"enableDnsHostnames": False},
            {"enableDnsSupport": False},
            {"enableNetworkAddressUsageMetrics": True},
            {"tags": MORE},
        ),
        ("arn", "defaultSecurityGroupId", "mainRouteTableId", "defaultNetworkAclId", "ownerId"),
    ),
    Sample(
        "subnet-a",
        "aws:ec2/subnet:Subnet",
        {
            "vpcId": Ref("vpc"),
            "cidrBlock": "10.0.1.0/24",
            "availabilityZone": "us-east-1a",
            "mapPublicIpOnLaunch": True,
            "tags": named("subnet-a"),
        },
        (
            {"mapPublicIpOnLaunch": False},
            {"enableResourceNameDnsARecordOnLaunch": True},
            {"privateDnsHostnameTypeOnLaunch": "resource-name"},
            {"tags": MORE},
        ),
        ("arn", "availabilityZoneId"),
    ),
    Sample(
        "subnet-b",
        "aws:ec2/subnet:Subnet",
        {"vpcId": Ref("vpc"), "cidrBlock": "10.0.2.0/24", "availabilityZone": "us-east-1b", "tags": TAGS},
    ),
    Sample(
        "internet",
        "aws:ec2/internetGateway:InternetGateway",
        {"vpcId": Ref("vpc"), "tags": named("internet")},
        ({"tags": MORE},),
        ("arn",),
    ),
    Sample("address", "aws:ec2/eip:Eip", {"tags": named("address")}, ({"tags": MORE},), ("publicIp", "allocationId")),
    Sample(
        "nat",
        "aws:ec2/natGateway:NatGateway",
        {"subnetId": Ref("subnet-a"), "allocationId": Ref("address", "allocationId"), "tags": named("nat")},
        ({"tags": MORE},),
        ("publicIp", "privateIp", "networkInterfaceId"),
    ),
    Sample(
        "table",
        "aws:ec2/routeTable:RouteTable",
        {"vpcId": Ref("vpc"), "tags": named("table")},
        ({"tags": MORE},),
        ("arn",),
    ),
    Sample(
        "table-with-routes",
        "aws:ec2/routeTable:RouteTable",
        {"vpcId": Ref("vpc"), "routes": [{"cidrBlock": "0.0.0.0/0", "gatewayId": Ref("internet")}]},
        ({"routes": [{"cidrBlock": "0.0.0.0/0", "natGatewayId": Ref("nat")}]}, {"routes": []}),
    ),
    Sample(
        "route",
        "aws:ec2/route:Route",
        {"routeTableId": Ref("table"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": Ref("internet")},
        ({"gatewayId": None, "natGatewayId": Ref("nat")},),
        ("state",),
    ),
    Sample(
        "association",
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        {"routeTableId": Ref("table"), "subnetId": Ref("subnet-a")},
    ),
    Sample(
        "group",
        "aws:ec2/securityGroup:SecurityGroup",
        {
            "name": "app",
            "description": "app tier",
            "vpcId": Ref("vpc"),
            "ingress": [WEB, SELF],
            "egress": [WEB],
            "tags": TAGS,
        },
        (
            {
                "ingress": [
                    {**WEB, "cidrBlocks": ["10.0.0.0/8"]},
                    {**WEB, "fromPort": 80, "toPort": 80, "description": "plain"},
                ]
            },
            {"egress": []},
            {"tags": MORE},
        ),
        ("arn", "ownerId"),
    ),
    Sample(
        "database-group",
        "aws:ec2/securityGroup:SecurityGroup",
        {
            "vpcId": Ref("vpc"),
            "ingress": [{"protocol": "tcp", "fromPort": 5432, "toPort": 5432, "securityGroups": [Ref("group")]}],
            "egress": [],
        },
    ),
    Sample(
        "bare-group",
        "aws:ec2/securityGroup:SecurityGroup",
        {"description": "rules stand beside it", "vpcId": Ref("vpc")},
    ),
    Sample(
        "default-group",
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        {"vpcId": Ref("vpc"), "tags": TAGS},
        ({"ingress": [WEB]}, {"tags": MORE}),
        ("arn",),
    ),
    Sample(
        "ingress-rule",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        {
            "securityGroupId": Ref("bare-group"),
            "ipProtocol": "tcp",
            "fromPort": 6000,
            "toPort": 6001,
            "cidrIpv4": "10.0.0.0/8",
            "description": "from the VPC",
            "tags": TAGS,
        },
        ({"toPort": 6010}, {"cidrIpv4": "10.1.0.0/16"}, {"description": "other"}, {"tags": MORE}),
        ("arn", "securityGroupRuleId"),
    ),
    Sample(
        "egress-rule",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        {
            "securityGroupId": Ref("bare-group"),
            "ipProtocol": "tcp",
            "fromPort": 5432,
            "toPort": 5432,
            "referencedSecurityGroupId": Ref("database-group"),
            "description": "to the database",
        },
        ({"description": "to the other database"},),
    ),
    Sample(
        "egress-everything",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        {"securityGroupId": Ref("bare-group"), "ipProtocol": "-1", "cidrIpv4": "0.0.0.0/0"},
    ),
    Sample(
        "classic-rule",
        "aws:ec2/securityGroupRule:SecurityGroupRule",
        {
            "securityGroupId": Ref("bare-group"),
            "type": "ingress",
            "protocol": "tcp",
            "fromPort": 8000,
            "toPort": 8010,
            "cidrBlocks": ["10.0.0.0/16", "10.1.0.0/16"],
            "self": True,
            "description": "inside",
        },
    ),
    Sample(
        "acl",
        "aws:ec2/networkAcl:NetworkAcl",
        {
            "vpcId": Ref("vpc"),
            "subnetIds": [Ref("subnet-a"), Ref("subnet-b")],
            "ingress": [RULE, PING],
            "egress": [ALL],
            "tags": named("acl"),
        },
        (
            {"ingress": [{**RULE, "action": "deny"}, PING]},
            {"ingress": [{**PING, "icmpType": 0}, {**RULE, "ruleNo": 110}]},
            {"egress": []},
            {"subnetIds": [Ref("subnet-b")]},
            {"tags": MORE},
        ),
        ("arn",),
    ),
    Sample("bare-acl", "aws:ec2/networkAcl:NetworkAcl", {"vpcId": Ref("vpc")}),
    Sample(
        "acl-rule",
        "aws:ec2/networkAclRule:NetworkAclRule",
        {
            "networkAclId": Ref("bare-acl"),
            "ruleNumber": 300,
            "protocol": "tcp",
            "ruleAction": "allow",
            "cidrBlock": "10.0.0.0/8",
            "fromPort": 22,
            "toPort": 22,
        },
    ),
    Sample(
        "gateway-endpoint",
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        {
            "vpcId": Ref("vpc"),
            "serviceName": "com.amazonaws.us-east-1.s3",
            "routeTableIds": [Ref("table")],
            "tags": named("gateway-endpoint"),
        },
        (
            {"policy": '{"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}]}'},
            {"tags": MORE},
        ),
        ("prefixListId", "state"),
    ),
    Sample(
        "interface-endpoint",
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        {
            "vpcId": Ref("vpc"),
            "serviceName": "com.amazonaws.us-east-1.secretsmanager",
            "vpcEndpointType": "Interface",
            "subnetIds": [Ref("subnet-a"), Ref("subnet-b")],
            "securityGroupIds": [Ref("group")],
            "privateDnsEnabled": True,
            "ipAddressType": "ipv4",
            "tags": named("interface-endpoint"),
        },
        ({"subnetIds": [Ref("subnet-a")]}, {"securityGroupIds": [Ref("database-group")]}),
        ("dnsEntries", "networkInterfaceIds", "arn"),
    ),
    Sample(
        "flow-log",
        "aws:ec2/flowLog:FlowLog",
        {
            "vpcId": Ref("vpc"),
            "trafficType": "ALL",
            "logDestination": "arn:aws:logs:us-east-1:000000000000:log-group:/vpc",
            "iamRoleArn": "arn:aws:iam::000000000000:role/flow-log",
            "maxAggregationInterval": 60,
            "tags": TAGS,
        },
        ({"tags": MORE},),
        ("arn",),
    ),
)
