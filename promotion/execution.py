"""Carrying a promotion out: under the lease, each step written down before it is taken, to a recorded end.

A run that was killed is gone on with by the next one: whatever the ledger says was begun is done again with the same
plan, which completes it, and no approval is asked for twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from engine.canonical import State
from engine.program import ProgramSource
from infra.errors import DistroError, GateClosed, Interrupted, OperationFailed
from promotion import case as cases
from promotion import content, gathering, lineage, release, reversal
from promotion.acquiring import EngineLock, Leases
from promotion.case import Case
from promotion.deployer import Deployer, Held
from promotion.gate import decide
from promotion.kinds.lifecycle import PromotionEnded, PromotionStarted, PromotionStep
from promotion.lease import Lease, LeaseLost
from promotion.planned import PREFIX, Planned
from promotion.projection import OPEN, RUNNING
from promotion.refusal import kept, line, refused
from promotion.release import Release, id_of
from promotion.schema import Digest
from promotion.session import Session
from promotion.store import StoreFailed
from promotion.surroundings import Surroundings
from promotion.tenure import Holder


@dataclass(frozen=True)
class Ended:
    """How it ended; `detail` says why, where it did not succeed."""

    case: Case
    detail: str = ""


def execute(session: Session, case: Case, around: Surroundings | None, *, wait: float) -> Ended:
    """Apply, verify, and go back where that fails; `around` is None for one that was begun before.

    Raises EnvironmentBusy, Refused (a gate closed meanwhile), LeaseLost, Interrupted: then it can be gone on with.
    """
    with _holding(session, case, wait) as (lease, held):
        now = cases.read(session.ledger, session.store, case.id)
        run = _Run(session, now, lease, held)
        if now.state in RUNNING:
            return run.resumed()
        if now.state not in OPEN or around is None:
            return Ended(now)  # somebody else brought it to its end
        return run.started(replace(around, state=held.state()))


@contextmanager
def _holding(session: Session, case: Case, wait: float) -> Iterator[tuple[Lease, Held]]:
    deployer, command = session.deployers(case.target), f"promote {case.id}"
    leases = Leases(session.store, session.ledger, session.terms)
    engine = EngineLock(held=deployer.running, free=deployer.free)
    holder = Holder.here(session.actor, command)
    with (
        leases.acquire(case.target, holder, wait=wait, engine=engine, on_lost=deployer.halt) as lease,
        deployer.operation(command) as held,
    ):
        yield lease, held


@dataclass(frozen=True)
class _Run:
    session: Session
    case: Case
    lease: Lease
    held: Held

    def started(self, around: Surroundings) -> Ended:
        """Evaluate the gates again; what is open now is started."""
        decision = decide(gathering.facts(self.session, self.case, around))
        if not decision.open or decision.scope is None:
            raise refused(self.session, self.case, decision)
        self._record(PromotionStarted(
            promotion=self.case.id, plan=decision.scope.plan, state=decision.scope.state,
            decision=kept(self.session.store, self.case.id, decision), approvals=decision.approvals,
        ))  # fmt: skip
        return self._applied(self._planned())

    def resumed(self) -> Ended:
        """Go on at the step that was begun last."""
        planned, now = self._planned(), self.held.state()
        self._require_lineage(planned, now)
        step = self.case.steps[-1].step if self.case.steps else "applying"
        if step == "rolling-back":
            return self._rolled_back("It was interrupted while it went back.")
        return self._verified(now) if step == "verifying" else self._applied(planned)

    def _require_lineage(self, planned: Planned, now: State) -> None:
        """Raises GateClosed for a state that this promotion did not make of the signed one."""
        going_back = any(step.step == "rolling-back" for step in self.case.steps)
        if now.digest in self.case.recorded or going_back:
            return
        if foreign := lineage.strangers(planned.start, now, planned.plan):
            raise GateClosed(
                f"The state of {self.case.target} was changed by something else: {', '.join(foreign[:3])}.",
                hint=f"Look at it, then: distro state accept {self.case.target} --reason …",
            )

    def _planned(self) -> Planned:
        return gathering.plan(self.session, self.case)

    def _applied(self, planned: Planned) -> Ended:
        self._step("applying", self.held.state())
        try:
            self.held.apply(self._program(self.case.release), planned.plan.content, planned.excluded)
        except Interrupted:
            raise
        except OperationFailed as error:
            self.lease.check()
            return self._rolled_back(error.message)
        return self._verified(self.held.state())

    def _verified(self, state: State) -> Ended:
        self._step("verifying", state)
        if failing := self._failing(self.case.release):
            return self._rolled_back(f"Verification failed: {'; '.join(failing)}")
        return self._end("succeeded", state, self.case.release.digest())

    def _rolled_back(self, why: str) -> Ended:
        """Back to the signed rollback target, within its signed limits; where that fails, a person has to decide."""
        back = self.case.rollback
        if back is None or self.case.way == "rollback":
            ended = self._end("failed", self.held.state(), None, why)
            return self._kept(ended) if back else ended
        try:
            state = self._gone_back(release.read(self.session.store, id_of(back.release)), back.kept)
        except (Interrupted, LeaseLost, StoreFailed):
            raise
        except DistroError as error:
            self.lease.check()
            reason = f"{why} The way back failed: {error.message}"
            return self._kept(self._end("failed", self.held.state(), None, reason))
        return self._end("rolled-back", state, back.release, why)

    def _gone_back(self, to: Release, signed: tuple[str, ...]) -> State:
        start = self.held.state()
        self._step("rolling-back", start)
        self._deployer.expect(self._program(to))
        found = self.held.preserving(self._program(to), start)
        if beyond := reversal.beyond(found, signed):
            raise OperationFailed(f"It would leave alone what nobody signed for: {', '.join(beyond)}.")
        content.keep(self.session.store, PREFIX, found.plan.content)
        self.held.apply(self._program(to), found.plan.content, found.excluded)
        if failing := self._failing(to):
            raise OperationFailed(f"{to.id} is not well either: {'; '.join(failing)}")
        return self.held.state()

    def _kept(self, ended: Ended) -> Ended:
        """Nobody writes to the target until a person has looked."""
        self.lease.keep(line(f"{self.case.id} failed. {ended.detail}"))
        return ended

    def _end(self, result: str, state: State, deployed: Digest | None, why: str = "") -> Ended:
        self._record(PromotionEnded.model_validate({
            "promotion": self.case.id, "result": result, "state": state.digest, "deployed": deployed,
            "detail": line(why) if why else None,
        }))  # fmt: skip
        return Ended(cases.read(self.session.ledger, self.session.store, self.case.id), why)

    def _step(self, step: str, state: State) -> None:
        self._record(PromotionStep.model_validate(
            {"promotion": self.case.id, "step": step, "state": state.digest}
        ))  # fmt: skip

    def _record(self, payload: PromotionStarted | PromotionStep | PromotionEnded) -> None:
        self.session.record(payload, self.case.target, self.lease)

    def _program(self, of: Release) -> ProgramSource:
        return release.program(self.session.store, of, self.session.say)

    def _failing(self, of: Release) -> tuple[str, ...]:
        specification = release.specification(self.session.store, of, self.case.target)
        return self._deployer.failing(specification)

    @property
    def _deployer(self) -> Deployer:
        return self.session.deployers(self.case.target)
