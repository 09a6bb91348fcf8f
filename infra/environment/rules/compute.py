"""Rules of functions and instances (section 2.1)."""

from collections.abc import Iterator

from infra.environment.compute import FunctionName, Functions
from infra.environment.environment import Environment
from infra.environment.rules.finding import Finding

_LONGEST_API = 30


def memory(environment: Environment) -> Iterator[Finding]:
    """Each function's memory lies in the environment's range."""
    allowed = environment.functions.memory
    for name, function in environment.functions.each.items():
        if function.memory not in allowed:
            text = (
                f"{function.memory} is not allowed; allowed in {environment.name}: {allowed.least} to {allowed.most} MB"
            )
            yield ("functions", "each", name, "memory"), f"{text} (section 2.1)"


def timeouts(environment: Environment) -> Iterator[Finding]:
    """A caller of an API waits for 30 seconds at most."""
    for function in environment.functions.deployed():
        if function.kind == "api" and function.timeout > _LONGEST_API:
            own = environment.functions.each[function.name].timeout
            place = ("functions", "each", function.name, "timeout") if own else ("functions", "timeout", "api")
            yield place, f"{function.timeout} is not allowed; allowed for API functions: 1 to 30 seconds (section 2.1)"


def concurrency(environment: Environment) -> Iterator[Finding]:
    """Reserved concurrency belongs to critical functions, and they have it where it is used."""
    functions = environment.functions
    for name in functions.each:
        yield from _concurrency(functions, name)


def _concurrency(functions: Functions, name: FunctionName) -> Iterator[Finding]:
    place = ("functions", "each", name, "reserved_concurrency")
    reserved = functions.each[name].reserved_concurrency is not None
    if functions.concurrency == "shared":
        if reserved:
            yield place, "is not allowed where functions share the account's pool (section 2.1)"
    elif reserved != (name in functions.critical):
        yield (
            place,
            f"is {'for critical functions only' if reserved else 'missing: the function is critical'} (section 2.1)",
        )


def dead_letters(environment: Environment) -> Iterator[Finding]:
    """Dead letter queues are optional in development alone."""
    if environment.name in {"staging", "prod"} and not environment.functions.dead_letter_queues:
        yield ("functions", "dead_letter_queues"), f"must be true in {environment.name} (section 2.1)"


def network(environment: Environment) -> Iterator[Finding]:
    """Functions lie in private subnets above development."""
    if environment.name in {"staging", "prod"} and environment.functions.network != "private-subnets":
        yield ("functions", "network"), f"must be private-subnets in {environment.name} (sections 2.1 and 8.1)"


def instances(environment: Environment) -> Iterator[Finding]:
    """Spot is for what may be interrupted, and below production that is what it is for."""
    for name, instance in environment.instances.items():
        if instance.spot and (instance.critical or environment.production):
            yield ("instances", name, "spot"), "is not allowed for a critical or a production instance (section 7.2)"
        if not (instance.spot or instance.critical or environment.production):
            yield ("instances", name, "spot"), "non-critical instances below production are spot (section 7.2)"


RULES = (memory, timeouts, concurrency, dead_letters, network, instances)
