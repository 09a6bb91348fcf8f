"""What a stack tells: the addresses and names that its users and the command line work with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws

from infra.environment import Environment
from infra.firebase.firebase import Firebase
from infra.layers.compute import Compute
from infra.layers.data import Data
from infra.layers.foundation import Foundation
from infra.layers.interfaces import Interfaces
from infra.layers.operations import Operations

# Where people may connect to PostgreSQL as a matter of course (section 2.2), the URL carries the password.
_WITH_PASSWORD = ("team",)


def stack_outputs(
    foundation: Foundation,
    data: Data,
    compute: Compute,
    interfaces: Interfaces,
    operations: Operations,
    firebase: Firebase,
) -> Mapping[str, Any]:
    """The outputs by name; secrets among them are marked."""
    return {
        "api_url": interfaces.dn.stage.invoke_url,
        "general_api_url": interfaces.general.stage.invoke_url,
        "graphql_url": interfaces.graphql.url,
        "content_bucket": data.buckets.buckets["content"].bucket,
        **_database(foundation, data),
        "ingest_queue_url": data.queues.ingest.url,
        "dead_letter_queue_urls": {name: queue.url for name, queue in data.queues.dead_letters.items()},
        **_ingest(data, compute),
        "functions": {name: function.name for name, function in compute.functions.functions.items()},
        "topics": {severity: topic.arn for severity, topic in foundation.topics.items()},
        "immediate_topic_arn": foundation.topics["immediate"].arn,
        "error_alarm": operations.alarms["error-rate-dn"].name,
        "firebase_project": firebase.project,
        "firebase_database_url": firebase.database_url,
        "firebase_storage_bucket": firebase.storage_bucket,
    }


def _ingest(data: Data, compute: Compute) -> Mapping[str, Any]:
    dead = data.queues.dead_letters.get("ingest")
    found = {"dead_letter_queue_url": dead.url} if dead else {}
    return {"ingest_function": compute.functions.functions["ingest"].name, **found}


def _database(foundation: Foundation, data: Data) -> Mapping[str, Any]:
    cluster = data.database.cluster
    return {
        "database_name": cluster.database_name,
        "database_cluster_arn": cluster.arn,
        "database_secret_arn": data.database.secret_arn,
        "database_url": _url(foundation.environment, data),
    }


def _url(environment: Environment, data: Data) -> pulumi.Output[str]:
    cluster = data.database.cluster
    place = pulumi.Output.format("{0}:{1}/{2}", cluster.endpoint, cluster.port, cluster.database_name)
    user = cluster.master_username
    if environment.database.direct_access in _WITH_PASSWORD:
        user = pulumi.Output.format("{0}:{1}", user, _password(data))
    return pulumi.Output.secret(pulumi.Output.format("postgresql://{0}@{1}?sslmode=prefer", user, place))


def _password(data: Data) -> pulumi.Output[str]:
    invoke = pulumi.InvokeOutputOptions(parent=data.database, depends_on=data.database.instances)
    version = aws.secretsmanager.get_secret_version_output(secret_id=data.database.secret_arn, opts=invoke)
    return version.secret_string.apply(lambda text: str(json.loads(text)["password"]))
