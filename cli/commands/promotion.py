"""`distro promotion show|cancel`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import click

from cli.application import Application
from cli.command import declare
from cli.promotions import identity_option

if TYPE_CHECKING:
    from promotion.case import Case
    from promotion.decision import Decision
    from promotion.planned import Planned
    from promotion.session import Session


@declare("promotion", examples=["distro promotion show prm-0192", "distro promotion cancel prm-0192"], cls=click.Group)
def command() -> None:
    """Look at one promotion, or take it back."""


@declare("show", examples=["distro promotion show prm-0192", "distro promotion show prm-0192 --json | jq .gates"])
@click.argument("id", metavar="PROMOTION")
@click.pass_obj
def show(application: Application, id: str) -> None:
    """Show everything about a promotion: plan, gates as last decided, approvals, ledger entries."""
    from cli.promotions import session
    from infra.progress import silent
    from promotion import case as cases
    from promotion import gathering
    from promotion.refusal import last_decision

    opened = session(application, silent)
    found = cases.read(opened.ledger, opened.store, id)
    plan = gathering.plan(opened, found) if found.planned else None
    decision = last_decision(opened.store, found)
    application.show(_document(opened, found, plan, decision), lambda: _text(application, found, plan, decision))


@declare("cancel", examples=["distro promotion cancel prm-0192 --yes"])
@click.argument("id", metavar="PROMOTION")
@identity_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def cancel(application: Application, id: str, identity: str | None, yes: bool) -> None:
    """Take back a promotion that you opened and that was not begun."""
    from cli.promotions import session
    from infra.progress import silent
    from promotion import answering

    application.confirm(f"Cancel {id}?", yes=yes)
    case = answering.cancel(session(application, silent, identity), id)
    document = {"promotion": id, "state": case.state, "result": "cancelled"}
    application.show(document, lambda: click.echo(f"{id} is cancelled."))


for subcommand in (show, cancel):
    cast(click.Group, command).add_command(subcommand)


def _document(session: Session, case: Case, plan: Planned | None, decision: Decision | None) -> dict[str, Any]:
    from cli.promotions import gates

    return {
        "promotion": case.id, "way": case.way, "release": case.release.id, "source": case.source,
        "target": case.target, "requester": case.requester, "reason": case.reason, "state": case.state,
        "gates": gates(decision), "approvals": _approvals(session, case),
        "plan": {
            "digest": plan.plan.digest, "changes": plan.plan.changes, "state": plan.start.digest,
            "view": plan.view.content.decode(), "excluded": list(plan.excluded),
        } if plan else None,
        "entries": [
            {"number": each.number, "at": each.at.isoformat(), "kind": each.kind, "actor": each.actor}
            for each in case.history
        ],
    }  # fmt: skip


def _approvals(session: Session, case: Case) -> list[dict[str, str]]:
    found = session.ledger.read().promotions[case.id]
    given = {each.digest: each for each in (*found.used, *found.approvals.values())}
    return [{"role": each.role, "identity": each.identity, "digest": each.digest} for each in given.values()]


def _text(application: Application, case: Case, plan: Planned | None, decision: Decision | None) -> None:
    from cli.columns import columns
    from cli.promotions import gates_text

    application.out.print(f"[bold]{case.id}[/bold]  {case.way}  {case.state}\n")
    if plan:
        click.echo(plan.view.content.decode())
    if decision:
        application.out.print(f"Gates, {decision.at:%Y-%m-%d %H:%M} UTC")
        gates_text(application, decision)
    application.out.print("\nOn the record")
    columns(
        application.out,
        [(str(each.number), f"{each.at:%Y-%m-%d %H:%M:%S}", each.kind, each.actor) for each in case.history],
    )
