"""Configuration, secrets, external APIs, feature flags (section 5)."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from infra.environment.base import Days, Form, Label, Section, Text, setting

FlagName = Annotated[
    str,
    Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60),
    Form("a feature name like new-upload-flow; its parameter is /<env>/features/<name>"),
]
_WORDS = "[a-z][a-z0-9]*(-[a-z0-9]+)*"
Key = Annotated[str, Field(pattern=f"^{_WORDS}/{_WORDS}$"), Form("service/setting, like upload/url-seconds")]
Layer = Literal["runtime variable", "secret", "parameter", "default"]


class Configuration(Section):
    """Where values come from. A key is service/setting: PROD_UPLOAD_URL_SECONDS, /prod/config/upload/url-seconds."""

    variable_prefix: Literal["PROD", "STAGING", "DEV"] = setting("5.1", "Prefix of runtime variables.")
    path_prefix: Literal["prod", "staging", "dev"] = setting("5.1", "First part of secret, parameter and flag names.")
    precedence: tuple[Layer, ...] = setting(
        "5.1", "Highest first.", default=("runtime variable", "secret", "parameter", "default"), min_length=4
    )
    parameters: Mapping[Key, Text] = setting(
        "5.1", "Values kept in Parameter Store, by key; defaults stand with the functions that use them.", default={}
    )


class Secret(Section):
    """A secret in Secrets Manager, without its value: <prefix>/distronation/<name>."""

    purpose: Text = setting("5.1", "What it opens.")
    source: str = setting(
        "5.1",
        "Where it is asked for: the document, or the contradiction that adds it.",
        default="document",
        pattern=r"^(document|C-[0-9]{2})$",
        form="document or C-nn",
    )
    rotate_days: Days | None = setting("5.1", "Longest life of a value; none: no rotation.", unit="days", default=None)
    retire: bool = setting("5.1", "Marked for retirement (C-72).", default=False)


class ExternalApi(Section):
    """A foreign service. Its limits are the client's own (C-73, C-74)."""

    mode: Literal["live", "test", "mock"] = setting("5.1", "Live endpoint, shared test endpoint, or own mock (C-14).")
    base_url: str | None = setting(
        "5.1",
        "Endpoint; none: the environment's own mock.",
        default=None,
        pattern=r"^https://[a-z0-9.-]+(/[A-Za-z0-9._-]+)*$",
        form="an https address",
    )
    quota: int = setting("5.1", "Greatest use in one period.", ge=1, le=1000000)
    quota_unit: Literal["units/day", "requests/second"] = setting("5.1", "What the quota counts.")
    authentication: tuple[Literal["oauth2", "api-key", "client-credentials"], ...] = setting(
        "5.1", "How requests are authenticated.", min_length=1
    )
    secrets: tuple[Label, ...] = setting("5.1", "Secrets that hold the credentials.", min_length=1)


Secrets = Mapping[Label, Secret]
ExternalApis = Mapping[Literal["youtube", "spotify"], ExternalApi]
Flags = Mapping[FlagName, bool]
