"""The package `distro` on genuine clouds: the real engine, the provider, and a server in Google's place."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine import events
from engine.planned import Readings
from engine.program import ProgramSource
from engine.stack import Failed, Stack
from engine.toolchain import pulumi_binary
from engine.workspace import Workspace
from infra.progress import silent
from operations.drift import differences
from operations.google_settings.google import Google
from operations.google_settings.server import serving
from tests.operations.google_settings.google_server import TOKEN, Held, google_server

RULES = {"rules": {"artists": {".read": "auth != null", ".indexOn": ["ownerId"]}}}
PROGRAM = """
    import json
    import pulumi
    from infra.firebase.settings import DatabaseRules, SignInSettings

    def main():
        given = pulumi.Config("distro")
        DatabaseRules("rules", database_url=given.require("url"), rules=given.require("rules"))
        SignInSettings("sign-in", project="p", min_password_length=given.require_int("length"), enumeration_protection=True)
"""  # noqa: E501
SIGN_IN, DATABASE = "/v2/projects/p/config", "/db/.settings/rules.json"


def ignore(_: events.Event) -> None:
    """No listener."""


@pytest.fixture
def held() -> Iterator[Held]:
    with google_server() as found:
        yield found


Deploy = Callable[..., Stack]


@pytest.fixture
def deployed(held: Held, tmp_path: Path) -> Iterator[Deploy]:
    """A stack with this configuration."""
    (tmp_path / "program.py").write_text(textwrap.dedent(PROGRAM))
    with serving(Google(lambda: TOKEN, held.url)) as attached:

        def stack(rules: Any = RULES, length: int = 12) -> Stack:
            config = {"distro:url": f"{held.url}/db", "distro:rules": json.dumps(rules), "distro:length": str(length)}
            workspace = Workspace(tmp_path / "workspace", "dev", "x", settings=attached, config=config)
            made = Stack(workspace, ProgramSource(tmp_path, "program:main"), pulumi_binary(silent))
            made.init()
            return made

        yield stack


def test_made_changed_and_removed(held: Held, deployed: Deploy) -> None:
    assert deployed().up(ignore, refresh=False).changes["create"] == 3  # the stack as well
    assert held.documents[DATABASE] == RULES
    policy = held.documents[SIGN_IN]["passwordPolicyConfig"]
    assert policy["passwordPolicyVersions"][0]["customStrengthOptions"]["minPasswordLength"] == 12
    assert held.documents[SIGN_IN]["emailPrivacyConfig"] == {"enableImprovedEmailPrivacy": True}
    assert dict(deployed().up(ignore, refresh=True).changes) == {"same": 3}
    assert deployed(length=20).up(ignore, refresh=True).changes["update"] == 1
    policy = held.documents[SIGN_IN]["passwordPolicyConfig"]
    assert policy["passwordPolicyVersions"][0]["customStrengthOptions"]["minPasswordLength"] == 20
    deployed().destroy(ignore)
    assert held.documents[DATABASE] == {"rules": {".read": False, ".write": False}}
    assert held.documents[SIGN_IN]["passwordPolicyConfig"] == {"passwordPolicyEnforcementState": "OFF"}


def test_what_somebody_changed_is_drift_and_is_mended(held: Held, deployed: Deploy) -> None:
    deployed().up(ignore, refresh=False)
    held.documents[DATABASE] = {"rules": {".read": True}}
    readings = Readings()
    deployed().refresh(ignore, preview_only=True, witness=readings)
    (found,) = differences(tuple(readings))
    assert (found.property, json.loads(found.actual)) == ("rules", {"rules": {".read": True}})
    assert deployed().up(ignore, refresh=True).changes["update"] == 1
    assert held.documents[DATABASE] == RULES


@pytest.mark.parametrize(
    ("token", "rules", "words"),
    [("another", RULES, "401: Request had invalid"), (TOKEN, {"rulez": {}}, "400: Could not parse the rules")],
)
def test_what_google_refuses_fails_with_its_words(
    held: Held, deployed: Deploy, token: str, rules: Any, words: str
) -> None:
    with serving(Google(lambda: token, held.url)) as attached:
        stack = deployed(rules)
        stack.workspace = replace(stack.workspace, settings=attached)
        with pytest.raises(Failed, match=words) as caught:
            stack.up(ignore, refresh=False)
    assert token not in str(caught.value)
    assert DATABASE not in held.documents
