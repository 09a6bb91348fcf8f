"""The trail, web ACLs and what exists once in the account (section 8.1)."""

from __future__ import annotations

from typing import Any

from tests.fidelity.table import Reading
from tests.fidelity.world import Things, World, only_one


def _trail(world: World) -> Things:
    cloudtrail = world.live.aws("cloudtrail")
    return only_one(
        "trail",
        [
            {
                "owner": "own" if row["Name"].startswith(world.prefix) else "shared",
                "recording": cloudtrail.get_trail_status(Name=row["TrailARN"])["IsLogging"],
                "regions": "all" if row["IsMultiRegionTrail"] else "one",
                "sealed": row["LogFileValidationEnabled"],
                **_recorded(cloudtrail.get_event_selectors(TrailName=row["TrailARN"])["EventSelectors"]),
            }
            for row in cloudtrail.describe_trails()["trailList"]
        ],
    )


def _recorded(selectors: list[dict[str, Any]]) -> dict[str, Any]:
    """The same keys from the cloud and from the plan: each spells them its own way."""
    rows = [{key[0].lower() + key[1:]: value for key, value in row.items()} for row in selectors]
    data = [
        {key.lower(): value for key, value in each.items()} for row in rows for each in row.get("dataResources", [])
    ]
    return {
        "management": all(row["includeManagementEvents"] and row["readWriteType"] == "All" for row in rows),
        "objects-of": sorted(arn.rpartition(":")[2].strip("/") for each in data for arn in each["values"]),
    }


def _planned_trail(world: World) -> Things:
    stacks = [("own", world.inputs), *([("shared", world.shared)] if world.shared else [])]
    return only_one(
        "trail",
        [
            {
                "owner": owner,
                "regions": "all" if each.inputs["isMultiRegionTrail"] else "one",
                "sealed": each.inputs["enableLogFileValidation"],
                **_recorded(each.inputs["eventSelectors"]),
            }
            for owner, inputs in stacks
            for each in inputs.of("cloudtrail/trail:Trail")
        ],
    )


def _firewalls(world: World) -> Things:
    """moto cannot list what a web ACL guards: each endpoint is asked for its guard."""
    guards = {**_guards_of_endpoints(world), **_guards_of_distributions(world)}
    return {
        world.short(row["Name"]): {
            "guards": sorted(name for name, acl in guards.items() if acl == row["ARN"]),
            "rules": sorted(rule["Name"] for rule in _acl(world, scope, row)["Rules"]),
        }
        for scope in ("REGIONAL", "CLOUDFRONT")
        for row in world.live.aws("wafv2").list_web_acls(Scope=scope)["WebACLs"]
        if row["Name"].startswith(world.prefix)
    }


def _acl(world: World, scope: str, row: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = world.live.aws("wafv2").get_web_acl(Name=row["Name"], Scope=scope, Id=row["Id"])["WebACL"]
    return found


def _guards_of_endpoints(world: World) -> dict[str, str | None]:
    """The web ACL of each API, by what the program calls the API."""
    wafv2 = world.live.aws("wafv2")
    answers = {name: wafv2.get_web_acl_for_resource(ResourceArn=arn) for name, arn in _endpoints(world).items()}
    return {name: answer.get("WebACL", {}).get("ARN") for name, answer in answers.items()}


def _endpoints(world: World) -> dict[str, str]:
    names = {each.inputs["name"]: each.name for each in world.inputs.of("apigateway/restApi:RestApi")}
    gateway, found = world.live.aws("apigateway"), {}
    for row in gateway.get_rest_apis(limit=500)["items"]:
        if row["name"] in names:
            (stage,) = gateway.get_stages(restApiId=row["id"])["item"]
            place = f"/restapis/{row['id']}/stages/{stage['stageName']}"
            found[names[row["name"]]] = f"arn:aws:apigateway:us-east-1::{place}"
    for row in world.live.aws("appsync").list_graphql_apis()["graphqlApis"]:
        if row["tags"].get("environment") == world.environment:
            found["graphql"] = row["arn"]
    return found


def _guards_of_distributions(world: World) -> dict[str, str]:
    rows = world.live.aws("cloudfront").list_distributions()["DistributionList"].get("Items", [])
    return {world.short(row["Comment"]): row["WebACLId"] for row in rows if row["Comment"].startswith(world.prefix)}


def _planned_firewalls(world: World) -> Things:
    guarded = sorted(each.name for each in world.inputs.of("wafv2/webAclAssociation:WebAclAssociation"))
    return {
        each.name: {
            "guards": guarded if each.inputs["scope"] == "REGIONAL" else ["content"],
            "rules": sorted(rule["name"] for rule in each.inputs["rules"]),
        }
        for each in world.inputs.of("wafv2/webAcl:WebAcl")
    }


def _account(world: World) -> Things:
    iam = world.live.aws("iam")
    return {
        "account": {
            "volumes-encrypted": world.live.aws("ec2").get_ebs_encryption_by_default()["EbsEncryptionByDefault"],
            "password-length": iam.get_account_password_policy()["PasswordPolicy"]["MinimumPasswordLength"],
        }
    }


def _planned_account(world: World) -> Things:
    """What exists once in the account, of production's side."""
    stacks = [world.inputs, *([world.shared] if world.shared else [])]
    rows = [each for inputs in stacks for each in inputs.resources]
    found = {each.type.rpartition(":")[2]: each.inputs for each in rows if each.type.rpartition(":")[2] in _ONCE}
    return {
        "account": {
            "volumes-encrypted": found.get("EncryptionByDefault", {}).get("enabled"),
            "password-length": found.get("AccountPasswordPolicy", {}).get("minimumPasswordLength"),
            "scans": found.get("Enabler", {}).get("resourceTypes"),
        }
    }


_ONCE = ("EncryptionByDefault", "AccountPasswordPolicy", "Enabler")

trail = Reading("CloudTrail", _planned_trail, _trail)
firewalls = Reading("web ACLs", _planned_firewalls, _firewalls)
account = Reading("the account", _planned_account, _account, {"scans": "no emulator has Inspector"})
