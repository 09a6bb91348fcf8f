"""CloudFront: a distribution's configuration, from Pulumi's blocks to CloudFront's document and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from local.provider.properties import compact, empty
from local.provider.resource import Inputs

SETTINGS = {
    "comment": "Comment",
    "defaultRootObject": "DefaultRootObject",
    "enabled": "Enabled",
    "httpVersion": "HttpVersion",
    "isIpv6Enabled": "IsIPV6Enabled",
    "priceClass": "PriceClass",
    "webAclId": "WebACLId",
}

BEHAVIOUR = {
    "pathPattern": "PathPattern",
    "targetOriginId": "TargetOriginId",
    "viewerProtocolPolicy": "ViewerProtocolPolicy",
    "compress": "Compress",
    "smoothStreaming": "SmoothStreaming",
    "cachePolicyId": "CachePolicyId",
    "originRequestPolicyId": "OriginRequestPolicyId",
    "responseHeadersPolicyId": "ResponseHeadersPolicyId",
    "realtimeLogConfigArn": "RealtimeLogConfigArn",
    "fieldLevelEncryptionId": "FieldLevelEncryptionId",
    "minTtl": "MinTTL",
    "defaultTtl": "DefaultTTL",
    "maxTtl": "MaxTTL",
}

ORIGIN = {
    "originId": "Id",
    "domainName": "DomainName",
    "originPath": "OriginPath",
    "originAccessControlId": "OriginAccessControlId",
    "connectionAttempts": "ConnectionAttempts",
    "connectionTimeout": "ConnectionTimeout",
}

CUSTOM = {
    "httpPort": "HTTPPort",
    "httpsPort": "HTTPSPort",
    "originProtocolPolicy": "OriginProtocolPolicy",
    "originKeepaliveTimeout": "OriginKeepaliveTimeout",
    "originReadTimeout": "OriginReadTimeout",
}

CERTIFICATE = {
    "acmCertificateArn": "ACMCertificateArn",
    "iamCertificateId": "IAMCertificateId",
    "cloudfrontDefaultCertificate": "CloudFrontDefaultCertificate",
    "minimumProtocolVersion": "MinimumProtocolVersion",
    "sslSupportMethod": "SSLSupportMethod",
}

ERRORS = {
    "errorCode": "ErrorCode",
    "responsePagePath": "ResponsePagePath",
    "responseCode": "ResponseCode",
    "errorCachingMinTtl": "ErrorCachingMinTTL",
}

LOGGING = {"bucket": "Bucket", "includeCookies": "IncludeCookies", "prefix": "Prefix"}

ORIGIN_DEFAULTS = {"connectionAttempts": 3, "connectionTimeout": 10}
CUSTOM_DEFAULTS = {"originKeepaliveTimeout": 5, "originReadTimeout": 30}


def _items(values: Iterable[Any] | None) -> dict[str, Any]:
    """CloudFront's lists carry their length."""
    items = list(values or ())
    return {"Quantity": len(items), **({"Items": items} if items else {})}


def _listed(held: Mapping[str, Any] | None) -> list[Any]:
    return list((held or {}).get("Items") or [])


def _to(table: Mapping[str, str], block: Mapping[str, Any]) -> dict[str, Any]:
    return compact({member: block.get(name) for name, member in table.items()})


def _from(table: Mapping[str, str], held: Mapping[str, Any]) -> dict[str, Any]:
    return {name: held[member] for name, member in table.items() if not empty(held.get(member))}


def document(inputs: Inputs) -> dict[str, Any]:
    """Inputs as CloudFront's document; it has no optional members."""
    logging = inputs.get("loggingConfig")
    return {
        **{member: inputs.get(name) or "" for name, member in SETTINGS.items()},
        "Enabled": bool(inputs["enabled"]),
        "IsIPV6Enabled": bool(inputs.get("isIpv6Enabled")),
        "Aliases": _items(inputs.get("aliases")),
        "Origins": _items(map(_origin, inputs["origins"])),
        "OriginGroups": _items(map(_group, inputs.get("originGroups") or ())),
        "DefaultCacheBehavior": _behaviour(inputs["defaultCacheBehavior"]),
        "CacheBehaviors": _items(map(_behaviour, inputs.get("orderedCacheBehaviors") or ())),
        "CustomErrorResponses": _items(map(_error, inputs.get("customErrorResponses") or ())),
        "Logging": {
            "Enabled": bool(logging),
            "IncludeCookies": False,
            "Bucket": "",
            "Prefix": "",
            **_to(LOGGING, logging or {}),
        },
        "Restrictions": {"GeoRestriction": _restriction(inputs["restrictions"]["geoRestriction"])},
        "ViewerCertificate": _to(CERTIFICATE, inputs["viewerCertificate"]),
    }


