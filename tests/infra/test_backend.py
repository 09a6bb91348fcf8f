"""Where genuine state lies: one place, one variable that replaces it, and what follows by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.backend import backend
from infra.errors import UsageError

VARIABLE = "PULUMI_BACKEND_URL"


def test_it_stands_in_the_projects_file() -> None:
    found = backend(variables={})
    assert (found.bucket, found.prefix, found.region) == ("distronation-shared-state", "state", "us-east-1")
    assert found.ledger == "distronation-shared-ledger"
    assert found.secrets("prod") == "awskms:///alias/distronation-prod-state?region=us-east-1&awssdk=v2"


def test_the_variable_of_pulumi_replaces_it() -> None:
    found = backend(variables={VARIABLE: "s3://other-state?region=eu-west-1&endpoint=127.0.0.1:1"})
    assert (found.bucket, found.prefix, found.region) == ("other-state", "", "eu-west-1")
    assert found.options == {"endpoint": "127.0.0.1:1"}
    assert found.alias("dev") == "alias/other-dev-state"


@pytest.mark.parametrize("url", ["file:///state", "s3://bucket", "s3://?region=x", "https://app.example.com", "bucket"])
def test_what_is_no_bucket_with_a_region_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="is no state backend"):
        backend(variables={VARIABLE: url})


@pytest.mark.parametrize("text", [None, "name: distro\n", "name: distro\nbackend:\n", "backend: {}\n", "backend: s3\n"])
def test_none_is_stated(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "Pulumi.yaml").write_text(text)
    with pytest.raises(UsageError, match="No state backend"):
        backend(tmp_path, {})
