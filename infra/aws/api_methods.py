"""The methods of a REST API: what functions serve, what API Gateway answers itself (section 4.1)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from infra.aws.api_gateway import ApiGateway

_JSON = "application/json"


@dataclass(frozen=True)
class Route:
    """A method of a path (without the leading slash), and the function that serves it."""

    method: str
    path: str
    function: str
    keys: tuple[str, ...] = ()
    """What answers differ by, beside the path: `querystring.after`, `path.id`. A cache has to tell them apart."""


@dataclass(frozen=True)
class Mock:
    """A path answered by API Gateway itself with a fixed document: a foreign API's stand-in (C-14)."""

    path: str
    answer: Mapping[str, object]


@dataclass(frozen=True)
class Call:
    """A path at which a Google service account starts a function, which checks the caller's token itself.

    The function is invoked asynchronously: it may work for longer than the 29 seconds of an answer (C-17), is tried
    again when it fails, and ends in its dead letter queue.
    """

    path: str
    function: str
    fields: tuple[str, ...]
    """What of the request's JSON is passed on, beside the token."""


class Methods:
    """Makes the resources and methods of an API; `made` is what a deployment has to wait for."""

    def __init__(self, owner: ApiGateway, api: aws.apigateway.RestApi) -> None:
        self._owner = owner
        self._spec = owner.args.spec
        self._api = api
        self._resources: dict[str, aws.apigateway.Resource] = {}
        self.made: list[pulumi.Resource] = []

    def route(self, route: Route) -> None:
        """Serve a method by a function."""
        signed = self._spec.authentication == "iam" and route.method != "OPTIONS"
        keys = self._cache_keys(route)
        method = self._method(route.method, route.path, "AWS_IAM" if signed else "NONE", keys)
        integration = aws.apigateway.Integration(
            self._label(route.method, route.path),
            rest_api=self._api.id,
            resource_id=method.resource_id,
            http_method=method.http_method,
            type="AWS_PROXY",
            integration_http_method="POST",
            uri=self._invocation(route.function),
            cache_key_parameters=list(keys) or None,
            timeout_milliseconds=self._spec.integration_timeout,
            opts=self._owner.child(),
        )
        self.made += [method, integration]

    def mock(self, mock: Mock) -> None:
        """Answer a path with a fixed document."""
        method = self._method("GET", mock.path, "NONE")
        integration = aws.apigateway.Integration(
            self._label("GET", mock.path),
            rest_api=self._api.id,
            resource_id=method.resource_id,
            http_method=method.http_method,
            type="MOCK",
            request_templates={_JSON: json.dumps({"statusCode": 200})},
            opts=self._owner.child(),
        )
        self._answer(method, integration, self._label("GET", mock.path), "200", mock.answer)

    def call(self, call: Call) -> None:
        """Start a function without waiting for it."""
        method = self._method("POST", call.path, "NONE")
        integration = aws.apigateway.Integration(
            self._label("POST", call.path),
            rest_api=self._api.id,
            resource_id=method.resource_id,
            http_method=method.http_method,
            type="AWS",
            integration_http_method="POST",
            uri=self._invocation(call.function),
            request_parameters={"integration.request.header.X-Amz-Invocation-Type": "'Event'"},
            request_templates={_JSON: _event(call)},
            passthrough_behavior="NEVER",
            timeout_milliseconds=self._spec.integration_timeout,
            opts=self._owner.child(),
        )
        self._answer(method, integration, self._label("POST", call.path), "202", {"accepted": True})

    def _answer(
        self,
        method: aws.apigateway.Method,
        integration: aws.apigateway.Integration,
        label: str,
        status: str,
        document: Mapping[str, object],
    ) -> None:
        """The answer that API Gateway writes itself."""
        response = aws.apigateway.MethodResponse(
            label,
            rest_api=self._api.id,
            resource_id=method.resource_id,
            http_method=method.http_method,
            status_code=status,
            opts=self._owner.child(),
        )
        written = aws.apigateway.IntegrationResponse(
            label,
            rest_api=self._api.id,
            resource_id=method.resource_id,
            http_method=method.http_method,
            status_code=response.status_code,
            response_templates={_JSON: json.dumps(document, sort_keys=True)},
            opts=self._owner.child(depends_on=[integration]),
        )
        self.made += [method, integration, response, written]

    def _resource(self, route: str) -> aws.apigateway.Resource:
        """The resource of a path; those above it are made with it."""
        if route not in self._resources:
            above, _, part = route.rpartition("/")
            parent = self._resource(above).id if above else self._api.root_resource_id
            self._resources[route] = aws.apigateway.Resource(
                self._label(route), rest_api=self._api.id, parent_id=parent, path_part=part, opts=self._owner.child()
            )
        return self._resources[route]

    def _method(
        self, verb: str, route: str, authorization: str, parameters: tuple[str, ...] = ()
    ) -> aws.apigateway.Method:
        return aws.apigateway.Method(
            self._label(verb, route),
            rest_api=self._api.id,
            resource_id=self._resource(route).id,
            http_method=verb,
            authorization=authorization,
            request_parameters={name: name.startswith("method.request.path.") for name in parameters} or None,
            opts=self._owner.child(),
        )

    def _cache_keys(self, route: Route) -> tuple[str, ...]:
        """Keyed on Authorization too: one caller never gets what was made for another (C-61)."""
        if not (self._spec.cache and route.method == "GET"):
            return ()
        return tuple(f"method.request.{key}" for key in ("header.Authorization", *route.keys))

    def _invocation(self, function: str) -> str:
        scope = self._owner.scope
        target = scope.arn("lambda", f"function:{scope.name(function)}")
        return f"arn:aws:apigateway:{scope.region}:lambda:path/2015-03-31/functions/{target}/invocations"

    def _label(self, *parts: str) -> str:
        return self._owner.label(*parts)


def _event(call: Call) -> str:
    """The event that the function gets, as a mapping template."""
    fields = "".join(f", \"{field}\": $input.json('$.{field}')" for field in call.fields)
    return f'{{"token": "$util.escapeJavaScript($input.params(\'Authorization\'))"{fields}}}'
