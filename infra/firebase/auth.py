"""Identity Platform: how users sign in (section 3.1; C-48 to C-50)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_gcp as gcp

from infra.firebase.component import Component, Place
from infra.firebase.settings import SignInSettings

if TYPE_CHECKING:
    from infra.environment.firebase import Authentication as Settings

GOOGLE = "google.com"


@dataclass(frozen=True)
class GoogleClient:
    """The OAuth client that Google sign-in needs (C-48)."""

    id: pulumi.Input[str]
    secret: pulumi.Input[str]


@dataclass(frozen=True)
class AuthenticationArgs:
    """`domains`: where sign-in pages may redirect to, beside Firebase's own."""

    place: Place
    settings: Settings
    domains: tuple[str, ...]
    google: GoogleClient | None


class Authentication(Component):
    """Sign-in methods, password policy, enumeration protection, identity providers."""

    def __init__(self, name: str, args: AuthenticationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args.place, opts)
        self.args = args
        self.config = self._config()
        self.settings = SignInSettings(
            "sign-in",
            project=args.place.project,
            min_password_length=args.settings.password_length,
            enumeration_protection=args.settings.enumeration_protection,
            opts=self.child(depends_on=[self.config]),
        )
        if "google" in args.settings.providers:
            self._google(args.google)
        self.register_outputs({})

    def _config(self) -> gcp.identityplatform.Config:
        password = "password" in self.args.settings.providers
        return gcp.identityplatform.Config(
            "config",
            project=self.place.project,
            sign_in={
                "allow_duplicate_emails": False,
                "email": {"enabled": password, "password_required": True},
                "anonymous": {"enabled": False},
                "phone_number": {"enabled": False},
            },
            authorized_domains=[*own_domains(self.place.project), *self.args.domains],
            client={"permissions": {"disabled_user_deletion": False, "disabled_user_signup": False}},
            multi_tenant={"allow_tenants": False},
            # Google has no call that takes the configuration of a project away.
            opts=self.child(retain_on_delete=self.place.scope.protected),
        )

    def _google(self, client: GoogleClient | None) -> None:
        if client is None:
            raise pulumi.RunError(
                f"{self.place.scope.environment} signs in with Google but has no OAuth client (C-48): "
                "`pulumi config set google-client-id ID`, `pulumi config set --secret google-client-secret`"
            )
        gcp.identityplatform.DefaultSupportedIdpConfig(
            "google",
            project=self.place.project,
            idp_id=GOOGLE,
            client_id=client.id,
            client_secret=client.secret,
            enabled=True,
            deletion_policy="DELETE",
            opts=self.child(depends_on=[self.config]),
        )


def own_domains(project: str) -> tuple[str, str]:
    """The two domains on which Firebase itself serves a project's sign-in pages."""
    return (f"{project}.firebaseapp.com", f"{project}.web.app")
