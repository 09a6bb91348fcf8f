"""Whose credentials these are, and clients of AWS with them. Only what genuine clouds are for uses this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ProfileNotFound

from infra.errors import UsageError

SIGN_IN = "Sign in (`aws sso login`), or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."


@dataclass(frozen=True)
class Caller:
    """An identity in an account; `client` opens a client of a service."""

    account: str
    arn: str
    region: str

    def client(self, service: str) -> Any:
        """A boto3 client; two tries, short waits: a command says soon what is wrong."""
        return client(service, self.region)


def caller(region: str, account: str) -> Caller:
    """Who calls. Raises UsageError without credentials, with such that AWS refuses, and with another account's."""
    try:
        if boto3.Session().get_credentials() is None:
            raise UsageError("There are no AWS credentials here.", hint=SIGN_IN)
        found = client("sts", region).get_caller_identity()
    except ProfileNotFound as error:
        raise UsageError("AWS_PROFILE names a profile that does not exist.", hint=SIGN_IN) from error
    except ClientError as error:
        said = error.response["Error"]
        raise UsageError(f"AWS refuses these credentials: {said['Code']}.", hint=SIGN_IN) from error
    except BotoCoreError as error:
        raise UsageError(f"AWS cannot be asked: {error}", hint=SIGN_IN) from error
    if found["Account"] != account:
        raise UsageError(
            f"These are credentials of the account {found['Account']}; the specification names {account}.",
            hint="Choose the profile of that account (AWS_PROFILE).",
        )
    return Caller(found["Account"], found["Arn"], region)


def client(service: str, region: str) -> Any:
    """A boto3 client with the caller's credentials; two tries, short waits: a command says soon what is wrong."""
    config = Config(retries={"total_max_attempts": 2}, connect_timeout=5, read_timeout=30)
    return boto3.client(service, region_name=region, config=config)
