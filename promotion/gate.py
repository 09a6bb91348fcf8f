"""The gates of a promotion: facts go in, a decision comes out, and nothing else is looked at or done.

They are the document's (sections 1.2 and 9.1) and those without which what was approved is not what is applied.
"""

from __future__ import annotations

from datetime import timedelta

from infra.environment.windows import next_opening
from promotion.clock import ago
from promotion.decision import Decision, Gate, closed, not_needed, opened
from promotion.facts import Facts
from promotion.gate_approvals import approvals_gate
from promotion.gate_evidence import evidence_gate


def decide(facts: Facts) -> Decision:
    """Every gate at the facts' time. The decision is open when no gate is closed."""
    evidence, results = evidence_gate(facts)
    scope = facts.scope(results)
    approvals, given = approvals_gate(facts, scope)
    gates = (
        _trust(facts), _path(facts), _branch(facts), evidence, _source(facts), _drift(facts), _state(facts),
        _plan(facts), _rollback(facts), approvals, _notice(facts), _review(facts), _window(facts), _freeze(facts),
    )  # fmt: skip
    return Decision(at=facts.at, gates=gates, scope=scope, approvals=given, evidence=results)


def _trust(facts: Facts) -> Gate:
    expires = f"{facts.trust.expires_at:%Y-%m-%d}"
    if facts.at >= facts.trust.expires_at:
        return closed("trust", f"policy and people expired on {expires}", "the root holders: distro people renew")
    return opened("trust", f"version {facts.trust.version}, until {expires}")


def _path(facts: Facts) -> Gate:
    """No step of local, dev, staging, prod is skipped (1.2-01)."""
    request, source = facts.request, facts.gates.source
    if request.kind == "rollback":
        return not_needed("path", "a rollback stays where it is")
    if request.source != source:
        detail = f"{request.target} takes releases from {source}, not from {request.source}"
        return closed("path", detail, f"distro promote {source} {request.target}")
    return opened("path", f"{source} → {request.target}")


def _branch(facts: Facts) -> Gate:
    """The commit is on the branch that the document binds the target to (1.2-03, 1.2-09)."""
    branch = facts.gates.branch
    if branch is None or facts.request.kind == "rollback":
        return not_needed("branch", "any branch" if branch is None else "the release ran here before")
    if branch not in facts.release.branches:
        return closed("branch", f"the release is not on {branch}", f"merge it into {branch}")
    return opened("branch", f"on {branch}")


def _source(facts: Facts) -> Gate:
    """The source runs exactly this release (C-16), and is healthy."""
    name, source = facts.request.source, facts.source
    if facts.request.kind == "rollback" or name == "local":
        return not_needed("source", "nothing has to run elsewhere")
    if source.release != facts.release.digest:
        runs = "another release" if source.release else "no release"
        return closed("source", f"{name} runs {runs}", f"promote the release to {name} first")
    longest = timedelta(hours=facts.gates.source_health_hours)
    if source.checked_at is None or facts.at - source.checked_at > longest:
        return closed(
            "source", f"{name} was not looked at for {longest // timedelta(hours=1)} h", f"distro smoke {name}"
        )
    if not source.healthy:
        return closed("source", f"{name} is not healthy", f"distro smoke {name} shows what is wrong")
    return opened("source", f"{name} healthy, running this release, seen {ago(facts.at - source.checked_at)}")


def _drift(facts: Facts) -> Gate:
    target, drifted = facts.request.target, facts.target.drifted
    if drifted is None:
        return closed("drift", f"nobody looked at {target}", f"distro drift {target}")
    if drifted:
        return closed("drift", f"{len(drifted)} resources of {target} differ from its state", f"distro drift {target}")
    return opened("drift", f"none on {target}")


def _state(facts: Facts) -> Gate:
    """The state is the last one on the record, and the one that the plan was made from."""
    target, state = facts.request.target, facts.target.state
    if facts.target.recorded != state and not (facts.target.recorded is None and facts.first):
        detail = f"the state of {target} is not the last one on the record"
        return closed("state", detail, f"distro state accept {target} --reason …")
    if facts.plan and facts.plan.starts_from != state:
        return closed(
            "state", f"the state of {target} has moved since the plan was made", "promote again with --replan"
        )
    return opened("state", "as recorded")


