"""What happens to an environment outside of promotions: operations, accepted states, leases, freezes."""

from __future__ import annotations

from typing import ClassVar, Literal

from promotion.entries import Entry, NotAllowed, Payload, Reference, Token
from promotion.projection import Projection
from promotion.schema import Digest, Line, Target


class OfEnvironment(Payload):
    """Something about one environment, which the entry names."""

    def of(self, entry: Entry) -> Target:
        """The environment. Raises NotAllowed where the entry has none."""
        if entry.environment is None:
            raise NotAllowed(f"{entry.kind} is about an environment, and names none.")
        return entry.environment

    def check(self, entry: Entry, projection: Projection) -> None:  # noqa: ARG002 -- one signature for every kind
        """It names its environment."""
        self.of(entry)


class OperationStarted(OfEnvironment):
    """Intent of a command that writes to the environment, with the state's digest before."""

    kind: ClassVar[str] = "operation-started"
    operation: Line
    command: Line
    state: Digest | None

    def check(self, entry: Entry, projection: Projection) -> None:
        """Under a lease, and not under way."""
        if entry.token is None:
            raise NotAllowed(f"{self.command} wrote to {self.of(entry)} without its lease.")
        if self.operation in projection.operations:
            raise NotAllowed(f"Operation {self.operation} is under way already.")

    def apply(self, entry: Entry, projection: Projection) -> None:
        """Under way; one that was killed stays so."""
        projection.operations[self.operation] = self.of(entry)


class OperationEnded(OfEnvironment):
    """Its end, with the state's digest after.

    `unreleased`: what runs now is no release (`up dev`); `gone`: nothing does, and there is no state (`down dev`).
    """

    kind: ClassVar[str] = "operation-ended"
    operation: Line
    result: Literal["done", "failed"]
    state: Digest | None
    unreleased: bool = False
    gone: bool = False

    def check(self, entry: Entry, projection: Projection) -> None:
        """It was started here, and has not ended."""
        if entry.token is None or projection.operations.get(self.operation) != self.of(entry):
            raise NotAllowed(f"Operation {self.operation} is not under way in {self.of(entry)}.")

    def apply(self, entry: Entry, projection: Projection) -> None:  # noqa: ARG002
        """The state that the next operation has to find."""
        environment = projection.operations.pop(self.operation)
        if self.state:
            projection.states[environment] = self.state
        if self.gone:
            projection.states.pop(environment, None)
        if self.unreleased or self.gone:
            projection.deployed[environment] = None


class StateAccepted(OfEnvironment):
    """A state that nothing recorded was looked at and accepted by the actor."""

    kind: ClassVar[str] = "state-accepted"
    state: Digest
    reason: Line

    def apply(self, entry: Entry, projection: Projection) -> None:
        """The gates are open to it."""
        projection.states[self.of(entry)] = self.state


class LeaseBroken(OfEnvironment):
    """A dead holder's lease was ended; written before it is, so that no break is without record."""

    kind: ClassVar[str] = "lease-broken"
    broken: Token
    holder: Line
    reason: Line

    def check(self, entry: Entry, projection: Projection) -> None:
        """Recorded once."""
        if self.broken <= projection.broken.get(self.of(entry), 0):
            raise NotAllowed(f"The end of lease {self.broken} is on the record already.")

    def apply(self, entry: Entry, projection: Projection) -> None:
        """Nothing is written under the broken token any more."""
        environment = self.of(entry)
        projection.broken[environment] = self.broken
        projection.tokens[environment] = max(projection.tokens.get(environment, 0), self.broken + 1)


class OfFreeze(OfEnvironment):
    """An order about an environment; `order` is what its actor signed: the audit asks for it, and each counts once."""

    order: Reference | None = None

    def check(self, entry: Entry, projection: Projection) -> None:
        """Given once."""
        super().check(entry, projection)
        if self.order and self.order.content in projection.spent:
            raise NotAllowed("This order is on the record already.")

    def apply(self, entry: Entry, projection: Projection) -> None:  # noqa: ARG002
        """Used up."""
        if self.order:
            projection.spent.add(self.order.content)


class Frozen(OfFreeze):
    """No promotion into the environment until it is unfrozen."""

    kind: ClassVar[str] = "frozen"
    reason: Line

    def apply(self, entry: Entry, projection: Projection) -> None:
        """Shut."""
        super().apply(entry, projection)
        projection.frozen[self.of(entry)] = self.reason


class Unfrozen(OfFreeze):
    """Promotions are possible again."""

    kind: ClassVar[str] = "unfrozen"

    def check(self, entry: Entry, projection: Projection) -> None:
        """It was frozen."""
        super().check(entry, projection)
        if self.of(entry) not in projection.frozen:
            raise NotAllowed(f"{entry.environment} is not frozen.")

    def apply(self, entry: Entry, projection: Projection) -> None:
        """Open."""
        super().apply(entry, projection)
        projection.frozen.pop(self.of(entry))
