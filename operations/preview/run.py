"""`preview`: what a deployment of the working tree would change, and whether it may."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from engine import toolchain
from engine.events import Listener
from engine.planned import Planned, Plans
from engine.program import ProgramSource
from infra.paths import project_root
from infra.progress import Report
from infra.specification import examine
from local.provider.parity import TypeParity, table
from operations import genuine
from operations.deployment import Looking
from operations.preview import policy
from operations.preview.change import Change, between, changes, counts
from operations.preview.offline import Plan, plan
from operations.preview.revision import Revision, unpacked
from operations.running import looking
from operations.sandbox import is_up
from operations.target import Target


@dataclass(frozen=True)
class Request:
    """Which stack, against what: `base` is a revision of git; `target` is where it may be running, emulated."""

    environment: str
    target: Target | None = None
    base: str | None = None
    announced: frozenset[str] = frozenset()
    live: bool = False
    """Against what is deployed on genuine clouds, with the caller's credentials."""


@dataclass(frozen=True)
class Preview:
    """What would change. `against` says in words what it was compared with."""

    environment: str
    against: str
    changes: Mapping[str, int]
    resources: Sequence[Change]
    policy: Sequence[policy.Verdict]
    parity: Sequence[TypeParity]

    @property
    def changed(self) -> bool:
        """Whether anything would be made, changed or removed."""
        return bool(self.resources)

    @property
    def allowed(self) -> bool:
        """Whether every rule holds."""
        return not policy.failed(self.policy)


def preview(request: Request, report: Report) -> Preview:
    """Preview against a revision, else against what runs, else against nothing.

    Raises UsageError for a revision that is not there, ConfigurationError for an invalid specification,
    OperationFailed where the program fails.
    """
    examine(request.environment).get()  # every problem of the specification, before anything is started
    pulumi = toolchain.pulumi_binary(report)
    listener = Looking(report)
    if request.base is not None:
        against, planned = _against_base(request.environment, request.base, pulumi, listener)
    elif request.live:
        against, planned = f"what is deployed in {request.environment}", _against_deployed(request.environment, report)
    elif request.target is not None and is_up(request.target):
        against, planned = f"what runs in {request.target}", _against_running(request.target, pulumi, listener)
    else:
        against, planned = "nothing deployed", plan(request.environment, _program(), pulumi, listener).resources
    return _preview(request, against, planned)


def _preview(request: Request, against: str, planned: Sequence[Planned]) -> Preview:
    case = policy.Case(request.environment, planned, request.announced)
    standing = (asdict(each) for each in case.standing)
    return Preview(
        request.environment, against, counts(planned), changes(planned), policy.judge(case), table(standing)
    )  # fmt: skip


def _against_base(stack: str, base: str, pulumi: Path, listener: Listener) -> tuple[str, Sequence[Planned]]:
    """The two plans are made side by side: each takes one core."""
    with unpacked(base, project_root()) as revision, ThreadPoolExecutor(max_workers=1) as beside:
        before = beside.submit(_plan_of, stack, revision, pulumi)
        after = plan(stack, _program(), pulumi, listener)
        return str(revision), between(before.result().resources, after.resources)


def _plan_of(stack: str, revision: Revision, pulumi: Path) -> Plan:
    if not (revision.root / f"Pulumi.{stack}.yaml").exists():
        return Plan(stack, ())  # it did not exist then
    return plan(stack, ProgramSource(revision.root), pulumi, _unheard)


def _unheard(_: object) -> None:
    """Progress is that of the working tree's preview."""


def _against_running(target: Target, pulumi: Path, listener: Listener) -> Sequence[Planned]:
    """Every resource is read back first, as `up` does: what was changed elsewhere is part of the difference."""
    plans = Plans()
    with looking(target, pulumi) as stack:
        stack.preview(listener, refresh=True, witness=plans)
    return tuple(plans)


def _against_deployed(environment: str, report: Report) -> Sequence[Planned]:
    plans = Plans()
    with genuine.looking(environment, report) as stack:
        stack.preview(Looking(report), refresh=True, witness=plans)
    return tuple(plans)


def _program() -> ProgramSource:
    return ProgramSource(project_root())
