"""What the emulator answered, in the terms of the Invoke API (Lambda API Reference, "Invoke")."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Self

from distro_lambda.function_process import SEPARATOR


@dataclass(frozen=True)
class Answer:
    """One invocation's end."""

    payload: bytes
    failed: bool = False
    memory_mb: int | None = None
    """The most that the process used so far; None where it did not say."""
    error_type: str | None = None
    """Where the platform failed the invocation rather than the handler: the type that AWS's report names."""

    @property
    def environment_is_lost(self) -> bool:
        """Whether the process is gone or hangs, so that the next invocation needs another one."""
        return self.error_type is not None

    @property
    def message(self) -> str:
        """The error's message, for the log."""
        return str(json.loads(self.payload).get("errorMessage", ""))

    @classmethod
    def read(cls, status: int, body: bytes, request_id: str) -> Self:
        """From the emulator's answer: the process's, or its own when the process ended or never came up."""
        payload, separator, trailer = body.rpartition(SEPARATOR)
        if separator:
            told = json.loads(trailer)
            return cls(payload, told["failed"], told["memory_mb"])
        if status == HTTPStatus.OK:  # as long as AWS allows: no room was left behind it
            return cls(body)
        error = _error(body)
        if error is None:
            return cls.failure("Sandbox.Failure", request_id, f"The runtime could not be started (status {status})")
        return cls(body, failed=True, error_type=str(error["errorType"]))

    @classmethod
    def timed_out(cls, request_id: str, seconds: int) -> Self:
        """The handler took longer than the function's time-out."""
        return cls.failure("Sandbox.Timedout", request_id, f"Task timed out after {seconds}.00 seconds")

    @classmethod
    def failure(cls, error_type: str, request_id: str, what: str) -> Self:
        """A failure of the platform, in the form that AWS gives it."""
        error = {"errorType": error_type, "errorMessage": f"RequestId: {request_id} Error: {what}"}
        return cls(json.dumps(error, separators=(",", ":")).encode(), failed=True, error_type=error_type)


def _error(body: bytes) -> dict[str, object] | None:
    try:
        error = json.loads(body)
    except ValueError:
        return None
    return error if isinstance(error, dict) and "errorType" in error else None
