"""The lock of a sandbox is held by exactly one living process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from infra.paths import project_root
from local import lock

HOLD = f"""
import sys, time
sys.path.insert(0, {str(project_root())!r})
from pathlib import Path
from local import lock
print(lock.acquire(Path(sys.argv[1])) is not None, flush=True)
time.sleep(60)
"""


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen((sys.executable, "-c", HOLD, str(path)), stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        assert lock.is_held(path)
        assert lock.acquire(path) is None
        holder.send_signal(signal.SIGKILL)
    assert not lock.is_held(path)
    held = lock.acquire(path)
    assert held is not None
    lock.release(path, held, delete=True)
    assert not path.exists()


def test_a_lock_that_nobody_made_is_not_held(tmp_path: Path) -> None:
    assert not lock.is_held(tmp_path / "lock")


def test_one_holder_at_a_time_though_the_file_is_deleted_each_time(tmp_path: Path) -> None:
    path, inside, most = tmp_path / "lock", [0], [0]

    def contend() -> None:
        for _ in range(300):
            while (held := lock.acquire(path)) is None:
                os.sched_yield()
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            inside[0] -= 1
            lock.release(path, held, delete=True)

    threads = [threading.Thread(target=contend) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == 1
