"""Promotions from the first to the last step, on real stores, ledgers, leases, git and keys; the clouds are files."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.errors import EnvironmentBusy, GateClosed, OperationFailed, UsageError
from promotion import acceptance, answering, deployments, freezing, operating, pipeline, release, signed_objects
from promotion.acquiring import Leases
from promotion.entries import NotAllowed, Reference
from promotion.kinds.environments import Frozen, Unfrozen
from promotion.ledger import Ledger
from promotion.location import Location
from promotion.opening import Request
from promotion.pipeline import Options, Outcome
from promotion.proofs import signatures
from promotion.schema import Target
from promotion.signing import Subject, sign
from promotion.ssh import BadSignature
from promotion.tenure import Holder
from tests.promotion.keys import Keys
from tests.promotion.worlds import AWAY, Cloud, World, agree, without_environments

pytestmark = pytest.mark.xdist_group("pipeline")


@pytest.fixture
def world(tmp_path: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> World:
    without_environments(tmp_path, monkeypatch.setattr)
    return World(tmp_path, keys)


def gates(outcome: Outcome) -> set[str]:
    assert outcome.decision
    return {gate.name for gate in outcome.decision.closed}


def whole(world: World) -> None:
    """The ledger verifies, every signature and decision of it with it."""
    assert world.place.verify(proofs=(signatures(world.trust.root.digest()),)).problems == ()


def kinds(world: World, id: str) -> list[str]:
    ledger = world.place.ledger()
    ledger.read()
    found = [entry for entry in ledger.entries if entry.payload.get("promotion") == id]
    return [entry.payload.get("step", entry.payload.get("result", entry.kind)) for entry in found]


def test_a_release_goes_all_the_way(world: World) -> None:
    released = world.release("bucket content", "queue ingest")
    outcome = world.to("prod")
    assert (outcome.case.state, outcome.case.release) == ("succeeded", released)
    assert kinds(world, outcome.case.id) == [
        "promotion-opened", "promotion-planned", "approval-given", "approval-given", "promotion-started", "applying",
        "verifying", "succeeded",
    ]  # fmt: skip
    for environment in ("dev", "staging", "prod"):
        assert world.cloud(environment).has == ["bucket content", "queue ingest"]
        assert world.applied(environment) == 1
        assert deployments.current(world.place.ledger(), environment) == released.digest()
    whole(world)


def test_what_is_missing_blocks_and_is_on_the_record(world: World) -> None:
    world.release("queue ingest")
    assert world.to("dev").case.state == "succeeded"
    world.project.git("push", "--quiet", "origin", "HEAD~1:staging", "--force")
    blocked = world.promote("dev", "staging")
    assert gates(blocked) == {"approvals", "branch"}
    assert world.applied("staging") == 0
    ledger = world.place.ledger()
    ledger.read()
    refused = ledger.entries[-1]
    assert (refused.kind, refused.payload["gate"]) == ("request-refused", "branch, approvals")
    whole(world)


def test_a_dry_run_leaves_no_trace_on_the_record(world: World) -> None:
    world.release("queue ingest")
    before = world.place.ledger()
    before.read()
    looked = world.promote("local", "dev", dry_run=True)
    assert (looked.case.state, gates(looked)) == ("planned", set())
    after = world.place.ledger()
    after.read()
    assert after.head == before.head
    assert world.applied("dev") == 0


def test_running_it_again_goes_on_with_the_open_one(world: World) -> None:
    world.release("queue ingest")
    world.to("dev")
    first, second = world.promote("dev", "staging"), world.promote("dev", "staging")
    assert first.case.id == second.case.id
    assert first.case.planned == second.case.planned
    third = world.promote("dev", "staging", replan=True)
    assert third.case.id == first.case.id
    assert kinds(world, first.case.id).count("promotion-planned") == 2


def test_an_approval_is_its_persons_on_the_record_whoever_git_says_it_is(world: World) -> None:
    world.release("queue ingest")
    world.to("dev")
    opened = world.promote("dev", "staging")
    session = world.session("rita")
    found = answering.asked(session, opened.case.id, "team-lead", "tess")
    answering.approve(session, found, world.keys.private("tess"))
    ledger = world.place.ledger()
    ledger.read()
    assert (ledger.entries[-1].kind, ledger.entries[-1].actor) == ("approval-given", "tess")


def test_a_new_plan_voids_the_approvals(world: World) -> None:
    world.release("queue ingest")
    world.to("dev")
    world.approve(world.promote("dev", "staging"), ("team-lead", "tess"))
    assert gates(world.promote("dev", "staging", replan=True)) == {"approvals"}


@pytest.mark.parametrize("author", ["sam", "tess"])
def test_a_later_commit_with_the_same_tree_is_the_same_release(world: World, author: str) -> None:
    """What was approved stays what it was; but whoever made that commit had a hand in it."""
    world.release("queue first")
    world.to("staging")
    released = world.release("queue ingest")
    world.to("dev")
    opened = world.promote("dev", "staging")
    world.approve(opened, ("team-lead", "tess"))
    who = (author, f"{author}@example.org")
    commit = world.project.commit("Merge it once more", author=who, committer=who)
    world.project.git("push", "--quiet", "origin", "HEAD:staging")
    again, origin = release.create(world.project.repository, world.place.store, print)
    assert (again, origin.commit) == (released, commit)
    outcome = world.promote("dev", "staging")
    assert outcome.case.id == opened.case.id
    assert outcome.plan
    assert opened.plan
    assert outcome.plan.view == opened.plan.view
    assert gates(outcome) == ({"approvals"} if author == "tess" else set())
    assert outcome.case.state == ("planned" if author == "tess" else "succeeded")
    whole(world)


def test_a_release_that_is_ill_is_taken_back_by_itself(world: World) -> None:
    first = world.release("bucket content", "queue ingest")
    world.to("prod")
    world.release("bucket content", "bucket exports", "queue later", "queue ill-prod")
    outcome = world.to("prod")
    assert outcome.case.state == "rolled-back"
    assert "api-health: it answered 503" in outcome.detail
    assert outcome.case.rollback
    assert outcome.case.rollback.kept == ("aws:s3/bucket:Bucket exports",)
    assert world.cloud("prod").has == ["bucket content", "bucket exports", "queue ingest"], "data is kept"
    assert deployments.current(world.place.ledger(), "prod") == first.digest()
    assert kinds(world, outcome.case.id)[-4:] == ["applying", "verifying", "rolling-back", "rolled-back"]
    whole(world)


def test_what_cannot_be_applied_is_taken_back_too(world: World) -> None:
    first = world.release("queue ingest")
    world.to("dev")
    world.release("queue refused")
    outcome = world.promote("local", "dev")
    assert (outcome.case.state, outcome.detail) == ("rolled-back", "sqs answered AccessDenied for queue refused")
    assert deployments.current(world.place.ledger(), "dev") == first.digest()


def test_the_first_release_has_no_way_back_and_the_next_one_may_come(world: World) -> None:
    world.release("queue ill-dev")
    assert world.promote("local", "dev").case.state == "failed"
    assert deployments.current(world.place.ledger(), "dev") is None
    world.release("queue ingest")
    assert world.to("dev").case.state == "succeeded"
    whole(world)


def test_a_way_back_that_fails_keeps_the_environment_for_a_person(world: World) -> None:
    world.release("queue ingest")
    world.to("dev")
    (world.folder / "clouds" / "always-ill").touch()
    world.release("queue other")
    outcome = world.promote("local", "dev")
    assert outcome.case.state == "failed"
    assert "The way back failed" in outcome.detail
    with pytest.raises(EnvironmentBusy, match="is kept by"):
        world.promote("local", "dev")
    whole(world)


def test_a_rollback_somebody_asks_for(world: World) -> None:
    first = world.release("queue ingest")
    world.to("staging")
    world.release("queue ingest", "bucket exports")
    world.to("staging")
    asked = world.promote("staging", "staging", way="rollback", reason="slow")
    assert gates(asked) == {"approvals"}
    assert asked.case.release == first
    world.approve(asked, ("team-lead", "tess"))
    outcome = world.promote("staging", "staging", way="rollback", reason="slow")
    assert outcome.case.state == "succeeded"
    assert outcome.case.planned
    assert outcome.case.planned.excluded == ("urn:pulumi:staging::distro::aws:s3/bucket:Bucket::exports",)
    assert world.cloud("staging").has == ["bucket exports", "queue ingest"]
    assert deployments.current(world.place.ledger(), "staging") == first.digest()
    whole(world)


@pytest.mark.parametrize("person", ["sam", "rita", "dana", "lee", "nobody"])
def test_who_may_not_approve_is_refused_on_the_record(world: World, person: str) -> None:
    """An author, the requester, another role, a deputy while the holder may, and somebody unknown."""
    world.release("queue ingest")
    world.to("dev")
    opened = world.promote("dev", "staging")
    with pytest.raises(GateClosed):
        world.approve(opened, ("team-lead", person))
    ledger = world.place.ledger()
    ledger.read()
    assert ledger.entries[-1].kind == "request-refused"
    assert gates(world.promote("dev", "staging")) == {"approvals"}
    whole(world)


def test_a_state_that_nothing_explains_closes_the_gate_until_it_is_accepted(world: World) -> None:
    world.release("queue ingest")
    world.to("dev")
    world.cloud("dev").put(["queue ingest", "queue by-hand"])
    world.release("queue ingest", "queue next")
    assert gates(world.promote("local", "dev")) == {"state"}
    with pytest.raises(GateClosed):
        acceptance.accept(world.session("stranger"), "dev", "looked at it")
    acceptance.accept(world.session(), "dev", "looked at it")
    assert world.promote("local", "dev").case.state == "succeeded"
    assert world.cloud("dev").has == ["queue ingest", "queue next"]
    whole(world)


def test_what_was_taken_down_on_the_record_is_promoted_anew(world: World) -> None:
    released = world.release("queue ingest")
    world.to("dev")
    dev, location = world.cloud("dev"), Location(world.place.store, world.place.anchor, world.place.memory)
    with pytest.raises(OperationFailed), operating.gone(location, "dev", "down dev"):
        raise OperationFailed("half of it is left")
    dev.put(["queue left"])
    assert gates(world.promote("local", "dev")) == {"state"}
    with operating.gone(location, "dev", "down dev"):
        dev.put([])
    assert deployments.current(world.place.ledger(), "dev") is None
    assert deployments.newest(world.place.ledger(), "dev") == released.digest()
    dev.put(["queue by-hand"])
    assert gates(world.promote("local", "dev")) == {"state"}
    dev.put([])
    assert world.promote("local", "dev").case.state == "succeeded"
    assert dev.has == ["queue ingest"]
    whole(world)


def test_a_state_that_moved_after_the_approval_closes_the_gate(world: World) -> None:
    world.release("queue ingest")
    world.to("dev")
    world.approve(world.promote("dev", "staging"), ("team-lead", "tess"))
    world.cloud("staging").put(["queue by-hand"])
    acceptance.accept(world.session(), "staging", "looked at it")
    assert "state" in gates(world.promote("dev", "staging"))


def test_drift_closes_the_gate(world: World) -> None:
    world.release("queue ingest")
    world.cloud("dev")
    (world.folder / "clouds" / "drifted").touch()
    assert gates(world.promote("local", "dev")) == {"drift"}


def test_a_promotion_that_is_over_is_not_gone_on_with(world: World) -> None:
    world.release("queue ingest")
    over = world.to("dev")
    with pytest.raises(GateClosed, match=r"rita|opened"):
        answering.cancel(world.session("sam"), world.promote("dev", "staging").case.id)
    opened = world.promote("dev", "staging")
    assert answering.reject(world.session("dana"), opened.case.id, "not now").state == "rejected"
    with pytest.raises(GateClosed):
        world.approve(opened, ("team-lead", "tess"))
    assert world.promote("dev", "staging").case.id != opened.case.id
    for each in (over.case, opened.case):
        with pytest.raises(UsageError, match=r"succeeded|rejected"):
            pipeline.resume(world.session(), each.id, Request(each.source, each.target), Options(), agree)
    with pytest.raises(UsageError, match="goes from local to dev"):
        pipeline.resume(world.session(), over.case.id, Request("staging", "prod"), Options(), agree)


def test_an_emergency_waits_for_its_notice(world: World) -> None:
    world.release("queue ingest")
    world.to("prod")
    world.release("queue ingest", "queue fix")
    world.to("staging")
    outcome = world.promote("staging", "prod", way="emergency", reason="payments are down")
    assert {"notice", "rollback"} <= gates(outcome)
    assert outcome.case.noticed_at


def test_an_emergency_goes_through_once_its_way_back_was_gone_in_the_source(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = world.release("queue ingest")
    world.to("prod")
    fix = world.release("queue ingest", "queue fix")
    world.to("staging")
    asked = world.promote("staging", "staging", way="rollback", release=first.id, reason="to try it")
    world.approve(asked, ("team-lead", "tess"))
    assert world.promote("staging", "staging", way="rollback", release=first.id, reason="to try it").case.state == (
        "succeeded"
    )
    ledger = world.place.ledger()
    proven = deployments.proven(ledger, "staging", fix.digest(), first.digest())
    assert proven
    assert proven == ledger.entries[-1].at
    assert deployments.proven(ledger, "staging", first.digest(), fix.digest()) is None
    assert deployments.proven(ledger, "dev", fix.digest(), first.digest()) is None

    world.approve(world.promote("dev", "staging"), ("team-lead", "tess"))
    assert world.promote("dev", "staging").case.state == "succeeded"
    outcome = world.promote("staging", "prod", way="emergency", reason="payments are down")
    assert gates(outcome) == {"notice", "approvals"}
    later = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2)
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "now", lambda _: later)
        world.approve(outcome, ("engineering-lead", "adrian"), ("on-call", "omar"))
        outcome = world.promote("staging", "prod", way="emergency", reason="payments are down")
        assert outcome.case.state == "succeeded", gates(outcome)
        whole(world)


def test_a_held_environment_is_busy(world: World) -> None:
    world.release("queue ingest")
    session = world.session()
    with (
        Leases(session.store, session.ledger).acquire("dev", Holder.here("kim", "up dev")),
        pytest.raises(EnvironmentBusy, match="up dev"),
    ):
        world.promote("local", "dev")
    assert pipeline.promote(world.session(), Request("local", "dev"), Options(), agree).case.state == "succeeded"


def test_what_somebody_is_changing_right_now_is_busy_and_not_odd(world: World) -> None:
    world.release("queue ingest")
    world.to("dev")
    world.release("queue ingest", "queue next")
    session = world.session()
    world.cloud("dev").put(["queue half-way"])
    with (
        Leases(session.store, session.ledger).acquire("dev", Holder.here("kim", "promote prm-0009")),
        pytest.raises(EnvironmentBusy, match="promote prm-0009"),
    ):
        world.promote("local", "dev")
    assert gates(world.promote("local", "dev")) == {"state"}


def test_who_may_freezes_and_opens_again(world: World) -> None:
    world.release("queue ingest")
    world.to("dev")
    world.approve(world.promote("dev", "staging"), ("team-lead", "tess"))
    ordered(world, "freeze", "tess", "an audit")
    assert gates(world.promote("dev", "staging")) == {"freeze"}
    whole(world)
    ordered(world, "unfreeze", "tess")
    assert world.promote("dev", "staging").case.state == "succeeded"
    ledger = world.place.ledger()
    ledger.read()
    assert [each.actor for each in ledger.entries if each.kind in {"frozen", "unfrozen"}] == ["tess", "tess"]
    whole(world)


@pytest.mark.parametrize(
    ("person", "key", "reason"),
    [
        ("sam", "sam", "sam may not freeze staging"),
        ("lee", "lee", "lee may not freeze staging"),
        ("nobody", "tess", "nobody is nobody here"),
        ("tess", "sam", "others signed it"),
        ("tess", "stranger", "belongs to nobody"),
    ],
    ids=["without the role", "deputy while the holder may", "unknown", "another's key", "key of nobody"],
)
def test_who_may_not_freeze_is_refused_on_the_record(world: World, person: str, key: str, reason: str) -> None:
    assert world.trust.version == 1
    with pytest.raises((GateClosed, BadSignature), match=reason):
        ordered(world, "freeze", person, "because", key=key)
    ledger = world.place.ledger()
    assert ledger.read().frozen == {}
    refusals = [(each.payload["request"], each.payload["gate"]) for each in ledger.entries if "gate" in each.payload]
    assert refusals == ([] if key == "sam" != person else [("freeze staging", "freeze")])
    whole(world)


def test_an_order_counts_once_where_and_when_it_was_given(world: World) -> None:
    assert world.trust.version == 1
    ordered(world, "freeze", "tess", "an audit")
    ledger = world.place.ledger()
    ledger.read()
    given = Reference.model_validate(ledger.entries[-1].payload["order"])
    with pytest.raises(NotAllowed, match="on the record already"):
        ledger.append(Frozen(reason="an audit", order=given), environment="staging", actor="tess")
    ledger.append(Unfrozen(), environment="staging", actor="tess")
    ledger.append(Frozen(reason="more", order=_another(world)), environment="prod", actor="tess")
    found = world.place.verify(proofs=(signatures(world.trust.root.digest()),)).problems
    assert [each.problem for each in found] == [
        "Nobody signed for it.",
        "What was signed is for another target, reason than is on the record.",
    ]


@pytest.mark.parametrize("signed", ["nothing", "a freeze", "another's"])
def test_a_freeze_ends_by_an_order_that_counts_alone(world: World, signed: str) -> None:
    """Whoever can write to the store can put an entry there; the gate stays closed, and the way out is a new order."""
    world.release("queue ingest")
    world.to("dev")
    ordered(world, "freeze", "tess", "an audit")
    ledger = world.place.ledger()
    ledger.read()
    forged = {
        "nothing": Unfrozen(),
        "a freeze": Unfrozen(order=_another(world)),
        "another's": Unfrozen(order=_end(world)),
    }
    ledger.append(forged[signed], environment="staging", actor="sam" if signed == "another's" else "tess")
    assert _gate(world.promote("dev", "staging"), "freeze") == "closed"
    with pytest.raises(GateClosed, match="freeze it again first"):
        ordered(world, "unfreeze", "tess", None)
    ordered(world, "freeze", "tess", "an audit")
    ordered(world, "unfreeze", "tess", None)
    assert _gate(world.promote("dev", "staging"), "freeze") == "open"


def _end(world: World) -> Reference:
    """An end of tess's that somebody else puts on the record as his own."""
    order = freezing.prepare(world.session("tess"), "unfreeze", "staging", None, "tess")
    return signed_objects.keep(
        world.place.store,
        "orders",
        sign(order, [Subject.of("policy of staging", order.policy)], world.keys.private("tess")),
    )


