"""Services that watch an account, which no emulator holds: X-Ray's settings, DLM, GuardDuty, Inspector and others."""

from __future__ import annotations

from typing import ClassVar

from local.provider.cloud import Cloud
from local.provider.resource import Created, Inputs, Recorded
from local.provider.services.recorded_base import all_recorded, stable_hex, stable_uuid

XRAY = "moto lacks X-Ray's groups and sampling rules"
DLM = "no emulator has lifecycle policies of volumes"
GUARDDUTY = "the emulators watch nothing; a detector would find nothing"
INSPECTOR = "the emulators scan nothing"
ANALYZER = "no emulator analyses access"
ANOMALIES = "no emulator knows costs"


class Group(Recorded):
    """A filter of traces."""

    type = "aws:xray/group:Group"
    reason = XRAY
    properties: ClassVar = all_recorded(XRAY, "filterExpression", "insightsConfiguration", "tags", fixed=("groupName",))

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """The ARN is the id."""
        path = f"group/{inputs['groupName']}/{stable_hex(inputs['groupName'], length=26).upper()}"
        arn = cloud.arn("xray", path, region=inputs.get("region"))
        return Created(arn, {"arn": arn})


class SamplingRule(Recorded):
    """How many requests are traced."""

    type = "aws:xray/samplingRule:SamplingRule"
    reason = XRAY
    identity = ("ruleName",)
    properties: ClassVar = all_recorded(
        XRAY,
        "attributes",
        "fixedRate",
        "host",
        "httpMethod",
        "priority",
        "reservoirSize",
        "resourceArn",
        "serviceName",
        "serviceType",
        "urlPath",
        "version",
        "tags",
        fixed=("ruleName",),
    )

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """The name is the id."""
        arn = cloud.arn("xray", f"sampling-rule/{inputs['ruleName']}", region=inputs.get("region"))
        return Created(inputs["ruleName"], {"arn": arn})


class LifecyclePolicy(Recorded):
    """When volumes are copied, and how long copies stay."""

    type = "aws:dlm/lifecyclePolicy:LifecyclePolicy"
    reason = DLM
    properties: ClassVar = all_recorded(
        DLM, "description", "executionRoleArn", "policyDetails", "state", "tags", fixed=("defaultPolicy",)
    )

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """An id that follows from the description."""
        id = f"policy-{stable_hex(cloud.account, inputs['description'])}"
        return Created(id, {"arn": cloud.arn("dlm", f"policy/{id}", region=inputs.get("region"))})


class Detector(Recorded):
    """Whether threats are looked for."""

    type = "aws:guardduty/detector:Detector"
    reason = GUARDDUTY
    properties: ClassVar = all_recorded(GUARDDUTY, "datasources", "enable", "findingPublishingFrequency", "tags")

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One an account and region."""
        region = inputs.get("region") or cloud.region
        id = stable_hex(cloud.account, region, length=32)
        return Created(id, {"accountId": cloud.account, "arn": cloud.arn("guardduty", f"detector/{id}", region=region)})


class Enabler(Recorded):
    """What is scanned for vulnerabilities."""

    type = "aws:inspector2/enabler:Enabler"
    reason = INSPECTOR
    properties: ClassVar = all_recorded(INSPECTOR, "resourceTypes", fixed=("accountIds",))

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """Accounts and kinds, as pulumi-aws joins them."""
        return Created(f"{':'.join(sorted(inputs['accountIds']))}-{':'.join(sorted(inputs['resourceTypes']))}")


class Analyzer(Recorded):
    """What looks for access from outside."""

    type = "aws:accessanalyzer/analyzer:Analyzer"
    reason = ANALYZER
    identity = ("analyzerName",)
    properties: ClassVar = all_recorded(ANALYZER, "configuration", "tags", fixed=("analyzerName", "type"))

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """The name is the id."""
        name = inputs["analyzerName"]
        return Created(name, {"arn": cloud.arn("access-analyzer", f"analyzer/{name}", region=inputs.get("region"))})


class AnomalyMonitor(Recorded):
    """What looks for unusual costs."""

    type = "aws:costexplorer/anomalyMonitor:AnomalyMonitor"
    reason = ANOMALIES
    name = "name"
    properties: ClassVar = all_recorded(
        ANOMALIES, "name", "tags", fixed=("monitorType", "monitorDimension", "monitorSpecification")
    )

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """The ARN is the id."""
        arn = f"arn:aws:ce::{cloud.account}:anomalymonitor/{stable_uuid(cloud.account, inputs['name'])}"
        return Created(arn, {"arn": arn})


class AnomalySubscription(Recorded):
    """Who hears of unusual costs."""

    type = "aws:costexplorer/anomalySubscription:AnomalySubscription"
    reason = ANOMALIES
    name = "name"
    properties: ClassVar = all_recorded(
        ANOMALIES,
        "frequency",
        "monitorArnLists",
        "subscribers",
        "thresholdExpression",
        "tags",
        fixed=("name", "accountId"),
    )

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """The ARN is the id."""
        arn = f"arn:aws:ce::{cloud.account}:anomalysubscription/{stable_uuid(cloud.account, inputs['name'])}"
        return Created(arn, {"arn": arn, "accountId": cloud.account})


RESOURCES = (
    Group,
    SamplingRule,
    LifecyclePolicy,
    Detector,
    Enabler,
    Analyzer,
    AnomalyMonitor,
    AnomalySubscription,
)
