"""Whether an `up` has anything to do: what was deployed last, of what, and what the provider was asked to remember.

Nothing has to be done where the sources, the state and the emulators are those of the last `up` that ended well, and
every resource reads back as it was deployed. Then no engine is started (docs/decisions/0008).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine import state
from infra.files import replace
from infra.paths import project_root
from local import readback
from local.sandbox import Sandbox
from operations import sandbox as sandboxes
from operations.target import Target

_FILE = "settled.json"
_SOURCES = ("Pulumi*.yaml", "requirements.lock", "infra/**/*", "engine/*.py")
"""What a deployment is made from. The program reads nothing else but the date, which keys and exceptions end at."""


@dataclass(frozen=True)
class Settled:
    """The last `up` that ended well."""

    sources: str
    state: str | None
    generation: str
    readback: str
    unchanged: int
    """How many resources the engine counts as unchanged."""


def is_there(target: Target) -> bool:
    """Whether an `up` has ended well since the last engine began."""
    return _place(target).exists()


def sources() -> str:
    """The digest of everything that decides what is deployed: program, specification, locks."""
    digest, root = hashlib.sha256(datetime.now(UTC).date().isoformat().encode()), project_root()
    for file in _files(root):
        content = file.read_bytes()
        digest.update(f"{file}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    for pattern in _SOURCES:
        found = (file for file in root.glob(pattern) if file.suffix != ".pyc" and file.is_file())
        yield from sorted(found)


def holds(target: Target, sandbox: Sandbox) -> Settled | None:
    """What was settled, if all of it holds still. The caller holds the target."""
    found = _read(target)
    file = sandboxes.workspace(target).state_file
    if found is None or (found.generation, found.state) != (sandbox.generation, state.digest(file)):
        return None
    if found.sources != sources() or not readback.unchanged(sandbox.root, target.environment, found.readback):
        return None
    return found


def settle(target: Target, sandbox: Sandbox, deployed: str, changes: Mapping[str, int]) -> None:
    """Remember an `up` that ended well; `deployed` is the digest of the sources that it was made from."""
    file = sandboxes.workspace(target).state_file
    keys = [(each["urn"], each["id"]) for each in state.resources(file) if _is_emulated(each)]
    if token := readback.settle(sandbox.root, target.environment, keys):
        unchanged = sum(count for kind, count in changes.items() if kind != "delete")
        found = Settled(deployed, state.digest(file), sandbox.generation, token, unchanged)
        replace(_place(target), json.dumps(asdict(found)).encode())


def unsettle(target: Target) -> None:
    """An engine begins: until it has ended well, nobody knows what is there."""
    _place(target).unlink(missing_ok=True)


def _is_emulated(resource: Mapping[str, Any]) -> bool:
    return bool(resource.get("custom")) and not resource["type"].startswith("pulumi:")


def _read(target: Target) -> Settled | None:
    try:
        return Settled(**json.loads(_place(target).read_bytes()))
    except (FileNotFoundError, ValueError, TypeError):  # none, or another version's
        return None


def _place(target: Target) -> Path:
    return sandboxes.workspace(target).directory / _FILE
