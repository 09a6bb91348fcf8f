"""The typed environment specification: what every environment consists of, each value with its section.

Values that differ by environment stand in Pulumi.<env>.yaml, defaults that environments share stand here.
`infra.specification.load` reads, checks and returns an `Environment`.
"""

from infra.environment.base import EnvironmentName, Range, Section, Severity
from infra.environment.environment import Environment
from infra.environment.open_points import OpenPoint, open_points
from infra.environment.shared import Shared

ENVIRONMENTS: tuple[EnvironmentName, ...] = ("local", "dev", "staging", "prod")

__all__ = [
    "ENVIRONMENTS",
    "Environment",
    "EnvironmentName",
    "OpenPoint",
    "Range",
    "Section",
    "Severity",
    "Shared",
    "open_points",
]
