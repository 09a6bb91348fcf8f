"""IAM: roles, policies, instance profiles. Emulators keep policies; they do not enforce them."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.properties import compact, parsed, policy_equal, set_equal
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, Resource, partly, recorded
from local.provider.tags import tag_changes, tag_list, tag_map

PREFIX = recorded("only a way to form the name, which is applied", replace=True)


def document(policy: Any) -> str:
    """A policy as text, however the program gave it."""
    return policy if isinstance(policy, str) else json.dumps(policy)


def text(policy: Any) -> str:
    """A policy as boto3 hands it over: parsed already."""
    return policy if isinstance(policy, str) else json.dumps(policy, separators=(",", ":"))


def same_inline(actual: Any, recorded: Any) -> bool:
    """The same policies by the same names."""
    sides = [{each["name"]: parsed(each["policy"]) for each in side or ()} for side in (actual, recorded)]
    return policy_equal(*sides)


class Role(Resource):
    """A role with its trust policy."""

    type = "aws:iam/role:Role"
    service = "iam"
    name = "name"
    exact = True
    properties: ClassVar = {
        "name": Property(replace=True),
        "namePrefix": PREFIX,
        "path": Property(replace=True, default="/"),
        "assumeRolePolicy": Property(same=policy_equal),
        "description": Property(),
        "maxSessionDuration": Property(default=3600),
        "permissionsBoundary": Property(),
        "forceDetachPolicies": recorded("says how to delete the role; no property of it", default=False),
        "managedPolicyArns": Property(same=set_equal, computed=True),
        "inlinePolicies": Property(same=same_inline, computed=True),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """CreateRole, then what is attached to it."""
        iam, name = cloud.client("iam"), inputs["name"]
        settings = {
            "Path": inputs["path"],
            "AssumeRolePolicyDocument": document(inputs["assumeRolePolicy"]),
            "Description": inputs.get("description"),
            "MaxSessionDuration": inputs["maxSessionDuration"],
            "PermissionsBoundary": inputs.get("permissionsBoundary"),
            "Tags": tag_list(inputs.get("tags")),
        }
        role = iam.create_role(RoleName=name, **compact(settings))["Role"]
        with partly(name):
            _attach(iam, name, {}, inputs)
        return Created(name, _computed(role))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """GetRole; what is attached only where the program names it here."""
        iam = cloud.client("iam")
        answer = found(lambda: iam.get_role(RoleName=id))
        if answer is None:
            return None
        role = answer["Role"]
        return {
            **_computed(role),
            "name": role["RoleName"],
            "path": role["Path"],
            "assumeRolePolicy": text(role["AssumeRolePolicyDocument"]),
            "description": role.get("Description"),
            "maxSessionDuration": role.get("MaxSessionDuration", 3600),
            "permissionsBoundary": role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
            "tags": tag_map(role.get("Tags")),
            **({"managedPolicyArns": _managed(iam, id)} if "managedPolicyArns" in inputs or not inputs else {}),
            **({"inlinePolicies": _inline(iam, id)} if "inlinePolicies" in inputs else {}),
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Each setting has a call of its own."""
        iam = cloud.client("iam")
        if not policy_equal(old.get("assumeRolePolicy"), new["assumeRolePolicy"]):
            iam.update_assume_role_policy(RoleName=id, PolicyDocument=document(new["assumeRolePolicy"]))
        iam.update_role(
            RoleName=id, Description=new.get("description", ""), MaxSessionDuration=new["maxSessionDuration"]
        )
        if new.get("permissionsBoundary"):
            iam.put_role_permissions_boundary(RoleName=id, PermissionsBoundary=new["permissionsBoundary"])
        elif old.get("permissionsBoundary"):
            iam.delete_role_permissions_boundary(RoleName=id)
        added, removed = tag_changes(old, new)
        if added:
            iam.tag_role(RoleName=id, Tags=tag_list(added))
        if removed:
            iam.untag_role(RoleName=id, TagKeys=removed)
        _attach(iam, id, old, new)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteRole; it must have nothing attached."""
        iam = cloud.client("iam")
        with unless_gone():
            if state.get("forceDetachPolicies") or state.get("managedPolicyArns"):
                _detach(iam, id, _managed(iam, id))
        for each in state.get("inlinePolicies") or ():
            with unless_gone():
                iam.delete_role_policy(RoleName=id, PolicyName=each["name"])
        with unless_gone():
            iam.delete_role(RoleName=id)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """Names are unique in an account."""
        name = str(inputs["name"])
        return name if found(lambda: cloud.client("iam").get_role(RoleName=name)) else None


def _computed(role: Any) -> dict[str, Any]:
    return {"arn": role["Arn"], "uniqueId": role["RoleId"], "createDate": role["CreateDate"].isoformat()}


def _managed(iam: Any, role: str) -> list[str]:
    pages = iam.get_paginator("list_attached_role_policies").paginate(RoleName=role)
    return [policy["PolicyArn"] for page in pages for policy in page["AttachedPolicies"]]


def _inline(iam: Any, role: str) -> list[dict[str, str]]:
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    documents = {name: iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names}
    return [{"name": name, "policy": text(policy)} for name, policy in documents.items()]


def _attach(iam: Any, role: str, old: Inputs, new: Inputs) -> None:
    before, after = set(old.get("managedPolicyArns") or ()), set(new.get("managedPolicyArns") or ())
    for arn in sorted(after - before):
        iam.attach_role_policy(RoleName=role, PolicyArn=arn)
    _detach(iam, role, sorted(before - after))
    kept = {each["name"] for each in new.get("inlinePolicies") or ()}
    for each in new.get("inlinePolicies") or ():
        iam.put_role_policy(RoleName=role, PolicyName=each["name"], PolicyDocument=document(each["policy"]))
    for each in old.get("inlinePolicies") or ():
        if each["name"] not in kept:
            iam.delete_role_policy(RoleName=role, PolicyName=each["name"])


def _detach(iam: Any, role: str, arns: list[str]) -> None:
    for arn in arns:
        iam.detach_role_policy(RoleName=role, PolicyArn=arn)


RESOURCES = (Role,)
