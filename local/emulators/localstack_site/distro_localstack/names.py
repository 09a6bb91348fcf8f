"""No look-up of `s3.localhost`: only some systems know it by themselves, the others ask a name server elsewhere."""

from __future__ import annotations

from localstack.utils.aws import aws_stack


def install() -> None:
    """Tell LocalStack the answer that it would get offline: it then uses `localhost` and paths."""
    aws_stack.CACHE_S3_HOSTNAME_DNS_STATUS = False
