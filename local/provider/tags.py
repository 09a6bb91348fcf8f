"""Tags: Pulumi has a map, AWS services have four spellings of lists and maps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def tag_list(tags: Mapping[str, str] | None, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """`{"a": "b"}` → `[{"Key": "a", "Value": "b"}]` (KMS says TagKey and TagValue)."""
    return [{key: name, value: text} for name, text in (tags or {}).items()]


def tag_map(tags: Iterable[Mapping[str, Any]] | None, key: str = "Key", value: str = "Value") -> dict[str, str]:
    """The other way; tags that AWS itself keeps (`aws:…`) are left out."""
    found = {str(tag[key]): str(tag.get(value, "")) for tag in tags or ()}
    return {name: text for name, text in found.items() if not name.startswith("aws:")}


def tag_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[dict[str, str], list[str]]:
    """From two sets of inputs: the tags to set, and the names of those to remove."""
    before, after = old.get("tags") or {}, new.get("tags") or {}
    return {name: text for name, text in after.items() if before.get(name) != text}, sorted(
        before.keys() - after.keys()
    )
