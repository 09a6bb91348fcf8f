"""Facts for the gates: what the store, the ledger, git and the surroundings say about one promotion now."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from infra.errors import DistroError
from promotion import approval, comparison, deployments, evidence, freezing, planned, release, signed_objects
from promotion.authorship import Change
from promotion.case import Case
from promotion.entries import Reference
from promotion.facts import Facts, Release, Request, Rollback, SourceState, TargetState
from promotion.kinds import payload_of
from promotion.kinds.records import EvidenceRecorded
from promotion.planned import Planned
from promotion.release import id_of
from promotion.repository import Commit
from promotion.schema import Digest
from promotion.session import Session
from promotion.surroundings import Surroundings
from promotion.view import Subject

REMOTE = "origin"
"""Whose branches count: what this clone says of itself proves nothing."""


def facts(session: Session, case: Case, around: Surroundings | None) -> Facts:
    """Everything at one time. Without surroundings, what an approver needs: target and source as nobody looked at them.

    Raises UsageError where this clone lacks commits, OperationFailed where a stored object was changed.
    """
    projection, at, target = session.ledger.read(), session.ledger.now(), case.target
    before = deployments.newest(session.ledger, target)
    people = session.trust.people
    approvals = signed_objects.read_all(session.store, case.approvals, lambda data: approval.verify(data, people, at))
    results = _evidence(session, case)
    attested = signed_objects.read_all(session.store, results, lambda data: evidence.verify(data, people, at))
    recorded = projection.state(target)
    return Facts(
        at=at,
        request=Request(case.id, case.way, case.source, target, case.requester, case.noticed_at),
        trust=session.trust,
        release=_release(session, case, before),
        source=around.source if around else SourceState(None, healthy=False, checked_at=None),
        target=TargetState(
            state=around.state.digest if around else recorded or "",
            recorded=recorded,
            drifted=around.drifted if around else None,
            frozen=freezing.standing(session, target),
            overdue_reviews=deployments.overdue_reviews(
                session.ledger, target, at, session.trust.policy.of(target).review_hours
            ),
        ),
        plan=plan(session, case).facts() if case.planned else None,
        rollback=_way_back(session, case),
        evidence=attested.good,
        approvals=approvals.good,
        refused=(*attested.refused, *approvals.refused),
        used=frozenset(projection.spent),
        first=_first(before, recorded, around),
    )


def _first(before: Digest | None, recorded: Digest | None, around: Surroundings | None) -> bool:
    """Whether nothing runs in the target: no release ever did, or all of it was taken down on the record."""
    if recorded is None:
        return not (around and around.state.resources)
    return before is None


def subject(session: Session, case: Case, start: Digest, since: Digest | None, among: Collection[str]) -> Subject:
    """What the view of a plan is about. `since` is the release that ran in the target when the plan was made.

    `among` are the commits of both releases that were known then (`origins`).
    """
    return Subject(
        promotion=case.id, release=case.release.id, source=case.source, target=case.target, requester=case.requester,
        since=id_of(since) if since else None, commits=commits(session, case, since, among), start=start,
        rollback=id_of(since) if since else None,
    )  # fmt: skip


def origins(session: Session, case: Case, since: Digest | None) -> tuple[str, ...]:
    """The commits that the release, and the one before it, are known to be made from now."""
    before = (release.read(session.store, id_of(since)),) if since else ()
    found = {each.commit for of in (case.release, *before) for each in release.origins(session.store, of)}
    return tuple(sorted(found))


def commits(session: Session, case: Case, since: Digest | None, among: Collection[str] = ()) -> Sequence[Commit]:
    """What the release changes of another one; of none, everything that lies behind it.

    `among` are the commits of the releases that are looked at, else all.
    """
    if since:
        before = release.read(session.store, id_of(since))
        return comparison.commits(session.store, session.repository, before, case.release, among)
    made_from = release.origins(session.store, case.release, among)
    found = {each.id: each for origin in made_from for each in session.repository.history(origin.commit)}
    return tuple(found.values())


def plan(session: Session, case: Case) -> Planned:
    """Its stored plan, read whole. Raises UsageError where there is none, OperationFailed where it was changed."""
    record = case.plan_record()
    since = case.rollback.release if case.rollback else None
    among = case.planned.origins if case.planned else ()
    return planned.load(session.store, record.digest(), subject(session, case, record.state, since, among))


def _way_back(session: Session, case: Case) -> Rollback | None:
    """It has been tried where it was gone in the source: what the target would do was done there."""
    if case.rollback is None:
        return None
    digest = case.release.digest()
    return Rollback(case.rollback, deployments.proven(session.ledger, case.source, digest, case.rollback.release))


def _release(session: Session, case: Case, before: Digest | None) -> Release:
    found = commits(session, case, before) if before != case.release.digest() else ()
    return Release(
        digest=case.release.digest(),
        branches=_branches(session, case),
        changes=tuple(map(_change, found)),
        deployed_before=case.release.digest() in deployments.succeeded(session.ledger, case.target),
    )


def _branches(session: Session, case: Case) -> tuple[str, ...]:
    """The branch that the target is bound to, where the remote has a commit of the release on it now."""
    branch = session.trust.policy.of(case.target).branch
    if branch is None or case.way == "rollback":
        return ()
    for origin in release.origins(session.store, case.release):
        try:
            if session.repository.published(branch, origin.commit, REMOTE):
                return (branch,)
        except DistroError as error:
            session.say(error.message)
            return ()
    return ()


def _change(commit: Commit) -> Change:
    co_authors = tuple(person.mail for person in commit.co_authors)
    return Change(commit.id, commit.author.mail, commit.committer.mail, co_authors)


def _evidence(session: Session, case: Case) -> Sequence[Reference]:
    digest = case.release.digest()
    payloads = map(payload_of, (each for each in session.ledger.entries if each.kind == EvidenceRecorded.kind))
    return [each.evidence for each in payloads if isinstance(each, EvidenceRecorded) and each.release == digest]
