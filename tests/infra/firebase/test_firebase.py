"""Firebase as the real engine deploys it on the emulated provider, against the statements of section 3.1."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from engine import toolchain
from engine.program import ProgramSource
from engine.stack import Stack, Update
from engine.workspace import Workspace
from infra.paths import project_root
from infra.progress import silent
from infra.specification import load
from infra.workloads.firebase import rules
from local.provider.cloud import Cloud, EndpointMap
from local.provider.lifecycle import Lifecycle
from local.provider.registry import registry
from local.provider.server import serve
from tests.infra.firebase.program import CHANGES
from tests.local import firebase_emulator
from tests.local.firebase_emulator import Auth

ENTRY = "tests.infra.firebase.program:main"


@dataclass
class Deployment:
    """A stack of Firebase alone."""

    folder: Path
    environment: str
    auth: Auth
    port: int
    changes: dict[str, Any] = field(default_factory=dict)

    @property
    def stack(self) -> Stack:
        providers = f"gcp:{self.port},distro:{self.port}"
        settings = {"PULUMI_DEBUG_PROVIDERS": providers, CHANGES: json.dumps(self.changes)}
        workspace = Workspace(self.folder, self.environment, "test", settings, checkpoints=False)
        made = Stack(workspace, ProgramSource(project_root(), ENTRY), toolchain.pulumi_binary(silent))
        made.init()
        return made

    def up(self, **changes: Any) -> Update:
        """Deploy, with settings of sign-in changed."""
        self.changes = changes
        return self.stack.up(lambda _: None, refresh=True)

    @property
    def state(self) -> list[dict[str, Any]]:
        """The resources of the stack."""
        document = json.loads(self.stack.workspace.state_file.read_text())
        resources: list[dict[str, Any]] = document["checkpoint"]["latest"]["resources"]
        return resources

    def inputs(self, kind: str) -> dict[str, dict[str, Any]]:
        """Inputs of the resources of a type (the end of its token), by name."""
        found = [each for each in self.state if each["type"].endswith(kind)]
        return {each["urn"].rsplit("::", 1)[-1]: each.get("inputs", {}) for each in found}

    def admin(self, path: str) -> Any:
        """What the Auth emulator holds of the project."""
        headers = {"Authorization": "Bearer owner"}
        project = f"demo-distronation-{self.environment}"
        return self.auth.http.get(f"/identitytoolkit.googleapis.com/v2/projects/{project}/{path}", headers=headers)


@pytest.fixture(scope="module")
def auth() -> Iterator[Auth]:
    with firebase_emulator.running() as found:
        yield found


def deployed(environment: str, auth: Auth, folder: Path) -> Iterator[Deployment]:
    cloud = Cloud(EndpointMap({"firebase-auth": f"http://{auth.address}"}, folder))
    lifecycle = Lifecycle(cloud, registry())
    server, port = serve(lifecycle)
    made = Deployment(folder / environment, environment, auth, port)
    made.up()
    yield made
    server.stop(None).wait()
    lifecycle.journal.close()
    cloud.http.close()


@pytest.fixture(scope="module")
def prod(auth: Auth, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    yield from deployed("prod", auth, tmp_path_factory.mktemp("prod"))


@pytest.fixture(scope="module")
def staging(auth: Auth, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    yield from deployed("staging", auth, tmp_path_factory.mktemp("staging"))


@pytest.fixture(scope="module")
def dev(auth: Auth, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    yield from deployed("dev", auth, tmp_path_factory.mktemp("dev"))


ENVIRONMENTS = ("prod", "staging", "dev")


@pytest.fixture(params=ENVIRONMENTS)
def each(request: pytest.FixtureRequest) -> Deployment:
    made: Deployment = request.getfixturevalue(request.param)
    return made


# --- projects ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ("prod", "Distro Nation Production"),  # 3.1-02
        ("staging", "Distro Nation Staging"),  # 3.1-17
        ("dev", "Distro Nation Development"),  # 3.1-31
    ],
)
def test_each_environment_has_a_project_of_its_own(environment: str, name: str, request: pytest.FixtureRequest) -> None:
    made: Deployment = request.getfixturevalue(environment)
    project = made.inputs("organizations/project:Project")["project"]
    assert project["name"] == name
    assert project["projectId"] == f"demo-distronation-{environment}"  # C-46
    assert project["labels"]["environment"] == environment


def test_database_and_files_lie_in_us_central1(each: Deployment) -> None:
    """3.1-04, 3.1-19, 3.1-33."""
    assert each.inputs("databaseInstance:DatabaseInstance")["default"]["region"] == "us-central1"
    buckets = each.inputs("storage/bucket:Bucket")
    assert {bucket["location"] for bucket in buckets.values()} == {"US-CENTRAL1"}


def test_outputs_say_what_clients_need(prod: Deployment) -> None:
    outputs = prod.stack.outputs().clear
    assert outputs["project"] == "demo-distronation-prod"
    assert outputs["database_url"] == "https://demo-distronation-prod-default-rtdb.firebaseio.com"
    assert outputs["storage_bucket"] == "distronation-prod-firebase"
    assert outputs["settings"]["firebase/session-hours"] == "24"
    assert outputs["settings"]["firebase/export-bucket"] == "distronation-prod-firebase-exports"


# --- sign-in ---------------------------------------------------------------------------------------------------


def test_password_sign_in_is_on_and_nothing_unasked_is(each: Deployment) -> None:
    """3.1-05, 3.1-20, 3.1-34."""
    sign_in = each.admin("config").json()["signIn"]
    assert sign_in["email"] == {"enabled": True, "passwordRequired": True}
    assert sign_in["anonymous"] == {"enabled": False}


def test_google_sign_in_is_on_in_prod_and_staging(prod: Deployment, staging: Deployment, dev: Deployment) -> None:
    """3.1-06, 3.1-20, 3.1-34."""
    for made in (prod, staging):
        assert made.admin("defaultSupportedIdpConfigs/google.com").json()["enabled"] is True
    assert dev.admin("defaultSupportedIdpConfigs/google.com").status_code == 404


def test_sign_in_is_hardened(each: Deployment) -> None:
    """3.1-07, C-49."""
    config = each.admin("config").json()
    version = config["passwordPolicyConfig"]["passwordPolicyVersions"][0]
    assert version["customStrengthOptions"]["minPasswordLength"] == 12
    assert config["emailPrivacyConfig"]["enableImprovedEmailPrivacy"] is True


def test_redirects_stay_on_known_domains(prod: Deployment) -> None:
    own = ["demo-distronation-prod.firebaseapp.com", "demo-distronation-prod.web.app"]
    assert prod.admin("config").json()["authorizedDomains"] == [*own, "app.example.com", "localhost"]


def test_the_client_secret_is_nowhere_in_clear(prod: Deployment) -> None:
    for file in prod.folder.rglob("*"):
        assert not file.is_file() or b"canary-google-secret" not in file.read_bytes(), file


# --- database and files --------------------------------------------------------------------------------------------


def test_the_rules_of_the_environment_are_deployed(each: Deployment) -> None:
    """3.1-10, 3.1-11, 3.1-13, 3.1-24, 3.1-25, 3.1-27, 3.1-35, 3.1-38, 3.1-39, 3.1-41, 3.2-08."""
    firebase = load(each.environment).firebase
    database = each.inputs("firebasedatabase/rules:Rules")["rules"]["rules"]
    assert json.loads(database) == json.loads(rules.database(firebase.rules, firebase.database.indexes))
    source = each.inputs("firebaserules/ruleset:Ruleset")["content"]["source"]["files"]
    assert [file["content"] for file in source] == [rules.storage(firebase.rules)]
    release = each.inputs("firebaserules/release:Release")["content"]
    assert release["name"] == f"firebase.storage/distronation-{each.environment}-firebase"


@pytest.mark.parametrize(
    ("environment", "days"),
    [("prod", None), ("staging", 30), ("dev", 7)],  # 3.1-14, 3.1-28, 3.1-42
)
def test_files_are_kept_as_long_as_specified(
    environment: str, days: int | None, request: pytest.FixtureRequest
) -> None:
    made: Deployment = request.getfixturevalue(environment)
    bucket = made.inputs("storage/bucket:Bucket")["content"]
    deletions = [{"action": {"type": "Delete"}, "condition": {"age": days}}] if days else []
    assert bucket.get("lifecycleRules", []) == deletions
    assert bucket["publicAccessPrevention"] == "enforced"


def test_public_files_may_be_cached_where_a_cdn_is_asked_for(prod: Deployment, dev: Deployment) -> None:
    """3.1-15, 3.1-29, 3.1-43, C-53."""
    key = "firebase/public-cache-control"
    assert prod.stack.outputs().clear["settings"][key] == "public, max-age=3600"
    assert dev.stack.outputs().clear["settings"][key] == "private, max-age=0"


# --- exports ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "schedules"),
    [
        ("prod", {"hourly": "5 * * * *", "daily": "30 4 * * *"}),  # 3.1-12, C-21
        ("staging", {"weekly": "30 4 * * 0"}),  # 3.1-26
        ("dev", {}),  # 3.1-40
    ],
)
def test_exports_are_scheduled(environment: str, schedules: dict[str, str], request: pytest.FixtureRequest) -> None:
    made: Deployment = request.getfixturevalue(environment)
    jobs = made.inputs("cloudscheduler/job:Job")
    assert {name: job["schedule"] for name, job in jobs.items()} == schedules
    for name, job in jobs.items():
        target = job["httpTarget"]
        assert json.loads(base64.b64decode(target["body"])) == {"kind": name}
        assert target["oidcToken"]["audience"] == target["uri"] == "https://api.example.com/exports"
        assert target["oidcToken"]["serviceAccountEmail"].startswith("rtdb-export-schedule@")


def test_exports_are_written_by_an_account_that_can_do_nothing_else(prod: Deployment) -> None:
    """C-72: no key; one AWS role, one role on the project, one on the bucket."""
    granted = [grant["role"] for grant in prod.inputs("projects/iAMMember:IAMMember").values() if exporter(grant)]
    assert granted == ["roles/firebasedatabase.viewer"]
    bucket = prod.inputs("storage/bucketIAMMember:BucketIAMMember")["exporter"]
    assert bucket["role"] == "roles/storage.objectCreator"
    trusted = prod.inputs("serviceaccount/iAMMember:IAMMember")["rtdb-export-distronation-prod-firebase-export"]
    role = "arn:aws:sts::867653852961:assumed-role/distronation-prod-firebase-export"
    assert trusted["member"].endswith(f"/attribute.aws_role/{role}")
    assert not prod.inputs("serviceaccount/key:Key")


def exporter(grant: dict[str, Any]) -> bool:
    return str(grant["member"]).startswith("serviceAccount:rtdb-export@")


def test_aws_roles_of_other_environments_are_not_trusted(each: Deployment) -> None:
    provider = each.inputs("workloadIdentityPoolProvider:WorkloadIdentityPoolProvider")["aws"]
    account = load(each.environment).account
    prefix = f"arn:aws:sts::{account}:assumed-role/distronation-{each.environment}-"
    assert provider["attributeCondition"] == f"attribute.aws_role.startsWith('{prefix}')"


# --- the engine's view --------------------------------------------------------------------------------------------


def test_stateful_resources_are_protected_in_prod_alone(prod: Deployment, dev: Deployment) -> None:
    protected = {resource["type"] for resource in prod.state if resource.get("protect")}
    assert protected == {
        "gcp:firebase/databaseInstance:DatabaseInstance",
        "gcp:organizations/project:Project",
        "gcp:storage/bucket:Bucket",
    }  # fmt: skip
    assert not [resource for resource in dev.state if resource.get("protect")]


def test_deploying_again_changes_nothing(prod: Deployment) -> None:
    assert set(prod.up().changes) == {"same"}


def test_one_changed_value_updates_one_resource(dev: Deployment) -> None:
    changed = dev.up(password_length=14)
    assert {name: count for name, count in changed.changes.items() if name != "same"} == {"update": 1}
    version = dev.admin("config").json()["passwordPolicyConfig"]["passwordPolicyVersions"][0]
    assert version["customStrengthOptions"]["minPasswordLength"] == 14
    dev.up()


def test_google_sign_in_comes_and_goes_with_its_provider(dev: Deployment) -> None:
    assert dev.up(providers=["password", "google"]).changes["create"] == 1
    assert dev.admin("defaultSupportedIdpConfigs/google.com").json()["clientId"] == "client-id"
    assert dev.up().changes["delete"] == 1
    assert dev.admin("defaultSupportedIdpConfigs/google.com").status_code == 404


def test_what_was_changed_behind_the_engine_is_mended(staging: Deployment) -> None:
    path = "/identitytoolkit.googleapis.com/v2/projects/demo-distronation-staging/config"
    body = {"emailPrivacyConfig": {"enableImprovedEmailPrivacy": False}}
    mask, owner = {"updateMask": "emailPrivacyConfig"}, {"Authorization": "Bearer owner"}
    staging.auth.http.patch(path, params=mask, json=body, headers=owner).raise_for_status()
    assert staging.up().changes["update"] == 1
    assert staging.admin("config").json()["emailPrivacyConfig"]["enableImprovedEmailPrivacy"] is True


def test_what_an_emulator_lost_is_made_again(staging: Deployment) -> None:
    """As after a crash of the emulator, which keeps nothing."""
    path = "/identitytoolkit.googleapis.com/v2/projects/demo-distronation-staging"
    owner = {"Authorization": "Bearer owner"}
    staging.auth.http.patch(f"{path}/config", json={}, headers=owner).raise_for_status()
    staging.auth.http.delete(f"{path}/defaultSupportedIdpConfigs/google.com", headers=owner).raise_for_status()
    assert staging.up().changes["create"] == 3
    assert staging.admin("config").json()["signIn"]["email"]["enabled"] is True
    assert staging.admin("defaultSupportedIdpConfigs/google.com").json()["enabled"] is True
