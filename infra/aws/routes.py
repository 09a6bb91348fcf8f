"""What the two REST APIs serve, and by which function; the stand-ins of foreign APIs (sections 4.1 and 5.1)."""

from __future__ import annotations

from collections.abc import Mapping

from infra.aws.api_methods import Call, Mock, Route
from infra.environment.configuration import ExternalApis

_CATALOGUE = (
    Route("GET", "catalogue", "catalogue", ("querystring.after", "querystring.limit")),
    Route("GET", "catalogue/{id}", "catalogue", ("path.id",)),
)

DN_ROUTES = (
    Route("GET", "health", "health"),
    Route("GET", "config", "config"),
    Route("POST", "uploads", "upload"),
    Route("POST", "catalogue", "catalogue"),
    *_CATALOGUE,
)
"""dn-api: what the project's own applications use."""

GENERAL_ROUTES = (Route("GET", "health", "health"), *_CATALOGUE)
"""distronationfmGeneralAccess: what others may read."""

EXPORTS = Call("exports", "firebase-export", ("kind",))
"""Where Cloud Scheduler starts an export of the Realtime Database (C-52)."""

# As little of each service's answer as its clients read, in the service's own form.
_ANSWERS: Mapping[str, Mapping[str, object]] = {
    "youtube": {
        "kind": "youtube#videoListResponse",
        "items": [{"kind": "youtube#video", "id": "mock-video", "snippet": {"title": "Mock video"}}],
        "pageInfo": {"totalResults": 1, "resultsPerPage": 1},
    },
    "spotify": {
        "tracks": {"items": [{"id": "mock-track", "name": "Mock track", "type": "track"}], "total": 1},
    },
}


def mocks(services: ExternalApis) -> tuple[Mock, ...]:
    """A mock for each service that the environment does not call for real (C-14)."""
    return tuple(
        Mock(f"external/{name}", _ANSWERS[name]) for name, service in services.items() if service.mode == "mock"
    )
