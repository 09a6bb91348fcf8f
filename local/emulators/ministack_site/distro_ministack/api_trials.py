"""TestInvokeMethod, which MiniStack lacks: a method is called without a stage, keys, limits and authorization."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ministack.core.responses import get_account_id, get_region, new_uuid
from ministack.services import apigateway_v1 as gateway

STAGE = "test-invoke-stage"
"""What the functions are told (API Gateway Developer Guide, "Test a REST API method")."""
_PROXIES = ("HTTP", "HTTP_PROXY")


async def answer(api: str, resource: Mapping[str, Any], method: str, order: Mapping[str, Any]) -> Any:
    """The response of TestInvokeMethod for a method that is there; `order` is the request's body."""
    began = time.monotonic()
    url = urlsplit(order.get("pathWithQueryString") or resource["path"])
    _, parameters = gateway._match_resource_tree(api, [part for part in url.path.strip("/").split("/") if part])
    request = {
        "api_id": api,
        "stage_name": STAGE,
        "stage": {"stageName": STAGE, "variables": order.get("stageVariables") or {}},
        "headers": order.get("headers") or {},
        "query_params": parse_qs(url.query, keep_blank_values=True),
        "path_params": parameters,
        "resource_path": resource["path"],
        "request_id": new_uuid(),
    }
    response = await _called(request, resource, method, url.path, (order.get("body") or "").encode())
    if isinstance(response, gateway._GatewayError):
        response = gateway._gateway_error_response(response, request)
    status, headers, body = response
    told = {
        "status": status,
        "body": body.decode() if isinstance(body, bytes) else str(body),
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "log": f"Execution log for request {request['request_id']}",
        "latency": round((time.monotonic() - began) * 1000),
    }
    return 200, {"Content-Type": "application/json"}, json.dumps(told).encode()


async def _called(request: Mapping[str, Any], resource: Mapping[str, Any], method: str, path: str, body: bytes) -> Any:
    held = resource["resourceMethods"][method]
    integration = held.get("methodIntegration") or {}
    headers, query, parameters = request["headers"], request["query_params"], request["path_params"]
    refused = gateway._check_request_validation(held, request["api_id"], request, headers, body, query)
    if refused is not None:
        return refused
    if integration.get("type") == "MOCK":
        return gateway._invoke_mock_v1(integration)
    if integration.get("type") in _PROXIES:
        return await gateway._invoke_http_proxy_v1(integration, path, method, headers, body, query, parameters)
    proxy = integration.get("type") == "AWS_PROXY"
    invoke = gateway._invoke_lambda_proxy_v1 if proxy else gateway._invoke_lambda_custom_v1
    return await invoke(
        integration, request["api_id"], STAGE, request["stage"], resource, path, method, headers, body, query,
        parameters, owner_account_id=get_account_id(), owner_region=get_region(), binary_media_types=[],
        authorizer_context=None, caller_identity=None,
    )  # fmt: skip
