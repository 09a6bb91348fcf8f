"""API Gateway and AppSync (section 4)."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from infra.environment.base import Form, Section, setting

Ttl = Annotated[int, Field(ge=1, le=3600)]
GraphqlId = Annotated[str, Field(pattern=r"^[a-z0-9]{26}$"), Form("an AppSync API id of 26 characters")]
Resolver = Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9]*\.[a-z][A-Za-z0-9]*$"), Form("Type.field")]
Origin = Annotated[
    str, Field(pattern=r"^https?://[a-z0-9.-]+(:[0-9]{1,5})?$"), Form("an origin like https://example.com")
]


class Throttle(Section):
    """Limits of a stage."""

    burst: int = setting("4.1", "Burst limit.", unit="requests", ge=1, le=5000)
    rate: int = setting("4.1", "Rate limit.", unit="requests/second", ge=1, le=10000)


class Cache(Section):
    """Cache cluster of a stage: GET requests only, encrypted, keyed on Authorization (C-61)."""

    ttl_seconds: Ttl = setting("4.1", "How long a response is kept.", unit="seconds")
    size_gb: Literal["0.5", "1.6", "6.1"] = setting("4.1", "Size of the cluster (C-61).", unit="GB", default="0.5")


class Api(Section):
    """A REST API with its one stage; an API is never shared between environments (C-59)."""

    name: str | None = setting(
        "4.1",
        "Name; none: by the naming rule.",
        default=None,
        pattern=r"^[A-Za-z0-9-]{3,60}$",
        form="letters, digits, hyphens",
    )
    existing: str | None = setting(
        "4.1",
        "Id of the API that exists already (C-58); `adopt` imports it.",
        default=None,
        pattern=r"^[a-z0-9]{10}$",
        form="a REST API id of 10 characters",
    )
    stage: str = setting("4.1", "Stage name.", pattern=r"^[A-Za-z0-9_]{1,40}$", form="letters, digits, _")
    throttle: Throttle = setting("4.1", "Throttling.")
    cache: Cache | None = setting("4.1", "Caching; none: disabled.", default=None)
    authentication: Literal["iam", "none"] = setting("4.1", "Who may call: signed requests, or anybody.", default="iam")
    log_level: Literal["ERROR", "INFO"] = setting("4.1", "Execution log.", default="INFO")
    data_trace: bool = setting("4.1", "Whether whole requests and responses are logged.", default=False)
    detailed_metrics: bool = setting("4.1", "CloudWatch metrics per method.", default=True)
    tracing: bool = setting("4.1", "X-Ray tracing.", default=False)
    mocks: bool = setting("4.1", "Mock integrations for external APIs.", default=False)
    cors_origins: tuple[Origin, ...] = setting("4.1", "Origins that may call from a browser.", default=())
    integration_timeout: int = setting(
        "4.1",
        "API Gateway's own limit, below the functions' 30 s (C-17).",
        unit="milliseconds",
        default=29000,
        ge=50,
        le=29000,
    )


class Apis(Section):
    """The two REST APIs."""

    dn: Api = setting("4.1", "dn-api.")
    general: Api = setting("4.1", "distronationfmGeneralAccess.")


class GraphqlCache(Section):
    """AppSync cache, per resolver (C-67)."""

    size: Literal["SMALL", "MEDIUM", "LARGE"] = setting("4.2", "Instance size.", default="SMALL")
    default_ttl: Ttl = setting("4.2", "Time to live where a resolver has none of its own.", unit="seconds", default=60)
    resolver_ttl: Mapping[Resolver, Ttl] = setting("4.2", "Time to live per resolver, as Type.field.", unit="seconds")


class Graphql(Section):
    """The AppSync API."""

    name: str | None = setting(
        "4.2",
        "Name; none: by the naming rule.",
        default=None,
        pattern=r"^[A-Za-z0-9-]{3,60}$",
        form="letters, digits, hyphens",
    )
    existing: GraphqlId | None = setting("4.2", "Id of the API that exists already; `adopt` imports it.", default=None)
    authentication: tuple[Literal["AWS_IAM", "API_KEY"], ...] = setting(
        "4.2", "Ways to call; the first is the default.", default=("AWS_IAM",), min_length=1
    )
    cache: GraphqlCache | None = setting("4.2", "Caching; none: disabled.", default=None)
    log_level: Literal["ERROR", "ALL"] = setting("4.2", "Field log level.")
    introspection: bool = setting("4.2", "Whether the schema can be explored (C-70).", default=False)
    tracing: bool = setting("4.2", "X-Ray tracing.", default=False)
    also_existing: Mapping[str, GraphqlId] = setting(
        "4.2", "Further APIs that exist, name to id: owned and protected, never made (C-68).", default={}
    )
