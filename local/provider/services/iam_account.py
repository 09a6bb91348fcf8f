"""IAM: instance profiles and the account's rules for passwords."""

from __future__ import annotations

from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.properties import camel, pascal, rekeyed
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, Resource, partly
from local.provider.services.iam import PREFIX
from local.provider.tags import tag_changes, tag_list, tag_map


class InstanceProfile(Resource):
    """What gives an EC2 instance its role."""

    type = "aws:iam/instanceProfile:InstanceProfile"
    service = "iam"
    name = "name"
    exact = True
    properties: ClassVar = {
        "name": Property(replace=True),
        "namePrefix": PREFIX,
        "path": Property(replace=True, default="/"),
        "role": Property(),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """CreateInstanceProfile, then its role."""
        iam, name = cloud.client("iam"), inputs["name"]
        made = iam.create_instance_profile(
            InstanceProfileName=name, Path=inputs["path"], Tags=tag_list(inputs.get("tags"))
        )
        with partly(name):
            if inputs.get("role"):
                iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=inputs["role"])
        profile = made["InstanceProfile"]
        return Created(name, {"arn": profile["Arn"], "uniqueId": profile["InstanceProfileId"]})

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """GetInstanceProfile."""
        answer = found(lambda: cloud.client("iam").get_instance_profile(InstanceProfileName=id))
        if answer is None:
            return None
        profile = answer["InstanceProfile"]
        return {
            "arn": profile["Arn"],
            "uniqueId": profile["InstanceProfileId"],
            "name": id,
            "path": profile["Path"],
            "role": next((role["RoleName"] for role in profile["Roles"]), None),
            "tags": tag_map(profile.get("Tags")),
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Another role, other tags."""
        iam = cloud.client("iam")
        if old.get("role") != new.get("role"):
            self._change_role(iam, id, old.get("role"), new.get("role"))
        added, removed = tag_changes(old, new)
        if added:
            iam.tag_instance_profile(InstanceProfileName=id, Tags=tag_list(added))
        if removed:
            iam.untag_instance_profile(InstanceProfileName=id, TagKeys=removed)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """Its role goes first."""
        iam = cloud.client("iam")
        with unless_gone():
            self._change_role(iam, id, state.get("role"), None)
            iam.delete_instance_profile(InstanceProfileName=id)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """Names are unique in an account."""
        name = str(inputs["name"])
        return name if self.read(cloud, name, inputs) else None

    def _change_role(self, iam: Any, profile: str, old: str | None, new: str | None) -> None:
        if old:
            with unless_gone():
                iam.remove_role_from_instance_profile(InstanceProfileName=profile, RoleName=old)
        if new:
            iam.add_role_to_instance_profile(InstanceProfileName=profile, RoleName=new)


SWITCHES = ("allowUsersToChangePassword", "hardExpiry", "requireLowercaseCharacters", "requireNumbers")


MORE_SWITCHES = ("requireSymbols", "requireUppercaseCharacters")


NUMBERS = ("maxPasswordAge", "passwordReusePrevention")


class AccountPasswordPolicy(Resource):
    """The account's rules for passwords; there is one."""

    type = "aws:iam/accountPasswordPolicy:AccountPasswordPolicy"
    service = "iam"
    identity = ()
    properties: ClassVar = {
        **{name: Property(computed=True) for name in (*SWITCHES, *MORE_SWITCHES, *NUMBERS)},
        "minimumPasswordLength": Property(default=6),
    }
    ID = "iam-account-password-policy"

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """UpdateAccountPasswordPolicy."""
        self._put(cloud, inputs)
        return Created(self.ID)

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """GetAccountPasswordPolicy."""
        answer = found(lambda: cloud.client("iam").get_account_password_policy())
        return None if answer is None else dict(rekeyed(answer["PasswordPolicy"], camel))

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """What is not named goes back to its default."""
        self._put(cloud, new)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteAccountPasswordPolicy."""
        with unless_gone():
            cloud.client("iam").delete_account_password_policy()

    def _put(self, cloud: Cloud, inputs: Inputs) -> None:
        values = {name: inputs[name] for name in self.properties if inputs.get(name)}
        cloud.client("iam").update_account_password_policy(**rekeyed(values, pascal))


RESOURCES = (InstanceProfile, AccountPasswordPolicy)
