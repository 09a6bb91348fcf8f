"""SSH public keys and signatures as OpenSSH writes them (RFC 4253 section 6.6, PROTOCOL.sshsig)."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, Field

from promotion.schema import unbase64

# No RSA: its strength hides in a length that nobody reads. The sk- ones live in a security token.
ALGORITHMS = (
    "ssh-ed25519",
    "sk-ssh-ed25519@openssh.com",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ecdsa-sha2-nistp256@openssh.com",
)
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----\n", "-----END SSH SIGNATURE-----\n"
_WIDTH = 70
_MAGIC = b"SSHSIG\x00\x00\x00\x01"


def _key(text: str) -> str:
    algorithm, _, encoded = text.partition(" ")
    if algorithm not in ALGORITHMS:
        raise ValueError(f"{algorithm!r} is none of {', '.join(ALGORITHMS)} (no comment, no options)")
    if _string(unbase64(encoded)) != algorithm.encode():
        raise ValueError("the key is of another algorithm than it says")
    return text


PublicKey = Annotated[str, Field(max_length=1000), AfterValidator(_key)]
"""`algorithm base64`, without options or comment; each key can be written in one way only."""


@lru_cache(1024)
def fingerprint(key: str) -> str:
    """The key's name, as `ssh-keygen -l` writes it: `SHA256:` and 43 characters."""
    return _fingerprint(unbase64(key.partition(" ")[2]))


def signed_by(armored: str) -> str:
    """Fingerprint of the key that a signature names. It proves nothing.

    Raises ValueError where there is none, or it is written in another way than ssh-keygen writes it.
    """
    text = armored.removeprefix(_BEGIN).removesuffix(_END)
    blob = unbase64(text.replace("\n", ""))
    if not blob.startswith(_MAGIC) or armored != _armored(blob):
        raise ValueError("not an SSH signature of version 1, in the form of ssh-keygen")
    return _fingerprint(_string(blob.removeprefix(_MAGIC)))


def _armored(blob: bytes) -> str:
    text = base64.b64encode(blob).decode()
    lines = (text[start : start + _WIDTH] for start in range(0, len(text), _WIDTH))
    return _BEGIN + "".join(f"{line}\n" for line in lines) + _END


def _fingerprint(blob: bytes) -> str:
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def _string(blob: bytes) -> bytes:
    """The first field of an SSH structure: four bytes of length, then the bytes."""
    length = int.from_bytes(blob[:4], "big")
    if len(blob) < 4 + length:
        raise ValueError("cut off")
    return blob[4 : 4 + length]
