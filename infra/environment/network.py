"""VPC, DNS, certificates and CDN (sections 2.4 and 8.1)."""

from typing import Annotated, Literal

from pydantic import Field

from infra.environment.base import Cidr, Domain, Form, Section, setting

Source = Literal["internet", "vpc", "web", "app"]
DistributionId = Annotated[str, Field(pattern=r"^E[0-9A-Z]{8,20}$"), Form("a distribution id like E123456789ABCD")]
Port = Annotated[int, Field(ge=1, le=65535)]
InterfaceEndpoint = Literal["secretsmanager", "ssm", "rds-data", "logs", "sqs", "sns", "kms", "lambda", "monitoring"]


class Tier(Section):
    """What a security group admits."""

    ports: tuple[Port, ...] = setting("2.4", "TCP ports; empty: all.")
    sources: tuple[Source, ...] = setting("2.4", "From where: the internet, the whole VPC, or a tier.", min_length=1)


class Tiers(Section):
    """The three security groups of an environment; their defaults are production's rules."""

    web: Tier = setting(
        "2.4", "HTTP and HTTPS from the internet.", default=Tier(ports=(80, 443), sources=("internet",))
    )
    app: Tier = setting("2.4", "Internal communication only.", default=Tier(ports=(), sources=("web", "app")))
    database: Tier = setting(
        "2.4", "Database port from the app tier only.", default=Tier(ports=(5432,), sources=("app",))
    )


class Vpc(Section):
    """A network and who it belongs to."""

    existing: str | None = setting(
        "2.4",
        "Id of the VPC that exists already (to be documented).",
        default=None,
        pattern=r"^vpc-[0-9a-f]{8,17}$",
        form="a VPC id like vpc-0123456789abcdef0",
    )
    cidr: Cidr = setting("2.4", "Address range; no two networks overlap.", unit="CIDR")
    public_zones: int = setting("2.4", "Availability zones with a public subnet.", ge=1, le=3)
    private_zones: int = setting("2.4", "Availability zones with a private subnet; Aurora needs two.", ge=2, le=3)
    nat_gateways: int = setting("2.4", "NAT gateways, at most one per public subnet.", ge=1, le=3)
    interface_endpoints: tuple[InterfaceEndpoint, ...] = setting(
        "8.1", "AWS services reached inside the VPC; optional in development.", default=()
    )
    gateway_endpoints: tuple[Literal["s3", "dynamodb"], ...] = setting(
        "8.1", "Services reached by a route; free of charge.", default=("s3",)
    )
    network_acls: bool = setting("8.1", "Own network ACLs on every subnet.", default=False)


class Network(Section):
    """The environment's place in a network."""

    vpc: Vpc | None = setting(
        "2.4", "The environment's own network; none: the one of `shared` (staging, production).", default=None
    )
    tiers: Tiers = setting("2.4", "Security groups, the environment's own in every network.", default=Tiers())
    compute_zones: int = setting("2.4", "Private zones that functions and instances use.", default=2, ge=1, le=3)

    @property
    def shared(self) -> bool:
        """Whether the network belongs to the `shared` stack."""
        return self.vpc is None


class Zone(Section):
    """A hosted zone."""

    existing: str | None = setting(
        "2.4",
        "Id of the zone that exists already; `adopt` imports it.",
        default=None,
        pattern=r"^Z[0-9A-Z]{8,31}$",
        form="a hosted zone id",
    )
    domain: Domain | None = setting("2.4", "The zone's domain (to be documented); none: no zone is made.", default=None)


class Dns(Section):
    """Names of the environment."""

    domain: Domain | None = setting(
        "2.4", "The environment's own name (to be documented); none: no record or certificate.", default=None
    )
    zone: Zone | None = setting("2.4", "The environment's own zone; none: the one of `shared`.", default=None)
    certificate: Literal["domain", "wildcard"] = setting(
        "2.4", "Own ACM certificate per environment (C-44): for the name alone, or for names below it too."
    )


class Cdn(Section):
    """CloudFront."""

    distribution: Literal["existing", "own", "none"] = setting(
        "2.4", "Existing ones adopted (production), an own one (staging), none (development) (C-44, C-45)."
    )
    existing_count: int = setting("2.4", "How many distributions exist.", default=0, ge=0, le=100)
    existing: tuple[DistributionId, ...] = setting("2.4", "Their ids, once recorded (C-45).", default=())
    price_class: Literal["PriceClass_100", "PriceClass_200", "PriceClass_All"] = setting(
        "7.2", "Geographic distribution.", default="PriceClass_100"
    )
    minimum_protocol: Literal["TLSv1.2_2021"] = setting("8.1", "Least TLS version.", default="TLSv1.2_2021")
