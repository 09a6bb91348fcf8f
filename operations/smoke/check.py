"""The terms of a smoke check."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import httpx

    from infra.environment import Environment


class CheckFailed(Exception):
    """What is wrong, in words for the person who has to mend it."""


@dataclass(frozen=True)
class Context:
    """An environment as its clients see it.

    `outputs` are the stack's in clear, `variables` what `distro env` prints, `aws(service)` makes a boto3 client.
    """

    environment: Environment
    outputs: Mapping[str, Any] = field(repr=False)
    variables: Mapping[str, str] = field(repr=False)
    aws: Callable[[str], Any]

    @cached_property
    def http(self) -> httpx.Client:
        """An HTTP client that trusts nothing of the machine's environment (proxies, netrc)."""
        import httpx

        # Emulators speak plain HTTP: reading the machine's certificates would be a third of a quick check.
        return httpx.Client(timeout=30, trust_env=False, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))

    def api(self, method: str, path: str, json: Any = None) -> httpx.Response:
        """A request to the environment's API, signed where it wants AWS IAM."""
        from operations.smoke.signing import Signed

        auth = Signed(self.variables) if self.environment.apis.dn.authentication == "iam" else None
        return self.http.request(method, self.output("api_url").rstrip("/") + path, json=json, auth=auth)

    def output(self, name: str) -> str:
        """One output of the stack. Raises CheckFailed where the deployment gave none."""
        try:
            return str(self.outputs[name])
        except KeyError:
            raise CheckFailed(f"the stack has no output {name}") from None


def always(_: Environment) -> bool:
    """Every environment has it."""
    return True


@dataclass(frozen=True)
class Check:
    """One check: `run` returns a detail, or raises CheckFailed (or the error of the client that it uses).

    `concerns` says of a specification whether the environment offers what is checked.
    """

    name: str
    system: str
    run: Callable[[Context], str]
    concerns: Callable[[Environment], bool] = always


@dataclass(frozen=True)
class Outcome:
    """How a check ended; `seconds` is what it took."""

    name: str
    system: str
    result: Literal["passed", "failed"]
    seconds: float
    detail: str


def expect(condition: object, message: str) -> None:
    """Raise CheckFailed with the message unless the condition holds."""
    if not condition:
        raise CheckFailed(message)
