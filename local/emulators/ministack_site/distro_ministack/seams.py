"""What MiniStack is given where it loses or lacks what a sandbox needs; one module a matter, each replaces a function.

The version is locked; the conformance and fidelity tests of this profile fail without any of them.
"""

from __future__ import annotations

from distro_ministack import (
    absent_values,
    alarms,
    api_parts,
    api_patches,
    dead_letters,
    function_states,
    functions,
    secret_names,
    secret_rotation,
)

ALL = (
    absent_values,
    alarms,
    api_parts,
    api_patches,
    dead_letters,
    function_states,
    functions,
    secret_names,
    secret_rotation,
)


def install() -> None:
    """Put all of them in their places."""
    for seam in ALL:
        seam.install()
