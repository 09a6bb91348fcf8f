"""Rules between environments: what they share, and which of them may be larger."""

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from infra.document import Place
from infra.environment.environment import Environment
from infra.environment.rules.network import gateways
from infra.environment.shared import Shared

Between = tuple[str, Place, str]
Environments = Mapping[str, Environment]
_INSTANCE_SIZES = ("t3.nano", "t2.micro", "t3.micro")
# By size: what an environment has of it is at or below the next one's (1.1-10, 1.1-23).
_SIZES: Mapping[Place, Callable[[Environment], float]] = {
    ("functions", "memory", "most"): lambda given: given.functions.memory.most,
    ("functions", "memory", "least"): lambda given: given.functions.memory.least,
    ("database", "min_acu"): lambda given: given.database.min_acu,
    ("database", "max_acu"): lambda given: given.database.max_acu,
    ("database", "backup_retention_days"): lambda given: given.database.backup_retention_days,
    ("apis", "dn", "throttle", "rate"): lambda given: given.apis.dn.throttle.rate,
    ("apis", "dn", "throttle", "burst"): lambda given: given.apis.dn.throttle.burst,
    ("apis", "general", "throttle", "rate"): lambda given: given.apis.general.throttle.rate,
    ("apis", "general", "throttle", "burst"): lambda given: given.apis.general.throttle.burst,
    ("instances",): lambda given: max(
        (_INSTANCE_SIZES.index(one.type) for one in given.instances.values()), default=-1
    ),
    ("cost", "total", "most"): lambda given: given.cost.total.most,
    ("availability", "target"): lambda given: given.availability.target,
}


def sizes(environments: Environments, _: Shared | None) -> Iterator[Between]:
    """Local and dev at most staging, staging at most prod."""
    for small, large in pairwise(name for name in ("local", "dev", "staging", "prod") if name in environments):
        for place, size in _SIZES.items():
            if size(environments[small]) > size(environments[large]):
                yield small, place, f"is above {large}'s (section 1.1)"


def functions(environments: Environments, _: Shared | None) -> Iterator[Between]:
    """A function has the memory and time-out of no larger environment; staging's time-outs are production's."""
    for small, large in pairwise(name for name in ("dev", "staging", "prod") if name in environments):
        each = environments[large].functions.each
        for name, function in environments[small].functions.each.items():
            if name in each and function.memory > each[name].memory:
                yield small, ("functions", "each", name, "memory"), f"is above {large}'s (section 1.1)"
    if {"staging", "prod"} <= environments.keys():
        staging, prod = environments["staging"].functions, environments["prod"].functions
        if staging.timeout != prod.timeout:
            yield "staging", ("functions", "timeout"), "must be production's (section 2.1)"
    if {"dev", "prod"} <= environments.keys():
        yield from _reduced(environments["dev"], environments["prod"])


def _reduced(dev: Environment, prod: Environment) -> Iterator[Between]:
    for kind in ("api", "background"):
        if getattr(dev.functions.timeout, kind) >= getattr(prod.functions.timeout, kind):
            yield "dev", ("functions", "timeout", kind), "must be below production's (section 2.1)"


def account(environments: Environments, shared: Shared | None) -> Iterator[Between]:
    """Development, staging, production and what they share lie in one account and region (section 0.2)."""
    genuine = {name: each for name, each in environments.items() if each.cloud == "genuine"}
    if shared:
        for name, each in genuine.items():
            if each.account != shared.account:
                yield name, ("account",), f"must be the account of shared, {shared.account} (section 0.2)"
            if each.region != shared.region:
                yield name, ("region",), f"must be the region of shared, {shared.region} (section 0.2)"


