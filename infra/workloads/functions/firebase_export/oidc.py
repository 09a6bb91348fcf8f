"""Checks an OIDC token of Google's: the signature with Google's published keys, then what it says.

RS256 alone (RFC 7518, section 3.3): RSASSA-PKCS1-v1_5 with SHA-256, checked by building the only padded digest that
can be right and comparing it as a whole (RFC 8017, section 8.2.2).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.request import urlopen

_KEYS = "https://www.googleapis.com/oauth2/v3/certs"
_ISSUERS = ("https://accounts.google.com", "accounts.google.com")
# DER of `DigestInfo` for SHA-256, before the digest (RFC 8017, section 9.2, note 1).
_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")
_CLOCK_SECONDS = 120


class InvalidToken(Exception):
    """The caller did not prove who it is."""


def verify(token: str, *, audience: str, email: str) -> None:
    """Raises InvalidToken unless Google says now that `email` calls `audience`."""
    header, payload, signed, signature = _parts(token)
    if header.get("alg") != "RS256" or not _signed(_key(str(header.get("kid"))), signed, signature):
        raise InvalidToken("the signature is not Google's")
    if payload.get("iss") not in _ISSUERS:
        raise InvalidToken(f"issued by {payload.get('iss')}")
    if payload.get("aud") != audience:
        raise InvalidToken(f"meant for {payload.get('aud')}")
    if payload.get("email") != email or payload.get("email_verified") is not True:
        raise InvalidToken(f"of {payload.get('email')}")
    if not _current(payload, time.time()):
        raise InvalidToken("expired, or not valid yet")


def _parts(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    try:
        head, body, signature = token.removeprefix("Bearer ").split(".")
        header, payload = json.loads(_decoded(head)), json.loads(_decoded(body))
        return dict(header), dict(payload), f"{head}.{body}".encode(), _decoded(signature)
    except (ValueError, TypeError, binascii.Error) as error:
        raise InvalidToken("no token in three parts") from error


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _signed(key: Mapping[str, str], message: bytes, signature: bytes) -> bool:
    modulus = int.from_bytes(_decoded(key["n"]), "big")
    length = (modulus.bit_length() + 7) // 8
    digest = _SHA256 + hashlib.sha256(message).digest()
    expected = b"\x00\x01" + b"\xff" * (length - len(digest) - 3) + b"\x00" + digest
    number = int.from_bytes(signature, "big")
    if len(signature) != length or number >= modulus:
        return False
    found = pow(number, int.from_bytes(_decoded(key["e"]), "big"), modulus).to_bytes(length, "big")
    return hmac.compare_digest(found, expected)


def _current(payload: Mapping[str, Any], now: float) -> bool:
    issued, expires = payload.get("iat"), payload.get("exp")
    if not isinstance(issued, int) or not isinstance(expires, int):
        return False
    return issued - _CLOCK_SECONDS <= now < expires + _CLOCK_SECONDS


def _key(name: str) -> Mapping[str, str]:
    """Google's key of that name. Keys change every few days: one that is not known yet is asked for again."""
    if name not in _published():
        _published.cache_clear()
    try:
        return _published()[name]
    except KeyError:
        raise InvalidToken(f"Google has no key {name}") from None


@cache
def _published() -> dict[str, dict[str, str]]:
    with urlopen(_KEYS, timeout=10) as response:
        return {key["kid"]: key for key in json.load(response)["keys"] if key["kty"] == "RSA"}
