"""How long a sign-in counts (3.1-09, 3.1-23, 3.1-37; C-50)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from infra.specification import load
from infra.workloads.firebase.session import SessionExpiredError, cookie_life, require_recent

SIGNED_IN = datetime(2026, 11, 1, 8, tzinfo=UTC)
CLAIMS = {"auth_time": int(SIGNED_IN.timestamp())}


@pytest.mark.parametrize(("environment", "hours"), [("prod", 24), ("staging", 24), ("dev", 7 * 24)])
def test_a_sign_in_counts_as_long_as_specified(environment: str, hours: int) -> None:
    session = load(environment).firebase.authentication.session_hours
    just_before = SIGNED_IN + timedelta(hours=hours, seconds=-1)
    assert require_recent(CLAIMS, session, just_before) == SIGNED_IN + timedelta(hours=hours)
    with pytest.raises(SessionExpiredError, match="the session ended at"):
        require_recent(CLAIMS, session, SIGNED_IN + timedelta(hours=hours))


@pytest.mark.parametrize("claims", [{}, {"auth_time": "1"}, {"auth_time": None}])
def test_a_token_that_does_not_say_when_is_refused(claims: dict[str, object]) -> None:
    with pytest.raises(SessionExpiredError, match="does not say when"):
        require_recent(claims, 24, SIGNED_IN)


def test_a_cookie_lives_within_what_firebase_allows() -> None:
    assert cookie_life(24) == timedelta(days=1)
    assert cookie_life(336) == timedelta(days=14)
    for hours in (0, 337):
        with pytest.raises(ValueError, match="Firebase allows"):
            cookie_life(hours)
