"""How others reach the environment: REST APIs, GraphQL, their name and their web ACL (section 4)."""

from __future__ import annotations

import pulumi

from infra.aws import routes
from infra.aws.api_gateway import ApiGateway, ApiGatewayArgs
from infra.aws.api_methods import Call, Route
from infra.aws.appsync import AppSync, AppSyncArgs
from infra.aws.dns import ApiDomain, ApiDomainArgs
from infra.aws.waf import Waf, WafArgs
from infra.environment.api import Api
from infra.firebase.firebase import Firebase
from infra.layers.compute import Compute
from infra.layers.data import Data
from infra.layers.edge import Edge
from infra.layers.foundation import Foundation


class Interfaces:
    """The APIs of one environment."""

    def __init__(self, foundation: Foundation, edge: Edge, data: Data, compute: Compute) -> None:
        self._foundation = foundation
        self._compute = compute
        self._edge = edge
        apis = foundation.environment.apis
        self.dn = self._api("dn", self.names["dn"], apis.dn, routes.DN_ROUTES, self._calls())
        self.general = self._api("general", self.names["general"], apis.general, routes.GENERAL_ROUTES, ())
        self.graphql = self._graphql(data)
        self._name()
        self._protect()

    @property
    def names(self) -> dict[str, str]:
        """The names of the two REST APIs (section 4.1)."""
        apis, named = self._foundation.environment.apis, self._foundation.environment.named
        return {"dn": apis.dn.name or named("dn-api"), "general": apis.general.name or named("general-access")}

    @property
    def export_endpoint(self) -> pulumi.Output[str]:
        """Where Cloud Scheduler starts an export; the audience of its token too."""
        return pulumi.Output.concat(self.dn.stage.invoke_url, "/", routes.EXPORTS.path)

    def export_settings(self, firebase: Firebase) -> dict[str, pulumi.Input[str]]:
        """For whom the tokens of the export function's callers are; nothing where there are no exports."""
        return {"firebase/export-endpoint": self.export_endpoint} if firebase.exports else {}

    def _calls(self) -> tuple[Call, ...]:
        exported = self._foundation.environment.firebase.database.exports
        return (routes.EXPORTS,) if exported else ()

    def _api(self, label: str, name: str, spec: Api, served: tuple[Route, ...], calls: tuple[Call, ...]) -> ApiGateway:
        base = self._foundation
        args = ApiGatewayArgs(
            scope=base.scope,
            label=label,
            name=name,
            spec=spec,
            routes=served,
            mocks=routes.mocks(base.environment.external_apis) if spec.mocks else (),
            calls=calls,
            functions=self._compute.functions.functions,
            retention=base.retention,
            after=(base.account.api_gateway,) if base.account else (),
        )
        return ApiGateway(f"api-{label}", args, base.opts)

    def _graphql(self, data: Data) -> AppSync:
        base = self._foundation
        args = AppSyncArgs(base.scope, base.environment, data.database.cluster.arn, data.database.secret_arn)
        return AppSync("appsync", args, base.opts)

    def _name(self) -> None:
        base, edge = self._foundation, self._edge
        if edge.api_domain is None or edge.certificate_arn is None:
            return
        stages = {"dn": self.dn.stage, "general": self.general.stage}
        args = ApiDomainArgs(base.scope, edge.api_domain, base.zone_id, edge.certificate_arn, stages)
        ApiDomain("api-domain", args, base.opts)

    def _protect(self) -> None:
        """A web ACL on each public endpoint (section 8.1)."""
        base = self._foundation
        if base.environment.security.waf:
            endpoints = {"dn": self.dn.stage.arn, "general": self.general.stage.arn, "graphql": self.graphql.api.arn}
            Waf("waf", WafArgs(base.scope, "REGIONAL", endpoints, base.retention), base.opts)
