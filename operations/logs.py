"""The logs of a sandbox: of its emulators, of the engine's last run, and of its Lambda functions."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.errors import UsageError
from operations import sandbox
from operations.clients import aws
from operations.target import Target

if TYPE_CHECKING:
    from local.sandbox import Sandbox


@dataclass(frozen=True)
class Line:
    """One line of a log, and whose it is."""

    source: str
    text: str


def read(target: Target, component: str | None, *, lines: int, follow: bool) -> Iterator[Line]:
    """The last lines of a component's log, or of all; with `follow`, what comes after as well.

    Raises UsageError for a component that is not there, with those that are.
    """
    running = sandbox.running(target)
    files = {item.name: item.log for item in running.components.values()}
    files["engine"] = target.home / "workspace" / "events.jsonl"
    if component is None:
        for source, file in files.items():
            yield from (Line(source, text) for text in _tail(file, lines))
        if follow:
            yield from _follow(files)
    elif component in files:
        yield from (Line(component, text) for text in _tail(files[component], lines))
        if follow:
            yield from _follow({component: files[component]})
    else:
        yield from _function(running, _group(running, target, component, tuple(files)), component, lines, follow)


def _tail(file: Path, lines: int) -> list[str]:
    try:
        return file.read_text(errors="replace").splitlines()[-lines:] if lines else []
    except FileNotFoundError:
        return []


def _follow(files: dict[str, Path]) -> Iterator[Line]:
    from watchfiles import watch

    positions = {source: file.stat().st_size if file.exists() else 0 for source, file in files.items()}
    folders = {file.parent for file in files.values() if file.parent.exists()}
    for _ in watch(*folders, debounce=50, step=10):
        for source, file in files.items():
            if not file.exists():
                continue
            positions[source] = min(positions[source], file.stat().st_size)  # a new run starts its log anew
            with file.open("rb") as opened:
                opened.seek(positions[source])
                data = opened.read()
                whole = data.rfind(b"\n") + 1
                positions[source] += whole
            yield from (Line(source, text) for text in data[:whole].decode(errors="replace").splitlines())


def _function(running: Sandbox, group: str, name: str, lines: int, follow: bool) -> Iterator[Line]:
    logs = aws(running, "logs")
    start = 0
    seen: set[str] = set()
    while True:
        found = _events(logs, group, start)
        for event in found[-lines:] if not seen else found:
            if event["eventId"] not in seen:
                yield Line(name, _stamped(event))
        seen = {event["eventId"] for event in found} | seen
        start = max((event["timestamp"] for event in found), default=start)
        if not follow:
            return
        time.sleep(0.5)  # CloudWatch Logs has no call that waits; the aws command line polls as well


def _events(logs: Any, group: str, start: int) -> list[dict[str, Any]]:
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=start)
    return sorted((event for page in pages for event in page["events"]), key=lambda event: event["timestamp"])


def _stamped(event: dict[str, Any]) -> str:
    moment = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}"[:-3] + f"Z {event['message'].rstrip()}"


def _group(running: Sandbox, target: Target, name: str, known: tuple[str, ...]) -> str:
    """The log group of a function of the environment, given by its whole name or the last part of it."""
    pages = aws(running, "lambda").get_paginator("list_functions").paginate()
    mark = f"-{target.environment}-"
    listed = [item for page in pages for item in page["Functions"] if mark in item["FunctionName"]]
    functions = {item["FunctionName"]: item for item in listed}
    short = {full.rsplit(mark, 1)[-1]: full for full in functions}
    full = name if name in functions else short.get(name)
    if full is None:
        raise UsageError(f"{name!r} has no log here.", hint=f"There are: {', '.join([*known, *sorted(short)])}.")
    configuration = functions[full].get("LoggingConfig", {})
    return str(configuration.get("LogGroup", f"/aws/lambda/{full}"))
