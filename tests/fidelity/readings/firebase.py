"""Firebase: the project, sign-in, rules of database and storage, exports (section 3)."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.fidelity.table import Reading
from tests.fidelity.world import Things, World, only_one

_NOWHERE = "no emulator of Google's control plane exists"
_NO_RULES = "the sandbox has no emulator of database and Storage yet"


def _project(world: World) -> Things:
    return only_one(
        "project",
        [
            {
                "name": each.inputs["name"],
                "id": each.inputs["projectId"],
                "billing": each.inputs.get("billingAccount"),
                "protected": each.protect,
            }
            for each in world.inputs.of("gcp:organizations/project:Project")
        ],
    )


def _places(world: World) -> Things:
    databases = {
        each.name: each.inputs["region"] for each in world.inputs.of("gcp:firebase/databaseInstance:DatabaseInstance")
    }
    buckets = {each.name: each.inputs["location"] for each in world.inputs.of("gcp:storage/bucket:Bucket")}
    return {
        **{f"database {name}": {"location": place} for name, place in databases.items()},
        **{f"bucket {name}": {"location": place.lower()} for name, place in buckets.items()},
    }


def _sign_in(world: World) -> Things:
    """As Identity Platform's REST API tells it."""
    project, host = world.live.variables["GCLOUD_PROJECT"], world.live.variables["FIREBASE_AUTH_EMULATOR_HOST"]
    base, owner = (
        f"http://{host}/identitytoolkit.googleapis.com/v2/projects/{project}",
        {"Authorization": "Bearer owner"},
    )
    held = world.live.http.get(f"{base}/config", headers=owner).raise_for_status().json()
    if "email" not in held["signIn"]:  # nobody has configured it: what stands there is the emulator's
        return {}
    others = world.live.http.get(f"{base}/defaultSupportedIdpConfigs", headers=owner).raise_for_status().json()
    policy = (
        held.get("passwordPolicyConfig", {}).get("passwordPolicyVersions", [{}])[0].get("customStrengthOptions", {})
    )
    providers = [
        row["name"].rpartition("/")[2] for row in others.get("defaultSupportedIdpConfigs", []) if row["enabled"]
    ]
    return _ways(
        held["signIn"],
        providers,
        policy.get("minPasswordLength"),
        held["emailPrivacyConfig"].get("enableImprovedEmailPrivacy"),
    )


def _ways(said: dict[str, Any], providers: list[str], length: int | None, hides: bool | None) -> Things:
    own = {"password": "email", "phone": "phoneNumber", "anonymous": "anonymous"}
    enabled = [name for name, key in own.items() if said.get(key, {}).get("enabled")]
    return {
        "sign-in": {
            "ways": sorted([*enabled, *providers]),
            "least-password": length,
            "hides-users": hides,
            "duplicate-emails": said["allowDuplicateEmails"],
        }
    }


def _planned_sign_in(world: World) -> Things:
    config, settings = (
        world.inputs.one("identityplatform/config:Config"),
        world.inputs.one("signInSettings:SignInSettings"),
    )
    providers = world.inputs.of("identityplatform/defaultSupportedIdpConfig:DefaultSupportedIdpConfig")
    on = [each.inputs["idpId"] for each in providers if each.inputs["enabled"]]
    length, hides = settings.inputs["minPasswordLength"], settings.inputs["enumerationProtection"]
    return _ways(config.inputs["signIn"], on, length, hides)


def _database(world: World) -> Things:
    """The rules by path, `/users/$uid`; the root is `/`."""
    rules = world.inputs.of("firebasedatabase/rules:Rules")
    return dict(_walked(json.loads(rules[0].inputs["rules"])["rules"], "")) if rules else {}


def _walked(node: dict[str, Any], path: str) -> list[tuple[str, dict[str, Any]]]:
    own = {name: node.get(key) for name, key in (("read", ".read"), ("write", ".write"), ("indexes", ".indexOn"))}
    below = [row for key, child in node.items() if isinstance(child, dict) for row in _walked(child, f"{path}/{key}")]
    return [*([(path or "/", own)] if any(value is not None for value in own.values()) else []), *below]


def _storage(world: World) -> Things:
    """The rules by path, `/users/{userId}/{allPaths=**}`, and the language they are written in."""
    rules = world.inputs.of("firebaserules/ruleset:Ruleset")
    return _parsed(rules[0].inputs["source"]["files"][0]["content"]) if rules else {}


def _parsed(source: str) -> Things:
    found: dict[str, dict[str, Any]] = {"language": {"source": source, "first": source.splitlines()[0]}}
    path = ""
    for line in source.splitlines():
        if match := re.search(r"match (/(?:\{[^}]*\}|[^\s{])+)", line):
            path = match[1]
        if allowed := re.search(r"allow ([\w, ]+): if (.*);", line):
            found.setdefault(path, {}).update(dict.fromkeys(re.split(r",\s*", allowed[1]), allowed[2]))
    return found


def _files(world: World) -> Things:
    bucket = [each for each in world.inputs.of("gcp:storage/bucket:Bucket") if each.component == "storage"]
    return only_one(
        "files",
        [
            {
                "deleted-after": next((rule["condition"]["age"] for rule in each.inputs["lifecycleRules"]), None),
                "public-access": each.inputs["publicAccessPrevention"],
                "protected": each.protect,
            }
            for each in bucket
        ],
    )


def _exports(world: World) -> Things:
    jobs = world.inputs.of("gcp:cloudscheduler/job:Job")
    database = world.inputs.of("gcp:firebase/databaseInstance:DatabaseInstance")
    return {
        **{each.name: {"when": each.inputs["schedule"], "zone": each.inputs["timeZone"]} for each in jobs},
        **only_one("database", [{"exports": sorted(each.name for each in jobs)} for _ in database]),
    }


project = Reading("Google Cloud project", _project, reason=_NOWHERE)
places = Reading("locations", _places, reason=_NOWHERE)
sign_in = Reading("sign-in", _planned_sign_in, _sign_in)
database = Reading("rules of the Realtime Database", _database, reason=_NO_RULES)
storage = Reading("rules of Storage", _storage, reason=_NO_RULES)
files = Reading("Storage", _files, reason=_NOWHERE)
exports = Reading("exports of the Realtime Database", _exports, reason=_NOWHERE)
