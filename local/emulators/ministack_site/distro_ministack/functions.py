"""Lambda functions: MiniStack keeps them and says when they run, `distro_lambda` runs them, as it does for LocalStack.

So a function sees the same on both: AWS's runtime client, its own folders, and nothing of the user's home. MiniStack's
own executors would give it MiniStack's packages and files, forward events elsewhere, or answer with a mock.
"""

from __future__ import annotations

import functools
import hashlib
import io
import json
import secrets
import threading
import time
import uuid
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from distro_lambda import variables
from distro_lambda.answer import Answer
from distro_lambda.emulator import Request
from distro_lambda.environment import Environment, Function
from distro_lambda.processes import NotStarted
from distro_lambda.settings import Settings
from distro_ministack import function_variables
from distro_ministack.function_states import runs, why_not
from distro_ministack.invocation import CURRENT

_OTHERS = (
    "_execute_function_docker", "_execute_function_local", "_execute_function_provided",
    "_execute_function_provided_warm", "_execute_function_proxy",
)  # fmt: skip
"""Executors that a sandbox does without."""


def install() -> None:
    """Replace the executors, and the members of MiniStack's pool of execution environments."""
    lambda_runtime._worker_class_for = lambda _: Worker
    lambda_svc._execute_function_warm = execute
    for name in _OTHERS:
        setattr(lambda_svc, name, refuse)


def execute(function: Mapping[str, Any], event: Any, request_id: str) -> dict[str, Any]:
    """Run one invocation in an execution environment that is free, or in a new one."""
    config = function.get("config") or function
    if not runs(config):
        return refuse(function)
    name, version = config["FunctionName"], config.get("Version", "$LATEST")
    worker, _ = lambda_runtime.acquire_worker(name, config, function["code_zip"], qualifier=version)
    CURRENT.get().request_id = request_id
    request = Request(request_id, config["FunctionArn"], json.dumps(event).encode(), _trace(config))
    try:
        answer, log = worker.invoke(request)
    except NotStarted as error:
        answer, log = Answer.failure("Sandbox.Failure", request_id, str(error)), ""
    finally:
        lambda_runtime.release_worker(worker)
    return {"body": json.loads(answer.payload), "error": answer.failed, "log": log, "log_source": "rie"}


def refuse(function: Mapping[str, Any], *_: Any) -> dict[str, Any]:
    """The answer of a function that has no interpreter here."""
    told = why_not(function.get("config") or function)
    return {"body": {"errorMessage": told, "errorType": "Runtime.InvalidRuntime"}, "error": True, "log": told}


class Worker:
    """An execution environment as MiniStack's pool knows it (`ministack.core.lambda_runtime.Worker`)."""

    def __init__(self, name: str, config: Mapping[str, Any], archive: bytes) -> None:
        self.func_name, self.config, self.code_zip = name, config, archive
        self.in_use, self.last_used = False, time.time()
        self._proc: Running | None = None
        self._cold = True
        self._lock = threading.Lock()

    def _spawn(self) -> None:
        settings = Settings.load()
        environment = Environment(uuid.uuid4().hex, _function(self.config, self.code_zip, settings), settings)
        environment.start()
        self._proc = Running(environment)

    def invoke(self, request: Request) -> tuple[Answer, str]:
        """Hand an event to the handler; raises NotStarted."""
        with self._lock:
            if self._proc is None:
                self._spawn()
            assert self._proc is not None  # noqa: S101 - made a line above
            return self._proc.environment.invoke(request)

    def _discard_tmpdir(self) -> None:
        """The environment removes its own folder."""


class Running:
    """An environment in place of the process that MiniStack would end."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment

    def poll(self) -> None:
        """It never ends by itself: a process that dies is replaced at the next invocation."""

    def terminate(self) -> None:
        """End it: at once, or when the invocation that runs in it is done."""
        self.environment.stop()

    def wait(self, timeout: float | None = None) -> None:
        """Nothing has to be collected."""


def _function(config: Mapping[str, Any], archive: bytes, settings: Settings) -> Function:
    return Function(
        handler=config["Handler"],
        version=config.get("Version", "$LATEST"),
        memory_size=int(config.get("MemorySize", 128)),
        timeout=int(config.get("Timeout", 3)),
        code=_unpacked(archive, settings.folder / "code"),
        variables=functools.partial(
            variables.of_function,
            config["Runtime"],
            config.get("LoggingConfig") or {},
            function_variables.given(config),
            settings,
        ),
    )


def _unpacked(archive: bytes, folder: Path) -> Path:
    """The code of an archive, unpacked once: environments have links to it."""
    target = folder / hashlib.sha256(archive).hexdigest()
    if not target.exists():
        draft = target.with_name(f"{target.name}.{secrets.token_hex(4)}")
        draft.mkdir(parents=True)
        zipfile.ZipFile(io.BytesIO(archive)).extractall(draft)
        try:
            draft.rename(target)
        except OSError:  # somebody else was faster
            return draft
    return target


def _trace(config: Mapping[str, Any]) -> str:
    return str(lambda_svc._xray_trace_id_for_invocation(config) or "")
