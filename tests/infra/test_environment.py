"""The model and its rules: what must hold in one environment and between them; nothing breaks the loader."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from infra import specification
from infra.environment import Environment, OpenPoint, open_points
from infra.environment.sections import SECTIONS
from infra.errors import ConfigurationError
from infra.paths import project_root
from infra.workloads.functions.common.configuration import DEFAULTS
from tests.infra.project import NAMES, Project

RULES = [
    ("prod", "region: us-east-1", "region: us-east-1\n    cloud: emulated", "cloud"),
    ("local", 'account: "000000000000"', 'account: "867653852961"', "account"),
    ("prod", "source: staging", "source: dev", "promotion.source"),
    ("staging", "      approvals: [team-lead]", "      approvals: [team-lead, team-lead]", "promotion.approvals"),
    ("prod", "      approvals: [product-manager, engineering-lead]\n", "", "promotion.approvals"),
    ("prod", "aliases:", 'business_hours: { opens: "08:00", closes: "20:00" }\n    aliases:', "business_hours"),
    ("staging", 'closes: "20:00"', 'closes: "07:00"', "business_hours.closes"),
    ("prod", "      rollback_plan: true\n", "", "maintenance.rollback_plan"),
    ("prod", "[engineering-lead, on-call]", "[on-call]", "maintenance.emergency.approvals"),
    ("prod", 'opens: "02:00"', 'opens: "02:30"', "database.maintenance_window"),
    ("dev", "source: synthetic", "source: production-sanitized", "refresh.source"),
    ("staging", "      manual_validation: true\n", "", "refresh.manual_validation"),
    ("staging", "      sanitization: [remove-pii, mask-pii]\n", "", "refresh.sanitization"),
    ("dev", "data_class: synthetic", "data_class: confidential", "data_class"),
    ("prod", "rpo_hours: 1", "rpo_hours: 1\n      copies: us-east-1", "recovery.copies"),
    ("prod", "strategy: restore-backups", "strategy: rebuild", "recovery.strategy"),
    ("prod", "[assess, restore-database,", "[restore-database, assess,", "recovery.steps"),
    ("prod", "health: { memory: 512 }", "health: { memory: 256 }", "functions.each.health.memory"),
    ("prod", "api: 30, background", "api: 31, background", "functions.timeout.api"),
    ("prod", "{ memory: 512, reserved_concurrency: 50 }", "{ memory: 512 }",
     "functions.each.upload.reserved_concurrency"),
    ("dev", "upload: { memory: 128 }", "upload: { memory: 128, reserved_concurrency: 1 }",
     "functions.each.upload.reserved_concurrency"),
    ("prod", "reserved_concurrency: 100", "reserved_concurrency: 900", "functions.each"),
    ("staging", "      each:\n", "      dead_letter_queues: false\n      each:\n", "functions.dead_letter_queues"),
    ("staging", "      each:\n", "      network: none\n      each:\n", "functions.network"),
    ("dev", ", spot: true", "", "instances.tools.spot"),
    ("staging", "min_acu: 0.5", "min_acu: 4.5", "database.min_acu"),
    ("prod", "direct_access: prohibited", "direct_access: team", "database.direct_access"),
    ("prod", "data_api: required", "data_api: preferred", "database.data_api"),
    ("prod", "deletion_protection: true", "deletion_protection: false", "database.deletion_protection"),
    ("prod", "encryption_key: customer", "encryption_key: aws", "database.encryption_key"),
    ("prod", "replicate_to: us-west-2", "replicate_to: us-east-1", "buckets.content.replicate_to"),
    ("prod", "        replicate_to: us-west-2", "        # none", "buckets.content.replicate_to"),
    ("prod", "purpose: Content of artists", 'public_access: { reason: test, until: "2027-01-01" }\n        purpose: x',
     "buckets.content.public_access"),
    ("staging", "purpose: Content of artists, sanitized",
     'public_access: { reason: test, until: "2027-01-01" }\n        purpose: x', "buckets.content.public_access"),
    ("dev", "compute_zones: 1", "compute_zones: 3", "network.compute_zones"),
    ("dev", "nat_gateways: 1", "nat_gateways: 2", "network.vpc.nat_gateways"),
    ("dev", "app: { ports: [], sources: [vpc] }", "database: { ports: [5432], sources: [vpc] }",
     "network.tiers.database"),
    ("dev", "app: { ports: [], sources: [vpc] }", "app: { ports: [], sources: [internet] }",
     "network.tiers.app.sources"),
    ("local", "zone: { domain: distronation.test }", "zone: { domain: other.test }", "dns.domain"),
    ("staging", "cdn: { distribution: own }", "cdn: { distribution: own, existing: [E123456789ABCD] }", "cdn.existing"),
    ("prod", "rules: production", "rules: development", "firebase.rules"),
    ("staging", "        test_claim: tester", "        # none", "firebase.authentication.test_claim"),
    ("prod", "      google-oauth-client:", "      other-oauth-client:", "firebase.authentication.providers"),
    ("prod", "storage: { cdn: true }", "storage: { cdn: true, delete_after_days: 1 }",
     "firebase.storage.delete_after_days"),
    ("prod", "stage: staging", "stage: prod", "apis.dn.stage"),
    ("prod", "stage: main", "stage: main\n        authentication: none", "apis.general.authentication"),
    ("prod", "stage: main", "stage: main\n        mocks: true", "apis.general.mocks"),
    ("prod", "stage: main", 'stage: main\n        cors_origins: ["http://localhost:3000"]',
     "apis.general.cors_origins"),
    ("prod", "log_level: ERROR", "log_level: ERROR\n      introspection: true", "graphql.introspection"),
    ("prod", "log_level: ERROR", "log_level: ERROR\n      authentication: [API_KEY]", "graphql.authentication"),
    ("dev", "variable_prefix: DEV", "variable_prefix: PROD", "configuration.variable_prefix"),
    ("dev", "path_prefix: dev", "path_prefix: prod", "configuration.path_prefix"),
    ("dev", "path_prefix: dev", "path_prefix: dev\n      precedence: [secret, runtime variable, parameter, default]",
     "configuration.precedence"),
    ("dev", "{ upload/max-bytes:", '{ upload-max/bytes: "1", upload/max-bytes:',
     "configuration.parameters.upload/max-bytes"),
    ("prod", "secrets: [spotify-credentials]", "secrets: [absent]", "external_apis.spotify.secrets[0]"),
    ("prod", "        base_url: https://api.spotify.com/v1\n", "", "external_apis.spotify.base_url"),
    ("prod", "error-rate: { above: 1, severity", "error-rate: { severity", "monitoring.alarms.error-rate"),
    ("prod", "availability: { below: 99.5, severity", "availability: { below: 101, severity",
     "monitoring.alarms.availability"),
    ("prod", "cold-start: { above: 5000", "cold-start: { above: 6000", "baselines.cold-start.alert"),
    ("prod", "lambda: { least: 200, most: 400 }", "lambda: { least: 200, most: 500 }", "cost.aws"),
    ("staging", "total: { least: 170, most: 350 }", "total: { least: 170, most: 340 }", "cost.total"),
    ("staging", "waf: true", "waf: false", "security.waf"),
    ("staging", "      scanning: daily\n", "", "security.scanning"),
    ("staging", "mfa: true", "mfa: true\n      ci_deploys: true", "security.ci_deploys"),
    ("staging", "{ data_events: true }", "{ data_events: true, trail: own }", "security.audit.trail"),
    # Between environments:
    ("staging", '"867653852961"', '"111122223333"', "account"),
    ("dev", "region: us-east-1", "region: us-west-2", "region"),
    ("dev", "max_acu: 2", "max_acu: 4.5", "database.max_acu"),
    ("staging", "rate: 2000 }\n        data_trace: true\n        tracing: true\n        mocks: true\n      general",
     "rate: 10000 }\n        data_trace: true\n        tracing: true\n        mocks: true\n      general", None),
    ("dev", "api: 10, background", "api: 30, background", "functions.timeout.api"),
    ("staging", "api: 30, background", "api: 29, background", "functions.timeout"),
    ("staging", "purpose: Content of artists, sanitized", "existing: distronation-dev-content\n        purpose: x",
     "buckets.content.existing"),
    ("dev", "cidr: 10.20.0.0/16", "cidr: 10.10.0.0/16", "network.vpc.cidr"),
    ("dev", "claims: [admin]", "claims: [owner]", "firebase.authentication.claims"),
    ("dev", "billing: development", "billing: production", "firebase.billing"),
    ("staging", "artists: [ownerId, name]", "artists: [ownerId]", "firebase.database.indexes"),
    ("shared", "nat_gateways: 2", "nat_gateways: 3", "vpc.nat_gateways"),
]  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.mark.parametrize(("env", "old", "new", "path"), RULES, ids=[f"{row[0]}-{row[3]}" for row in RULES])
def test_rules(project: Project, env: str, old: str, new: str, path: str | None) -> None:
    project.change(env, old, new)
    found = project.problems()
    if path is None:
        assert not found, "as large as production is allowed"
        return
    here = [each for each in found if (each.file, each.path) == (f"Pulumi.{env}.yaml", f"environment.{path}")]
    assert here, found
    for problem in here:
        assert problem.line > 0
        assert re.search(r"sections? \d|C-\d\d", problem.message), "a rule says where it comes from"


def test_a_public_development_bucket_is_a_declared_exception_with_an_end(project: Project) -> None:
    project.change(
        "dev",
        "purpose: Test content",
        'purpose: x\n        public_access: { reason: Player test, until: "2027-01-31" }',
    )
    assert project.problems() == ()
    exception = specification.load("dev", project.root).buckets["content"].public_access
    assert exception is not None
    assert exception.until.isoformat() == "2027-01-31"


@pytest.mark.parametrize("versioning", ["true", "false"])
def test_2_3_15_versioning_is_optional_in_development(project: Project, versioning: str) -> None:
    text = project.text("dev").replace("versioning: false", f"versioning: {versioning}")
    project.write("dev", text)
    assert project.problems() == ()


def test_2_1_15_dead_letter_queues_are_optional_in_development(project: Project) -> None:
    project.change("dev", "      each:\n", "      dead_letter_queues: false\n      each:\n")
    assert project.problems() == ()


def test_values_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        specification.load("dev").database.max_acu = 4  # type: ignore[misc]


def test_every_setting_names_a_section_of_the_document() -> None:
    from operations.specification import show

    for env in NAMES:
        assert {setting.section for setting in show(env).settings} <= SECTIONS.keys()


def test_a_point_is_settled_once_it_is_stated(project: Project) -> None:
    assert point(project, "prod", "3.1-03").status == "open"
    project.change("prod", "billing: production", "billing: production\n      billing_account: 012345-6789AB-CDEF01")
    assert point(project, "prod", "3.1-03").status == "settled"


def point(project: Project, env: str, statement: str) -> OpenPoint:
    found = open_points(specification.load(env, project.root))
    return next(each for each in found if statement in each.statements)


def test_what_is_named_here_exists_among_the_workloads() -> None:
    workloads = project_root() / "infra/workloads"
    resolvers = {path.stem for path in (workloads / "graphql/resolvers").glob("*.js")}
    for environment in specification.load_all().environments.values():
        for name in environment.functions.each:
            assert (workloads / "functions" / name.replace("-", "_") / "handler.py").is_file()
        cached = environment.graphql.cache.resolver_ttl if environment.graphql.cache else {}
        assert cached.keys() <= resolvers
        assert environment.configuration.parameters.keys() <= DEFAULTS.keys()


# --- random damage --------------------------------------------------------------------------------------------------

TEXTS = {name: (project_root() / f"Pulumi.{name}.yaml").read_text() for name in NAMES}
# No setting is a mapping with such a key, no mapping takes such a name, and no list holds such an item.
NEVER = ["{ No Such Key: 1 }", '[[["nothing"]]]', '{ "": { "": [] } }']


@cache
def scalars(env: str) -> list[yaml.ScalarNode]:
    """Every value below the environment's key, `extends` apart: that one has its own test."""
    root = yaml.compose(TEXTS[env])
    assert isinstance(root, yaml.MappingNode)
    return [node for node in walk(root.value[0][1].value[0][1]) if node.value != "dev" or env != "local"]


