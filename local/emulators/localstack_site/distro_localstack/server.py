"""LocalStack's front door: a thread a connection.

LocalStack's own, Twisted, hands each request over to a thread and back piece by piece, which is half of what a small
request costs; and it listens on all interfaces, whatever GATEWAY_LISTEN says.
"""

from __future__ import annotations

import contextlib
import io
import socket
import threading
from collections.abc import Callable, Iterable
from typing import Any

from localstack.runtime.server.core import RuntimeServer, RuntimeServerPlugin
from rolo.gateway import Gateway
from rolo.gateway.wsgi import WsgiGateway

from distro_localstack import preload
from distro_localstack.http_request import Body, Head, Malformed, environment, read_head
from distro_localstack.http_response import Responder

_BACKLOG = 1024
_BUFFER = 1 << 16

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class ThreadsPlugin(RuntimeServerPlugin):
    """Found by LocalStack under GATEWAY_SERVER=threads."""

    name = "threads"

    def load(self, *_args: object, **_options: object) -> RuntimeServer:
        """The server."""
        return ThreadedServer()


class ThreadedServer(RuntimeServer):
    """Serves one gateway on its addresses, over plain HTTP."""

    def __init__(self) -> None:
        self._listeners: list[tuple[socket.socket, Application]] = []
        self._stopped = threading.Event()

    def register(self, gateway: Gateway, listen: list[Any], ssl_creds: tuple[str, str] | None = None) -> None:
        """Listen; there is no TLS on a loopback interface."""
        del ssl_creds
        application = WsgiGateway(gateway)
        self._listeners += [(_listen(address.host, address.port), application) for address in listen]

    def run(self) -> None:
        """Serve until `shutdown`. The start is over now: the main thread imports nothing more."""
        preload.start()
        for listener in self._listeners:
            threading.Thread(target=_accept, args=listener, daemon=True, name="gateway").start()
        self._stopped.wait()

    def shutdown(self) -> None:
        """Take no more connections; those that are open end with the process."""
        for listener, _ in self._listeners:
            listener.close()
        self._stopped.set()


def _accept(listener: socket.socket, application: Application) -> None:
    while True:
        try:
            accepted = listener.accept()
        except OSError:
            return  # closed
        threading.Thread(target=_serve, args=(*accepted, application), daemon=True, name="connection").start()


def _serve(connection: socket.socket, client: tuple[str, int], application: Application) -> None:
    """Answer one request after the other until the client goes."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with connection, contextlib.suppress(ConnectionError), connection.makefile("rb") as stream:
        try:
            while (head := read_head(stream)) and _answer(connection, stream, client, head, application):
                pass
        except Malformed as error:
            text = str(error).encode()
            length = b"Content-Length: %d" % len(text)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n%b\r\n\r\n%b" % (length, text))


def _answer(
    connection: socket.socket, stream: io.BufferedReader, client: tuple[str, int], head: Head, application: Application
) -> bool:
    """Answer one; whether another may follow."""
    if head.get(b"expect") == "100-continue":
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    body = Body(stream, head)
    responder = Responder(connection, head)
    request = environment(head, io.BufferedReader(body, _BUFFER), connection.getsockname(), client)
    content = application(request, responder.start)
    try:
        responder.send(content)
    finally:
        if close := getattr(content, "close", None):
            close()
    if responder.keeps_alive:
        body.drain()
    return responder.keeps_alive


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(_BACKLOG)
    return listener
