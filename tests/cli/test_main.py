"""The frame of the command line: global options anywhere, errors in one place, exit codes of the contract."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import click
import pytest

from cli.application import Application
from cli.main import COMMANDS, LazyGroup, distro
from infra.paths import project_root


def run(*arguments: str, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command line as a process of its own, without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "cli", *arguments], cwd=project_root(), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False, env={**os.environ, **(environment or {})},
    )  # fmt: skip


def commands() -> Mapping[str, click.Command]:
    """Every command, imported."""
    group = distro
    assert isinstance(group, LazyGroup)
    context = click.Context(group)
    return {name: command for name in COMMANDS if (command := group.get_command(context, name)) is not None}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_that_ends_with_examples(name: str) -> None:
    command = commands()[name]
    assert command.name == name
    assert command.help, "a command without an explanation"
    examples = (command.epilog or "").split("Examples:")[-1]
    assert f"distro {name}" in examples


@pytest.mark.parametrize("words", [["--json", "status"], ["status", "--json"], ["status", "local", "--json", "-q"]])
def test_global_options_stand_anywhere(words: list[str]) -> None:
    application = Application.from_arguments(words, {})
    assert application.json
    assert application.arguments[0] == "status"


def test_what_follows_two_dashes_is_not_ours() -> None:
    application = Application.from_arguments(["exec", "local", "--", "aws", "--json", "-v"], {})
    assert not application.json
    assert application.arguments == ["exec", "local", "--", "aws", "--json", "-v"]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["upp", "local"], 2, "Did you mean 'up'?"),
        (["up"], 2, "Missing argument 'ENV'"),
        (["up", "mars"], 2, "no environment"),
        (["up", "prod"], 2, "distro promote"),
        (["up", "local", "--runtime", "podman"], 2, "'podman' is not one of"),
        (["status", "--sandbox", "../outside"], 2, "no name for a sandbox"),
        (["env", "local", "--sandbox", "is-not-there"], 2, "distro up local --sandbox is-not-there"),
        (["down", "local", "--sandbox", "is-not-there"], 2, "Give --yes"),
    ],
)
def test_a_wrong_request_says_what_next_and_exits_2(words: list[str], code: int, message: str) -> None:
    finished = run(*words)
    assert finished.returncode == code
    assert message in finished.stderr
    assert "Traceback" not in finished.stderr
    assert finished.stdout == ""


def test_an_error_is_the_one_json_document() -> None:
    finished = run("env", "local", "--sandbox", "is-not-there", "--json")
    assert finished.returncode == 2
    assert json.loads(finished.stdout)["result"] == "failed"


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys; sys.argv = ['distro', '--help']\ntry: import cli.__main__\nexcept SystemExit: print(*sys.modules)"
    )
    finished = subprocess.run(
        [sys.executable, "-c", script], cwd=project_root(), capture_output=True, text=True, check=True
    )
    loaded = set(finished.stdout.splitlines()[-1].split())
    assert not loaded & {"pulumi", "boto3", "botocore", "grpc", "rich", "pydantic", "httpx", "docker", "asyncio"}


def test_a_closed_pipe_is_no_error() -> None:
    command = f"{sys.executable} -m cli --help | head -c 1"
    finished = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], cwd=project_root(), capture_output=True, check=False
    )
    assert finished.returncode == 0
    assert finished.stderr == b""


INTERRUPTED = """
from cli import main

def interrupted(**_):
    exec("raise KeyboardInterrupt")  # as in the middle of a dataclass that is just being made

main.distro.main = interrupted
main.main()
"""


def test_an_interrupt_in_the_middle_of_an_import_is_an_exit_code_not_a_signal(tmp_path: Path) -> None:
    (tmp_path / "interrupted.py").write_text(INTERRUPTED)
    ended = subprocess.run(
        [sys.executable, "-m", "interrupted"],  # as the launcher does it: only then CPython behaves so
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(project_root())},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (130, "Interrupted.\n")
