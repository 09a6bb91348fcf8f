"""What everything else stands on: the account's providers, the network, names, topics, the audit."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import pulumi
import pulumi_aws as aws
import pulumi_gcp as gcp

from infra.aws import shared
from infra.aws.account import Account, AccountArgs
from infra.aws.audit import Audit, AuditArgs
from infra.aws.boundary import Boundary
from infra.aws.dns import HostedZone, HostedZoneArgs
from infra.aws.network import Network, NetworkArgs, Placement
from infra.aws.notifications import Notifications, NotificationsArgs
from infra.aws.provider import ProviderArgs, provider
from infra.aws.scope import of_environment
from infra.aws.security_groups import SecurityGroups, SecurityGroupsArgs
from infra.environment import Environment, Shared


class Foundation:
    """The base of one environment."""

    def __init__(self, environment: Environment, shared_specification: Shared) -> None:
        self.environment = environment
        self.scope = of_environment(environment)
        self.retention = environment.monitoring.log_retention
        self.settings = pulumi.Config("distro")
        self._shared_specification = shared_specification
        self.opts = pulumi.ResourceOptions(providers=[self._aws(), self._google()])
        buckets = [environment.bucket(label) for label in environment.buckets]
        self.scope = replace(self.scope, boundary=Boundary("boundary", self.scope, buckets, self.opts).policy)
        self.place = self._place()
        self.groups = SecurityGroups(
            "security-groups", SecurityGroupsArgs(self.scope, self.place, environment.network.tiers), self.opts
        )
        topics = NotificationsArgs(self.scope, environment.monitoring.subscribers)
        self.topics = Notifications("notifications", topics, self.opts).topics
        self.account = self._account()

    def _aws(self) -> aws.Provider:
        genuine = self.environment.cloud == "genuine"
        return provider(ProviderArgs(self.scope, genuine, self.environment.deployment_role))

    def _google(self) -> gcp.Provider:
        project, region = self.environment.firebase_project, self.environment.firebase.region
        return gcp.Provider("gcp", project=project, region=region)

    def _place(self) -> Placement:
        """The environment's own network, or the one of `shared` (section 2.4)."""
        if vpc := self.environment.network.vpc:
            return Network("network", NetworkArgs(self.scope, vpc, self.retention), self.opts).placement
        return self.shared.place

    @cached_property
    def shared(self) -> shared.SharedNetwork:
        """What the `shared` stack gives; asked for only by environments that use it."""
        specification = self._shared_specification
        given = self.settings.get_object("shared")
        return shared.reference(specification.vpc.cidr, specification.zone.domain, given)

    @cached_property
    def zone_id(self) -> pulumi.Input[str]:
        """The hosted zone of the environment's names: its own, or the one that all share."""
        zone = self.environment.dns.zone
        if zone is None or zone.domain is None:
            return self.shared.zone_id
        return HostedZone("dns", HostedZoneArgs(self.scope, zone.domain), self.opts).zone.zone_id

    def _account(self) -> Account | None:
        """What exists once in an account, where the environment has one to itself."""
        if self.environment.security.audit.trail != "own":
            return None
        recorded = self.environment.security.audit.data_events
        buckets = tuple(self.environment.bucket(label) for label in self.environment.buckets) if recorded else ()
        Audit("audit", AuditArgs(self.scope, self.retention, buckets), self.opts)
        return Account("account", AccountArgs(self.scope, hardened=False), self.opts)
