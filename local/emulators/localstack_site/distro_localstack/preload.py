"""Services loaded before they are asked for, one at a time.

LocalStack loads a service, and moto's backend of it, with the first request for it, in the request's thread: two at
once can deadlock in Python's import locks (LocalStack answers 500 then). Here one thread loads at a time, and whoever
asks meanwhile waits.
"""

from __future__ import annotations

import gc
import logging
import os
import threading
from collections.abc import Sequence
from typing import Any

from localstack.services import moto
from localstack.services.plugins import SERVICE_PLUGINS, ServiceManager

from distro_localstack import amendments

LOG = logging.getLogger(__name__)

SERVICES = "DISTRO_LOCALSTACK_PRELOAD"
"""Names the services, divided by commas, in the order in which a deployment asks for them."""

_loading = threading.RLock()
_require = ServiceManager.require
_routing_table = moto.load_moto_routing_table


def install() -> None:
    """Load one at a time from now on."""
    ServiceManager.require = require
    moto.load_moto_routing_table = routing_table


def start() -> None:
    """Load those that are named, in the background. To be called when nothing else imports any more."""
    names = [name for name in os.environ.get(SERVICES, "").split(",") if name]
    threading.Thread(target=load, args=(names,), name="preload", daemon=True).start()


def require(manager: ServiceManager, name: str) -> Any:
    """As LocalStack's method."""
    if manager.is_running(name):
        return _require(manager, name)
    with _loading:
        loaded = _require(manager, name)
        amendments.amend(name)
        return loaded


def routing_table(service: str) -> Any:
    """As LocalStack's function, which keeps it: moto's backends import each other."""
    with _loading:
        return _routing_table(service)


def load(names: Sequence[str]) -> None:
    """Load services; one that cannot be loaded says so again to whoever asks for it."""
    for name in names:
        try:
            SERVICE_PLUGINS.require(name)
        except Exception:
            LOG.exception("%s could not be loaded", name)
    # What is loaded stays: no search for garbage needs to look at it.
    gc.freeze()
