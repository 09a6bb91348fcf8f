"""Aurora PostgreSQL (section 2.2)."""

from typing import Annotated, Literal

from pydantic import Field

from infra.environment.base import Section, setting

_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]"
_DAY = "(mon|tue|wed|thu|fri|sat|sun)"
Capacity = Annotated[float, Field(ge=0.5, le=256, multiple_of=0.5)]


class Database(Section):
    """The Aurora cluster: Serverless v2 with the capacities that the document gives for v1 (C-24, C-26)."""

    existing: str | None = setting(
        "2.2",
        "Identifier of the cluster that exists already; `adopt` imports it.",
        default=None,
        pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
        max_length=63,
        form="a cluster identifier: lower-case words joined by hyphens, at most 63 characters",
    )
    engine: Literal["aurora-postgresql"] = setting("2.2", "Engine.", default="aurora-postgresql")
    engine_version: str = setting(
        "2.2", "Engine version.", default="16.8", pattern=r"^[0-9]{2}\.[0-9]{1,2}$", form="major.minor in quotes"
    )
    instance_class: Literal["db.serverless"] = setting("2.2", "Serverless v2 (C-24).", default="db.serverless")
    min_acu: Capacity = setting("2.2", "Least capacity.", unit="ACU")
    max_acu: Capacity = setting("2.2", "Greatest capacity.", unit="ACU")
    backup_retention_days: int = setting("2.2", "How long automatic backups are kept.", unit="days", ge=1, le=35)
    multi_az: bool = setting("2.2", "A writer and a reader in another zone, else one instance (C-25).")
    encryption_key: Literal["customer", "aws"] = setting(
        "2.2", "KMS key: the customer's in production, the AWS-managed elsewhere (C-28).", default="aws"
    )
    direct_access: Literal["prohibited", "senior-developers", "team"] = setting(
        "2.2", "Who may connect to PostgreSQL itself, through Session Manager (C-34, C-35)."
    )
    data_api: Literal["required", "preferred", "available"] = setting(
        "2.2", "How applications connect; the Data API is on everywhere and counts as pooling (C-31)."
    )
    performance_insights: bool = setting(
        "2.2", "Performance Insights with Database Insights Standard (C-33), else basic monitoring.", default=False
    )
    deletion_protection: bool = setting("1.1", "Whether the cluster refuses deletion.", default=False)
    final_snapshot: bool = setting("1.1", "Whether a deletion leaves a snapshot.", default=False)
    name: str = setting(
        "2.2",
        "Name of the database in the cluster.",
        default="catalogue",
        pattern=r"^[a-z][a-z0-9_]{0,62}$",
        form="lower-case letters, digits, _",
    )
    master_user: str = setting(
        "2.2",
        "Master user; AWS keeps its password.",
        default="distro",
        pattern=r"^[a-z][a-z0-9_]{0,15}$",
        form="lower-case letters, digits, _, at most 16",
    )
    port: int = setting("2.4", "TCP port.", default=5432, ge=1150, le=65535)
    backup_window: str = setting(
        "10.1",
        "Daily automatic backup.",
        unit="UTC",
        default="05:00-06:00",
        pattern=rf"^{_CLOCK}-{_CLOCK}$",
        form="HH:MM-HH:MM",
    )
    maintenance_window: str = setting(
        "9.1",
        "AWS's own window: inside 02:00-04:00 New York in both seasons (C-89).",
        unit="UTC",
        default="sun:07:00-sun:08:00",
        pattern=rf"^{_DAY}:{_CLOCK}-{_DAY}:{_CLOCK}$",
        form="ddd:HH:MM-ddd:HH:MM",
    )
    minor_upgrades: bool = setting("9.1", "Automatic minor upgrades: the pipeline applies them (C-89).", default=False)

    @property
    def instances(self) -> int:
        """How many instances the cluster has: with `multi_az` a reader beside the writer (C-25, C-32)."""
        return 2 if self.multi_az else 1
