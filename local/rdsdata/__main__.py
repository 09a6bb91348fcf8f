"""`python -m local.rdsdata --port N --postgres postgresql://HOST:PORT --secrets URL --rds URL`."""

from __future__ import annotations

import argparse
import socket

LOOPBACK = "127.0.0.1"


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    arguments = _arguments()
    # Open before the imports: who waits for the port goes on, and its first request waits for the rest.
    _serve(_listen(arguments.port), arguments)


def _listen(port: int) -> socket.socket:
    """A listening socket that names its protocol: asyncio sets TCP_NODELAY on no other, which costs 40 ms a call."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((LOOPBACK, port))
    listener.listen(256)
    return listener


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.rdsdata", description="The RDS Data API on a PostgreSQL")
    parser.add_argument("--port", type=int, required=True, help="on 127.0.0.1; 0 for any")
    parser.add_argument("--postgres", required=True, help="postgresql://HOST:PORT of the server behind all clusters")
    parser.add_argument("--secrets", required=True, help="endpoint of Secrets Manager")
    parser.add_argument("--rds", required=True, help="endpoint of RDS, which knows the clusters")
    parser.add_argument("--call-seconds", type=float, default=45, help="until a statement has to be done")
    parser.add_argument("--transaction-seconds", type=float, default=180, help="between two calls of a transaction")
    return parser.parse_args()


def _serve(listener: socket.socket, arguments: argparse.Namespace) -> None:
    import uvicorn

    from local.rdsdata.app import make
    from local.rdsdata.service import Service
    from local.rdsdata.transactions import Limits
    from local.rdsdata.upstream import Upstream

    limits = Limits(call=arguments.call_seconds, idle=arguments.transaction_seconds)
    service = Service(arguments.postgres, Upstream(arguments.secrets, arguments.rds), limits)
    config = uvicorn.Config(make(service), log_level="warning", access_log=False, lifespan="on")
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
