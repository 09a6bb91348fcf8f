"""Signed objects on the record prove what their entries say, under the root of trust in force then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from promotion import proofs, signing
from promotion.approval import RollbackTo
from promotion.audit import Verdict
from promotion.chain import Problem
from promotion.decision import Decision, closed
from promotion.entries import Payload, Reference
from promotion.gate import decide
from promotion.kinds.lifecycle import ApprovalGiven, PromotionOpened, PromotionPlanned, PromotionStarted
from promotion.kinds.records import EvidenceRecorded, TrustChanged
from promotion.ledger import Ledger
from promotion.schema import digest_of
from promotion.signing import Envelope, Subject
from tests.promotion.keys import NOW, Keys
from tests.promotion.ledgers import Place, Token
from tests.promotion.organisation import BEFORE, HOUR, PLAN, RELEASE, STATE, VIEW, Organisation

BACK = RollbackTo(release=BEFORE)
NUMBERS = {"trust": 1, "evidence": 2, "opened": 3, "planned": 4, "dana": 5, "adrian": 6, "started": 7}


@pytest.fixture
def organisation(keys: Keys) -> Organisation:
    return Organisation(keys)


@dataclass
class Story:
    """What is put on the record, in this order; a test changes one thing of it."""

    organisation: Organisation

    def __post_init__(self) -> None:
        org = self.organisation
        roots = [org.keys.private(f"root-{name}") for name in ("ann", "bob")]
        signed = signing.sign(org.trust, [Subject.of("trust/1", org.people.digest())], roots[0])
        self.trust = signing.countersign(signed, org.trust.namespace, roots[1])
        self.evidence = org.evidence()
        self.dana = org.approval("dana", "product-manager")
        self.adrian = org.approval("adrian", "engineering-lead")
        self.plan = b"plan"
        self.decision: Callable[[Decision], Decision] = lambda decision: decision

    def write(self, place: Place) -> None:
        ledger = place.ledger()
        for number, payload in enumerate(self.payloads(place)):
            fence = Token() if isinstance(payload, PromotionStarted) else None
            ledger.append(payload, environment="prod" if number >= 2 else None, actor="rita", fence=fence)

    def payloads(self, place: Place) -> list[Payload]:
        release, plan, view = (place.put(f"plans/{name}", name.encode()) for name in ("release", "plan", "view"))
        assert (release.content, plan.content, view.content) == (RELEASE, PLAN, VIEW)
        return [
            TrustChanged(version=1, document=place.put("trust/1.json", self.trust.canonical())),
            EvidenceRecorded(
                suite="regression", release=RELEASE, environment="staging",
                evidence=place.put("evidence/one", self.evidence.canonical()),
            ),
            PromotionOpened(promotion="prm-0192", source="staging", target="prod", release=release),
            PromotionPlanned(promotion="prm-0192", plan=plan, view=view, state=STATE, rollback=BACK),
            self._given(place, "dana", self.dana),
            self._given(place, "adrian", self.adrian),
            PromotionStarted(
                promotion="prm-0192", plan=PLAN, state=STATE, decision=self._decided(place),
                approvals=(self.dana.digest(), self.adrian.digest()),
            ),
        ]  # fmt: skip

    def _given(self, place: Place, who: str, envelope: Envelope) -> ApprovalGiven:
        stored = place.put(f"approvals/prm-0192/{who}", envelope.canonical())
        role = self.organisation.person(who).roles[0]
        return ApprovalGiven(promotion="prm-0192", role=role, identity=who, plan=PLAN, approval=stored)

    def _decided(self, place: Place) -> Reference:
        found = decide(self.organisation.facts)
        counted = found.model_copy(
            update={"gates": (), "approvals": (self.dana.digest(), self.adrian.digest()), "at": NOW}
        )
        return place.put("promotions/prm-0192/decision", self.decision(counted).canonical())


@pytest.fixture
def story(organisation: Organisation, monkeypatch: pytest.MonkeyPatch) -> Story:
    monkeypatch.setattr(Ledger, "now", lambda _: NOW)
    return Story(organisation)


def audited(story: Story, folder: Path) -> Verdict:
    place = Place(folder)
    story.write(place)
    return place.verify(proofs=(proofs.signatures(story.organisation.root.digest()),))


def test_all_that_was_signed_holds(story: Story, tmp_path: Path) -> None:
    verdict = audited(story, tmp_path)
    assert verdict.problems == ()
    assert verdict.projection.promotions["prm-0192"].state == "applying"


def below_threshold(story: Story) -> None:
    story.trust = Envelope(payload=story.trust.payload, signatures=story.trust.signatures[:1])


def evidence_of_another(story: Story) -> None:
    story.evidence = story.organisation.evidence(release=digest_of(b"another"))


def evidence_by_nobody(story: Story) -> None:
    story.evidence = story.organisation.evidence(key="dana")


def approval_by_another(story: Story) -> None:
    story.dana = story.organisation.approval("dana", "product-manager", key="kim")


def approval_run_out(story: Story) -> None:
    story.dana = story.organisation.approval("dana", "product-manager", issued_at=NOW - 2 * HOUR, expires_at=NOW - HOUR)


def approval_as_another(story: Story) -> None:
    story.dana = story.organisation.approval("dana", "on-call")


def approval_of_another_state(story: Story) -> None:
    scope = decide(story.organisation.facts).scope
    assert scope
    other = scope.model_copy(update={"state": digest_of(b"other")})
    story.adrian = story.organisation.approval("adrian", "engineering-lead", other)


def approval_on_other_evidence(story: Story) -> None:
    scope = decide(story.organisation.facts).scope
    assert scope
    other = scope.model_copy(update={"evidence": (digest_of(b"other"),)})
    story.adrian = story.organisation.approval("adrian", "engineering-lead", other)


def approval_under_another_policy(story: Story) -> None:
    scope = decide(story.organisation.facts).scope
    assert scope
    other = scope.model_copy(update={"policy": digest_of(b"loose")})
    story.adrian = story.organisation.approval("adrian", "engineering-lead", other)


def approval_revoked(story: Story) -> None:
    revoked = story.organisation.key("dana").model_copy(update={"valid_before": NOW - HOUR})
    people = story.organisation.people
    changed = tuple(
        each.model_copy(update={"keys": (revoked,)}) if each.name == "dana" else each for each in people.people
    )
    trust = story.organisation.trust.model_copy(update={"people": people.model_copy(update={"people": changed})})
    keys = story.organisation.keys
    signed = signing.sign(trust, [Subject.of("trust/1", trust.people.digest())], keys.private("root-ann"))
    story.trust = signing.countersign(signed, trust.namespace, keys.private("root-bob"))


def gates_closed(story: Story) -> None:
    gate = closed("drift", "somebody changed a queue", "distro drift prod")
    story.decision = lambda decision: decision.model_copy(update={"gates": (gate,)})


def decision_on_fewer(story: Story) -> None:
    story.decision = lambda decision: decision.model_copy(update={"approvals": decision.approvals[:1]})


@pytest.mark.parametrize(
    ("attack", "entry", "words"),
    [
        (below_threshold, "trust", "signed by 1 of its root holders"),
        (evidence_of_another, "evidence", "another release"),
        (evidence_by_nobody, "evidence", "may not sign"),
        (approval_by_another, "dana", "others signed it"),
        (approval_run_out, "dana", "not valid then"),
        (approval_as_another, "dana", "another role"),
        (approval_of_another_state, "adrian", "another state"),
        (approval_on_other_evidence, "adrian", "evidence that was not on the record"),
        (approval_under_another_policy, "adrian", "another policy"),
        (approval_revoked, "dana", "revoked or expired"),
        (gates_closed, "started", "closed gates: drift"),
        (decision_on_fewer, "started", "another approvals"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_what_does_not_hold_is_named(
    story: Story, tmp_path: Path, attack: Callable[[Story], None], entry: str, words: str
) -> None:
    attack(story)
    problems = audited(story, tmp_path).problems
    assert problems
    assert problems[0].entry == NUMBERS[entry]
    assert words in problems[0].problem


def test_the_root_keys_are_pinned(story: Story, tmp_path: Path) -> None:
    place = Place(tmp_path)
    story.write(place)
    problems = place.verify(proofs=(proofs.signatures(digest_of(b"other roots")),)).problems
    assert problems[0].entry == 1
    assert "as pinned" in problems[0].problem
    assert Problem(2, "No root of trust was on the record before it.") in problems


def test_an_approval_that_ran_out_before_it_was_used(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, times = Place(tmp_path), iter([NOW] * 6 + [NOW + 3 * HOUR])
    monkeypatch.setattr(Ledger, "now", lambda _: next(times))
    story.write(place)
    problems = place.verify(proofs=(proofs.signatures(story.organisation.root.digest()),)).problems
    assert problems == (Problem(7, "The approval of dana had run out."),)


def test_a_key_that_was_revoked_before_its_approval_was_used(story: Story, tmp_path: Path) -> None:
    organisation, place = story.organisation, Place(tmp_path)
    *before, started = story.payloads(place)
    revoked = organisation.key("dana").model_copy(update={"valid_before": NOW - HOUR})
    people = tuple(
        each.model_copy(update={"keys": (revoked,)}) if each.name == "dana" else each
        for each in organisation.people.people
    )
    second = organisation.trust.model_copy(update={
        "version": 2, "previous": story.trust.digest(),
        "people": organisation.people.model_copy(update={"people": people}),
    })  # fmt: skip
    roots = [organisation.keys.private(f"root-{name}") for name in ("ann", "bob")]
    signed = signing.sign(second, [Subject.of("trust/2", second.people.digest())], roots[0])
    document = place.put("trust/2.json", signing.countersign(signed, second.namespace, roots[1]).canonical())
    ledger = place.ledger()
    for number, payload in enumerate(before):
        ledger.append(payload, environment="prod" if number >= 2 else None, actor="rita")
    ledger.append(TrustChanged(version=2, document=document), environment=None, actor="ann")
    ledger.append(started, environment="prod", actor="rita", fence=Token())
    problems = place.verify(proofs=(proofs.signatures(organisation.root.digest()),)).problems
    assert problems == (Problem(8, "The key of dana was revoked or expired before the approval was used."),)


def test_a_plan_made_anew_voids_what_was_approved(story: Story, tmp_path: Path) -> None:
    place = Place(tmp_path)
    *before, _ = story.payloads(place)
    ledger = place.ledger()
    for number, payload in enumerate(before):
        ledger.append(payload, environment="prod" if number >= 2 else None, actor="rita")
    view = place.put("plans/view.2", b"another view")
    plan = Reference(path="plans/plan", content=PLAN)
    assert set(ledger.read().promotions["prm-0192"].approvals) == {story.dana.digest(), story.adrian.digest()}
    anew = PromotionPlanned(promotion="prm-0192", plan=plan, view=view, state=STATE, rollback=BACK)
    ledger.append(anew, environment="prod", actor="rita")
    assert ledger.read().promotions["prm-0192"].approvals == {}