def _gate(outcome: Outcome, name: str) -> str:
    assert outcome.decision is not None
    return next(gate.state for gate in outcome.decision.gates if gate.name == name)


def _another(world: World) -> Reference:
    """An order of tess about staging that is on the record nowhere."""
    order = freezing.prepare(world.session("tess"), "freeze", "staging", "an audit", "tess")
    subject = Subject.of("policy of staging", order.policy)
    return signed_objects.keep(world.place.store, "orders", sign(order, [subject], world.keys.private("tess")))


def ordered(world: World, action: freezing.Action, person: str, reason: str | None = None, *, key: str = "") -> None:
    session = world.session(person)
    order = freezing.prepare(session, action, "staging", reason, person)
    freezing.give(session, order, world.keys.private(key or person))


@pytest.mark.parametrize(("source", "target", "look"), [("local", "dev", "drifted"), ("dev", "staging", "state")])
def test_who_looked_before_another_began_finds_it_held(
    world: World, monkeypatch: pytest.MonkeyPatch, source: str, target: Target, look: str
) -> None:
    """Too late for a plan, and with a state that moved: it is busy, not refused."""
    world.release("queue ingest")
    if target != "dev":
        world.to("dev")
        world.approve(world.promote(source, target), ("team-lead", "tess"))
    (world.folder / "clouds").mkdir(exist_ok=True)
    (world.folder / "clouds" / "others").write_text("1")
    looks = getattr(Cloud, look)

    def overtaken(cloud: Cloud) -> object:
        monkeypatch.setattr(Cloud, look, looks)
        others.append(beside.submit(world.promote, source, target))
        while not world.applied(target):
            time.sleep(0.02)
        return looks(cloud)

    others: list[Future[Outcome]] = []
    with ThreadPoolExecutor() as beside:
        monkeypatch.setattr(Cloud, look, overtaken)
        with pytest.raises(EnvironmentBusy, match="is held by"):
            world.promote(source, target)
        world.cloud(target).note(AWAY)
    assert others[0].result().case.state == "succeeded"
    assert world.applied(target) == 1
    whole(world)
