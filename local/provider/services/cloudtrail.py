"""CloudTrail: trails. moto 5.2.5 keeps them; no event is recorded."""

from __future__ import annotations

from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.properties import set_equal
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, Resource, partly
from local.provider.services.companion import shadow_bucket
from local.provider.services.ec2_base import changed
from local.provider.spelling import Spelling
from local.provider.tags import tag_changes, tag_list, tag_map

SETTINGS = {
    "s3BucketName": "S3BucketName",
    "s3KeyPrefix": "S3KeyPrefix",
    "snsTopicName": "SnsTopicName",
    "includeGlobalServiceEvents": "IncludeGlobalServiceEvents",
    "isMultiRegionTrail": "IsMultiRegionTrail",
    "enableLogFileValidation": "EnableLogFileValidation",
    "cloudWatchLogsGroupArn": "CloudWatchLogsLogGroupArn",
    "cloudWatchLogsRoleArn": "CloudWatchLogsRoleArn",
    "kmsKeyId": "KmsKeyId",
    "isOrganizationTrail": "IsOrganizationTrail",
}
"""What CreateTrail and UpdateTrail take."""

SELECTORS = Spelling({"fieldSelectors": "FieldSelectors", "insightType": "InsightType"})


EVERYTHING = {"readWriteType": "All", "includeManagementEvents": True}
"""A selector that says nothing else, and what a trail without selectors has."""


def same_selectors(actual: Any, recorded: Any) -> bool:
    """The same in any order, with what is not said filled in."""
    return set_equal(*([{**EVERYTHING, **selector} for selector in side or ()] for side in (actual, recorded)))


