"""Asking a sandbox's provider whether anything differs from what was deployed, without an engine.

One line of JSON each way over loopback TCP: `{"token", "do": "settle", "stack", "resources": [[URN, id], …]}` is
answered by `{"settled": ID | null}`, `{"token", "do": "unchanged", "stack", "settled": ID}` by `{"unchanged": bool}`.
Where to ask stands in the sandbox's folder, in a file that its owner alone can read (`FILE`).
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from infra.files import replace
from local.ports import LOOPBACK

FILE = Path("data", "readback.json")
"""Among what goes with a generation."""
_PATIENCE = 120.0
"""Seconds for an answer: as long as a provider takes to read thousands of resources."""


@dataclass(frozen=True)
class Address:
    """Where a provider listens, and the token that it wants."""

    port: int
    token: str = field(repr=False)

    def write(self, root: Path) -> None:
        """Put it into the sandbox's folder."""
        (root / FILE).parent.mkdir(mode=0o700, exist_ok=True)
        replace(root / FILE, json.dumps(asdict(self)).encode())


def settle(root: Path, stack: str, resources: Iterable[tuple[str, str]]) -> str | None:
    """Have the provider remember what it told of these resources (URN, id); None where it cannot."""
    answer = _ask(root, do="settle", stack=stack, resources=list(resources))
    found = answer.get("settled")
    return str(found) if found else None


def unchanged(root: Path, stack: str, settled: str) -> bool:
    """Whether each of them reads back as it was told. False also where nobody can tell: then the engine has to look."""
    return bool(_ask(root, do="unchanged", stack=stack, settled=settled).get("unchanged"))


def _ask(root: Path, **request: Any) -> dict[str, Any]:
    try:
        address = Address(**json.loads((root / FILE).read_bytes()))
        with socket.create_connection((LOOPBACK, address.port), timeout=_PATIENCE) as connection:
            connection.sendall(json.dumps({"token": address.token, **request}).encode() + b"\n")
            with connection.makefile("rb") as answers:
                answer: dict[str, Any] = json.loads(answers.readline())
    except (OSError, ValueError, TypeError):  # a provider that died, or is being started anew
        return {}
    return answer
