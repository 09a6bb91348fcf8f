"""A process that has imported everything a Pulumi program needs, and forks a program host for each run.

Importing the provider SDKs takes two seconds of a core, most of an update in which nothing changes. This process
imports them once, beside the start of the emulators; each run then gets a fork with the program's own modules
imported anew, so that a changed source is seen. It takes requests on a loopback port from whoever knows its token.

With `--attached` it says its port, `{"port": N}`, keeps the program as it was loaded, and ends with its input: see
`engine.preloading`.
"""

from __future__ import annotations

import argparse
import gc
import hmac
import importlib
import importlib.util
import json
import os
import re
import select
import signal
import socket
import sys
import traceback
from pathlib import Path
from typing import IO, Any

from engine import sdk_packages
from engine.host import host

TOKEN = "DISTRO_PROGRAM_TOKEN"  # noqa: S105 -- the variable's name
_SDKS = {"aws": "pulumi_aws", "gcp": "pulumi_gcp"}
_MENTION = re.compile(r"\b(aws|gcp)\.([a-z0-9_]+)\.([A-Za-z_]\w*)")


def main() -> None:
    """Import, listen, fork."""
    parser = argparse.ArgumentParser(prog="python -m engine.warm")
    parser.add_argument("--port", type=int, default=0, help="0: a free one")
    parser.add_argument("--attached", action="store_true", help="say the port, and end with standard input")
    parser.add_argument("--source", type=Path, required=True, help="the checkout whose program is expected")
    arguments = parser.parse_args()
    token = os.environ.pop(TOKEN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forks
    warm(arguments.source)
    if not arguments.attached:
        forget()
    with socket.create_server(("127.0.0.1", arguments.port)) as server:
        if arguments.attached:
            print(json.dumps({"port": server.getsockname()[1]}), flush=True)  # noqa: T201 -- how the caller learns it
        while _asked(server, attached=arguments.attached):
            connection, _ = server.accept()
            with connection:
                if os.fork() == 0:
                    server.close()
                    _answer(connection, token)
                    os._exit(0)


def _asked(server: socket.socket, *, attached: bool) -> bool:
    """Wait for a request; False where it is the caller's end that came."""
    ready, _, _ = select.select([server, *([sys.stdin] if attached else [])], [], [])
    return server in ready


def warm(source: Path) -> None:
    """Import what programs of `source` use, and the program itself."""
    gc.disable()
    sys.path.insert(0, str(source))
    importlib.import_module("grpc")
    importlib.import_module("pulumi.automation._server")
    sdk_packages.install()
    try:
        importlib.import_module("infra.program")
    except Exception:  # noqa: BLE001 -- the run will report it, as it does every error of the program
        traceback.print_exc()
    for package, name in sorted(mentioned(source)):
        getattr(importlib.import_module(package), name, None)  # a text may mention what is not there
    sys.path.remove(str(source))
    gc.freeze()  # forks share these pages; a collection would copy them


def forget() -> None:
    """Have each fork import the program's own modules anew: a working tree's may have changed."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "infra"]:
        del sys.modules[name]


def mentioned(source: Path) -> set[tuple[str, str]]:
    """Package and name of everything in the provider SDKs that the program's sources mention, as `aws.sqs.Queue`."""
    texts = (file.read_text() for file in (source / "infra").rglob("*.py"))
    found = {match.groups() for text in texts for match in _MENTION.finditer(text)}
    return {(f"{_SDKS[sdk]}.{package}", name) for sdk, package, name in found if _exists(_SDKS[sdk], package)}


def _exists(sdk: str, package: str) -> bool:
    return importlib.util.find_spec(f"{sdk}.{package}") is not None


def _answer(connection: socket.socket, token: str) -> None:
    requests, answers = connection.makefile("rb"), connection.makefile("w", encoding="utf-8")
    request = _request(requests, token)
    if request is None:
        return
    os.setsid()
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["source"])
    os.dup2(2, 1)  # what the program prints goes to this process's log
    try:
        host(request["source"], request["program"], requests, answers)
    except BaseException:  # noqa: BLE001 -- this is where the process ends
        traceback.print_exc()


def _request(requests: IO[bytes], token: str) -> dict[str, Any] | None:
    try:
        request: dict[str, Any] = json.loads(requests.readline())
        given = str(request["token"])
    except (ValueError, KeyError, TypeError):
        return None
    return request if hmac.compare_digest(given.encode(), token.encode()) else None


if __name__ == "__main__":
    main()
