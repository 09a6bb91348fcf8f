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
    from operations.smoke.identity import IdentityToolkit


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

    @property
    def emulated(self) -> bool:
        """Whether nobody is woken by an alarm, and nothing is signed by anybody."""
        return self.environment.cloud == "emulated"

    @cached_property
    def http(self) -> httpx.Client:
        """An HTTP client; one for emulators trusts nothing of the machine's environment (proxies, netrc)."""
        import httpx

        if not self.emulated:
            return httpx.Client(timeout=30)
        # Emulators speak plain HTTP: reading the machine's certificates would be a third of a quick check.
        return httpx.Client(timeout=30, trust_env=False, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))

    @cached_property
    def identity(self) -> IdentityToolkit:
        """Firebase Authentication. Raises CheckFailed where there is none."""
        from operations.smoke import identity

        project = self.output("firebase_project")
        if self.emulated:
            return identity.emulated(self.variables.get("FIREBASE_AUTH_EMULATOR_HOST"), project, self.http)
        from operations.google_settings.google import Google, default_token

        return identity.genuine(Google(default_token()), project)

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