def _origin(block: Mapping[str, Any]) -> dict[str, Any]:
    headers = [{"HeaderName": each["name"], "HeaderValue": each["value"]} for each in block.get("customHeaders") or ()]
    custom, shield = block.get("customOriginConfig"), block.get("originShield") or {}
    if custom:
        protocols = _items(custom.get("originSslProtocols"))
        end = {"CustomOriginConfig": {**_to(CUSTOM, {**CUSTOM_DEFAULTS, **custom}), "OriginSslProtocols": protocols}}
    else:
        identity = (block.get("s3OriginConfig") or {}).get("originAccessIdentity") or ""
        end = {"S3OriginConfig": {"OriginAccessIdentity": identity}}
    region = {"OriginShieldRegion": shield["originShieldRegion"]} if shield.get("originShieldRegion") else {}
    return {
        **_to(ORIGIN, {**ORIGIN_DEFAULTS, "originPath": "", **block}),
        "CustomHeaders": _items(headers),
        "OriginShield": {"Enabled": bool(shield.get("enabled")), **region},
        **end,
    }


def _group(block: Mapping[str, Any]) -> dict[str, Any]:
    codes = _items(block["failoverCriteria"]["statusCodes"])
    members = _items({"OriginId": member["originId"]} for member in block["members"])
    return {"Id": block["originId"], "FailoverCriteria": {"StatusCodes": codes}, "Members": members}


def _behaviour(block: Mapping[str, Any]) -> dict[str, Any]:
    methods = {**_items(block.get("allowedMethods")), "CachedMethods": _items(block.get("cachedMethods"))}
    functions = [
        {"EventType": each["eventType"], "FunctionARN": each["functionArn"]}
        for each in block.get("functionAssociations") or ()
    ]
    lambdas = [
        {
            "EventType": each["eventType"],
            "LambdaFunctionARN": each["lambdaArn"],
            "IncludeBody": bool(each.get("includeBody")),
        }
        for each in block.get("lambdaFunctionAssociations") or ()
    ]
    trusted = {member: block.get(name) or () for name, member in TRUSTED.items()}
    return {
        **_to(BEHAVIOUR, block),
        "Compress": bool(block.get("compress")),
        "AllowedMethods": methods,
        "FunctionAssociations": _items(functions),
        "LambdaFunctionAssociations": _items(lambdas),
        **{member: {"Enabled": bool(names), **_items(names)} for member, names in trusted.items()},
        **({"ForwardedValues": _forwarded(block["forwardedValues"])} if block.get("forwardedValues") else {}),
    }


TRUSTED = {"trustedSigners": "TrustedSigners", "trustedKeyGroups": "TrustedKeyGroups"}


def _forwarded(block: Mapping[str, Any]) -> dict[str, Any]:
    cookies = block["cookies"]
    names = {"WhitelistedNames": _items(cookies["whitelistedNames"])} if cookies.get("whitelistedNames") else {}
    return {
        "QueryString": bool(block["queryString"]),
        "Cookies": {"Forward": cookies["forward"], **names},
        "Headers": _items(block.get("headers")),
        "QueryStringCacheKeys": _items(block.get("queryStringCacheKeys")),
    }


def _error(block: Mapping[str, Any]) -> dict[str, Any]:
    sent = _to(ERRORS, block)
    return {**sent, **({"ResponseCode": str(sent["ResponseCode"])} if "ResponseCode" in sent else {})}


def _restriction(block: Mapping[str, Any]) -> dict[str, Any]:
    return {"RestrictionType": block["restrictionType"], **_items(block.get("locations"))}


