"""Listing and comparing specifications."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.errors import ConfigurationError, UsageError
from operations.specification import check, diff, show
from tests.infra.project import NAMES, Project


def test_every_setting_says_where_it_is_stated() -> None:
    settings = {setting.path: setting for setting in show("local").settings}
    assert settings["account"].source.startswith("Pulumi.local.yaml:")
    assert settings["database.max_acu"].source.startswith("Pulumi.dev.yaml:")
    assert settings["database.engine"].source == "default"
    assert settings["database.max_acu"].value == 2
    assert (settings["database.max_acu"].unit, settings["database.max_acu"].section) == ("ACU", "2.2")


@pytest.mark.parametrize("env", NAMES)
def test_the_place_named_is_the_place_where_the_value_stands(env: str, tmp_path: Path) -> None:
    root = Project(tmp_path).root
    for setting in show(env, root=root).settings:
        if setting.source != "default":
            file, _, line = setting.source.partition(":")
            text = (root / file).read_text().splitlines()[int(line) - 1]
            assert setting.path.rpartition(".")[2].strip('"]') in text or str(setting.value) in text


def test_show_of_a_part() -> None:
    found = show("prod", "buckets.content")
    assert {setting.path.rpartition(".")[0] for setting in found.settings} == {
        "buckets.content", "buckets.content.lifecycle",
    }  # fmt: skip
    assert [point.path for point in found.open_points] == [
        "environment.buckets.content.existing", "environment.buckets.content.replicate_to",
    ]  # fmt: skip
    with pytest.raises(UsageError, match="no setting 'bucket'"):
        show("prod", "bucket")


def test_show_of_a_broken_specification_is_its_problems(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.change("prod", "max_acu: 16", "max_acu: 0")
    with pytest.raises(ConfigurationError, match="0 is not allowed"):
        show("prod", root=project.root)
    assert [problem.path for problem in check("prod", project.root)] == ["environment.database.max_acu"]
    assert check("dev", project.root) == ()


def test_diff_names_both_sides_and_what_one_lacks() -> None:
    found = {difference.path: difference for difference in diff("dev", "prod")}
    assert (found["database.max_acu"].left, found["database.max_acu"].right) == (2, 16)
    assert found["network.vpc.cidr"].absent == "prod"
    assert found["functions.each.firebase-export.memory"].absent == "dev"
    assert "database.engine" not in found
    assert "network.vpc" not in found, "its settings stand for it"


def test_diff_is_symmetric_and_empty_with_itself() -> None:
    assert diff("staging", "staging") == ()
    there, back = diff("dev", "staging"), diff("staging", "dev")
    assert {(each.path, each.section) for each in there} == {(each.path, each.section) for each in back}


def test_shared_is_no_environment_to_compare_with() -> None:
    with pytest.raises(UsageError, match="nothing to compare"):
        diff("shared", "prod")
