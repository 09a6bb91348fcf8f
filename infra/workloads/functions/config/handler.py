"""GET /config: the effective configuration of the environment, secrets masked (section 5.1)."""

from __future__ import annotations

from ..common import configuration
from ..common.http import Answer, Request, RequestError, answer, api
from ..common.settings import load


@api
def handle(request: Request) -> Answer:
    """All settings, or the one that `?key=service/name` names; 404 for a key that nothing sets."""
    settings = load()
    found = configuration.read(settings)
    if key := request.query.get("key"):
        if key not in found:
            raise RequestError(f"no setting {key}", 404)
        found = {key: found[key]}
    shown = {key: value.public() for key, value in found.items()}
    return answer(200, {"environment": settings.environment, "settings": shown})
