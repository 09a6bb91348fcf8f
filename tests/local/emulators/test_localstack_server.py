"""LocalStack behind the sandbox's own server, started the sandbox's own way."""

from __future__ import annotations

import hashlib
import os
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from botocore.exceptions import ClientError

from tests.local.emulators import alone
from tests.local.emulators.alone import Emulators

pytestmark = pytest.mark.xdist_group("localstack")


@pytest.fixture(scope="module")
def emulators(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulators]:
    with alone.running(tmp_path_factory.mktemp("localstack"), "localstack") as started:
        yield started


@pytest.fixture(scope="module")
def s3(emulators: Emulators) -> Any:
    client = emulators.client("s3")
    client.create_bucket(Bucket="files")
    return client


def raw(emulators: Emulators, request: bytes) -> bytes:
    """What comes back for these bytes, until the server closes."""
    with socket.create_connection(("127.0.0.1", emulators.plan.ports["localstack"]), timeout=10) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_listens_on_the_loopback_interface_alone(emulators: Emulators) -> None:
    process = psutil.Process(emulators.children["localstack"].pid)
    listening = {each.laddr.ip for each in process.net_connections() if each.status == psutil.CONN_LISTEN}
    assert listening == {"127.0.0.1"}


def test_first_calls_to_all_services_at_once(tmp_path: Path) -> None:
    calls = {
        "apigateway": "get_rest_apis", "cloudwatch": "describe_alarms", "events": "list_rules", "iam": "list_roles",
        "kms": "list_keys", "lambda": "list_functions", "logs": "describe_log_groups", "s3": "list_buckets",
        "scheduler": "list_schedules", "secretsmanager": "list_secrets", "sns": "list_topics", "sqs": "list_queues",
        "ssm": "describe_parameters", "sts": "get_caller_identity",
    }  # fmt: skip
    with alone.running(tmp_path, "localstack") as emulators:
        clients = {service: emulators.client(service) for service in calls}
        with ThreadPoolExecutor(len(calls)) as pool:
            found = list(pool.map(lambda service: getattr(clients[service], calls[service])(), calls))
    assert {answer["ResponseMetadata"]["HTTPStatusCode"] for answer in found} == {200}


@pytest.mark.parametrize("service", ["ec2", "dynamodb", "rds"])
def test_service_of_another_emulator_is_refused(emulators: Emulators, service: str) -> None:
    calls = {"ec2": "describe_vpcs", "dynamodb": "list_tables", "rds": "describe_db_clusters"}
    with pytest.raises(ClientError, match=r"not (yet implemented|included|enabled)|disabled|pro feature"):
        getattr(emulators.client(service), calls[service])()


def test_large_objects(s3: Any) -> None:
    content = os.urandom(20 * 2**20)
    s3.put_object(Bucket="files", Key="large", Body=content)
    found = s3.get_object(Bucket="files", Key="large")["Body"].read()
    assert hashlib.sha256(found).digest() == hashlib.sha256(content).digest()
    part = s3.get_object(Bucket="files", Key="large", Range="bytes=5-9")
    assert part["Body"].read() == content[5:10]


def test_head_has_no_content(s3: Any) -> None:
    s3.put_object(Bucket="files", Key="head", Body=b"12345")
    assert s3.head_object(Bucket="files", Key="head")["ContentLength"] == 5
    assert s3.head_object(Bucket="files", Key="head")["ContentLength"] == 5  # the connection is still in step


def test_presigned_upload_in_chunks(s3: Any) -> None:
    url = s3.generate_presigned_url("put_object", Params={"Bucket": "files", "Key": "chunked"})
    answer = httpx.put(url, content=(b"abc" * 1000 for _ in range(10)), trust_env=False)
    assert answer.status_code == 200
    assert s3.get_object(Bucket="files", Key="chunked")["Body"].read() == b"abc" * 10_000


def test_keys_with_every_character(s3: Any) -> None:
    key = "a b+c%20/ü/?#&=;~'\"!.txt"
    s3.put_object(Bucket="files", Key=key, Body=b"x")
    assert key in [each["Key"] for each in s3.list_objects_v2(Bucket="files")["Contents"]]
    assert s3.get_object(Bucket="files", Key=key)["Body"].read() == b"x"


@pytest.mark.usefixtures("s3")
def test_many_clients(emulators: Emulators) -> None:
    clients = [emulators.client("s3", max_pool_connections=1) for _ in range(40)]
    with ThreadPoolExecutor(40) as pool:
        assert all(pool.map(lambda client: client.list_buckets()["Buckets"], clients))


@pytest.mark.parametrize(
    "request_",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"x" * 70_000 + b"\r\n\r\n",
    ],
)
def test_malformed_requests(emulators: Emulators, request_: bytes) -> None:
    assert raw(emulators, request_).startswith(b"HTTP/1.1 400 ")


def test_pipelined_requests(emulators: Emulators) -> None:
    one = b"GET /_localstack/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    assert raw(emulators, one * 3).count(b"HTTP/1.1 200 ") == 3


def test_old_clients(emulators: Emulators) -> None:
    answer = raw(emulators, b"GET /_localstack/health HTTP/1.0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"chunked" not in answer


def test_absolute_target(emulators: Emulators) -> None:
    target = emulators.plan.url("localstack").encode() + b"/_localstack/health"
    request = b"GET %b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" % target
    assert b'"services"' in raw(emulators, request)


def test_expected_continue(emulators: Emulators) -> None:
    head = b"PUT /files/expected HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
    assert raw(emulators, head + b"abc").startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 ")
