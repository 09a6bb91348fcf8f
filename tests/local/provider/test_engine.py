"""The emulated provider under the real engine: what `up`, `refresh`, `preview`, `import` and `protect` rely on."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from local.provider.cloud import Cloud
from tests.local.provider.conftest import Relocated
from tests.local.provider.deployment import Deployment, deployment, engine_folder

IN_ENGINE = [
    pytest.mark.xdist_group("conformance"),  # on the same emulators
    # pulumi_aws warns of its own old types when one of its modules is first loaded.
    pytest.mark.filterwarnings("ignore:.* has been deprecated:DeprecationWarning"),
    # The Automation API leaves its event loop and sockets open where a program fails.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
pytestmark = IN_ENGINE


@pytest.fixture
def tag() -> str:
    """A word that no other test uses in names."""
    return uuid.uuid4().hex[:8]


@pytest.fixture
def stack(cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    monkeypatch.setenv("PATH", str(engine_folder()), prepend=":")
    with deployment(tmp_path, apart(cloud, tmp_path)) as made:
        yield made


def apart(cloud: Cloud, folder: Path) -> Cloud:
    """The same emulators with another journal, and clients of its own."""
    sandbox = cloud.sandbox
    assert isinstance(sandbox, Relocated)
    return Cloud(Relocated(sandbox.recorded, folder))


def two_queues(tag: str, **settings: Any) -> None:
    dead = aws.sqs.Queue("dead", name=f"{tag}-dead")
    redrive = pulumi.Output.json_dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 3})
    live = aws.sqs.Queue("live", name=f"{tag}-live", redrive_policy=redrive, **settings)
    aws.sns.Topic("topic", name=f"{tag}-topic", tags={"a": "b"})
    pulumi.export("url", live.url)


def attribute(stack: Deployment, name: str, key: str) -> str | None:
    sqs = stack.cloud.client("sqs")
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    value: str | None = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"].get(key)
    return value


def queues(stack: Deployment, prefix: str) -> list[str]:
    urls = stack.cloud.client("sqs").list_queues(QueueNamePrefix=prefix).get("QueueUrls", [])
    return sorted(url.rsplit("/", 1)[-1] for url in urls)


def test_one_value_changed_updates_exactly_that_resource(stack: Deployment, tag: str) -> None:
    assert stack.up(partial(two_queues, tag)) == {"create": 4}
    assert stack.up(partial(two_queues, tag)) == {"same": 4}
    assert stack.up(partial(two_queues, tag, delay_seconds=7)) == {"same": 3, "update": 1}
    assert stack.touched() == {"live": "update"}
    assert attribute(stack, f"{tag}-live", "DelaySeconds") == "7"
    assert stack.up(partial(two_queues, tag)) == {"same": 3, "update": 1}
    assert attribute(stack, f"{tag}-live", "DelaySeconds") == "0"


def test_a_preview_makes_nothing(stack: Deployment, tag: str) -> None:
    assert stack.preview(partial(two_queues, tag)) == {"create": 4}
    assert queues(stack, tag) == []


def test_a_removed_resource_is_deleted(stack: Deployment, tag: str) -> None:
    stack.up(partial(two_queues, tag))
    assert stack.up(lambda: None) == {"delete": 3, "same": 1}
    assert queues(stack, tag) == []


def test_a_new_name_replaces(stack: Deployment, tag: str) -> None:
    def program(name: str) -> None:
        aws.sqs.Queue("it", name=f"{tag}-{name}")

    stack.up(partial(program, "one"))
    assert stack.up(partial(program, "two")) == {"replace": 1, "same": 1}
    assert queues(stack, tag) == [f"{tag}-two"]


def test_under_a_fixed_name_the_old_one_goes_first(stack: Deployment, tag: str) -> None:
    def program(path: str) -> None:
        aws.iam.Role(
            "it", name=tag, path=path, assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": []})
        )

    stack.up(partial(program, "/one/"))
    assert stack.up(partial(program, "/two/")) == {"replace": 1, "same": 1}
    assert stack.cloud.client("iam").get_role(RoleName=tag)["Role"]["Path"] == "/two/"


def test_an_autonamed_one_is_replaced_by_one_of_another_name(stack: Deployment, tag: str) -> None:
    def program(region: str | None) -> None:
        aws.ssm.Parameter(tag, type="String", value="x", region=region)

    stack.up(partial(program, None))
    first = stack.resources()[tag]["id"]
    assert stack.up(partial(program, "us-west-2")) == {"replace": 1, "same": 1}
    assert stack.resources()[tag]["id"] != first
    assert stack.up(partial(program, "us-west-2")) == {"same": 2}


def test_drift_is_found_and_mended(stack: Deployment, tag: str) -> None:
    result = stack.up(partial(two_queues, tag))
    sqs = stack.cloud.client("sqs")
    url = sqs.get_queue_url(QueueName=f"{tag}-live")["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "99"})
    assert stack.up(partial(two_queues, tag)) == {"same": 3, "update": 1}
    assert attribute(stack, f"{tag}-live", "VisibilityTimeout") == "30"
    assert result == {"create": 4}


def test_what_was_deleted_behind_its_back_is_made_again(stack: Deployment, tag: str) -> None:
    stack.up(partial(two_queues, tag))
    sns = stack.cloud.client("sns")
    sns.delete_topic(TopicArn=stack.cloud.arn("sns", f"{tag}-topic"))
    assert stack.up(partial(two_queues, tag)) == {"create": 1, "same": 3}
    assert stack.up(partial(two_queues, tag)) == {"same": 4}


def test_an_existing_resource_is_imported(stack: Deployment, tag: str) -> None:
    sqs = stack.cloud.client("sqs")
    attributes = {"DelaySeconds": "5", "MaximumMessageSize": "262144"}
    url = sqs.create_queue(QueueName=tag, Attributes=attributes)["QueueUrl"]

    def program(*, imported: bool) -> None:
        options = pulumi.ResourceOptions(import_=url if imported else None)
        aws.sqs.Queue("it", name=tag, delay_seconds=5, opts=options)

    assert stack.up(partial(program, imported=True), refresh=False) == {"create": 1, "import": 1}
    assert stack.up(partial(program, imported=False)) == {"same": 2}


def test_an_import_that_differs_is_brought_to_the_program(stack: Deployment, tag: str) -> None:
    url = stack.cloud.client("sqs").create_queue(QueueName=tag)["QueueUrl"]

    def program() -> None:
        aws.sqs.Queue("it", name=tag, delay_seconds=9, opts=pulumi.ResourceOptions(import_=url))

    assert stack.up(program, refresh=False) == {"create": 1, "import": 1, "update": 1}
    assert attribute(stack, tag, "DelaySeconds") == "9"


def test_a_protected_resource_stays(stack: Deployment, tag: str) -> None:
    def program(*, protect: bool) -> None:
        aws.sqs.Queue("it", name=tag, opts=pulumi.ResourceOptions(protect=protect))

    stack.up(partial(program, protect=True))
    assert "protected" in stack.failure(lambda: None)
    assert queues(stack, tag) == [tag]
    stack.up(partial(program, protect=False))


def test_a_function_s_code_is_compared(stack: Deployment, tag: str, tmp_path: Path) -> None:
    source = tmp_path / "main.py"

    def program(text: str) -> None:
        source.write_text(text)
        trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        role = aws.iam.Role(
            "role", name=tag, assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        )
        code = pulumi.AssetArchive({"main.py": pulumi.FileAsset(str(source)), "more/text": pulumi.StringAsset("x")})
        aws.lambda_.Function(
            "function", name=tag, code=code, role=role.arn, runtime="python3.11", handler="main.handler"
        )

    one = partial(program, "def handler(event, context): return 1\n")
    two = partial(program, "def handler(event, context): return 2\n")
    assert stack.up(one) == {"create": 3}
    assert stack.up(one) == {"same": 3}
    assert stack.up(two) == {"same": 2, "update": 1}
    functions = stack.cloud.client("lambda")
    assert json.loads(functions.invoke(FunctionName=tag)["Payload"].read()) == 2
    held = functions.get_function_configuration(FunctionName=tag)["CodeSha256"]
    stack.cloud.client("lambda").update_function_code(FunctionName=tag, ZipFile=foreign_code())
    assert stack.up(two) == {"same": 2, "update": 1}
    assert functions.get_function_configuration(FunctionName=tag)["CodeSha256"] == held


def foreign_code() -> bytes:
    from local.provider.assets import packed

    return packed({"main.py": (b"def handler(event, context): return 3\n", 0o644)})
