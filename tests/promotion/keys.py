"""Real SSH keys, made once a run."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from promotion.ssh import Namespace, Signer

NOW = datetime(2026, 11, 28, 16, 0, tzinfo=UTC)
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Keys:
    """Key pairs by name, made when first asked for."""

    folder: Path

    def private(self, name: str) -> Path:
        path = self.folder / name
        if not path.exists():
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path], check=True)
        return path

    def public(self, name: str) -> str:
        return self.private(name).with_suffix(".pub").read_text().strip()

    def signer(self, name: str, *namespaces: Namespace, principal: str | None = None) -> Signer:
        return Signer(principal or name, self.public(name), namespaces, NOW - YEAR, NOW + YEAR)
