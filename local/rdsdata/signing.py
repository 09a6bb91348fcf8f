"""Signature Version 4 for a POST to `/` (IAM User Guide, "Create a signed AWS API request").

botocore's would take longer to load than the rest of this package.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Mapping
from datetime import UTC, datetime

_ALGORITHM = "AWS4-HMAC-SHA256"


def sign(service: str, host: str, body: bytes, headers: Mapping[str, str]) -> dict[str, str]:
    """The headers with Host, X-Amz-Date and Authorization; credentials and region come from the usual variables."""
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{moment[:8]}/{os.environ.get('AWS_REGION', 'us-east-1')}/{service}/aws4_request"
    signed = {**headers, "Host": host, "X-Amz-Date": moment}
    names = ";".join(sorted(name.lower() for name in signed))
    text = f"{_ALGORITHM}\n{moment}\n{scope}\n{_digest(_canonical(signed, names, body).encode())}"
    signature = hmac.new(_key(scope), text.encode(), hashlib.sha256).hexdigest()
    credential = f"{os.environ.get('AWS_ACCESS_KEY_ID', 'test')}/{scope}"
    return signed | {
        "Authorization": f"{_ALGORITHM} Credential={credential}, SignedHeaders={names}, Signature={signature}"
    }


def _canonical(headers: Mapping[str, str], names: str, body: bytes) -> str:
    lines = sorted(f"{name.lower()}:{value.strip()}\n" for name, value in headers.items())
    return f"POST\n/\n\n{''.join(lines)}\n{names}\n{_digest(body)}"


def _key(scope: str) -> bytes:
    key = f"AWS4{os.environ.get('AWS_SECRET_ACCESS_KEY', 'test')}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
