"""What no deployment may do, checked on the plan before anything is made (section 8.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.planned import Planned
from infra.stateful import STATEFUL
from local.provider.registry import registry
from operations.preview.documents import administrators, opened

Broken = Iterator[tuple[Planned, str]]

TAGS = ("environment", "system", "owner", "managed-by", "data-class")
_OPEN_TO_ALL = ("local", "dev")
_PROTECTED = ("prod", "shared")
_SWITCHES = ("blockPublicAcls", "ignorePublicAcls", "blockPublicPolicy", "restrictPublicBuckets")
_BUCKET, _GOOGLE_BUCKET = "aws:s3/bucket:Bucket", "gcp:storage/bucket:Bucket"


@dataclass(frozen=True)
class Verdict:
    """One rule and what it found; `detail` names every resource that breaks it, and why."""

    rule: str
    result: Literal["passed", "failed"]
    detail: str


@dataclass(frozen=True)
class Case:
    """What is judged: a stack's resources as they would be, and what goes. `announced` are names of resources."""

    stack: str
    resources: Sequence[Planned]
    announced: frozenset[str] = frozenset()

    @property
    def standing(self) -> Iterator[Planned]:
        """What there would be afterwards."""
        return (each for each in self.resources if each.op != "delete")


def judge(case: Case) -> tuple[Verdict, ...]:
    """Every rule, in a fixed order."""
    return tuple(_verdict(name, rule(case)) for name, rule in RULES.items())


def _verdict(name: str, broken: Broken) -> Verdict:
    found = [f"{each.type} {each.name}: {why}" for each, why in broken]
    return Verdict(name, "failed" if found else "passed", "; ".join(found))


def _no_public_bucket(case: Case) -> Broken:
    """Buckets are closed to the public, but for development's own exceptions (C-40)."""
    if case.stack in _OPEN_TO_ALL:
        return
    closed = {_place(each) for each in case.standing if _closes(each)}
    for each in case.standing:
        if each.type == _BUCKET and _place(each) not in closed:
            yield each, "has no public access block with all four switches on"
        elif each.type == _GOOGLE_BUCKET and each.inputs.get("publicAccessPrevention") != "enforced":
            yield each, "publicAccessPrevention is not enforced"
        elif each.type == "aws:s3/bucketPolicy:BucketPolicy" and opened(each.inputs.get("policy")):
            yield each, "admits anybody without a condition"


def _closes(each: Planned) -> bool:
    block = each.type == "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
    return block and all(each.inputs.get(switch) is True for switch in _SWITCHES)


def _no_administrator(case: Case) -> Broken:
    """No policy grants every action on everything. A permissions boundary grants nothing: it takes away."""
    bounds = {str(each.inputs.get("permissionsBoundary", "")).rpartition("policy/")[2] for each in case.standing}
    for each in case.standing:
        if not each.type.startswith("aws:iam/") or each.inputs.get("name") in bounds - {""}:
            continue
        for why in administrators(each.inputs):
            yield each, why


_ENCRYPTED: dict[str, Callable[[Planned], bool]] = {
    "aws:rds/cluster:Cluster": lambda each: each.inputs.get("storageEncrypted") is True,
    "aws:sqs/queue:Queue": lambda each: bool(
        each.inputs.get("sqsManagedSseEnabled") or each.inputs.get("kmsMasterKeyId")
    ),
    "aws:ec2/launchTemplate:LaunchTemplate": lambda each: all(
        str(disk.get("ebs", {}).get("encrypted")).lower() == "true"
        for disk in each.inputs.get("blockDeviceMappings", ())
    ),
    "aws:ebs/volume:Volume": lambda each: each.inputs.get("encrypted") is True,
    "aws:dynamodb/table:Table": lambda each: bool(each.inputs.get("serverSideEncryption")),
}


def _encryption(case: Case) -> Broken:
    """What keeps data keeps it encrypted."""
    kind = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    buckets = {_place(each) for each in case.standing if each.type == kind and each.inputs.get("rules")}
    for each in case.standing:
        if each.type == _BUCKET and _place(each) not in buckets:
            yield each, "has no encryption configuration"
        elif each.type in _ENCRYPTED and not _ENCRYPTED[each.type](each):
            yield each, "is not encrypted"


def _required_tags(case: Case) -> Broken:
    """Whatever takes tags, or Google's labels, carries those that isolate environments and name an owner (C-06)."""
    types = registry().resources
    for each in case.standing:
        # What Google calls tags isolates nothing; labels are its tags.
        property = "labels" if each.type.startswith("gcp:") else "tags"
        if each.type not in types or property not in types[each.type].properties:
            continue
        given = each.inputs.get(property) or {}
        missing = [tag for tag in TAGS if not given.get(tag)]
        if missing:
            yield each, f"{property} without {', '.join(missing)}"
        elif given["environment"] != case.stack:
            yield each, f"{property} name the environment {given['environment']}"


def _protected(case: Case) -> Broken:
    """Production's stateful resources are protected from deletion by the engine."""
    for each in case.standing:
        if case.stack in _PROTECTED and each.type in STATEFUL and not each.protect:
            yield each, "is stateful and not protected"


def _stateful_stay(case: Case) -> Broken:
    """No stateful resource is replaced or deleted unannounced."""
    for each in case.resources:
        if each.op in {"replace", "delete"} and each.type in STATEFUL and each.name not in case.announced:
            yield each, f"would be {each.op}d; announce it: --announce {each.name}"


def _place(each: Planned) -> tuple[str, str]:
    """A bucket and its settings are declared under one component and one name."""
    return each.parent, each.name


RULES: dict[str, Callable[[Case], Broken]] = {
    "no-public-bucket": _no_public_bucket,
    "no-wildcard-administrator": _no_administrator,
    "encryption-at-rest": _encryption,
    "required-tags": _required_tags,
    "stateful-protected": _protected,
    "stateful-not-replaced": _stateful_stay,
}


def failed(verdicts: Iterable[Verdict]) -> bool:
    """Whether any rule is broken."""
    return any(verdict.result == "failed" for verdict in verdicts)
