"""What moto answers where it lacks a request is said in one line, not as its page of HTML."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from local.provider.cloud import Cloud
from local.provider.failures import answer

pytestmark = pytest.mark.xdist_group("conformance")


def test_a_page_for_people_is_not_shown(cloud: Cloud) -> None:
    with pytest.raises(ResponseParserError) as of_xml:
        cloud.client("ec2").monitor_instances(InstanceIds=["i-00000000000000000"])
    with pytest.raises(ClientError) as of_json:
        cloud.client("budgets").describe_budget_action(AccountId="0" * 12, BudgetName="none", ActionId="0" * 36)
    for service, raised in (("ec2", of_xml), ("budgets", of_json)):
        assert "html" not in answer(service, raised.value)
        assert answer(service, raised.value).startswith(f"{service}: its emulator lacks this request or broke at it")
