"""How close a sandbox is to the genuine clouds: what is emulated of what its deployment uses, and the proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine import state
from infra.errors import UsageError
from local import profiles
from operations import sandbox as sandboxes
from operations.target import Target

if TYPE_CHECKING:
    from local.provider.parity import Mismatch, TypeParity


@dataclass(frozen=True)
class Parity:
    """`types` is what the deployment uses; `mismatches` is what the emulators give back otherwise than recorded.

    `gaps` says of the profile's services what their emulators do not do, whatever they give back.
    """

    profile: str
    gaps: Mapping[str, str]
    types: Sequence[TypeParity]
    mismatches: Sequence[Mismatch]

    @property
    def kept(self) -> bool:
        """Whether the table is true: nothing is unsupported, and every applied property reads back as recorded."""
        return not self.mismatches and all(entry.status != "unsupported" for entry in self.types)


def parity(target: Target, profile: str | None = None) -> Parity:
    """Read every resource of a deployed sandbox back.

    Raises UsageError where nothing is deployed, or the sandbox runs on another profile than the one asked for.
    """
    from local.provider.cloud import Cloud
    from local.provider.parity import proof, table
    from local.provider.sandbox import RecordedSandbox

    found = sandboxes.running(target)
    if profile not in {None, found.profile}:
        raise UsageError(f"The sandbox {target.sandbox!r} runs on the profile {found.profile}, not {profile}.")
    resources = state.resources(sandboxes.workspace(target).state_file)
    if not resources:
        raise UsageError(f"Nothing is deployed in {target}.", hint=f"Run: {target.command('up')}")
    cloud = Cloud(RecordedSandbox(found.root))
    gaps = profiles.profile(found.profile).gaps
    return Parity(found.profile, gaps, table(resources, found.profile), proof(cloud, resources))
