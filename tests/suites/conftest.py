"""A deployed environment as the suites reach it: `distro test` gives its name, outputs and variables."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any

import boto3
import pytest
from botocore.config import Config

from operations.smoke import Context
from tests.suites.deployed import specification

_PROXIES: dict[str, str] | None = {} if specification().cloud == "emulated" else None  # emulators are on this machine
_CONFIG = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=30, proxies=_PROXIES)


@pytest.fixture(scope="session")
def context() -> Iterator[Context]:
    session: Any = boto3.Session()
    with ExitStack() as opened:

        @functools.cache
        def client(service: str) -> Any:
            return opened.enter_context(closing(session.client(service, config=_CONFIG)))

        found = Context(specification(), json.loads(os.environ["DISTRO_OUTPUTS"]), dict(os.environ), client)
        opened.enter_context(found.http)
        yield found
