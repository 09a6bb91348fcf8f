"""Loading: each kind of bad input is reported where it stands, with what is allowed, all in one run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from infra import specification
from infra.errors import ConfigurationError, UsageError
from infra.paths import project_root
from tests.infra.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_the_project_s_own_files_are_valid() -> None:
    assert specification.problems() == ()
    assert set(specification.load_all().environments) == {"local", "dev", "staging", "prod"}


@pytest.mark.parametrize("name", ["production", "", "shared", "../dev", "DEV"])
def test_an_unknown_environment_is_a_usage_error(name: str) -> None:
    with pytest.raises(UsageError, match="is no environment"):
        specification.load(name)


def test_a_wrong_value_shows_line_path_value_allowed_and_section(project: Project) -> None:
    line = project.change("staging", "min_acu: 0.5", "min_acu: 0.3")
    with pytest.raises(ConfigurationError) as raised:
        specification.load("staging", project.root)
    assert str(raised.value) == (
        f"Pulumi.staging.yaml:{line}: environment.database.min_acu: 0.3 is not allowed; "
        "allowed: 0.5 to 256 ACU in steps of 0.5 (section 2.2)"
    )
    assert str(raised.value.hint).startswith("1 problem in 1 file. Nothing was changed.")


BAD = [
    ("prod", "max_acu: 16", "max_acu: sixteen", "environment.database.max_acu", '"sixteen" is not allowed'),
    ("prod", "max_acu: 16", "max_acu: 257", "environment.database.max_acu", "0.5 to 256 ACU"),
    ("prod", "multi_az: true", "multi_az: yes", "environment.database.multi_az", "true or false"),
    ("prod", "multi_az: true", "multi-az: true", "environment.database.multi-az", "did you mean multi_az?"),
    ("prod", "rpo_hours: 1", "rpo_hours: 1.5", "environment.recovery.rpo_hours", "1 to 168 hours"),
    ("prod", "rpo_hours: 1", "rpo_hours: true", "environment.recovery.rpo_hours", "1 to 168 hours"),
    ("prod", '"867653852961"', "867653852961", "environment.account", "12 digits in quotes"),
    ("prod", "region: us-east-1", "region:", "environment.region", "null is not allowed"),
    ("prod", "stage: main", "stage: [main]", "environment.apis.general.stage", '["main"] is not allowed'),
    ("prod", "most: 1330 }", "most: 1330, more: 1 }", "environment.cost.total.more", "known: least, most"),
    ("prod", "least: 512, most: 1024", "least: 1025, most: 1024", "environment.functions.memory", "is above most"),
    ("staging", "{ Query.artist: 300", "{ artist: 300", "environment.graphql.cache.resolver_ttl.artist", "Type.field"),
    ("staging", "beta-api-endpoints: true", "Beta: true", "environment.flags.Beta", "/<env>/features/<name>"),
    ("dev", "providers: [password]", "providers: []", "environment.firebase.authentication.providers", "not empty"),
    (
        "dev",
        "providers: [password]",
        "providers: [sms]",
        "environment.firebase.authentication.providers[0]",
        "password",
    ),
    ("dev", "cidr: 10.20.0.0/16", "cidr: 10.300.0.0/16", "environment.network.vpc.cidr", "10.N.0.0/16"),
    ("shared", "zone: {", "zones: {", "environment.zones", "did you mean zone?"),
]


@pytest.mark.parametrize(("env", "old", "new", "path", "message"), BAD, ids=[f"{row[0]}-{row[2]}" for row in BAD])
def test_bad_values(project: Project, env: str, old: str, new: str, path: str, message: str) -> None:
    line = project.change(env, old, new)
    found = {problem.path: problem for problem in project.problems(env)}
    assert found[path].line == line
    assert found[path].file == f"Pulumi.{env}.yaml"
    assert message in found[path].message


def test_all_problems_of_all_files_in_one_run(project: Project) -> None:
    wanted = {
        ("Pulumi.prod.yaml", project.change("prod", "multi_az: true", "multi_az: 1"), "environment.database.multi_az"),
        (
            "Pulumi.prod.yaml",
            project.change("prod", "quota: 100\n", "quota: 0\n"),
            "environment.external_apis.spotify.quota",
        ),
        ("Pulumi.staging.yaml", project.change("staging", "max_acu: 4", "max_acu: x"), "environment.database.max_acu"),
        (
            "Pulumi.shared.yaml",
            project.change("shared", "nat_gateways: 2", "nat_gateways: 9"),
            "environment.vpc.nat_gateways",
        ),
    }
    assert set(project.found()) == wanted


def test_a_missing_key_is_reported_at_its_section(project: Project) -> None:
    line = project.text("prod").splitlines().index("    database: # 2.2") + 1
    project.change("prod", "      min_acu: 2\n", "")
    (problem,) = project.problems("prod")
    assert (problem.line, problem.path) == (line, "environment.database.min_acu")
    assert problem.message.startswith("is missing; allowed: 0.5 to 256 ACU")


def test_a_key_stated_twice(project: Project) -> None:
    line = project.change("prod", "      max_acu: 16\n", "      max_acu: 16\n      max_acu: 17\n")
    (problem,) = project.problems()
    assert problem.path == "config.distro:environment.database.max_acu"
    assert (problem.line, problem.message) == (line + 1, f"stated twice, first in line {line}")


def test_two_buckets_of_one_name_are_found(project: Project) -> None:
    project.change("staging", "      logs:\n", "      content:\n")
    assert any("stated twice" in problem.message for problem in project.problems("staging"))


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("config: [", 1, "malformed YAML"),
        ("config:\n\tx: 1\n", 2, "malformed YAML"),
        ("config: {}\n---\nconfig: {}\n", 2, "malformed YAML"),
        ("config: \x00\n", 1, "malformed YAML"),
        (b"config:\n  a: \xff\n", 2, "is not UTF-8 text"),
        ("", 0, "must be a mapping with the key distro:environment"),
        ("- a\n", 1, "must be a mapping with the key config"),
        ("config: 3\n", 1, "must be a mapping with the key distro:environment"),
        ("config:\n  aws:region: us-east-1\n", 1, "distro:environment is missing"),
        ("config:\n  distro:environment: prod\n", 2, "must be a mapping of settings"),
        ("config:\n  distro:enviroment: {}\n", 2, "did you mean distro:environment?"),
        ("distro:environment: {}\n", 1, "belongs below config"),
        ("config:\n  distro:environment: &a\n    b: *a\n", 3, "aliases (*name) are not allowed"),
        ("config:\n  distro:environment: !!binary aGk=\n", 2, "is not allowed"),
        ("config:\n  distro:environment:\n    ? [a]\n    : 1\n", 3, "a key must be text"),
        pytest.param("[" * 5000, 1, "malformed YAML", id="deep"),
        ("config:\n  distro:environment:\n    name: prod\n", 3, "the file's name gives it"),
    ],
)
def test_broken_files(project: Project, text: str | bytes, line: int, message: str) -> None:
    project.write("prod", text)
    found = project.problems("prod")
    assert any(message in problem.message and problem.line in {line, 0} for problem in found), found
    with pytest.raises(ConfigurationError):
        specification.load("prod", project.root)


def test_a_missing_file(project: Project) -> None:
    project.path("prod").unlink()
    assert [str(problem) for problem in project.problems()] == ["Pulumi.prod.yaml: the file is missing"]
    with pytest.raises(ConfigurationError, match="the file is missing"):
        specification.load("prod", project.root)
    assert specification.load("dev", project.root).name == "dev", "one file's loss is nobody else's"


def test_a_file_that_cannot_be_read(project: Project) -> None:
    project.path("prod").unlink()
    project.path("prod").mkdir()
    assert [problem.message for problem in project.problems()] == ["cannot be read: Is a directory"]


def test_what_pulumi_itself_writes_into_the_file_is_left_alone(project: Project) -> None:
    project.write("prod", "encryptionsalt: v1:abc=\n" + project.text("prod") + "  aws:region: us-east-1\n")
    assert project.problems() == ()


def test_a_problem_of_the_base_is_reported_once_and_in_its_own_file(project: Project) -> None:
    line = project.change("dev", "max_acu: 2", "max_acu: 0")
    wanted = ("Pulumi.dev.yaml", line, "environment.database.max_acu")
    assert project.found() == [wanted]
    (problem,) = project.problems("local")
    assert (problem.file, problem.line, problem.path) == wanted


@pytest.mark.parametrize("base", ["local", "nowhere", "shared", "[dev]", "3"])
def test_extends_names_another_environment(project: Project, base: str) -> None:
    line = project.change("local", "extends: dev", f"extends: {base}")
    (problem,) = project.problems("local")
    assert (problem.line, problem.path) == (line, "environment.extends")
    assert "allowed: dev, staging, prod" in problem.message


def test_local_is_development_with_what_the_emulators_make_different() -> None:
    """C-03: nothing else may differ; a new difference belongs into this list and into Pulumi.local.yaml's comment."""
    from operations.specification import diff

    changed = {difference.path.split(".")[0] for difference in diff("dev", "local")}
    assert changed == {
        "account", "apis", "business_hours", "cloud", "dns", "firebase", "network", "promotion", "purpose", "security",
        "users",
    }  # fmt: skip


def test_every_environment_s_file_is_one_that_plain_pulumi_reads() -> None:
    import yaml

    main = yaml.safe_load((project_root() / "Pulumi.yaml").read_text())
    assert (main["name"], main["runtime"]["name"], main["main"]) == ("distro", "python", "infra")
    for name in ("local", "dev", "staging", "prod", "shared"):
        stack = yaml.safe_load((project_root() / f"Pulumi.{name}.yaml").read_text())
        assert list(stack) == ["config"]
        assert list(stack["config"]) == ["distro:environment"]


def test_commands_that_load_no_specification_do_not_pay_for_one() -> None:
    program = "import infra.specification, sys; print(*sys.modules)"
    arguments = [sys.executable, "-c", program]
    modules = subprocess.run(arguments, cwd=project_root(), check=True, capture_output=True, text=True).stdout
    assert "pydantic" not in modules
