"""`distro audit`, `history`, `lock`, `freeze` as a user types them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import click.testing
import pytest

from cli.application import Application
from cli.commands import audit, freeze, history, lock, unfreeze
from infra.errors import DistroError, EnvironmentBusy
from promotion import signing
from promotion.acquiring import Leases
from promotion.entries import Reference
from promotion.kinds.environments import StateAccepted
from promotion.kinds.records import TrustChanged
from promotion.lease import Terms
from promotion.ledger import Ledger
from promotion.location import Location, open_location
from promotion.pin import pin_of
from promotion.schema import digest_of
from promotion.signing import Subject
from promotion.tenure import Holder
from promotion.trust_store import join
from tests.moto_account import Account, account
from tests.promotion.keys import NOW, Keys
from tests.promotion.ledgers import RELEASE, Place, promote
from tests.promotion.organisation import Organisation

Run = Callable[..., click.testing.Result]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "memory"))
    return {"DISTRO_STORE": f"file://{tmp_path / 'store'}"}


@pytest.fixture
def run(variables: dict[str, str]) -> Run:
    def invoke(command: click.Command, *arguments: str, as_json: bool = True) -> click.testing.Result:
        application = Application(arguments, json=as_json, quiet=True, environment=variables)
        return click.testing.CliRunner().invoke(command, list(arguments), obj=application)

    return invoke


@pytest.fixture
def location(variables: dict[str, str]) -> Location:
    return open_location(variables, rehearsal=False)


def document(result: click.testing.Result, code: int = 0) -> Any:
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def refused(result: click.testing.Result) -> DistroError:
    assert isinstance(result.exception, DistroError), result.output
    return result.exception


def test_a_frozen_environment_its_history_and_the_audit(
    run: Run, location: Location, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Ledger, "now", lambda _: NOW)
    _founded(location, Organisation(keys))
    dana = ("--key", str(keys.private("dana")), "--yes")
    frozen = document(run(freeze.command, "prod", "--reason", "launch", *dana))
    assert (frozen["result"], frozen["identity"]) == ("frozen", "dana")
    assert refused(run(unfreeze.command, "dev", *dana)).exit_code == 3
    dev = ("--key", str(keys.private("dev")), "--yes")
    assert refused(run(unfreeze.command, "prod", *dev)).message == "dev may not freeze prod, nor open it again."
    assert refused(run(unfreeze.command, "prod", "--identity", "dana", *dev)).exit_code == 1
    assert document(run(unfreeze.command, "prod", *dana))["result"] == "unfrozen"
    entries = document(run(history.command, "prod"))["entries"]
    assert [(entry["what"], entry["detail"]) for entry in entries] == [("frozen", "launch"), ("unfrozen", "")]
    found = document(run(audit.command, "verify"))
    assert (found["result"], found["head"]["number"], found["problems"]) == ("ok", found["entries"], [])
    assert f"{found['entries']} entries" in run(audit.command, "verify", as_json=False).stdout
    assert "launch" in run(history.command, "prod", as_json=False).stdout
    assert refused(run(freeze.command, "prod", "--reason", "nobody to ask")).exit_code == 2
    assert refused(run(freeze.command, "local", "--reason", "no", *dana)).exit_code == 2
    assert refused(run(freeze.command, "prod", "--reason", "no", "--key", "missing", "--yes")).exit_code == 2


def test_what_was_changed_is_named_with_exit_1(run: Run, location: Location, tmp_path: Path) -> None:
    for reason in ("one", "two", "three"):
        location.ledger().append(StateAccepted(state=RELEASE, reason=reason), environment="prod", actor="sam")
    entry = tmp_path / "store/ledger/000000000002.json"
    entry.write_bytes(entry.read_bytes().replace(b"two", b"too"))
    found = document(run(audit.command, "verify"), 1)
    assert found["result"] == "broken"
    assert found["problems"][0]["entry"] == 2
    assert "entry 2" in run(audit.command, "verify", as_json=False).stdout
    assert refused(run(history.command, "prod")).exit_code == 1


def test_a_promotion_in_the_history(run: Run, location: Location, tmp_path: Path) -> None:
    place = Place(tmp_path)
    assert place.store.url == location.store.url
    promote(place, location.ledger(), "prm-1")
    (entry,) = document(run(history.command, "prod"))["entries"]
    assert (entry["what"], entry["result"], entry["promotion"]) == ("promotion", "succeeded", "prm-1")
    assert entry["release"] == f"rel-{RELEASE[7:19]}"
    assert [each["identity"] for each in entry["approvals"]] == ["dana", "lee"]
    shown = run(history.command, "prod", as_json=False).stdout
    assert "approved by dana (product-manager), lee (engineering-lead)" in shown
    assert document(run(history.command, "dev"))["entries"] == []


@pytest.fixture
def reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """The account of genuine environments, with the bucket in which an engine leaves its lock."""
    with account(tmp_path) as found:
        found.client("s3").create_bucket(Bucket="distronation-shared-state")
        for name, value in found.variables.items():
            monkeypatch.setenv(name, value)
        yield found


def test_who_holds_an_environment_and_breaking_a_dead_hold(run: Run, location: Location, reached: Account) -> None:
    assert document(run(lock.command, "show", "prod"))["holder"] is None
    holder = Holder.here("kim", "promote staging prod")
    leases = Leases(location.store, location.ledger(), Terms(seconds=60, renew=5, grace=0))
    with leases.acquire("prod", holder):
        found = document(run(lock.command, "show", "prod"))
        assert found["holder"].startswith("`distro promote staging prod` of kim")
        assert (found["token"], found["stale"]) == (1, False)
        busy = refused(run(lock.command, "break", "prod", "--reason", "impatient", "--yes"))
        assert isinstance(busy, EnvironmentBusy)
    with leases.acquire("prod", holder) as held:
        held.keep("the rollback failed")
    assert document(run(lock.command, "show", "prod"))["kept"] == "the rollback failed"
    assert "the rollback failed" in run(lock.command, "show", "prod", as_json=False).stdout
    left = {"Bucket": "distronation-shared-state", "Prefix": "state/.pulumi/locks/organization/distro/prod/"}
    engine = {"pid": 1, "hostname": "elsewhere", "username": "kim", "timestamp": "2026-01-01T00:00:00Z"}
    s3 = reached.client("s3")
    s3.put_object(Bucket=left["Bucket"], Key=f"{left['Prefix']}one.json", Body=json.dumps(engine))
    assert document(run(lock.command, "break", "prod", "--reason", "mended", "--yes"))["result"] == "broken"
    assert s3.list_objects_v2(**left)["KeyCount"] == 0
    assert document(run(lock.command, "show", "prod"))["holder"] is None
    broken, freed = document(run(history.command, "prod"))["entries"]
    assert (broken["what"], broken["detail"]) == ("lease-broken", "mended")
    assert (freed["what"], freed["result"]) == ("operation", "done")
    assert document(run(audit.command, "verify"))["result"] == "ok"


def test_a_bundle_is_signed_exported_and_verified_elsewhere(
    run: Run, location: Location, keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Ledger, "now", lambda _: NOW)
    organisation, file = Organisation(keys), tmp_path / "audit.jsonl"
    root = _founded(location, organisation)
    assert refused(run(audit.command, "export", str(file))).message.startswith("No checkpoint")
    assert refused(run(audit.command, "export", str(file), "--key", str(keys.private("dana")))).exit_code == 3
    exported = document(run(audit.command, "export", str(file), "--key", str(keys.private("ci"))))
    assert (exported["result"], exported["entries"]) == ("exported", 1)
    assert document(run(audit.command, "export", str(file)))["entries"] == 1
    assert document(run(audit.command, "verify"))["result"] == "ok"
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another machine"))
    assert refused(run(audit.command, "verify", "--bundle", str(file))).exit_code == 3
    assert document(run(audit.command, "verify", "--bundle", str(file), "--root", root))["result"] == "ok"
    wrong = document(run(audit.command, "verify", "--bundle", str(file), "--root", digest_of(b"x")), 1)
    assert "as pinned" in wrong["problems"][0]["problem"]
    file.write_bytes(file.read_bytes()[:-2])
    assert refused(run(audit.command, "verify", "--bundle", str(file), "--root", root)).exit_code == 1


def _founded(location: Location, organisation: Organisation) -> str:
    """A root of trust in force and on the record; the digest of its root keys."""
    trust, keys = organisation.trust, organisation.keys
    signed = signing.sign(trust, [Subject.of("trust/1", trust.people.digest())], keys.private("root-ann"))
    data = signing.countersign(signed, trust.namespace, keys.private("root-bob")).canonical()
    location.store.create("trust/1.json", data)
    document = Reference(path="trust/1.json", content=digest_of(data))
    changed = TrustChanged(version=1, document=document)
    location.ledger().append(changed, environment=None, actor="ann")
    join(location.store, pin_of(location.store.url), organisation.root.digest())
    return organisation.root.digest()
