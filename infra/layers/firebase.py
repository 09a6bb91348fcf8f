"""Firebase beside AWS: who of AWS works there, and how its schedules reach the functions (section 3)."""

from __future__ import annotations

import pulumi

from infra.aws import routes
from infra.firebase.auth import GoogleClient
from infra.firebase.firebase import Firebase, FirebaseArgs
from infra.layers.foundation import Foundation
from infra.layers.interfaces import Interfaces


def firebase_of(foundation: Foundation, interfaces: Interfaces) -> Firebase:
    """The environment's Firebase project, with its exports scheduled."""
    args = FirebaseArgs(
        environment=foundation.environment,
        scope=foundation.scope,
        origins=_origins(foundation),
        backend_roles=(foundation.scope.name("deployment"),),
        export_role=foundation.scope.name(routes.EXPORTS.function),
        google=_google_client(foundation.settings),
    )
    firebase = Firebase("firebase", args, foundation.opts)
    firebase.schedule_exports(interfaces.export_endpoint)
    return firebase


def _origins(foundation: Foundation) -> tuple[str, ...]:
    """Pages that sign users in: local ones in development, the environment's own name where it has one."""
    domain = foundation.environment.dns.domain
    return (*foundation.environment.apis.dn.cors_origins, *([f"https://{domain}"] if domain else []))


def _google_client(settings: pulumi.Config) -> GoogleClient | None:
    """The OAuth client of Google sign-in, from the stack's configuration (C-48)."""
    client, secret = settings.get("google-client-id"), settings.get_secret("google-client-secret")
    return GoogleClient(client, secret) if client and secret else None
