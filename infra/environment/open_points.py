"""What the document leaves to be documented or decided, as it stands in the specification now.

A point is `open` while nothing is known, `derived` while a rule stands in for it, `settled` once it is stated.
`needed` marks what a genuine deployment cannot do without (C-46).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from infra.document import shown
from infra.environment.environment import Environment
from infra.environment.shared import Shared

Status = Literal["open", "derived", "settled"]
_CLUSTER = {"prod": "2.2-01", "staging": "2.2-08", "dev": "2.2-15"}
_BUCKETS = {"prod": "2.3-01", "staging": "2.3-08", "dev": "2.3-14"}
_DOMAIN = {"prod": "2.4-17", "staging": "2.4-21", "dev": "2.4-25"}
_PROJECT = {"prod": "3.1-01", "staging": "3.1-16", "dev": "3.1-30"}
_BILLING = {"prod": "3.1-03", "staging": "3.1-18", "dev": "3.1-32"}


@dataclass(frozen=True)
class OpenPoint:
    """One open point: its section, what is open, where it is stated once known, and the statements it rests on."""

    section: str
    text: str
    status: Status
    path: str
    statements: tuple[str, ...]
    needed: bool = False


def open_points(specification: Environment | Shared) -> tuple[OpenPoint, ...]:
    """Every open point of one environment, in the document's order."""
    if isinstance(specification, Shared):
        return tuple(_shared(specification))
    return tuple(point for part in _PARTS for point in part(specification))


def _status(value: object, derived: str = "") -> Status:
    return "settled" if value else "derived" if derived else "open"


def _point(
    section: str, text: str, status: Status, place: tuple[str, ...], *statements: str, needed: bool = False
) -> OpenPoint:
    return OpenPoint(section, text, status, shown(("environment", *place)), statements, needed)


def _account(given: Environment) -> Iterator[OpenPoint]:
    if given.cloud == "genuine":
        text = "All environments share one AWS account; separate accounts are recommended"
        yield _point("0.2", text, "open", ("account",), "0.2-09", "C-06")


def _compute(given: Environment) -> Iterator[OpenPoint]:
    for label, instance in given.instances.items():
        if instance.existing:
            text = (
                f"{label} is one, manually scaled instance: outside the availability target, its subnet to be read back"
            )
            yield _point("2.1", text, "open", ("instances", label), "2.1-17", "C-08", "C-20", "C-87")


def _database(given: Environment) -> Iterator[OpenPoint]:
    if given.cloud == "genuine":
        status, statement = _status(given.database.existing, given.cluster), _CLUSTER[given.name]
        yield _point("2.2", f"Name of the cluster: {given.cluster}", status, ("database", "existing"), statement)
    if given.database.direct_access == "senior-developers":
        yield _point(
            "2.2", "Members of senior-developers to be named", "open", ("database", "direct_access"), "2.2-26", "C-34"
        )


def _buckets(given: Environment) -> Iterator[OpenPoint]:
    if given.cloud == "emulated":
        return
    for label, bucket in given.buckets.items():
        text = f"Name of bucket {label}: {given.bucket(label)}"
        yield _point("2.3", text, _status(bucket.existing, label), ("buckets", label, "existing"), _BUCKETS[given.name])
        if bucket.replicate_to:
            text = f"Destination region of {label}'s replica is not given; {bucket.replicate_to} until then"
            yield _point("2.3", text, "derived", ("buckets", label, "replicate_to"), "2.3-06", "C-37")
    if given.production:
        amplify = [label for label in given.buckets if label.startswith("amplify")]
        text = "Suffixes of the buckets amplify-distrofm-main-… to be documented"
        yield _point("2.3", text, _status(amplify), ("buckets",), "2.3-02", "C-36")


def _names(given: Environment) -> Iterator[OpenPoint]:
    if given.cloud == "emulated":
        return
    text = "Primary domain to be documented; no record or certificate is made until then"
    yield _point("2.4", text, _status(given.dns.domain), ("dns", "domain"), _DOMAIN[given.name])
    if given.cdn.existing_count:
        text = f"{given.cdn.existing_count} distributions exist, {len(given.cdn.existing)} of their ids are recorded"
        known = len(given.cdn.existing) == given.cdn.existing_count
        yield _point("2.4", text, _status(known), ("cdn", "existing"), "2.4-20", "C-45")


