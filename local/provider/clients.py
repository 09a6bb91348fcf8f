"""Making boto3 clients quickly: the parsed service models are shared, a client is one dictionary look-up afterwards."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import botocore.session
from botocore.config import Config
from botocore.exceptions import DataNotFoundError
from botocore.loaders import Loader

from infra.errors import OperationFailed
from local.emulators.botocore_site.distro_botocore import models
from local.provider.errors import THROTTLED

# botocore's component registry is not safe while clients are made at once; making one takes about 10 ms.
_making = threading.Lock()

ATTEMPTS = 8
"""Tries of a throttled call, the last one after some 12 s."""
LONGEST = 4.0
"""Seconds between two tries at most."""
PATIENCE = 60.0
"""Seconds to wait for an emulator that is still starting."""


def prepare(services: Iterable[str]) -> None:
    """Have what clients read kept in this environment: emulators and provider may not write to it."""
    for service in services:
        with suppress(DataNotFoundError):  # a service of the clouds that botocore does not know
            connect(service, "http://127.0.0.1:9", region="us-east-1", account="0" * 12, pool=1)


@cache
def _session() -> botocore.session.Session:
    models.install()
    # No variable names the profile: the caller's may not exist, and is nobody's business here (`parity` runs outside).
    session = botocore.session.Session(session_vars={"profile": (None, None, None, None)})
    session.register_component("data_loader", Loader())
    return session


def connect(service: str, endpoint: str, *, region: str, account: str, pool: int) -> Any:
    """A client for one service on one endpoint. Emulators read the account from the access key.

    Nothing is tried again but what was throttled: a second try of anything else could make a second resource.
    """
    config = Config(
        retries={"total_max_attempts": 1},
        max_pool_connections=pool,
        connect_timeout=5,
        read_timeout=120,
        s3={"addressing_style": "path"},
        # botocore otherwise describes its own features in each request: a twentieth of a call's time.
        user_agent="distro",
        proxies={},
    )
    with _making:
        client = _session().create_client(
            service,
            region_name=region,
            endpoint_url=endpoint,
            aws_access_key_id=account,
            aws_secret_access_key="test",  # noqa: S106 - emulators ask for one and look at none
            config=config,
        )
    events: Any = client.meta.events  # its stubs know no handlers that answer
    events.register_first("needs-retry", backoff)
    return client


def backoff(response: Any = None, attempts: int = 1, **_: Any) -> float | None:
    """Botocore's question after each answer: seconds to wait before another try, None for no other try."""
    code = response[1].get("Error", {}).get("Code", "") if response else ""
    if attempts >= ATTEMPTS or not THROTTLED.search(str(code)):
        return None
    return min(LONGEST, 0.1 * 2.0**attempts) * (0.5 + random.random() / 2)  # noqa: S311 - spreads tries, no secret


def await_listening(url: str) -> None:
    """Return once something accepts connections at `url`; OperationFailed after `PATIENCE` seconds."""
    place, deadline = urlsplit(url), time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection((place.hostname or "", place.port or 80), timeout=1).close()
        except OSError as error:
            if time.monotonic() > deadline:
                raise OperationFailed(
                    f"nothing listens at {url} ({error})", hint="`distro status` shows what runs."
                ) from error
            time.sleep(0.05)
        else:
            return
