"""The specification of one environment, all sections together."""

from typing import Literal, Self

from infra.environment.api import Apis, Graphql
from infra.environment.base import AccountId, EnvironmentName, Label, Region, RoleName, Section, Text, setting
from infra.environment.compute import Functions, Instances
from infra.environment.configuration import Configuration, ExternalApis, Flags, Secrets
from infra.environment.database import Database
from infra.environment.firebase import Firebase
from infra.environment.governance import Cost, Recovery, Refresh, Security
from infra.environment.monitoring import Baselines, Monitoring
from infra.environment.network import Cdn, Dns, Network
from infra.environment.operation import Availability, BusinessHours, Maintenance, Promotion
from infra.environment.storage import Buckets


class Environment(Section):
    """Every value that the specification document states for one environment (sections 0.2 and 1 to 10)."""

    name: EnvironmentName = setting("0.2", "Canonical name, from the file's name (C-02).")
    aliases: tuple[Text, ...] = setting("0.2", "Other names that adopted resources carry (C-02).", default=())
    cloud: Literal["genuine", "emulated"] = setting("0.2", "AWS and Google Cloud, or emulators.", default="genuine")
    account: AccountId = setting("0.2", "AWS account; the provider refuses any other.")
    region: Region = setting("0.2", "Primary AWS region.")
    deployment_role: RoleName | None = setting(
        "8.1", "Role of the account that a genuine deployment assumes; none: the caller's own identity.", default=None
    )
    purpose: Text = setting("1.1", "What the environment is for.")
    users: tuple[Text, ...] = setting("1.1", "Who uses it.", min_length=1)
    owner: Label = setting("12.2", "Value of the tag `owner`.", default="engineering")
    data_class: Literal["confidential", "sanitized", "synthetic"] = setting("8.1", "Value of the tag `data-class`.")
    availability: Availability = setting("0.2", "Availability target.")
    business_hours: BusinessHours | None = setting("1.1", "When it runs; none: 24/7.", default=None)
    maintenance: Maintenance = setting("9.1", "Maintenance.")
    promotion: Promotion | None = setting("1.2", "How a release comes in; none: deployed by hand.", default=None)
    functions: Functions = setting("2.1", "Lambda functions.")
    instances: Instances = setting("2.1", "EC2 instances, by name.", default={})
    database: Database = setting("2.2", "Aurora PostgreSQL.")
    buckets: Buckets = setting("2.3", "S3 buckets, by name.")
    network: Network = setting("2.4", "Network.", default=Network())
    dns: Dns = setting("2.4", "Names and certificates.")
    cdn: Cdn = setting("2.4", "CloudFront.")
    firebase: Firebase = setting("3.1", "Firebase.")
    apis: Apis = setting("4.1", "REST APIs.")
    graphql: Graphql = setting("4.2", "GraphQL API.")
    configuration: Configuration = setting("5.1", "Configuration.")
    secrets: Secrets = setting("5.1", "Secrets, by the last part of their names.")
    external_apis: ExternalApis = setting("5.1", "Foreign services.")
    flags: Flags = setting("5.2", "Feature flags; a missing one is false (C-75).")
    monitoring: Monitoring = setting("6.1", "Monitoring.", default=Monitoring())
    baselines: Baselines = setting("6.2", "Performance targets; none below production (C-12).", default={})
    cost: Cost = setting("7.1", "Cost.")
    security: Security = setting("8.1", "Security controls.")
    refresh: Refresh | None = setting("9.2", "Data refresh; none: live data.", default=None)
    recovery: Recovery = setting("10.1", "Disaster recovery.")

    def emulated(self) -> Self:
        """The same environment on emulated clouds, as a rehearsal has it."""
        return self.model_copy(update={"cloud": "emulated"})

    def named(self, system: str) -> str:
        """The name of a system by the rule `distronation-<env>-<system>`."""
        return f"distronation-{self.name}-{system}"

    @property
    def production(self) -> bool:
        """Whether this is production: stateful resources are protected there."""
        return self.name == "prod"

    @property
    def needs_shared(self) -> bool:
        """Whether it uses what the `shared` stack has: the network, or the hosted zone for a name of its own."""
        return self.network.shared or (self.dns.domain is not None and self.dns.zone is None)

    @property
    def cluster(self) -> str:
        """Identifier of the database cluster: the existing one's, else by the naming rule."""
        return self.database.existing or self.named("database")

    def bucket(self, label: str) -> str:
        """Name of a bucket: the existing one's, else by the naming rule. KeyError where there is none."""
        return self.buckets[label].existing or self.named(label)

    @property
    def firebase_project(self) -> str:
        """The Firebase project's id: the stated one, in emulation a `demo-` one (C-46), else by the naming rule."""
        if self.cloud == "emulated":
            return f"demo-distronation-{self.name}"
        return self.firebase.project_id or self.named("firebase")

    def secret(self, label: str) -> str:
        """Full name of a secret (section 5.1). KeyError where the environment has none."""
        if label not in self.secrets:
            raise KeyError(label)
        return f"{self.configuration.path_prefix}/distronation/{label}"

    def parameter(self, key: str) -> str:
        """Full name of the Parameter Store value of a key `service/setting` (section 5.1)."""
        return f"/{self.configuration.path_prefix}/config/{key}"

    def flag(self, label: str) -> str:
        """Full name of a feature flag's parameter (section 5.2)."""
        return f"/{self.configuration.path_prefix}/features/{label}"
