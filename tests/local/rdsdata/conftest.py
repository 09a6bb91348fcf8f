"""The Data API as a process of its own, on a real PostgreSQL, with moto as RDS and Secrets Manager."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from infra.paths import project_root
from local.emulators.postgres import superuser_url
from local.firewall import account_environment
from local.identity import before_exec
from tests.local.emulators import alone
from tests.local.emulators.alone import ACCOUNT, REGION, Emulators

DATABASE = "catalogue"


@dataclass(frozen=True)
class DataApi:
    """A running Data API with a cluster, its secret and its database."""

    emulators: Emulators
    url: str
    cluster: str
    secret: str

    def client(self) -> Any:
        """A boto3 client of it."""
        return self.emulators.client_at("rds-data", self.url)

    def execute(self, sql: str, *parameters: dict[str, Any], **more: Any) -> Any:
        """ExecuteStatement."""
        return self.client().execute_statement(**self.target(**more), sql=sql, parameters=list(parameters))

    def rows(self, sql: str, *parameters: dict[str, Any], **more: Any) -> Any:
        """The records of a statement."""
        return self.execute(sql, *parameters, **more)["records"]

    def target(self, **more: Any) -> dict[str, Any]:
        """What every call names."""
        return {"resourceArn": self.cluster, "secretArn": self.secret, "database": DATABASE, **more}


@pytest.fixture(scope="session")
def emulators(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulators]:
    """PostgreSQL with a role and a database, moto with a cluster and its secret."""
    with alone.running(tmp_path_factory.mktemp("rdsdata"), "postgres", "moto") as started:
        with psycopg.connect(superuser_url(started.plan), autocommit=True) as connection:
            connection.execute("create role owner login password 'it''s secret'")
            connection.execute(f"create database {DATABASE} owner owner")
        yield started


@pytest.fixture(scope="session")
def api(emulators: Emulators) -> Iterator[DataApi]:
    """One with AWS's limits."""
    with serving(emulators) as started:
        yield started


@pytest.fixture
def impatient(emulators: Emulators) -> Iterator[DataApi]:
    """One that gives a call a second, and a transaction as much between two calls."""
    with serving(emulators, "--call-seconds", "1", "--transaction-seconds", "1") as started:
        yield started


@contextmanager
def serving(emulators: Emulators, *options: str) -> Iterator[DataApi]:
    """Start the process as a sandbox does."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    plan = emulators.plan
    places = ("--postgres", f"postgresql://127.0.0.1:{plan.ports['postgres']}/postgres", "--secrets", plan.url("moto"))
    process = subprocess.Popen(
        [sys.executable, "-m", "local.rdsdata", "--port", str(port), *places, "--rds", plan.url("moto"), *options],
        env={**account_environment(ACCOUNT, REGION, plan.home), "PYTHONPATH": str(project_root())},
        preexec_fn=before_exec(signal.SIGKILL, never_root=False),  # noqa: PLW1509 -- a killed pytest leaves none behind
    )
    try:
        _wait_for(port)
        yield DataApi(emulators, f"http://127.0.0.1:{port}", _cluster(emulators), _secret(emulators))
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.01)
        else:
            return
    raise TimeoutError("the Data API does not listen")


def _cluster(emulators: Emulators) -> str:
    rds = emulators.client("rds", "moto")
    known = rds.describe_db_clusters()["DBClusters"]
    made = known or [
        rds.create_db_cluster(
            DBClusterIdentifier="main", Engine="aurora-postgresql", MasterUsername="owner", MasterUserPassword="x" * 8
        )["DBCluster"]
    ]
    return str(made[0]["DBClusterArn"])


def _secret(emulators: Emulators) -> str:
    return secret(emulators, "main", json.dumps({"username": "owner", "password": "it's secret"}))


def secret(emulators: Emulators, name: str, value: str) -> str:
    """The ARN of a secret with that value."""
    manager = emulators.client("secretsmanager", "moto")
    try:
        return str(manager.create_secret(Name=name, SecretString=value)["ARN"])
    except manager.exceptions.ResourceExistsException:
        return str(manager.describe_secret(SecretId=name)["ARN"])
