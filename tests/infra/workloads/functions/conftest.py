"""Real boto3 clients whose answers are given by the test: botocore checks every call against the service's model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from infra.workloads.functions.catalogue import handler as catalogue
from infra.workloads.functions.common import clients
from infra.workloads.functions.ingest import handler as ingest


class Stubs:
    """One stubbed client a service, made when it is first asked for."""

    def __init__(self) -> None:
        self._made = boto3.client
        self._stubs: dict[str, Stubber] = {}
        self._clients: dict[str, Any] = {}

    def __getitem__(self, service: str) -> Stubber:
        self.client(service)
        return self._stubs[service]

    def client(self, service: str, **options: Any) -> Any:
        if service not in self._clients:
            self._clients[service] = self._made(service, **options)
            self._stubs[service] = Stubber(self._clients[service])
            self._stubs[service].activate()
        return self._clients[service]

    def all_used(self) -> None:
        for stub in self._stubs.values():
            stub.assert_no_pending_responses()


@pytest.fixture
def stubs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubs]:
    """Stubbed clients in place of the functions' own, and development's variables."""
    variables = {
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "000000000000",
        "AWS_SECRET_ACCESS_KEY": "test",
        "DISTRO_ENVIRONMENT": "local",
        "DISTRO_PREFIX": "DEV",
        "DISTRO_RELEASE": "rel-1",
        "DEV_CONTENT_BUCKET": "distronation-local-content",
        "DEV_DATABASE_CLUSTER_ARN": "arn:aws:rds:us-east-1:000000000000:cluster:distronation-local-database",
        "DEV_DATABASE_SECRET_ARN": "arn:aws:secretsmanager:us-east-1:000000000000:secret:rds!cluster-1",
        "DEV_DATABASE_NAME": "catalogue",
        "DEV_INGEST_QUEUE_URL": "http://127.0.0.1/000000000000/distronation-local-ingest",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    found = Stubs()
    monkeypatch.setattr(boto3, "client", found.client)
    for cached in (clients.client, catalogue._database, ingest._database):
        cached.cache_clear()
    yield found
    clients.client.cache_clear()


def parameters(stubs: Stubs, **values: str) -> None:
    """Answer one reading of Parameter Store: settings first, then flags."""
    config = {key: value for key, value in values.items() if not key.startswith("features__")}
    flags = {key: value for key, value in values.items() if key.startswith("features__")}
    for path, found in (("/dev/config", config), ("/dev/features", flags)):
        names = {
            key.removeprefix("features__").replace("__", "/").replace("_", "-"): value for key, value in found.items()
        }
        answer = {"Parameters": [{"Name": f"{path}/{name}", "Value": value} for name, value in names.items()]}
        stubs["ssm"].add_response("get_parameters_by_path", answer, {"Path": path, "Recursive": True})
