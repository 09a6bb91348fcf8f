"""The buckets of state and ledger: versioned, encrypted, closed to the public and to whoever does not use TLS."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from botocore.exceptions import ClientError

from operations.backend.part import MISSING, READY, Found, Part

_SWITCHES = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
_ANYBODY: tuple[Any, ...] = ("*", {"AWS": "*"}, {"AWS": ["*"]})
_US_EAST_1 = "us-east-1"
_SID = "Distro"


def parts(s3: Any, bucket: str, region: str, key: str) -> Iterator[Part]:
    """A bucket and its settings, in the order in which they are made; `key` is the alias of a key of KMS."""
    yield Bucket(s3, bucket, region)
    yield Versioning(s3, bucket)
    yield Encryption(s3, bucket, key)
    yield PublicAccess(s3, bucket)
    yield Ownership(s3, bucket)
    yield Policy(s3, bucket)


class Setting(Part):
    """One setting of a bucket."""

    title = ""

    def __init__(self, s3: Any, bucket: str) -> None:
        super().__init__(f"{bucket}: {self.title}")
        self.s3 = s3
        self.bucket = bucket


class Bucket(Setting):
    """The bucket itself, made so that it can lock objects: afterwards that takes AWS's help."""

    title = "bucket"

    def __init__(self, s3: Any, bucket: str, region: str) -> None:
        super().__init__(s3, bucket)
        self._region = region

    def look(self) -> Found:
        """There, ours, and in the backend's region."""
        try:
            answer = self.s3.head_bucket(Bucket=self.bucket)
        except ClientError as error:
            if _code(error) in {"404", "NoSuchBucket"}:
                return MISSING
            return Found("refused", "belongs to another account, or these credentials may not see it")
        place = answer["ResponseMetadata"]["HTTPHeaders"].get("x-amz-bucket-region", self._region)
        return READY if place == self._region else Found("refused", f"lies in {place}, not in {self._region}")

    def make(self) -> None:
        """Make it in its region."""
        place: dict[str, Any] = {"CreateBucketConfiguration": {"LocationConstraint": self._region}}
        self.s3.create_bucket(
            Bucket=self.bucket,
            ObjectLockEnabledForBucket=True,
            ObjectOwnership="BucketOwnerEnforced",
            **({} if self._region == _US_EAST_1 else place),
        )


class Versioning(Setting):
    """Every state that there ever was can be had again."""

    title = "versioning"

    def look(self) -> Found:
        """Enabled."""
        status = self.s3.get_bucket_versioning(Bucket=self.bucket).get("Status")
        return READY if status == "Enabled" else Found("weaker", f"versioning is {status or 'off'}")

    def make(self) -> None:
        """Enable it."""
        self.s3.put_bucket_versioning(Bucket=self.bucket, VersioningConfiguration={"Status": "Enabled"})


class Encryption(Setting):
    """Under a key of KMS; one that somebody else chose stays."""

    title = "encryption"

    def __init__(self, s3: Any, bucket: str, key: str) -> None:
        super().__init__(s3, bucket)
        self._key = key

    def look(self) -> Found:
        """Whether KMS encrypts it."""
        try:
            found = self.s3.get_bucket_encryption(Bucket=self.bucket)["ServerSideEncryptionConfiguration"]["Rules"]
        except ClientError as error:
            if _code(error) == "ServerSideEncryptionConfigurationNotFoundError":
                return MISSING
            raise
        used = [rule.get("ApplyServerSideEncryptionByDefault", {}).get("SSEAlgorithm", "") for rule in found]
        return READY if any(name.startswith("aws:kms") for name in used) else Found("weaker", f"is {', '.join(used)}")

    def make(self) -> None:
        """Encrypt what is written from now on."""
        default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": self._key}
        rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}
        self.s3.put_bucket_encryption(Bucket=self.bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})


class PublicAccess(Setting):
    """All four switches."""

    title = "public access block"

    def look(self) -> Found:
        """Which are off."""
        try:
            found = self.s3.get_public_access_block(Bucket=self.bucket)["PublicAccessBlockConfiguration"]
        except ClientError as error:
            if _code(error) == "NoSuchPublicAccessBlockConfiguration":
                return MISSING
            raise
        off = [switch for switch in _SWITCHES if not found.get(switch)]
        return Found("weaker", f"off: {', '.join(off)}") if off else READY

    def make(self) -> None:
        """Switch all on."""
        block = dict.fromkeys(_SWITCHES, True)
        self.s3.put_public_access_block(Bucket=self.bucket, PublicAccessBlockConfiguration=block)


