"""Google Cloud projects, their services, and Firebase in them: recorded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from infra.errors import OperationFailed
from local.provider.google import NO_CONTROL_PLANE, digits, project_number, table
from local.provider.resource import Created, Inputs, Recorded

if TYPE_CHECKING:
    from local.provider.cloud import Cloud

PROJECT_ID = re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]")
SERVICE = re.compile(r"[a-z0-9-]+\.googleapis\.com")


class Project(Recorded):
    """A Google Cloud project."""

    type = "gcp:organizations/project:Project"
    reason = NO_CONTROL_PLANE
    identity = ("projectId",)
    properties: ClassVar = table(
        NO_CONTROL_PLANE,
        ["name", "billingAccount", "labels", "deletionPolicy", "autoCreateNetwork", "tags"],
        fixed=["projectId", "orgId", "folderId"],
    )

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """The id that the program gives, as Google would accept it."""
        project = inputs["projectId"]
        if not PROJECT_ID.fullmatch(project):
            raise OperationFailed(
                f"{project} is no project id: 6 to 30 lower-case letters, digits and hyphens, a letter first"
            )
        return Created(f"projects/{project}", {"number": project_number(project)})


class Service(Recorded):
    """An API that is switched on in a project."""

    type = "gcp:projects/service:Service"
    reason = "the emulators answer whichever APIs are switched on"
    identity = ("project", "service")
    properties: ClassVar = table(
        reason,
        ["disableDependentServices", "disableOnDestroy", "checkIfServiceHasUsageOnDestroy", "deletionPolicy"],
        fixed=["project", "service"],
    )

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """`<project>/<service>`."""
        if not SERVICE.fullmatch(inputs["service"]):
            raise OperationFailed(f"{inputs['service']} is no Google API: <name>.googleapis.com")
        return Created(f"{inputs['project']}/{inputs['service']}")


class FirebaseProject(Recorded):
    """Firebase switched on in a project."""

    type = "gcp:firebase/project:Project"
    reason = "the Firebase emulators serve every project that a client names"
    identity = ("project",)
    properties: ClassVar = table(reason, fixed=["project"])

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """The display name is that of the Google Cloud project, which is not known here."""
        project = inputs["project"]
        return Created(f"projects/{project}", {"projectNumber": project_number(project)})


class WebApp(Recorded):
    """A web application of the project: the emulators take any API key and application id."""

    type = "gcp:firebase/webApp:WebApp"
    reason = "the emulators take any API key and application id"
    properties: ClassVar = table(reason, ["displayName", "apiKeyId", "deletionPolicy"], fixed=["project"])

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """An application id in Google's form: `1:<project number>:web:<hex>`."""
        project = inputs["project"]
        number = int(digits(f"{project}/{inputs['displayName']}", 20))
        app = f"1:{project_number(project)}:web:{number:x}"
        name = f"projects/{project}/webApps/{app}"
        return Created(name, {"appId": app, "name": name})


RESOURCES = [Project, Service, FirebaseProject, WebApp]
