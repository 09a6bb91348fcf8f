"""ACM: certificates and the wait for their validation. moto 5.2.5 issues what is asked for, without a look at DNS."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, ClassVar

from infra.errors import OperationFailed
from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.properties import compact, set_equal
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, Resource, recorded
from local.provider.spelling import moment
from local.provider.tags import tag_changes, tag_list, tag_map

PATIENCE = 30.0
"""Seconds until a certificate has to be issued."""

FIRST_ONLY = "moto takes it at creation and cannot change it"


class Certificate(Resource):
    """A certificate that is asked for, or brought along."""

    type = "aws:acm/certificate:Certificate"
    service = "acm"
    properties: ClassVar = {
        "domainName": Property(replace=True, computed=True),
        "subjectAlternativeNames": Property(replace=True, computed=True, same=set_equal),
        "validationMethod": Property(replace=True, computed=True),
        "keyAlgorithm": recorded("moto makes RSA keys only", replace=True, computed=True),
        "options": recorded(FIRST_ONLY, computed=True),
        "validationOptions": recorded("they concern validation by mail", replace=True),
        "certificateBody": recorded("moto gives it back in a form of its own"),
        "certificateChain": recorded("moto gives it back in a form of its own"),
        "privateKey": recorded("ACM never gives a private key back", secret=True),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call, and one for what validation asks for."""
        acm = cloud.client("acm", inputs.get("region"))
        send = acm.import_certificate if inputs.get("certificateBody") else acm.request_certificate
        arn = send(**_request(inputs))["CertificateArn"]
        held = self.read(cloud, arn, inputs) or {}
        return Created(arn, {name: value for name, value in held.items() if name not in inputs})

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """The description and the tags; ACM counts the domain among the alternative names."""
        acm = cloud.client("acm", inputs.get("region"))
        answer = found(lambda: acm.describe_certificate(CertificateArn=id))
        if answer is None:
            return None
        held = answer["Certificate"]
        domain = held["DomainName"]
        own = [] if domain in (inputs.get("subjectAlternativeNames") or ()) else [domain]
        options = [_option(option) for option in held.get("DomainValidationOptions", [])]
        return {
            "domainName": domain,
            "subjectAlternativeNames": [name for name in held["SubjectAlternativeNames"] if name not in own],
            "validationMethod": options[0].pop("method") if options else "NONE",
            "tags": tag_map(acm.list_tags_for_certificate(CertificateArn=id)["Tags"]),
            "arn": id,
            "status": held["Status"],
            "type": held["Type"],
            "notBefore": moment(held["NotBefore"]) if "NotBefore" in held else "",
            "notAfter": moment(held["NotAfter"]) if "NotAfter" in held else "",
            "renewalEligibility": held.get("RenewalEligibility", ""),
            "pendingRenewal": False,
            "domainValidationOptions": _ordered(options, [domain, *(inputs.get("subjectAlternativeNames") or [])]),
            "validationEmails": [],
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Another certificate under the same ARN, where it was brought along; tags."""
        acm, (added, removed) = cloud.client("acm", new.get("region")), tag_changes(old, new)
        if any(old.get(name) != new.get(name) for name in ("certificateBody", "certificateChain", "privateKey")):
            acm.import_certificate(
                CertificateArn=id, **{key: value for key, value in _request(new).items() if key != "Tags"}
            )
        if added:
            acm.add_tags_to_certificate(CertificateArn=id, Tags=tag_list(added))
        if removed:
            acm.remove_tags_from_certificate(CertificateArn=id, Tags=[{"Key": name} for name in removed])
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteCertificate."""
        with unless_gone():
            cloud.client("acm", state.get("region")).delete_certificate(CertificateArn=id)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """Certificates have no names: one for the same domain with the same tags (not none) is the one."""
        wanted = {name: inputs.get(name) for name in ("domainName", "tags")}
        if not wanted["tags"]:
            return None
        pages = cloud.client("acm", inputs.get("region")).get_paginator("list_certificates").paginate()
        listed = (str(each["CertificateArn"]) for page in pages for each in page["CertificateSummaryList"])
        read = ((arn, self.read(cloud, arn, inputs) or {}) for arn in listed)
        return next((arn for arn, held in read if wanted.items() <= held.items()), None)


def _request(inputs: Inputs) -> dict[str, Any]:
    options = inputs.get("options") or {}
    logging = options.get("certificateTransparencyLoggingPreference")
    tags = tag_list(inputs.get("tags")) or None
    if inputs.get("certificateBody"):
        brought = {"Certificate": inputs["certificateBody"], "PrivateKey": inputs.get("privateKey")}
        return compact({**brought, "CertificateChain": inputs.get("certificateChain"), "Tags": tags})
    return compact(
        {
            "DomainName": inputs["domainName"],
            "SubjectAlternativeNames": inputs.get("subjectAlternativeNames") or None,
            "ValidationMethod": inputs.get("validationMethod"),
            "KeyAlgorithm": inputs.get("keyAlgorithm"),
            "Options": {"CertificateTransparencyLoggingPreference": logging} if logging else None,
            "Tags": tags,
        }
    )


def _option(option: Mapping[str, Any]) -> dict[str, Any]:
    record = option.get("ResourceRecord", {})
    return {
        "domainName": option["DomainName"],
        "resourceRecordName": record.get("Name", ""),
        "resourceRecordType": record.get("Type", ""),
        "resourceRecordValue": record.get("Value", ""),
        "method": option.get("ValidationMethod", ""),
    }


def _ordered(options: list[dict[str, Any]], names: list[str]) -> list[dict[str, Any]]:
    """The domain first, then the alternative names as the program lists them: programs take proofs by number."""
    places = {name: place for place, name in enumerate(reversed(names))}
    shown = [{name: value for name, value in option.items() if name != "method"} for option in options]
    return sorted(shown, key=lambda option: -places.get(option["domainName"], -1))


class CertificateValidation(Resource):
    """The wait until a certificate is issued. It has nothing of its own at ACM."""

    type = "aws:acm/certificateValidation:CertificateValidation"
    service = "acm"
    properties: ClassVar = {
        "certificateArn": Property(replace=True),
        "validationRecordFqdns": recorded("moto issues without a look at DNS", replace=True, same=set_equal),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """Returns when the certificate is issued; OperationFailed when that takes too long."""
        deadline = time.monotonic() + PATIENCE
        while (issued := self._issued(cloud, inputs["certificateArn"], inputs)) is None:
            if time.monotonic() > deadline:
                raise OperationFailed(f"{inputs['certificateArn']} was not issued within {PATIENCE:.0f} s")
            time.sleep(0.05)
        return Created(issued)

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """Gone when its certificate is, or is no longer valid."""
        arn = inputs.get("certificateArn", id)
        return {"certificateArn": arn} if self._issued(cloud, arn, inputs) is not None else None

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """The certificate keeps its validity."""

    def _issued(self, cloud: Cloud, arn: str, inputs: Inputs) -> str | None:
        acm = cloud.client("acm", inputs.get("region"))
        answer = found(lambda: acm.describe_certificate(CertificateArn=arn))
        held = (answer or {}).get("Certificate", {})
        return moment(held["IssuedAt"]) if held.get("Status") == "ISSUED" else None


RESOURCES = (Certificate, CertificateValidation)
