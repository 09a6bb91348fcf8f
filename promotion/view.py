"""What an approver sees before the key is touched, rebuilt from the stored plan: its digest is what is signed.

Losses stand first. Every text of others is escaped, nothing is cut, and the same plan gives the same bytes everywhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.plan import Plan, Step, Unknown
from engine.state import STACK_TYPE
from promotion import reversal, text
from promotion.repository import Commit
from promotion.schema import digest_of

_ORDER = ("delete", "replace", "create", "import", "read", "update", "same")
_CHANGING = frozenset(_ORDER) - {"same"}
_GOING = frozenset({"delete", "replace"})


@dataclass(frozen=True)
class Subject:
    """What is to be approved. `since` is the release that runs in the target, None where none does.

    `start` is the digest of the state that the plan starts from; `rollback` the release that a failed verification
    goes back to, None where there is none.
    """

    promotion: str
    release: str
    source: str
    target: str
    requester: str
    since: str | None
    commits: Sequence[Commit]
    start: str
    rollback: str | None


@dataclass(frozen=True)
class View:
    """The text in UTF-8; every line ends with a line feed."""

    content: bytes

    @property
    def digest(self) -> str:
        """`sha256:…` of the content."""
        return digest_of(self.content)


def view(subject: Subject, plan: Plan) -> View:
    """The view of a plan; the same arguments give the same bytes."""
    parts = (
        _head(subject),
        _losses(plan),
        _unprotected(plan),
        _unknown("Decides who may do what, and is not known yet", plan.unknown_security),
        _changes(plan),
        _kept(plan),
        _unknown("Known after the deployment alone", _others(plan)),
        _return(subject, plan),
        (f"plan {plan.digest}", f"state {subject.start}"),
    )
    sections = ("\n".join(lines) for lines in map(tuple, parts) if lines)
    return View(("\n\n".join(sections) + "\n").encode("utf-8", "backslashreplace"))


def _head(subject: Subject) -> Iterator[str]:
    yield f"{subject.release}  {subject.source} → {subject.target}  ({subject.promotion})"
    yield f"requested by {text.escaped(subject.requester)}"
    if subject.since is None:
        yield f"the first release in {subject.target}"
        return
    people = sorted({person for commit in subject.commits for person in commit.people})
    by = ", ".join(text.escaped(str(person)) for person in people) or "nobody"
    yield f"since {subject.since}: {len(subject.commits)} commits by {by}"
    yield from (f"  {commit.id[:12]} {text.escaped(commit.subject)}" for commit in subject.commits)


def _losses(plan: Plan) -> Iterator[str]:
    if plan.destructive:
        yield f"!! DATA IS LOST: {len(plan.destructive)} resources that hold data are deleted or replaced"
        for step in _sorted(plan.destructive):
            yield f"!! {step.op.upper()} {reversal.named(step)}"


def _unprotected(plan: Plan) -> Iterator[str]:
    found = [step for step in plan.steps if any(_loosens(change.path, change.after) for change in step.changes)]
    if found:
        yield "! Protection is taken away"
        yield from (f"! {reversal.named(step)}" for step in _sorted(found))


def _loosens(path: str, after: object) -> bool:
    return path == "(protect)" and after is False


def _unknown(title: str, found: Iterable[tuple[Step, Unknown]]) -> Iterator[str]:
    lines = [f"  {reversal.named(step)}  {text.escaped(unknown.path)}" for step, unknown in found]
    if lines:
        yield title
        yield from lines


def _others(plan: Plan) -> Iterator[tuple[Step, Unknown]]:
    return ((step, unknown) for step in plan.steps for unknown in step.unknowns if not unknown.security)


def _changes(plan: Plan) -> Iterator[str]:
    counts = plan.changes
    yield (
        f"Changes: {counts['create']} to create, {counts['update']} to update, {counts['replace']} to replace, "
        f"{counts['delete']} to delete, {counts['same']} unchanged"
    )
    groups: defaultdict[str, list[Step]] = defaultdict(list)
    steps = {step.urn: step for step in plan.steps}
    for step in plan.steps:
        if step.changes or step.op in _GOING or (step.custom and step.op in _CHANGING):
            groups[_component(step, steps)].append(step)
    for name in sorted(groups):
        yield f"  {name}"
        for step in _sorted(groups[name]):
            yield f"    {step.op} {reversal.named(step)}{' (holds data)' if step.stateful else ''}"
            yield from (f"      {line}" for each in step.changes for line in text.change(each))


def _kept(plan: Plan) -> Iterator[str]:
    if plan.kept:
        yield "Kept, although this release lacks it"
        yield from (f"  {reversal.named(step)}" for step in _sorted(plan.kept))


def _return(subject: Subject, plan: Plan) -> Iterator[str]:
    if subject.rollback is None:
        yield "If verification fails: there is nothing to go back to"
    else:
        yield f"If verification fails: back to {subject.rollback}"
    yield from (f"  not undone: {limit}" for limit in reversal.limits(plan))


def _component(step: Step, steps: Mapping[str, Step]) -> str:
    """The names of the components that it lies in, the outermost first."""
    names: list[str] = []
    parent = step.parent
    while (above := steps.get(parent)) and above.type != STACK_TYPE and len(names) < len(steps):
        names.append(text.escaped(above.name))
        parent = above.parent
    return " / ".join(reversed(names)) or ("outputs" if step.type == STACK_TYPE else "(no component)")


def _sorted(steps: Iterable[Step]) -> list[Step]:
    return sorted(steps, key=lambda step: (not step.destructive, _ORDER.index(step.op) if step.op in _ORDER else -1,
                                           step.type, step.name, step.urn))  # fmt: skip
