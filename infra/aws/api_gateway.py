"""A REST API with its one stage: routes, mocks, throttling, caching, logs, tracing (section 4.1).

Routes are resources of their own rather than one OpenAPI document: production's APIs are adopted as found, and a
document would overwrite what it does not name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.aws import api_settings
from infra.aws.api_methods import Call, Methods, Mock, Route
from infra.aws.log_groups import Kind, log_group, path
from infra.aws.scope import Component, Scope
from infra.environment.api import Api
from infra.environment.monitoring import LogRetention


@dataclass(frozen=True)
class ApiGatewayArgs:
    """One API: what it is called, how it is set, what it serves."""

    scope: Scope
    label: str
    name: str
    spec: Api
    routes: tuple[Route, ...]
    mocks: tuple[Mock, ...]
    calls: tuple[Call, ...]
    functions: Mapping[str, aws.lambda_.Function]
    retention: LogRetention
    after: tuple[pulumi.Resource, ...] = ()
    """What a stage needs before it can log: the account's role for API Gateway, where this stack makes it."""


class ApiGateway(Component):
    """One REST API."""

    def __init__(self, name: str, args: ApiGatewayArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args.scope, opts)
        self.args = args
        self.routes = _with_preflight(args.routes, args.spec)
        self.api = self._api()
        self.methods = self._methods()
        self._allow()
        self.stage = self._stage()
        self._settings()
        self.register_outputs({"url": self.stage.invoke_url})

    def label(self, *parts: str) -> str:
        """Name of a child: unique beside those of the other API, whose types and so whose URNs are the same."""
        plain = "-".join(parts).replace("/", "-").replace("{", "").replace("}", "")
        return f"{self.args.label}-{plain}"

    def _api(self) -> aws.apigateway.RestApi:
        return aws.apigateway.RestApi(
            self.args.label,
            name=self.args.name,
            description=f"{self.args.label} API of {self.scope.environment}",
            endpoint_configuration={"types": "REGIONAL"},
            tags=self.scope.tags("apigateway"),
            opts=self.stateful(),
        )

    def _methods(self) -> Methods:
        methods = Methods(self, self.api)
        for route in self.routes:
            methods.route(route)
        for mock in self.args.mocks:
            methods.mock(mock)
        for call in self.args.calls:
            methods.call(call)
        return methods

    def _allow(self) -> None:
        """The functions let this API call them, and no other."""
        called = [route.function for route in self.args.routes] + [call.function for call in self.args.calls]
        for function in sorted(set(called)):
            aws.lambda_.Permission(
                self.label(function),
                statement_id=f"{self.args.label}-api",
                action="lambda:InvokeFunction",
                function=self.args.functions[function].name,
                principal="apigateway.amazonaws.com",
                source_arn=pulumi.Output.concat(self.api.execution_arn, "/*/*"),
                opts=self.child(),
            )

    def _stage(self) -> aws.apigateway.Stage:
        spec, access = self.args.spec, self._access_log()
        return aws.apigateway.Stage(
            self.args.label,
            rest_api=self.api.id,
            deployment=self._deployment().id,
            stage_name=spec.stage,
            cache_cluster_enabled=spec.cache is not None,
            cache_cluster_size=spec.cache.size_gb if spec.cache else None,
            access_log_settings={"destination_arn": access.arn, "format": api_settings.ACCESS_LOG},
            xray_tracing_enabled=spec.tracing,
            tags=self.scope.tags("apigateway"),
            opts=self.child(depends_on=[self._execution_log(), *self.args.after]),
        )

    def _access_log(self) -> aws.cloudwatch.LogGroup:
        name = path(self.scope.environment, f"api-{self.args.label}", "access")
        return log_group(self, self.label("access"), name, "access", self.args.retention, "apigateway")

    def _execution_log(self) -> aws.cloudwatch.LogGroup:
        """API Gateway names this group itself; whole requests and responses make it a debug log."""
        name = pulumi.Output.concat("API-Gateway-Execution-Logs_", self.api.id, "/", self.args.spec.stage)
        kind: Kind = "debug" if self.args.spec.data_trace else "application"
        return log_group(self, self.label("execution"), name, kind, self.args.retention, "apigateway")

    def _deployment(self) -> aws.apigateway.Deployment:
        """A snapshot of the routes: another one whenever a route differs, made before the old one goes."""
        served = [repr(each) for each in (self.routes, self.args.mocks, self.args.calls)]
        described = json.dumps([*served, self.args.spec.integration_timeout, self.args.spec.authentication])
        return aws.apigateway.Deployment(
            self.args.label,
            rest_api=self.api.id,
            triggers={"routes": hashlib.sha256(described.encode()).hexdigest()},
            opts=self.child(depends_on=self.methods.made),
        )

    def _settings(self) -> None:
        for place, settings in api_settings.by_method(self.args.spec, self.args.routes).items():
            aws.apigateway.MethodSettings(
                self.label("settings" if place == api_settings.EVERY else place.replace("~1", "/").strip("/")),
                rest_api=self.api.id,
                stage_name=self.stage.stage_name,
                method_path=place,
                settings=settings,
                opts=self.child(),
            )


def _with_preflight(routes: tuple[Route, ...], spec: Api) -> tuple[Route, ...]:
    """Browsers ask first where another origin may call; the functions answer, a mock knows one origin only."""
    if not spec.cors_origins:
        return routes
    paths = {route.path: route.function for route in routes}
    return (*routes, *(Route("OPTIONS", place, function) for place, function in paths.items()))
