"""The `shared` stack: what staging and production share, and what exists once in the account (C-13, C-85)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pulumi

from infra.aws import shared
from infra.aws.account import Account, AccountArgs
from infra.aws.audit import Audit, AuditArgs
from infra.aws.dns import HostedZone, HostedZoneArgs
from infra.aws.network import Network, NetworkArgs
from infra.aws.provider import ProviderArgs, provider
from infra.aws.scope import of_shared
from infra.environment import Environment, Shared


class Commons:
    """Everything that environments use and none of them owns."""

    def __init__(self, specification: Shared, environments: Iterable[Environment]) -> None:
        self._specification = specification
        self._scope = of_shared(specification)
        genuine = pulumi.Config("distro").get("cloud") != "emulated"
        args = ProviderArgs(self._scope, genuine, specification.deployment_role)
        self._opts = pulumi.ResourceOptions(providers=[provider(args)])
        self.network = Network(
            "network", NetworkArgs(self._scope, specification.vpc, specification.log_retention), self._opts
        )
        Account("account", AccountArgs(self._scope, hardened=True), self._opts)
        Audit("audit", AuditArgs(self._scope, specification.log_retention, _recorded(environments)), self._opts)
        self.zone_id = self._zone()

    @property
    def outputs(self) -> Mapping[str, Any]:
        """What environments get, by the interface of infra/aws/shared.py."""
        return shared.outputs(self.network.placement, self.zone_id, self._specification.zone.domain)

    def _zone(self) -> pulumi.Input[str] | None:
        """A zone is made only once its domain is documented; the existing one is adopted by its id."""
        zone = self._specification.zone
        if zone.domain is None:
            return zone.existing
        return HostedZone("dns", HostedZoneArgs(self._scope, zone.domain), self._opts).zone.zone_id


def _recorded(environments: Iterable[Environment]) -> tuple[str, ...]:
    """Buckets whose objects the account's trail records, reads and writes (section 8.1)."""
    return tuple(
        environment.bucket(label)
        for environment in environments
        if environment.security.audit.trail == "shared" and environment.security.audit.data_events
        for label, bucket in environment.buckets.items()
        if bucket.critical
    )
