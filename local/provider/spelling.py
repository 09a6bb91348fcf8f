"""Between Pulumi's spelling of blocks (camelCase, tags as a map) and a service's own (PascalCase, tags as a list)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from local.provider.properties import camel, pascal
from local.provider.tags import tag_list, tag_map


@dataclass(frozen=True)
class Spelling:
    """One service's way of writing. `names`: Pulumi's name to the service's, where the rule does not hold."""

    names: Mapping[str, str] = field(default_factory=dict)
    maps: frozenset[str] = frozenset()
    """Pulumi's names of members whose keys belong to the user (`variables`): copied, never respelt."""
    lower: bool = False
    """The service writes camelCase itself (API Gateway, Logs): only `names` are changed."""

    def to_aws(self, value: Any) -> Any:
        """A block as the service wants it; members that are None are left out."""
        return self._walk(value, self._to_name, self._tags_to_aws)

    def from_aws(self, value: Any) -> Any:
        """A block as Pulumi writes it; points in time become text."""
        return self._walk(value, self._from_name, self._tags_from_aws)

    def _walk(self, value: Any, spell: Callable[[str], str], tags: Callable[[str, Any], Any]) -> Any:
        if isinstance(value, Mapping):
            return {
                spell(key): tags(key, member) if self._opaque(key, member) else self._walk(member, spell, tags)
                for key, member in value.items()
                if member is not None
            }
        if isinstance(value, list | tuple):
            return [self._walk(member, spell, tags) for member in value]
        return moment(value) if isinstance(value, datetime) else value

    def _opaque(self, key: str, member: Any) -> bool:
        if self._from_name(key) in self.maps or key in self.maps:
            return True
        return key in ("tags", "Tags") and (isinstance(member, Mapping) or _is_tag_list(member))

    def _to_name(self, name: str) -> str:
        return self.names.get(name, name if self.lower else pascal(name))

    def _from_name(self, name: str) -> str:
        for ours, theirs in self.names.items():
            if theirs == name:
                return ours
        return name if self.lower else camel(name)

    def _tags_to_aws(self, key: str, member: Any) -> Any:
        return tag_list(member) if key == "tags" and not self.lower else member

    def _tags_from_aws(self, key: str, member: Any) -> Any:
        return tag_map(member) if _is_tag_list(member) else member


def _is_tag_list(member: Any) -> bool:
    return (
        isinstance(member, list) and bool(member) and all(isinstance(tag, Mapping) and "Key" in tag for tag in member)
    )


def moment(value: datetime) -> str:
    """A point in time as AWS's documents write it: `2026-01-31T00:00:00Z`."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
