"""How a stage behaves: throttling, caching, logs, metrics, for all methods or for one (section 4.1)."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pulumi_aws as aws

from infra.aws.api_methods import Route
from infra.environment.api import Api

EVERY = "*/*"
"""The path of settings that hold for every method without its own."""

ACCESS_LOG = json.dumps(
    {
        "requestId": "$context.requestId",
        "time": "$context.requestTime",
        "method": "$context.httpMethod",
        "path": "$context.path",
        "status": "$context.status",
        "latency": "$context.responseLatency",
        "bytes": "$context.responseLength",
        "caller": "$context.identity.userArn",
        "source": "$context.identity.sourceIp",
        "error": "$context.error.message",
        "trace": "$context.xrayTraceId",
    }
)
"""One JSON line for each request."""

# Health and configuration are asked for as they are now.
_LIVE = ("health", "config")


def by_method(spec: Api, routes: tuple[Route, ...]) -> Mapping[str, aws.apigateway.MethodSettingsSettingsArgsDict]:
    """Settings by method path. With a cache, GET alone is cached, encrypted (C-61)."""
    if spec.cache is None:
        return {EVERY: _common(spec)}
    cached: aws.apigateway.MethodSettingsSettingsArgsDict = {
        **_common(spec),
        "caching_enabled": True,
        "cache_ttl_in_seconds": spec.cache.ttl_seconds,
        "cache_data_encrypted": True,
        "require_authorization_for_cache_control": True,
    }
    places = [_place(route) for route in routes if route.method == "GET" and route.path not in _LIVE]
    uncached: aws.apigateway.MethodSettingsSettingsArgsDict = {**_common(spec), "caching_enabled": False}
    return {EVERY: uncached, **dict.fromkeys(places, cached)}


def _common(spec: Api) -> aws.apigateway.MethodSettingsSettingsArgsDict:
    return {
        "metrics_enabled": spec.detailed_metrics,
        "logging_level": spec.log_level,
        "data_trace_enabled": spec.data_trace,
        "throttling_burst_limit": spec.throttle.burst,
        "throttling_rate_limit": float(spec.throttle.rate),
    }


def _place(route: Route) -> str:
    """`catalogue/{id}` as API Gateway writes it: `~1catalogue~1{id}/GET`."""
    return "~1" + route.path.replace("/", "~1") + f"/{route.method}"
