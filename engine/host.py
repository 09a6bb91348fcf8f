"""The program host: a child process that runs the Pulumi program when the engine asks for it.

It serves the Automation API's language-runtime service on a loopback port, so the engine is pointed at it with
`--client` and starts no language plugin of its own. The process gets an environment without credentials.

Protocol with the parent, one JSON object a line: `{"port": N}` once it listens, then `{"outputs": {...}, "secret":
[...]}` after each run that ended well: the stack's outputs in clear, which the engine's event stream does not carry,
and the names of those that are secret. It ends when its input is closed, so it never outlives its parent.

`python -m engine.host` speaks over standard input and output; `engine.warm` forks hosts that have imported
everything already.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import importlib
import json
import os
import sys
from collections.abc import Callable, MutableMapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import IO, Any

Send = Callable[[MutableMapping[str, Any]], None]
Entry = Future[Callable[[], None]]


def main() -> None:
    """Serve the program named on the command line until standard input is closed."""
    parser = argparse.ArgumentParser(prog="python -m engine.host")
    parser.add_argument("--source", required=True, help="the folder that the program is imported from")
    parser.add_argument("--program", default="infra.program:main", help="module:function")
    arguments = parser.parse_args()
    # Standard output is the protocol's; what the program prints goes to standard error.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    host(arguments.source, arguments.program, sys.stdin.buffer, answers)
    # Nothing is left to be done: taking apart hundreds of thousands of SDK objects would take seconds.
    sys.stderr.flush()
    os._exit(0)


def host(source: str, program: str, requests: IO[bytes], answers: IO[str]) -> None:
    """Serve `program` from `source` until `requests` ends."""
    # A run is short and makes few cycles; collecting over hundreds of thousands of SDK objects takes half its time.
    gc.disable()
    sys.path.insert(0, source)

    def send(message: MutableMapping[str, Any]) -> None:
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    entry: Entry = Future()
    server, port = _serve(entry, send)
    send({"port": port})  # the engine starts, and reads back, while the program is imported
    _load(program, entry)
    requests.read()
    server.stop(0)


def _load(program: str, entry: Entry) -> None:
    module, _, function = program.partition(":")
    try:
        entry.set_result(getattr(importlib.import_module(module), function))
    except Exception as error:  # noqa: BLE001 -- the run reports it, as it does every error of the program
        entry.set_exception(error)


def _serve(entry: Entry, send: Send) -> tuple[Any, int]:
    import grpc
    from pulumi.automation._server import LanguageServer
    from pulumi.runtime.proto import language_pb2_grpc

    from engine import sdk

    sdk.tune()
    server = grpc.server(ThreadPoolExecutor(max_workers=4))
    language = LanguageServer(lambda: _run(entry, send))
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(language, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def _run(entry: Entry, send: Send) -> None:
    from pulumi.runtime import get_root_resource, is_dry_run

    entry.result()()
    if not is_dry_run():
        stack = get_root_resource()
        asyncio.ensure_future(_report(getattr(stack, "outputs", {}), send))  # noqa: RUF006 -- the SDK awaits every task


async def _report(outputs: MutableMapping[str, Any], send: Send) -> None:
    from pulumi import Output

    named = {name: Output.from_input(value) for name, value in outputs.items()}
    values = await Output.all(**named).future(with_unknowns=True)
    send({"outputs": values or {}, "secret": [name for name, value in named.items() if await value.is_secret()]})


if __name__ == "__main__":
    main()
