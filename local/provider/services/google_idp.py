"""Identity providers of Identity Platform on the Auth emulator, which refuses those that are not enabled."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from local.provider.errors import found, unless_gone
from local.provider.google import identity_toolkit, table
from local.provider.properties import pick
from local.provider.resource import Created, Inputs, Outputs, Property, Resource

if TYPE_CHECKING:
    from local.provider.cloud import Cloud


class DefaultSupportedIdpConfig(Resource):
    """Sign-in by one of the identity providers that Google knows; its id ends in the provider's (`google.com`)."""

    type = "gcp:identityplatform/defaultSupportedIdpConfig:DefaultSupportedIdpConfig"
    service = "firebase-auth"
    identity = ("project", "idpId")
    properties: ClassVar = {
        "project": Property(replace=True),
        "idpId": Property(replace=True),
        "clientId": Property(),
        "clientSecret": Property(secret=True),
        "enabled": Property(),
        **table("what Pulumi does at a deletion; nothing is asked of Google", ["deletionPolicy"]),
    }
    sent: ClassVar = ("clientId", "clientSecret", "enabled")

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call."""
        parent = f"projects/{inputs['project']}/defaultSupportedIdpConfigs"
        body = pick(inputs, self.sent)
        held = identity_toolkit(
            cloud, "CreateDefaultSupportedIdpConfig", "POST", parent, body=body, idpId=inputs["idpId"]
        )
        return Created(held["name"], {"name": held["name"]})

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """One call."""
        held = found(lambda: identity_toolkit(cloud, "GetDefaultSupportedIdpConfig", "GET", id))
        return held and {
            **pick(held, self.sent),
            "name": id,
            "project": id.split("/")[1],
            "idpId": id.rsplit("/", 1)[-1],
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """All three fields."""
        body = {name: new.get(name, False) for name in self.sent}
        identity_toolkit(cloud, "UpdateDefaultSupportedIdpConfig", "PATCH", id, mask=self.sent, body=body)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """One call."""
        with unless_gone():
            identity_toolkit(cloud, "DeleteDefaultSupportedIdpConfig", "DELETE", id)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """A project has at most one configuration per identity provider."""
        id = f"projects/{inputs['project']}/defaultSupportedIdpConfigs/{inputs['idpId']}"
        return id if self.read(cloud, id, inputs) else None


RESOURCES = [DefaultSupportedIdpConfig]
