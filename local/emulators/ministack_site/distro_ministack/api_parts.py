"""Parts of REST APIs that MiniStack tells otherwise than API Gateway, or cannot change."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ministack.services import apigateway_v1 as gateway

from distro_ministack import api_trials
from distro_ministack.api_patches import plain

_METHOD = re.compile(
    r"^/restapis/(?P<api>[^/]+)/resources/(?P<resource>[^/]+)/methods/(?P<method>[^/]+)(/responses/(?P<status>\d+))?$"
)

_handle = gateway.handle_request
_put = gateway._put_integration
_limits_of = gateway._method_throttle_settings


def install() -> None:
    """Replace the functions."""
    gateway.handle_request = _handle_request
    gateway._put_integration = _put_integration
    # Keys of method settings stay as a stage lists them: `~1users/GET`.
    gateway._decode_json_pointer_token = str
    gateway._method_throttle_settings = _method_throttle_settings


async def _handle_request(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
    """UpdateMethodResponse and TestInvokeMethod are missing."""
    place = _METHOD.match(path)
    held = _method(place["api"], place["resource"], place["method"]) if place else None
    if held and place and method == "PATCH" and place["status"] in held["methodResponses"]:
        response = held["methodResponses"][place["status"]]
        gateway._apply_patch(response, json.loads(body).get("patchOperations", []))
        return gateway._v1_response(response)
    if held and place and method == "POST" and not place["status"]:
        resource = gateway._resources[place["api"]][place["resource"]]
        return await api_trials.answer(place["api"], resource, place["method"], json.loads(body or b"{}"))
    return await _handle(method, path, headers, body, query)


def _put_integration(api: str, resource: str, method: str, data: dict[str, Any]) -> Any:
    """A mock has no method of its own; MiniStack says POST."""
    answer = _put(api, resource, method, data)
    held = _method(api, resource, method)
    if "methodIntegration" in held and "httpMethod" not in data:
        held["methodIntegration"]["httpMethod"] = None
    return answer


def _method(api: str, resource: str, method: str) -> dict[str, Any]:
    found: dict[str, Any] = gateway._resources.get(api, {}).get(resource, {}).get("resourceMethods", {}).get(method, {})
    return found


def _method_throttle_settings(stage: Mapping[str, Any], path: str, method: str) -> Any:
    settings = {plain(key): value for key, value in (stage.get("methodSettings") or {}).items()}
    return _limits_of({**stage, "methodSettings": settings}, path, method)
