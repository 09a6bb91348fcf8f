"""Clients of a sandbox's services, made through localstack-client's sessions as any developer would."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from local.sandbox import Sandbox


def aws(sandbox: Sandbox, service: str) -> Any:
    """A boto3 client of one AWS service at the emulator that serves it; no retries, no proxies, short time-outs.

    Raises OperationFailed for a service that no emulator serves.
    """
    from botocore.config import Config
    from localstack_client.session import Session  # type: ignore[import-untyped]

    _use_nothing_of_the_callers()
    variables = sandbox.environment()
    session = Session(
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
        region_name=sandbox.region,
        localstack_host=urlsplit(sandbox.endpoint(service)).netloc,
    )
    config = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=30, proxies={})
    return session.client(service, config=config)


@functools.cache
def _use_nothing_of_the_callers() -> None:
    """Have boto3's default session, which localstack-client opens its clients in, look at no profile and no file."""
    import boto3
    import botocore.session

    from local.emulators.botocore_site.distro_botocore import models

    models.install()
    nowhere: Any = (None, None, os.devnull, None)  # name in a file, variable, default, conversion
    session = botocore.session.Session(
        session_vars={"profile": (None, None, None, None), "config_file": nowhere, "credentials_file": nowhere}
    )
    boto3.setup_default_session(botocore_session=session)
