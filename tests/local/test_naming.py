"""Hints name the command that ends just that sandbox."""

from __future__ import annotations

import pytest

from local.naming import ending


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("default", "distro down local"),
        ("branch", "distro down local --sandbox branch"),
        ("rehearsal-default", "distro --rehearse down --all"),
        ("rehearsal-branch", "distro --rehearse down --all --sandbox branch"),
    ],
)
def test_the_command_fits_the_name(name: str, command: str) -> None:
    assert ending(name) == command
