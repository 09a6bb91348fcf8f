"""What the databases of several clusters are called that share one PostgreSQL server."""

from __future__ import annotations

LONGEST = 63
"""Bytes of an identifier in PostgreSQL."""


def distinct(name: str, cluster: str) -> str:
    """The name that a role or database of a cluster, given by its ARN, has where another cluster took its own."""
    return f"{name}_{cluster.rsplit(':', 1)[-1].replace('-', '_')}"[:LONGEST]
