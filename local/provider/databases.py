"""The databases behind Aurora: a role and a database in the sandbox's PostgreSQL for every cluster.

The cluster's ARN stands in the comment of its role; its databases are those that the role owns, the oldest first.
Several clusters of one sandbox share the server; where two ask for the same name, the second one gets its cluster's
name behind it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql

from local.database_names import distinct
from local.provider.cloud import Cloud


@dataclass(frozen=True)
class Database:
    """What a cluster has in the server; "" for what is not there."""

    role: str
    name: str
    host: str
    port: int


def password() -> str:
    """As RDS makes them: long, and without what a URL or a shell would trip over."""
    return secrets.token_urlsafe(24)


def make(cloud: Cloud, cluster: str, *, role: str, name: str, key: str) -> Database:
    """Have the cluster's role with this password, and its database ("" for none); what is there already stays."""
    # Clusters of several stacks may be made at once; a name is free until it is taken.
    with cloud.lock("databases"), administrator(cloud) as server:
        held = _role_of(server, cluster)
        role = held or _free(server, "pg_roles", "rolname", role, cluster)
        with server.transaction():
            _set_role(server, role, key, new=not held)
            _describe(server, role, cluster)
        owned = _databases(server, role)
        if not owned and name:
            owned = [_make_database(server, role, name, cluster)]
    return Database(role, owned[0] if owned else "", *_address(cloud))


def look(cloud: Cloud, cluster: str) -> Database:
    """What the cluster has."""
    with administrator(cloud) as server:
        role = _role_of(server, cluster)
        owned = _databases(server, role)
    return Database(role, owned[0] if owned else "", *_address(cloud))


def change_password(cloud: Cloud, cluster: str, key: str) -> None:
    """Another password for the cluster's role."""
    with administrator(cloud) as server:
        _set_role(server, _role_of(server, cluster), key, new=False)


def drop(cloud: Cloud, cluster: str) -> None:
    """Remove the cluster's databases, whoever is connected, and its role."""
    with administrator(cloud) as server:
        role = _role_of(server, cluster)
        for name in _databases(server, role):
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        if role:
            server.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(role)))
            server.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))


@contextmanager
def administrator(cloud: Cloud) -> Iterator[psycopg.Connection[Any]]:
    """A connection as the superuser, in which each statement is a transaction of its own."""
    address = urlsplit(cloud.endpoint("postgres"))
    key = cloud.sandbox.secret("postgres")
    user = f"postgres:{quote(key, safe='')}" if key else "postgres"
    with psycopg.connect(
        f"postgresql://{user}@{address.netloc}/postgres", autocommit=True, connect_timeout=10
    ) as server:
        yield server


def _address(cloud: Cloud) -> tuple[str, int]:
    address = urlsplit(cloud.endpoint("postgres"))
    return address.hostname or "127.0.0.1", address.port or 5432


def _role_of(server: psycopg.Connection[Any], cluster: str) -> str:
    found = server.execute(
        "SELECT rolname FROM pg_roles WHERE shobj_description(oid, 'pg_authid') = %s", [cluster]
    ).fetchone()
    return str(found[0]) if found else ""


def _databases(server: psycopg.Connection[Any], role: str) -> Sequence[str]:
    return [str(row[0]) for row in server.execute(_OWNED, [role])] if role else []


_OWNED = """
SELECT datname FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba WHERE rolname = %s ORDER BY pg_database.oid
"""


def _make_database(server: psycopg.Connection[Any], role: str, name: str, cluster: str) -> str:
    name = _free(server, "pg_database", "datname", name, cluster)
    server.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(role)))
    # PostgreSQL lets everybody in; at AWS the roles of another cluster are not even known.
    server.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
    return name


def _free(server: psycopg.Connection[Any], catalogue: str, column: str, name: str, cluster: str) -> str:
    """`name`, unless another cluster or the server itself has it."""
    query = sql.SQL("SELECT 1 FROM {} WHERE {} = %s").format(sql.Identifier(catalogue), sql.Identifier(column))
    if server.execute(query, [name]).fetchone() is None:
        return name
    return distinct(name, cluster)


def _set_role(server: psycopg.Connection[Any], role: str, key: str, *, new: bool) -> None:
    """What RDS's master user may do: make roles and databases, but nothing with the server itself."""
    verb = sql.SQL("CREATE" if new else "ALTER")
    statement = sql.SQL("{} ROLE {} WITH LOGIN CREATEDB CREATEROLE PASSWORD {}")
    server.execute(statement.format(verb, sql.Identifier(role), sql.Literal(key)))


def _describe(server: psycopg.Connection[Any], role: str, cluster: str) -> None:
    server.execute(sql.SQL("COMMENT ON ROLE {} IS {}").format(sql.Identifier(role), sql.Literal(cluster)))
