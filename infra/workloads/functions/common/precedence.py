"""The precedence of configuration, without I/O: runtime variable, secret, parameter, default (section 5.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MASK = "********"


@dataclass(frozen=True)
class Setting:
    """One setting, `service` and `name` in the case of parameters: `youtube`, `base-url`."""

    service: str
    name: str

    @property
    def key(self) -> str:
        """`youtube/base-url`, as in parameters and in the JSON of secrets."""
        return f"{self.service}/{self.name}"


@dataclass(frozen=True)
class Origin:
    """One place that gives a setting a value: `where` names the variable, secret, parameter or `default`."""

    source: str
    where: str
    value: str
    secret: bool = False

    def public(self) -> dict[str, str]:
        """What may be shown: a secret's value is masked, always by the same number of characters."""
        return {"source": self.source, "where": self.where, "value": MASK if self.secret else self.value}


@dataclass(frozen=True)
class Effective:
    """The value in force and, in order, those that it hides."""

    setting: Setting
    origin: Origin
    shadowed: tuple[Origin, ...]

    def public(self) -> dict[str, object]:
        """As JSON for people. One secret origin masks the others too: a variable may repeat the secret's value."""
        secret = any(origin.secret for origin in (self.origin, *self.shadowed))
        origins = [_masked(origin, secret).public() for origin in (self.origin, *self.shadowed)]
        return {**origins[0], "shadowed": origins[1:]}


def effective(layers: Iterable[Mapping[str, Origin]]) -> dict[str, Effective]:
    """Resolve every key of `layers`, which come in order of precedence, the highest first."""
    found: dict[str, list[Origin]] = {}
    for layer in layers:
        for key, origin in layer.items():
            found.setdefault(key, []).append(origin)
    return {key: _resolved(key, origins) for key, origins in sorted(found.items())}


def _resolved(key: str, origins: list[Origin]) -> Effective:
    service, _, name = key.partition("/")
    return Effective(Setting(service, name), origins[0], tuple(origins[1:]))


def _masked(origin: Origin, secret: bool) -> Origin:
    return Origin(origin.source, origin.where, origin.value, secret or origin.secret)
