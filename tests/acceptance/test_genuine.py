"""A release goes to dev on genuine clouds, as a user types it; the clouds are emulated, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest

from promotion.rehearsal.stage import Stage
from tests.acceptance import checkout
from tests.acceptance.genuine_account import Account, account

pytestmark = [pytest.mark.xdist_group("genuine-account"), pytest.mark.timeout(600)]

GROUP = "/aws/lambda/distronation-dev-health"
ATTESTED = ("--key", "../keys/ci")


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    stage = Stage(tmp_path_factory.mktemp("stage"))
    stage.raise_up(checkout.committed(tmp_path_factory.mktemp("genuine") / "distro"))
    with account(stage) as found:
        yield found


def test_nothing_is_reached_before_there_is_a_backend(there: Account) -> None:
    assert "distro backend init" in there.run("up", "dev", "--yes", code=2)["error"]
    assert there.run("backend", "init", "--yes")["result"] == "ready"


def test_shared_is_deployed_by_hand_since_nothing_can_be_promoted_to_it(there: Account) -> None:
    assert there.run("up", "shared", "--yes")["changes"]["create"] > 40
    assert there.run("up", "shared", "--yes")["changes"]["create"] == 0


def test_a_release_is_promoted_to_dev(there: Account) -> None:
    there.run("init", "--people", "../people.yaml", "--root-key", "../keys/ann", "--yes")
    release = there.run("release", "create")["id"]
    blocked = there.run("promote", "local", "dev", "--yes", code=3)
    assert [gate["name"] for gate in blocked["gates"] if gate["state"] == "closed"] == ["evidence"]
    there.run("test", "unit", "--env", "local", *ATTESTED)
    succeeded = there.run("promote", "local", "dev", "--yes")
    assert (succeeded["result"], succeeded["release"]) == ("succeeded", release)
    assert succeeded["promotion"] == blocked["promotion"]


def test_what_runs_there_can_be_looked_at(there: Account) -> None:
    assert there.run("drift", "dev")["drifted"] == []
    outputs = there.run("outputs", "dev")
    assert outputs["database_url"] == "[secret]"
    checks = there.run("smoke", "dev")["checks"]
    assert {each["name"]: each["detail"] for each in checks if each["result"] == "failed"} == {}
    (moved,) = there.run("history", "dev")["entries"][-1:]
    assert (moved["what"], moved["result"]) == ("promotion", "succeeded")


def test_what_somebody_changed_closes_the_gate_until_it_is_mended(
    there: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in there.variables.items():
        monkeypatch.setenv(name, value)
    logs = boto3.client("logs")
    (held,) = logs.describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"]
    logs.put_retention_policy(logGroupName=GROUP, retentionInDays=1)
    assert [each["property"] for each in there.run("drift", "dev", code=4)["drifted"]] == ["retentionInDays"]
    closed = there.run("promote", "local", "dev", "--yes", code=3)
    assert [gate["name"] for gate in closed["gates"] if gate["state"] == "closed"] == ["drift"]
    logs.put_retention_policy(logGroupName=GROUP, retentionInDays=held["retentionInDays"])
    assert there.run("promote", "local", "dev", "--yes")["result"] == "succeeded"


def test_what_is_deployed_by_hand_counts_as_no_release(there: Account) -> None:
    assert there.run("up", "dev", "--yes")["changes"]["create"] == 0
    assert "dev runs no release" in there.run("promote", "dev", "staging", "--yes", code=3)["error"]
    assert there.run("audit", "verify")["result"] == "ok"
