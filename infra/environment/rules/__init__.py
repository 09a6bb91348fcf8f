"""What must hold beyond single values, in one environment and between them; each rule names its section.

A rule yields where something is wrong and what: it raises nothing and knows nothing of files.
"""

from collections.abc import Iterator, Mapping

from infra.environment.environment import Environment
from infra.environment.rules import between, compute, data, network, running, services, settings, watching
from infra.environment.rules.finding import Finding, Rule
from infra.environment.shared import Shared

RULES: tuple[Rule, ...] = (
    *running.RULES,
    *compute.RULES,
    *data.RULES,
    *network.RULES,
    *services.RULES,
    *settings.RULES,
    *watching.RULES,
)


def findings(environment: Environment) -> Iterator[Finding]:
    """What is wrong in one environment."""
    for rule in RULES:
        yield from rule(environment)


def findings_between(environments: Mapping[str, Environment], shared: Shared | None) -> Iterator[between.Between]:
    """What is wrong between environments; those that are not valid by themselves are left out."""
    for rule in between.RULES:
        yield from rule(environments, shared)
