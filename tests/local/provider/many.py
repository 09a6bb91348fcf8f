"""A program whose resources get their ids from the services, and its deployment in a process that can be killed."""

from __future__ import annotations

import sys
from pathlib import Path

import pulumi_aws as aws
from pulumi import automation

from tests.local.provider.deployment import environment, options

COUNT = 12


def program(tag: str) -> None:
    """A second create of any of these would make a second one."""
    for number in range(COUNT):
        aws.sqs.Queue(f"{tag}-{number}")
        aws.kms.Key(f"key-{number}", description=f"{tag}-{number}", tags={"run": tag})
        aws.apigateway.RestApi(f"api-{number}", name=f"{tag}-{number}")


def main(folder: str, port: str, tag: str) -> None:
    """`up`, without checkpoints after each step, as the project deploys to a sandbox."""
    settings = options(Path(folder), environment(Path(folder), int(port)))
    stack = automation.create_or_select_stack("test", project_name="it", program=lambda: program(tag), opts=settings)
    stack.up()


if __name__ == "__main__":
    main(*sys.argv[1:])
