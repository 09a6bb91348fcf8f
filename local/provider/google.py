"""What Google's resource types share: REST with the Auth emulator, the numbers Google would choose, recorded tables."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from local.provider.resource import Property, recorded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import httpx

    from local.provider.cloud import Cloud

AUTH = "firebase-auth"
"""The component that emulates Identity Platform."""
OWNER = {"Authorization": "Bearer owner"}
"""What the emulator takes for an administrator's access token."""
NO_CONTROL_PLANE = "no emulator of Google's control plane exists: kept in the state alone"
CODES = {404: "NotFound", 409: "AlreadyExists", 429: "TooManyRequests"}


def identity_toolkit(
    cloud: Cloud,
    action: str,
    method: str,
    path: str,
    *,
    mask: Iterable[str] = (),
    body: Mapping[str, Any] | None = None,
    **query: str,
) -> dict[str, Any]:
    """One administrator's call of Identity Platform's REST API, below `/v2/`; raises ClientError as boto3 does.

    `mask`: the fields of an update; without them it replaces the whole thing.
    """
    url = f"{cloud.endpoint(AUTH)}/identitytoolkit.googleapis.com/v2/{path}"
    fields = ",".join(mask)
    params = {**query, **({"updateMask": fields} if fields else {})}
    answer = cloud.http.request(method, url, params=params, json=body, headers=OWNER)
    if answer.is_error:
        raise _refusal(answer, action)
    result: dict[str, Any] = answer.json()
    return result


def _refusal(answer: httpx.Response, action: str) -> ClientError:
    """Google's answer in the shape that the framework reads from AWS: a code, a message, the action's name."""
    try:
        error = answer.json()["error"]
    except (ValueError, KeyError):
        error = {}
    code = CODES.get(answer.status_code) or error.get("status") or str(answer.status_code)
    message = error.get("message") or answer.text
    response = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": answer.status_code}}
    return ClientError(response, action)  # type: ignore[arg-type]  # the stub asks for fields that no code reads


def digits(text: str, count: int) -> str:
    """Digits that stand in for a number that Google would choose: the same for the same text in every run."""
    return str(int(hashlib.sha256(text.encode()).hexdigest(), 16))[:count]


def project_number(project: str) -> str:
    """A project's number."""
    return digits(project, 12)


def table(
    reason: str, names: Iterable[str] = (), *, fixed: Iterable[str] = (), secret: Iterable[str] = ()
) -> dict[str, Property]:
    """Recorded properties; a change of a `fixed` one needs another resource."""
    return {
        **{name: recorded(reason) for name in names},
        **{name: recorded(reason, replace=True) for name in fixed},
        **{name: recorded(reason, secret=True) for name in secret},
    }
