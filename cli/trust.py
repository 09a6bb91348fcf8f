"""What the commands that change the root of trust share: showing a change, signing it, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.application import Application

if TYPE_CHECKING:
    from promotion.amendment import Draft, Outcome


def signed(application: Application, draft: Draft, keys: Sequence[Path], *, yes: bool) -> Outcome:
    """Show a change, ask, and sign it."""
    from promotion import amendment
    from promotion.tenure import user

    application.say(f"Version {draft.stated.version} of policy and people:")
    for line in draft.differences:
        application.say(f"  {line}")
    application.confirm(f"Sign it with {', '.join(map(str, keys)) or 'no key'}?", yes=yes)
    outcome = amendment.sign(application.store(), application.pin(), draft, [key.expanduser() for key in keys])
    if outcome.chain:
        amendment.record(application.location().ledger(), outcome.chain, user())
    return outcome


def shown(application: Application, outcome: Outcome) -> None:
    """Give the result of a change."""
    application.show(_document(outcome), lambda: _text(outcome))


def _document(outcome: Outcome) -> dict[str, Any]:
    chain, waiting = outcome.chain, outcome.waiting
    return {
        "result": outcome.result,
        "version": chain.newest.version if chain else None,
        "root": chain.root if chain else None,
        "expires_at": chain.newest.expires_at.isoformat() if chain else None,
        "waiting": {"id": waiting.id, "missing": waiting.missing, "needed": waiting.needed} if waiting else None,
    }


def _text(outcome: Outcome) -> None:
    if outcome.waiting:
        names = ", ".join(outcome.waiting.missing)
        click.echo(f"Change {outcome.waiting.id} waits for {outcome.waiting.needed} of: {names}. They run:")
        click.echo(f"  distro people sign {outcome.waiting.id} --root-key FILE")
    elif outcome.chain:
        chain = outcome.chain
        click.echo(f"Policy and people: version {chain.newest.version}, until {chain.newest.expires_at:%Y-%m-%d}.")
        click.echo(f"Root keys: {chain.root}. Others join with: distro init --root {chain.root}")
