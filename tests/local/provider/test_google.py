"""Google's types: what the Auth emulator holds is made, read back, changed and removed; the rest is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from local.provider.cloud import Cloud, EndpointMap
from local.provider.failures import Failure
from local.provider.lifecycle import Lifecycle, Result
from local.provider.naming import Urn
from local.provider.registry import registry
from local.provider.resource import Recorded
from local.provider.secrets import unwrap
from tests.local import firebase_emulator
from tests.local.firebase_emulator import PROJECT, Auth

CONFIG = "gcp:identityplatform/config:Config"
SETTINGS = "distro:identityplatform/signInSettings:SignInSettings"
GOOGLE = "gcp:identityplatform/defaultSupportedIdpConfig:DefaultSupportedIdpConfig"
PASSWORD_ONLY = {"email": {"enabled": True, "passwordRequired": True}, "anonymous": {"enabled": False}}

TYPES = {token: kind for token, kind in registry().resources.items() if token.startswith(("gcp:", "distro:"))}


@pytest.fixture(scope="module")
def server() -> Iterator[Auth]:
    with firebase_emulator.running() as auth:
        yield auth


@pytest.fixture
def auth(server: Auth) -> Auth:
    server.reset()
    return server


class Engine:
    """Asks the provider as the engine does, for one resource."""

    def __init__(self, lifecycle: Lifecycle, kind: str) -> None:
        self.lifecycle = lifecycle
        self.urn = Urn(f"urn:pulumi:test::distro::{kind}::it")
        self.inputs: Mapping[str, Any] = {}
        self.made = Result("")

    def create(self, **inputs: Any) -> Mapping[str, Any]:
        checked = self.lifecycle.check(self.urn, {}, inputs)
        assert not checked.failures
        self.inputs = checked.inputs
        self.made = self.lifecycle.create(self.urn, self.inputs, preview=False)
        return outputs(self.made)

    def changes(self, **inputs: Any) -> tuple[set[str], bool]:
        """The properties that a change of inputs concerns, and whether it needs another resource."""
        checked = self.lifecycle.check(self.urn, self.inputs, inputs)
        found = self.lifecycle.diff(self.urn, self.made.id, self.inputs, checked.inputs)
        return set(found.properties), bool(found.replaces)

    def update(self, **inputs: Any) -> Mapping[str, Any]:
        new = self.lifecycle.check(self.urn, self.inputs, inputs).inputs
        state = self.made.outputs
        self.made = self.lifecycle.update(self.urn, self.made.id, state, self.inputs, new, preview=False)
        self.inputs = new
        return outputs(self.made)

    def refresh(self) -> Result:
        return self.lifecycle.read(self.urn, self.made.id, self.made.outputs, self.inputs)

    def drifted(self) -> set[str]:
        """The properties that a refresh finds changed behind the engine's back."""
        found = self.refresh()
        assert found.id
        return set(self.lifecycle.diff(self.urn, found.id, found.inputs, self.inputs).properties)

    def delete(self) -> None:
        self.lifecycle.delete(self.urn, self.made.id, self.made.outputs, self.inputs)


def outputs(made: Result) -> dict[str, Any]:
    """In clear."""
    return {name: unwrap(value) for name, value in made.outputs.items()}


@pytest.fixture
def lifecycle(auth: Auth, tmp_path: Path) -> Iterator[Lifecycle]:
    cloud = Cloud(EndpointMap({"firebase-auth": f"http://{auth.address}"}, tmp_path))
    lifecycle = Lifecycle(cloud, registry())
    yield lifecycle
    lifecycle.journal.close()
    cloud.http.close()


# --- Identity Platform's configuration -------------------------------------------------------------------------


def test_config_is_applied_and_read_back(auth: Auth, lifecycle: Lifecycle) -> None:
    engine = Engine(lifecycle, CONFIG)
    domains = ["app.example.com", "localhost"]
    made = engine.create(project=PROJECT, signIn=PASSWORD_ONLY, authorizedDomains=domains)
    assert made["name"] == f"projects/{PROJECT}/config"
    held = auth.admin("GET", "v2/projects/{project}/config").json()
    assert held["signIn"] == PASSWORD_ONLY
    assert held["authorizedDomains"] == domains
    assert engine.drifted() == set()
    assert auth.client("signUp").json()["error"]["message"] == "ADMIN_ONLY_OPERATION"


def test_config_is_updated(auth: Auth, lifecycle: Lifecycle) -> None:
    engine = Engine(lifecycle, CONFIG)
    engine.create(project=PROJECT, signIn=PASSWORD_ONLY, authorizedDomains=["localhost"])
    changed = {"signIn": {**PASSWORD_ONLY, "anonymous": {"enabled": True}}, "authorizedDomains": ["localhost"]}
    assert engine.changes(project=PROJECT, **changed) == ({"signIn"}, False)
    engine.update(project=PROJECT, **changed)
    assert auth.client("signUp").status_code == 200
    assert engine.drifted() == set()


