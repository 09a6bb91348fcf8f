"""Parameter Store, Secrets Manager and KMS."""

import json

from tests.local.provider.samples import Ref, Sample

TAGS = {"environment": "local", "system": "configuration"}


def policy(action: str) -> str:
    """A policy of a key or a secret."""
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::000000000000:root"},
        "Action": action,
        "Resource": "*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


SAMPLES = (
    Sample(
        "parameter",
        "aws:ssm/parameter:Parameter",
        {
            "name": "/sample/features/new-player",
            "type": "String",
            "value": "on",
            "description": "New player",
            "tags": TAGS,
        },
        (
            {"value": "off"},
            {"description": "Other"},
            {"description": None},
            {"allowedPattern": "on|off"},
            {"tier": "Advanced"},
            {"tags": {"a": "b"}},
            {"tags": None},
            {"value": "a,b", "type": "StringList"},
        ),
        ("arn", "version"),
    ),
    Sample(
        "parameter-secure",
        "aws:ssm/parameter:Parameter",
        {"name": "/sample/secure", "type": "SecureString", "value": "hidden", "keyId": Ref("key")},
        ({"value": "changed"},),
    ),
    Sample(
        "parameter-insecure",
        "aws:ssm/parameter:Parameter",
        {"type": "String", "insecureValue": "plain"},
        ({"insecureValue": "other"},),
    ),
    Sample(
        "key",
        "aws:kms/key:Key",
        {"description": "Sample", "enableKeyRotation": True, "deletionWindowInDays": 7, "tags": TAGS},
        (
            {"description": "Other"},
            {"enableKeyRotation": False},
            {"rotationPeriodInDays": 180},
            {"policy": policy("kms:*")},
            {"isEnabled": False},
            {"tags": {"a": "b"}},
        ),
        ("arn", "keyId"),
    ),
    Sample(
        "key-alias",
        "aws:kms/alias:Alias",
        {"name": "alias/sample", "targetKeyId": Ref("key")},
        ({"targetKeyId": Ref("key-other", "arn")},),
        ("arn", "targetKeyArn"),
    ),
    Sample("key-alias-autonamed", "aws:kms/alias:Alias", {"targetKeyId": Ref("key-other")}),
    Sample("key-other", "aws:kms/key:Key", {"keyUsage": "SIGN_VERIFY", "customerMasterKeySpec": "ECC_NIST_P256"}),
    Sample(
        "secret",
        "aws:secretsmanager/secret:Secret",
        {"name": "sample/api-key", "description": "A key", "recoveryWindowInDays": 0, "tags": TAGS},
        ({"description": "Other"}, {"description": None}, {"kmsKeyId": Ref("key")}, {"tags": {"a": "b"}}),
        ("arn",),
    ),
    Sample(
        "secret-version",
        "aws:secretsmanager/secretVersion:SecretVersion",
        {"secretId": Ref("secret"), "secretString": "s3cr3t-value"},
        outputs=("arn", "versionId", "versionStages"),
    ),
    Sample(
        "secret-policy",
        "aws:secretsmanager/secretPolicy:SecretPolicy",
        {"secretArn": Ref("secret"), "policy": policy("secretsmanager:GetSecretValue")},
        ({"policy": policy("secretsmanager:*")},),
    ),
    Sample(
        "secret-rotation",
        "aws:secretsmanager/secretRotation:SecretRotation",
        {
            "secretId": Ref("secret"),
            "rotationLambdaArn": Ref("function", "arn"),
            "rotationRules": {"automaticallyAfterDays": 30},
            "rotateImmediately": False,
        },
        ({"rotationRules": {"automaticallyAfterDays": 60}},),
    ),
)
