"""MiniStack's server with its traps closed: `python -m distro_ministack PORT SIGNING_NAME…`.

The names are those under which requests for the sandbox's services are signed. What `ministack.app:main` does beside
serving (a PID file in the common temporary folder, TLS on port 443) is left out.
"""

from __future__ import annotations

import asyncio
import gc
import sys

from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack.app import app

from distro_ministack import preload, seams
from distro_ministack.guard import Guard

LOOPBACK = "127.0.0.1"
_KEEP_ALIVE = 24 * 3600
"""Seconds that a connection may be idle: a client that uses it at the moment at which it is closed gets no answer."""
_THRESHOLD = 50_000
"""Objects made until the collector looks again: the models that stay are many, garbage in cycles is little."""


def main() -> None:
    """Serve until killed."""
    port, *names = sys.argv[1:]
    preload.load(names)
    seams.install()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_THRESHOLD, 20, 20)
    config = Config()
    config.bind = [f"{LOOPBACK}:{port}"]
    config.keep_alive_timeout = _KEEP_ALIVE
    asyncio.run(serve(Guard(app, names), config))


if __name__ == "__main__":
    main()
