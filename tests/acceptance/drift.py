"""What somebody may do to a sandbox behind the engine's back, and how a plain client sees that it is mended."""

from __future__ import annotations

import io
import json
import textwrap
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from botocore.exceptions import ClientError

from tests.acceptance.deployed import NAME, Deployed

HEALTH = f"{NAME}-health"
FLAG = "/dev/features/experimental-features"
LIMIT = "/dev/config/upload/max-bytes"


@dataclass(frozen=True)
class Drift:
    """What somebody does to a resource elsewhere, what `up` has to do about it, and how a plain client sees it done."""

    resource: str
    op: str
    damage: Callable[[Deployed], Any]
    mended: Callable[[Deployed], bool]


def _there(look: Callable[[Deployed], Any]) -> Callable[[Deployed], bool]:
    """Whether the look-up finds something, instead of failing."""

    def there(sandbox: Deployed) -> bool:
        try:
            return bool(look(sandbox))
        except ClientError:
            return False

    return there


def _parameter(sandbox: Deployed, name: str) -> str:
    value: str = sandbox.aws("ssm").get_parameter(Name=name)["Parameter"]["Value"]
    return value


def _queue(sandbox: Deployed) -> str:
    address: str = sandbox.aws("sqs").get_queue_url(QueueName=f"{NAME}-ingest")["QueueUrl"]
    return address


def replace_code(sandbox: Deployed, function: str, body: str) -> None:
    """Give a function a handler with that body."""
    code = f"import json\n\n\ndef handle(event, context):\n{textwrap.indent(textwrap.dedent(body), '    ')}\n"
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(f"functions/{function.replace('-', '_')}/handler.py", code)
    sandbox.aws("lambda").update_function_code(FunctionName=f"{NAME}-{function}", ZipFile=content.getvalue())


def _health_answers(sandbox: Deployed) -> bool:
    return "checks" in httpx.get(f"{sandbox.variables['API_URL']}/health", timeout=60).text


def _public_access_is_shut(sandbox: Deployed) -> bool:
    found = sandbox.aws("s3").get_public_access_block(Bucket=f"{NAME}-content")["PublicAccessBlockConfiguration"]
    return all(found.values())


def _group(sandbox: Deployed) -> Any:
    ec2 = sandbox.aws("ec2")
    return next(each for each in ec2.describe_security_groups()["SecurityGroups"] if "-web" in each["GroupName"])


def _open_all_ports(sandbox: Deployed) -> None:
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    sandbox.aws("ec2").authorize_security_group_ingress(GroupId=_group(sandbox)["GroupId"], IpPermissions=[everything])


def _allow_everything(sandbox: Deployed) -> None:
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sandbox.aws("iam").put_role_policy(RoleName=HEALTH, PolicyName=HEALTH, PolicyDocument=policy)


def _policy(sandbox: Deployed) -> str:
    return json.dumps(sandbox.aws("iam").get_role_policy(RoleName=HEALTH, PolicyName=HEALTH)["PolicyDocument"])


def _retention(sandbox: Deployed) -> int:
    groups = sandbox.aws("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{HEALTH}")["logGroups"]
    days: int = groups[0]["retentionInDays"]
    return days


def _alarms(sandbox: Deployed) -> list[str]:
    return [each["AlarmName"] for each in sandbox.aws("cloudwatch").describe_alarms()["MetricAlarms"]]


def _methods(sandbox: Deployed) -> list[tuple[str, str, str]]:
    """API, resource and method of `GET /health`."""
    gateway = sandbox.aws("apigateway")
    apis = [each["id"] for each in gateway.get_rest_apis()["items"]]
    found = [(api, each) for api in apis for each in gateway.get_resources(restApiId=api)["items"]]
    return [
        (api, each["id"], "GET")
        for api, each in found
        if each["path"] == "/health" and "GET" in each.get("resourceMethods", {})
    ]


def _delete_methods(sandbox: Deployed) -> None:
    for api, resource, method in _methods(sandbox):
        sandbox.aws("apigateway").delete_method(restApiId=api, resourceId=resource, httpMethod=method)


def _records(sandbox: Deployed) -> list[Any]:
    dns = sandbox.aws("route53")
    zone = dns.list_hosted_zones()["HostedZones"][0]["Id"]
    found = dns.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    return [each | {"Zone": zone} for each in found if each["Type"] == "A"]