def _plan(facts: Facts) -> Gate:
    """What security depends on is known, except where nothing is yet: ids come with what has them (decision 0080)."""
    if facts.plan is None:
        return closed("plan", "no plan yet", "promote again")
    if facts.gates.known_values and facts.plan.unknown and not facts.first:
        names = ", ".join(facts.plan.unknown)
        return closed(
            "plan", f"security depends on values that are not known yet: {names}", "make them known in infra/"
        )
    stateful = f"{len(facts.plan.stateful)} stateful replaced or deleted" if facts.plan.stateful else "nothing stateful"
    unknown = f" · {len(facts.plan.unknown)} values of security known afterwards alone" if facts.plan.unknown else ""
    return opened("plan", stateful + unknown)


def _rollback(facts: Facts) -> Gate:
    """Each change of production has a way back (9.1-06); an emergency's has been tried."""
    if facts.request.kind == "rollback":
        if not facts.release.deployed_before:
            return closed("rollback", "this release never succeeded here", "name one that `distro history` shows")
        return opened("rollback", "the release succeeded here before")
    if facts.first or not (facts.gates.rollback_plan or facts.request.kind == "emergency"):
        return not_needed("rollback", "nothing runs here yet" if facts.first else "asked in production alone")
    if facts.rollback is None:
        return closed("rollback", "no rollback plan", "promote again with --replan")
    if facts.request.kind == "emergency" and facts.rollback.proven_at is None:
        source = facts.request.source
        return closed("rollback", f"the way back was not tried in {source}", f"distro rollback {source} --reason …")
    return opened("rollback", _tried(facts))


def _tried(facts: Facts) -> str:
    proven = facts.rollback.proven_at if facts.rollback else None
    return f"planned, tried {ago(facts.at - proven)}" if proven else "planned"


def _notice(facts: Facts) -> Gate:
    """An emergency is announced beforehand (9.1-05)."""
    request, emergency = facts.request, facts.gates.emergency
    if request.kind != "emergency":
        return not_needed("notice", "no emergency")
    if emergency is None:
        return closed("notice", f"{request.target} has no emergency path", "promote without --emergency")
    if request.noticed_at is None:
        return closed("notice", "no notice on the record", "promote --emergency --reason … gives it")
    due = request.noticed_at + timedelta(minutes=emergency.notice_minutes)
    if facts.at < due:
        return closed(
            "notice", f"given {ago(facts.at - request.noticed_at)}", f"waiting until {due:%Y-%m-%d %H:%M} UTC"
        )
    return opened("notice", f"given {ago(facts.at - request.noticed_at)}")


def _review(facts: Facts) -> Gate:
    overdue = facts.target.overdue_reviews
    if facts.request.kind == "rollback" or not overdue:
        return not_needed("review", "no review is overdue" if not overdue else "a rollback does not wait for one")
    return closed("review", f"emergency without its review: {', '.join(overdue)}", "record the review")


def _window(facts: Facts) -> Gate:
    """What replaces or deletes something stateful waits for the maintenance window (9.1-01)."""
    window, stateful = facts.gates.window, facts.plan.stateful if facts.plan else ()
    if window is None or not stateful or facts.request.kind == "emergency":
        return not_needed("window", "an emergency does not wait" if window and stateful else "nothing waits for it")
    opening = next_opening(window, facts.at)
    if facts.at in opening:
        return opened("window", f"open until {opening.closes:%Y-%m-%d %H:%M} UTC")
    return closed("window", f"shut; {', '.join(stateful)}", f"waiting until {opening.opens:%Y-%m-%d %H:%M} UTC")


def _freeze(facts: Facts) -> Gate:
    target = facts.request.target
    if facts.target.frozen is not None:
        return closed("freeze", f"{target} is frozen: {facts.target.frozen}", f"distro unfreeze {target}")
    return opened("freeze", "not frozen")
