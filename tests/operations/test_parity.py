"""`distro parity`: the table is true, and what is not is named."""

from __future__ import annotations

import boto3
import pytest

from tests.driver import Sandbox

pytestmark = pytest.mark.xdist_group("sandbox")


def test_every_applied_property_reads_back(sandbox: Sandbox) -> None:
    document = sandbox.run("parity", "local", "--json").document
    assert document["result"] == "passed", document["mismatches"]
    statuses = {entry["type"]: entry["status"] for entry in document["types"]}
    assert statuses["aws:s3/bucket:Bucket"] == "applied"
    assert statuses["gcp:firebase/project:Project"] == "recorded"
    assert "unsupported" not in statuses.values()


def test_what_is_recorded_has_a_reason(sandbox: Sandbox) -> None:
    document = sandbox.run("parity", "local", "--json").document
    without = [
        (entry["type"], name)
        for entry in document["types"]
        for name, rule in entry["properties"].items()
        if rule["status"] != "applied" and not (rule["reason"] or entry["reason"])
    ]
    assert without == []


def test_a_value_changed_behind_the_engine_is_a_mismatch(sandbox: Sandbox) -> None:
    variables = sandbox.variables()
    sqs = boto3.client(
        "sqs",
        endpoint_url=variables["AWS_ENDPOINT_URL_SQS"],
        region_name=variables["AWS_REGION"],
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
    )
    url = sandbox.document["outputs"]["ingest_queue_url"]
    before = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["DelaySeconds"])["Attributes"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "17"})
    try:
        finished = sandbox.run("parity", "local", "--json")
    finally:
        sqs.set_queue_attributes(QueueUrl=url, Attributes=before)
    assert finished.code == 1
    found = [(entry["property"], entry["actual"]) for entry in finished.document["mismatches"]]
    assert found == [("delaySeconds", "17")]
