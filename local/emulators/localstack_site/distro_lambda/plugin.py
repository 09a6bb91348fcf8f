"""What LocalStack finds under LAMBDA_RUNTIME_EXECUTOR=rie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin

if TYPE_CHECKING:
    from distro_lambda.executor import Executor


class RuntimeInterfaceEmulator(RuntimeExecutorPlugin):
    """Loaded with the first function."""

    name = "rie"

    def load(self, *_args: object, **_options: object) -> type[Executor]:
        """The executor's class; LocalStack makes one object of it an execution environment."""
        from distro_lambda import log_groups
        from distro_lambda.executor import Executor

        log_groups.install()
        return Executor
