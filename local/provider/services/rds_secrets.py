"""The secret that RDS makes for a cluster's master user: it lies in the main emulator, beside all other secrets."""

from __future__ import annotations

import json
import uuid

from botocore.exceptions import ClientError

from local.provider.cloud import Cloud
from local.provider.errors import TAKEN, code, found, unless_gone
from local.provider.tags import tag_list

UNCHECKED_NAME = "BYPASS_SECRET_ID_VALIDATION"
"""The tag with which LocalStack accepts a name that only services may use (`rds!…`); it keeps no such tag."""

WHAT = "The secret associated with the primary RDS DB cluster"
"""RDS's own description of such a secret."""

FIXED_SUFFIX = "_custom_id_"
"""The tag with which LocalStack and moto take the random end of an ARN instead of making one."""


def keep(cloud: Cloud, arn: str, cluster: str, *, user: str, key: str, kms_key: str | None = None) -> None:
    """Have the secret with exactly this ARN, which RDS chose, and these credentials."""
    manager, (name, suffix) = cloud.client("secretsmanager"), _parts(arn)
    text = {"SecretString": json.dumps({"username": user, "password": key}), "ClientRequestToken": str(uuid.uuid4())}
    tags = {UNCHECKED_NAME: "true", FIXED_SUFFIX: suffix, "aws:rds:primaryDBClusterArn": cluster}
    more = {"KmsKeyId": kms_key} if kms_key else {}
    try:
        manager.create_secret(Name=name, Description=f"{WHAT}: {cluster}", Tags=tag_list(tags), **text, **more)
    except ClientError as error:
        if not TAKEN.search(code(error)):
            raise
        manager.put_secret_value(SecretId=arn, **text)


def is_kept(cloud: Cloud, arn: str) -> bool:
    """Whether the secret is there, and not on its way out."""
    answer = found(lambda: cloud.client("secretsmanager").describe_secret(SecretId=arn))
    return bool(answer) and "DeletedDate" not in answer


def drop(cloud: Cloud, arn: str) -> None:
    """Remove the secret at once: RDS gives its secrets no time to recover."""
    with unless_gone():
        cloud.client("secretsmanager").delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)


def _parts(arn: str) -> tuple[str, str]:
    """The name and the six random characters behind it."""
    name, _, suffix = arn.rsplit(":", 1)[-1].rpartition("-")
    return name, suffix
