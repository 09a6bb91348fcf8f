"""Access to Google Cloud without a stored key: the function's AWS role is exchanged for a short-lived token (C-72).

Workload identity federation: a signed `GetCallerIdentity` request proves the role to Google's Security Token
Service, whose token may then act as one service account. https://cloud.google.com/iam/docs/workload-identity-federation
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

_STS = "https://sts.googleapis.com/v1/token"
_IMPERSONATE = "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/{}:generateAccessToken"
_SCOPES = (
    "https://www.googleapis.com/auth/firebase.database",
    "https://www.googleapis.com/auth/userinfo.email",
    "https://www.googleapis.com/auth/devstorage.read_write",
)
_SECONDS = 30


def access_token(found: Mapping[str, str]) -> str:
    """A token of the environment's export account, found in its settings; emulators take `owner`. Raises URLError."""
    if os.environ.get("FIREBASE_DATABASE_EMULATOR_HOST"):
        return "owner"
    federated = _exchanged(found["firebase/identity-audience"])
    account = found["firebase/service-account"]
    scopes = {"scope": list(_SCOPES)}
    return str(_post(_IMPERSONATE.format(quote(account)), scopes, token=federated)["accessToken"])


def _exchanged(audience: str) -> str:
    answer = _post(
        _STS,
        {
            "audience": audience,
            "grantType": "urn:ietf:params:oauth:grant-type:token-exchange",
            "requestedTokenType": "urn:ietf:params:oauth:token-type:access_token",
            "scope": "https://www.googleapis.com/auth/cloud-platform",
            "subjectTokenType": "urn:ietf:params:aws:token-type:aws4_request",
            "subjectToken": quote(json.dumps(_signed_identity(audience))),
        },
    )
    return str(answer["access_token"])


def _signed_identity(audience: str) -> dict[str, Any]:
    """A `GetCallerIdentity` request that only Google can use: the audience is one of its signed headers."""
    session = boto3.Session()
    url = f"https://sts.{session.region_name}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15"
    request = AWSRequest(method="POST", url=url, headers={"x-goog-cloud-target-resource": audience})
    credentials = session.get_credentials()
    if credentials is None:
        raise PermissionError("the function has no AWS credentials to prove its role with")
    SigV4Auth(credentials, "sts", session.region_name).add_auth(request)
    headers = [{"key": key, "value": value} for key, value in request.headers.items()]
    host = {"key": "host", "value": f"sts.{session.region_name}.amazonaws.com"}
    return {"url": url, "method": "POST", "headers": [*headers, host]}


def _post(url: str, body: dict[str, Any], *, token: str | None = None) -> dict[str, Any]:
    headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {token}"} if token else {})
    request = Request(url, json.dumps(body).encode(), headers)  # noqa: S310 - both URLs are constants of this module
    with urlopen(request, timeout=_SECONDS) as response:  # noqa: S310
        answer: dict[str, Any] = json.load(response)
    return answer
