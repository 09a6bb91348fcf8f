"""The APIs of Google that an environment's project has switched on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_gcp as gcp

from infra.firebase.component import Component, Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pulumi

ALWAYS = (
    "cloudresourcemanager.googleapis.com",
    "firebase.googleapis.com",
    "firebasedatabase.googleapis.com",
    "firebaserules.googleapis.com",
    "firebasestorage.googleapis.com",
    "iam.googleapis.com",
    "iamcredentials.googleapis.com",
    "identitytoolkit.googleapis.com",
    "storage.googleapis.com",
    "sts.googleapis.com",
)
SCHEDULED = ("cloudscheduler.googleapis.com",)
"""Where there are exports (C-52)."""


class Services(Component):
    """APIs by name. They stay on when the stack is removed: switching one off breaks what else uses it."""

    def __init__(
        self, name: str, place: Place, services: Sequence[str], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(name, place, opts)
        self.enabled = [self._service(service) for service in services]
        self.register_outputs({})

    def _service(self, service: str) -> gcp.projects.Service:
        return gcp.projects.Service(
            service.partition(".")[0],
            project=self.place.project,
            service=service,
            disable_on_destroy=False,
            opts=self.child(),
        )
