"""The other side of `local.readback`: answers whether everything is as it was settled."""

from __future__ import annotations

import json
import logging
import secrets
import socketserver
import threading
from pathlib import Path
from typing import Any

from local.control import asked
from local.ports import LOOPBACK
from local.provider.failures import Failure
from local.provider.lifecycle import Lifecycle
from local.readback import Address

LOG = logging.getLogger("provider")


def serve(lifecycle: Lifecycle, root: Path) -> socketserver.BaseServer:
    """Listen on a free port, and write it into the sandbox's folder; the caller shuts the server down."""
    token = secrets.token_urlsafe(32)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            answer = _answer(lifecycle, token, self.rfile.readline())
            self.wfile.write(json.dumps(answer).encode() + b"\n")

    server = _Server((LOOPBACK, 0), Handler)
    threading.Thread(target=server.serve_forever, name="read-back", daemon=True).start()
    Address(server.server_address[1], token).write(root)
    return server


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


def _answer(lifecycle: Lifecycle, token: str, line: bytes) -> dict[str, Any]:
    request = asked(line, token)
    if request is None:
        return {}
    try:
        if request["do"] == "settle":
            keys = ((str(urn), str(id)) for urn, id in request["resources"])
            return {"settled": lifecycle.memory.settle(request["stack"], keys)}
        return {"unchanged": lifecycle.unchanged(request["stack"], request["settled"])}
    except (ValueError, KeyError, TypeError):
        return {}
    except Failure as failure:  # the engine, which looks next, says it where it is seen
        LOG.info("not read back: %s", failure.message)
        return {"unchanged": False}