def test_config_of_another_project_is_another_config(lifecycle: Lifecycle) -> None:
    engine = Engine(lifecycle, CONFIG)
    engine.create(project=PROJECT, signIn=PASSWORD_ONLY)
    assert engine.changes(project="demo-other", signIn=PASSWORD_ONLY) == ({"project"}, True)


def test_config_changed_behind_the_engine_is_found(auth: Auth, lifecycle: Lifecycle) -> None:
    engine = Engine(lifecycle, CONFIG)
    engine.create(project=PROJECT, signIn=PASSWORD_ONLY, authorizedDomains=["localhost"])
    body = {"signIn": {"anonymous": {"enabled": True}}}
    mask = {"updateMask": "signIn.anonymous.enabled"}
    auth.admin("PATCH", "v2/projects/{project}/config", params=mask, json=body).raise_for_status()
    assert engine.drifted() == {"signIn"}


def test_config_is_gone_after_a_new_start_and_after_deletion(auth: Auth, lifecycle: Lifecycle) -> None:
    engine = Engine(lifecycle, CONFIG)
    engine.create(project=PROJECT, signIn=PASSWORD_ONLY)
    engine.delete()
    assert engine.refresh().id == ""
    assert auth.client("signUp").status_code == 200


def test_config_is_imported_by_its_id(lifecycle: Lifecycle) -> None:
    engine = Engine(lifecycle, CONFIG)
    engine.create(project=PROJECT, signIn=PASSWORD_ONLY)
    found = lifecycle.read(engine.urn, f"projects/{PROJECT}/config", {}, {})
    assert found.inputs["project"] == PROJECT
    assert found.inputs["signIn"]["email"] == PASSWORD_ONLY["email"]


# --- password policy and enumeration protection ------------------------------------------------------------------


def test_sign_in_settings_are_applied_updated_and_removed(auth: Auth, lifecycle: Lifecycle) -> None:
    engine = Engine(lifecycle, SETTINGS)
    engine.create(project=PROJECT, minPasswordLength=12, enumerationProtection=True)
    weak = auth.client("signUp", email="kim@example.com", password="elevenchars")
    assert weak.json()["error"]["message"].startswith("PASSWORD_DOES_NOT_MEET_REQUIREMENTS")
    unknown = auth.client("signInWithPassword", email="kim@example.com", password="x")
    assert unknown.json()["error"]["message"] == "INVALID_LOGIN_CREDENTIALS"
    assert engine.drifted() == set()

    wanted = {"project": PROJECT, "minPasswordLength": 8, "enumerationProtection": True}
    assert engine.changes(**wanted) == ({"minPasswordLength"}, False)
    engine.update(**wanted)
    assert auth.client("signUp", email="kim@example.com", password="elevenchars").status_code == 200

    engine.delete()
    assert engine.refresh().id == ""
    assert auth.client("signUp", email="lee@example.com", password="sixsix").status_code == 200


# --- identity providers ------------------------------------------------------------------------------------------


def test_identity_provider_goes_through_its_whole_life(auth: Auth, lifecycle: Lifecycle) -> None:
    Engine(lifecycle, CONFIG).create(project=PROJECT, signIn=PASSWORD_ONLY)
    engine = Engine(lifecycle, GOOGLE)
    client = {"project": PROJECT, "idpId": "google.com", "clientId": "id", "clientSecret": "canary-secret"}
    engine.create(**client, enabled=True)
    assert "canary-secret" not in str(unwrapped_away(engine.made.outputs))
    assert engine.made.id == f"projects/{PROJECT}/defaultSupportedIdpConfigs/google.com"
    assert google_sign_in(auth) == 200
    assert engine.drifted() == set()

    assert engine.changes(**client, enabled=False) == ({"enabled"}, False)
    engine.update(**client, enabled=False)
    assert google_sign_in(auth) == 400

    path = f"v2/{engine.made.id}"
    auth.admin("PATCH", path, params={"updateMask": "clientId"}, json={"clientId": "other"}).raise_for_status()
    assert engine.drifted() == {"clientId"}

    engine.delete()
    engine.delete()
    assert engine.refresh().id == ""


def test_a_killed_creation_is_adopted(auth: Auth, lifecycle: Lifecycle) -> None:
    engine = Engine(lifecycle, GOOGLE)
    client = {"project": PROJECT, "idpId": "google.com", "clientId": "id", "clientSecret": "secret", "enabled": True}
    engine.create(**client)
    again = Engine(lifecycle, GOOGLE)
    again.create(**{**client, "clientId": "newer"})
    assert again.made.id == engine.made.id
    assert auth.admin("GET", f"v2/{again.made.id}").json()["clientId"] == "newer"