class Trail(Resource):
    """A record of who does what."""

    type = "aws:cloudtrail/trail:Trail"
    service = "cloudtrail"
    name = "name"
    properties: ClassVar = {
        "name": Property(replace=True),
        **dict.fromkeys(SETTINGS, Property()),
        "includeGlobalServiceEvents": Property(default=True),
        "isMultiRegionTrail": Property(default=False),
        "enableLogFileValidation": Property(default=False),
        "enableLogging": Property(default=True),
        "eventSelectors": Property(same=same_selectors),
        "advancedEventSelectors": Property(same=set_equal),
        "insightSelectors": Property(same=set_equal),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """The trail, what it selects, and its start."""
        trails = cloud.client("cloudtrail", inputs.get("region"))
        shadow_bucket(cloud, inputs["s3BucketName"])
        tags = tag_list(inputs.get("tags"))
        answer = trails.create_trail(Name=inputs["name"], **_settings(inputs), **({"TagsList": tags} if tags else {}))
        arn = answer["TrailARN"]
        with partly(arn):
            self._select(trails, inputs["name"], {}, inputs)
            if inputs["enableLogging"]:
                trails.start_logging(Name=inputs["name"])
        return Created(arn, self._computed(cloud, arn, inputs))

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """The trail, whether it runs, what it selects where the program says so, its tags."""
        trails, name = cloud.client("cloudtrail", inputs.get("region")), id.rsplit("/", 1)[-1]
        answer = found(lambda: trails.get_trail(Name=name))
        if answer is None:
            return None
        held = answer["Trail"]
        tags = trails.list_tags(ResourceIdList=[held["TrailARN"]])["ResourceTagList"]
        return {
            "name": held["Name"],
            **{key: held.get(member, "") for key, member in SETTINGS.items()},
            "enableLogFileValidation": held["LogFileValidationEnabled"],
            "enableLogging": trails.get_trail_status(Name=name)["IsLogging"],
            **self._selected(trails, name, inputs),
            "tags": tag_map(tags[0]["TagsList"]) if tags else {},
            **self._computed(cloud, held["TrailARN"], inputs),
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Settings, selectors, start or stop, tags."""
        trails, name = cloud.client("cloudtrail", new.get("region")), new["name"]
        if _settings(old) != _settings(new):
            shadow_bucket(cloud, new["s3BucketName"])
            trails.update_trail(Name=name, **dict.fromkeys(_settings(old), "") | _settings(new))
        self._select(trails, name, old, new)
        if changed(old, new, "enableLogging"):
            (trails.start_logging if new["enableLogging"] else trails.stop_logging)(Name=name)
        added, removed = tag_changes(old, new)
        if added:
            trails.add_tags(ResourceId=id, TagsList=tag_list(added))
        if removed:
            trails.remove_tags(ResourceId=id, TagsList=[{"Key": key} for key in removed])
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteTrail."""
        with unless_gone():
            cloud.client("cloudtrail", state.get("region")).delete_trail(Name=id.rsplit("/", 1)[-1])

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """Names are unique in an account and region."""
        trails = cloud.client("cloudtrail", inputs.get("region"))
        answer = found(lambda: trails.get_trail(Name=inputs["name"]))
        return str(answer["Trail"]["TrailARN"]) if answer else None

    def _select(self, trails: Any, name: str, old: Inputs, new: Inputs) -> None:
        for key, member in (("eventSelectors", "EventSelectors"), ("advancedEventSelectors", "AdvancedEventSelectors")):
            if new.get(key) and old.get(key) != new[key]:
                trails.put_event_selectors(TrailName=name, **{member: [_selector(each) for each in new[key]]})
        if _selects(old) and not _selects(new):
            trails.put_event_selectors(TrailName=name, EventSelectors=SELECTORS.to_aws([EVERYTHING]))
        if changed(old, new, "insightSelectors"):
            trails.put_insight_selectors(
                TrailName=name, InsightSelectors=SELECTORS.to_aws(new.get("insightSelectors") or [])
            )

    def _selected(self, trails: Any, name: str, inputs: Inputs) -> dict[str, Any]:
        found_selectors: dict[str, Any] = {}
        if not inputs or _selects(inputs):
            held = trails.get_event_selectors(TrailName=name)
            found_selectors["eventSelectors"] = SELECTORS.from_aws(held.get("EventSelectors", []))
            found_selectors["advancedEventSelectors"] = _advanced(held.get("AdvancedEventSelectors", []))
        if inputs.get("insightSelectors"):
            held = trails.get_insight_selectors(TrailName=name)
            found_selectors["insightSelectors"] = SELECTORS.from_aws(held.get("InsightSelectors", []))
        return found_selectors

    def _computed(self, cloud: Cloud, arn: str, inputs: Inputs) -> dict[str, Any]:
        topic = inputs.get("snsTopicName")
        return {
            "arn": arn,
            "homeRegion": inputs.get("region") or cloud.region,
            "snsTopicArn": cloud.arn("sns", topic.rsplit(":", 1)[-1]) if topic else "",
        }


def _settings(inputs: Inputs) -> dict[str, Any]:
    return {member: inputs[name] for name, member in SETTINGS.items() if inputs.get(name) is not None}


CONDITIONS = {
    "equals": "Equals",
    "notEquals": "NotEquals",
    "startsWiths": "StartsWith",
    "notStartsWiths": "NotStartsWith",
    "endsWiths": "EndsWith",
    "notEndsWiths": "NotEndsWith",
}
"""Conditions of an advanced selector: pulumi-aws writes the plural."""


def _selects(inputs: Inputs) -> bool:
    return bool(inputs.get("eventSelectors") or inputs.get("advancedEventSelectors"))


def _selector(block: dict[str, Any]) -> dict[str, Any]:
    if "fieldSelectors" not in block:
        return dict(SELECTORS.to_aws({**EVERYTHING, **block}))
    fields = [
        {"Field": field["field"], **{CONDITIONS[key]: value for key, value in field.items() if key in CONDITIONS}}
        for field in block["fieldSelectors"]
    ]
    return {"FieldSelectors": fields} | ({"Name": block["name"]} if block.get("name") else {})


def _advanced(held: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = {member: key for key, member in CONDITIONS.items()} | {"Field": "field"}
    return [
        {
            "name": each.get("Name", ""),
            "fieldSelectors": [{names[key]: value for key, value in field.items()} for field in each["FieldSelectors"]],
        }
        for each in held
    ]


RESOURCES = (Trail,)
