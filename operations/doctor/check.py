"""A check and what it found."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Literal

from infra.progress import Report

Result = Literal["ok", "warning", "broken"]


@dataclass(frozen=True)
class Finding:
    """`warning`: worth knowing, or `distro up local` puts it right; `broken`: something will not work."""

    name: str
    result: Result
    detail: str
    hint: str | None = None


class Check(ABC):
    """One thing that may be wrong."""

    name: ClassVar[str]

    @abstractmethod
    def look(self) -> Finding:
        """Look at it. Changes nothing; raises DistroError or OSError where it cannot be looked at."""

    def mend(self, report: Report, /) -> None:  # noqa: B027 - most checks have nothing to mend
        """Put right what can be without losing anything that is wanted; nothing, for most. Raises DistroError."""

    def ok(self, detail: str) -> Finding:
        """All is well."""
        return Finding(self.name, "ok", detail)

    def warning(self, detail: str, hint: str) -> Finding:
        """Worth knowing."""
        return Finding(self.name, "warning", detail, hint)

    def broken(self, detail: str, hint: str) -> Finding:
        """Something will not work."""
        return Finding(self.name, "broken", detail, hint)
