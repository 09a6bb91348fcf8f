"""Our signatures are botocore's."""

from __future__ import annotations

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from local.rdsdata.signing import sign


@pytest.mark.parametrize("body", [b"", b"Action=DescribeDBClusters", '{"SecretId": "ü"}'.encode()])
def test_agrees_with_botocore(monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "000000000000")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    ours = sign("rds", "127.0.0.1:4566", body, {"Content-Type": "text/plain", "X-Amz-Target": "a.B"})
    given = {name: ours[name] for name in ("Content-Type", "X-Amz-Target", "Host", "X-Amz-Date")}
    request = AWSRequest("POST", "http://127.0.0.1:4566/", headers=given, data=body)
    request.context["timestamp"] = ours["X-Amz-Date"]
    theirs = SigV4Auth(Credentials("000000000000", "secret"), "rds", "eu-west-1")
    canonical = theirs.canonical_request(request)
    signature = theirs.signature(theirs.string_to_sign(request, canonical), request)
    assert ours["Authorization"].endswith(
        f"SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature={signature}"
    )
