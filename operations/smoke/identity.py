"""Firebase Authentication as clients and back ends call it (Identity Toolkit's REST API), emulated or Google's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from operations.smoke.check import CheckFailed

if TYPE_CHECKING:
    import httpx

    from operations.google_settings.google import Google

API = "identitytoolkit.googleapis.com"
OWNER = {"Authorization": "Bearer owner"}
"""What the emulator takes for an administrator's access token."""


@dataclass(frozen=True)
class IdentityToolkit:
    """One project's. `key` is what its clients name themselves with, `administrator` makes a back end's headers."""

    url: str
    project: str
    key: str = field(repr=False)
    http: httpx.Client = field(repr=False)
    administrator: Callable[[], Mapping[str, str]] = field(repr=False)

    def client(self, method: str, body: Mapping[str, object]) -> tuple[int, Any]:
        """What an SDK in a browser or phone calls: status and answer."""
        return self._post(f"accounts:{method}?key={self.key}", body, {})

    def admin(self, method: str, body: Mapping[str, object]) -> Any:
        """What a back end calls. Raises CheckFailed where it is refused."""
        path = f"projects/{self.project}{method if method.startswith(':') else f'/{method}'}"
        status, answer = self._post(path, body, self.administrator())
        if status >= 400:  # noqa: PLR2004 - the error classes of RFC 9110, section 15
            raise CheckFailed(f"{path} answered {status}: {answer['error']['message']}")
        return answer

    def _post(self, path: str, body: Mapping[str, object], headers: Mapping[str, str]) -> tuple[int, Any]:
        answer = self.http.post(f"{self.url}/v1/{path}", json=body, headers=headers)
        return answer.status_code, answer.json()


def emulated(host: str | None, project: str, http: httpx.Client) -> IdentityToolkit:
    """The emulator's at `host`, which takes any key. Raises CheckFailed where there is none."""
    if not host:
        raise CheckFailed("FIREBASE_AUTH_EMULATOR_HOST is not set: no Auth emulator belongs to this environment")
    return IdentityToolkit(f"http://{host}/{API}", project, project, http, lambda: OWNER)


def genuine(google: Google, project: str) -> IdentityToolkit:
    """Google's: the project's own key, as its configuration has it. Raises CheckFailed, OperationFailed."""
    url = google.identity_toolkit
    configuration = google.call("GET", f"{url}/admin/v2/projects/{project}/config", project=project) or {}
    key = configuration.get("client", {}).get("apiKey")
    if not key:
        raise CheckFailed(f"the project {project} has no key for clients: Identity Platform is not set up there")
    return IdentityToolkit(url, project, key, google.http, lambda: google.headers(project))
