"""Children: started, watched, stopped; none outlives its supervisor."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from infra import processes
from infra.paths import project_root
from local import process, vitals
from local.ports import Reservation
from local.process import ChildFailed, Launch, Stop
from local.readiness import AllOf, HttpOk, LogLine, PortOpen, Ready

LISTEN = """
import http.server as h, sys
h.HTTPServer(('127.0.0.1', int(sys.argv[1])), h.SimpleHTTPRequestHandler).serve_forever()
"""
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print("child", child.pid, flush=True)
time.sleep(60)
"""


def launch(
    folder: Path, code: str, *arguments: str, ready: Ready | None = None, patience: float = 10, stop: Stop | None = None
) -> Launch:
    log = folder / "child.log"
    return Launch(
        name="child",
        argv=(sys.executable, "-c", code, *arguments),
        env={"PYTHONUNBUFFERED": "1"},
        cwd=folder,
        log=log,
        ready=ready or LogLine(log, "^ready"),
        patience=patience,
        stop=stop or Stop(grace=0.3),
    )


def test_a_child_is_ready_when_its_port_answers_and_is_gone_after_stop(tmp_path: Path) -> None:
    reserved = Reservation()
    url = f"http://127.0.0.1:{reserved.port}/"
    ready = AllOf((PortOpen(reserved.port), HttpOk(url)))

    async def scenario() -> int:
        child = await process.start(launch(tmp_path, LISTEN, str(reserved.port), ready=ready))
        reserved.release()
        assert await HttpOk(url).reached()
        assert not await HttpOk(url + "missing").reached()
        await child.stop()
        assert not await PortOpen(reserved.port).reached()
        return child.pid

    assert not processes.exists(asyncio.run(scenario()))


def test_a_child_that_ends_early_is_an_error_with_the_end_of_its_log(tmp_path: Path) -> None:
    code = "print('\\n'.join(f'line {n}' for n in range(99)), 'no such key', sep='\\n'); raise SystemExit(3)"
    with pytest.raises(ChildFailed) as failure:
        asyncio.run(process.start(launch(tmp_path, code)))
    assert "ended with exit code 3" in failure.value.message
    assert failure.value.message.endswith("no such key")
    assert "line 50" not in failure.value.message
    assert failure.value.where == str(tmp_path / "child.log")


def test_a_child_that_is_not_ready_in_time_is_ended_with_all_it_started(tmp_path: Path) -> None:
    with pytest.raises(ChildFailed, match="not ready after"):
        asyncio.run(process.start(launch(tmp_path, STUBBORN, patience=1)))
    grandchild = int((tmp_path / "child.log").read_text().split()[1])
    _gone_within(1, grandchild)


def test_a_program_that_is_not_there_is_an_error_that_names_it(tmp_path: Path) -> None:
    wanted = launch(tmp_path, "")
    missing = Launch(**{**vars(wanted), "argv": ("/nowhere/emulator",)})
    with pytest.raises(ChildFailed, match="could not be started"):
        asyncio.run(process.start(missing))


def test_stop_kills_the_group_of_one_that_ignores_the_signal(tmp_path: Path) -> None:
    async def scenario() -> None:
        child = await process.start(launch(tmp_path, STUBBORN, ready=LogLine(tmp_path / "child.log", "^child")))
        await child.stop()

    asyncio.run(scenario())
    _gone_within(1, int((tmp_path / "child.log").read_text().split()[1]))


def test_cancelling_a_start_leaves_nothing(tmp_path: Path) -> None:
    async def scenario() -> None:
        starting = asyncio.create_task(process.start(launch(tmp_path, STUBBORN)))
        while not vitals.tail(tmp_path / "child.log"):  # noqa: ASYNC110 - a file tells nobody
            await asyncio.sleep(0.01)
        starting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await starting

    asyncio.run(scenario())
    _gone_within(1, int((tmp_path / "child.log").read_text().split()[1]))


def test_the_end_of_a_child_is_noticed(tmp_path: Path) -> None:
    async def scenario() -> str:
        child = await process.start(launch(tmp_path, "import time; print('ready'); time.sleep(60)"))
        os.kill(child.pid, signal.SIGKILL)
        return vitals.describe(await child.end())

    assert asyncio.run(scenario()) == "SIGKILL"


def test_a_child_inherits_no_variable_and_no_descriptor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary")
    code = """
import os, time
print(dict(os.environ), sorted(os.listdir('/proc/self/fd')))
print('ready')
time.sleep(60)
"""
    with (tmp_path / "open").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        asyncio.run(_start_and_stop(launch(tmp_path, code)))
    said = (tmp_path / "child.log").read_text()
    assert "canary" not in said
    assert "['0', '1', '2', '3']" in said  # 3 is the listing itself


async def _start_and_stop(wanted: Launch) -> None:
    await (await process.start(wanted)).stop()


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's; elsewhere the guardian does this")
def test_a_child_dies_with_its_supervisor(tmp_path: Path) -> None:
    program = f"""
import asyncio, os, signal, sys
sys.path.insert(0, {str(project_root())!r})
from pathlib import Path
from local import process
from local.process import Launch
from local.readiness import LogLine
log = Path({str(tmp_path)!r}) / "child.log"
code = "import time; print('ready', flush=True); time.sleep(60)"
async def main():
    launch = Launch("child", (sys.executable, "-c", code), {{}}, log.parent, log, LogLine(log, "^ready"))
    child = await process.start(launch)
    print(child.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""
    done = subprocess.run((sys.executable, "-c", program), capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    _gone_within(1, int(done.stdout))


def test_the_tail_of_a_log_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert vitals.tail(tmp_path / "none") == ""


def test_nothing_to_wait_for_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        AllOf(())


def _gone_within(seconds: float, pid: int) -> None:
    deadline = time.monotonic() + seconds
    while processes.exists(pid):
        assert time.monotonic() < deadline, f"{pid} still runs"
        time.sleep(0.01)
