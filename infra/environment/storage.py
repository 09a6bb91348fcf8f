"""S3 buckets (section 2.3)."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from infra.environment.base import Days, Label, Region, Section, Text, setting


class Lifecycle(Section):
    """What happens to objects as they age; old versions and unfinished uploads go the same way (C-38)."""

    transition_days: int | None = setting(
        "2.3", "Day of the move to Intelligent-Tiering; none: never.", unit="days", default=None, ge=0, le=3650
    )
    delete_after_days: Days | None = setting("2.3", "Day of deletion; none: kept.", unit="days", default=None)


class PublicAccess(Section):
    """A declared exception from the public access block, in development only (C-40)."""

    reason: Text = setting("2.3", "What is tested.")
    # A date, not a number of days: an exception that is redeployed must still end.
    until: Annotated[date, Field(strict=False)] = setting("2.3", "Last day, YYYY-MM-DD.")


class Bucket(Section):
    """An S3 bucket; always encrypted with AES-256 (SSE-S3)."""

    purpose: Text = setting("2.3", "What it holds.")
    existing: str | None = setting(
        "2.3",
        "Name of the bucket that exists already; `adopt` imports it.",
        default=None,
        pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
        form="a bucket name",
    )
    critical: bool = setting("2.3", "Whether its data is critical (C-37).", default=False)
    versioning: bool = setting("2.3", "Whether versions are kept.")
    encryption: Literal["AES256"] = setting("2.3", "Encryption at rest.", default="AES256")
    lifecycle: Lifecycle = setting("2.3", "Ageing.")
    replicate_to: Region | None = setting(
        "2.3", "Region of the replica of a critical bucket (C-37); none: not replicated.", default=None
    )
    public_access: PublicAccess | None = setting("2.3", "Declared exception; none: blocked.", default=None)


Buckets = Mapping[Label, Bucket]
