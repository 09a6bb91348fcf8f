"""Clients of AWS, made once for each execution environment and kept over its invocations."""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

# An API function has 29 seconds until API Gateway gives up (C-17): a dependency that hangs must fail well before.
# Presigned URLs bind content type and length only with signature version 4.
_CONFIG = Config(
    connect_timeout=2,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 3},
)
_S3 = _CONFIG.merge(Config(signature_version="s3v4"))


@cache
def client(service: str) -> Any:
    """The client of a boto3 service; region, credentials and endpoint come from the runtime's variables."""
    return boto3.client(service, config=_S3 if service == "s3" else _CONFIG)
