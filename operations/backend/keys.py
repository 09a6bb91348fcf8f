"""The keys that encrypt the secrets of states: one a stack, so that a role of one opens no other's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from operations.backend.part import MISSING, READY, Found, Part


class Key(Part):
    """A key of KMS under an alias; it rotates every year."""

    def __init__(self, kms: Any, alias: str, tags: Mapping[str, str]) -> None:
        super().__init__(alias)
        self._kms = kms
        self._tags = tags

    def look(self) -> Found:
        """There, usable and rotating."""
        key = self._key()
        if key is None:
            return MISSING
        if key["KeyState"] != "Enabled":
            return Found("refused", f"is {key['KeyState']}: states are lost with it; enable it, or cancel its deletion")
        rotates = self._kms.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"]
        return READY if rotates else Found("weaker", "does not rotate")

    def make(self) -> None:
        """Make it, or have it rotate."""
        key = self._key() or self._made()
        self._kms.enable_key_rotation(KeyId=key["KeyId"])

    def arn(self) -> str:
        """The key's ARN; it has to be there."""
        key = self._key()
        return str(key["Arn"]) if key else ""

    def _key(self) -> Any:
        try:
            return self._kms.describe_key(KeyId=self.name)["KeyMetadata"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "NotFoundException":
                return None
            raise

    def _made(self) -> Any:
        tags = [{"TagKey": name, "TagValue": value} for name, value in self._tags.items()]
        description = f"Secrets in the state of {self._tags['environment']}"
        key = self._kms.create_key(Description=description, Tags=tags)["KeyMetadata"]
        self._kms.create_alias(AliasName=self.name, TargetKeyId=key["KeyId"])
        return key
