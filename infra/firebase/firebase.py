"""Everything that an environment has in Firebase, wired (section 3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from infra.firebase import exports, federation, services
from infra.firebase.auth import Authentication, AuthenticationArgs, GoogleClient
from infra.firebase.component import Component, Place
from infra.firebase.database import Database, DatabaseArgs
from infra.firebase.exports import Exports, ExportsArgs
from infra.firebase.federation import Federation, Identity
from infra.firebase.project import Project, ProjectArgs
from infra.firebase.storage import Storage, StorageArgs, public_cache_control

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.aws.scope import Scope
    from infra.environment import Environment

BACKEND_ROLES = ("roles/firebaseauth.admin", "roles/firebasedatabase.admin", "roles/storage.objectAdmin")


@dataclass(frozen=True)
class FirebaseArgs:
    """What the rest of the program gives to Firebase."""

    environment: Environment
    scope: Scope
    origins: tuple[str, ...]
    """Web pages that sign users in and use Storage (`https://app.example`, `http://localhost:3000`)."""
    backend_roles: tuple[str, ...]
    """Names of the AWS roles that administer users and data, keyless (C-72)."""
    export_role: str
    """Name of the export function's AWS role; unused where there are no exports."""
    google: GoogleClient | None = None
    """OAuth client of Google sign-in; needed where it is a provider (C-48)."""

    @property
    def place(self) -> Place:
        """Where the resources go."""
        return Place(self.scope, self.environment.firebase_project, self.environment.firebase.region)


class Firebase(Component):
    """Project, sign-in, database, storage, exports.

    Outputs are attributes: `project`, `database_url`, `storage_bucket`, and `settings`, which belong into the
    environment's parameters (keys `service/setting`, section 5.1).
    """

    def __init__(self, name: str, args: FirebaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args.place, opts)
        self.args = args
        self.spec = args.environment.firebase
        self.owner = self._project()
        self.authentication = self._authentication()
        self.database = self._database()
        self.storage = self._storage()
        self.federation = self._federation()
        self.exports = self._exports()
        self.project = self.owner.firebase.project
        self.database_url = self.database.url
        self.storage_bucket = self.storage.bucket.name
        self.register_outputs({"project": self.project, "database_url": self.database_url})

    def schedule_exports(self, endpoint: pulumi.Input[str]) -> None:
        """Once the export function is there: call it as the specification says (see `Exports.schedule`)."""
        if self.exports:
            self.exports.schedule(endpoint)

    @property
    def settings(self) -> Mapping[str, pulumi.Input[str]]:
        """What workloads and clients need to know, by configuration key."""
        firebase = self.spec
        return {
            "firebase/project": self.project,
            "firebase/database-url": self.database_url,
            "firebase/storage-bucket": self.storage_bucket,
            "firebase/session-hours": str(firebase.authentication.session_hours),
            "firebase/public-cache-control": public_cache_control(cdn=firebase.storage.cdn),
            "firebase/identity-audience": self.federation.audience,
            **(self.exports.settings if self.exports else {}),
        }

    def _project(self) -> Project:
        firebase = self.spec
        wanted = services.ALWAYS + (services.SCHEDULED if firebase.database.exports else ())
        args = ProjectArgs(self.place, firebase.project_name, firebase.billing_account, wanted)
        return Project("project", args, self.child())

    def _authentication(self) -> Authentication:
        settings, google = self.spec.authentication, self.args.google
        args = AuthenticationArgs(self.place, settings, _domains(self.args.origins), google)
        return Authentication("authentication", args, self._after_project())

    def _database(self) -> Database:
        firebase = self.spec
        return Database("database", DatabaseArgs(self.place, firebase.database, firebase.rules), self._after_project())

    def _storage(self) -> Storage:
        firebase, bucket = self.spec, self.place.scope.name("firebase")
        args = StorageArgs(self.place, firebase.storage, firebase.rules, bucket, self.args.origins)
        return Storage("storage", args, self._after_project())

    def _federation(self) -> Federation:
        backend = Identity("backend", "Administers users and data", BACKEND_ROLES, self.args.backend_roles)
        exporting = (exports.exporter(self.args.export_role),) if self.spec.database.exports else ()
        return federation.Federation("federation", self.place, (backend, *exporting), self._after_project())

    def _exports(self) -> Exports | None:
        kinds = self.spec.database.exports
        if not kinds:
            return None
        account, bucket = self.federation.accounts[exports.ACCOUNT], self.place.scope.name("firebase-exports")
        args = ExportsArgs(self.place, kinds, account, bucket)
        return Exports("exports", args, self._after_project())

    def _after_project(self) -> pulumi.ResourceOptions:
        return self.child(depends_on=self.owner.ready)


def _domains(origins: tuple[str, ...]) -> tuple[str, ...]:
    """`https://app.example:3000` → `app.example`, each once."""
    return tuple(dict.fromkeys(origin.partition("://")[2].partition(":")[0] for origin in origins))
