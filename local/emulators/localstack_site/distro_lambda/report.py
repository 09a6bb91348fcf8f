"""The log of an invocation as CloudWatch Logs shows it (Lambda Developer Guide, "Lambda function logs")."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from distro_lambda.answer import Answer

_PLATFORM = re.compile(r"^(START|END|REPORT) RequestId: |^\d\d \w{3} \d{4} [\d:,]+ \[\w+\] \(rapid\) ")
"""Lines of the emulator: its own START, END and REPORT, and those about itself."""


@dataclass(frozen=True)
class Invocation:
    """What the report is about; times in milliseconds."""

    request_id: str
    version: str
    memory_size: int
    duration: float
    init_duration: float | None
    """Set for the first invocation of an environment."""
    answer: Answer


def render(invocation: Invocation, output: str, *, init_output: str = "") -> str:
    """The whole log of an invocation: what the initialisation and the handler wrote, between the platform's lines."""
    request = invocation.request_id
    lines = [
        *_written(init_output),
        f"START RequestId: {request} Version: {invocation.version}",
        *_written(output),
        *_failure(invocation),
        f"END RequestId: {request}",
        report(invocation),
    ]
    return "\n".join(lines) + "\n"


def report(invocation: Invocation) -> str:
    """The REPORT line. The emulator's own knows neither the initialisation's time nor the memory used."""
    init = invocation.init_duration
    used = invocation.answer.memory_mb
    fields = [
        f"REPORT RequestId: {invocation.request_id}",
        f"Duration: {invocation.duration:.2f} ms",
        f"Billed Duration: {math.ceil(invocation.duration + (init or 0))} ms",
        f"Memory Size: {invocation.memory_size} MB",
        *([f"Max Memory Used: {used} MB"] if used is not None else []),
        *([f"Init Duration: {init:.2f} ms"] if init is not None else []),
        *_status(invocation.answer),
    ]
    return "\t".join(fields) + "\t"


def _written(output: str) -> list[str]:
    # Only "\n" ends an event: a traceback is one, its lines divided by "\r".
    return [line for line in output.split("\n") if line and not _PLATFORM.match(line)]


def _status(answer: Answer) -> list[str]:
    if answer.error_type is None:
        return []
    if answer.error_type == "Sandbox.Timedout":
        return ["Status: timeout"]
    return ["Status: error", f"Error Type: {answer.error_type}"]


def _failure(invocation: Invocation) -> list[str]:
    answer = invocation.answer
    if answer.error_type is None:
        return []
    if answer.error_type == "Sandbox.Timedout":
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return [f"{now} {invocation.request_id} {answer.message.rpartition('Error: ')[2]}"]
    return [answer.message, answer.error_type]
