"""WAFv2: web ACLs. moto 5.2.5 keeps the rules; no request is filtered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.properties import compact, equal, set_equal
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, Resource, recorded
from local.provider.spelling import Spelling
from local.provider.tags import tag_changes, tag_list, tag_map

WAF = Spelling(
    {
        "cloudwatchMetricsEnabled": "CloudWatchMetricsEnabled",
        "ipSetReferenceStatement": "IPSetReferenceStatement",
        "ipSetForwardedIpConfig": "IPSetForwardedIPConfig",
        "forwardedIpConfig": "ForwardedIPConfig",
        "ruleLabels": "RuleLabels",
        "textTransformations": "TextTransformations",
        "insertHeaders": "InsertHeaders",
        "responseHeaders": "ResponseHeaders",
        "arn": "ARN",
    }
)
"""WAF's spelling; other members follow the rule."""

US_EAST = "us-east-1"
"""Where ACLs of CloudFront live, whatever the region."""


def present_blocks(value: Any) -> Any:
    """Empty blocks mean something here (`allow`: {}), and must not count as absent."""
    if isinstance(value, Mapping):
        return {
            key: present_blocks(member) or {"is": "set"} if isinstance(member, Mapping) else present_blocks(member)
            for key, member in value.items()
        }
    return [present_blocks(member) for member in value] if isinstance(value, list) else value


def same_blocks(actual: Any, recorded: Any) -> bool:
    """The same, empty blocks included."""
    return equal(present_blocks(actual), present_blocks(recorded))


def same_rules(actual: Any, recorded: Any) -> bool:
    """The same rules in order of their priority."""
    sides = (sorted(side or (), key=lambda rule: rule.get("priority") or 0) for side in (actual, recorded))
    return same_blocks(*sides)


def _bodies(blocks: Any) -> dict[str, Any]:
    return {block["key"]: {"Content": block["content"], "ContentType": block["contentType"]} for block in blocks or ()}


class WebAcl(Resource):
    """A list of rules for requests."""

    type = "aws:wafv2/webAcl:WebAcl"
    service = "wafv2"
    name = "name"
    volatile = ("lockToken", "capacity")
    properties: ClassVar = {
        "name": Property(replace=True),
        "scope": Property(replace=True),
        "description": Property(),
        "defaultAction": Property(same=same_blocks),
        "rules": Property(same=same_rules),
        "visibilityConfig": Property(),
        "customResponseBodies": Property(same=set_equal, replace=True),
        "captchaConfig": Property(replace=True),
        "challengeConfig": recorded("moto drops it"),
        "associationConfig": recorded("moto drops it"),
        "tokenDomains": Property(same=set_equal, replace=True),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call."""
        extra = {
            "Tags": tag_list(inputs.get("tags")) or None,
            "CustomResponseBodies": _bodies(inputs.get("customResponseBodies")) or None,
            "CaptchaConfig": WAF.to_aws(inputs.get("captchaConfig")),
            "TokenDomains": inputs.get("tokenDomains") or None,
        }
        answer = self._waf(cloud, inputs).create_web_acl(**_key(inputs), **_settings(inputs), **compact(extra))[
            "Summary"
        ]
        return Created(answer["Id"], {"arn": answer["ARN"], "lockToken": answer["LockToken"]})

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """The list, and its tags; on import the id is `<id>/<name>/<scope>`, as in pulumi-aws."""
        key = _imported(id) if not inputs else {**_key(inputs), "Id": _own(id)}
        waf = self._waf(cloud, {**inputs, "scope": key["Scope"]})
        answer = found(lambda: waf.get_web_acl(**key))
        if answer is None:
            return None
        held = answer["WebACL"]
        bodies = held.get("CustomResponseBodies", {}).items()
        return {
            "name": held["Name"],
            "scope": key["Scope"],
            "description": held.get("Description", ""),
            "defaultAction": WAF.from_aws(held["DefaultAction"]),
            "rules": [_rule(rule) for rule in held.get("Rules", [])],
            "visibilityConfig": WAF.from_aws(held["VisibilityConfig"]),
            "customResponseBodies": [{"key": name, **WAF.from_aws(body)} for name, body in bodies],
            "captchaConfig": WAF.from_aws(held.get("CaptchaConfig")),
            "tokenDomains": held.get("TokenDomains", []),
            "tags": tag_map(waf.list_tags_for_resource(ResourceARN=held["ARN"])["TagInfoForResource"]["TagList"]),
            "arn": held["ARN"],
            "capacity": held["Capacity"],
            "lockToken": answer["LockToken"],
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """The whole list under its present token, then tags."""
        waf, key, arn = self._waf(cloud, new), {**_key(new), "Id": _own(id)}, self._arn(cloud, _own(id), new)
        added, removed = tag_changes(old, new)
        if _settings(old) != _settings(new):
            token = waf.get_web_acl(**key)["LockToken"]
            waf.update_web_acl(**key, **_settings(new), LockToken=token)
        if added:
            waf.tag_resource(ResourceARN=arn, Tags=tag_list(added))
        if removed:
            waf.untag_resource(ResourceARN=arn, TagKeys=removed)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteWebACL under its present token."""
        waf, key = self._waf(cloud, state), {**_key(state), "Id": _own(id)}
        with unless_gone():
            waf.delete_web_acl(**key, LockToken=waf.get_web_acl(**key)["LockToken"])

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """A name is given once in a scope."""
        lists = self._waf(cloud, inputs).list_web_acls(Scope=inputs["scope"])["WebACLs"]
        return next((str(each["Id"]) for each in lists if each["Name"] == inputs["name"]), None)

    def _waf(self, cloud: Cloud, inputs: Inputs) -> Any:
        return cloud.client("wafv2", US_EAST if inputs.get("scope") == "CLOUDFRONT" else inputs.get("region"))

    def _arn(self, cloud: Cloud, id: str, inputs: Inputs) -> str:
        kind, region = ("global", US_EAST) if inputs["scope"] == "CLOUDFRONT" else ("regional", inputs.get("region"))
        return cloud.arn("wafv2", f"{kind}/webacl/{inputs['name']}/{id}", region=region)


def _key(inputs: Inputs) -> dict[str, Any]:
    return {"Name": inputs["name"], "Scope": inputs["scope"]}


def _own(id: str) -> str:
    """An imported list keeps the id `<id>/<name>/<scope>`."""
    return id.partition("/")[0]


def _imported(id: str) -> dict[str, Any]:
    own, _, rest = id.partition("/")
    name, _, scope = rest.rpartition("/")
    return {"Id": own, "Name": name or own, "Scope": scope or "REGIONAL"}


def _settings(inputs: Inputs) -> dict[str, Any]:
    return compact(
        {
            "DefaultAction": WAF.to_aws(inputs["defaultAction"]),
            "Description": inputs.get("description") or None,
            "Rules": [_sent(rule) for rule in inputs.get("rules") or ()],
            "VisibilityConfig": WAF.to_aws(inputs["visibilityConfig"]),
        }
    )


def _sent(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Search strings are bytes in WAF's interface."""
    return dict(_bytes(WAF.to_aws(rule)))


def _bytes(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: member.encode() if key == "SearchString" else _bytes(member) for key, member in value.items()}
    return [_bytes(member) for member in value] if isinstance(value, list) else value


def _rule(held: Mapping[str, Any]) -> dict[str, Any]:
    return dict(_text(WAF.from_aws(held)))


def _text(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, Mapping):
        return {key: _text(member) for key, member in value.items()}
    return [_text(member) for member in value] if isinstance(value, list) else value


RESOURCES = (WebAcl,)