def described(held: Mapping[str, Any], inputs: Inputs) -> dict[str, Any]:
    """CloudFront's document in wire names, origins in the order of the program."""
    logging = held.get("Logging", {})
    restriction = held["Restrictions"]["GeoRestriction"]
    return {
        **{name: held.get(member, "") for name, member in SETTINGS.items()},
        "aliases": _listed(held.get("Aliases")),
        "origins": _in_order([_held_origin(each) for each in _listed(held["Origins"])], inputs),
        "originGroups": [_held_group(each) for each in _listed(held.get("OriginGroups"))],
        "defaultCacheBehavior": _held_behaviour(held["DefaultCacheBehavior"]),
        "orderedCacheBehaviors": [_held_behaviour(each) for each in _listed(held.get("CacheBehaviors"))],
        "customErrorResponses": [_held_error(each) for each in _listed(held.get("CustomErrorResponses"))],
        "loggingConfig": _from(LOGGING, logging) if logging.get("Enabled") else {},
        "restrictions": {
            "geoRestriction": {"restrictionType": restriction["RestrictionType"], "locations": _listed(restriction)}
        },
        "viewerCertificate": _held_certificate(held["ViewerCertificate"]),
    }


def _in_order(origins: list[dict[str, Any]], inputs: Inputs) -> list[dict[str, Any]]:
    """In the program's order: the framework puts what moto loses back place by place."""
    places = {origin["originId"]: place for place, origin in enumerate(inputs.get("origins") or ())}
    return sorted(origins, key=lambda origin: places.get(origin["originId"], len(places)))


def _held_origin(held: Mapping[str, Any]) -> dict[str, Any]:
    headers = [
        {"name": each["HeaderName"], "value": each["HeaderValue"]} for each in _listed(held.get("CustomHeaders"))
    ]
    custom, shield = held.get("CustomOriginConfig"), held.get("OriginShield") or {}
    origin = {**_from(ORIGIN, held), "customHeaders": headers}
    if shield.get("Enabled"):
        origin["originShield"] = {"enabled": True, "originShieldRegion": shield.get("OriginShieldRegion", "")}
    if custom:
        origin["customOriginConfig"] = {
            **_from(CUSTOM, custom),
            "originSslProtocols": _listed(custom.get("OriginSslProtocols")),
        }
    return origin


def _held_group(held: Mapping[str, Any]) -> dict[str, Any]:
    codes = _listed(held["FailoverCriteria"]["StatusCodes"])
    members = [{"originId": member["OriginId"]} for member in _listed(held["Members"])]
    return {"originId": held["Id"], "failoverCriteria": {"statusCodes": codes}, "members": members}


def _held_behaviour(held: Mapping[str, Any]) -> dict[str, Any]:
    """A behaviour with a cache policy has no forwarded values; moto shows some nevertheless."""
    methods = held.get("AllowedMethods", {})
    block: dict[str, Any] = {
        **_from(BEHAVIOUR, held),
        "allowedMethods": _listed(methods),
        "cachedMethods": _listed(methods.get("CachedMethods")),
        **{name: _listed(held.get(member)) for name, member in TRUSTED.items()},
    }
    if not held.get("CachePolicyId"):
        block["forwardedValues"] = _held_forwarded(held["ForwardedValues"])
    return block


def _held_forwarded(held: Mapping[str, Any]) -> dict[str, Any]:
    cookies = held["Cookies"]
    return {
        "queryString": held["QueryString"],
        "cookies": {"forward": cookies["Forward"], "whitelistedNames": _listed(cookies.get("WhitelistedNames"))},
        "headers": _listed(held.get("Headers")),
        "queryStringCacheKeys": _listed(held.get("QueryStringCacheKeys")),
    }


def _held_error(held: Mapping[str, Any]) -> dict[str, Any]:
    found_error = _from(ERRORS, held)
    return {
        **found_error,
        **({"responseCode": int(found_error["responseCode"])} if "responseCode" in found_error else {}),
    }


def _held_certificate(held: Mapping[str, Any]) -> dict[str, Any]:
    """With CloudFront's own certificate nothing else is said; moto calls every certificate that as well."""
    own = not held.get("ACMCertificateArn") and not held.get("IAMCertificateId")
    if own:
        return {"cloudfrontDefaultCertificate": True}
    return {name: value for name, value in _from(CERTIFICATE, held).items() if name != "cloudfrontDefaultCertificate"}
