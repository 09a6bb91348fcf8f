"""Lambda functions for tests."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

ROLE = "arn:aws:iam::000000000000:role/function"


def archive(source: str) -> bytes:
    """A deployment package with one module, `fn`."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as content:
        content.writestr("fn.py", source)
    return file.getvalue()


@contextmanager
def function(client: Any, name: str, source: str, **settings: Any) -> Iterator[Callable[..., Any]]:
    """A function with handler `fn.handle`, and how to call it: its answer, parsed, an error with its key errorType."""
    client.create_function(
        FunctionName=name,
        Runtime="python3.11",
        Handler="fn.handle",
        Role=ROLE,
        Code={"ZipFile": archive(source)},
        **{"Timeout": 10, **settings},
    )
    until(lambda: client.get_function(FunctionName=name)["Configuration"]["State"] == "Active")

    def invoke(event: Any = None, **options: Any) -> Any:
        return json.loads(
            client.invoke(FunctionName=name, Payload=json.dumps(event or {}), **options)["Payload"].read()
        )

    try:
        yield invoke
    finally:
        client.delete_function(FunctionName=name)


def until(reached: Callable[[], Any], seconds: float = 20) -> Any:
    """Wait for something true and return it."""
    deadline = time.monotonic() + seconds
    while not (value := reached()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.05)
    return value
