"""Notices to approvers: one message to a webhook, as chat systems take it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from infra.errors import OperationFailed, UsageError

VARIABLE = "DISTRO_WEBHOOK"
"""Where notices go. The URL is a secret: it is in no output, error or record."""
_SECONDS = 10
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class NoticeFailed(OperationFailed):
    """Nobody was told. The promotion is as it was: a notice is a courtesy, unless a gate asks for one."""


@dataclass(frozen=True)
class Notice:
    """What approvers are told: what waits, for whom, and the command that goes on with it."""

    promotion: str
    source: str
    target: str
    release: str
    requester: str
    roles: Sequence[str]
    command: str

    def text(self) -> str:
        """One paragraph without markup."""
        return (
            f"{self.promotion}: {self.release} from {self.source} to {self.target}, asked for by {self.requester}, "
            f"waits for {' and '.join(self.roles)}. To look at it and approve: {self.command}"
        )


def send(url: str, notice: Notice) -> None:
    """Post it as `{"text": …}`, over HTTPS (or to the loopback interface), following no redirect.

    Raises UsageError for another URL, NoticeFailed where it was not taken within ten seconds.
    """
    import httpx

    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise UsageError(f"{VARIABLE} is no https:// URL.", hint="Take it from the chat system's incoming webhooks.")
    try:
        answer = httpx.post(url, json={"text": notice.text()}, timeout=_SECONDS, follow_redirects=False)
    except httpx.HTTPError as error:
        raise NoticeFailed(f"The notice about {notice.promotion} was not sent: {type(error).__name__}.") from None
    if not answer.is_success:
        raise NoticeFailed(f"The notice about {notice.promotion} was refused: HTTP {answer.status_code}.")
