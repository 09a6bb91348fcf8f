"""Rules of configuration, secrets and external APIs (section 5)."""

from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import urlsplit

from infra.environment.configuration import ExternalApi
from infra.environment.environment import Environment
from infra.environment.rules.finding import Finding

_PREFIX = {"prod": "PROD", "staging": "STAGING", "dev": "DEV", "local": "DEV"}
_PRECEDENCE = ("runtime variable", "secret", "parameter", "default")
_LIVE = {"www.googleapis.com", "api.spotify.com"}


def prefixes(environment: Environment) -> Iterator[Finding]:
    """Names carry the environment, local has development's (C-03)."""
    given, prefix = environment.configuration, _PREFIX[environment.name]
    if given.variable_prefix != prefix:
        yield ("configuration", "variable_prefix"), f"must be {prefix} in {environment.name} (section 5.1)"
    if given.path_prefix != prefix.lower():
        yield ("configuration", "path_prefix"), f"must be {prefix.lower()} in {environment.name} (section 5.1)"


def precedence(environment: Environment) -> Iterator[Finding]:
    """The order is fixed by the document."""
    if environment.configuration.precedence != _PRECEDENCE:
        yield ("configuration", "precedence"), f"must be {', '.join(_PRECEDENCE)} (section 5.1)"


def variables(environment: Environment) -> Iterator[Finding]:
    """Two keys never share a runtime variable: `-` and `/` both become `_` there."""
    keys = defaultdict(list)
    for key in environment.configuration.parameters:
        keys[key.replace("-", "_").replace("/", "_")].append(key)
    for same in keys.values():
        for key in same[1:]:
            yield ("configuration", "parameters", key), f"has the same runtime variable as {same[0]} (section 5.1)"


def external_apis(environment: Environment) -> Iterator[Finding]:
    """Live endpoints are production's; credentials are declared secrets."""
    for name, api in environment.external_apis.items():
        yield from ((("external_apis", name, *place), text) for place, text in _endpoint(environment, api))
        for index, secret in enumerate(api.secrets):
            if secret not in environment.secrets:
                yield (
                    ("external_apis", name, "secrets", index),
                    f"{secret} is no secret of {environment.name} (section 5.1)",
                )


def _endpoint(environment: Environment, api: ExternalApi) -> Iterator[Finding]:
    if (api.base_url is None) != (api.mode == "mock"):
        yield ("base_url",), "is stated for live and test endpoints, and not for mocks (section 5.1)"
    if environment.production:
        return
    if api.mode == "live":
        yield ("mode",), f"live is not allowed in {environment.name} (sections 1.1 and 5.1)"
    if urlsplit(api.base_url or "").hostname in _LIVE:
        yield ("base_url",), f"is the live endpoint, which {environment.name} does not use (section 1.1)"


RULES = (prefixes, precedence, variables, external_apis)
