"""How the engine writes special values in JSON: secrets, files, what is not known yet (sdk/go/common/resource)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 -- the mark of a wrapped secret, itself none
ASSET = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"
UNKNOWNS = frozenset(
    {
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",  # a string, or anything
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # a bool
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # a number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # an array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # an asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # an archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # an object
    }
)


def is_secret(value: Any) -> bool:
    """Whether a value is a wrapped secret."""
    return isinstance(value, Mapping) and value.get(SIGNATURE) == SECRET


def is_content(value: Any) -> bool:
    """Whether a value is a file or an archive."""
    return isinstance(value, Mapping) and value.get(SIGNATURE) in {ASSET, ARCHIVE}


def is_unknown(value: Any) -> bool:
    """Whether a value is known only after the deployment, or a text holds one that is."""
    return isinstance(value, str) and any(mark in value for mark in UNKNOWNS)
