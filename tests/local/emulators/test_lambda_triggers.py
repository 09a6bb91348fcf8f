"""What calls functions of a real LocalStack and MiniStack: gateways, queues, buckets; and where failed events go."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.local.emulators import alone
from tests.local.emulators.alone import ACCOUNT, REGION, Emulators
from tests.local.emulators.functions import function, until

pytestmark = pytest.mark.xdist_group("lambda")

ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:"
FORWARD = """
import boto3, json, os
def handle(event, context):
    boto3.client("sqs").send_message(QueueUrl=os.environ["RESULTS"], MessageBody=json.dumps(event))
"""


@pytest.fixture(scope="module", params=alone.MAIN)
def emulators(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulators]:
    with alone.running(tmp_path_factory.mktemp("triggers"), request.param) as started:
        yield started


@pytest.fixture(scope="module")
def client(emulators: Emulators) -> Any:
    return emulators.client("lambda")


class Queue:
    """A queue and what is in it."""

    def __init__(self, emulators: Emulators, name: str) -> None:
        self.sqs = emulators.client("sqs")
        self.url = self.sqs.create_queue(QueueName=name)["QueueUrl"]
        self.arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"

    def next(self) -> Any:
        """The next message, parsed."""
        [message] = until(lambda: self.sqs.receive_message(QueueUrl=self.url, WaitTimeSeconds=1).get("Messages"))
        self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return json.loads(message["Body"])


def forwarding(results: Queue) -> dict[str, Any]:
    return {"Environment": {"Variables": {"RESULTS": results.url}}}


def test_dead_letter_queue_after_three_failures(client: Any, emulators: Emulators) -> None:
    results, dead = Queue(emulators, "attempts"), Queue(emulators, "dead")
    source = f"{FORWARD}    raise ValueError('no')\n"
    with function(client, "fails", source, DeadLetterConfig={"TargetArn": dead.arn}, **forwarding(results)):
        client.invoke(FunctionName="fails", InvocationType="Event", Payload='{"order": 1}')
        assert [results.next() for _ in range(3)] == [{"order": 1}] * 3
        assert dead.next() == {"order": 1}


def test_destination_of_failures(client: Any, emulators: Emulators) -> None:
    failed = Queue(emulators, "failed")
    with function(client, "fails-to", "def handle(event, context): raise ValueError('no')"):
        client.put_function_event_invoke_config(
            FunctionName="fails-to",
            MaximumRetryAttempts=0,
            DestinationConfig={"OnFailure": {"Destination": failed.arn}},
        )
        client.invoke(FunctionName="fails-to", InvocationType="Event", Payload='{"order": 1}')
        told = failed.next()
    assert told["requestPayload"] == {"order": 1}
    assert told["requestContext"]["condition"] == "RetriesExhausted"
    assert told["responsePayload"]["errorType"] == "ValueError"


def test_queue_feeds_a_function(client: Any, emulators: Emulators) -> None:
    work, results = Queue(emulators, "work"), Queue(emulators, "from-work")
    with function(client, "worker", FORWARD, **forwarding(results)):
        mapping = client.create_event_source_mapping(FunctionName="worker", EventSourceArn=work.arn, BatchSize=1)
        work.sqs.send_message(QueueUrl=work.url, MessageBody="hello")
        assert results.next()["Records"][0]["body"] == "hello"
        client.delete_event_source_mapping(UUID=mapping["UUID"])


def test_bucket_notifies_a_function(client: Any, emulators: Emulators) -> None:
    results, s3 = Queue(emulators, "from-bucket"), emulators.client("s3")
    s3.create_bucket(Bucket="uploads")
    with function(client, "on-upload", FORWARD, **forwarding(results)):
        _allow(client, "on-upload", "s3.amazonaws.com")
        notify = {"LambdaFunctionArn": f"{ARN}on-upload", "Events": ["s3:ObjectCreated:*"]}
        s3.put_bucket_notification_configuration(
            Bucket="uploads", NotificationConfiguration={"LambdaFunctionConfigurations": [notify]}
        )
        s3.put_object(Bucket="uploads", Key="song.flac", Body=b"x")
        assert results.next()["Records"][0]["s3"]["object"]["key"] == "song.flac"


def test_event_rule_calls_a_function(client: Any, emulators: Emulators) -> None:
    results, bus = Queue(emulators, "from-bus"), emulators.client("events")
    with function(client, "on-event", FORWARD, **forwarding(results)):
        _allow(client, "on-event", "events.amazonaws.com")
        bus.put_rule(Name="orders", EventPattern='{"source": ["shop"]}')
        bus.put_targets(Rule="orders", Targets=[{"Id": "1", "Arn": f"{ARN}on-event"}])
        bus.put_events(Entries=[{"Source": "shop", "DetailType": "order", "Detail": '{"n": 1}'}])
        assert results.next()["detail"] == {"n": 1}
        bus.remove_targets(Rule="orders", Ids=["1"])


def test_api_gateway_in_front(client: Any, emulators: Emulators) -> None:
    source = (
        "import json\n"
        "def handle(event, context):\n"
        "    said = json.dumps([event['path'], event['body']])\n"
        "    return {'statusCode': 201, 'headers': {'X-Mine': 'yes'}, 'body': said}"
    )
    with function(client, "behind", source):
        answer = httpx.post(f"{_api(emulators, 'behind')}/hello", content="body", trust_env=False)
    assert (answer.status_code, answer.headers["X-Mine"], answer.json()) == (201, "yes", ["/hello", "body"])


def _allow(client: Any, name: str, principal: str) -> None:
    client.add_permission(FunctionName=name, StatementId="1", Action="lambda:InvokeFunction", Principal=principal)


def _api(emulators: Emulators, name: str) -> str:
    """The URL of an API that hands everything to a function."""
    gateway = emulators.client("apigateway")
    api = gateway.create_rest_api(name="test")["id"]
    [root] = gateway.get_resources(restApiId=api)["items"]
    resource = gateway.create_resource(restApiId=api, parentId=root["id"], pathPart="{proxy+}")["id"]
    method = {"restApiId": api, "resourceId": resource, "httpMethod": "ANY"}
    gateway.put_method(**method, authorizationType="NONE")
    uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{ARN}{name}/invocations"
    gateway.put_integration(**method, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    gateway.create_deployment(restApiId=api, stageName="test")
    return f"{emulators.plan.url(emulators.main)}/_aws/execute-api/{api}/test"
