"""A program of many resources, in the mix that real environments have: a tenth buckets, half parameters."""

from __future__ import annotations

import os

import pulumi
import pulumi_aws as aws

TAGS = {"environment": "bench", "managed-by": "distro"}


def main() -> None:
    """As many resources as BENCH_RESOURCES says. No name begins another: log groups are searched by their beginning."""
    count = int(os.environ["BENCH_RESOURCES"])
    for number in range(count // 10):
        aws.s3.Bucket(f"bucket-{number}", bucket=f"bench-{number:05}", tags=TAGS)
    for number in range(count // 5):
        aws.sqs.Queue(f"queue-{number}", name=f"bench-{number:05}", tags=TAGS)
        aws.cloudwatch.LogGroup(f"logs-{number}", name=f"/bench/{number:05}", retention_in_days=7, tags=TAGS)
    for number in range(count // 2):
        name, value = f"/bench/{number:05}", str(number)
        aws.ssm.Parameter(f"parameter-{number}", name=name, type="String", value=value, tags=TAGS)
    pulumi.export("count", count)
