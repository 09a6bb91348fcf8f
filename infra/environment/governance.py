"""Cost, security, data refresh and disaster recovery (sections 7, 8, 9.2 and 10)."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from infra.environment.base import Label, Range, Region, Section, setting


class Cost(Section):
    """Estimated monthly cost in US dollars; the upper bound of the total is the budget (C-79, C-84)."""

    aws: Range = setting("7.1", "All AWS services.", unit="USD/month")
    firebase: Range = setting("7.1", "All Firebase services.", unit="USD/month")
    total: Range = setting("7.1", "AWS and Firebase.", unit="USD/month")
    aws_services: Mapping[Label, Range] = setting("7.1", "Per AWS service.", unit="USD/month", default={})
    firebase_services: Mapping[Label, Range] = setting("7.1", "Per Firebase service.", unit="USD/month", default={})
    aws_share: Range | None = setting("7.1", "Share of production as written; reported only.", unit="%", default=None)
    firebase_share: Range | None = setting(
        "7.1", "Share of production as written; reported only.", unit="%", default=None
    )
    alert_percent: tuple[Annotated[int, Field(ge=1, le=200)], ...] = setting(
        "6.1", "Shares of the budget that notify.", unit="%", default=(80, 100)
    )

    @property
    def budget(self) -> int:
        """The monthly budget in US dollars."""
        return self.total.most


class Audit(Section):
    """Audit logging."""

    trail: Literal["own", "shared"] = setting("8.1", "Whose CloudTrail records this environment.", default="shared")
    data_events: bool = setting("8.1", "Whether reads and writes of data are recorded, or management alone.")


class Security(Section):
    """Controls; staging has production's (C-88)."""

    mfa: bool = setting("8.1", "Whether every human role asks for MFA.")
    waf: bool = setting("8.1", "Web ACL on public endpoints.")
    least_privilege: Literal["enforced", "relaxed"] = setting("8.1", "Whether wildcards in policies are refused.")
    minimum_tls: Literal["1.2"] = setting("8.1", "Least TLS version in transit.", default="1.2")
    encryption_enforced: bool = setting("8.1", "Whether policies deny unencrypted requests (C-39).")
    scanning: Literal["daily", "weekly"] | None = setting("8.1", "Security scans; none: no schedule.", default=None)
    shared_identities: bool = setting("8.1", "Whether people may share a (never approving) identity.", default=False)
    ci_deploys: bool = setting("1.1", "Whether the pipeline's role may deploy here by itself.", default=False)
    audit: Audit = setting("8.1", "Audit logging.")


class Refresh(Section):
    """Where the data comes from."""

    source: Literal["production-sanitized", "synthetic"] = setting("9.2", "Source of the data.")
    frequency: Literal["weekly", "daily"] = setting("9.2", "How often, and on demand.")
    sanitization: tuple[Literal["remove-pii", "mask-pii"], ...] = setting("9.2", "What is done to PII.", default=())
    manual_validation: bool = setting("9.2", "Whether data stays closed until a person signs it (C-92).", default=False)
    cleanup: Literal["daily"] | None = setting("8.1", "Removal of sensitive test data.", default=None)


RecoverySource = Literal["aurora-backup", "s3-replica", "infrastructure-as-code", "parameter-backup"]
FailoverStep = Literal["assess", "restore-database", "redeploy", "update-dns", "validate"]


class Recovery(Section):
    """Disaster recovery."""

    rto_hours: Range = setting(
        "10.1", "Recovery time objective: best effort from least, promised at most.", unit="hours"
    )
    rpo_hours: int = setting("10.1", "Recovery point objective.", unit="hours", ge=1, le=168)
    strategy: Literal["restore-backups", "rebuild"] = setting("10.1", "Backups restored, or all made again from code.")
    sources: tuple[RecoverySource, ...] = setting("10.1", "What it is recovered from.", min_length=1)
    steps: tuple[FailoverStep, ...] = setting("10.1", "Failover, in order.", min_length=1)
    region: Region | None = setting("10.1", "Recovery region; none: within the region (C-93).", default=None)
    copies: Region | None = setting("10.1", "Region that backups are copied to; none: uncovered (C-93).", default=None)
