"""API Gateway (v1): custom domain names and the stages behind their paths."""

from __future__ import annotations

import hashlib
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.properties import compact, equal
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, Resource, partly, recorded
from local.provider.services.apigateway import endpoint_from_aws, endpoint_to_aws, retag, tags_of

ZONES = {"us-east-1": "Z1UJRXOUMOOFQ8", "us-west-2": "Z2OJLYMUO9EFXC"}
"""Hosted zones of regional API endpoints (AWS General Reference, API Gateway endpoints)."""
CLOUDFRONT = "Z2FDTNDATAQYW2"
EMPTY_PATH = "(none)"
SETTINGS = ("certificateArn", "regionalCertificateArn", "certificateName", "regionalCertificateName", "securityPolicy")


class DomainName(Resource):
    """A domain name of APIs; the name is the id. No name is served: it has no certificate on this machine."""

    type = "aws:apigateway/domainName:DomainName"
    service = "apigateway"
    identity = ("domainName",)
    exact = True
    properties: ClassVar = {
        "domainName": Property(replace=True),
        **{name: Property() for name in SETTINGS},
        "securityPolicy": Property(computed=True),
        "endpointConfiguration": Property(computed=True),
        "mutualTlsAuthentication": recorded("LocalStack keeps no trust store of callers"),
        "ownershipVerificationCertificateArn": recorded("LocalStack verifies no ownership"),
        "endpointAccessMode": recorded("there since 2025 and unknown to LocalStack"),
        "routingMode": recorded("there since 2025 and unknown to LocalStack"),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """CreateDomainName, then the tags."""
        client, name = cloud.client("apigateway", inputs.get("region")), inputs["domainName"]
        self._make(client, inputs)
        computed = self._computed(cloud, name, inputs)
        with partly(name):
            retag(client, computed["arn"], {}, inputs)
        return Created(name, computed)

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """GetDomainName and the tags."""
        client, computed = cloud.client("apigateway", inputs.get("region")), self._computed(cloud, id, inputs)
        held = found(lambda: client.get_domain_name(domainName=id))
        if held is None:
            return None
        return {
            **{name: held.get(name) for name in SETTINGS},
            **computed,
            "domainName": id,
            "endpointConfiguration": endpoint_from_aws(held.get("endpointConfiguration")),
            "tags": tags_of(client, computed["arn"]),
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Made anew under the same name, since LocalStack cannot change one; then the tags."""
        client = cloud.client("apigateway", new.get("region"))
        if not all(equal(old.get(name), new.get(name)) for name in (*SETTINGS, "endpointConfiguration")):
            client.delete_domain_name(domainName=id)
            self._make(client, new)
        retag(client, self._computed(cloud, id, new)["arn"], old, new)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteDomainName."""
        with unless_gone():
            cloud.client("apigateway", state.get("region")).delete_domain_name(domainName=id)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """Names are unique."""
        return str(inputs["domainName"]) if self.read(cloud, inputs["domainName"], inputs) else None

    def _make(self, client: Any, inputs: Inputs) -> None:
        settings = {name: inputs.get(name) for name in SETTINGS}
        endpoint = endpoint_to_aws(inputs.get("endpointConfiguration"))
        client.create_domain_name(
            domainName=inputs["domainName"], **compact({**settings, "endpointConfiguration": endpoint})
        )

    def _computed(self, cloud: Cloud, name: str, inputs: Inputs) -> dict[str, Any]:
        region = inputs.get("region") or cloud.region
        label = hashlib.sha256(name.encode()).hexdigest()[:10]
        return {
            "arn": f"arn:aws:apigateway:{region}::/domainnames/{name}",
            "regionalDomainName": f"d-{label}.execute-api.{region}.amazonaws.com",
            "regionalZoneId": ZONES.get(region, ZONES["us-east-1"]),
            "cloudfrontDomainName": f"d{label}.cloudfront.net",
            "cloudfrontZoneId": CLOUDFRONT,
        }


class BasePathMapping(Resource):
    """The stage behind a path of a domain name; the id is `domain/path`."""

    type = "aws:apigateway/basePathMapping:BasePathMapping"
    service = "apigateway"
    identity = ("domainName", "basePath")
    exact = True
    properties: ClassVar = {
        "domainName": Property(replace=True),
        "domainNameId": recorded("belongs to private domain names; there are none in the sandbox", replace=True),
        "basePath": Property(replace=True),
        "restApi": Property(replace=True),
        "stageName": Property(replace=True),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """CreateBasePathMapping."""
        cloud.client("apigateway", inputs.get("region")).create_base_path_mapping(
            domainName=inputs["domainName"],
            basePath=inputs.get("basePath") or EMPTY_PATH,
            restApiId=inputs["restApi"],
            **({"stage": inputs["stageName"]} if inputs.get("stageName") else {}),
        )
        return Created(_mapping_id(inputs))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """GetBasePathMapping."""
        name, path = id.split("/", 1)
        client = cloud.client("apigateway", inputs.get("region"))
        held = found(lambda: client.get_base_path_mapping(domainName=name, basePath=path or EMPTY_PATH))
        if held is None:
            return None
        return {
            "domainName": name,
            "basePath": path or None,
            "restApi": held["restApiId"],
            "stageName": held.get("stage"),
        }

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteBasePathMapping."""
        name, path = id.split("/", 1)
        with unless_gone():
            client = cloud.client("apigateway", state.get("region"))
            client.delete_base_path_mapping(domainName=name, basePath=path or EMPTY_PATH)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """A domain has a path once; LocalStack would make a second one."""
        id = _mapping_id(inputs)
        return id if self.read(cloud, id, inputs) else None


def _mapping_id(inputs: Inputs) -> str:
    return f"{inputs['domainName']}/{inputs.get('basePath', '')}"


RESOURCES = (DomainName, BasePathMapping)
