"""LocalStack's check of requests to its own paths against OpenAPI documents, which is off unless it is asked for.

Loading what it would check with is a tenth of LocalStack's start.
"""

from __future__ import annotations

import sys
import types

from localstack import config

_NAME = "localstack.aws.handlers.validation"


def install() -> None:
    """Put handlers that do nothing in the place of those that would do nothing."""
    if config.OPENAPI_VALIDATE_REQUEST or config.OPENAPI_VALIDATE_RESPONSE:
        return
    module = types.ModuleType(_NAME)
    module.OpenAPIRequestValidator = module.OpenAPIResponseValidator = Unchecked  # type: ignore[attr-defined]
    sys.modules[_NAME] = module


class Unchecked:
    """A handler of LocalStack's chain."""

    def __call__(self, _chain: object, _context: object, _response: object) -> None:
        """Let it pass."""
