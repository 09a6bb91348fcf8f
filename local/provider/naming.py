"""URNs, and the names that resources get when the program gives none."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

SUFFIX = 7
"""Hex digits, as in pulumi-aws."""


@dataclass(frozen=True)
class Urn:
    """`urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>`, taken apart."""

    text: str

    @property
    def stack(self) -> str:
        """The stack that it belongs to."""
        return self.text.split("::", 1)[0].removeprefix("urn:pulumi:")

    @property
    def type(self) -> str:
        """The resource's own type token."""
        return self.text.split("::")[2].rsplit("$", 1)[-1]

    @property
    def name(self) -> str:
        """The resource's name in the program; it may contain `::`."""
        return self.text.split("::", 3)[3]


def autoname(urn: Urn, prefix: str, replaced: str = "", *, fifo: bool = False) -> str:
    """The same name for the same URN in every run, so that a killed run is found again.

    `replaced`: the id of the resource that this one will stand in for, whose name is taken. A FIFO queue or topic must
    end in `.fifo`.
    """
    digest = hashlib.sha256(f"{urn.text}\0{replaced}".encode()).hexdigest()[:SUFFIX]
    return f"{prefix}{digest}{'.fifo' if fifo else ''}"


def autonamed(prefix: str, name: object) -> bool:
    """Whether a name was made by `autoname`."""
    return bool(re.fullmatch(rf"{re.escape(prefix)}[0-9a-f]{{{SUFFIX}}}(\.fifo)?", str(name)))
