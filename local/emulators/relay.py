"""Lets containers reach emulators that listen on the machine's loopback interface: a relay on the engine's bridge.

Engines in a virtual machine (Docker Desktop) do this themselves under the same name, `host.docker.internal`.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterable

from local.ports import LOOPBACK

_CHUNK = 1 << 16


def start(address: str, ports: Iterable[int]) -> list[int]:
    """Relay `address`:port to 127.0.0.1:port, in the background until this process ends; the ports that are relayed.

    An address that is none of this machine's (the engine runs in a virtual machine, or rootless) relays nothing.
    """
    relayed = []
    for port in ports:
        try:
            listener = socket.create_server((address, port))
        except OSError:
            continue
        threading.Thread(target=_accept, args=(listener, port), daemon=True).start()
        relayed.append(port)
    return relayed


def _accept(listener: socket.socket, port: int) -> None:
    while True:
        client, _ = listener.accept()
        try:
            server = socket.create_connection((LOOPBACK, port))
        except OSError:
            client.close()
            continue
        for source, target in ((client, server), (server, client)):
            threading.Thread(target=_copy, args=(source, target), daemon=True).start()


def _copy(source: socket.socket, target: socket.socket) -> None:
    """One direction of a connection; its end is passed on, so that the other direction can end by itself."""
    with contextlib.suppress(OSError):
        while data := source.recv(_CHUNK):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
