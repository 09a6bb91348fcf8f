"""AppSync: the GraphQL API on the catalogue, resolved by the RDS Data API without a function between (section 4.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pulumi
import pulumi_aws as aws

from infra import workloads
from infra.aws import policies, roles
from infra.aws.log_groups import Kind, log_group
from infra.aws.scope import Component, Scope
from infra.environment import Environment
from infra.environment.api import GraphqlCache

SOURCES = workloads.FOLDER / "graphql"
_RUNTIME: aws.appsync.ResolverRuntimeArgsDict = {"name": "APPSYNC_JS", "runtime_version": "1.0.0"}
_DEVELOPMENT_PATHS = ("dev",)


@dataclass(frozen=True)
class AppSyncArgs:
    """The API and the database that its resolvers ask."""

    scope: Scope
    environment: Environment
    cluster_arn: pulumi.Input[str]
    secret_arn: pulumi.Input[str]


class AppSync(Component):
    """The GraphQL API of an environment."""

    def __init__(self, name: str, args: AppSyncArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args.scope, opts)
        self.args = args
        self.spec = args.environment.graphql
        self.schema = schema(development=is_development(args.environment))
        self.api = self._api()
        self._logs()
        self._resolvers(self._source())
        if self.spec.cache:
            self._cache(self.spec.cache)
        if "API_KEY" in self.spec.authentication:
            self._key()
        self.url = self.api.uris.apply(lambda uris: uris["GRAPHQL"])
        self.register_outputs({"url": self.url})

    def _api(self) -> aws.appsync.GraphQLApi:
        first, *others = self.spec.authentication
        return aws.appsync.GraphQLApi(
            "graphql",
            name=self.spec.name or self.scope.name("graphql"),
            authentication_type=first,
            additional_authentication_providers=[{"authentication_type": other} for other in others] or None,
            schema=self.schema,
            introspection_config="ENABLED" if self.spec.introspection else "DISABLED",
            query_depth_limit=5,
            log_config={
                "cloudwatch_logs_role_arn": self._log_role().arn,
                "field_log_level": self.spec.log_level,
                "exclude_verbose_content": self.spec.log_level == "ERROR",
            },
            xray_enabled=self.spec.tracing,
            tags=self.scope.tags("appsync"),
            opts=self.stateful(),
        )

    def _key(self) -> None:
        """For development's explorers. A key lives a year at most: each month's first deployment puts its end off."""
        today = datetime.now(UTC)
        ends = today.replace(year=today.year + (today.month > 1), month=(today.month + 10) % 12 + 1, day=1)
        aws.appsync.ApiKey(
            "development",
            api_id=self.api.id,
            description=f"Explorers of {self.scope.environment}",
            expires=f"{ends:%Y-%m-01T00:00:00Z}",
            opts=self.child(),
        )

    def _log_role(self) -> aws.iam.Role:
        """AppSync names the group after the API's id, which is not known yet: the role may write to any API's."""
        groups = self.scope.arn("logs", "log-group:/aws/appsync/apis/*")
        write = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
        return self._role("graphql-logs", policies.Statement("Logs", write, [groups]))

    def _logs(self) -> None:
        kind: Kind = "debug" if self.spec.log_level == "ALL" else "application"
        name = pulumi.Output.concat("/aws/appsync/apis/", self.api.id)
        log_group(self, "graphql", name, kind, self.args.environment.monitoring.log_retention, "appsync")

    def _role(self, label: str, *statements: policies.Statement) -> aws.iam.Role:
        trust = policies.trust("appsync.amazonaws.com", policies.own_account(self.scope.account))
        return roles.role(self, label, roles.Grants("appsync", trust, statements)).role

    def _source(self) -> aws.appsync.DataSource:
        cluster = self.scope.arn("rds", f"cluster:{self.args.environment.cluster}")
        role = self._role("graphql-data", *policies.data_api(self.scope, cluster))
        endpoint: aws.appsync.DataSourceRelationalDatabaseConfigHttpEndpointConfigArgsDict = {
            "db_cluster_identifier": self.args.cluster_arn,
            "aws_secret_store_arn": self.args.secret_arn,
            "database_name": self.args.environment.database.name,
            "region": self.scope.region,
        }
        return aws.appsync.DataSource(
            "catalogue",
            name="catalogue",
            api_id=self.api.id,
            type="RELATIONAL_DATABASE",
            service_role_arn=role.arn,
            relational_database_config={"source_type": "RDS_HTTP_ENDPOINT", "http_endpoint_config": endpoint},
            opts=self.child(),
        )

    def _resolvers(self, source: aws.appsync.DataSource) -> None:
        """One a field that the database answers; the others are columns of their parent."""
        for file in resolvers(self.schema):
            kind, field = file.stem.split(".")
            aws.appsync.Resolver(
                file.stem,
                api_id=self.api.id,
                type=kind,
                field=field,
                data_source=source.name,
                runtime=_RUNTIME,
                code=file.read_text(),
                caching_config=self._caching(file.stem),
                opts=self.child(),
            )

    def _caching(self, resolver: str) -> aws.appsync.ResolverCachingConfigArgsDict | None:
        """Who asks is part of the key, what is asked for too: nobody gets another's answer."""
        cache = self.spec.cache
        if cache is None or resolver not in cache.resolver_ttl:
            return None
        keys = ["$context.identity.userArn", *_arguments(self.schema, resolver)]
        return {"ttl": cache.resolver_ttl[resolver], "caching_keys": keys}

    def _cache(self, cache: GraphqlCache) -> None:
        aws.appsync.ApiCache(
            "cache",
            api_id=self.api.id,
            api_caching_behavior="PER_RESOLVER_CACHING",
            type=cache.size,
            ttl=cache.default_ttl,
            at_rest_encryption_enabled=True,
            transit_encryption_enabled=True,
            opts=self.child(),
        )


def is_development(environment: Environment) -> bool:
    """Whether the environment has development's schema beside the production data model (section 4.2)."""
    return environment.configuration.path_prefix in _DEVELOPMENT_PATHS


def schema(*, development: bool) -> str:
    """The schema to deploy. AppSync knows no `extend`: development's additions are laid into their types."""
    text = (SOURCES / "schema.graphql").read_text()
    if not development:
        return text
    additions = (SOURCES / "schema.development.graphql").read_text()
    for kind, fields in re.findall(r"^extend type (\w+) \{\n(.*?)^\}", additions, re.MULTILINE | re.DOTALL):
        head = f"type {kind} {{\n"
        text = text.replace(head, head + fields)
    return text


def resolvers(text: str) -> list[Path]:
    """The resolvers of the fields that a schema has."""
    return [file for file in sorted((SOURCES / "resolvers").glob("*.js")) if _field(text, file.stem)]


def _field(text: str, resolver: str) -> re.Match[str] | None:
    """The definition of `Type.field` in a schema."""
    kind, field = resolver.split(".")
    body = re.search(rf"^type {kind} \{{\n(.*?)^\}}", text, re.MULTILINE | re.DOTALL)
    return re.search(rf"^  {field}(\((.*?)\))?:", body[1], re.MULTILINE) if body else None


def _arguments(text: str, resolver: str) -> list[str]:
    found = _field(text, resolver)
    names = re.findall(r"(\w+):", found[2]) if found and found[2] else []
    return [f"$context.arguments.{name}" for name in names]