def walk(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.MappingNode):
        for _, value in node.value:
            yield from walk(value)
    else:
        for value in node.value:
            yield from walk(value)


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_value_made_wrong_is_reported_in_its_line(data: st.DataObject) -> None:
    env = data.draw(st.sampled_from(NAMES))
    node = data.draw(st.sampled_from(scalars(env)))
    wrong, text = data.draw(st.sampled_from(NEVER)), TEXTS[env]
    damaged = text[: node.start_mark.index] + wrong + text[node.end_mark.index :]
    found = problems_of(env, damaged)
    assert (f"Pulumi.{env}.yaml", node.start_mark.line + 1) in found


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.sampled_from(NAMES), st.data())
def test_random_damage_never_raises_anything_but_a_configuration_error(env: str, data: st.DataObject) -> None:
    text = TEXTS[env]
    start = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 40))
    piece = data.draw(
        st.one_of(st.text(max_size=20), st.sampled_from(["\t", ": ", "- ", "&a *a", "{", "]", "!!x ", "\n"]))
    )
    assume(not any(0xD800 <= ord(character) <= 0xDFFF for character in piece))
    problems_of(env, text[:start] + piece + text[start + length :])


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_configuration_error_or_a_specification(content: bytes) -> None:
    assert problems_of("prod", content)


def problems_of(env: str, content: str | bytes) -> set[tuple[str, int]]:
    """Load the environment from damaged text, once; its file and line of each problem."""
    root = Path(tempfile.mkdtemp())
    try:
        project = Project(root)
        project.write(env, content)
        try:
            loaded = specification.load_shared(root) if env == "shared" else specification.load(env, root)
        except ConfigurationError as error:
            return {(problem.file, problem.line) for problem in error.problems}
        assert isinstance(loaded, Environment) or env == "shared"
        return set()
    finally:
        shutil.rmtree(root)
