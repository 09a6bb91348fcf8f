"""Names of sandboxes: those of rehearsals have a prefix; and what ends each, for hints."""

from __future__ import annotations

REHEARSAL = "rehearsal-"
"""How the names of a rehearsal's emulators begin."""


def ending(name: str) -> str:
    """The command that ends a sandbox of that name."""
    named = name.removeprefix(REHEARSAL)
    command = "distro down local" if named == name else "distro --rehearse down --all"
    return command if named == "default" else f"{command} --sandbox {named}"
