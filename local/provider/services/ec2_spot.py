"""EC2: spot requests, which start an instance as soon as there is one for the price. moto 5.2.5 has one at once."""

from __future__ import annotations

from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import unless_gone
from local.provider.properties import compact, number_equal, set_equal
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, recorded
from local.provider.services.companion import image
from local.provider.services.ec2_base import Ec2
from local.provider.tags import tag_map

LOST = "moto's spot requests drop it"
OPTION = "an option of the operation, not of the request"

LAUNCH = {"instanceType": "InstanceType", "subnetId": "SubnetId", "keyName": "KeyName", "ebsOptimized": "EbsOptimized"}


class SpotInstanceRequest(Ec2):
    """A spot request with its instance."""

    type = "aws:ec2/spotInstanceRequest:SpotInstanceRequest"
    kind = "spot-instances-request"
    look_up = ("describe_spot_instance_requests", "SpotInstanceRequestIds", "SpotInstanceRequests")
    properties: ClassVar = {
        "ami": Property(replace=True),
        **dict.fromkeys(LAUNCH, Property(replace=True, computed=True)),
        "monitoring": Property(replace=True, computed=True),
        "spotPrice": Property(replace=True, computed=True, same=number_equal),
        "spotType": Property(replace=True, default="persistent"),
        "instanceInterruptionBehavior": Property(replace=True, default="terminate"),
        "vpcSecurityGroupIds": recorded(LOST, replace=True, same=set_equal, computed=True),
        "iamInstanceProfile": recorded(LOST, replace=True, computed=True),
        "metadataOptions": recorded(LOST, replace=True, computed=True),
        "rootBlockDevice": recorded(LOST, replace=True, computed=True),
        "userData": recorded(LOST, replace=True),
        "volumeTags": recorded(LOST, same=set_equal),
        "validFrom": recorded(LOST, replace=True, computed=True),
        "validUntil": recorded(LOST, replace=True, computed=True),
        "waitForFulfillment": recorded(OPTION),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call."""
        launch = compact({key: inputs.get(name) for name, key in LAUNCH.items()})
        if inputs.get("monitoring") is not None:
            launch["Monitoring"] = {"Enabled": inputs["monitoring"]}
        price = {"SpotPrice": str(inputs["spotPrice"])} if inputs.get("spotPrice") else {}
        answer = self.ec2(cloud, inputs).request_spot_instances(
            InstanceCount=1,
            Type=inputs["spotType"],
            InstanceInterruptionBehavior=inputs["instanceInterruptionBehavior"],
            LaunchSpecification={"ImageId": image(cloud, inputs["ami"], inputs.get("region")), **launch},
            **price,
            **self.tagged(inputs),
        )
        held = answer["SpotInstanceRequests"][0]
        return Created(held["SpotInstanceRequestId"], self._computed(cloud, held, inputs))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """The request; a cancelled one stays visible for a while."""
        held = self.held(cloud, id, inputs)
        if held is None or held["State"] in {"cancelled", "closed"}:
            return None
        launch = held["LaunchSpecification"]
        asked = image(cloud, inputs["ami"], inputs.get("region")) if inputs else ""
        return {
            "ami": inputs["ami"] if launch["ImageId"] == asked else launch["ImageId"],
            **{name: launch.get(key) for name, key in LAUNCH.items()},
            "monitoring": launch.get("Monitoring", {}).get("Enabled", False),
            "spotPrice": held.get("SpotPrice"),
            "spotType": held["Type"],
            "instanceInterruptionBehavior": held["InstanceInterruptionBehavior"],
            "tags": tag_map(held.get("Tags")),
            **self._computed(cloud, held, inputs),
        }

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """The request, then its instance, which would outlive it."""
        held, ec2 = self.held(cloud, id, state), self.ec2(cloud, state)
        if held is None:
            return
        with unless_gone():
            ec2.cancel_spot_instance_requests(SpotInstanceRequestIds=[id])
        with unless_gone():
            ec2.terminate_instances(InstanceIds=[held["InstanceId"]])

    def _computed(self, cloud: Cloud, held: dict[str, Any], inputs: Inputs) -> dict[str, Any]:
        return {
            "arn": self.arn(cloud, held["SpotInstanceRequestId"], inputs),
            "spotRequestState": held["State"],
            "spotBidStatus": held["Status"]["Code"],
            "spotInstanceId": held.get("InstanceId", ""),
        }


RESOURCES = (SpotInstanceRequest,)
