"""Only this machine is ever called, and only what was throttled is tried again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from botocore.exceptions import ClientError

from infra.errors import OperationFailed
from local.provider.clients import ATTEMPTS, backoff
from local.provider.cloud import Cloud, EndpointMap, loopback

THROTTLING = b'{"__type": "ThrottlingException", "message": "Rate exceeded"}'
REFUSED = b'{"__type": "ValidationException", "message": "No"}'


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1", "http://localhost:4566", "http://[::1]:1", "http://s3.localhost:1"]
)
def test_this_machine_is_called(url: str) -> None:
    assert loopback(url, "sqs") == url


@pytest.mark.parametrize(
    "url",
    [
        "https://sqs.us-east-1.amazonaws.com",
        "http://10.0.0.1",
        "http://169.254.169.254",
        "http://localhost.example.com",
        "x",
    ],
)
def test_no_other_is(url: str, tmp_path: Path) -> None:
    with pytest.raises(OperationFailed, match="not on this machine"):
        Cloud(EndpointMap({"*": url}, tmp_path)).client("sqs")


def test_a_service_without_an_emulator_is_refused_before_the_call(tmp_path: Path) -> None:
    with pytest.raises(OperationFailed, match="no emulator serves sagemaker"):
        Cloud(EndpointMap({"sqs": "http://127.0.0.1:1"}, tmp_path)).client("sagemaker")


class Answering(BaseHTTPRequestHandler):
    """Answers with the next of `answers`, again and again the last one."""

    answers: ClassVar[list[bytes]] = []
    calls: ClassVar[int] = 0

    def do_POST(self) -> None:
        body = self.answers[min(type(self).calls, len(self.answers) - 1)]
        type(self).calls += 1
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(400 if b"Exception" in body else 200)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}"
        listening.shutdown()


def call(url: str, folder: Path, *answers: bytes) -> int:
    """How often a call was sent."""
    Answering.answers, Answering.calls = list(answers), 0
    client = Cloud(EndpointMap({"*": url}, folder)).client("ssm")
    try:
        client.describe_parameters()
    except ClientError:
        pass
    finally:
        client.close()
    return Answering.calls


def test_what_was_throttled_is_tried_again(server: str, tmp_path: Path) -> None:
    assert call(server, tmp_path, THROTTLING, THROTTLING, b"{}") == 3


def test_what_was_refused_is_not(server: str, tmp_path: Path) -> None:
    assert call(server, tmp_path, REFUSED) == 1


def test_it_waits_longer_each_time_and_gives_up() -> None:
    response = (None, {"Error": {"Code": "ThrottlingException"}})
    waits = [backoff(response=response, attempts=attempt) for attempt in range(1, ATTEMPTS)]
    assert all(wait is not None and 0 < wait <= 4 for wait in waits)
    assert backoff(response=response, attempts=ATTEMPTS) is None
