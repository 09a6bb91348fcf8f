"""The children of one sandbox: brought up side by side, watched, and stopped together."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from infra.errors import DistroError, OperationFailed
from infra.progress import Progress, Report, State
from local import leftovers, orphans, process, vitals
from local.components import Recipe, endpoint, recipes
from local.plan import Plan
from local.ports import Reservation
from local.process import Child
from local.record import Entry
from local.record import State as EntryState

Changed = Callable[[Mapping[str, Entry]], None]


class Crew:
    """Runs what a plan names. Use it in one event loop, in the main thread.

    `reserved` holds each port until its owner listens; `changed` is called after each change of a component's state.
    """

    def __init__(self, plan: Plan, reserved: dict[str, Reservation], changed: Changed) -> None:
        self._plan = plan
        self._reserved = reserved
        self._changed = changed
        self._recipes = recipes(plan)
        self._children: dict[str, Child] = {}
        self._starting: dict[str, asyncio.Task[None]] = {}
        self._watching: dict[str, asyncio.Task[None]] = {}
        self.entries = {recipe.name: self._entry(recipe.name, "stopped") for recipe in self._recipes}

    async def bring_up(self, report: Report) -> None:
        """Start whatever does not run; raises the first failure, while the others go on starting."""
        # Whoever asks may have seen an end that has not been told here yet.
        await asyncio.gather(*(self._watching[name] for name, child in self._children.items() if not child.running))
        missing = [recipe for recipe in self._recipes if self.entries[recipe.name].state != "running"]
        for recipe in missing:
            if recipe.name not in self._starting:
                task = asyncio.create_task(self._start(recipe, report), name=f"start of {recipe.name}")
                self._starting[recipe.name] = task
                task.add_done_callback(partial(self._started, recipe.name))
        await asyncio.gather(*(self._starting[recipe.name] for recipe in missing))

    async def stop(self) -> None:
        """End all children at once; afterwards nothing of this generation runs but the supervisor."""
        for task in (*self._watching.values(), *self._starting.values()):
            task.cancel()
        await asyncio.gather(*self._starting.values(), return_exceptions=True)
        await asyncio.gather(*(child.stop() for child in self._children.values()))
        orphans.sweep(self._plan.root, self._plan.generation, orphans.CHILD)
        for recipe in self._recipes:
            self._set(self._entry(recipe.name, "stopped"))

    def _started(self, name: str, _: object) -> None:
        del self._starting[name]

    async def _start(self, recipe: Recipe, report: Report) -> None:
        began = time.monotonic()
        self._say(report, recipe.name, "running", began)
        try:
            await self._launch(recipe)
        except OSError as error:
            self._fell(recipe.name, str(error))
            self._say(report, recipe.name, "failed", began)
            raise OperationFailed(f"{recipe.name} could not be prepared: {error}", where=error.filename) from error
        except DistroError as error:
            self._fell(recipe.name, error.message.splitlines()[0])
            self._say(report, recipe.name, "failed", began)
            raise
        self._say(report, recipe.name, "done", began)

    async def _launch(self, recipe: Recipe) -> None:
        name = recipe.name
        self._set(self._entry(name, "starting"))
        leftovers.end_component(self._plan, name)
        held = self._reserved.pop(name, None) or Reservation(self._plan.ports[name], owner=name)
        try:
            recipe.prepare(self._plan)
            child = await process.start(recipe.confined_launch(self._plan))
        finally:
            held.release()
        self._children[name] = child
        self._set(replace(self._entry(name, "running"), pid=child.pid))
        self._watching[name] = asyncio.create_task(self._watch(name, child), name=f"watch of {name}")

    async def _watch(self, name: str, child: Child) -> None:
        """Wait for the end that nobody asked for; what the dead child started is ended too, nothing is restarted."""
        status = await child.end()
        del self._children[name]
        self._fell(name, vitals.describe(status))
        leftovers.end_component(self._plan, name)

    def _fell(self, name: str, how: str) -> None:
        self._set(replace(self._entry(name, "dead"), ended=how))

    def _entry(self, name: str, state: EntryState) -> Entry:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        return Entry(name, state, endpoint(self._plan, name), None, now)

    def _set(self, entry: Entry) -> None:
        self.entries[entry.name] = entry
        self._changed(self.entries)

    def _say(self, report: Report, name: str, state: State, began: float) -> None:
        running = sum(entry.state == "running" for entry in self.entries.values())
        seconds = time.monotonic() - began
        report(Progress("emulators", name, state, seconds=seconds, done=running, total=len(self.entries)))
