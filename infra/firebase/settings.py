"""Settings of Google's that pulumi-gcp has no resource for: types of the project's own package `distro`.

docs/decisions/0031-google-settings-without-a-resource.md says why and how they are applied.
"""

from __future__ import annotations

import pulumi


class DatabaseRules(pulumi.CustomResource):
    """The rules of a Realtime Database (`PUT /.settings/rules.json`), indexes included."""

    def __init__(
        self,
        name: str,
        *,
        database_url: pulumi.Input[str],
        rules: str,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """`rules`: the whole JSON document, known before the deployment so that a plan shows and binds it."""
        properties = {"databaseUrl": database_url, "rules": rules}
        super().__init__("distro:firebasedatabase/rules:Rules", name, properties, opts)


class SignInSettings(pulumi.CustomResource):
    """Password policy and enumeration protection of an Identity Platform project (`PATCH projects/<id>/config`)."""

    def __init__(
        self,
        name: str,
        *,
        project: str,
        min_password_length: int,
        enumeration_protection: bool,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """`min_password_length` in characters, 6 to 30."""
        properties = {
            "project": project,
            "minPasswordLength": min_password_length,
            "enumerationProtection": enumeration_protection,
        }
        super().__init__("distro:identityplatform/signInSettings:SignInSettings", name, properties, opts)
