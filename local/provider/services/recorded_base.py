"""What types have in common that no emulator holds: properties that are all recorded, ids that follow from names."""

from __future__ import annotations

import hashlib
import uuid

from local.provider.properties import set_equal
from local.provider.resource import Property, recorded


def all_recorded(
    reason: str, *names: str, fixed: tuple[str, ...] = (), computed: tuple[str, ...] = ()
) -> dict[str, Property]:
    """Recorded properties: `fixed` ones cannot change in place, `computed` ones are chosen by AWS when absent."""
    names = tuple(dict.fromkeys((*names, *fixed, *computed)))
    table = {name: recorded(reason, replace=name in fixed, computed=name in computed) for name in names}
    return table | ({"tags": recorded(reason, same=set_equal)} if "tags" in table else {})


def stable_hex(*parts: object, length: int = 17) -> str:
    """Hex digits that follow from `parts`: an id that a second creation of the same thing finds again."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:length]


def stable_uuid(*parts: object) -> str:
    """The same as a UUID."""
    return str(uuid.UUID(stable_hex(*parts, length=32)))
