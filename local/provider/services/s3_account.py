"""S3: the block of public access for a whole account."""

from __future__ import annotations

from typing import ClassVar

from local.provider.cloud import Cloud
from local.provider.resource import Created, Inputs, Recorded
from local.provider.services.recorded_base import all_recorded

REASON = "its calls carry the account in the name of the host, which no loopback address has"


class AccountPublicAccessBlock(Recorded):
    """The block; its id is the account."""

    type = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"
    reason = REASON
    identity = ("accountId",)
    properties: ClassVar = all_recorded(
        REASON,
        "blockPublicAcls",
        "blockPublicPolicy",
        "ignorePublicAcls",
        "restrictPublicBuckets",
        fixed=("accountId",),
        computed=("accountId",),
    )

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """The account's own number, unless the program names one."""
        account = inputs.get("accountId") or cloud.account
        return Created(account, {"accountId": account})


RESOURCES = (AccountPublicAccessBlock,)
