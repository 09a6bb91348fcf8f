"""What the commands of promotions share: the session, and a promotion as a document and as text."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.application import Application

if TYPE_CHECKING:
    from infra.progress import Report
    from promotion.case import Case
    from promotion.decision import Decision
    from promotion.deployer import Deployer
    from promotion.freezing import Action
    from promotion.pipeline import Confirm, Outcome
    from promotion.session import Session

EXIT = {"succeeded": 0, "planned": 0, "rolled-back": 1, "failed": 1}
"""Exit codes by the state that a promotion is left in; any other one waits for something: 3."""
_WAITS = 3

identity_option = click.option(
    "--identity", metavar="WHO", envvar="DISTRO_IDENTITY", help="Who you are; else the person of git's mail address."
)
key_option = click.option(
    "--key", type=click.Path(path_type=Path), help="Your SSH key, or its public half where the agent has it."
)


def session(application: Application, report: Report, identity: str | None = None) -> Session:
    """Everything about the store's promotions, its root of trust verified and on the record."""
    from infra.paths import project_root
    from promotion import amendment, trust_store
    from promotion.repository import Repository
    from promotion.session import Session
    from promotion.session import identity as identified

    location, repository = application.location(), Repository(project_root())
    chain, ledger = trust_store.load(location.store, application.pin()), location.ledger()
    actor = identified(chain.newest.people, repository, identity)
    amendment.record(ledger, chain, actor)
    deploying = deployers(application, report)
    return Session(location.store, ledger, chain, repository, actor, deploying, application.say)


def ordered(
    application: Application, action: Action, environment: str, reason: str | None, key: Path | None,
    identity: str | None,
) -> str:  # fmt: skip
    """Freeze an environment, or open it again, signed; who did. Raises GateClosed, UsageError."""
    from cli.keys import chosen
    from infra.progress import silent
    from promotion import answering, freezing
    from promotion.schema import target_of

    target, signer = target_of(environment), chosen(key)
    opened = session(application, silent, identity)
    person = identity or answering.owner(opened.trust.people, signer)
    freezing.give(opened, freezing.prepare(opened, action, target, reason, person), signer)
    return person


def deployers(application: Application, report: Report) -> Callable[[str], Deployer]:
    """What deploys each environment, made once: emulated in a rehearsal, else genuine.

    Raises UsageError for a genuine one that cannot be reached from here.
    """

    @cache
    def deployer(environment: str) -> Deployer:
        if not application.rehearse:
            from operations import genuine
            from operations.genuine.deployer import GenuineDeployer

            return GenuineDeployer(report, genuine.locate(environment, report))
        from operations.emulated_deployer import EmulatedDeployer
        from operations.target import DEFAULT, Target

        sandbox = application.environment.get("DISTRO_SANDBOX", DEFAULT)
        return EmulatedDeployer(report, Target(environment, sandbox, rehearsal=True))

    return deployer


def confirmation(application: Application, *, yes: bool) -> Confirm:
    """Asks before a promotion is carried out."""

    def confirm(outcome: Outcome) -> None:
        case = outcome.case
        verb = "Go on with" if outcome.decision is None else "Apply"
        application.confirm(f"{verb} {case.id}: {case.release.id} → {case.target}?", yes=yes)

    return confirm


def ended(application: Application, outcome: Outcome) -> None:
    """Give what came of it, and leave with the contract's exit code."""
    application.show(document(outcome), lambda: text(application, outcome))
    blocked = outcome.decision is not None and not outcome.decision.open
    code = _WAITS if blocked else EXIT.get(outcome.case.state, _WAITS)
    if code:
        raise click.exceptions.Exit(code)


def document(outcome: Outcome) -> dict[str, Any]:
    """The keys of the contract."""
    case, plan = outcome.case, outcome.plan
    state = _state(case, outcome.decision)
    return {
        "promotion": case.id, "release": case.release.id, "source": case.source, "target": case.target,
        "way": case.way, "requester": case.requester, "state": state, "gates": gates(outcome.decision),
        "plan": {"digest": plan.plan.digest, "changes": plan.plan.changes} if plan else None,
        "result": state, "detail": outcome.detail or None,
    }  # fmt: skip


def gates(decision: Decision | None) -> list[dict[str, str]]:
    """Every gate; none for a promotion that passed them in a run before."""
    return [gate.model_dump() for gate in decision.gates] if decision else []


def _state(case: Case, decision: Decision | None) -> str:
    """One with a closed gate is blocked, whatever was planned."""
    return "blocked" if case.state == "planned" and decision and not decision.open else case.state


def text(application: Application, outcome: Outcome) -> None:
    """The sketch of docs: the release, each gate, and what opens those that are closed."""
    case, out = outcome.case, application.out
    out.print(f"[bold]{case.release.id}[/bold]  {case.source} → {case.target}  ({case.id})\n")
    if outcome.decision:
        gates_text(application, outcome.decision)
    if outcome.plan:
        changes = outcome.plan.plan.changes.items()
        named = " · ".join(f"{count} to {kind}" for kind, count in changes if kind != "same")
        out.print(f"\n  plan  {named}", markup=False)
    closed = outcome.decision.closed if outcome.decision else ()
    if closed:
        out.print(f"\nBlocked by {len(closed)} gate{'s' * (len(closed) > 1)}.")
    else:
        out.print(f"\n{case.id} {case.state}. {outcome.detail}".rstrip(), markup=False)


def gates_text(application: Application, decision: Decision) -> None:
    """A line a gate; below a closed one, what opens it."""
    from cli.columns import BAD, GOOD, Cell, columns

    marks: dict[str, Cell] = {"open": GOOD, "closed": BAD, "not-needed": ("·", "dim")}
    rows: list[tuple[Cell, ...]] = []
    for gate in decision.gates:
        rows.append((marks[gate.state], gate.name, gate.detail))
        if gate.state == "closed":
            rows.append(("", "", f"opens: {gate.opens}"))
    columns(application.out, rows)
