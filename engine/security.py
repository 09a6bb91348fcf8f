"""Properties that decide who may do what: policies, trust, network rules, public access, keys, rules files.

The engine's plan does not bind a value that is unknown when it is made (docs/decisions/0053), so whoever approves one
must not approve an unknown one of these.
"""

from __future__ import annotations

import re

_EVERYWHERE = frozenset(
    {
        # policies and trust
        "accessPolicies", "accessPolicy", "assumeRolePolicy", "groups", "inlinePolicies", "inlinePolicy",
        "managedPolicyArns", "permissionsBoundary", "policies", "policy", "policyArn", "policyDocument",
        "resourcePolicy", "roles", "users",
        # what the network lets in and out
        "cidrBlock", "cidrBlocks", "egress", "ingress", "ipv6CidrBlocks", "prefixListIds",
        # public access
        "acl", "authorization", "authorizationType", "authorizerId", "apiKeyRequired", "blockPublicAcls",
        "blockPublicPolicy", "ignorePublicAcls", "publicAccessPrevention", "publiclyAccessible",
        "restrictPublicBuckets", "mapPublicIpOnLaunch", "associatePublicIpAddress",
        # keys
        "kmsKey", "kmsKeyArn", "kmsKeyId", "kmsMasterKeyId", "keyName", "publicKey", "sqsManagedSseEnabled",
        "storageEncrypted", "encrypted",
    }
)  # fmt: skip
"""On a resource of whatever type."""

_ON_TYPES = (
    (r"aws:lambda/permission:.*", r"action|function|functionUrlAuthType|principal.*|source.*"),
    (r"aws:ec2/(securityGroupRule|networkAclRule|networkAcl):.*", r".*"),
    (r"aws:vpc/securityGroup(In|E)gressRule:.*", r".*"),
    (r"aws:iam/.*(Attachment|Membership|PasswordPolicy):.*", r".*"),
    (r"aws:s3/bucketOwnershipControls:.*", r"rule"),
    (r"gcp:.*(?i:iam)(Binding|Member|Policy):.*", r"condition|members?|policyData|role"),
    (r"gcp:firebaserules/ruleset:.*", r"source"),
    (r"gcp:iam/workloadIdentityPool(Provider)?:.*", r"attribute.*|aws|disabled|oidc|saml|x509"),
    (r"distro:firebasedatabase/rules:.*", r"rules"),
    (r"distro:identityplatform/signInSettings:.*", r"enumerationProtection|minPasswordLength"),
)
"""On resources of these types beside; which bucket or project they belong to decides nothing by itself."""
_PATTERN = re.compile("|".join(f"{type} (?:{properties})" for type, properties in _ON_TYPES))


def security_relevant(type: str, property: str) -> bool:
    """Whether a top-level property of a resource of that type decides who may do what."""
    return property in _EVERYWHERE or bool(_PATTERN.fullmatch(f"{type} {property}"))
