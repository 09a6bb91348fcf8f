"""The engine's event stream, typed: what the command line shows and what is kept in `events.jsonl`.

The schema is `sdk/go/common/apitype/events.go`. The automation package's own classes carry every property of every
resource; these carry what is needed, so the stream costs no import and no secret passes through them.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import time as clock
from typing import IO, Any, Literal

Phase = Literal["started", "done", "failed"]


@dataclass(frozen=True)
class Step:
    """One step on one resource. `diffs` are the property paths that differ, without their values."""

    phase: Phase
    op: str
    urn: str
    type: str
    time: float
    diffs: tuple[str, ...] = ()
    kind: str = field(default="step", init=False)

    @property
    def name(self) -> str:
        """The resource's name in the program."""
        return self.urn.rsplit("::", 1)[-1]


@dataclass(frozen=True)
class Diagnostic:
    """A message of the engine, the program or a provider; `severity` is info, warning or error."""

    severity: str
    message: str
    urn: str
    time: float
    kind: str = field(default="diagnostic", init=False)


@dataclass(frozen=True)
class Summary:
    """The end of an update: how many resources each operation touched."""

    changes: Mapping[str, int]
    time: float
    kind: str = field(default="summary", init=False)


Event = Step | Diagnostic | Summary
Listener = Callable[[Event], None]
Witness = Callable[[Mapping[str, Any]], None]
"""Sees each record of the stream as the engine wrote it; nothing of that is kept."""

_STEPS: Mapping[str, Phase] = {"resourcePreEvent": "started", "resOutputsEvent": "done", "resOpFailedEvent": "failed"}


def parse(line: str, time: float) -> Event | None:
    """The event of one line of the stream, received at `time` (the engine's own stamps have no fractions).

    None for those that nobody needs, debug diagnostics among them.
    """
    record = json.loads(line)
    for key, phase in _STEPS.items():
        if key in record:
            return _step(phase, record[key]["metadata"], time)
    if "diagnosticEvent" in record:
        return _diagnostic(record["diagnosticEvent"], time)
    if "summaryEvent" in record:
        return Summary(record["summaryEvent"].get("resourceChanges") or {}, time)
    return None


def _step(phase: Phase, metadata: Mapping[str, Any], time: float) -> Step:
    diffs = metadata.get("detailedDiff") or metadata.get("diffs") or ()
    return Step(phase, metadata["op"], metadata["urn"], metadata["type"], time, tuple(diffs))


def _diagnostic(event: Mapping[str, Any], time: float) -> Diagnostic | None:
    # Debug diagnostics hold secret outputs in clear: they never leave this function.
    if event.get("severity") == "debug" or event.get("ephemeral"):
        return None
    message = f"{event.get('prefix', '')}{event.get('message', '')}".strip()
    severity = event.get("severity", "info").removesuffix("#err")
    return Diagnostic(severity, message, event.get("urn", ""), time) if message else None


@contextmanager
def stream(directory: Path, listener: Listener, witness: Witness | None = None) -> Iterator[Path]:
    """Give the engine a pipe to write its events to; each goes to `events.jsonl` (0600) and to the listener.

    A `witness` sees the whole records, inputs of resources included.

    A named pipe, not a file: the reader waits for data instead of polling, and nothing unfiltered touches the disk.
    Where an event cannot be kept, or the listener fails, the error is raised once the engine has ended.
    """
    pipe = directory / "events.pipe"
    pipe.unlink(missing_ok=True)
    os.mkfifo(pipe, 0o600)
    # Opened for reading and writing, so that opening never blocks and an engine that dies early is no dead end.
    descriptor = os.open(pipe, os.O_RDWR)
    log = os.open(directory / "events.jsonl", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    # Unbuffered: who follows it sees a line at once, a kill loses none, and a full disk shows at the line it stops.
    with os.fdopen(log, "wb", buffering=0) as kept:
        reader = _Reader(os.fdopen(descriptor, "rb"), kept, listener, witness)
        reader.start()
        try:
            yield pipe
        finally:
            with pipe.open("wb") as end:
                end.write(_END)
            reader.join()
            pipe.unlink()
    if reader.failure:
        raise reader.failure


_END = b'{"end": true}\n'


class _Reader(threading.Thread):
    """Takes events off the pipe to its end, whatever happens to them: an engine that nobody reads waits for ever."""

    def __init__(self, lines: IO[bytes], kept: IO[bytes], listener: Listener, witness: Witness | None) -> None:
        super().__init__(name="events", daemon=True)
        self._lines = lines
        self._kept = kept
        self._listener = listener
        self._witness = witness
        self.failure: Exception | None = None

    def run(self) -> None:
        """Read until the end mark."""
        with self._lines:
            for line in self._lines:
                if line == _END:
                    return
                if self.failure is None:
                    self._take(line)

    def _take(self, line: bytes) -> None:
        try:
            if self._witness is not None:
                self._witness(json.loads(line))
            event = parse(line.decode(errors="replace"), clock())
            if event is not None:
                self._kept.write(json.dumps(asdict(event)).encode() + b"\n")
                self._listener(event)
        except Exception as error:  # noqa: BLE001 -- raised where the engine has ended
            self.failure = error
