"""CloudFront."""

from tests.local.provider.samples import Ref, Sample

TAGS = {"environment": "local", "managed-by": "distro"}
MORE = {**TAGS, "system": "cdn"}
BEHAVIOUR = {
    "targetOriginId": "content",
    "viewerProtocolPolicy": "redirect-to-https",
    "allowedMethods": ["GET", "HEAD", "OPTIONS"],
    "cachedMethods": ["GET", "HEAD"],
    "compress": True,
    "cachePolicyId": Ref("cache-policy"),
    "responseHeadersPolicyId": Ref("headers-policy"),
    "functionAssociations": [{"eventType": "viewer-request", "functionArn": Ref("edge-function", "arn")}],
}
CONTENT = {
    "originId": "content",
    "domainName": "content.s3.us-east-1.amazonaws.com",
    "originAccessControlId": Ref("access-control"),
    "customHeaders": [{"name": "x-origin", "value": "cdn"}],
}
API = {
    "originId": "api",
    "domainName": "api.local.distronation.test",
    "originPath": "/v1",
    "customOriginConfig": {
        "httpPort": 80,
        "httpsPort": 443,
        "originProtocolPolicy": "https-only",
        "originSslProtocols": ["TLSv1.2"],
    },
}
FORWARDED = {
    "pathPattern": "/api/*",
    "targetOriginId": "api",
    "viewerProtocolPolicy": "https-only",
    "allowedMethods": ["GET", "HEAD"],
    "cachedMethods": ["GET", "HEAD"],
    "forwardedValues": {"queryString": True, "cookies": {"forward": "none"}, "headers": ["Authorization"]},
    "minTtl": 0,
    "defaultTtl": 60,
    "maxTtl": 300,
}

SAMPLES = (
    Sample(
        "access-control",
        "aws:cloudfront/originAccessControl:OriginAccessControl",
        {"originAccessControlOriginType": "s3", "signingBehavior": "always", "signingProtocol": "sigv4"},
        ({"description": "content"}, {"signingBehavior": "no-override"}),
        ("etag", "arn"),
    ),
    Sample(
        "edge-function",
        "aws:cloudfront/function:Function",
        {
            "runtime": "cloudfront-js-2.0",
            "code": "function handler(event) { return event.request }",
            "comment": "pass",
            "publish": True,
        },
        ({"code": "function handler(event) { return event.response }"}, {"comment": "other"}),
        ("arn", "etag"),
    ),
    Sample(
        "cache-policy",
        "aws:cloudfront/cachePolicy:CachePolicy",
        {
            "parametersInCacheKeyAndForwardedToOrigin": {
                "cookiesConfig": {"cookieBehavior": "none"},
                "headersConfig": {"headerBehavior": "none"},
                "queryStringsConfig": {"queryStringBehavior": "all"},
            },
            "defaultTtl": 300,
        },
        ({"defaultTtl": 60},),
        ("arn", "etag"),
    ),
    Sample(
        "origin-policy",
        "aws:cloudfront/originRequestPolicy:OriginRequestPolicy",
        {
            "cookiesConfig": {"cookieBehavior": "none"},
            "headersConfig": {"headerBehavior": "none"},
            "queryStringsConfig": {"queryStringBehavior": "all"},
        },
    ),
    Sample(
        "headers-policy",
        "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",
        {"securityHeadersConfig": {"contentTypeOptions": {"override": True}}},
        ({"comment": "security"},),
        ("arn",),
    ),
    Sample(
        "distribution",
        "aws:cloudfront/distribution:Distribution",
        {
            "enabled": True,
            "comment": "content of local",
            "aliases": ["cdn.local.distronation.test"],
            "defaultRootObject": "index.html",
            "priceClass": "PriceClass_100",
            "httpVersion": "http2and3",
            "isIpv6Enabled": True,
            "origins": [CONTENT, API],
            "defaultCacheBehavior": BEHAVIOUR,
            "orderedCacheBehaviors": [FORWARDED],
            "customErrorResponses": [
                {"errorCode": 404, "responseCode": 200, "responsePagePath": "/index.html", "errorCachingMinTtl": 10}
            ],
            "loggingConfig": {"bucket": "logs.s3.amazonaws.com", "prefix": "cdn/"},
            "restrictions": {"geoRestriction": {"restrictionType": "none"}},
            "viewerCertificate": {
                "acmCertificateArn": Ref("certificate", "arn"),
                "sslSupportMethod": "sni-only",
                "minimumProtocolVersion": "TLSv1.2_2021",
            },
            "webAclId": Ref("acl-cdn", "arn"),
            "tags": TAGS,
        },
        (
            {"comment": "other"},
            {"origins": [{**API, "originPath": "/v2"}, CONTENT]},
            {"orderedCacheBehaviors": [{**FORWARDED, "defaultTtl": 120}, {**BEHAVIOUR, "pathPattern": "/static/*"}]},
            {"restrictions": {"geoRestriction": {"restrictionType": "whitelist", "locations": ["US", "CA"]}}},
            {"loggingConfig": None},
            {"customErrorResponses": []},
            {"aliases": [], "viewerCertificate": {"cloudfrontDefaultCertificate": True}},
            {"enabled": False},
            {"webAclId": None},
            {"tags": MORE},
        ),
        ("arn", "domainName", "hostedZoneId", "etag"),
    ),
)
