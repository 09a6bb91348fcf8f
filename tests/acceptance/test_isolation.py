"""With real credentials around and no network but loopback: the sandbox comes up, and neither is touched."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.acceptance.project import PATIENCE, Project

pytestmark = [pytest.mark.xdist_group("isolation"), pytest.mark.timeout(600)]

VARIABLES = (
    "AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "GOOGLE_APPLICATION_CREDENTIALS",
    "PULUMI_ACCESS_TOKEN", "FIREBASE_TOKEN", "GOOGLE_CLOUD_PROJECT", "CLOUDSDK_CONFIG", "HTTPS_PROXY", "PGPASSWORD",
)  # fmt: skip
WITHIN = """
ip link set lo up || exit 70
"$@" up local --json > "$OUT/up.json" 2> "$OUT/up.errors"; echo $? > "$OUT/up.code"
"$@" smoke local --json > "$OUT/smoke.json" 2> "$OUT/smoke.errors"; echo $? > "$OUT/smoke.code"
"$@" parity local --json > "$OUT/parity.json" 2> "$OUT/parity.errors"; echo $? > "$OUT/parity.code"
"$@" seed local --json > "$OUT/seed.json" 2> "$OUT/seed.errors"; echo $? > "$OUT/seed.code"
cat /proc/net/snmp /proc/net/snmp6 > "$OUT/counters"
touch "$OUT/looked"
while [ ! -e "$OUT/seen" ]; do sleep 0.1; done
"$@" down local --yes > /dev/null 2> "$OUT/down.errors"; echo $? > "$OUT/down.code"
"""
"""What runs without a network; between smoke and down it waits until it has been looked at."""


@dataclass(frozen=True)
class Run:
    """What is left of it, and which processes got to see a canary."""

    out: Path
    canary: str
    state: Path
    seeing: dict[int, str]

    def text(self, name: str) -> str:
        return (self.out / name).read_text()


@pytest.fixture(scope="module")
def run(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Run:
    out, canary = tmp_path_factory.mktemp("isolated"), f"canary-{secrets.token_hex(8)}"
    variables = {**dict.fromkeys(VARIABLES, canary), "GOOGLE_APPLICATION_CREDENTIALS": f"/{canary}.json"}
    command = (*_namespace(), "sh", "-c", WITHIN, "sh", str(project.root / "distro"))
    with subprocess.Popen(
        command, env={**os.environ, **variables, "OUT": str(out)}, cwd=project.root, stdin=subprocess.DEVNULL
    ) as process:
        seeing = _watched(out, canary, process)
        made = Run(out, canary, out / "state", seeing)
        shutil.copytree(project.root / ".distro", made.state, ignore=shutil.ignore_patterns("*.pipe"))
        (out / "seen").touch()
        process.wait(timeout=PATIENCE)
    return made


def _namespace() -> tuple[str, ...]:
    command = ("unshare", "-n") if os.geteuid() == 0 else ("unshare", "-r", "-n")
    for program in ("unshare", "ip"):
        if shutil.which(program) is None:
            pytest.skip(f"there is no {program} here")
    if subprocess.run((*command, "ip", "link", "set", "lo", "up"), check=False, capture_output=True).returncode:
        pytest.skip("the kernel allows no network namespace here")
    return command


def _watched(out: Path, canary: str, process: subprocess.Popen[bytes]) -> dict[int, str]:
    """Look at all processes again and again until everything was used once; who sees a canary, and its command line."""
    seeing: dict[int, str] = {}
    while not (out / "looked").exists():
        assert process.poll() is None, "the run ended early"
        for pid in psutil.pids():
            if pid not in seeing and (command := _sees(pid, canary)) and not _may_see(command):
                seeing[pid] = command
        time.sleep(0.05)
    return seeing


def _sees(pid: int, canary: str) -> str:
    """The command line of a process that has the canary in its environment, and is not just about to become another."""
    place = Path("/proc", str(pid))
    try:
        before = (place / "cmdline").read_bytes()
        found = canary.encode() in (place / "environ").read_bytes()
        after = (place / "cmdline").read_bytes()
    except OSError:
        return ""
    return before.replace(b"\0", b" ").decode() if found and before == after else ""


def _may_see(command: str) -> bool:
    """The user's own: this test's processes, the launcher, and the command line itself."""
    return bool(re.match(r"(unshare|sh|sleep|cmp|ip|cat|touch) |\S+/python -I -m cli |\S*/?sh \S+/distro ", command))


def test_it_comes_up_and_works(run: Run) -> None:
    assert run.text("up.code") == "0\n", run.text("up.errors")
    assert run.text("smoke.code") == "0\n", run.text("smoke.json")
    assert run.text("parity.code") == "0\n", run.text("parity.errors")
    assert run.text("seed.code") == "0\n", run.text("seed.errors")
    assert run.text("down.code") == "0\n", run.text("down.errors")


def test_nothing_but_loopback_is_tried(run: Run) -> None:
    """The kernel counts what it found no way for: a packet, a connection, a name server."""
    counters = run.text("counters")
    names, numbers = (line.split() for line in counters.splitlines() if line.startswith("Ip:"))
    assert dict(zip(names, numbers, strict=True))["OutNoRoutes"] == "0"
    assert re.search(r"^Ip6OutNoRoutes\s+(\d+)", counters, re.MULTILINE)[1] == "0"  # type: ignore[index]


def test_no_process_sees_a_canary(run: Run) -> None:
    assert run.seeing == {}


def test_no_file_holds_a_canary(run: Run) -> None:
    for file in (path for path in (*run.state.rglob("*"), *run.out.iterdir()) if path.is_file()):
        assert run.canary.encode() not in file.read_bytes(), file