def test_an_answer_of_the_emulator_reaches_the_error(lifecycle: Lifecycle) -> None:
    engine = Engine(lifecycle, CONFIG)
    with pytest.raises(Failure, match=r"gcp:identityplatform/config:Config it: firebase-auth:UpdateConfig answered "):
        engine.create(project=PROJECT, signIn={"email": {"enabled": "perhaps"}})


def google_sign_in(auth: Auth) -> int:
    body = 'id_token={"sub":"1","email":"lee@example.com"}&providerId=google.com'
    return auth.client("signInWithIdp", postBody=body, requestUri="http://localhost").status_code


def unwrapped_away(values: Mapping[str, Any]) -> dict[str, Any]:
    """Outputs without what is wrapped as a secret."""
    return {name: value for name, value in values.items() if not isinstance(value, dict) or len(value) != 2}


# --- recorded types ------------------------------------------------------------------------------------------------

RECORDED: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {
    "gcp:organizations/project:Project": (
        {"projectId": PROJECT, "name": "Distro Nation Test", "labels": {"environment": "test"}},
        f"projects/{PROJECT}",
        {},
    ),
    "gcp:projects/service:Service": (
        {"project": PROJECT, "service": "firebase.googleapis.com", "disableOnDestroy": False},
        f"{PROJECT}/firebase.googleapis.com",
        {},
    ),
    "gcp:firebase/project:Project": ({"project": PROJECT}, f"projects/{PROJECT}", {}),
    "gcp:firebase/webApp:WebApp": ({"project": PROJECT, "displayName": "Web"}, f"projects/{PROJECT}/webApps/", {}),
    "gcp:firebase/databaseInstance:DatabaseInstance": (
        {
            "project": PROJECT,
            "region": "us-central1",
            "instanceId": f"{PROJECT}-default-rtdb",
            "type": "DEFAULT_DATABASE",
        },
        f"projects/{PROJECT}/locations/us-central1/instances/{PROJECT}-default-rtdb",
        {"databaseUrl": f"https://{PROJECT}-default-rtdb.firebaseio.com", "state": "ACTIVE"},
    ),
    "distro:firebasedatabase/rules:Rules": (
        {"databaseUrl": f"https://{PROJECT}-default-rtdb.firebaseio.com", "rules": '{"rules": {".read": false}}'},
        f"https://{PROJECT}-default-rtdb.firebaseio.com",
        {},
    ),
    "gcp:storage/bucket:Bucket": (
        {"project": PROJECT, "name": "distronation-test-firebase", "location": "US-CENTRAL1"},
        "distronation-test-firebase",
        {"url": "gs://distronation-test-firebase"},
    ),
    "gcp:storage/bucketIAMMember:BucketIAMMember": (
        {"bucket": "b", "role": "roles/storage.objectCreator", "member": "serviceAccount:a@b"},
        "b/roles/storage.objectCreator/serviceAccount:a@b",
        {},
    ),
    "gcp:firebase/storageBucket:StorageBucket": (
        {"project": PROJECT, "bucketId": "distronation-test-firebase"},
        f"projects/{PROJECT}/buckets/distronation-test-firebase",
        {},
    ),
    "gcp:firebaserules/ruleset:Ruleset": (
        {
            "project": PROJECT,
            "source": {"files": [{"name": "storage.rules", "content": "service firebase.storage {\n}"}]},
        },
        f"projects/{PROJECT}/rulesets/",
        {"metadatas": [{"services": ["firebase.storage"]}]},
    ),
    "gcp:firebaserules/release:Release": (
        {"project": PROJECT, "name": "firebase.storage/b", "rulesetName": f"projects/{PROJECT}/rulesets/x"},
        f"projects/{PROJECT}/releases/firebase.storage/b",
        {},
    ),
    "gcp:cloudscheduler/job:Job": (
        {"project": PROJECT, "region": "us-central1", "name": "daily", "schedule": "30 4 * * *", "timeZone": "Etc/UTC"},
        f"projects/{PROJECT}/locations/us-central1/jobs/daily",
        {"state": "ENABLED"},
    ),
    "gcp:serviceaccount/account:Account": (
        {"project": PROJECT, "accountId": "rtdb-export"},
        f"projects/{PROJECT}/serviceAccounts/rtdb-export@{PROJECT}.iam.gserviceaccount.com",
        {"member": f"serviceAccount:rtdb-export@{PROJECT}.iam.gserviceaccount.com"},
    ),
    "gcp:projects/iAMMember:IAMMember": (
        {"project": PROJECT, "role": "roles/viewer", "member": "serviceAccount:a@b"},
        f"{PROJECT}/roles/viewer/serviceAccount:a@b",
        {},
    ),
    "gcp:serviceaccount/iAMMember:IAMMember": (
        {"serviceAccountId": "projects/p/serviceAccounts/a", "role": "roles/iam.workloadIdentityUser", "member": "m"},
        "projects/p/serviceAccounts/a/roles/iam.workloadIdentityUser/m",
        {},
    ),
    "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": (
        {"project": PROJECT, "workloadIdentityPoolId": "aws"},
        f"projects/{PROJECT}/locations/global/workloadIdentityPools/aws",
        {"state": "ACTIVE"},
    ),
    "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": (
        {
            "project": PROJECT,
            "workloadIdentityPoolId": "aws",
            "workloadIdentityPoolProviderId": "aws",
            "aws": {"accountId": "000000000000"},
        },
        f"projects/{PROJECT}/locations/global/workloadIdentityPools/aws/providers/aws",
        {"state": "ACTIVE"},
    ),
}
"""Type to inputs, the start of the id, and outputs that follow from the inputs."""


