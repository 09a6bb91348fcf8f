"""S3: a bucket's settings, each one document that is put, got and deleted whole."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.properties import declared, empty
from local.provider.resource import Created, Inputs, Outputs, Property, Resource, recorded
from local.provider.spelling import Spelling

S3 = Spelling(
    {
        "id": "ID",
        "sseAlgorithm": "SSEAlgorithm",
        "kmsMasterKeyId": "KMSMasterKeyID",
        "mfaDelete": "MFADelete",
        "replicaKmsKeyId": "ReplicaKmsKeyID",
    }
)


OWNER = recorded("guards against a bucket of another account; there is one account here", replace=True)


BUCKET = Property(replace=True)


class BucketSetting(Resource):
    """One settings document of a bucket; its id is the bucket's name."""

    service = "s3"
    identity = ("bucket",)
    exact = True
    calls: ClassVar[tuple[str, str, str]]
    """The methods that put, get and delete the document."""

    @abstractmethod
    def document(self, inputs: Inputs) -> Mapping[str, Any]:
        """What to put, as arguments of the first call beside `Bucket`."""

    @abstractmethod
    def held(self, answer: Mapping[str, Any]) -> Outputs | None:
        """What was got, as properties; None where the answer says that there is no such setting."""

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """Put it."""
        self._put(cloud, inputs["bucket"], inputs)
        return Created(inputs["bucket"])

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """Get it."""
        get = getattr(cloud.client("s3", inputs.get("region")), self.calls[1])
        answer = found(lambda: get(Bucket=id))
        values = self.held(answer) if answer is not None else None
        return None if values is None else {"bucket": id, **values}

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Put it whole."""
        self._put(cloud, id, new)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """Delete it."""
        with unless_gone():
            getattr(cloud.client("s3", state.get("region")), self.calls[2])(Bucket=id)

    def _put(self, cloud: Cloud, bucket: str, inputs: Inputs) -> None:
        put = getattr(cloud.client("s3", inputs.get("region")), self.calls[0])
        put(Bucket=bucket, **self.document(inputs))


class BucketVersioning(BucketSetting):
    """Versioning; deleting the resource suspends it, as in pulumi-aws."""

    type = "aws:s3/bucketVersioning:BucketVersioning"
    calls = ("put_bucket_versioning", "get_bucket_versioning", "")
    properties: ClassVar = {
        "bucket": BUCKET,
        "expectedBucketOwner": OWNER,
        "mfa": recorded("the code of a device; there is none"),
        "versioningConfiguration": Property(),
        "versioningConfiguration.mfaDelete": recorded("needs the code of a device"),
    }

    def document(self, inputs: Inputs) -> Mapping[str, Any]:
        """Only the status: MFA delete needs a device."""
        return {"VersioningConfiguration": {"Status": inputs["versioningConfiguration"]["status"]}}

    def held(self, answer: Mapping[str, Any]) -> Outputs | None:
        """A bucket that never had versioning has no status."""
        return {"versioningConfiguration": {"status": answer["Status"]}} if answer.get("Status") else None

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """There is no way back to "never had it"."""
        with unless_gone():
            put = cloud.client("s3", state.get("region")).put_bucket_versioning
            put(Bucket=id, VersioningConfiguration={"Status": "Suspended"})


class BucketServerSideEncryptionConfiguration(BucketSetting):
    """Encryption at rest."""

    type = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    calls = ("put_bucket_encryption", "get_bucket_encryption", "delete_bucket_encryption")
    properties: ClassVar = {
        "bucket": BUCKET,
        "expectedBucketOwner": OWNER,
        "rules": Property(),
        "rules.blockedEncryptionTypes": recorded("LocalStack has no list of blocked encryption types"),
    }

    def document(self, inputs: Inputs) -> Mapping[str, Any]:
        """One rule, usually."""
        rules = [
            {key: value for key, value in rule.items() if key != "blockedEncryptionTypes"} for rule in inputs["rules"]
        ]
        return {"ServerSideEncryptionConfiguration": {"Rules": S3.to_aws(rules)}}

    def held(self, answer: Mapping[str, Any]) -> Outputs | None:
        """Every bucket has one: SSE-S3 where none was put."""
        rules = answer.get("ServerSideEncryptionConfiguration", {}).get("Rules")
        return {"rules": S3.from_aws(rules)} if rules else None


class BucketLogging(BucketSetting):
    """Where the bucket's access log goes."""

    type = "aws:s3/bucketLogging:BucketLogging"
    calls = ("put_bucket_logging", "get_bucket_logging", "")
    properties: ClassVar = {
        "bucket": BUCKET,
        "expectedBucketOwner": OWNER,
        "targetBucket": Property(),
        "targetPrefix": Property(),
        "targetGrants": Property(same=declared),
        "targetObjectKeyFormat": Property(),
    }

    def document(self, inputs: Inputs) -> Mapping[str, Any]:
        """Target and form of the keys."""
        names = ("targetBucket", "targetPrefix", "targetGrants", "targetObjectKeyFormat")
        values = {name: inputs[name] for name in names if name in inputs}
        return {"BucketLoggingStatus": {"LoggingEnabled": S3.to_aws(values)}}

    def held(self, answer: Mapping[str, Any]) -> Outputs | None:
        """Off when there is no target."""
        enabled = answer.get("LoggingEnabled")
        return S3.from_aws(enabled) if enabled and not empty(enabled) else None

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """An empty status is none."""
        with unless_gone():
            cloud.client("s3", state.get("region")).put_bucket_logging(Bucket=id, BucketLoggingStatus={})


RESOURCES = (BucketVersioning, BucketServerSideEncryptionConfiguration, BucketLogging)
