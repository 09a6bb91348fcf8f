"""Route53 and ACM."""

from tests.local.provider.samples import Ref, Sample

TAGS = {"environment": "local", "managed-by": "distro"}
MORE = {**TAGS, "system": "dns"}

SAMPLES = (
    Sample(
        "zone",
        "aws:route53/zone:Zone",
        {"name": "local.distronation.test", "comment": "Names of local", "forceDestroy": True, "tags": TAGS},
        ({"comment": "other"}, {"tags": MORE}),
        ("zoneId", "nameServers", "arn", "primaryNameServer"),
    ),
    Sample(
        "private-zone",
        "aws:route53/zone:Zone",
        {"name": "internal.test", "vpcs": [{"vpcId": Ref("vpc")}]},
    ),
    Sample(
        "record",
        "aws:route53/record:Record",
        {"zoneId": Ref("zone", "zoneId"), "name": "www", "type": "A", "ttl": 60, "records": ["127.0.0.1"]},
        ({"ttl": 300}, {"records": ["127.0.0.1", "127.0.0.2"]}),
        ("fqdn",),
    ),
    Sample(
        "text-record",
        "aws:route53/record:Record",
        {
            "zoneId": Ref("zone"),
            "name": "_dmarc.local.distronation.test",
            "type": "TXT",
            "ttl": 60,
            "records": ["v=DMARC1"],
        },
    ),
    Sample(
        "alias-record",
        "aws:route53/record:Record",
        {
            "zoneId": Ref("zone"),
            "name": "cdn.local.distronation.test",
            "type": "A",
            "aliases": [{"name": "d123.cloudfront.net", "zoneId": "Z2FDTNDATAQYW2", "evaluateTargetHealth": False}],
        },
        ({"aliases": [{"name": "d456.cloudfront.net", "zoneId": "Z2FDTNDATAQYW2", "evaluateTargetHealth": False}]},),
    ),
    Sample(
        "primary-record",
        "aws:route53/record:Record",
        {
            "zoneId": Ref("zone"),
            "name": "api",
            "type": "A",
            "ttl": 60,
            "records": ["127.0.0.1"],
            "setIdentifier": "primary",
            "failoverRoutingPolicies": [{"type": "PRIMARY"}],
            "healthCheckId": Ref("health-check"),
        },
        ({"ttl": 30},),
    ),
    Sample(
        "weighted-record",
        "aws:route53/record:Record",
        {
            "zoneId": Ref("zone"),
            "name": "split",
            "type": "CNAME",
            "ttl": 60,
            "records": ["a.test"],
            "setIdentifier": "primary",
            "weightedRoutingPolicies": [{"weight": 10}],
            "allowOverwrite": True,
        },
        ({"weightedRoutingPolicies": [{"weight": 20}]},),
    ),
    Sample(
        "health-check",
        "aws:route53/healthCheck:HealthCheck",
        {
            "type": "HTTPS",
            "fqdn": "api.test",
            "port": 443,
            "resourcePath": "/health",
            "requestInterval": 30,
            "failureThreshold": 3,
            "tags": TAGS,
        },
        ({"resourcePath": "/"}, {"port": 8443}, {"failureThreshold": 5}, {"disabled": True}, {"tags": MORE}),
        ("arn",),
    ),
    Sample(
        "certificate",
        "aws:acm/certificate:Certificate",
        {
            "domainName": "local.distronation.test",
            "subjectAlternativeNames": ["*.local.distronation.test", "api.local.distronation.test"],
            "validationMethod": "DNS",
            "keyAlgorithm": "EC_prime256v1",
            "tags": TAGS,
        },
        ({"tags": MORE},),
        ("arn", "domainValidationOptions", "status"),
    ),
    Sample(
        "validation",
        "aws:acm/certificateValidation:CertificateValidation",
        {"certificateArn": Ref("certificate", "arn"), "validationRecordFqdns": ["_x.local.distronation.test"]},
    ),
)