def _delete_record(sandbox: Deployed) -> None:
    record = dict(_records(sandbox)[0])
    zone = record.pop("Zone")
    change = {"Action": "DELETE", "ResourceRecordSet": record}
    sandbox.aws("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [change]})


def _capacity(sandbox: Deployed) -> float:
    cluster = sandbox.aws("rds").describe_db_clusters()["DBClusters"][0]
    units: float = cluster["ServerlessV2ScalingConfiguration"]["MaxCapacity"]
    return units


def _grow(sandbox: Deployed) -> None:
    capacity = {"MinCapacity": 0.5, "MaxCapacity": 64}
    sandbox.aws("rds").modify_db_cluster(
        DBClusterIdentifier=f"{NAME}-database", ServerlessV2ScalingConfiguration=capacity
    )


def firebase_admin(sandbox: Deployed, method: str, path: str, **options: Any) -> Any:
    """Call Identity Platform's administration interface."""
    host, project = sandbox.variables["FIREBASE_AUTH_EMULATOR_HOST"], sandbox.variables["GCLOUD_PROJECT"]
    url = f"http://{host}/identitytoolkit.googleapis.com/v2/projects/{project}/{path}"
    answer = httpx.request(method, url, headers={"Authorization": "Bearer owner"}, timeout=60, **options)
    return answer.raise_for_status().json()


def configure_firebase(sandbox: Deployed, config: Mapping[str, Any]) -> None:
    """Change the sign-in settings as a console does."""
    firebase_admin(sandbox, "PATCH", "config", params={"updateMask": ",".join(config)}, json=dict(config))


def lose_much(sandbox: Deployed) -> None:
    """Delete what is many and quickly made again: an `up` that finds everything as it is may need no engine."""
    parameters = sandbox.aws("ssm").get_paginator("describe_parameters").paginate()
    for name in [each["Name"] for page in parameters for each in page["Parameters"]]:
        sandbox.aws("ssm").delete_parameter(Name=name)
    for each in sandbox.aws("logs").describe_log_groups()["logGroups"]:
        sandbox.aws("logs").delete_log_group(logGroupName=each["logGroupName"])


DRIFT = (
    Drift("ingest", "create", lambda box: box.aws("sqs").delete_queue(QueueUrl=_queue(box)), _there(_queue)),
    Drift(
        "flag-experimental-features", "create",
        lambda box: box.aws("ssm").delete_parameter(Name=FLAG),
        _there(lambda box: _parameter(box, FLAG) == "true"),
    ),
    Drift(
        "upload-max-bytes", "update",
        lambda box: box.aws("ssm").put_parameter(Name=LIMIT, Value="1", Overwrite=True),
        lambda box: _parameter(box, LIMIT) == "104857600",
    ),
    Drift(
        "health", "update", lambda box: replace_code(box, "health", "return {'statusCode': 200}"), _health_answers
    ),
    Drift(
        "content", "update",
        lambda box: box.aws("s3").put_public_access_block(
            Bucket=f"{NAME}-content", PublicAccessBlockConfiguration={"BlockPublicAcls": False}
        ),
        _public_access_is_shut,
    ),
    Drift("web", "update", _open_all_ports, lambda box: "'-1'" not in str(_group(box)["IpPermissions"])),
    Drift("health", "update", _allow_everything, lambda box: '"Action": "*"' not in _policy(box)),
    Drift(
        "health", "update",
        lambda box: box.aws("logs").put_retention_policy(logGroupName=f"/aws/lambda/{HEALTH}", retentionInDays=1),
        lambda box: _retention(box) > 1,
    ),
    Drift(
        "database-cpu", "create",
        lambda box: box.aws("cloudwatch").delete_alarms(AlarmNames=[f"{NAME}-database-cpu"]),
        lambda box: f"{NAME}-database-cpu" in _alarms(box),
    ),
    Drift("dn-GET-health", "create", _delete_methods, lambda box: len(_methods(box)) == 2),
    Drift("api", "create", _delete_record, lambda box: len(_records(box)) == 1),
    Drift("database", "update", _grow, lambda box: _capacity(box) == 2),
    Drift(
        "config", "update", lambda box: configure_firebase(box, {"signIn": {"email": {"enabled": False}}}),
        lambda box: firebase_admin(box, "GET", "config")["signIn"]["email"]["enabled"],
    ),
)  # fmt: skip
