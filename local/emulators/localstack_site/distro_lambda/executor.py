"""LocalStack's side of an execution environment."""

from __future__ import annotations

import functools
import logging
import os
from pathlib import Path

from localstack import config
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor

from distro_lambda import variables
from distro_lambda.emulator import Request
from distro_lambda.environment import Environment, Function
from distro_lambda.settings import Settings

LOG = logging.getLogger(__name__)


class Executor(RuntimeExecutor):
    """LocalStack makes one, starts it, sends it one invocation at a time, and stops it."""

    def __init__(self, id: str, function_version: FunctionVersion) -> None:
        super().__init__(id, function_version)
        self._environment: Environment | None = None

    def start(self, env_vars: dict[str, str]) -> None:
        """Make the environment and initialise the function in it; raises NotStarted."""
        settings, version = Settings.load(), self.function_version
        function = Function(
            handler=version.config.handler,
            version=version.id.qualifier,
            memory_size=int(version.config.memory_size),
            timeout=int(version.config.timeout),
            code=Path(version.config.code.get_unzipped_code_location()),
            variables=functools.partial(
                variables.of_function, version.config.runtime, version.config.logging_config or {}, env_vars, settings
            ),
        )
        self._environment = Environment(self.id, function, settings)
        self._environment.start()

    def stop(self) -> None:
        """End the environment: at once, or when the invocation that runs in it is done."""
        if self._environment is not None:
            self._environment.stop()

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        """Hand an event to the handler and wait for its end."""
        request = Request(
            payload["invoke-id"], payload["invoked-function-arn"], payload["payload"].encode(), payload["trace-id"]
        )
        assert self._environment is not None  # noqa: S101 - LocalStack starts before it invokes
        answer, log = self._environment.invoke(request)
        return InvocationResult(request.id, answer.payload, answer.failed, log)

    def get_logs(self) -> str:
        """What the environment wrote outside of invocations."""
        return self._environment.output() if self._environment is not None else ""

    def get_address(self) -> str:
        """Functions run on this machine."""
        return "127.0.0.1"

    def get_endpoint_from_executor(self) -> str:
        """And so does LocalStack."""
        return "127.0.0.1"

    def get_runtime_endpoint(self) -> str:
        """Nothing calls back: the emulator answers the request itself."""
        return f"http://127.0.0.1:{config.GATEWAY_LISTEN[0].port}"

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        """Unpack the code. Raises ValueError for what has no interpreter here; the function's state says so."""
        runtime = function_version.config.runtime or "a container image"
        if not runtime.startswith("python3."):
            raise ValueError(f"{runtime} does not run without Docker: only the Python runtimes do")
        function_version.config.code.prepare_for_execution()

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        """LocalStack removes the code; environments have their own."""

    @classmethod
    def validate_environment(cls) -> bool:
        """Whether the emulator is there."""
        emulator = Settings.load().emulator
        if not os.access(emulator, os.X_OK):
            LOG.error("%s is no program: no Lambda function can run", emulator)
            return False
        return True
