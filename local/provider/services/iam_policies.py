"""IAM: policies by themselves and of roles."""

from __future__ import annotations

from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.properties import compact, policy_equal
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, Resource, recorded
from local.provider.services.iam import PREFIX, document, text
from local.provider.tags import tag_changes, tag_list, tag_map


class RolePolicy(Resource):
    """A policy inside a role; its id is `role:name`."""

    type = "aws:iam/rolePolicy:RolePolicy"
    service = "iam"
    name = "name"
    identity = ("role",)
    exact = True
    properties: ClassVar = {
        "name": Property(replace=True),
        "namePrefix": PREFIX,
        "role": Property(replace=True),
        "policy": Property(same=policy_equal),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """PutRolePolicy."""
        self._put(cloud, inputs["role"], inputs["name"], inputs)
        return Created(f"{inputs['role']}:{inputs['name']}")

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """GetRolePolicy."""
        role, name = id.split(":", 1)
        answer = found(lambda: cloud.client("iam").get_role_policy(RoleName=role, PolicyName=name))
        return answer and {"role": role, "name": name, "policy": text(answer["PolicyDocument"])}

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """PutRolePolicy."""
        role, name = id.split(":", 1)
        self._put(cloud, role, name, new)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteRolePolicy."""
        role, name = id.split(":", 1)
        with unless_gone():
            cloud.client("iam").delete_role_policy(RoleName=role, PolicyName=name)

    def _put(self, cloud: Cloud, role: str, name: str, inputs: Inputs) -> None:
        policy = document(inputs["policy"])
        cloud.client("iam").put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=policy)


class RolePolicyAttachment(Resource):
    """A managed policy on a role; its id is `role/arn`, as for an import in pulumi-aws."""

    type = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
    service = "iam"
    identity = ("role", "policyArn")
    exact = True
    properties: ClassVar = {"role": Property(replace=True), "policyArn": Property(replace=True)}

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """AttachRolePolicy."""
        cloud.client("iam").attach_role_policy(RoleName=inputs["role"], PolicyArn=inputs["policyArn"])
        return Created(f"{inputs['role']}/{inputs['policyArn']}")

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """Looked for among the role's attached policies."""
        role, arn = id.split("/", 1)
        pages = cloud.client("iam").get_paginator("list_attached_role_policies")
        attached = found(
            lambda: [policy for page in pages.paginate(RoleName=role) for policy in page["AttachedPolicies"]]
        )
        there = any(policy["PolicyArn"] == arn for policy in attached or ())
        return {"role": role, "policyArn": arn} if there else None

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DetachRolePolicy."""
        role, arn = id.split("/", 1)
        with unless_gone():
            cloud.client("iam").detach_role_policy(RoleName=role, PolicyArn=arn)


class Policy(Resource):
    """A managed policy; a change is a new default version."""

    type = "aws:iam/policy:Policy"
    service = "iam"
    name = "name"
    exact = True
    properties: ClassVar = {
        "name": Property(replace=True),
        "namePrefix": PREFIX,
        "path": Property(replace=True, default="/"),
        "description": Property(replace=True),
        "policy": Property(same=policy_equal),
        "delayAfterPolicyCreationInMs": recorded("a pause of the provider; no property of the policy"),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """CreatePolicy; the ARN is the id."""
        settings = {
            "Path": inputs["path"],
            "Description": inputs.get("description"),
            "PolicyDocument": document(inputs["policy"]),
            "Tags": tag_list(inputs.get("tags")),
        }
        policy = cloud.client("iam").create_policy(PolicyName=inputs["name"], **compact(settings))["Policy"]
        return Created(policy["Arn"], {"arn": policy["Arn"], "policyId": policy["PolicyId"]})

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """The policy and its default version."""
        iam = cloud.client("iam")
        answer = found(lambda: iam.get_policy(PolicyArn=id))
        if answer is None:
            return None
        policy = answer["Policy"]
        version = iam.get_policy_version(PolicyArn=id, VersionId=policy["DefaultVersionId"])["PolicyVersion"]
        return {
            "arn": id,
            "policyId": policy["PolicyId"],
            "name": policy["PolicyName"],
            "path": policy["Path"],
            "description": policy.get("Description"),
            "policy": text(version["Document"]),
            "tags": tag_map(policy.get("Tags")),
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """A new version in place of the oldest, since five are the most there can be."""
        iam = cloud.client("iam")
        if not policy_equal(old.get("policy"), new["policy"]):
            self._prune(iam, id)
            iam.create_policy_version(PolicyArn=id, PolicyDocument=document(new["policy"]), SetAsDefault=True)
        added, removed = tag_changes(old, new)
        if added:
            iam.tag_policy(PolicyArn=id, Tags=tag_list(added))
        if removed:
            iam.untag_policy(PolicyArn=id, TagKeys=removed)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """Its other versions first."""
        iam = cloud.client("iam")
        with unless_gone():
            self._prune(iam, id, keep=0)
            iam.delete_policy(PolicyArn=id)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """Names are unique in an account."""
        arn = cloud.arn("iam", f"policy{inputs['path']}{inputs['name']}", region="")
        return arn if found(lambda: cloud.client("iam").get_policy(PolicyArn=arn)) else None

    def _prune(self, iam: Any, arn: str, keep: int = 3) -> None:
        """Delete versions that are not the default one, oldest first, until `keep` of them are left."""
        versions = [
            each for each in iam.list_policy_versions(PolicyArn=arn)["Versions"] if not each["IsDefaultVersion"]
        ]
        oldest_first = sorted(versions, key=lambda each: int(each["VersionId"].lstrip("v")))
        for each in oldest_first[: max(len(oldest_first) - keep, 0)]:
            iam.delete_policy_version(PolicyArn=arn, VersionId=each["VersionId"])


RESOURCES = (RolePolicy, RolePolicyAttachment, Policy)
