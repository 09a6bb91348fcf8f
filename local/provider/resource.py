"""The contract of an emulated resource type: a table of its properties and four calls.

A class is one Pulumi type. The framework (server.py) does what all types share: it refuses unknown properties,
fills defaults and names, compares, keeps secrets wrapped, retries when throttled, and turns an emulator's answer
into an error that names the resource. A class only speaks with its service.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from local.provider.cloud import Cloud
from local.provider.properties import MISSING, Missing, equal, set_equal

Inputs = Mapping[str, Any]
"""Pulumi's wire names (camelCase), secrets unwrapped, whole numbers as int; at create nothing is unknown."""

Outputs = Mapping[str, Any]
"""Wire names as well: applied inputs as the emulator holds them, and computed outputs."""


@dataclass(frozen=True)
class Property:
    """What becomes of one input property. One that is in no table is refused, never dropped in silence.

    A dotted name is a place inside a block (`rules.filter.prefix`; lists are passed through), used to mark part of an
    applied property as recorded.
    """

    status: Literal["applied", "recorded"] = "applied"
    """`applied`: sent to the emulator and read back from it; `recorded`: kept in the state alone, never drift."""
    reason: str = ""
    """Why it is only recorded; shown by `distro parity`."""
    replace: bool = False
    """A change needs another resource in place of this one."""
    secret: bool = False
    """The value is a secret even where the program did not say so."""
    same: Callable[[Any, Any], bool] = equal
    """When (actual, recorded) mean the same: for read-back and for differences."""
    default: Any | Missing = MISSING
    """What AWS assumes; Check fills it in, so that drift from it shows and removing a property resets it."""
    proof: str = ""
    """The output that proves it where the value itself cannot be read back: a checksum of code."""
    computed: bool = False
    """AWS chooses a value when the program gives none: absent in the program is then no difference."""


def recorded(reason: str, **more: Any) -> Property:
    """A property that is kept in the state alone, and why."""
    return Property(status="recorded", reason=reason, **more)


TAGS = Property(same=set_equal)
"""The tags of a resource whose service holds them."""


@dataclass(frozen=True)
class Created:
    """A new resource: its id, and what the emulator computed (the inputs need not be repeated)."""

    id: str
    outputs: Outputs = field(default_factory=dict)


class PartlyCreated(Exception):
    """The resource exists, but a later step failed: the engine records it together with the failure."""

    def __init__(self, id: str, cause: Exception) -> None:
        super().__init__(str(cause))
        self.id = id
        self.cause = cause


@contextmanager
def partly(id: str) -> Iterator[None]:
    """Wrap the steps that follow the creation of `id`: a failure in them does not lose what exists."""
    try:
        yield
    except Exception as cause:
        raise PartlyCreated(id, cause) from cause


class Resource(ABC):
    """One Pulumi type on its emulator. Instances are shared by threads and hold no state."""

    type: ClassVar[str]
    """The type token, `aws:sqs/queue:Queue`."""
    service: ClassVar[str]
    """boto3's name of the service, for errors and endpoints; "" where no emulator holds the type."""
    properties: ClassVar[Mapping[str, Property]]
    name: ClassVar[str | None] = None
    """The property that is named `<resource name>-<7 hex digits>` when the program gives none."""
    prefix: ClassVar[str] = ""
    """What such a name must begin with (`alias/`)."""
    identity: ClassVar[tuple[str, ...]] = ()
    """The properties (beside `name`) that make up the id. A replacement in which they stay is deleted first."""
    exact: ClassVar[bool] = False
    """`read` gives nothing for what was never set: a value that the program did not ask for is then drift."""
    volatile: ClassVar[tuple[str, ...]] = ()
    """Computed outputs that an update may change (a version, a date): unknown in its preview."""
    observed: ClassVar[tuple[str, ...]] = ()
    """Computed outputs that tell of other resources, or of what happened: their change is no difference."""
    sensitive: ClassVar[tuple[str, ...]] = ()
    """Computed outputs that are secrets, whatever the program says: a key."""
    served: ClassVar[tuple[str, ...]] = ()
    """Properties whose outputs are what the emulator really uses, whatever was asked for: the port of a database."""
    spelling: ClassVar[Mapping[str, str]] = {}
    """How the service's error messages name a property, where it is not the property's own name."""

    @abstractmethod
    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """Make it. Raises what boto3 raises; wrap the steps after the first in `partly(id)`."""

    @abstractmethod
    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """Everything the emulator holds; None when it is gone.

        `inputs`: the last recorded ones; on import {} (or the region alone). An import may spell its id in another way
        than the state does: then the answer holds the state's under `id`.
        """

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Change it from `old` to `new` inputs and return the outputs that changed; {} where none did."""
        raise NotImplementedError(f"{self.type} cannot be changed in place: mark its properties with replace=True")

    @abstractmethod
    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """Remove it; one that is gone already is no error. `state`: the recorded outputs."""

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """The id of what a killed create may have left behind, found by its name; None where there is none."""
        return None

    def by_itself(self, cloud: Cloud, inputs: Inputs) -> bool:
        """Whether what has the name was made by the cloud itself, for the user's things: then it is the user's."""
        return False


class Recorded(Resource):
    """A type that no emulator holds: kept in the state alone; every property says so."""

    service = ""
    reason: ClassVar[str]
    """Why no emulator holds it."""

    @abstractmethod
    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """The id and the outputs as AWS would form them; no call is made."""

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """What was recorded."""
        return {**inputs, **self.create(cloud, inputs).outputs} if inputs else None

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Outputs as they follow from the new inputs."""
        return self.create(cloud, new).outputs

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """Nothing is held anywhere."""
