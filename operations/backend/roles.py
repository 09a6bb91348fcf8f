"""A role for each stack that reaches its own part of the backend: its state, its key, its pages of the ledger."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from engine.workspace import PROJECT
from infra.backend import Backend
from operations.backend.keys import Key
from operations.backend.part import MISSING, READY, Found, Part

SHARED = "shared"


@dataclass(frozen=True)
class Reach:
    """Whose role it is, and in which account and backend."""

    stack: str
    account: str
    backend: Backend
    key: Key

    @property
    def role(self) -> str:
        """`distronation-prod-state`."""
        return f"{self.backend.owner}-{self.stack}-state"

    @property
    def trust(self) -> Mapping[str, Any]:
        """Roles of the environment alone may take it; the account's administrators need none."""
        own = f"arn:aws:iam::{self.account}:role/{self.backend.owner}-{self.stack}-*"
        statement = {
            "Sid": "OwnRoles", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{self.account}:root"},
            "Action": "sts:AssumeRole", "Condition": {"ArnLike": {"aws:PrincipalArn": own}},
        }  # fmt: skip
        return {"Version": "2012-10-17", "Statement": [statement]}

    @property
    def policy(self) -> Mapping[str, Any]:
        """By the keys under which the engine keeps a stack (pkg/backend/diystate); deleting versions is nobody's."""
        own = [f"stacks/{PROJECT}/{self.stack}.*", f"history/{PROJECT}/{self.stack}/*",
               f"locks/organization/{PROJECT}/{self.stack}/*", f"backups/{PROJECT}/{self.stack}/*"]  # fmt: skip
        read = ["meta.yaml", f"stacks/{PROJECT}/{SHARED}.json"]
        state = f"arn:aws:s3:::{self.backend.bucket}"
        ledger = f"arn:aws:s3:::{self.backend.ledger}"
        statements = (
            _allow("OwnState", ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], self._objects(own)),
            _allow("SharedOutputs", ["s3:GetObject"], self._objects(read)),
            _allow("Look", ["s3:ListBucket", "s3:GetBucketLocation"], [state, ledger]),
            _allow("OwnReleases", ["s3:GetObject", "s3:PutObject"], [f"{state}/releases/*", f"{state}/plans/*"]),
            _allow("OwnPages", ["s3:GetObject", "s3:PutObject"], [f"{ledger}/{self.stack}/*"]),
            _allow("OwnKey", ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:DescribeKey"], self._keys()),
        )
        return {"Version": "2012-10-17", "Statement": list(statements)}

    def _objects(self, names: list[str]) -> list[str]:
        place = "/".join(filter(None, (self.backend.bucket, self.backend.prefix, ".pulumi")))
        return [f"arn:aws:s3:::{place}/{name}" for name in names]

    def _keys(self) -> list[str]:
        return [self.key.arn()]


def _allow(sid: str, actions: list[str], resources: list[str]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources}


class Role(Part):
    """The role with its one policy; what was added to it by hand is refused, not removed."""

    def __init__(self, iam: Any, reach: Reach, tags: Mapping[str, str]) -> None:
        super().__init__(f"role {reach.role}")
        self._iam = iam
        self._reach = reach
        self._tags = tags

    def look(self) -> Found:
        """There, with that trust and that policy and nothing more."""
        try:
            role = self._iam.get_role(RoleName=self._reach.role)["Role"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchEntity":
                return MISSING
            raise
        added = self._added()
        if added:
            return Found("refused", f"has more than distro gave it ({', '.join(added)}): remove that, or the role")
        same = role["AssumeRolePolicyDocument"] == self._reach.trust and self._policy() == self._reach.policy
        return READY if same else Found("weaker", "its trust or its policy is another one")

    def make(self) -> None:
        """Make it, or put back its trust and its policy."""
        name, trust = self._reach.role, json.dumps(self._reach.trust)
        if self.look().status == "missing":
            tags = [{"Key": key, "Value": value} for key, value in self._tags.items()]
            self._iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, Tags=tags)
        else:
            self._iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust)
        self._iam.put_role_policy(RoleName=name, PolicyName=name, PolicyDocument=json.dumps(self._reach.policy))

    def _added(self) -> list[str]:
        name = self._reach.role
        attached = self._iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        inline = self._iam.list_role_policies(RoleName=name)["PolicyNames"]
        return [*(each["PolicyName"] for each in attached), *(each for each in inline if each != name)]

    def _policy(self) -> Any:
        name = self._reach.role
        try:
            return self._iam.get_role_policy(RoleName=name, PolicyName=name)["PolicyDocument"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchEntity":
                return None
            raise
