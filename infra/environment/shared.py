"""What exists once for staging and production, or once in the account: the `shared` stack (sections 2.4 and 8.1)."""

from typing import Literal

from infra.environment.base import AccountId, Label, Region, RoleName, Section, setting
from infra.environment.governance import Audit
from infra.environment.monitoring import LogRetention
from infra.environment.network import Vpc, Zone


class Shared(Section):
    """The specification of `shared`; environments refer to what it makes and cannot change it (C-13, C-85)."""

    name: Literal["shared"] = setting("2.4", "Name of the stack.", default="shared")
    account: AccountId = setting("0.2", "AWS account.")
    region: Region = setting("0.2", "AWS region.")
    deployment_role: RoleName | None = setting(
        "8.1", "Role of the account that a genuine deployment assumes; none: the caller's own identity.", default=None
    )
    owner: Label = setting("12.2", "Value of the tag `owner`.", default="engineering")
    data_class: Literal["confidential"] = setting("8.1", "Value of the tag `data-class`.", default="confidential")
    vpc: Vpc = setting("2.4", "Network of staging and production.")
    zone: Zone = setting("2.4", "Hosted zone of all environments.")
    audit: Audit = setting("8.1", "The account's trail.")
    log_retention: LogRetention = setting("6.1", "Retention of the trail's logs.")
    # Block public access per bucket, not per account: an account-wide block would hit development's exceptions (C-40).
    block_public_access: Literal["bucket"] = setting("2.3", "Where public access is blocked (C-40).", default="bucket")
    api_gateway_log_role: bool = setting("4.1", "The account's role with which API Gateway writes logs.", default=True)
    lambda_concurrency: int = setting("2.1", "Concurrency of the account (C-18).", default=1000, ge=100)
    unreserved_concurrency: int = setting("2.1", "What must stay unreserved (C-18).", default=100, ge=100)
    api_rate: int = setting(
        "4.1", "The account's quota for all APIs (C-60).", unit="requests/second", default=10000, ge=1
    )
    api_burst: int = setting("4.1", "The account's quota for all APIs (C-60).", unit="requests", default=5000, ge=1)

    def named(self, system: str) -> str:
        """The name of a system by the rule `distronation-<env>-<system>`."""
        return f"distronation-{self.name}-{system}"
