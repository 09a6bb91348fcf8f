"""S3: objects that belong to the infrastructure itself (a page, a template)."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, ClassVar

from local.provider.assets import asset_bytes
from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.imports import spelt
from local.provider.properties import compact
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, Resource, recorded
from local.provider.tags import tag_list, tag_map

HEADERS = {
    "cacheControl": "CacheControl",
    "contentDisposition": "ContentDisposition",
    "contentEncoding": "ContentEncoding",
    "contentLanguage": "ContentLanguage",
    "contentType": "ContentType",
    "metadata": "Metadata",
    "serverSideEncryption": "ServerSideEncryption",
    "storageClass": "StorageClass",
    "websiteRedirect": "WebsiteRedirectLocation",
    "kmsKeyId": "SSEKMSKeyId",
    "bucketKeyEnabled": "BucketKeyEnabled",
}
"""Pulumi's property and S3's name, alike in PutObject and HeadObject."""
CONTENT = ("source", "content", "contentBase64")
SENT = Property(proof="etag")


class BucketObjectv2(Resource):
    """An object; its content is compared by its MD5."""

    type = "aws:s3/bucketObjectv2:BucketObjectv2"
    service = "s3"
    name = "key"
    identity = ("bucket",)
    volatile = ("etag", "versionId", "checksumCrc32")
    properties: ClassVar = {
        "bucket": Property(replace=True),
        "key": Property(replace=True),
        **dict.fromkeys(CONTENT, SENT),
        "sourceHash": recorded("a note of the program; no property of the object"),
        "etag": recorded("a note of the program about the content, which is compared itself", computed=True),
        "acl": recorded("LocalStack gives every object the owner's rights"),
        "forceDestroy": recorded("says how to delete the object; no property of it"),
        **{name: Property(computed=name != "metadata") for name in HEADERS},
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """PutObject."""
        return Created(inputs["key"], self._put(cloud, inputs))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """HeadObject and the tags; the bucket of an import stands before the key (`bucket/key`)."""
        bucket, key = (inputs["bucket"], id) if "bucket" in inputs else spelt(id.removeprefix("s3://"), "bucket/key")
        s3 = cloud.client("s3", inputs.get("region"))
        head = found(lambda: s3.head_object(Bucket=bucket, Key=key))
        if head is None:
            return None
        tags = s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
        held = {name: head.get(theirs) for name, theirs in HEADERS.items()}
        return {"id": key, **held, **_computed(bucket, key, head), "tags": tag_map(tags)}

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Put it whole, with its tags."""
        return self._put(cloud, new)

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteObject."""
        with unless_gone():
            cloud.client("s3", state.get("region")).delete_object(Bucket=state["bucket"], Key=id)

    def _put(self, cloud: Cloud, inputs: Inputs) -> dict[str, Any]:
        s3, bucket, key = cloud.client("s3", inputs.get("region")), inputs["bucket"], inputs["key"]
        headers = compact({theirs: inputs.get(name) for name, theirs in HEADERS.items()})
        tagging = "&".join(f"{tag['Key']}={tag['Value']}" for tag in tag_list(inputs.get("tags")))
        answer = s3.put_object(
            Bucket=bucket, Key=key, Body=_body(inputs), **headers, **({"Tagging": tagging} if tagging else {})
        )
        return _computed(bucket, key, answer)


def _body(inputs: Inputs) -> bytes:
    if "contentBase64" in inputs:
        return base64.b64decode(inputs["contentBase64"])
    if "source" in inputs:
        return asset_bytes(inputs["source"])
    return str(inputs.get("content", "")).encode()


def _computed(bucket: str, key: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "bucket": bucket,
        "key": key,
        "arn": f"arn:aws:s3:::{bucket}/{key}",
        "etag": answer.get("ETag", "").strip('"'),
        "versionId": answer.get("VersionId", ""),
    }


RESOURCES = (BucketObjectv2,)
