"""The SSH key that somebody signs with where they name none."""

from __future__ import annotations

from pathlib import Path

from infra.errors import UsageError

_USUAL = ("id_ed25519", "id_ecdsa", "id_ed25519_sk")


def chosen(key: Path | None) -> Path:
    """The key named, else the one that ssh uses first. Raises UsageError where there is none."""
    if key:
        return key.expanduser()
    folder = Path.home() / ".ssh"
    found = next((folder / name for name in _USUAL if (folder / name).exists()), None)
    if found is None:
        raise UsageError("There is no SSH key of yours.", hint="Give --key FILE.")
    return found