def names(environments: Environments, _: Shared | None) -> Iterator[Between]:
    """No two environments name, or adopt, the same thing."""
    owners: dict[tuple[str, str], str] = {}
    for name, environment in environments.items():
        for kind, value, place in _names(environment):
            owner = owners.setdefault((kind, value), name)
            if owner != name or (kind, value, place) != next(
                found for found in _names(environments[owner]) if found[:2] == (kind, value)
            ):
                yield name, place, f"{value} is already {owner}'s {kind} (section 0.2)"


def _names(environment: Environment) -> Iterator[tuple[str, str, Place]]:
    yield "cluster", environment.cluster, ("database", "existing")
    yield "Firebase project", environment.firebase_project, ("firebase", "project_id")
    for label in environment.buckets:
        yield "bucket", environment.bucket(label), ("buckets", label, "existing")
    for label, instance in environment.instances.items():
        if instance.existing:
            yield "instance", instance.existing, ("instances", label, "existing")
    for label in ("dn", "general"):
        if existing := getattr(environment.apis, label).existing:
            yield "API", existing, ("apis", label, "existing")
    if environment.graphql.existing:
        yield "GraphQL API", environment.graphql.existing, ("graphql", "existing")
    for label, existing in environment.graphql.also_existing.items():
        yield "GraphQL API", existing, ("graphql", "also_existing", label)
    if environment.dns.domain:
        yield "domain", environment.dns.domain, ("dns", "domain")


def networks(environments: Environments, shared: Shared | None) -> Iterator[Between]:
    """No two networks have the same addresses: they may be joined one day."""
    owners = {shared.vpc.cidr: "shared"} if shared else {}
    for name, environment in environments.items():
        vpc = environment.network.vpc
        if vpc and owners.setdefault(vpc.cidr, name) != name:
            yield name, ("network", "vpc", "cidr"), f"{vpc.cidr} is already {owners[vpc.cidr]}'s (section 2.4)"
    if shared:
        yield from (("shared", ("vpc", *place), message) for place, message in gateways(shared.vpc))


def reserved(environments: Environments, shared: Shared | None) -> Iterator[Between]:
    """Reserved concurrency leaves the account what must stay unreserved (C-18)."""
    if not shared:
        return
    free, total = shared.lambda_concurrency - shared.unreserved_concurrency, 0
    for name, environment in environments.items():
        if environment.cloud == "genuine":
            total += sum(each.reserved_concurrency or 0 for each in environment.functions.each.values())
            if total > free:
                yield name, ("functions", "each"), f"reserves {total} with the others; {free} can be reserved (C-18)"


def likeness(environments: Environments, _: Shared | None) -> Iterator[Between]:
    """What staging has as production, and what development has at most of it (sections 3.1 and 4.1)."""
    if {"staging", "prod"} <= environments.keys():
        staging, prod = environments["staging"], environments["prod"]
        for place in _AS_PRODUCTION:
            if _at(staging, place) != _at(prod, place):
                yield "staging", place, f"must be production's (section {_AS_PRODUCTION[place]})"
    if {"dev", "prod"} <= environments.keys():
        ours, theirs = environments["dev"].firebase, environments["prod"].firebase
        if not set(ours.authentication.claims) <= set(theirs.authentication.claims):
            yield "dev", ("firebase", "authentication", "claims"), "has a claim that production lacks (section 3.1)"
        if ours.billing == theirs.billing:
            yield "dev", ("firebase", "billing"), "must not be production's (section 3.1)"


_AS_PRODUCTION: Mapping[Place, str] = {
    ("firebase", "authentication", "providers"): "3.1",
    ("firebase", "authentication", "claims"): "3.1",
    ("firebase", "database", "indexes"): "3.1",
    ("firebase", "billing"): "3.1",
    ("apis", "dn", "authentication"): "4.1",
    ("apis", "general", "authentication"): "4.1",
    ("graphql", "authentication"): "4.2",
}


def _at(environment: Environment, place: Place) -> object:
    found: object = environment
    for key in place:
        found = getattr(found, str(key))
    return found


RULES = (sizes, functions, account, names, networks, reserved, likeness)
