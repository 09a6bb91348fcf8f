"""The record of a sandbox, `sandbox.json`: written by its supervisor alone, atomically, with mode 0600."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from infra.errors import OperationFailed
from local.naming import ending
from local.plan import Plan

SCHEMA = 1
FILE = "sandbox.json"

State = Literal["starting", "running", "dead", "stopped"]


@dataclass(frozen=True)
class Entry:
    """What the supervisor knows about one component."""

    name: str
    state: State
    endpoint: str
    pid: int | None
    since: str
    """ISO 8601, UTC: when it entered this state."""
    ended: str = ""
    """How a dead one ended."""


@dataclass(frozen=True)
class Record:
    """A sandbox's plan, the control channel of its supervisor, and its components."""

    plan: Plan
    supervisor: int
    """Process number."""
    control: int
    """Loopback port of the control channel; its token is among the plan's secrets."""
    components: Mapping[str, Entry]


def write(record: Record) -> None:
    """Replace the record; whoever reads sees the old one or the new one, whole."""
    document = {
        "schema": SCHEMA,
        "plan": record.plan.as_json(),
        "supervisor": record.supervisor,
        "control": record.control,
        "components": [asdict(entry) for entry in record.components.values()],
    }
    target = record.plan.root / FILE
    draft = target.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(document, file, indent=1)
    draft.replace(target)


def read(root: Path) -> Record | None:
    """The record in a sandbox's folder, None where there is none.

    Raises OperationFailed where it is damaged or of another version.
    """
    try:
        return _parse(json.loads((root / FILE).read_bytes()), root)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise OperationFailed(f"{root / FILE} is damaged: {error}", hint=f"Run `{ending(root.name)}`.") from error


def remains(root: Path) -> Record | None:
    """The record of a generation that has ended, None also where it cannot be read: it is about to be removed."""
    try:
        return read(root)
    except OperationFailed:
        return None


def _parse(document: Mapping[str, Any], root: Path) -> Record:
    if document.get("schema") != SCHEMA:
        raise OperationFailed(
            f"{root / FILE} has schema {document.get('schema')}, this version knows {SCHEMA}",
            hint=f"Run `{ending(root.name)}`.",
        )
    entries = (Entry(**entry) for entry in document["components"])
    return Record(
        plan=Plan.from_json(document["plan"]),
        supervisor=document["supervisor"],
        control=document["control"],
        components={entry.name: entry for entry in entries},
    )
