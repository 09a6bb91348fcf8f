"""The service over HTTP, in the protocol restJson1 (botocore's model of `rds-data`)."""

from __future__ import annotations

import contextlib
import json
import logging
import uuid
from asyncio import create_task
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.rdsdata.errors import (
    ApiError,
    BadRequestException,
    InternalServerErrorException,
    MissingAuthenticationTokenException,
    UnknownOperationException,
)
from local.rdsdata.service import Service

LOG = logging.getLogger("rds-data")

_LARGEST_REQUEST = 4 * 2**20
"""Bytes (API Reference, BatchExecuteStatement)."""

Operation = Callable[[Mapping[str, Any]], Awaitable[dict[str, Any]]]


def make(service: Service) -> Starlette:
    """The application."""
    operations: dict[str, Operation] = {
        "/Execute": service.execute,
        "/BatchExecute": service.batch_execute,
        "/BeginTransaction": service.begin,
        "/CommitTransaction": service.commit,
        "/RollbackTransaction": service.rollback,
    }
    routes = [Route(path, _endpoint(operation), methods=["POST"]) for path, operation in operations.items()]

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        watch = create_task(service.watch())
        yield
        watch.cancel()
        await service.close()

    return Starlette(routes=[*routes, Route("/{path:path}", _unknown)], lifespan=lifespan)


def _endpoint(operation: Operation) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            return _response(await operation(await _body(request)))
        except ApiError as error:
            return _error(error)
        except Exception:
            LOG.exception("%s failed", request.url.path)
            return _error(InternalServerErrorException())

    return answer


async def _body(request: Request) -> Mapping[str, Any]:
    if not request.headers.get("authorization", "").startswith("AWS4-HMAC-SHA256 "):
        raise MissingAuthenticationTokenException("Missing Authentication Token")
    content = await request.body()
    if len(content) > _LARGEST_REQUEST:
        raise BadRequestException("The request is larger than 4 MiB")
    try:
        body = json.loads(content)
    except ValueError as error:
        raise BadRequestException("The request is not JSON") from error
    if not isinstance(body, dict):
        raise BadRequestException("The request is no JSON object")
    return body


async def _unknown(request: Request) -> Response:
    return _error(UnknownOperationException(f"There is no operation at {request.method} {request.url.path}"))


def _response(content: Mapping[str, Any], status: int = 200, **headers: str) -> Response:
    return JSONResponse(content, status, {"x-amzn-RequestId": str(uuid.uuid4()), **headers})


def _error(error: ApiError) -> Response:
    return _response(error.members, error.status, **{"x-amzn-ErrorType": error.code})
