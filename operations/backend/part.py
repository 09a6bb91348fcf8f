"""What the backend is made of: parts that can be looked at and made, each for itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Literal

Status = Literal["ready", "missing", "weaker", "refused"]


@dataclass(frozen=True)
class Found:
    """How a part is: `ready` is as wanted or stronger, `weaker` can be mended, `refused` is for a person to decide."""

    status: Status
    detail: str = ""


READY = Found("ready")
MISSING = Found("missing")


class Part(ABC):
    """One thing with a name, as AWS shows it."""

    def __init__(self, name: str) -> None:
        self.name = name

    @abstractmethod
    def look(self) -> Found:
        """How it is. Changes nothing."""

    @abstractmethod
    def make(self) -> None:
        """Make it, or strengthen what is weaker; nothing of it becomes weaker."""
