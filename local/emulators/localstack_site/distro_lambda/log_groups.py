"""Logs go where the function's LoggingConfig says; LocalStack 4.9 knows the default group only."""

from __future__ import annotations

from localstack.services.lambda_.invocation.execution_environment import ExecutionEnvironment


def install() -> None:
    """Let execution environments answer with the configured group; their variables and log events follow it."""
    ExecutionEnvironment.get_log_group_name = log_group


def log_group(environment: ExecutionEnvironment) -> str:
    """The group of an environment (Lambda Developer Guide, "Configuring CloudWatch log groups")."""
    version = environment.function_version
    configured = (version.config.logging_config or {}).get("LogGroup")
    return configured or f"/aws/lambda/{version.id.function_name}"
