"""Parameter Store: configuration, feature flags, and their backup (sections 5.1, 5.2 and 10.1).

None of it is secret, and `insecure_value` says so: who approves a plan has to see which flag changes to what.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.aws.scope import Component, Scope
from infra.environment import Environment


@dataclass(frozen=True)
class ParametersArgs:
    """The environment, and settings that only its resources know, by key `service/setting`."""

    scope: Scope
    environment: Environment
    api_url: pulumi.Input[str]
    settings: Mapping[str, pulumi.Input[str]]


class Parameters(Component):
    """The parameters of an environment."""

    def __init__(self, name: str, args: ParametersArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args.scope, opts)
        self.args = args
        settings = {**args.environment.configuration.parameters, **self._external_apis(), **args.settings}
        for key, value in sorted(settings.items()):
            self._setting(key, value)
        for flag, on in args.environment.flags.items():
            self._flag(flag, on)
        if "parameter-backup" in args.environment.recovery.sources:
            self._backup(settings)
        self.register_outputs({})

    def _external_apis(self) -> Mapping[str, pulumi.Input[str]]:
        """Endpoint and limits of each foreign service; the clients keep to the limits (C-73, C-74)."""
        found: dict[str, pulumi.Input[str]] = {}
        for name, service in self.args.environment.external_apis.items():
            mock = pulumi.Output.concat(self.args.api_url, f"/external/{name}")
            found[f"{name}/base-url"] = service.base_url or mock
            found[f"{name}/quota"] = f"{service.quota} {service.quota_unit}"
        return found

    def _setting(self, key: str, value: pulumi.Input[str]) -> None:
        aws.ssm.Parameter(
            key.replace("/", "-"),
            name=self.args.environment.parameter(key),
            type="String",
            insecure_value=value,
            tags=self.scope.tags("config"),
            opts=self.child(),
        )

    def _flag(self, flag: str, on: bool) -> None:
        aws.ssm.Parameter(
            f"flag-{flag}",
            name=self.args.environment.flag(flag),
            description="Feature flag",
            type="String",
            insecure_value=str(on).lower(),
            allowed_pattern="^(true|false)$",
            tags=self.scope.tags("flags"),
            opts=self.child(),
        )

    def _backup(self, settings: Mapping[str, pulumi.Input[str]]) -> None:
        """All of it in one document: what a recovery puts back (section 10.1)."""
        environment = self.args.environment
        values = {environment.parameter(key): value for key, value in sorted(settings.items())}
        flags = {environment.flag(flag): str(on).lower() for flag, on in environment.flags.items()}
        aws.ssm.Parameter(
            "backup",
            name=f"/{environment.configuration.path_prefix}/backup/configuration",
            description="Configuration and flags as last deployed",
            type="String",
            tier="Intelligent-Tiering",
            insecure_value=pulumi.Output.json_dumps({**values, **flags}),
            tags=self.scope.tags("config"),
            opts=self.stateful(),
        )
