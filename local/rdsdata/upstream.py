"""The services that the Data API asks: RDS for clusters, Secrets Manager for credentials.

By plain HTTP rather than through boto3's clients: their models would take longer to load than everything else here.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree as ET

from local.rdsdata.errors import (
    BadRequestException,
    HttpEndpointNotEnabledException,
    InternalServerErrorException,
    InvalidSecretException,
    SecretsErrorException,
)
from local.rdsdata.signing import sign

_FRESH_SECONDS = 10
"""How long an answer holds: a rotated secret or a changed cluster is seen after that at the latest."""
DISABLED_TAG = "distro:http-endpoint"
"""On a cluster, with the value "false": it has no Data API."""
_PATIENCE = 30
"""Seconds for an answer."""
_RDS = "{http://rds.amazonaws.com/doc/2014-10-31/}"


class Upstream:
    """Both services at their endpoints."""

    def __init__(self, secrets: str, rds: str) -> None:
        self._secrets_url = secrets
        self._rds_url = rds
        self._clusters = _Cache(self._describe)
        self._secrets = _Cache(self._read_secret)

    async def require_cluster(self, arn: str) -> None:
        """Raises BadRequestException for what is no cluster, HttpEndpointNotEnabledException where its API is off."""
        if ":cluster:" not in arn:
            raise BadRequestException(f"Invalid cluster arn: {arn}")
        if not await self._clusters.get(arn):
            raise HttpEndpointNotEnabledException(f"HttpEndpoint is not enabled for cluster {arn.rpartition(':')[2]}")

    async def credentials(self, secret: str) -> tuple[str, str]:
        """User and password; raises SecretsErrorException or InvalidSecretException."""
        user, password = await self._secrets.get(secret)
        return user, password

    def forget(self, secret: str) -> None:
        """Read the secret anew next time: PostgreSQL did not take what it held."""
        self._secrets.forget(secret)

    async def _describe(self, arn: str) -> bool:
        """Whether the cluster has its HTTP endpoint."""
        name = arn.rpartition(":")[2]
        body = urlencode({"Action": "DescribeDBClusters", "Version": "2014-10-31", "DBClusterIdentifier": name})
        answer = await _call("rds", self._rds_url, body, {"Content-Type": "application/x-www-form-urlencoded"})
        if answer.status == HTTPStatus.OK:
            clusters = ET.fromstring(answer.content)  # noqa: S314 - written by the sandbox's own emulator
            for cluster in clusters.iter(f"{_RDS}DBCluster"):
                if cluster.findtext(f"{_RDS}DBClusterArn") == arn:
                    return _is_enabled(cluster)
        raise BadRequestException(f"HttpEndpoint is not enabled for resource {arn}")

    async def _read_secret(self, secret: str) -> tuple[str, str]:
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "secretsmanager.GetSecretValue"}
        body = json.dumps({"SecretId": secret})
        answer = await _call("secretsmanager", self._secrets_url, body, headers)
        told = json.loads(answer.content)
        if answer.status != HTTPStatus.OK:
            raise SecretsErrorException(str(told.get("message") or told.get("Message") or told))
        return _login(told.get("SecretString"))


@dataclass(frozen=True)
class _Answer:
    status: int
    content: bytes


async def _call(service: str, url: str, body: str, headers: Mapping[str, str]) -> _Answer:
    """POST to a service; raises InternalServerErrorException where it does not answer."""
    try:
        return await asyncio.to_thread(_post, service, urlsplit(url).netloc, body.encode(), headers)
    except (OSError, http.client.HTTPException) as error:
        raise InternalServerErrorException from error


def _post(service: str, host: str, body: bytes, headers: Mapping[str, str]) -> _Answer:
    with contextlib.closing(http.client.HTTPConnection(host, timeout=_PATIENCE)) as connection:
        connection.request("POST", "/", body, sign(service, host, body, headers))
        response = connection.getresponse()
        return _Answer(response.status, response.read())


def _is_enabled(cluster: ET.Element) -> bool:
    """Whether the cluster has the Data API. moto keeps the switch for Serverless v1 only: a tag says that it is off."""
    tags = {tag.findtext(f"{_RDS}Key"): tag.findtext(f"{_RDS}Value") for tag in cluster.iter(f"{_RDS}Tag")}
    return cluster.findtext(f"{_RDS}HttpEndpointEnabled") == "true" or tags.get(DISABLED_TAG) != "false"


class _Cache:
    """Answers of a function of one name, for a short time."""

    def __init__(self, ask: Callable[[str], Awaitable[Any]]) -> None:
        self._ask = ask
        self._kept: dict[str, tuple[float, Any]] = {}

    async def get(self, name: str) -> Any:
        until, value = self._kept.get(name, (0.0, None))
        if time.monotonic() > until:
            value = await self._ask(name)
            self._kept[name] = time.monotonic() + _FRESH_SECONDS, value
        return value

    def forget(self, name: str) -> None:
        self._kept.pop(name, None)


def _login(text: str | None) -> tuple[str, str]:
    try:
        secret = json.loads(text or "")
        return str(secret["username"]), str(secret["password"])
    except (ValueError, KeyError, TypeError) as error:
        message = "The secret is not valid: it has to be a JSON object with the keys username and password"
        raise InvalidSecretException(message) from error
