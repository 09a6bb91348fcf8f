"""Roles: who may be one, what it may do, and what keeps it from other environments (sections 0.2 and 8.1)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from tests.fidelity.table import Reading
from tests.fidelity.world import Things, World, tags


def _roles(world: World) -> Things:
    iam = world.live.aws("iam")
    names = [row["RoleName"] for row in world.live.pages("iam", "list_roles", "Roles")]
    found = [iam.get_role(RoleName=name)["Role"] for name in names if name.startswith(world.prefix)]
    return {
        world.short(row["RoleName"]): _role(
            tags(row.get("Tags", [])), row["AssumeRolePolicyDocument"], _documents(world, row), _boundary(world, row)
        )
        for row in found
    }


def _documents(world: World, row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The policies that stand in a role."""
    iam, name = world.live.aws("iam"), row["RoleName"]
    names = iam.list_role_policies(RoleName=name)["PolicyNames"]
    return [iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"] for policy in names]


def _boundary(world: World, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """What bounds a role whatever it is given."""
    arn = row.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
    if arn is None:
        return {"Statement": []}
    iam = world.live.aws("iam")
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    found: dict[str, Any] = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    return found


def _planned_roles(world: World) -> Things:
    policies = [each.inputs for each in world.inputs.of("iam/rolePolicy:RolePolicy")]
    boundaries = {
        each.inputs["name"]: json.loads(each.inputs["policy"]) for each in world.inputs.of("iam/policy:Policy")
    }
    return {
        world.short(row["name"]): _role(
            row["tags"],
            json.loads(row["assumeRolePolicy"]),
            [json.loads(each["policy"]) for each in policies if each["role"] == row["name"]],
            boundaries.get(row.get("permissionsBoundary", "").rpartition("/")[2], {"Statement": []}),
        )
        for row in (each.inputs for each in world.inputs.of("iam/role:Role"))
    }


def _role(
    told: Mapping[str, str],
    trust: Mapping[str, Any],
    documents: Iterable[Mapping[str, Any]],
    boundary: Mapping[str, Any],
) -> dict[str, Any]:
    statements = [statement for document in documents for statement in document["Statement"]]
    allowed = [each for each in statements if each["Effect"] == "Allow"]
    denied = [each for each in (*statements, *boundary["Statement"]) if each["Effect"] == "Deny"]
    return {
        "principal": told.get("principal"),
        "second-factor": _asks_for_mfa(trust)
        and any(each["Action"] == ["*"] and "Multi" in str(each) for each in denied),
        "wildcards": sorted(each["Sid"] for each in allowed if _is_wide(each)),
        "may": sorted({action for each in allowed for action in _list(each["Action"])}),
        "may-not": sorted({action for each in denied for action in _list(each["Action"])}),
        "kept-from": sorted(each["Sid"] for each in denied),
        "tunnels": any("ssm:StartSession" in each["Action"] for each in allowed)
        and not any("ssm:StartSession" in each["Action"] for each in denied),
        "for": _principal_tags(trust),
    }


def _asks_for_mfa(trust: Mapping[str, Any]) -> bool:
    wanted = {"aws:MultiFactorAuthPresent": "true"}
    return all(each.get("Condition", {}).get("Bool") == wanted for each in trust["Statement"])


def _principal_tags(trust: Mapping[str, Any]) -> dict[str, Any]:
    """What whoever assumes the role has to be tagged with."""
    equal = trust["Statement"][0].get("Condition", {}).get("StringEquals", {})
    return {key.partition("/")[2]: value for key, value in equal.items() if key.startswith("aws:PrincipalTag/")}


def _is_wide(statement: Mapping[str, Any]) -> bool:
    """Any action, any action of a service, or any resource."""
    return "*" in _list(statement.get("Resource", [])) or any(
        action.endswith("*") for action in _list(statement["Action"])
    )


def _list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _people(roles: Things) -> Things:
    return {name: role for name, role in roles.items() if role["principal"] == "human"}


def _services(roles: Things) -> Things:
    return {name: role for name, role in roles.items() if role["principal"] != "human"}


roles = Reading("roles", _planned_roles, _roles)
people = Reading("roles of people", lambda world: _people(_planned_roles(world)), lambda world: _people(_roles(world)))
services = Reading(
    "roles of services", lambda world: _services(_planned_roles(world)), lambda world: _services(_roles(world))
)
