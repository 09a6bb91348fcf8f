"""An AWS account of moto's with the specification's number: S3, KMS, IAM and STS as a genuine backend uses them."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import psutil

from infra.progress import silent
from infra.specification import load_shared
from local import toolchain
from local.emulators.moto import python_path

SERVICES = ("s3", "kms", "iam", "sts")
PATIENCE = 60
_TRIES = 5


@dataclass(frozen=True)
class Account:
    """The account's address, and what reaches it."""

    host: str
    number: str

    @property
    def url(self) -> str:
        options = f"region=us-east-1&endpoint={self.host}&disableSSL=true&s3ForcePathStyle=true"
        return f"s3://distronation-shared-state/state?{options}"

    @property
    def variables(self) -> Mapping[str, str]:
        """What a caller with credentials has in his environment."""
        return {
            "AWS_ENDPOINT_URL": f"http://{self.host}", "AWS_ACCESS_KEY_ID": "AKIACALLER",
            "AWS_SECRET_ACCESS_KEY": "canary-credential", "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "PULUMI_BACKEND_URL": self.url,
        }  # fmt: skip

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=f"http://{self.host}",
            region_name="us-east-1",
            aws_access_key_id="x",
            aws_secret_access_key="y",
        )


@contextmanager
def account(folder: Path) -> Iterator[Account]:
    """Start it, and leave nothing of it."""
    number = load_shared().account
    process, port = next(filter(None, (_started(folder, number) for _ in range(_TRIES))))
    try:
        yield Account(f"127.0.0.1:{port}", number)
    finally:
        process.kill()
        process.wait()


def _started(folder: Path, number: str) -> tuple[subprocess.Popen[bytes], int] | None:
    """The process and its port; None where somebody else took the port in between."""
    port, python = _free_port(), toolchain.ensure("localstack", "host", silent).moto_python
    process = subprocess.Popen(
        [python, "-m", "distro_moto", str(port), *SERVICES], cwd=folder,
        env={
            "PATH": os.environ["PATH"], "PYTHONPATH": python_path(), "MOTO_ACCOUNT_ID": number,
            "AWS_REGION": "us-east-1",
        },
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        if _listens(process.pid, port):
            return process, port
        time.sleep(0.05)
    process.kill()
    process.wait()
    return None


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def _listens(pid: int, port: int) -> bool:
    try:
        found = psutil.Process(pid).net_connections("tcp")
    except psutil.NoSuchProcess:
        return False
    return any(each.status == psutil.CONN_LISTEN and each.laddr.port == port for each in found)
