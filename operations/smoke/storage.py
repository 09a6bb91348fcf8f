"""S3 (section 2.3): an upload by a presigned URL, and the bucket's settings as they are."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from operations.smoke.check import Check, Context, expect


def _upload(context: Context) -> str:
    content = uuid.uuid4().bytes
    granted = _granted(context, len(content))
    sent = context.http.put(granted["url"], content=content, headers=granted["headers"])
    expect(sent.status_code == HTTPStatus.OK, f"the presigned PUT answered {sent.status_code}: {sent.text[:200]}")
    s3, where = context.aws("s3"), {"Bucket": context.output("content_bucket"), "Key": granted["key"]}
    try:
        found = s3.get_object(**where)
        expect(found["Body"].read() == content, "what was read is not what was sent")
        expect(found.get("ServerSideEncryption") == "AES256", "the object is not encrypted with SSE-S3")
    finally:
        _remove(s3, where)
    return f"{len(content)} bytes sent by presigned URL, read back encrypted"


def _tampered(context: Context) -> str:
    granted = _granted(context, 1)
    parts = urlsplit(granted["url"])
    elsewhere = urlunsplit(parts._replace(path=parts.path + "-elsewhere"))
    sent = context.http.put(elsewhere, content=b"x", headers=granted["headers"])
    expect(sent.status_code == HTTPStatus.FORBIDDEN, f"a URL with another key was answered {sent.status_code}, not 403")
    return "a changed URL is refused"


def _granted(context: Context, size: int) -> Any:
    request = {"name": "smoke.flac", "content_type": "audio/flac", "size": size}
    answer = context.api("POST", "/uploads", request)
    expect(
        answer.status_code == HTTPStatus.CREATED, f"POST /uploads answered {answer.status_code}: {answer.text[:200]}"
    )
    return answer.json()


def _remove(s3: Any, where: dict[str, str]) -> None:
    versions = s3.list_object_versions(Bucket=where["Bucket"], Prefix=where["Key"]).get("Versions", [])
    for version in versions:
        s3.delete_object(**where, VersionId=version["VersionId"])


def _settings(context: Context) -> str:
    s3, bucket = context.aws("s3"), context.output("content_bucket")
    wanted = context.environment.buckets["content"]
    versioning = s3.get_bucket_versioning(Bucket=bucket).get("Status", "Off") == "Enabled"
    expect(versioning == wanted.versioning, f"versioning is {versioning}, specified {wanted.versioning}")
    rules = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    algorithm = rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"]
    expect(algorithm == "AES256", f"encryption is {algorithm}")
    lifecycle = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    expect(any(rule["Status"] == "Enabled" for rule in lifecycle), "no lifecycle rule is enabled")
    block = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    shut = [name for name, value in block.items() if value]
    expect(shut == [*block] or wanted.public_access, f"public access is blocked by {shut} alone")
    return (
        f"versioning {'on' if versioning else 'off'}, SSE-S3, {len(lifecycle)} lifecycle rules, public access blocked"
    )


CHECKS = (
    Check("upload", "s3", _upload),
    Check("upload-signature", "s3", _tampered),
    Check("bucket-settings", "s3", _settings),
)
