"""The Google Cloud project of an environment, Firebase in it, and its web application (section 3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi_gcp as gcp

from infra.firebase.component import Component, Place
from infra.firebase.services import Services

if TYPE_CHECKING:
    import pulumi


@dataclass(frozen=True)
class ProjectArgs:
    """A project of its own for each environment: quotas count per project (C-73)."""

    place: Place
    display_name: str
    billing_account: str | None
    """Exports and Storage need a billed project; an open point until it is supplied (C-46)."""
    services: tuple[str, ...]


class Project(Component):
    """The project; what else Firebase has in it depends on `ready`."""

    def __init__(self, name: str, args: ProjectArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args.place, opts)
        self.args = args
        self.project = self._project()
        self.services = Services("services", args.place, args.services, self.child(depends_on=[self.project]))
        self.firebase = gcp.firebase.Project(
            "firebase", project=args.place.project, opts=self.child(depends_on=self.services.enabled)
        )
        self.web_app = self._web_app()
        self.ready: list[pulumi.Resource] = [self.firebase, *self.services.enabled]
        self.number = self.project.number
        self.register_outputs({"project": self.project.project_id, "app": self.web_app.app_id})

    def _project(self) -> gcp.organizations.Project:
        return gcp.organizations.Project(
            "project",
            project_id=self.place.project,
            name=self.args.display_name,
            billing_account=self.args.billing_account,
            auto_create_network=False,
            labels={**self.place.labels("firebase-project"), "firebase": "enabled"},
            # A project that is gone cannot be had again under its id for 30 days.
            deletion_policy="PREVENT" if self.place.scope.protected else "DELETE",
            # Its parent, an organisation or folder, is an open point: whoever creates it chooses, nobody moves it.
            opts=self.stateful(ignore_changes=["orgId", "folderId"]),
        )

    def _web_app(self) -> gcp.firebase.WebApp:
        return gcp.firebase.WebApp(
            "web",
            project=self.place.project,
            display_name=f"{self.args.display_name} Web",
            deletion_policy="DELETE",
            opts=self.child(depends_on=[self.firebase]),
        )
