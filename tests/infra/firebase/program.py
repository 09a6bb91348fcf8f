"""A Pulumi program that has an environment's Firebase alone, on emulators. The stack's name is the environment's."""

from __future__ import annotations

import json
import os

import pulumi

from infra.aws.scope import of_environment
from infra.firebase.auth import GoogleClient
from infra.firebase.firebase import Firebase, FirebaseArgs
from infra.specification import load

CHANGES = "TEST_AUTHENTICATION"
"""Variable with changed settings of sign-in, as JSON."""


def main() -> None:
    written = load(pulumi.get_stack())
    settings = written.firebase.authentication.model_copy(update=json.loads(os.environ.get(CHANGES, "{}")))
    firebase = written.firebase.model_copy(update={"authentication": settings})
    environment = written.model_copy(update={"firebase": firebase, "cloud": "emulated"})
    scope = of_environment(environment)
    made = Firebase(
        "firebase",
        FirebaseArgs(
            environment,
            scope,
            origins=("https://app.example.com", "http://localhost:3000"),
            backend_roles=(scope.name("catalogue"),),
            export_role=scope.name("firebase-export"),
            google=GoogleClient("client-id", pulumi.Output.secret("canary-google-secret")),
        ),
    )
    made.schedule_exports("https://api.example.com/exports")
    pulumi.export("project", made.project)
    pulumi.export("database_url", made.database_url)
    pulumi.export("storage_bucket", made.storage_bucket)
    pulumi.export("settings", dict(made.settings))