def test_every_recorded_type_is_tested() -> None:
    assert {token for token, kind in TYPES.items() if isinstance(kind, Recorded)} == RECORDED.keys()


def test_whatever_is_only_recorded_says_why() -> None:
    for token, kind in TYPES.items():
        for name, rule in kind.properties.items():
            assert rule.status == "applied" or rule.reason, f"{token} {name}"
        if isinstance(kind, Recorded):
            assert kind.reason
            assert all(rule.status == "recorded" for rule in kind.properties.values()), token


@pytest.mark.parametrize("token", RECORDED)
def test_recorded_types_are_created_read_and_deleted(lifecycle: Lifecycle, token: str) -> None:
    inputs, id_starts, computed = RECORDED[token]
    engine = Engine(lifecycle, token)
    made = engine.create(**inputs)
    assert engine.made.id.startswith(id_starts)
    assert {name: made[name] for name in computed} == computed
    assert engine.drifted() == set()
    engine.delete()


@pytest.mark.parametrize(
    ("token", "change", "replaced"),
    [
        ("gcp:firebase/databaseInstance:DatabaseInstance", {"region": "europe-west1"}, True),  # C-47
        ("distro:firebasedatabase/rules:Rules", {"rules": '{"rules": {".read": true}}'}, False),
        (
            "gcp:firebaserules/ruleset:Ruleset",
            {"source": {"files": [{"name": "s", "content": "service a.b {}"}]}},
            True,
        ),
        ("gcp:firebaserules/release:Release", {"rulesetName": "projects/p/rulesets/y"}, False),
        ("gcp:cloudscheduler/job:Job", {"schedule": "5 * * * *"}, False),
        ("gcp:storage/bucket:Bucket", {"location": "EU"}, True),
    ],
)
def test_a_change_of_a_recorded_type(lifecycle: Lifecycle, token: str, change: dict[str, Any], replaced: bool) -> None:
    engine = Engine(lifecycle, token)
    engine.create(**RECORDED[token][0])
    assert engine.changes(**{**RECORDED[token][0], **change}) == (set(change), replaced)


@pytest.mark.parametrize(
    ("token", "change", "message"),
    [
        ("gcp:organizations/project:Project", {"projectId": "P"}, "P is no project id"),
        ("gcp:projects/service:Service", {"service": "firebase"}, "firebase is no Google API"),
        ("distro:firebasedatabase/rules:Rules", {"rules": "{"}, "are no JSON object"),
        ("distro:firebasedatabase/rules:Rules", {"rules": "{}"}, 'have no member "rules"'),
        ("gcp:firebaserules/ruleset:Ruleset", {"source": {"files": [{"name": "s", "content": "{"}]}}, "no `service"),
        ("gcp:cloudscheduler/job:Job", {"schedule": "daily"}, "is no schedule"),
        ("gcp:storage/bucket:Bucket", {"name": "No Bucket"}, "is no bucket name"),
    ],
)
def test_what_google_would_refuse_is_refused(
    lifecycle: Lifecycle, token: str, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(Failure, match=message):
        Engine(lifecycle, token).create(**{**RECORDED[token][0], **change})


@pytest.mark.parametrize("token", TYPES)
def test_an_unknown_property_is_refused(lifecycle: Lifecycle, token: str) -> None:
    checked = lifecycle.check(Urn(f"urn:pulumi:test::distro::{token}::it"), {}, {"nonsense": 1})
    assert [name for name, _ in checked.failures] == ["nonsense"]
