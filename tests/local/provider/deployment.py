"""A stack that the real engine deploys through the emulated provider; the program is any function."""

from __future__ import annotations

import gc
import json
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pulumi import automation
from pulumi.automation import EngineEvent

from engine import toolchain
from infra.progress import silent
from local.provider.cloud import Cloud
from local.provider.lifecycle import Lifecycle
from local.provider.registry import registry
from local.provider.server import serve

Program = Callable[[], None]
PASSPHRASE = "correct horse"


class Deployment:
    """One stack in a folder of its own, with the provider in this process."""

    def __init__(self, folder: Path, cloud: Cloud, port: int) -> None:
        self.folder, self.cloud, self.port = folder, cloud, port
        self.program: Program = lambda: None
        self.events: list[EngineEvent] = []
        self.output = ""
        self.stack = automation.create_or_select_stack(
            "test",
            project_name="it",
            program=lambda: self.program(),  # noqa: PLW0108 - the program of the moment
            opts=options(folder, environment(folder, port)),
        )

    def up(self, program: Program, **options: Any) -> Mapping[str, int]:
        """What an update did, by kind; it refreshes first, as `distro up` does."""
        self.program, self.events = program, []
        options = {"refresh": True, **options}
        result = self.stack.up(on_event=self.events.append, on_output=self._say, **options)
        return {kind: count for kind, count in (result.summary.resource_changes or {}).items() if count}

    def preview(self, program: Program, **options: Any) -> Mapping[str, int]:
        """What an update would do."""
        self.program = program
        result = self.stack.preview(on_output=self._say, **options)
        return {str(getattr(kind, "value", kind)): count for kind, count in result.change_summary.items()}

    def failure(self, program: Program) -> str:
        """The text of an update that has to fail."""
        try:
            self.up(program)
        except automation.CommandError as error:
            return str(error)
        raise AssertionError("the update succeeded")

    def touched(self) -> dict[str, str]:
        """Name to operation of every resource that the last update did something to."""
        steps = [event.res_outputs_event.metadata for event in self.events if event.res_outputs_event]
        return {
            step.urn.rsplit("::", 1)[-1]: step.op.value for step in steps if step.op.value not in ("same", "refresh")
        }

    def resources(self) -> dict[str, dict[str, Any]]:
        """Name to resource of the state, secrets encrypted."""
        held = self.state()["checkpoint"]["latest"].get("resources") or []
        return {each["urn"].rsplit("::", 1)[-1]: each for each in held if each.get("custom")}

    def state(self) -> dict[str, Any]:
        """The state file as it lies on the disk."""
        document: dict[str, Any] = json.loads((self.folder / ".pulumi/stacks/it/test.json").read_text())
        return document

    def _say(self, line: str) -> None:
        self.output += line


def options(folder: Path, variables: dict[str, str]) -> automation.LocalWorkspaceOptions:
    """The project, with its state in `folder`."""
    settings = automation.ProjectSettings("it", "python", backend=automation.ProjectBackend(f"file://{folder}"))
    return automation.LocalWorkspaceOptions(project_settings=settings, env_vars=variables)


def environment(folder: Path, port: int) -> dict[str, str]:
    """What the engine needs to find the provider and nothing else."""
    return {
        "PULUMI_DEBUG_PROVIDERS": f"aws:{port},gcp:{port}",
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        "PULUMI_HOME": str(folder / "home"),
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_SKIP_CHECKPOINTS": "true",
        "PULUMI_EXPERIMENTAL": "true",
    }


def engine_folder() -> Path:
    """Where the `pulumi` of the project's toolchain lies."""
    return toolchain.pulumi_binary(silent).parent


@contextmanager
def deployment(folder: Path, cloud: Cloud) -> Iterator[Deployment]:
    """A stack; whatever it still holds is destroyed in the end."""
    lifecycle = Lifecycle(cloud, registry())
    server, port = serve(lifecycle)
    made = Deployment(folder, cloud, port)
    try:
        yield made
    finally:
        made.program = lambda: None
        made.stack.destroy(refresh=True)
        server.stop(None).wait()
        lifecycle.close()
        collect()


def collect() -> None:
    """What the Automation API leaves open where a program fails goes with the test that made it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
