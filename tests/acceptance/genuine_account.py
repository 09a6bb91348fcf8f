"""Genuine clouds on this machine: a rehearsal's emulators in AWS's and Google's place, our provider in the plugins'.

Everything else is the command line as it is, without `--rehearse`: state on S3, secrets under KMS, credentials.
Run as a program, this is that command line, with Google's addresses led to the emulator.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from promotion.rehearsal.stage import Stage
from tests.driver import Finished

AUTH, PROVIDER = "TEST_AUTH_EMULATOR", "TEST_PROVIDER_PORT"
PLUGINS = ("aws", "gcp")
_SERVE = """
import sys
from local.provider import protocol
from local.provider.__main__ import main
protocol.LOST = ()  # an attached provider cannot give default tags to each resource: here nobody misses them
main(["--sandbox", sys.argv[1], "--account", sys.argv[2]])
"""


@dataclass(frozen=True)
class Account:
    """A clone of the checkout with its organisation, and the variables that lead to the account."""

    stage: Stage
    variables: Mapping[str, str] = field(repr=False)

    def run(self, *words: str, code: int = 0) -> Any:
        """What a command line of the clone answers."""
        finished = self.finished(*words, "--json")
        assert finished.code == code, finished.errors + finished.output
        return finished.document

    def finished(self, *words: str) -> Finished:
        done = subprocess.run(
            [self.stage.clone / ".venv/bin/python", "-m", __name__, *words], cwd=self.stage.clone,
            env={**os.environ, **self.variables}, capture_output=True, text=True, check=False, timeout=280,
        )  # fmt: skip
        return Finished(done.returncode, done.stdout, done.stderr)


@contextmanager
def account(stage: Stage) -> Iterator[Account]:
    """Emulators of the clone's own, and the provider, while the block runs."""
    try:
        _rehearsed(stage, "up", "shared")
        with _provider(stage, _rehearsed(stage, "env", "shared")) as variables:
            yield Account(stage, variables)
    finally:
        stage.type("--rehearse", "down", "--all", "--yes")


def _rehearsed(stage: Stage, *words: str) -> Any:
    typed = stage.type("--rehearse", *words, "--json")
    assert typed.code == 0, typed.errors
    return json.loads(typed.output)


@contextmanager
def _provider(stage: Stage, found: dict[str, str]) -> Iterator[dict[str, str]]:
    (sandbox,) = (stage.clone / ".distro" / "sandboxes").glob("*/sandbox.json")
    python = stage.clone / ".venv" / "bin" / "python"
    command = [str(python), "-c", _SERVE, str(sandbox.parent), found["AWS_ACCESS_KEY_ID"]]
    log = (stage.folder / "provider.log").open("w")
    with log, subprocess.Popen(command, cwd=stage.clone, stdout=subprocess.PIPE, stderr=log, text=True) as process:
        try:
            assert process.stdout
            yield _variables(stage, found, process.stdout.readline().strip())
        finally:
            process.kill()


def _variables(stage: Stage, found: dict[str, str], port: str) -> dict[str, str]:
    """Of a caller with credentials, and with the plugins on PATH."""
    for name in PLUGINS:
        plugin = stage.folder / "bin" / f"pulumi-resource-{name}"
        plugin.parent.mkdir(exist_ok=True)
        plugin.write_text(f"#!/bin/sh\necho {port}\nexec sleep 600\n")
        plugin.chmod(0o755)
    address = found["AWS_ENDPOINT_URL"].removeprefix("http://")
    options = f"region=us-east-1&endpoint={address}&disableSSL=true&s3ForcePathStyle=true"
    return {
        **{name: value for name, value in found.items() if name.startswith("AWS_") and "FILE" not in name},
        AUTH: found["FIREBASE_AUTH_EMULATOR_HOST"], PROVIDER: port,
        "PATH": f"{stage.folder / 'bin'}:{os.environ['PATH']}",
        "PULUMI_BACKEND_URL": f"s3://distronation-shared-state/state?{options}",
        "GOOGLE_CREDENTIALS": "{}",
    }  # fmt: skip


def lead_google_here() -> None:
    """The package `distro` is served by our provider, and sign-in is the emulator's, which any token convinces."""
    from operations.genuine.site import Site
    from operations.google_settings.google import Google
    from operations.smoke import identity

    @contextmanager
    def attached() -> Iterator[Mapping[str, str]]:
        yield {"PULUMI_DEBUG_PROVIDERS": f"distro:{os.environ[PROVIDER]}"}

    made = Site.__init__

    def make(self: Site, *given: Any, **named: Any) -> None:
        made(self, *given, **{"attach": attached, **named})

    def emulated(google: Google, project: str) -> identity.IdentityToolkit:
        return identity.emulated(os.environ[AUTH], project, google.http)

    Site.__init__ = make  # type: ignore[method-assign]
    identity.genuine = emulated


if __name__ == "__main__":
    from cli.main import main

    sys.argv[0] = str(Path(sys.argv[0]).with_name("distro"))
    lead_google_here()
    main()
