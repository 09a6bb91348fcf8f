"""Rules of Firebase and the APIs (sections 3 and 4)."""

from collections.abc import Iterator

from infra.environment.api import Api
from infra.environment.environment import Environment
from infra.environment.rules.finding import Finding, relaxed

_RULES = {"prod": "production", "staging": "staging", "dev": "development", "local": "development"}
# Stages of APIs that exist already keep their names; prod's `staging` is the noted inconsistency (C-59).
_STAGES = {"prod": {"dn": "staging", "general": "main"}}
_LOOPBACK = ("http://localhost", "http://127.0.0.1")


def firebase_rules(environment: Environment) -> Iterator[Finding]:
    """Rules go with the environment; staging's relaxation asks for a claim, never for nothing."""
    given, wanted = environment.firebase, _RULES[environment.name]
    if given.rules != wanted:
        yield (
            ("firebase", "rules"),
            f"{given.rules} is not allowed; allowed in {environment.name}: {wanted} (section 3.2)",
        )
    if (given.authentication.test_claim is not None) != (environment.name == "staging"):
        yield ("firebase", "authentication", "test_claim"), "is stated in staging, and there alone (C-54)"


def firebase_sign_in(environment: Environment) -> Iterator[Finding]:
    """Google sign-in needs a client, and production keeps what users store."""
    if "google" in environment.firebase.authentication.providers and "google-oauth-client" not in environment.secrets:
        yield ("firebase", "authentication", "providers"), "google needs the secret google-oauth-client (C-48)"
    if environment.production and environment.firebase.storage.delete_after_days:
        yield ("firebase", "storage", "delete_after_days"), "production keeps user content (section 3.1)"


def firebase_project(environment: Environment) -> Iterator[Finding]:
    """A `demo-` project exists in emulators alone."""
    if (environment.firebase.project_id or "").startswith("demo-"):
        yield ("firebase", "project_id"), "demo- is for emulated projects, and not stated (C-46)"


def apis(environment: Environment) -> Iterator[Finding]:
    """Stages carry the environment's name; nobody calls unsigned above development."""
    for label, api in (("dn", environment.apis.dn), ("general", environment.apis.general)):
        stage = _STAGES.get(environment.name, {}).get(label, environment.name)
        if api.stage != stage:
            yield ("apis", label, "stage"), f"{api.stage} is not allowed; allowed in {environment.name}: {stage} (C-59)"
        yield from ((("apis", label, *place), message) for place, message in _open(environment, api))


def _open(environment: Environment, api: Api) -> Iterator[Finding]:
    if relaxed(environment):
        return
    if api.authentication == "none":
        yield ("authentication",), f"must be iam in {environment.name} (section 4.1)"
    if any(origin.startswith(_LOOPBACK) for origin in api.cors_origins):
        yield ("cors_origins",), "local origins are for development only (section 4.1)"
    if environment.production and (api.mocks or api.data_trace):
        yield ("mocks" if api.mocks else "data_trace",), "is not for production (section 4.1)"


def graphql(environment: Environment) -> Iterator[Finding]:
    """Keys and exploration are for development."""
    given = environment.graphql
    if relaxed(environment):
        return
    if "API_KEY" in given.authentication:
        yield ("graphql", "authentication"), f"API_KEY is not allowed in {environment.name} (section 4.2)"
    if given.introspection:
        yield ("graphql", "introspection"), f"is not allowed in {environment.name} (section 4.2)"


RULES = (firebase_rules, firebase_sign_in, firebase_project, apis, graphql)
