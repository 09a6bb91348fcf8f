"""Service accounts, roles and workload identity federation: recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from local.provider.google import digits, project_number, table
from local.provider.resource import Created, Inputs, Recorded

if TYPE_CHECKING:
    from local.provider.cloud import Cloud

NO_IAM = "the emulators check no permission of Google's IAM: `Bearer owner` may do everything"
NO_STS = "no emulator of Google's Security Token Service exists"


class Account(Recorded):
    """A service account."""

    type = "gcp:serviceaccount/account:Account"
    reason = NO_IAM
    identity = ("project", "accountId")
    properties: ClassVar = table(
        NO_IAM,
        ["displayName", "description", "disabled", "createIgnoreAlreadyExists", "deletionPolicy"],
        fixed=["project", "accountId"],
    )

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """`<account>@<project>.iam.gserviceaccount.com`."""
        email = f"{inputs['accountId']}@{inputs['project']}.iam.gserviceaccount.com"
        name = f"projects/{inputs['project']}/serviceAccounts/{email}"
        return Created(
            name, {"email": email, "member": f"serviceAccount:{email}", "name": name, "uniqueId": digits(email, 21)}
        )


class Grant(Recorded):
    """A role that one member has on something."""

    reason = NO_IAM
    on: ClassVar[str]
    """The property that names what the role is on."""

    def __init_subclass__(cls) -> None:
        """Every grant has the same four properties."""
        cls.identity = (cls.on, "role", "member")
        cls.properties = table(NO_IAM, fixed=[cls.on, "role", "member", "condition"])

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """`<thing>/<role>/<member>`."""
        return Created(f"{inputs[self.on]}/{inputs['role']}/{inputs['member']}")


class ProjectGrant(Grant):
    """On a project."""

    type = "gcp:projects/iAMMember:IAMMember"
    on = "project"


class AccountGrant(Grant):
    """On a service account: who may act as it."""

    type = "gcp:serviceaccount/iAMMember:IAMMember"
    on = "serviceAccountId"


class BucketGrant(Grant):
    """On a bucket."""

    type = "gcp:storage/bucketIAMMember:BucketIAMMember"
    on = "bucket"


class Pool(Recorded):
    """A pool of identities from elsewhere."""

    type = "gcp:iam/workloadIdentityPool:WorkloadIdentityPool"
    reason = NO_STS
    identity = ("project", "workloadIdentityPoolId")
    properties: ClassVar = table(
        NO_STS,
        ["displayName", "description", "disabled", "deletionPolicy"],
        fixed=["project", "workloadIdentityPoolId", "mode"],
    )

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """Its name has the project's number, its id the project's id."""
        place = f"locations/global/workloadIdentityPools/{inputs['workloadIdentityPoolId']}"
        name = f"projects/{project_number(inputs['project'])}/{place}"
        return Created(f"projects/{inputs['project']}/{place}", {"name": name, "state": "ACTIVE"})


class PoolProvider(Recorded):
    """What a pool trusts: here an AWS account."""

    type = "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider"
    reason = NO_STS
    identity = ("project", "workloadIdentityPoolId", "workloadIdentityPoolProviderId")
    properties: ClassVar = table(
        NO_STS,
        [
            "displayName",
            "description",
            "disabled",
            "attributeMapping",
            "attributeCondition",
            "aws",
            "oidc",
            "deletionPolicy",
        ],
        fixed=["project", "workloadIdentityPoolId", "workloadIdentityPoolProviderId"],
    )

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """Below its pool."""
        pool, provider = inputs["workloadIdentityPoolId"], inputs["workloadIdentityPoolProviderId"]
        place = f"locations/global/workloadIdentityPools/{pool}/providers/{provider}"
        name = f"projects/{project_number(inputs['project'])}/{place}"
        return Created(f"projects/{inputs['project']}/{place}", {"name": name, "state": "ACTIVE"})


RESOURCES = [Account, ProjectGrant, AccountGrant, BucketGrant, Pool, PoolProvider]
