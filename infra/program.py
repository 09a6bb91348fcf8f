"""The Pulumi program of every environment and of `shared`: a table of contents of what they are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from infra.environment import Environment, Shared
from infra.layers.compute import Compute
from infra.layers.data import Data
from infra.layers.edge import Edge
from infra.layers.firebase import firebase_of
from infra.layers.foundation import Foundation
from infra.layers.interfaces import Interfaces
from infra.layers.operations import Operations
from infra.layers.outputs import stack_outputs
from infra.layers.shared import Commons
from infra.specification import SHARED, load, load_all, load_shared


def main() -> None:
    """Declare the resources of the stack that runs, and export its outputs.

    Raises UsageError for a stack that is no environment, ConfigurationError for an invalid specification.
    """
    stack = pulumi.get_stack()
    outputs = shared() if stack == SHARED else environment(_specification(stack), load_shared())
    for name, value in outputs.items():
        pulumi.export(name, value)


def _specification(stack: str) -> Environment:
    """The environment's specification; on emulated clouds where the stack's configuration says so (a rehearsal)."""
    found = load(stack)
    return found.emulated() if pulumi.Config("distro").get("cloud") == "emulated" else found


def environment(specification: Environment, commons: Shared) -> Mapping[str, Any]:
    """One environment, from the ground up."""
    foundation = Foundation(specification, commons)
    edge = Edge(foundation)
    data = Data(foundation, edge)
    compute = Compute(foundation, data)
    interfaces = Interfaces(foundation, edge, data, compute)
    firebase = firebase_of(foundation, interfaces)
    operations = Operations(foundation, compute, interfaces, firebase)
    return stack_outputs(foundation, data, compute, interfaces, operations, firebase)


def shared() -> Mapping[str, Any]:
    """What staging and production share, and what exists once in the account."""
    specifications = load_all()
    return Commons(specifications.shared, specifications.environments.values()).outputs
