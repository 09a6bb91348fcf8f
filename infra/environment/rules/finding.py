"""What a rule returns."""

from collections.abc import Callable, Iterator

from infra.document import Place
from infra.environment.environment import Environment

Finding = tuple[Place, str]
Rule = Callable[[Environment], Iterator[Finding]]


def relaxed(environment: Environment) -> bool:
    """Whether section 8.1's relaxed controls may apply: in development, and in the sandbox that copies it."""
    return environment.name in {"local", "dev"}
