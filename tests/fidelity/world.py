"""One environment to read: the engine's inputs, and the cloud that it is deployed on where there is one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import httpx
from botocore.config import Config

from tests.infra.previewing import UNKNOWN

if TYPE_CHECKING:
    from tests.infra.previewing import Preview

Things = Mapping[str, Mapping[str, Any]]
"""What a reading found: things by name, attributes by name."""
PROJECT = "distronation"


@dataclass(frozen=True)
class Resource:
    """One resource as the engine was told to make it."""

    type: str
    name: str
    component: str
    inputs: Mapping[str, Any]
    protect: bool
    id: str = ""
    """Once it is deployed."""


class Inputs:
    """The engine's inputs of one stack: of its state, or of a preview where it is not deployed."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self.resources = tuple(resources)

    @classmethod
    def deployed(cls, state: Path) -> Inputs:
        """Those of a deployed stack, read from its state file."""
        rows = json.loads(state.read_text())["checkpoint"]["latest"]["resources"]
        return cls(
            Resource(row["type"], _last(row["urn"]), _last(row.get("parent", "")), row.get("inputs", {}),
                     row.get("protect", False), row.get("id", ""))
            for row in rows
        )  # fmt: skip

    @classmethod
    def planned(cls, preview: Preview) -> Inputs:
        """Those that a deployment would have."""
        return cls(
            Resource(each.type, each.name, each.component, each.inputs, each.protect) for each in preview.resources
        )

    def of(self, kind: str) -> list[Resource]:
        """The resources of a type, given by the end of its token: `sqs/queue:Queue`."""
        return [each for each in self.resources if each.type.endswith(kind)]

    def called(self, ids: Iterable[str]) -> list[str]:
        """The names of resources by their ids; an id of something else stays as it is."""
        names = {each.id: each.name for each in self.resources if each.id}
        return sorted(names.get(id, id) for id in ids)

    def one(self, kind: str, name: str | None = None) -> Resource:
        """The only resource of a type, or the one of that name."""
        found = [each for each in self.of(kind) if name in (None, each.name)]
        if len(found) != 1:
            raise LookupError(f"{len(found)} resources {kind} {name or ''}")
        return found[0]


class Cloud:
    """An emulated cloud as any client sees it: the variables that `distro env` prints, boto3 and HTTP."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables
        self._session = boto3.Session(
            aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
            region_name=variables["AWS_REGION"],
        )
        self._clients: dict[str, Any] = {}

    def aws(self, service: str) -> Any:
        """A boto3 client; the endpoint is found as boto3 finds it in its process' variables."""
        if service not in self._clients:
            endpoint = self.variables.get(_variable(service), self.variables["AWS_ENDPOINT_URL"])
            quick = Config(retries={"total_max_attempts": 2}, connect_timeout=5, read_timeout=60)
            self._clients[service] = self._session.client(service, endpoint_url=endpoint, config=quick)
        return self._clients[service]

    def pages(self, service: str, operation: str, key: str, **arguments: Any) -> list[Any]:
        """All of a list that may come in pages."""
        client = self.aws(service)
        if not client.can_paginate(operation):
            return list(getattr(client, operation)(**arguments)[key])
        return [row for page in client.get_paginator(operation).paginate(**arguments) for row in page[key]]

    def close(self) -> None:
        """Let go of every connection."""
        for client in self._clients.values():
            client.close()
        self.http.close()

    @cached_property
    def http(self) -> httpx.Client:
        """Trusts nothing of the machine's own settings."""
        return httpx.Client(timeout=60, trust_env=False)


@dataclass(frozen=True)
class World:
    """An environment as a test reads it."""

    environment: str
    inputs: Inputs
    shared: Inputs | None = None
    """Of the stack that owns what the environment shares with others; none: it shares nothing."""
    cloud: Cloud | None = None
    """None: it is not deployed, and the engine's plan is read."""
    _read: dict[Any, Things] = field(default_factory=dict, compare=False, repr=False)

    @property
    def prefix(self) -> str:
        """How its names begin (C-06)."""
        return f"{PROJECT}-{self.environment}-"

    @property
    def path(self) -> str:
        """How the names of its secrets and parameters begin: local takes development's (C-03)."""
        return "dev" if self.environment == "local" else self.environment

    def short(self, name: str) -> str:
        """A name without the environment's part; names that existed before have none."""
        return name.rpartition("/")[2].removeprefix(self.prefix) if self.prefix in name else name

    @property
    def live(self) -> Cloud:
        """The cloud of a deployed environment."""
        assert self.cloud, f"{self.environment} is not deployed"
        return self.cloud

    def called(self, ids: Iterable[str]) -> list[str]:
        """The names of resources by their ids, those of `shared` among them."""
        return (self.shared or self.inputs).called(self.inputs.called(ids))

    def network(self) -> tuple[str, Inputs]:
        """Whose network it is (`own` or `shared`), and the inputs of that stack."""
        own = self.inputs.of("ec2/vpc:Vpc")
        return ("own", self.inputs) if own or self.shared is None else ("shared", self.shared)


def is_known(value: Any) -> bool:
    """Whether the engine knows a planned value before the deployment."""
    return UNKNOWN not in repr(value)


def only_one(name: str, found: Iterable[Mapping[str, Any]]) -> Things:
    """The one thing of its kind, or none; AssertionError where there are several."""
    things = list(found)
    assert len(things) <= 1, f"{len(things)} things of the kind {name}"
    return {name: things[0]} if things else {}


def tags(rows: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """AWS's list of tags as a mapping."""
    return {row["Key"]: row["Value"] for row in rows}


def _last(urn: str) -> str:
    return urn.rsplit("::", 1)[-1]


@cache
def _variable(service: str) -> str:
    """`rds-data` → `AWS_ENDPOINT_URL_RDS_DATA`, by the rule of AWS's SDKs."""
    identifier = boto3.Session()._session.get_service_model(service).service_id
    return "AWS_ENDPOINT_URL_" + identifier.upper().replace(" ", "_").replace("-", "_")
