"""A copy of the checkout with its default sandbox up, and plain clients of it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

from local.profiles import endpoint_variable
from tests.acceptance.project import Project, changed

NAME = "distronation-local"
"""How names of deployed things begin."""


@dataclass(frozen=True)
class Deployed:
    """The copy and its sandbox's variables."""

    project: Project
    variables: Mapping[str, str]
    name: str = "default"

    @functools.cached_property
    def aws(self) -> Callable[[str], Any]:
        """A client of one service: plain boto3, which knows nothing of the engine or the provider."""
        return functools.cache(lambda service: aws(self.variables, service))

    def up(self) -> dict[str, int]:
        """The kinds of change that `up` made, with their counts."""
        changes = self.project.up(self.name)["changes"]
        assert changes.pop("same") > 100
        return {kind: count for kind, count in changes.items() if count}

    def changed(self) -> dict[str, set[str]]:
        """Operation to names of resources, of the last `up`."""
        return changed(self.project.events(self.name))

    def smoke(self, *names: str) -> dict[str, Any]:
        """The outcome of each check, or of those named; one that fails makes the exit code 1."""
        only = [word for name in names for word in ("--only", name)]
        finished = self.project.run("smoke", "local", "--sandbox", self.name, "--json", *only)
        outcomes = {outcome["name"]: outcome for outcome in finished.document["checks"]}
        failed = any(outcome["result"] == "failed" for outcome in outcomes.values())
        assert finished.code == int(failed), finished.errors
        assert "Traceback" not in finished.errors
        return outcomes


def aws(variables: Mapping[str, str], service: str) -> Any:
    """A client of one service, from what `distro env` prints."""
    session: Any = boto3.session.Session(
        variables["AWS_ACCESS_KEY_ID"], variables["AWS_SECRET_ACCESS_KEY"], region_name=variables["AWS_REGION"]
    )
    endpoint = variables.get(endpoint_variable(service), variables["AWS_ENDPOINT_URL"])
    config = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=60)
    return session.client(service, endpoint_url=endpoint, config=config)
