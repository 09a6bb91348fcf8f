"""What is said to be held by no emulator really is not: the emulated provider records it, and applies it nowhere."""

from __future__ import annotations

import pytest

from local.provider.registry import registry
from tests.fidelity.coverage import tables
from tests.fidelity.readings import apis, compute, database, estate, firebase, graphql, security, storage
from tests.fidelity.table import Reading, Row

_PROTECTED = (
    apis.apis, compute.instances, database.cluster, firebase.files, graphql.graphql, storage.buckets,
)  # fmt: skip
RECORDED: dict[tuple[Reading, str], tuple[str, str]] = {
    (compute.functions, "groups"): ("aws:lambda/function:Function", "vpcConfig"),
    (compute.functions, "subnets"): ("aws:lambda/function:Function", "vpcConfig"),
    (firebase.database, "indexes"): ("distro:firebasedatabase/rules:Rules", "rules"),
    (firebase.database, "names"): ("distro:firebasedatabase/rules:Rules", "rules"),
    (firebase.database, "read"): ("distro:firebasedatabase/rules:Rules", "rules"),
    (firebase.database, "write"): ("distro:firebasedatabase/rules:Rules", "rules"),
    (firebase.exports, "exports"): ("gcp:cloudscheduler/job:Job", "schedule"),
    (firebase.files, "deleted-after"): ("gcp:storage/bucket:Bucket", "lifecycleRules"),
    (firebase.places, "location"): ("gcp:storage/bucket:Bucket", "location"),
    (firebase.project, "name"): ("gcp:organizations/project:Project", "name"),
    (firebase.storage, "first"): ("gcp:firebaserules/ruleset:Ruleset", "source"),
    (firebase.storage, "names"): ("gcp:firebaserules/ruleset:Ruleset", "source"),
    (firebase.storage, "read"): ("gcp:firebaserules/ruleset:Ruleset", "source"),
    (firebase.storage, "write"): ("gcp:firebaserules/ruleset:Ruleset", "source"),
    (compute.snapshots, "hours"): ("aws:dlm/lifecyclePolicy:LifecyclePolicy", "policyDetails"),
    (compute.snapshots, "of"): ("aws:dlm/lifecyclePolicy:LifecyclePolicy", "policyDetails"),
    (firebase.exports, "when"): ("gcp:cloudscheduler/job:Job", "schedule"),
    (firebase.storage, "source"): ("gcp:firebaserules/ruleset:Ruleset", "source"),
    (graphql.resolvers, "by"): ("aws:appsync/resolver:Resolver", "dataSource"),
    (graphql.resolvers, "cached-seconds"): ("aws:appsync/resolver:Resolver", "cachingConfig"),
    (graphql.resolvers, "names"): ("aws:appsync/resolver:Resolver", "field"),
    (graphql.graphql, "introspection"): ("aws:appsync/graphQLApi:GraphQLApi", "introspectionConfig"),
}
"""Each attribute that is read in the inputs of the sandbox, and the property that it comes from."""
UNTOLD = {
    (database.cluster, "data-api"): "applied, by a mark that no client of AWS knows",
    (database.cluster, "key"): "its absence is meant",
    **{(reading, "protected"): "the engine's" for reading in _PROTECTED},
    (graphql.graphql, "caching"): "moto has no cache of an API to read",
    (security.account, "scans"): "no emulator has Inspector",
    (estate.names, "name"): "that a name says whose it is, is said of all names",
    (estate.providers, "accounts"): "the engine's",
    (estate.providers, "region"): "the engine's",
}
"""Those of which no property is recorded, and why the cloud is not asked all the same."""


def blind() -> list[Row]:
    """The rows that read the engine's inputs although the environment is deployed."""
    return [row for row in tables() if any(row.source(env) == "inputs" for env in row.environments())]


def test_every_row_of_the_inputs_is_accounted_for() -> None:
    read = {(row.reading, row.attribute) for row in blind()}
    assert read == {*RECORDED, *UNTOLD}


@pytest.mark.parametrize(("type", "property"), sorted(set(RECORDED.values())))
def test_what_is_read_in_the_inputs_is_recorded_only(type: str, property: str) -> None:
    assert registry().resources[type].properties[property].status == "recorded", "it can be read back now"
