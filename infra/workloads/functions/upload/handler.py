"""POST /uploads: a presigned URL with which a client puts one object into the content bucket."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..common import configuration, metrics
from ..common.clients import client
from ..common.http import Answer, Request, RequestError, answer, api
from ..common.precedence import Effective
from ..common.settings import Settings, load

# The last part of the key: no separators, no control characters, nothing that a path could climb out by.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


@dataclass(frozen=True)
class Limits:
    """What may be uploaded: bytes, content types, and the seconds that a URL is valid."""

    max_bytes: int
    content_types: frozenset[str]
    url_seconds: int


@dataclass(frozen=True)
class Upload:
    """One upload that a client asks for."""

    name: str
    content_type: str
    size: int


@api
def handle(request: Request) -> Answer:
    """201 with the URL, the key and the headers to send; 400 for what may not be uploaded."""
    settings = load()
    found = configuration.read_parameters(settings)
    upload = validated(request.json(), limits(found))
    key = _key(upload, grouped=configuration.flag(found, "new-upload-flow"))
    body = _presigned(settings, upload, key, limits(found).url_seconds)
    metrics.count(settings, "UploadsIssued")
    return answer(201, body)


def limits(found: Mapping[str, Effective]) -> Limits:
    """The limits in force."""
    return Limits(
        int(found["upload/max-bytes"].origin.value),
        frozenset(found["upload/content-types"].origin.value.split(",")),
        int(found["upload/url-seconds"].origin.value),
    )


def validated(body: Mapping[str, Any], allowed: Limits) -> Upload:
    """Check a request's body; raises RequestError naming the field and what is allowed."""
    name, kind, size = body.get("name"), body.get("content_type"), body.get("size")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise RequestError("name: letters, digits, '.', '_' and '-', at most 128, the first a letter or digit")
    if kind not in allowed.content_types:
        raise RequestError(f"content_type: one of {', '.join(sorted(allowed.content_types))}")
    if not isinstance(size, int) or isinstance(size, bool) or not 0 < size <= allowed.max_bytes:
        raise RequestError(f"size: bytes, 1 to {allowed.max_bytes}")
    return Upload(name, str(kind), size)


def _key(upload: Upload, *, grouped: bool) -> str:
    """A key nobody else has. The new upload flow groups keys by kind, so that lifecycle rules can tell them apart."""
    group = f"{upload.content_type.partition('/')[0]}/" if grouped else ""
    return f"uploads/{group}{uuid.uuid4()}/{upload.name}"


def _presigned(settings: Settings, upload: Upload, key: str, seconds: int) -> dict[str, Any]:
    """Type and length are signed: a client that sends another type or more bytes is refused by S3."""
    signed = {
        "Bucket": settings.required("content", "bucket"),
        "Key": key,
        "ContentType": upload.content_type,
        "ContentLength": upload.size,
    }
    url = client("s3").generate_presigned_url("put_object", Params=signed, ExpiresIn=seconds)
    headers = {"content-type": upload.content_type, "content-length": str(upload.size)}
    return {"url": url, "method": "PUT", "headers": headers, "key": key, "expires_in_seconds": seconds}
