"""Lambda functions and EC2 instances (section 2.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from infra.environment.base import Label, Range, Section, Text, setting

FunctionName = Literal["health", "config", "upload", "catalogue", "ingest", "firebase-export", "off-hours"]
FunctionKind = Literal["api", "background", "async"]
KINDS: Mapping[FunctionName, FunctionKind] = {
    "health": "api",
    "config": "api",
    "upload": "api",
    "catalogue": "api",
    "ingest": "async",
    "firebase-export": "background",
    "off-hours": "background",
}
Memory = Annotated[int, Field(ge=128, le=10240)]
Seconds = Annotated[int, Field(ge=1, le=900)]


class Timeouts(Section):
    """Time-outs per kind of function."""

    api: Seconds = setting("2.1", "Functions behind an API; their integration ends at 29 s (C-17).", unit="seconds")
    background: Seconds = setting("2.1", "Background and asynchronous functions.", unit="seconds")


class FunctionSpec(Section):
    """What one function has of its own."""

    memory: Memory = setting("2.1", "Memory, within the environment's range.", unit="MB")
    timeout: Seconds | None = setting("2.1", "Own time-out; none: that of its kind.", unit="seconds", default=None)
    reserved_concurrency: int | None = setting(
        "2.1", "Concurrency kept for a critical function; none: the shared pool.", default=None, ge=1, le=900
    )


@dataclass(frozen=True)
class Function:
    """A function as it is deployed: the environment's rules applied to what it has of its own."""

    name: FunctionName
    kind: FunctionKind
    memory: int
    timeout: int
    reserved_concurrency: int | None
    dead_letter_queue: bool
    in_vpc: bool


class Functions(Section):
    """The Lambda functions of the environment."""

    memory: Range = setting("2.1", "Allowed memory.", unit="MB")
    timeout: Timeouts = setting("2.1", "Time-outs per kind.")
    concurrency: Literal["reserved", "shared"] = setting(
        "2.1", "Reserved for critical functions, or the account's shared pool for all.", default="shared"
    )
    critical: tuple[FunctionName, ...] = setting(
        "2.1", "Functions that users wait for or that hold their data.", default=("upload", "catalogue", "ingest")
    )
    dead_letter_queues: bool = setting("2.1", "Whether asynchronous functions have one.", default=True)
    dead_letter_days: int = setting("2.1", "How long a dead letter is kept.", unit="days", default=14, ge=1, le=14)
    receive_attempts: int = setting("2.1", "Attempts before a message is a dead letter.", default=3, ge=1, le=1000)
    network: Literal["private-subnets", "none"] = setting(
        "2.1", "Where functions run; private subnets for database access.", default="private-subnets"
    )
    each: Mapping[FunctionName, FunctionSpec] = setting("2.1", "The functions deployed, by name.", min_length=1)

    def deployed(self) -> tuple[Function, ...]:
        """Every function with the values it is deployed with."""
        return tuple(self.function(name) for name in self.each)

    def function(self, name: FunctionName) -> Function:
        """One function with the values it is deployed with; KeyError where this environment has none."""
        own, kind = self.each[name], KINDS[name]
        usual = self.timeout.api if kind == "api" else self.timeout.background
        return Function(
            name=name,
            kind=kind,
            memory=own.memory,
            timeout=own.timeout or usual,
            reserved_concurrency=own.reserved_concurrency,
            dead_letter_queue=self.dead_letter_queues and kind != "api",
            in_vpc=self.network == "private-subnets",
        )


class Instance(Section):
    """An EC2 instance."""

    type: Literal["t2.micro", "t3.nano", "t3.micro"] = setting("2.1", "Instance type.")
    purpose: Text = setting("2.1", "What it is for.")
    existing: str | None = setting(
        "2.1",
        "Id of the instance that exists already; `adopt` imports it.",
        default=None,
        pattern=r"^i-[0-9a-f]{8,17}$",
        form="an instance id like i-0123456789abcdef0",
    )
    critical: bool = setting(
        "7.2", "Whether it must not be interrupted; the others below prod are spot.", default=False
    )
    spot: bool = setting("2.1", "Persistent spot request that stops, else on demand (C-23).", default=False)
    detailed_monitoring: bool = setting("2.1", "CloudWatch detailed (true) or basic monitoring.", default=False)
    daily_snapshots: bool = setting("2.1", "Whether its EBS volumes are snapshotted daily.", default=False)
    automatic_recovery: bool = setting("2.1", "Whether an alarm recovers it (C-08).", default=False)
    scaling: Literal["manual", "none"] = setting("2.1", "Auto scaling is nowhere configured.", default="none")


Instances = Mapping[Label, Instance]
