"""Security rules, one file a profile (section 3.2), and the indexes merged into the database's (C-51).

production   section 3.2, with C-57's condition for artists
staging      production's, and whoever has the claim `tester` may do everything; anonymous gains nothing (C-54)
development  any signed-in user, everywhere (C-56)
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

Profile = Literal["production", "staging", "development"]
Indexes = Mapping[str, Sequence[str]]

_FOLDER = Path(__file__).parent


def database(profile: Profile, indexes: Indexes) -> str:
    """The rules document of a Realtime Database, as JSON. `indexes`: child keys by path (`public/releases`)."""
    document = json.loads((_FOLDER / f"database.{profile}.json").read_text())
    for path, keys in indexes.items():
        _place(document["rules"], path)[".indexOn"] = list(keys)
    return json.dumps(document, indent=2)


def storage(profile: Profile) -> str:
    """The source of the rules of Cloud Storage, in Firebase's rules language."""
    return (_FOLDER / f"storage.{profile}.rules").read_text()


def _place(rules: dict[str, Any], path: str) -> dict[str, Any]:
    for part in path.split("/"):
        rules = rules.setdefault(part, {})
    return rules
