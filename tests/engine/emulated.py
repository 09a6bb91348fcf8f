"""A stack on one emulator, moto, with the provider in this process: real engine, real calls, a second to start."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from engine import events
from engine.program import ProgramSource, WarmHost
from engine.stack import Stack
from engine.toolchain import pulumi_binary
from engine.workspace import Workspace
from infra.progress import silent
from local.provider.cloud import Cloud, EndpointMap
from local.provider.lifecycle import Lifecycle
from local.provider.registry import registry
from local.provider.server import serve
from tests.local.emulators import alone

PASSPHRASE = "correct horse"


@contextmanager
def attached(folder: Path) -> Iterator[Mapping[str, str]]:
    """The engine's variables that lead to the provider."""
    with account(folder) as (settings, _):
        yield settings


@contextmanager
def account(folder: Path) -> Iterator[tuple[Mapping[str, str], str]]:
    """The same, and the address of the emulator."""
    with alone.running(folder / "emulators", "moto") as emulators:
        cloud = Cloud(EndpointMap({"*": emulators.plan.url("moto")}, folder))
        lifecycle = Lifecycle(cloud, registry())
        server, port = serve(lifecycle)
        try:
            yield {"PULUMI_DEBUG_PROVIDERS": f"aws:{port},gcp:{port},distro:{port}"}, emulators.plan.url("moto")
        finally:
            server.stop(None).wait()
            lifecycle.close()


def stack(folder: Path, settings: Mapping[str, str], program: str, warm: WarmHost) -> Stack:
    """A new stack `dev` of a program that is given as text and reads its variant from `distro:variant`."""
    source = folder / "source"
    source.mkdir(parents=True)
    (source / "program.py").write_text(textwrap.dedent(program))
    workspace = Workspace(folder / "workspace", "dev", PASSPHRASE, settings)
    made = Stack(workspace, ProgramSource(source, "program:main", warm=warm), pulumi_binary(silent))
    made.init()
    return made


def variant(of: Stack, name: str) -> Stack:
    """The same stack with another variant of its program."""
    of.workspace = replace(of.workspace, config={"distro:variant": name})
    return of


def ignore(_: events.Event) -> None:
    """No listener."""
