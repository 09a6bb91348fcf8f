"""Which Node.js runs the Firebase emulators: looked up once, remembered while its program stays the same."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

from infra.errors import OperationFailed
from infra.paths import cache_home
from infra.provisioning import artifact

OLDEST = 18
"""The oldest major version that runs the bundle; tried with 18, 20, 22 and 24."""
QUESTION = "JSON.stringify([process.execPath, process.version, `${process.platform}-${process.arch}`])"
HINT = (
    f"Install Node.js {OLDEST} or newer (20 is what CI runs) so that `node` and `npm` are on PATH, then run this again."
)


@dataclass(frozen=True)
class Node:
    """A Node.js installation."""

    program: str
    """The program itself, not a version manager's shim: it stays the same in every folder."""
    version: str
    """`v20.20.2`"""
    system: str
    """`linux-x64`"""

    @property
    def major(self) -> int:
        """The first number of the version."""
        return int(self.version.removeprefix("v").split(".")[0])

    @property
    def tag(self) -> str:
        """What V8's compiled code depends on."""
        return f"node-{self.version}-{self.system}"


def find() -> Node:
    """The `node` on PATH; raises OperationFailed where there is none, or none that is new enough."""
    found = shutil.which("node")
    if found is None:
        raise OperationFailed("The Firebase Auth emulator needs Node.js, and no `node` is on PATH", hint=HINT)
    node = _remembered(found) or _asked(found)
    if node.major < OLDEST:
        raise OperationFailed(
            f"The Firebase Auth emulator needs Node.js {OLDEST} or newer; {found} is {node.version}", hint=HINT
        )
    return node


def _remembered(found: str) -> Node | None:
    """Asking Node costs 80 ms, a tenth of a deployment that changes nothing."""
    try:
        memory = json.loads(_memory().read_text())
        node = Node(**memory["node"])
        known = memory["stamp"] == _stamp(found) and Path(node.program).exists()
    except (OSError, ValueError, KeyError, TypeError):  # not there yet, or of another version of this project
        return None
    return node if known else None


def _asked(found: str) -> Node:
    try:
        answer = subprocess.run([found, "-p", QUESTION], capture_output=True, text=True, check=True, timeout=30)
        node = Node(*json.loads(answer.stdout))
    except (OSError, subprocess.SubprocessError, ValueError, TypeError) as error:
        raise OperationFailed(f"{found} does not run: {error}", hint=HINT) from error
    _remember(found, node)
    return node


def _remember(found: str, node: Node) -> None:
    memory = _memory()
    with artifact.writable(memory.parent):
        memory.parent.mkdir(parents=True, exist_ok=True)
        draft = memory.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps({"stamp": _stamp(found), "node": asdict(node)}))
        draft.replace(memory)


def _stamp(found: str) -> list[str | int]:
    program = Path(found).resolve()
    status = program.stat()
    return [str(program), status.st_size, status.st_mtime_ns]


def _memory() -> Path:
    return cache_home() / "firebase-auth" / "node.json"
