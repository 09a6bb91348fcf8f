"""Whatever is wrong: one clear message, the exit code of the contract, no traceback, and nothing is lost."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from infra.paths import cache_home
from tests.acceptance.checkout import OFFLINE, path_of
from tests.acceptance.deployed import Deployed
from tests.acceptance.drift import lose_much
from tests.acceptance.project import PATIENCE, Project, copy, finish
from tests.driver import Finished

pytestmark = pytest.mark.xdist_group("standing")

LOCAL, DEV = "Pulumi.local.yaml", "Pulumi.dev.yaml"
LINE = 7
"""Where `_insert` puts its line."""
LONGEST_MESSAGE = 8
"""Lines."""


@pytest.fixture(autouse=True)
def _nothing_is_lost(deployed: Deployed) -> Iterator[None]:
    """Whatever a test does, the sandbox that runs is the same afterwards, and answers."""
    before = _held(deployed)
    yield
    deployed.project.restore()
    assert _held(deployed) == before
    assert httpx.get(f"{deployed.variables['API_URL']}/health", timeout=60).json()["checks"]


def _held(deployed: Deployed) -> tuple[object, ...]:
    ids = sorted((each["urn"], each.get("id")) for each in deployed.project.resources())
    return deployed.project.record()["plan"]["generation"], ids


def said(finished: Finished, code: int) -> str:
    """The message of a refusal, which is short and no traceback."""
    assert finished.code == code, finished.errors
    lines = [line for line in finished.errors.splitlines() if line.strip() and not line[:4].isdigit()]
    assert 1 <= len(lines) <= LONGEST_MESSAGE, finished.errors
    assert "Traceback" not in finished.errors
    assert finished.output == ""
    return "\n".join(lines)


# --- the specification ----------------------------------------------------------------------------------------------


def _insert(text: str) -> Callable[[Project], None]:
    return lambda project: project.edit(LOCAL, "    cloud: emulated", f"    {text}\n    cloud: emulated")


SPECIFICATION: dict[str, tuple[Callable[[Project], object], str]] = {
    "unknown key": (_insert("databse: { max_acu: 4 }"), f"{LOCAL}:{LINE}: environment.databse"),
    "unknown key deep inside": (
        _insert("database: { maximum_acu: 4 }"),
        f"{LOCAL}:{LINE}: environment.database.maximum_acu",
    ),
    "wrong type": (_insert("database: { max_acu: many }"), f"{LOCAL}:{LINE}: environment.database.max_acu"),
    "list in place of a mapping": (_insert("database: [1, 2]"), f"{LOCAL}:{LINE}: environment.database"),
    "capacity too small": (_insert("database: { min_acu: 0.25 }"), "environment.database.min_acu: 0.25 is not allowed"),
    "capacity too large": (_insert("database: { max_acu: 257 }"), "environment.database.max_acu: 257 is not allowed"),
    "capacity between the steps": (_insert("database: { max_acu: 2.3 }"), "0.5 to 256 ACU in steps of 0.5"),
    "least above most": (_insert("database: { min_acu: 4, max_acu: 2 }"), "environment.database"),
    "malformed YAML": (_insert("database: { max_acu: 4"), f"{LOCAL}:"),
    "tab": (_insert("\tdatabase: 4"), f"{LOCAL}:{LINE}"),
    "no YAML at all": (lambda project: (project.root / LOCAL).write_bytes(b"\x00\xff\xfe"), LOCAL),
    "empty file": (lambda project: (project.root / LOCAL).write_text(""), LOCAL),
    "duplicate key": (_insert("purpose: one"), f"{LOCAL}:{LINE + 3}: config.distro:environment.purpose: stated twice"),
    "duplicate name": (_insert("buckets: { audit: { purpose: A second one of that name } }"), "environment.buckets"),
    "missing file": (lambda project: (project.root / LOCAL).unlink(), LOCAL),
    "missing base": (lambda project: (project.root / DEV).unlink(), DEV),
    "unknown base": (lambda project: project.edit(LOCAL, "extends: dev", "extends: devel"), "devel"),
}


@pytest.mark.parametrize("wrong", SPECIFICATION)
def test_a_wrong_specification_is_refused_before_anything_is_touched(deployed: Deployed, wrong: str) -> None:
    damage, expected = SPECIFICATION[wrong]
    damage(deployed.project)
    message = said(deployed.project.run("up", "local"), 2)
    assert expected in message
    assert "Traceback" not in message


def test_every_problem_is_listed_in_one_run(deployed: Deployed) -> None:
    deployed.project.edit(
        LOCAL, "    cloud: emulated", "    databse: {}\n    database: { max_acu: 300 }\n    cloud: emulated"
    )
    message = said(deployed.project.run("up", "local"), 2)
    assert "databse" in message
    assert "max_acu: 300" in message


def test_a_program_that_fails_is_one_message(deployed: Deployed) -> None:
    file = "infra/program.py"
    original = (deployed.project.root / file).read_text()
    try:
        for broken, expected in (("def (", "program.py, line 1"), ("import no_such_module", "no_such_module")):
            (deployed.project.root / file).write_text(f"{broken}\n")
            assert expected in said(deployed.project.run("up", "local"), 1)
    finally:
        (deployed.project.root / file).write_text(original)
    assert deployed.up() == {}


# --- the command line -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["up"], "Missing argument 'ENV'"),
        (["up", "nowhere"], "no environment"),
        (["up", "prod"], "promote"),
        (["up", "local", "--runtime", "podman"], "podman"),
        (["up", "local", "--sandbox", "../outside"], "no name for a sandbox"),
        (["down", "local"], "--yes"),
        (["smoke", "local", "--only", "nothing"], "nothing"),
        (["launch"], "No such command"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_request(deployed: Deployed, words: list[str], expected: str) -> None:
    assert expected in said(deployed.project.run(*words), 2)


# --- the machine ----------------------------------------------------------------------------------------------------


def test_without_node(project: Project, tmp_path: Path) -> None:
    bare = Project(project.root, variables={"PATH": path_of(tmp_path / "bin")})
    message = said(bare.run("up", "local", "--sandbox", "no-node"), 1)
    assert "Node.js" in message
    assert not (project.root / ".distro" / "sandboxes" / "no-node").exists()


def in_a_namespace(project: Project, mount: str) -> Project:
    """The copy as a mount namespace sees it in which that command was run first."""
    become_root = () if os.geteuid() == 0 else ("-r",)
    prefix = ("unshare", "-m", *become_root, "sh", "-c", f'{mount} && exec "$@"', "sh")
    if (
        shutil.which("unshare") is None
        or subprocess.run((*prefix, "true"), check=False, capture_output=True).returncode
    ):
        pytest.skip("the kernel allows no mount namespace here")
    return Project(project.root, prefix)


def test_without_go_and_without_an_engine(project: Project, tmp_path: Path) -> None:
    """The cache has everything but the engine, and no site can be reached."""
    hidden = in_a_namespace(project, f"mount -t tmpfs none '{cache_home() / 'engine'}'")
    variables = {"PATH": path_of(tmp_path / "bin", "node", "mount", "unshare"), **OFFLINE}
    message = said(replace(hidden, variables=variables).run("up", "local", "--sandbox", "no-go"), 1)
    assert re.findall(r"^\d", message, re.MULTILINE) == ["1", "2", "3"], "three ways"
    assert "no Go" in message
    assert not (project.root / ".distro" / "sandboxes" / "no-go").exists()


def test_a_read_only_folder(project: Project) -> None:
    root = project.root
    closed = in_a_namespace(project, f"mount --bind '{root}' '{root}' && mount -o remount,ro,bind '{root}'")
    for words in (("up", "local"), ("up", "local", "--sandbox", "other"), ("down", "local", "--yes")):
        assert "Read-only file system" in said(closed.run(*words), 2)
    assert closed.run("status", "local").code == 0


def test_a_full_disk(project: Project) -> None:
    """Full from the start: in a checkout whose `.distro` lies on a disk of its own."""
    state = project.root / ".distro"
    full = in_a_namespace(project, f"mount -t tmpfs -o size=8m none '{state}'")
    message = said(full.run("up", "local", "--sandbox", "other"), 1)
    assert "full" in message
    assert "MB" in message


FILLING = """
say() { "$@" > "$OUT/last" 2>&1; echo "$code $?"; }
code=up;     say ./distro up local --aws ministack --quiet
dd if=/dev/zero of=.distro/filler bs=64k 2> /dev/null
changed="functions: { each: { health: { memory: 192 } } }"
sed -i "s/    cloud: emulated/&\\n    $changed/" Pulumi.local.yaml
code=full;   say ./distro up local --quiet; cat "$OUT/last" >&2
code=status; say ./distro status local
rm .distro/filler
code=again;  say ./distro up local --quiet
code=smoke;  say ./distro smoke local --quiet
code=down;   say ./distro down local --yes
"""


def test_a_disk_that_fills_up_loses_nothing(tmp_path: Path) -> None:
    """The disk is full when a sandbox is to be changed; with some room the same command goes on."""
    project = copy(tmp_path / "distro")
    (project.root / ".distro").mkdir()
    small = in_a_namespace(project, f"mount -t tmpfs -o size=480m none '{project.root / '.distro'}'")
    environment = {**os.environ, "OUT": str(tmp_path)}
    done = subprocess.run(
        [*small.prefix, "sh", "-c", FILLING], cwd=project.root, env=environment, capture_output=True, text=True,
        check=False, timeout=PATIENCE,
    )  # fmt: skip
    assert done.stdout.split("\n") == ["up 0", "full 1", "status 0", "again 0", "smoke 0", "down 0", ""], done.stderr
    assert "No space left on device" in done.stderr
    assert len(done.stderr.splitlines()) <= LONGEST_MESSAGE


# --- others ---------------------------------------------------------------------------------------------------------


def test_a_dead_emulator(deployed: Deployed) -> None:
    project = deployed.project
    os.kill(project.pid("rds-data"), signal.SIGKILL)
    _until(lambda: project.run("status", "local").code == 1)
    status = project.run("status", "local")
    assert "rds-data died" in status.output
    outcomes = deployed.smoke("data-api")
    assert outcomes["data-api"]["result"] == "failed"
    assert project.run("env", "local").code == 0
    deployed.up()
    assert project.run("status", "local").code == 0


def test_a_taken_port(deployed: Deployed) -> None:
    """The port of an emulator that died, which nobody else may have had when it was started."""
    project = deployed.project
    port = int(deployed.project.record()["plan"]["ports"]["rds-data"])
    os.kill(project.pid("rds-data"), signal.SIGKILL)
    _until(lambda: project.run("status", "local").code == 1)
    with socket.create_server(("127.0.0.1", port)):
        assert f"Port {port} of rds-data is taken" in said(project.run("up", "local"), 1)
    deployed.up()


def test_two_at_once(deployed: Deployed) -> None:
    project = deployed.project
    lose_much(deployed)  # the first one has something to do
    first = project.start("up", "local")
    lock = project.stack() / "lock"
    _until(lambda: bool(lock.read_text()))
    started = time.monotonic()
    message = said(project.run("up", "local"), 5)
    assert first.poll() is None, "the first one was over before the second one could be refused"
    assert f"pid {first.pid}" in message
    waited = project.run("up", "local", "--wait", "200")
    assert waited.code == 0, waited.errors
    assert finish(first).code == 0
    assert time.monotonic() - started < 200
    assert said(project.run("down", "local", "--sandbox", "", "--yes"), 2)


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
