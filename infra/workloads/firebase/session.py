"""How long a sign-in counts (section 3.1; C-50).

Firebase has no session length: ID tokens last an hour, refresh tokens until they are revoked. Two places hold the
specified length: a web session is a session cookie of that life, which Firebase itself ends; a back end that takes ID
tokens of an SDK's sign-in compares when the user signed in (`auth_time`) with it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LEAST = timedelta(minutes=5)
LONGEST = timedelta(days=14)
"""What Firebase allows for session cookies."""


class SessionExpiredError(Exception):
    """The sign-in is longer ago than a session may last: the user has to sign in again."""


def cookie_life(hours: int) -> timedelta:
    """The life of a session cookie (`expiresIn`, `validDuration`); ValueError outside what Firebase allows."""
    life = timedelta(hours=hours)
    if not LEAST <= life <= LONGEST:
        raise ValueError(f"a session of {hours} h: Firebase allows 5 minutes to 14 days")
    return life


def require_recent(claims: Mapping[str, object], hours: int, now: datetime) -> datetime:
    """When the user of a verified ID token has to sign in again; SessionExpiredError where that time has come.

    `claims` are those of a token whose signature was checked; one without `auth_time` (seconds) is refused.
    """
    signed_in = claims.get("auth_time")
    if not isinstance(signed_in, int):
        raise SessionExpiredError("the token does not say when its user signed in")
    ends = datetime.fromtimestamp(signed_in, now.tzinfo) + timedelta(hours=hours)
    if now >= ends:
        raise SessionExpiredError(f"the session ended at {ends.isoformat(timespec='seconds')}")
    return ends
