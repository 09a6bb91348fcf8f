"""EC2: templates, instances, volumes."""

from tests.local.provider.samples import Ref, Sample

TAGS = {"environment": "local", "managed-by": "distro"}
MORE = {**TAGS, "system": "ec2"}
IMAGE = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
DISK = {"encrypted": "true", "volumeType": "gp3", "volumeSize": 8, "deleteOnTermination": "true"}
METADATA = {"httpEndpoint": "enabled", "httpTokens": "required", "httpPutResponseHopLimit": 1}

SAMPLES = (
    Sample(
        "template",
        "aws:ec2/launchTemplate:LaunchTemplate",
        {
            "imageId": IMAGE,
            "instanceType": "t3.micro",
            "iamInstanceProfile": {"name": "distronation-local-instances"},
            "metadataOptions": METADATA,
            "monitoring": {"enabled": True},
            "blockDeviceMappings": [{"deviceName": "/dev/xvda", "ebs": DISK}],
            "instanceMarketOptions": {"marketType": "spot", "spotOptions": {"spotInstanceType": "persistent"}},
            "tagSpecifications": [{"resourceType": "volume", "tags": TAGS}],
            "updateDefaultVersion": True,
            "tags": TAGS,
        },
        (
            {"instanceType": "t3.small"},
            {"monitoring": {"enabled": False}},
            {"description": "second"},
            {"instanceMarketOptions": None},
            {"tags": MORE},
        ),
        ("arn", "latestVersion", "defaultVersion"),
    ),
    Sample(
        "instance-from-template",
        "aws:ec2/instance:Instance",
        {
            "launchTemplate": {"id": Ref("template"), "version": "$Latest"},
            "subnetId": Ref("subnet-a"),
            "vpcSecurityGroupIds": [Ref("group")],
            "tags": TAGS,
        },
        ({"vpcSecurityGroupIds": [Ref("database-group")]}, {"tags": MORE}),
        ("arn", "privateIp", "availabilityZone", "primaryNetworkInterfaceId", "instanceState"),
    ),
    Sample(
        "instance",
        "aws:ec2/instance:Instance",
        {
            "ami": "ami-0d27e0fb3bac4d724",
            "instanceType": "t3.micro",
            "subnetId": Ref("subnet-a"),
            "vpcSecurityGroupIds": [Ref("group")],
            "iamInstanceProfile": "distronation-local-instances",
            "monitoring": True,
            "metadataOptions": METADATA,
            "ebsOptimized": True,
            "userData": "#!/bin/sh\necho ready\n",
            "rootBlockDevice": {"volumeSize": 20, "volumeType": "gp3", "encrypted": True, "throughput": 125},
            "volumeTags": TAGS,
            "instanceMarketOptions": {"marketType": "spot", "spotOptions": {"spotInstanceType": "persistent"}},
            "creditSpecification": {"cpuCredits": "standard"},
            "tags": {**TAGS, "Name": "distronation-local-instance"},
        },
        (
            {"instanceType": "t3.small"},
            {"metadataOptions": {**METADATA, "httpPutResponseHopLimit": 2}},
            {"sourceDestCheck": False},
            {"rootBlockDevice": {"volumeSize": 30, "volumeType": "gp3", "encrypted": True, "throughput": 250}},
            {"volumeTags": MORE},
            {"instanceInitiatedShutdownBehavior": "terminate"},
            {"disableApiTermination": True},
            {"tags": MORE},
        ),
        ("arn", "privateDns"),
    ),
    Sample(
        "spot-request",
        "aws:ec2/spotInstanceRequest:SpotInstanceRequest",
        {
            "ami": IMAGE,
            "instanceType": "t3.micro",
            "subnetId": Ref("subnet-a"),
            "spotPrice": "0.005",
            "instanceInterruptionBehavior": "stop",
            "monitoring": True,
            "metadataOptions": METADATA,
            "tags": TAGS,
        },
        ({"tags": MORE},),
        ("arn", "spotInstanceId"),
    ),
    Sample(
        "volume",
        "aws:ebs/volume:Volume",
        {
            "availabilityZone": "us-east-1a",
            "size": 10,
            "type": "gp3",
            "throughput": 200,
            "encrypted": True,
            "tags": {**TAGS, "Name": "distronation-local-volume"},
        },
        ({"size": 20}, {"throughput": 250, "iops": 4000}, {"tags": MORE}),
        ("arn",),
    ),
    Sample(
        "attachment",
        "aws:ec2/volumeAttachment:VolumeAttachment",
        {"deviceName": "/dev/sdf", "volumeId": Ref("volume"), "instanceId": Ref("instance-from-template")},
    ),
    Sample("volume-encryption", "aws:ebs/encryptionByDefault:EncryptionByDefault", {}, ({"enabled": False},)),
)
