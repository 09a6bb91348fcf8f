"""Identity Platform on the Auth emulator: the project's sign-in configuration and its identity providers.

The bundle (tools/firebase) acts on what is held here as Google does: sign-in methods that are off are refused, so are
identity providers that are not enabled, and passwords below the policy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from local.provider.google import identity_toolkit, table
from local.provider.properties import declared, pick, set_equal
from local.provider.resource import Created, Inputs, Outputs, Property, Resource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.provider.cloud import Cloud

HELD = "held by the emulator and read back; it does not act on it"
MFA = "the emulator offers a second factor to every project"


def _config(project: str) -> str:
    return f"projects/{project}/config"


def _project(id: str) -> str:
    return id.split("/")[1]


class Config(Resource):
    """A project's Identity Platform configuration; its id is `projects/<project>/config`."""

    type = "gcp:identityplatform/config:Config"
    service = "firebase-auth"
    identity = ("project",)
    properties: ClassVar = {
        "project": Property(replace=True),
        "signIn": Property(same=declared),
        "authorizedDomains": Property(same=set_equal, computed=True, reason=HELD),
        "autodeleteAnonymousUsers": Property(reason=HELD),
        "client": Property(same=declared, computed=True, reason=HELD),
        "monitoring": Property(same=declared, computed=True, reason=HELD),
        "multiTenant": Property(same=declared, reason="held; tenants can be used whatever it says"),
        **table("phone calls and text messages are never sent", ["smsRegionConfig", "quota"]),
        **table("there is no Functions emulator in the sandbox", ["blockingFunctions"]),
        **table(MFA, ["mfa"]),
    }
    sent: ClassVar = ("signIn", "authorizedDomains", "autodeleteAnonymousUsers", "client", "monitoring", "multiTenant")
    """What the emulator is told; the names are those of Google's REST API."""

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """Every project has one configuration: this sets it."""
        project = inputs["project"]
        self._set(cloud, project, pick(inputs, self.sent))
        return Created(_config(project), {"name": _config(project)})

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """Gone when nothing has been configured, as after a new start of the emulator."""
        held = identity_toolkit(cloud, "GetConfig", "GET", id)
        if "email" not in held.get("signIn", {}):
            return None
        return {"project": _project(id), "name": id, **pick(held, self.sent)}

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Changed blocks; one that was removed is emptied."""
        cleared = {name: type(old[name])() for name in self.sent if old.get(name) and not new.get(name)}
        self._set(cloud, _project(id), {**cleared, **pick(new, self.sent)})
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """Google keeps the configuration of a project for good; the emulator is put back to its start."""
        identity_toolkit(cloud, "UpdateConfig", "PATCH", id, body={})

    def _set(self, cloud: Cloud, project: str, values: Mapping[str, Any]) -> None:
        sent = {name: value for name, value in values.items() if value is not None}
        if sent:
            identity_toolkit(cloud, "UpdateConfig", "PATCH", _config(project), mask=sent, body=sent)


class SignInSettings(Resource):
    """The parts of the configuration for which pulumi-gcp has no property: password policy, enumeration protection."""

    type = "distro:identityplatform/signInSettings:SignInSettings"
    service = "firebase-auth"
    identity = ("project",)
    properties: ClassVar = {
        "project": Property(replace=True),
        "minPasswordLength": Property(),
        "enumerationProtection": Property(),
    }
    mask: ClassVar = ("passwordPolicyConfig", "emailPrivacyConfig")

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """Set both."""
        id = f"{_config(inputs['project'])}/signInSettings"
        self.update(cloud, id, {}, inputs)
        return Created(id)

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """Gone when the emulator has no policy."""
        held = identity_toolkit(cloud, "GetConfig", "GET", _config(_project(id)))
        policy = held.get("passwordPolicyConfig", {})
        if policy.get("passwordPolicyEnforcementState") != "ENFORCE":
            return None
        return {
            "project": _project(id),
            "minPasswordLength": policy["passwordPolicyVersions"][0]["customStrengthOptions"]["minPasswordLength"],
            "enumerationProtection": held["emailPrivacyConfig"].get("enableImprovedEmailPrivacy", False),
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Set both."""
        strength = {"minPasswordLength": new["minPasswordLength"]}
        policy = {
            "passwordPolicyEnforcementState": "ENFORCE",
            "passwordPolicyVersions": [{"customStrengthOptions": strength}],
        }
        self._set(cloud, id, policy, protect=bool(new.get("enumerationProtection")))
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """Off, as in a new project."""
        self._set(cloud, id, {"passwordPolicyEnforcementState": "OFF"}, protect=False)

    def _set(self, cloud: Cloud, id: str, policy: Mapping[str, Any], *, protect: bool) -> None:
        body = {"passwordPolicyConfig": policy, "emailPrivacyConfig": {"enableImprovedEmailPrivacy": protect}}
        identity_toolkit(cloud, "UpdateConfig", "PATCH", _config(_project(id)), mask=self.mask, body=body)


RESOURCES = [Config, SignInSettings]
