"""moto's EC2 without its data: the SSM backend imports it for one question that nobody asks here."""

from __future__ import annotations

import importlib
import sys
import types
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import moto

_NAME = "moto.ec2"


def install() -> None:
    """Put a package in its place that becomes the real one when its backends are used."""
    package = types.ModuleType(_NAME)
    package.__path__ = [str(Path(moto.__file__).with_name("ec2"))]
    package.__spec__ = ModuleSpec(_NAME, None, is_package=True)
    package.ec2_backends = _Backends()  # type: ignore[attr-defined]
    sys.modules[_NAME] = package


class _Backends:
    """Stands for `moto.ec2.ec2_backends`."""

    def __getitem__(self, account: str) -> Any:
        return importlib.import_module("moto.ec2.models").ec2_backends[account]
