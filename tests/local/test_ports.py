"""Ports stay free until their emulator listens."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from infra.errors import OperationFailed
from local.ports import LOOPBACK, Reservation

BIND = """
import socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", int(sys.argv[1])))
s.listen()
socket.create_connection(("127.0.0.1", int(sys.argv[1])))
"""


def test_an_emulator_can_listen_while_the_port_is_held() -> None:
    held = Reservation()
    try:
        subprocess.run((sys.executable, "-c", BIND, str(held.port)), check=True)
    finally:
        held.release()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a port be held")
def test_nobody_else_is_given_a_held_port() -> None:
    held = {reservation.port: reservation for reservation in (Reservation() for _ in range(200))}
    given = set()
    sockets = []
    try:
        for _ in range(2000):
            other = socket.socket()
            other.bind((LOOPBACK, 0))
            given.add(other.getsockname()[1])
            sockets.append(other)
    finally:
        for each in sockets:
            each.close()
        for reservation in held.values():
            reservation.release()
    assert not given & held.keys()


def test_a_wanted_port_that_is_taken_is_one_clear_error() -> None:
    with socket.create_server((LOOPBACK, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OperationFailed, match=f"^Port {port} of moto is taken by another program$") as failure:
            Reservation(port, owner="moto")
    assert failure.value.hint is not None


def test_a_wanted_port_that_is_free_is_had() -> None:
    first = Reservation()
    first.release()
    again = Reservation(first.port)
    assert again.port == first.port
    again.release()
