"""Starts and ends the processes of functions; when LocalStack is gone, however it went, all of them are.

A process of its own with one thread, because what has to happen between fork and exec (PR_SET_PDEATHSIG follows the
thread that forked; mounts) is safe only there, and because a killed LocalStack cannot clean up. It is the subreaper of
everything below it (prctl(2)), so a function's daemons do not get away either.

Messages are JSON over a SOCK_SEQPACKET socket, one request and one answer at a time:

    {"start": {"argv": […], "env": {…}, "folder": "…", "output": "…", "over": {…}, "keep": […],
               "ports": […]}}                                                                 →  {"pid": 17}
    {"end": 17}                                                                                   →  {}
                                                                                    what failed   →  {"error": "…"}
"""

from __future__ import annotations

import ctypes
import functools
import json
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

from distro_lambda import fence, veil

LARGEST_MESSAGE = 1 << 20
"""Bytes; a function's variables have 4 KB together (Lambda quotas)."""

_PATIENCE = 5
"""Seconds for the kernel to end a killed process."""

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36

_libc = ctypes.CDLL(None, use_errno=True)


def serve(control: socket.socket) -> None:
    """Answer requests until the other side is closed, then end everything that was started."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, _reap)
    try:
        while request := control.recv(LARGEST_MESSAGE):
            control.send(json.dumps(_answer(json.loads(request))).encode())
    except ConnectionError:
        pass
    finally:
        while left := _descendants(os.getpid()):
            _end(left)


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    try:
        if "start" in request:
            return {"pid": _start(**request["start"])}
        _end_tree(request["end"])
    except OSError as error:
        return {"error": str(error)}
    return {}


def _start(argv: list[str], env: dict[str, str], **place: Any) -> int:
    veiled, fenced = _veils(), fence.possible()
    report, failed = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            _become(**place, veiled=veiled, fenced=fenced)
            os.execve(argv[0], argv, env)  # noqa: S606 - the emulator with a list of arguments
        except BaseException as error:  # noqa: BLE001 - a fork must never return into the parent's code
            os.write(failed, str(error).encode())
        finally:
            os._exit(127)
    os.close(failed)
    with os.fdopen(report, "rb") as file:
        if reason := file.read().decode():
            raise OSError(f"{argv[0]} could not be started: {reason}")
    return pid


@functools.cache
def _veils() -> bool:
    return veil.possible()


def _become(  # noqa: PLR0913 -- what a message names, and what the kernel can do
    *,
    folder: str,
    output: str,
    over: dict[str, str],
    keep: list[str],
    ports: list[int],
    veiled: bool,
    fenced: bool,
) -> None:
    """The child, before it runs its program."""
    os.setsid()
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for descriptor, source in ((0, nothing), (1, log), (2, log)):
        os.dup2(source, descriptor)
    if veiled:
        veil.drop(over, keep)
    if fenced:
        fence.drop(ports)
    os.chdir(folder)


def _end_tree(root: int) -> None:
    """Stop the tree first, so that nothing forks away from under the count, then kill it."""
    tree: list[int] = []
    while (found := [root, *_descendants(root)]) != tree:
        tree = found
        _signal(tree, signal.SIGSTOP)
    _end(tree)


def _end(pids: list[int]) -> None:
    _signal(pids, signal.SIGKILL)
    for pid in pids:
        _wait_for(pid)


def _signal(pids: list[int], number: int) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def _wait_for(pid: int) -> None:
    """Return when a killed process is gone: collected here, or by the parent that is killed with it.

    One that the kernel holds (a disk that does not answer) is left to it after a while.
    """
    deadline = time.monotonic() + _PATIENCE
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        _reap()
        time.sleep(0.0005)


def _reap(*_: object) -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


def _descendants(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            children.setdefault(_parent_of(entry.path), []).append(int(entry.name))
    found = list(children.get(root, []))
    for pid in found:  # grows while it is walked
        found.extend(children.get(pid, []))
    return found


def _parent_of(process: str) -> int:
    try:
        text = Path(process, "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    # proc_pid_stat(5): "pid (name) state ppid …"; the name may hold blanks and parentheses.
    state, parent = text.rpartition(")")[2].split()[:2]
    return 0 if state == "Z" else int(parent)


def _prctl(option: int, value: int) -> None:
    if _libc.prctl(option, value, 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"prctl: {os.strerror(number)}")


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
