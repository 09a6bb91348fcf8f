"""What Lambda sets for a function (Lambda Developer Guide, "Defined runtime environment variables"), with its own."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ministack.services import sts


def given(config: Mapping[str, Any]) -> dict[str, str]:
    """All of them but the places of folders."""
    name, version = config["FunctionName"], config.get("Version", "$LATEST")
    region = config["FunctionArn"].split(":")[3]
    group = (config.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{name}"
    return {
        **(config.get("Environment") or {}).get("Variables", {}),
        **_credentials(config),
        "AWS_ENDPOINT_URL": os.environ["AWS_ENDPOINT_URL"],
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_VERSION": version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config.get("MemorySize", 128)),
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(config.get("Timeout", 3)),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": group,
        "AWS_LAMBDA_LOG_STREAM_NAME": f"{datetime.now(UTC):%Y/%m/%d}/[{version}]{uuid.uuid4().hex}",
        "_HANDLER": config["Handler"],
        "TZ": ":UTC",
    }


def _credentials(config: Mapping[str, Any]) -> dict[str, str]:
    """A session of the function's role: MiniStack makes one only where it enforces policies."""
    function, role = config["FunctionArn"], config["Role"]
    account, name = function.split(":")[4], role.rsplit("/", 1)[-1]
    digest = hashlib.sha256(f"{function} {role}".encode()).hexdigest()
    session = {
        "AWS_ACCESS_KEY_ID": f"ASIA{digest[:16].upper()}",
        "AWS_SECRET_ACCESS_KEY": digest[:40],
        "AWS_SESSION_TOKEN": digest,
    }
    sts.register_session(
        session["AWS_ACCESS_KEY_ID"],
        {
            "Arn": f"arn:aws:sts::{account}:assumed-role/{name}/{config['FunctionName']}",
            "UserId": f"AROA{digest[16:33].upper()}:{config['FunctionName']}",
            "SecretAccessKey": session["AWS_SECRET_ACCESS_KEY"],
            "SessionToken": session["AWS_SESSION_TOKEN"],
        },
    )
    return session
