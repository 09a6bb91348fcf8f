"""Services loaded before they are asked for, one at a time.

LocalStack loads a service with the first request for it, in the request's thread: two at once can deadlock in Python's
import locks (LocalStack answers 500 then). Here one thread loads at a time, and whoever asks meanwhile waits.
"""

from __future__ import annotations

import gc
import logging
import os
import threading
from collections.abc import Sequence
from typing import Any

from localstack.services.plugins import SERVICE_PLUGINS, ServiceManager

from distro_localstack import amendments

LOG = logging.getLogger(__name__)

SERVICES = "DISTRO_LOCALSTACK_PRELOAD"
"""Names the services, divided by commas, in the order in which a deployment asks for them."""

_loading = threading.RLock()
_require = ServiceManager.require


def install() -> None:
    """Load one at a time from now on."""
    ServiceManager.require = require


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


def load(names: Sequence[str]) -> None:
    """Load services; one that cannot be loaded says so again to whoever asks for it."""
    for name in names:
        try:
            SERVICE_PLUGINS.require(name)
        except Exception:
            LOG.exception("%s could not be loaded", name)
    # What is loaded stays: no search for garbage needs to look at it.
    gc.freeze()
