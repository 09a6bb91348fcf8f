"""Rules of network, names and CDN (sections 2.4 and 8.1)."""

from collections.abc import Iterator

from infra.environment.environment import Environment
from infra.environment.network import Vpc
from infra.environment.rules.finding import Finding, relaxed

_WEB = {80, 443}


def owner(environment: Environment) -> Iterator[Finding]:
    """Staging and production lie in the shared network, development has its own (C-43)."""
    own = not environment.network.shared
    if own != relaxed(environment):
        text = (
            "must be stated: the network is separate"
            if relaxed(environment)
            else "is not allowed: the network is shared"
        )
        yield ("network", "vpc"), f"{text} in {environment.name} (section 2.4, C-43)"


def zones(environment: Environment) -> Iterator[Finding]:
    """Gateways and compute need subnets to be in."""
    vpc = environment.network.vpc
    if vpc:
        yield from ((("network", "vpc", *place), message) for place, message in gateways(vpc))
        if environment.network.compute_zones > vpc.private_zones:
            yield ("network", "compute_zones"), f"is above private_zones ({vpc.private_zones}) (section 2.4)"


def gateways(vpc: Vpc) -> Iterator[Finding]:
    """A NAT gateway lies in a public subnet of its own."""
    if vpc.nat_gateways > vpc.public_zones:
        yield ("nat_gateways",), f"is above public_zones ({vpc.public_zones}) (section 2.4)"


def tiers(environment: Environment) -> Iterator[Finding]:
    """The database is open to the app tier alone; above development the other tiers are as written too."""
    given = environment.network.tiers
    if given.database.sources != ("app",) or given.database.ports != (environment.database.port,):
        allowed = f"port {environment.database.port} from app"
        yield ("network", "tiers", "database"), f"is not allowed; allowed: {allowed} (section 2.4)"
    if "internet" in given.app.sources:
        yield ("network", "tiers", "app", "sources"), "the app tier is internal (section 2.4)"
    if relaxed(environment):
        return
    if given.web.sources != ("internet",) or not set(given.web.ports) or not set(given.web.ports) <= _WEB:
        yield ("network", "tiers", "web"), "is not allowed; allowed: ports 80 and 443 from internet (section 2.4)"
    if "vpc" in given.app.sources:
        yield ("network", "tiers", "app", "sources"), "vpc is for development only (section 2.4)"


def names(environment: Environment) -> Iterator[Finding]:
    """The environment's name lies in its zone."""
    domain, zone = environment.dns.domain, environment.dns.zone
    if zone and zone.domain and domain and not f".{domain}".endswith(f".{zone.domain}"):
        yield ("dns", "domain"), f"{domain} is not in the zone {zone.domain} (section 2.4)"


def distributions(environment: Environment) -> Iterator[Finding]:
    """Existing distributions are adopted by id, never made a second time (C-45)."""
    cdn = environment.cdn
    if cdn.existing and cdn.distribution != "existing":
        yield ("cdn", "existing"), "is for environments whose distribution is existing (C-45)"
    if len(cdn.existing) > cdn.existing_count:
        yield ("cdn", "existing"), f"has more ids than existing_count ({cdn.existing_count}) (C-45)"


RULES = (owner, zones, tiers, names, distributions)
