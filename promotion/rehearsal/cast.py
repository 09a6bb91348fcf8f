"""The people of a rehearsal, with keys that are made for it and end with it."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from promotion.rehearsal.shell import ran

AUTHOR, REQUESTER, ROOT, ATTESTER = "sam", "rita", "ann", "ci"
"""Who writes the commits, who asks for promotions, who holds the root of trust, who signs results of tests."""
ROLES: Mapping[str, tuple[str, ...]] = {
    AUTHOR: (), REQUESTER: (), "tess": ("team-lead",), "dana": ("product-manager",), "adrian": ("engineering-lead",),
}  # fmt: skip
_SUITES = ("unit", "integration", "regression")


def mail(name: str) -> str:
    """Somebody's address, as commits have it."""
    return f"{name}@example.org"


def organisation(keys: Path) -> dict[str, Any]:
    """What `distro init --people` reads; everybody's key pair is made in the folder. Raises OperationFailed."""
    keys.mkdir(mode=0o700)
    names = (*ROLES, ROOT, ATTESTER)
    with ThreadPoolExecutor() as pool:
        public = dict(zip(names, pool.map(lambda name: _key(keys / name), names), strict=True))
    return {
        "root": {"threshold": 1, "holders": {ROOT: public[ROOT]}},
        "people": {
            name: {"mails": [mail(name)], "keys": [public[name]], "roles": roles} for name, roles in ROLES.items()
        },
        "attesters": {ATTESTER: {"keys": [public[ATTESTER]], "suites": _SUITES, "checkpoints": True}},
    }


def _key(path: Path) -> str:
    """A new key pair's public half."""
    ran(("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(path)), path.parent)
    return path.with_name(f"{path.name}.pub").read_text(encoding="utf-8").strip()
