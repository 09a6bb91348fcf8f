"""What went wrong, in one paragraph: which resource, which call, what the emulator answered, about which property."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any

from botocore import exceptions
from botocore.exceptions import ClientError, HTTPClientError, ParamValidationError

from infra.errors import DistroError
from local.provider import errors
from local.provider.properties import pascal
from local.provider.resource import Resource
from local.provider.secrets import Secrets

LONG = 80
"""Characters of a value that an error still shows."""
LOG = logging.getLogger("provider")


class Failure(DistroError):
    """The answer to the engine: a request that failed. `left`: the id of a resource that exists nevertheless."""

    def __init__(self, message: str, *, left: str = "") -> None:
        super().__init__(message)
        self.left = left


def explain(resource: Resource, name: str, inputs: Mapping[str, Any], secrets: Secrets, error: Exception) -> str:
    """`<type> <name>: <service>:<Action> answered <code>: <message> (<property> = <value>)`, without secrets."""
    said = answer(resource.service, error)
    about = _about(resource, inputs, secrets, said)
    return secrets.mask(f"{resource.type} {name}: {said}") + about


def answer(service: str, error: Exception) -> str:
    """What was called and what came back."""
    if errors.broken(error):
        return f"{service}: its emulator lacks this request or broke at it; `distro logs local` shows where"
    if isinstance(error, ClientError):
        name = service or "aws"
        return f"{name}:{error.operation_name} answered {errors.code(error)}: {errors.message(error).strip()}"
    if isinstance(error, ParamValidationError):
        return f"{service}: refused before the call: {error.kwargs.get('report', error)}"
    if isinstance(error, exceptions.ConnectionError | HTTPClientError):
        return f"{service}: no answer from its emulator ({error}); `distro status` shows what runs"
    if isinstance(error, DistroError):
        return f"{error.message} ({error.hint})" if error.hint else error.message
    LOG.error("a fault of the emulated provider itself", exc_info=error)
    return f"{service}: {type(error).__name__}: {error} (a fault of the emulated provider; its log has the traceback)"


def _about(resource: Resource, inputs: Mapping[str, Any], secrets: Secrets, said: str) -> str:
    """The property that a message speaks of: one that it names, best one whose value it repeats as well."""
    named = [name for name in inputs if _named(resource, name, said)]
    best = max(named, key=lambda name: (_holds(said, str(inputs[name])), len(name)), default=None)
    return f" ({best}{_shown(best, inputs[best], secrets)})" if best else ""


def _named(resource: Resource, name: str, said: str) -> bool:
    spellings = {name, pascal(name), resource.spelling.get(name, name)}
    return any(_holds(said, text) for text in spellings)


def _holds(said: str, word: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", said))


def _shown(name: str, value: Any, secrets: Secrets) -> str:
    hidden = any(path[0] == name for path in secrets.paths) or (isinstance(value, str) and secrets.inside(value))
    return f" = {value}" if isinstance(value, str | int | float) and not hidden and len(str(value)) <= LONG else ""
