"""The table of AWS services."""

from __future__ import annotations

import botocore.session
import pytest

from infra.errors import OperationFailed, UsageError
from local.components import COMPONENTS
from local.profiles import ALIASES, PROFILES, Profile, endpoint_variable, profile

EVERY = pytest.mark.parametrize("table", PROFILES.values(), ids=lambda table: table.name)


@EVERY
def test_variables_are_named_as_the_sdks_read_them(table: Profile) -> None:
    session = botocore.session.get_session()
    for service in table.services:
        name = session.get_service_model(service).service_id.replace(" ", "_").replace("-", "_").upper()
        assert endpoint_variable(service) == f"AWS_ENDPOINT_URL_{name}"


@EVERY
def test_every_service_is_served_by_a_component_that_runs(table: Profile) -> None:
    assert set(table.services.values()) <= set(table.components) <= set(COMPONENTS)
    assert table.main in table.services.values()
    assert set(table.gaps) <= set(table.services)


@EVERY
def test_endpoint_prefixes_are_understood(table: Profile) -> None:
    session = botocore.session.get_session()
    prefixes = {session.get_service_model(service).endpoint_prefix: service for service in table.services}
    for prefix, service in prefixes.items():
        assert table.component(prefix) == table.services[service], f"{prefix} belongs into ALIASES"
    assert not ALIASES.keys() & table.services.keys()


@EVERY
def test_services_that_act_on_each_other_stay_together(table: Profile) -> None:
    chain = ("apigateway", "lambda", "s3", "sqs", "sns", "events", "scheduler", "cloudwatch", "logs", "kms", "iam")
    assert {table.component(service) for service in chain} == {table.main}


def test_a_service_outside_the_table_is_refused_by_name() -> None:
    with pytest.raises(OperationFailed, match="serves the AWS service 'dynamodb'"):
        profile("localstack").component("dynamodb")


def test_an_unknown_profile_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="no AWS profile 'azure'"):
        profile("azure")
