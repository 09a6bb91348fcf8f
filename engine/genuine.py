"""Stacks on genuine clouds: state in a bucket, secrets under a key of KMS, the vendors' plugins.

The engine gets the caller's credentials; the program that it runs does not.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from engine import events
from engine.stack import Failed, Stack, Update
from engine.workspace import Workspace
from infra.errors import EnvironmentBusy, OperationFailed
from infra.files import replace

CREDENTIALS = ("AWS_", "GOOGLE_", "CLOUDSDK_", "GCLOUD_")
"""How the caller's variables begin that an engine on genuine clouds may see."""
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")
_NO_STACK = "no stack named"


@dataclass(frozen=True)
class GenuineWorkspace(Workspace):
    """A workspace whose state lies behind `url`. `plugins` is the engine's home, shared by all genuine stacks.

    `state_file` is a copy of the state as it was read last, secrets encrypted.
    """

    url: str = ""
    secrets_provider: str = ""
    plugins: Path = Path()
    caller: Mapping[str, str] = field(default_factory=lambda: dict(os.environ), repr=False)

    @property
    def state_file(self) -> Path:
        """The copy."""
        return self.directory / "state.json"

    @property
    def configuration(self) -> Path:
        """The stack's configuration file, which names the secrets provider and holds its data key, encrypted."""
        return self.directory / f"Pulumi.{self.stack}.yaml"

    def locks(self) -> list[Path]:
        """None that could be seen from here: a lock of the bucket is for its holder, or a person, to remove."""
        return []

    def create(self) -> None:
        """The folders of this machine; nothing is made elsewhere."""
        super().create()
        self.plugins.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.plugins / "logs").touch(mode=0o600)  # as in the workspace of an emulated stack

    def environment(self) -> dict[str, str]:
        """The engine's: with the caller's credentials, and the caller's home, where more of them may lie."""
        given = {name: value for name, value in self.caller.items() if name.startswith(CREDENTIALS)}
        given |= {name: self.caller[name] for name in ("HOME", *_PROXIES) if name in self.caller}
        own = {name: value for name, value in super().environment().items() if name != "PULUMI_CONFIG_PASSPHRASE"}
        return {**own, **given, "PULUMI_BACKEND_URL": self.url, "PULUMI_HOME": str(self.plugins)}

    def program_environment(self) -> dict[str, str]:
        """The program's: nothing of the caller's but what every emulated stack's program sees."""
        hidden = ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_BACKEND_URL")
        return {name: value for name, value in super().environment().items() if name not in hidden}


class GenuineStack(Stack):
    """A stack whose state is read from, and written to, a bucket."""

    workspace: GenuineWorkspace

    def init(self) -> None:
        """Make the workspace, and the stack in the bucket unless it is there; read its state."""
        self.workspace.create()
        if not self.pull():
            provider = ("--secrets-provider", self.workspace.secrets_provider)
            self._command("stack", "init", self.workspace.stack, *provider)
            self.pull()

    def pull(self) -> bool:
        """Read the state anew; False where there is no such stack."""
        try:
            exported = json.loads(self._command("stack", "export", "--stack", self.workspace.stack))
        except OperationFailed as error:
            if _NO_STACK in error.message:
                return False
            raise
        deployment = exported.get("deployment") or {}
        self._take_data_key(deployment)
        document = {"version": 3, "checkpoint": {"latest": deployment}}
        replace(self.workspace.state_file, json.dumps(document).encode())
        return True

    def _take_data_key(self, deployment: Mapping[str, Any]) -> None:
        """Have the engine go on with the data key of the state: it makes another one where it is told of none."""
        used = (deployment.get("secrets_providers") or {}).get("state") or {}
        file = self.workspace.configuration
        if used.get("encryptedkey") and not file.exists():
            named = {"secretsprovider": used["url"], "encryptedkey": used["encryptedkey"]}
            replace(file, yaml.safe_dump(named).encode())

    def _program_environment(self) -> Mapping[str, str]:
        return self.workspace.program_environment()

    def _operation(
        self, command: str, arguments: Sequence[str], listener: events.Listener, witness: events.Witness | None = None
    ) -> Update:
        try:
            return super()._operation(command, arguments, listener, witness)
        except Failed as error:
            if "the stack is currently locked" in error.message:
                raise EnvironmentBusy(
                    error.message, hint="Wait for its holder; one that died is freed by `pulumi cancel`."
                ) from error
            raise
        finally:
            if command in {"up", "destroy", "refresh"}:
                self.pull()
