"""`python -m local.provider --sandbox ROOT --port N`: the emulated provider as a process of the sandbox."""

from __future__ import annotations

import argparse
import gc
import json
import logging
import signal
import threading
from collections.abc import Sequence
from pathlib import Path

from local.provider import readback
from local.provider.cloud import Cloud, EndpointMap, Endpoints
from local.provider.lifecycle import Lifecycle
from local.provider.registry import registry
from local.provider.server import serve
from local.provider.warmup import warm

_THRESHOLD = 50_000
"""Objects made until the collector looks again: what was loaded is much, garbage in cycles is little."""
GRACE = 2.0
"""Seconds that calls under way get to end after SIGTERM."""


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """The process's own command line."""
    parser = argparse.ArgumentParser(prog="python -m local.provider", description=__doc__)
    parser.add_argument("--sandbox", type=Path, required=True, help="the sandbox's folder, with its sandbox.json")
    parser.add_argument("--port", type=int, default=0, help="loopback port; 0 takes a free one and prints it")
    parser.add_argument("--endpoints", help='instead of the record: {"sqs": "http://127.0.0.1:4566", "*": …}')
    parser.add_argument("--account", default="000000000000")
    parser.add_argument("--region", default="us-east-1")
    return parser.parse_args(argv)


def endpoints(options: argparse.Namespace) -> Endpoints:
    """Where the emulators listen: the sandbox's record, or the map on the command line."""
    if options.endpoints:
        return EndpointMap(json.loads(options.endpoints), options.sandbox, options.account, options.region)
    from local.provider.sandbox import RecordedSandbox

    return RecordedSandbox(options.sandbox)


def main(argv: Sequence[str] | None = None) -> None:
    """Serve until SIGTERM or SIGINT."""
    gc.disable()  # until everything is loaded, for all of it stays
    options = arguments(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    cloud = Cloud(endpoints(options))
    lifecycle = Lifecycle(cloud, registry())
    server, port = serve(lifecycle, options.port)
    asked = readback.serve(lifecycle, options.sandbox)
    if not options.port:
        print(port, flush=True)  # noqa: T201 - how a caller who asked for a free port learns it
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    threading.Thread(target=_settle, args=(cloud,), name="warm-up", daemon=True).start()
    ended.wait()
    asked.shutdown()
    server.stop(GRACE).wait()
    lifecycle.close()


def _settle(cloud: Cloud) -> None:
    """Load, and have the collector look at nothing that was loaded."""
    try:
        warm(cloud, registry())
    finally:
        gc.freeze()
        gc.set_threshold(_THRESHOLD, 20, 20)
        gc.enable()


if __name__ == "__main__":
    main()
