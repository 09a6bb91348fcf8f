"""Types the story, step by step, until its end or the first step that ends in another way than it has to."""

from __future__ import annotations

import json
import shlex
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from infra.errors import OperationFailed
from infra.interrupts import held_back
from infra.paths import AT_WORK, REHEARSAL
from infra.progress import Progress, Report
from local import lock
from promotion.rehearsal.shell import Typed
from promotion.rehearsal.stage import Stage
from promotion.rehearsal.story import END, STORY, Step


@dataclass(frozen=True)
class Taken:
    """A step that was taken, after `seconds`; of one that failed, what was expected and what it said."""

    name: str
    command: str
    result: Literal["passed", "failed"]
    seconds: float
    detail: str = ""


@dataclass(frozen=True)
class Performance:
    """Every step that was taken; `kept` is the folder that is still there."""

    steps: tuple[Taken, ...]
    kept: Path | None = None

    @property
    def failed(self) -> Taken | None:
        """The first step that failed."""
        return next((each for each in self.steps if each.result == "failed"), None)


def rehearse(source: Path, report: Report, *, keep: bool, story: Sequence[Step] = STORY) -> Performance:
    """Take the commit at `source` the whole way in a temporary folder, and leave nothing of it unless `keep`.

    A step that fails is an outcome. Raises OperationFailed and UsageError where the clone cannot be made, where the end
    cannot be brought about (then it says what is left), Interrupted.
    """
    folder = Path(tempfile.mkdtemp(prefix=REHEARSAL)).resolve()
    run = _Run(Stage(folder), report)
    with _at_work(folder):
        try:
            run.stage.raise_up(source)
            for step in story:
                if not run.take(step):
                    break
        except BaseException:
            run.end()
            raise
        if not keep:
            run.end()
    return Performance(tuple(run.taken), folder if keep else None)


@contextmanager
def _at_work(folder: Path) -> Iterator[None]:
    """Locked while this process lives: `distro doctor` tells the folder of one that was killed by that."""
    mark = folder / AT_WORK
    descriptor = lock.acquire(mark)
    try:
        yield
    finally:
        if descriptor is not None:
            lock.release(mark, descriptor, delete=False)


@dataclass
class _Run:
    stage: Stage
    report: Report = field(repr=False)
    taken: list[Taken] = field(default_factory=list)
    promotion: str = ""
    """The one that was opened last."""
    begun: bool = False
    """Whether anything was typed: until then there is nothing to take down."""

    def take(self, step: Step) -> bool:
        """Whether it ended as it has to."""
        self.begun = True
        words = ["--rehearse", *shlex.split(step.words.format(promotion=self.promotion))]
        command, started = shlex.join(["distro", *words]), time.monotonic()
        self.report(Progress(step.name, "", "running", command))
        if step.before:
            step.before(self.stage)
        typed = self.stage.type(*words, "--json")
        document = _document(typed)
        self.promotion = document.get("promotion", self.promotion)
        detail = _otherwise(step, typed, document)
        seconds = time.monotonic() - started
        self.taken.append(Taken(step.name, command, "failed" if detail else "passed", seconds, detail))
        self.report(Progress(step.name, "", "failed" if detail else "done", command, seconds))
        return not detail

    def end(self) -> None:
        """Take everything down. Raises OperationFailed with what is left."""
        with held_back():  # an end that is cut short leaves emulators behind
            if self.begun and not self.take(END):
                raise OperationFailed(
                    f"The rehearsal could not be taken down: {self.taken[-1].detail}",
                    hint=f"Run: cd {self.stage.clone} && ./distro --rehearse {END.words}",
                )
            shutil.rmtree(self.stage.folder)


def _document(typed: Typed) -> dict[str, Any]:
    """What it answered; nothing where that is no document."""
    try:
        found: dict[str, Any] = json.loads(typed.output)
    except ValueError:
        return {}
    return found


def _otherwise(step: Step, typed: Typed, document: dict[str, Any]) -> str:
    """How it ended in another way than it has to, with everything it said; empty where it did not."""
    closed = frozenset(gate["name"] for gate in document.get("gates", ()) if gate["state"] == "closed")
    if typed.code == step.code and step.result in {None, document.get("result")} and step.closed in {None, closed}:
        return ""
    expected = _ending(step.code, step.result, step.closed or ())
    found = _ending(typed.code, document.get("result", "no result"), closed)
    return f"expected {expected}; got {found}\n{typed.errors}{typed.output}".rstrip()


def _ending(code: int, result: str | None, closed: Iterable[str]) -> str:
    gates = f"closed: {', '.join(sorted(closed))}" if closed else ""
    return ", ".join(filter(None, (f"exit {code}", result, gates)))
