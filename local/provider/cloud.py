"""The way to the emulators: one cached boto3 client a service and region, loopback addresses only."""

from __future__ import annotations

import ipaddress
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from infra.errors import OperationFailed

if TYPE_CHECKING:
    import httpx

POOL = 64
"""Connections a client may hold: as many as the server has threads."""


class Endpoints(Protocol):
    """Where the emulators listen: `local.sandbox.Sandbox`, or an explicit map in tests."""

    @property
    def root(self) -> Path:
        """The sandbox's folder."""

    @property
    def generation(self) -> str:
        """Which life of the emulators this is: they keep nothing over a restart."""

    @property
    def account(self) -> str:
        """Twelve digits."""

    @property
    def region(self) -> str:
        """The sandbox's home region."""

    def endpoint(self, service: str) -> str:
        """The URL that serves a boto3 service or a component; raises OperationFailed where nothing does."""

    def secret(self, component: str) -> str:
        """The password of a component's administrator; "" where it has none."""


@dataclass(frozen=True)
class EndpointMap:
    """Explicit endpoints by boto3 service name; "*" serves the services that are not named."""

    urls: Mapping[str, str]
    root: Path
    account: str = "000000000000"
    region: str = "us-east-1"
    generation: str = "test"
    secrets: Mapping[str, str] = field(default_factory=dict)

    def secret(self, component: str) -> str:
        """The password of a component's administrator."""
        return self.secrets.get(component, "")

    def endpoint(self, service: str) -> str:
        """The URL of a service."""
        try:
            return self.urls.get(service) or self.urls["*"]
        except KeyError:
            raise OperationFailed(f"no emulator serves {service}") from None


@dataclass
class Cloud:
    """What a resource class may use. Thread-safe."""

    sandbox: Endpoints
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict)
    _locks: defaultdict[str, threading.RLock] = field(default_factory=lambda: defaultdict(threading.RLock))
    _making: threading.Lock = field(default_factory=threading.Lock)

    @property
    def account(self) -> str:
        """The emulated account's twelve digits."""
        return self.sandbox.account

    @property
    def region(self) -> str:
        """The region of resources that name none."""
        return self.sandbox.region

    def client(self, service: str, region: str | None = None) -> Any:
        """A boto3 client on the sandbox's endpoint; `region`: the resource's own `region` argument, if any."""
        key = (service, region or self.region)
        client = self._clients.get(key)
        if client is None:
            with self.lock(f"client/{key}"):
                client = self._clients.get(key) or self._clients.setdefault(key, self._connect(*key))
        return client

    @cached_property
    def http(self) -> httpx.Client:
        """For emulators that speak REST (Firebase, control interfaces); 30 s for a whole answer."""
        import httpx

        return httpx.Client(timeout=30.0, limits=httpx.Limits(max_connections=POOL), trust_env=False)

    def endpoint(self, service: str) -> str:
        """The URL of a service or component, after the check that it is on this machine."""
        return loopback(self.sandbox.endpoint(service), service)

    def arn(self, service: str, resource: str, *, region: str | None = None) -> str:
        """`arn:aws:<service>:<region>:<account>:<resource>`; `region=""` for what belongs to no region."""
        place = self.region if region is None else region
        return f"arn:aws:{service}:{place}:{self.account}:{resource}"

    @contextmanager
    def lock(self, key: str) -> Iterator[None]:
        """One at a time per key, for changes that read, change and write back a shared document."""
        with self._making:
            lock = self._locks[key]
        with lock:
            yield

    def _connect(self, service: str, region: str) -> Any:
        from local.provider import clients

        return clients.connect(service, self.endpoint(service), region=region, account=self.account, pool=POOL)


def loopback(url: str, service: str) -> str:
    """`url`, if it leads to this machine; OperationFailed otherwise: nothing real may ever be called."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost") or _is_loopback(host):
        return url
    raise OperationFailed(
        f"{service}: {url} is not on this machine; the emulated provider calls loopback addresses only"
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
