"""What every step of a promotion works with: the store and its ledger, who acts, and what deploys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from infra.provisioning.artifact import Say
from promotion.deployer import Deployer
from promotion.entries import Payload
from promotion.lease import TERMS, Terms
from promotion.ledger import Fence, Ledger
from promotion.people import People
from promotion.people import identity as own
from promotion.repository import Repository
from promotion.schema import Target
from promotion.store import Store
from promotion.tenure import user
from promotion.trust import Chain, Trust


@dataclass(frozen=True)
class Session:
    """One run. `actor` is a person of the root of trust by name, or whoever else it is, whom no gate knows.

    `deployers` gives what deploys an environment. Raises UsageError where this machine has none for it.
    """

    store: Store
    ledger: Ledger
    chain: Chain
    repository: Repository
    actor: str
    deployers: Callable[[str], Deployer] = field(repr=False)
    say: Say = field(repr=False)
    terms: Terms = TERMS

    @property
    def trust(self) -> Trust:
        """The root of trust in force."""
        return self.chain.newest

    def record(self, payload: Payload, target: Target, fence: Fence | None = None) -> None:
        """Put something about a target on the record. Raises as `Ledger.append`."""
        self.ledger.append(payload, environment=target, actor=self.actor, fence=fence)


def identity(people: People, repository: Repository, given: str | None) -> str:
    """Who acts: the name given, else the person of git's mail address, else whoever runs this.

    It is a claim: what counts is signed, and an identity that nobody has closes the gates.
    """
    if given:
        return given
    mail = repository.mail()
    return people.identities().get(own(mail), mail) if mail else user()
