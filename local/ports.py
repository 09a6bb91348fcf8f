"""Loopback ports that stay free until their emulator listens on them."""

from __future__ import annotations

import errno
import socket
import sys

from infra.errors import OperationFailed

LOOPBACK = "127.0.0.1"
# Elsewhere a bound socket keeps the child from binding; there the reservation ends when the port has been chosen.
_HOLDS = sys.platform == "linux"


class Reservation:
    """A port that the kernel gives to nobody else, while a child that sets SO_REUSEADDR can bind it.

    Closing the usual gap between "find a free port" and "listen": the socket stays bound (never listening) until
    `release`, so neither bind(0) nor an outgoing connection of anybody is given the port.
    """

    def __init__(self, wanted: int = 0, *, owner: str = "") -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((LOOPBACK, wanted))
        except OSError as error:
            self._socket.close()
            raise _taken(wanted, owner, error) from error
        self.port: int = self._socket.getsockname()[1]
        if not _HOLDS:
            self._socket.close()

    def release(self) -> None:
        """Give up the hold; the emulator listens now, or never will."""
        self._socket.close()


def _taken(port: int, owner: str, error: OSError) -> OperationFailed:
    if error.errno in (errno.EADDRINUSE, errno.EACCES):
        return OperationFailed(
            f"Port {port} of {owner or 'the sandbox'} is taken by another program",
            hint=f"Free it (`ss -ltnp 'sport = :{port}'` names the program), or take everything down and up again: it "
            "gets other ports then.",
        )
    return OperationFailed(f"No loopback port for {owner or 'the sandbox'}: {error}")
