"""A real MiniStack behind its guard: what is refused before it is reached, and what it does not do to the machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import psutil
import pytest
from botocore.exceptions import ClientError

from local.profiles import MINISTACK
from tests.local.emulators import alone
from tests.local.emulators.alone import ACCOUNT, REGION, Emulators

pytestmark = pytest.mark.xdist_group("ministack")


@pytest.fixture(scope="module")
def emulators(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulators]:
    with alone.running(tmp_path_factory.mktemp("ministack"), "ministack") as started:
        yield started


@pytest.fixture
def process(emulators: Emulators) -> psutil.Process:
    return psutil.Process(emulators.children["ministack"].pid)


CALLS = {
    "dynamodb": "list_tables", "guardduty": "list_detectors", "ec2": "describe_vpcs", "xray": "get_groups",
    "cloudformation": "list_stacks", "cloudfront": "list_distributions", "rds": "describe_db_clusters",
}  # fmt: skip
"""One of each protocol: JSON, REST with JSON and XML, EC2's, Query."""


@pytest.mark.parametrize("service", CALLS)
def test_other_services_are_refused_before_they_are_reached(
    emulators: Emulators, process: psutil.Process, service: str
) -> None:
    before = process.memory_info().rss
    with pytest.raises(ClientError) as refused:
        getattr(emulators.client(service), CALLS[service])()
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert process.memory_info().rss - before < 10 * 2**20


def test_a_refusal_says_what_is_not_served(emulators: Emulators) -> None:
    with pytest.raises(ClientError, match="No emulator of this sandbox serves 'dynamodb' here") as json:
        emulators.client("dynamodb").list_tables()
    with pytest.raises(ClientError, match="No emulator of this sandbox serves 'rds' here") as query:
        emulators.client("rds").describe_db_clusters()
    codes = [each.value.response["Error"]["Code"] for each in (json, query)]
    assert codes == ["NotImplemented", "NotImplemented"]


def test_a_presigned_request_is_told_by_its_query(emulators: Emulators) -> None:
    credential = f"{ACCOUNT}/20260101/{REGION}/sagemaker/aws4_request"
    url = f"{emulators.plan.url('ministack')}/x"
    assert httpx.get(url, params={"X-Amz-Credential": credential}, trust_env=False).status_code == 501


def test_what_is_not_signed_is_held_to_the_table_too(emulators: Emulators) -> None:
    url, other = emulators.plan.url("ministack"), {"X-Amz-Target": "DynamoDB_20120810.ListTables"}
    assert httpx.post(url, headers=other, content="{}", trust_env=False).status_code == 400
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
               "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==", "Host": "x.iot.us-east-1.localhost"}  # fmt: skip
    assert httpx.get(f"{url}/mqtt", headers=upgrade, trust_env=False).status_code == 403


def test_every_service_of_the_table_answers(emulators: Emulators) -> None:
    calls = {
        "apigateway": "get_rest_apis", "cloudwatch": "describe_alarms", "events": "list_rules", "iam": "list_roles",
        "kms": "list_keys", "lambda": "list_functions", "logs": "describe_log_groups", "s3": "list_buckets",
        "scheduler": "list_schedules", "secretsmanager": "list_secrets", "sns": "list_topics", "sqs": "list_queues",
        "ssm": "describe_parameters", "sts": "get_caller_identity",
    }  # fmt: skip
    served = {name for name, component in MINISTACK.services.items() if component == "ministack"}
    assert calls.keys() == served - {"s3control"}  # which names the account in the host
    for service, call in calls.items():
        getattr(emulators.client(service), call)()


@pytest.mark.parametrize("path", ["/_ministack/reset", "/_ministack/config", "/_localstack/state/reset"])
def test_its_own_interface_is_closed(emulators: Emulators, path: str) -> None:
    emulators.client("s3").create_bucket(Bucket="kept")
    assert httpx.post(f"{emulators.plan.url('ministack')}{path}", json={}, trust_env=False).status_code == 403
    emulators.client("s3").head_bucket(Bucket="kept")


def test_listens_on_one_loopback_port_alone(emulators: Emulators, process: psutil.Process) -> None:
    listening = {each.laddr for each in process.net_connections() if each.status == psutil.CONN_LISTEN}
    assert listening == {("127.0.0.1", emulators.plan.ports["ministack"])}


def test_keeps_nothing_on_the_disk(emulators: Emulators) -> None:
    s3 = emulators.client("s3")
    s3.create_bucket(Bucket="volatile")
    s3.put_object(Bucket="volatile", Key="file", Body=b"canary-on-disk")
    written = [file for file in emulators.plan.root.rglob("*") if file.is_file() and file.suffix != ".log"]
    assert [file for file in written if b"canary-on-disk" in file.read_bytes()] == []


def test_the_access_key_is_the_account(emulators: Emulators) -> None:
    assert emulators.client("sts").get_caller_identity()["Account"] == ACCOUNT


def test_a_method_is_tried_without_a_stage(emulators: Emulators) -> None:
    gateway = emulators.client("apigateway")
    api = gateway.create_rest_api(name="tried")["id"]
    [root] = gateway.get_resources(restApiId=api)["items"]
    method = {"restApiId": api, "resourceId": root["id"], "httpMethod": "GET"}
    gateway.put_method(**method, authorizationType="AWS_IAM")
    gateway.put_integration(**method, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})
    gateway.put_method_response(**method, statusCode="200")
    gateway.put_integration_response(**method, statusCode="200", responseTemplates={"application/json": '{"a": 1}'})
    answer = gateway.test_invoke_method(**method, pathWithQueryString="/")
    assert (answer["status"], answer["body"]) == (200, '{"a": 1}')
    with pytest.raises(ClientError, match="NotFoundException"):
        gateway.test_invoke_method(**{**method, "httpMethod": "POST"})


def test_stages_of_a_plan_are_added_limited_and_removed(emulators: Emulators) -> None:
    gateway = emulators.client("apigateway")
    plan = gateway.create_usage_plan(name="plan")["id"]

    def change(op: str, path: str, value: str = "") -> Any:
        step = {"op": op, "path": path, **({"value": value} if value else {})}
        return gateway.update_usage_plan(usagePlanId=plan, patchOperations=[step]).get("apiStages")

    assert change("add", "/apiStages", "api:live") == [{"apiId": "api", "stage": "live"}]
    [limited] = change("replace", "/apiStages/api:live/throttle/~1users/GET/burstLimit", "7")
    assert limited["throttle"] == {"/users/GET": {"burstLimit": 7}}
    assert change("remove", "/apiStages", "api:live") == []
