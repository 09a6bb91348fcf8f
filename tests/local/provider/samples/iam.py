"""IAM."""

import json

from tests.local.provider.samples import Ref, Sample

TAGS = {"environment": "local", "system": "iam"}
MANAGED = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


def trust(service: str) -> str:
    """Who may take a role."""
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def policy(*actions: str) -> str:
    """What a role may do."""
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]}
    )


SAMPLES = (
    Sample(
        "role",
        "aws:iam/role:Role",
        {
            "name": "sample-role",
            "assumeRolePolicy": trust("lambda.amazonaws.com"),
            "description": "A role",
            "tags": TAGS,
        },
        (
            {"assumeRolePolicy": trust("s3.amazonaws.com")},
            {"description": "Other"},
            {"description": None},
            {"maxSessionDuration": 7200},
            {"permissionsBoundary": Ref("policy")},
            {"tags": {"a": "b"}},
        ),
        ("arn", "uniqueId", "createDate"),
    ),
    Sample(
        "role-exclusive",
        "aws:iam/role:Role",
        {"namePrefix": "sample-exclusive-", "path": "/app/", "assumeRolePolicy": trust("ec2.amazonaws.com")},
        (
            {"managedPolicyArns": [Ref("policy")]},
            {"managedPolicyArns": []},
            {"inlinePolicies": [{"name": "inline", "policy": policy("s3:GetObject")}]},
        ),
    ),
    Sample(
        "role-policy",
        "aws:iam/rolePolicy:RolePolicy",
        {"name": "read", "role": Ref("role"), "policy": policy("s3:GetObject")},
        ({"policy": policy("s3:GetObject", "s3:PutObject")},),
    ),
    Sample(
        "role-attachment",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        {"role": Ref("role"), "policyArn": Ref("policy")},
    ),
    Sample(
        "role-managed", "aws:iam/rolePolicyAttachment:RolePolicyAttachment", {"role": Ref("role"), "policyArn": MANAGED}
    ),
    Sample(
        "policy",
        "aws:iam/policy:Policy",
        {"name": "sample-policy", "path": "/app/", "description": "Sample", "policy": policy("sqs:*"), "tags": TAGS},
        (*({"policy": policy(f"sqs:Action{number}")} for number in range(7)), {"tags": {"a": "b"}}),
        ("arn", "policyId"),
    ),
    Sample(
        "instance-profile",
        "aws:iam/instanceProfile:InstanceProfile",
        {"name": "sample-profile", "role": Ref("role")},
        ({"tags": TAGS}, {"role": None}),
        ("arn", "uniqueId"),
    ),
    Sample(
        "password-policy",
        "aws:iam/accountPasswordPolicy:AccountPasswordPolicy",
        {"minimumPasswordLength": 14, "requireSymbols": True, "maxPasswordAge": 90},
        ({"minimumPasswordLength": 16}, {"passwordReusePrevention": 5}, {"allowUsersToChangePassword": True}),
    ),
)
