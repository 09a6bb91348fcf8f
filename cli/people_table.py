"""How `distro people list` shows the root of trust."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cli.application import Application

if TYPE_CHECKING:
    from promotion.people import Attester, Person
    from promotion.trust import Chain
    from promotion.trust_store import Proposal


def document(chain: Chain, waiting: Sequence[Proposal]) -> dict[str, Any]:
    """Everybody, as JSON."""
    newest = chain.newest
    return {
        "version": newest.version, "expires_at": newest.expires_at.isoformat(), "root": chain.root,
        "people": [_person(each) for each in newest.people.people],
        "attesters": [_attester(each) for each in newest.people.attesters],
        "waiting": [{"id": each.id, "missing": each.missing, "needed": each.needed} for each in waiting],
    }  # fmt: skip


def _person(person: Person) -> dict[str, Any]:
    return {
        "name": person.name, "roles": person.roles, "deputy_for": person.deputy_for, "mails": person.mails,
        "keys": _keys(person), "valid_until": person.valid_until.isoformat(), "shared": person.shared,
    }  # fmt: skip


def _attester(attester: Attester) -> dict[str, Any]:
    return {
        "name": attester.name, "suites": attester.suites, "checkpoints": attester.checkpoints,
        "person": attester.person, "keys": _keys(attester),
    }  # fmt: skip


def _keys(of: Person | Attester) -> list[dict[str, str]]:
    return [
        {
            "fingerprint": signer.fingerprint,
            "from": signer.valid_after.isoformat(),
            "until": signer.valid_before.isoformat(),
        }
        for signer in of.signers()
    ]


def show(application: Application, chain: Chain, waiting: Sequence[Proposal], lacking: Sequence[str]) -> None:
    """Everybody, a line each."""
    from cli.columns import columns

    newest = chain.newest
    application.out.print(f"Version {newest.version}, until {newest.expires_at:%Y-%m-%d}; root keys {chain.root}")
    rows = [(each.name, _roles(each), ", ".join(each.mails), f"{len(each.keys)} keys") for each in newest.people.people]
    rows += [
        (each.name, "attests " + ", ".join(each.suites), "", f"{len(each.keys)} keys")
        for each in newest.people.attesters
    ]
    columns(application.out, rows)
    for each in waiting:
        names = ", ".join(each.missing)
        application.out.print(f"Change {each.id} waits for {each.needed} of: {names}", markup=False)
    for line in lacking:
        application.out.print(f"Less than the specification asks: {line}", markup=False)


def _roles(person: Person) -> str:
    deputy = [f"deputy {role}" for role in person.deputy_for]
    return ", ".join((*person.roles, *deputy)) or ("shared" if person.shared else "—")