def _firebase(given: Environment) -> Iterator[OpenPoint]:
    if given.cloud == "emulated":
        return
    text = f"Project id to be documented; {given.firebase_project} until then"
    project, production = given.firebase.project_id, given.production
    status = _status(project, "" if production else given.firebase_project)
    yield _point("3.1", text, status, ("firebase", "project_id"), _PROJECT[given.name], needed=production)
    text = f"Billing account ({given.firebase.billing}) to be documented"
    account = given.firebase.billing_account
    yield _point(
        "3.1", text, _status(account), ("firebase", "billing_account"), _BILLING[given.name], "C-46", needed=True
    )


def _apis(given: Environment) -> Iterator[OpenPoint]:
    if given.production:
        text = f"dn-api's production stage is named {given.apis.dn.stage}, and stays so"
        yield _point("4.1", text, "open", ("apis", "dn", "stage"), "4.1-02", "C-59")
    if given.name in {"staging", "prod"}:
        text = "dn-api's authentication is not given; adopt it as found"
        yield _point("4.1", text, "derived", ("apis", "dn", "authentication"), "4.1-15", "C-64")
        text = "Federation of Firebase sign-ins to an AWS role is not specified; the APIs serve signed back ends"
        yield _point("4.1", text, "open", ("apis",), "4.1-08", "C-62")
    for label in given.graphql.also_existing:
        text = f"{label} may serve production despite its name"
        yield _point("4.2", text, "open", ("graphql", "also_existing", label), "4.2-09", "C-68")
    if given.graphql.cache:
        text = "Times to live of the resolvers are not given"
        yield _point("4.2", text, "derived", ("graphql", "cache", "resolver_ttl"), "4.2-05", "C-67")


def _secrets(given: Environment) -> Iterator[OpenPoint]:
    for label, secret in given.secrets.items():
        if secret.source != "document":
            text = f"{given.secret(label)} is not in the document's list"
            yield _point("5.1", text, "derived", ("secrets", label), "5.1-11", secret.source)
        if secret.retire:
            text = f"{given.secret(label)} is to be retired for workload identity"
            yield _point("5.1", text, "open", ("secrets", label, "retire"), "5.1-11", "C-72")


def _governance(given: Environment) -> Iterator[OpenPoint]:
    if given.cloud == "emulated":
        return
    subscribers = given.monitoring.subscribers
    yield _point("6.1", "Receivers of alerts to be named", _status(subscribers), ("monitoring", "subscribers"), "C-76")
    if "business" in given.monitoring.metrics:
        yield _point("6.1", "Business metrics to be named", "derived", ("monitoring", "metrics"), "6.1-04", "C-76")
    if "functions" in given.cost.firebase_services:
        text = "Firebase Cloud Functions are priced and nowhere specified"
        yield _point("7.1", text, "open", ("cost", "firebase_services", "functions"), "7.1-11", "C-83")
    if given.production:
        text = "Region of backup copies to be decided; the loss of a region is uncovered until then"
        yield _point("10.1", text, _status(given.recovery.copies), ("recovery", "copies"), "10.1-08", "C-93")
        text = "Recovery region to be decided; recovery is within the region until then"
        yield _point("10.1", text, _status(given.recovery.region), ("recovery", "region"), "10.1-10", "C-93")


def _shared(given: Shared) -> Iterator[OpenPoint]:
    yield _point("2.4", "VPC id to be documented", _status(given.vpc.existing), ("vpc", "existing"), "2.4-01")
    text = "Domain of the hosted zone to be documented"
    yield _point("2.4", text, _status(given.zone.domain), ("zone", "domain"), "2.4-17", "2.4-18")
    text = f"Stages together may exceed the account's {given.api_rate} requests/second; a quota increase is recommended"
    yield _point("4.1", text, "open", ("api_rate",), "4.1-03", "C-60")
    yield _point("12.1", "Five related documents are named but not supplied", "open", (), "12.1-01", "C-01")
    yield _point("12.2", "The document was due for review on October 24, 2025", "open", (), "12.2-02", "C-01")
    yield _point(
        "12.2", "Approval by the Empire Distribution Engineering Team is pending", "open", (), "12.2-03", "C-01"
    )


_PARTS = (_account, _compute, _database, _buckets, _names, _firebase, _apis, _secrets, _governance)