class Ownership(Setting):
    """No access lists: policies alone say who may."""

    title = "ownership"

    def look(self) -> Found:
        """BucketOwnerEnforced."""
        try:
            found = self.s3.get_bucket_ownership_controls(Bucket=self.bucket)["OwnershipControls"]["Rules"]
        except ClientError as error:
            if _code(error) == "OwnershipControlsNotFoundError":
                return MISSING
            raise
        owner = found[0]["ObjectOwnership"]
        return READY if owner == "BucketOwnerEnforced" else Found("weaker", f"is {owner}")

    def make(self) -> None:
        """Enforce it."""
        rules = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
        self.s3.put_bucket_ownership_controls(Bucket=self.bucket, OwnershipControls=rules)


class Policy(Setting):
    """Nobody comes without TLS, nobody deletes a version. What others stated stays beside it."""

    title = "policy"

    def look(self) -> Found:
        """Ours are among its statements, and none admits anybody."""
        stated = self._statements()
        opened = [each.get("Sid", "?") for each in stated if _opens(each)]
        if opened:
            return Found("refused", f"statement {', '.join(opened)} admits anybody; remove it")
        missing = [each["Sid"] for each in self._own() if each not in stated]
        return Found("weaker" if stated else "missing", f"without {', '.join(missing)}") if missing else READY

    def make(self) -> None:
        """Add ours."""
        own = self._own()
        others = [each for each in self._statements() if not str(each.get("Sid", "")).startswith(_SID)]
        document = {"Version": "2012-10-17", "Statement": [*others, *own]}
        self.s3.put_bucket_policy(Bucket=self.bucket, Policy=json.dumps(document))

    def _statements(self) -> list[Any]:
        try:
            found = json.loads(self.s3.get_bucket_policy(Bucket=self.bucket)["Policy"])["Statement"]
        except ClientError as error:
            if _code(error) == "NoSuchBucketPolicy":
                return []
            raise
        return found if isinstance(found, list) else [found]

    def _own(self) -> Sequence[dict[str, Any]]:
        arn = f"arn:aws:s3:::{self.bucket}"
        return (
            {
                "Sid": f"{_SID}OnlyTls", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
                "Resource": [arn, f"{arn}/*"], "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
            {
                "Sid": f"{_SID}VersionsStay", "Effect": "Deny", "Principal": "*",
                "Action": ["s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"], "Resource": f"{arn}/*",
            },
        )  # fmt: skip


def _opens(statement: Any) -> bool:
    admitted = statement.get("Effect") == "Allow" and statement.get("Principal") in _ANYBODY
    return bool(admitted and not statement.get("Condition"))


class ObjectLock(Setting):
    """What is in the ledger stays there: nobody, the account's root included, deletes it before its time."""

    title = "object lock"

    def __init__(self, s3: Any, bucket: str, days: int) -> None:
        super().__init__(s3, bucket)
        self._days = days

    def look(self) -> Found:
        """In compliance mode, for as many days or more."""
        mode, days = self._default()
        if not mode:
            return MISSING
        if mode != "COMPLIANCE" or days < self._days:
            return Found("weaker", f"is {mode} for {days} days")
        return READY

    def make(self) -> None:
        """Lock what is written from now on, for no fewer days than before."""
        retention = {"Mode": "COMPLIANCE", "Days": max(self._days, self._default()[1])}
        configuration = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": retention}}
        self.s3.put_object_lock_configuration(Bucket=self.bucket, ObjectLockConfiguration=configuration)

    def _default(self) -> tuple[str, int]:
        try:
            found = self.s3.get_object_lock_configuration(Bucket=self.bucket)["ObjectLockConfiguration"]
        except ClientError as error:
            if _code(error) == "ObjectLockConfigurationNotFoundError":
                return "", 0
            raise
        retention = found.get("Rule", {}).get("DefaultRetention", {})
        return retention.get("Mode", ""), retention.get("Days") or 365 * (retention.get("Years") or 0)


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])
