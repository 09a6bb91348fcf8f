"""Every command answers as the contract says: one JSON document, the keys, the exit code; text without it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, Queue
from threading import Thread
from typing import IO, Any

import httpx
import pytest

from infra.paths import project_root
from tests.driver import Sandbox, distro

COMPONENTS = {"localstack", "moto", "postgres", "rds-data", "firebase-auth", "provider"}
OUTPUTS = {
    "api_url", "content_bucket", "database_url", "firebase_project", "firebase_database_url", "firebase_storage_bucket",
}  # fmt: skip
KEYS: dict[tuple[str, ...], set[str]] = {
    ("status", "local"): {"environment", "result", "components", "release"},
    ("seed", "local"): {"environment", "result"},
    ("smoke", "local"): {"environment", "result", "checks"},
    ("parity", "local"): {"result", "types"},
    ("outputs", "local"): OUTPUTS,
    ("env", "local"): {"AWS_ENDPOINT_URL", "DATABASE_URL", "API_URL"},
}


@pytest.mark.parametrize("words", KEYS, ids=" ".join)
def test_json_is_one_document_with_the_keys(sandbox: Sandbox, words: tuple[str, ...]) -> None:
    finished = sandbox.run(*words, "--json")
    assert finished.code == 0, finished.errors
    assert finished.document.keys() >= KEYS[words]


def test_up_answers_with_what_it_did(sandbox: Sandbox) -> None:
    document = sandbox.document
    assert document.keys() >= {
        "environment", "sandbox", "result", "changes", "resources", "endpoints", "outputs", "seconds",
    }  # fmt: skip
    assert document["changes"].keys() == {"create", "update", "replace", "delete", "same"}
    assert document["changes"]["create"] == document["resources"] > 120
    assert (document["environment"], document["sandbox"]) == ("local", sandbox.name)
    assert document["endpoints"].keys() >= COMPONENTS
    assert document["outputs"].keys() >= OUTPUTS
    assert document["seconds"] > 0


def test_secrets_are_masked(sandbox: Sandbox) -> None:
    password = re.search(r"://[^:]+:([^@]+)@", sandbox.variables()["DATABASE_URL"])
    assert password is not None
    assert sandbox.document["outputs"]["database_url"] == "[secret]"
    for words in (("outputs", "local"), ("status", "local"), ("parity", "local"), ("logs", "local")):
        finished = sandbox.run(*words, "--verbose")
        assert password[1] not in finished.output + finished.errors, words


def test_status_lists_every_component(sandbox: Sandbox) -> None:
    document = sandbox.run("status", "local", "--json").document
    assert document["result"] == "running"
    assert {item["name"] for item in document["components"]} >= COMPONENTS
    for item in document["components"]:
        assert item.keys() >= {"name", "state", "endpoint", "pid", "since"}
        assert (item["state"], item["pid"] > 1) == ("running", True)


def test_smoke_lists_every_check(sandbox: Sandbox) -> None:
    document = sandbox.run("smoke", "local", "--json").document
    assert document["result"] == "passed"
    for item in document["checks"]:
        assert item.keys() >= {"name", "system", "result", "seconds", "detail"}
        assert item["result"] == "passed"


def test_parity_gives_a_status_and_a_reason_for_each_property(sandbox: Sandbox) -> None:
    document = sandbox.run("parity", "local", "--json").document
    assert len(document["types"]) > 40
    for entry in document["types"]:
        assert entry.keys() >= {"type", "status", "properties"}
        for name, rule in entry["properties"].items():
            assert rule["status"] in {"applied", "recorded", "unsupported"}
            assert rule["status"] == "applied" or rule["reason"], f"{entry['type']} {name}"


def test_seeding_twice_adds_once(sandbox: Sandbox) -> None:
    sandbox.run("seed", "local", "--json")
    again = sandbox.run("seed", "local", "--json")
    assert again.code == 0, again.errors
    assert set(again.document["added"].values()) == {0}


def test_text_is_for_people(sandbox: Sandbox) -> None:
    for words in KEYS:
        finished = sandbox.run(*words)
        assert finished.code == 0
        assert not finished.output.startswith("{")
        assert "\x1b" not in finished.output, "colours although nobody looks"


@pytest.mark.parametrize(
    ("words", "keys"),
    [(("spec", "check"), {"result", "problems"}), (("spec", "show", "prod"), {"result", "problems"}),
     (("spec", "diff", "dev", "prod"), {"result", "problems"}), (("doctor",), {"result", "checks"})],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)  # fmt: skip
def test_commands_without_a_sandbox(words: tuple[str, ...], keys: set[str]) -> None:
    finished = distro(*words, "--json")
    assert finished.document.keys() >= keys
    assert "Traceback" not in finished.errors


def test_a_sandbox_that_is_not_there(sandbox: Sandbox) -> None:
    for command in ("env", "smoke", "outputs", "seed", "logs"):
        finished = distro(command, "local", "--sandbox", "nowhere", "--json")
        assert (finished.code, finished.document["result"]) == (2, "failed")
        assert "distro up local --sandbox nowhere" in finished.errors
    stopped = distro("status", "local", "--sandbox", "nowhere", "--json")
    assert (stopped.code, stopped.document["result"], stopped.document["components"]) == (0, "stopped", [])
    assert distro("down", "local", "--sandbox", "nowhere", "--yes").code == 0
    assert sandbox.run("status", "local").code == 0


# --- logs -----------------------------------------------------------------------------------------------------------


def test_logs_of_everything_name_their_source(sandbox: Sandbox) -> None:
    lines = sandbox.run("logs", "local", "-n", "3").output.splitlines()
    assert {line.split()[0] for line in lines} >= {"localstack", "engine"}


def test_logs_of_a_component_and_of_the_engine(sandbox: Sandbox) -> None:
    assert "AWS" in sandbox.run("logs", "local", "localstack", "-n", "500").output
    assert '"kind": "summary"' in sandbox.run("logs", "local", "engine").output
    assert sandbox.run("logs", "local", "localstack", "-n", "0").output == ""


def test_logs_of_a_function(sandbox: Sandbox) -> None:
    for _ in range(2):
        httpx.get(f"{sandbox.variables()['API_URL']}/health", timeout=60).raise_for_status()
    for name in ("health", "distronation-local-health"):
        assert "REPORT RequestId" in sandbox.run("logs", "local", name).output


def test_logs_of_something_unknown_name_what_there_is(sandbox: Sandbox) -> None:
    finished = sandbox.run("logs", "local", "no-such-thing")
    assert finished.code == 2
    assert {"localstack,", "engine,", "health,"} <= set(finished.errors.split())


@pytest.mark.parametrize("component", ["localstack", "health"])
def test_logs_follow(sandbox: Sandbox, component: str) -> None:
    url = f"{sandbox.variables()['API_URL']}/health"
    with _following(sandbox, component) as line:
        assert _until(line, "", lambda: httpx.get(url, timeout=60))


@contextmanager
def _following(sandbox: Sandbox, component: str) -> Iterator[Queue[str]]:
    argv = [str(project_root() / "distro"), "logs", "local", component, "--sandbox", sandbox.name, "-f", "-n", "0"]
    lines: Queue[str] = Queue()
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        reader = Thread(target=_read, args=(process.stdout, lines), daemon=True)
        reader.start()
        yield lines
        process.terminate()
        assert process.wait(timeout=60) == 143
        reader.join()


def _read(stream: IO[str], lines: Queue[str]) -> None:
    for line in stream:
        lines.put(line)


def _until(lines: Queue[str], wanted: str, cause: Callable[[], Any]) -> bool:
    """Whether a line that holds the text comes within a minute, while something is done again and again."""
    for _ in range(60):
        cause()
        try:
            if wanted in lines.get(timeout=1):
                return True
        except Empty:
            continue
    return False
