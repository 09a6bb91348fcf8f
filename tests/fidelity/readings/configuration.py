"""Secrets, parameters and flags, and the configuration in force (section 5)."""

from __future__ import annotations

from operations.smoke.signing import Signed
from tests.fidelity.table import Reading
from tests.fidelity.world import Things, World, tags
from tests.infra.previewing import UNKNOWN


def _secrets(world: World) -> Things:
    rows = world.live.pages("secretsmanager", "list_secrets", "SecretList")
    own = [row for row in rows if tags(row.get("Tags", [])).get("environment") == world.environment]
    return {
        row["Name"]: {"described": bool(row.get("Description")), "retired": tags(row["Tags"]).get("retire") == "true"}
        for row in own
    }


def _planned_secrets(world: World) -> Things:
    rows = [each.inputs for each in world.inputs.of("secretsmanager/secret:Secret")]
    return {
        row["name"]: {"described": bool(row["description"]), "retired": row["tags"].get("retire") == "true"}
        for row in rows
    }


def _parameters(world: World) -> Things:
    values = {
        row["Name"]: row["Value"]
        for row in world.live.pages(
            "ssm", "get_parameters_by_path", "Parameters", Path=f"/{world.path}", Recursive=True
        )
    }
    described = {row["Name"]: row for row in world.live.pages("ssm", "describe_parameters", "Parameters")}
    return {name: {"value": value, "type": described[name]["Type"]} for name, value in values.items()}


def _planned_parameters(world: World) -> Things:
    rows = [each.inputs for each in world.inputs.of("ssm/parameter:Parameter")]
    return {row["name"]: {"value": row.get("insecureValue", UNKNOWN), "type": row["type"]} for row in rows}


def _flags(world: World) -> Things:
    return {name: row for name, row in _parameters(world).items() if "/features/" in name}


def _planned_flags(world: World) -> Things:
    return {name: row for name, row in _planned_parameters(world).items() if "/features/" in name}


def _effective(world: World) -> Things:
    """What a function sees, with what it hides: the API tells."""
    answer = world.live.http.get(f"{world.live.variables['API_URL']}/config", auth=Signed(world.live.variables))
    assert answer.status_code == 200, answer.text
    return {
        key: {
            "source": found["source"],
            "hides": [origin["source"] for origin in found["shadowed"]],
            "shown": found["value"],
            "where": found["where"],
        }
        for key, found in answer.json()["settings"].items()
    }


secrets = Reading("secrets", _planned_secrets, _secrets)
parameters = Reading("parameters", _planned_parameters, _parameters)
flags = Reading("flags", _planned_flags, _flags)
effective = Reading("configuration in force", deployed=_effective)
