"""Data go round: what the settings, the queue, the bucket and the database hold comes back as it was put."""

from __future__ import annotations

import uuid

import pytest

from operations.smoke import Context
from operations.smoke.messaging import receive
from tests.suites.deployed import specification


@pytest.mark.parametrize("flag", sorted(specification().flags))
def test_a_flag_is_the_specifications(flag: str, context: Context) -> None:
    path = f"/{context.environment.configuration.path_prefix}/features/{flag}"
    found = context.aws("ssm").get_parameter(Name=path)["Parameter"]["Value"]
    assert found == str(context.environment.flags[flag]).lower()


def test_the_dead_letter_queue_keeps_a_message(context: Context) -> None:
    mark, sqs, url = f"regression-{uuid.uuid4()}", context.aws("sqs"), context.output("dead_letter_queue_url")
    sqs.send_message(QueueUrl=url, MessageBody=mark)
    assert receive(sqs, url, mark, patience=15) == mark


def test_an_object_goes_round(context: Context) -> None:
    s3, bucket, key = context.aws("s3"), context.output("content_bucket"), f"regression/{uuid.uuid4()}"
    content = bytes(range(256)) * 64
    s3.put_object(Bucket=bucket, Key=key, Body=content)
    try:
        assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == content
    finally:
        for each in s3.list_object_versions(Bucket=bucket, Prefix=key).get("Versions", []):
            s3.delete_object(Bucket=bucket, Key=key, VersionId=each["VersionId"])


@pytest.mark.parametrize("text", ["plain", "Zoë — «señal»", "日本語", "'; drop table releases; --", "\u202e"])
def test_a_text_goes_through_the_data_api(text: str, context: Context) -> None:
    answer = context.aws("rds-data").execute_statement(
        resourceArn=context.output("database_cluster_arn"), secretArn=context.output("database_secret_arn"),
        database=context.output("database_name"), sql="select :text as found",
        parameters=[{"name": "text", "value": {"stringValue": text}}],
    )  # fmt: skip
    assert answer["records"][0][0]["stringValue"] == text
