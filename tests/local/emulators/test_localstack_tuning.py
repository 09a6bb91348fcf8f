"""What makes LocalStack quick changes none of its answers, and does make it quick."""

from __future__ import annotations

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from infra.progress import silent
from local import toolchain
from local.emulators.lambda_runtime import python_path
from tests.local.emulators import alone
from tests.local.emulators.functions import ROLE, archive

pytestmark = pytest.mark.xdist_group("localstack")

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
COMPARE_CATALOG = """
from localstack.aws import spec
from distro_localstack import catalog
theirs, ours = spec.LazyServiceCatalogIndex(), catalog.service_catalog().index
for part in ("service_names", *catalog._INDEXES):
    assert getattr(theirs, part) == getattr(ours, part), part
"""
COMPARE_REGIONS = """
import boto3
theirs = {name: boto3.Session().get_available_regions(name) for name in ("s3", "iam", "sns", "no-service")}
from distro_botocore import regions
regions.install()
assert theirs == {name: boto3.Session().get_available_regions(name) for name in theirs}
"""
COMPARE_MODELS = """
import botocore.session
theirs = botocore.session.Session().get_service_data("sqs")
from distro_botocore import models
models.install()
assert models.undocumented(theirs) == botocore.session.Session().get_service_data("sqs")
assert botocore.session.Session().get_data("endpoints")["partitions"]
"""
LOG_GROUPS = """
import boto3
from localstack.services.logs import provider
from distro_localstack import amendments
class Group:
    def __init__(self, name): self.name = name
    def to_describe_dict(self): return {"logGroupName": self.name}
class Backend:
    groups = {name: Group(name) for name in ("/a/1", "/a/2", "/b/1")}
provider.get_moto_logs_backend = lambda *_: Backend
class Context:
    account_id, region = "000000000000", "us-east-1"
def ask(**request): return provider.LogsProvider.describe_log_groups(provider.LogsProvider, Context, request)
asked = ({}, {"logGroupNamePrefix": "/a"}, {"logGroupNamePattern": "1"}, {"logGroupNamePrefix": "/c"})
theirs = [ask(**each) for each in asked]
assert [len(each["logGroups"]) for each in theirs] == [3, 2, 2, 0]
amendments.amend("logs")
assert [ask(**each) for each in asked] == theirs
"""
QUEUE_METRICS = """
from localstack.services.sqs import provider
from distro_localstack import amendments
calls = []
def publish(account_id, region, sqs_metric_batch_data): calls.append(sqs_metric_batch_data)
provider.publish_sqs_metric_batch = publish
amendments.amend("sqs")
provider.publish_sqs_metric_batch(account_id="1", region="r", sqs_metric_batch_data=list(range(90)))
assert sum(calls, []) == list(range(90)) and max(map(len, calls)) < 50
amendments.amend("sns")
"""
ONE_AT_A_TIME = """
import threading
from localstack.services import moto
from distro_localstack import preload
preload.install()
done = threading.Event()
def ask():
    moto.get_moto_routing_table("ssm")
    done.set()
with preload._loading:  # as while a service is loaded
    threading.Thread(target=ask).start()
    assert not done.wait(1)
assert done.wait(60)
"""
BACKENDS = """
from distro_localstack import moto_ec2
moto_ec2.install()
import sys
from moto.ssm import ssm_backends
assert "moto.ec2.models" not in sys.modules
from moto.ec2 import ec2_backends
assert ec2_backends["000000000000"]["us-east-1"].describe_regions()
"""


SCRIPTS = {
    "catalogue": COMPARE_CATALOG, "regions": COMPARE_REGIONS, "models": COMPARE_MODELS, "backends": BACKENDS,
    "log groups": LOG_GROUPS, "queue metrics": QUEUE_METRICS, "one at a time": ONE_AT_A_TIME,
}  # fmt: skip


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_nothing_is_answered_otherwise(tmp_path: Path, script: str) -> None:
    python = toolchain.ensure("localstack", "host", silent).localstack_python
    environment = {"PYTHONPATH": python_path(), "HOME": str(tmp_path)}
    done = subprocess.run([str(python), "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_deployment_takes_little_memory(tmp_path: Path) -> None:
    """Some 90 resources: 205 MB where it was measured, 715 MB without the tuning."""
    with alone.running(tmp_path, "localstack") as emulators:
        services = ("cloudwatch", "events", "iam", "kms", "lambda", "logs", "s3", "secretsmanager", "sns", "sqs", "ssm")
        clients = {name: emulators.client(name, max_pool_connections=16) for name in services}
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(lambda number: deploy(clients, number), range(8)))
        process = psutil.Process(emulators.children["localstack"].pid)
        assert process.memory_info().rss < 400 * 2**20


def deploy(clients: dict[str, Any], number: int) -> None:
    name = f"resource-{number}"
    clients["s3"].create_bucket(Bucket=name)
    clients["s3"].put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    clients["sqs"].create_queue(QueueName=name)
    clients["sns"].create_topic(Name=name)
    clients["iam"].create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    clients["kms"].create_key()
    clients["logs"].create_log_group(logGroupName=name)
    clients["logs"].put_retention_policy(logGroupName=name, retentionInDays=7)
    clients["ssm"].put_parameter(Name=name, Value="x", Type="String")
    clients["secretsmanager"].create_secret(Name=name, SecretString="{}")
    clients["events"].put_rule(Name=name, ScheduleExpression="rate(1 hour)")
    clients["cloudwatch"].put_metric_alarm(
        AlarmName=name, MetricName="m", Namespace="n", Statistic="Sum", Period=60, EvaluationPeriods=1, Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )  # fmt: skip
    clients["lambda"].create_function(
        FunctionName=name, Runtime="python3.11", Handler="fn.handle", Role=ROLE, Code={"ZipFile": archive("x = 1")}
    )
