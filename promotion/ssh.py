"""`ssh-keygen -Y`: signs with a key file or the agent, verifies against an allowed_signers line made here."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from threading import Lock

from infra.errors import OperationFailed, UsageError
from promotion.public_key import fingerprint
from promotion.schema import digest_of

_CACHED = 4096


class Namespace(StrEnum):
    """What a signature is for; one made for another purpose never counts (PROTOCOL.sshsig, section 3)."""

    APPROVAL = "distro-approval@v1"
    EVIDENCE = "distro-evidence@v1"
    TRUST = "distro-trust@v1"
    CHECKPOINT = "distro-checkpoint@v1"
    FREEZE = "distro-freeze@v1"


class BadSignature(OperationFailed):
    """A signature does not hold: it, or what it signs, was changed."""


@dataclass(frozen=True)
class Signer:
    """One key of one person (or attester): for what, and from when until when (`valid_before` not included)."""

    principal: str
    key: str
    namespaces: tuple[Namespace, ...]
    valid_after: datetime
    valid_before: datetime

    @property
    def fingerprint(self) -> str:
        """`SHA256:…`."""
        return fingerprint(self.key)

    def line(self) -> str:
        """Its line in allowed_signers (ssh-keygen(1)). Times are in UTC: verify with TZ=UTC."""
        namespaces = ",".join(self.namespaces)
        after, before = _time(self.valid_after), _time(self.valid_before)
        return f'{self.principal} namespaces="{namespaces}",valid-after="{after}",valid-before="{before}" {self.key}\n'


def allowed_signers(signers: Sequence[Signer]) -> str:
    """The file that lets `ssh-keygen -Y verify` alone check what this project signs."""
    return "".join(sorted(signer.line() for signer in signers))


def sign(message: bytes, namespace: Namespace, key: Path) -> str:
    """The armored signature by a private key file, or by the agent where `key` is a public one.

    ssh-keygen asks for a passphrase or a touch on the terminal itself. Raises UsageError for a key that cannot sign.
    """
    arguments = ["ssh-keygen", "-Y", "sign", "-f", str(key), "-n", namespace]
    finished = _run(arguments, message)
    if finished.returncode:
        raise UsageError(
            f"{key} did not sign: {_last(finished.stderr)}",
            hint="Give a private key, or the public half of one that `ssh-add -l` lists.",
        )
    return finished.stdout.decode("ascii")


def verify(message: bytes, signature: str, namespace: Namespace, signer: Signer, at: datetime) -> None:
    """Check that `signer` signed `message` for `namespace` and might at that time. Raises BadSignature."""
    digest = _digest(message, signature, namespace, signer, at)
    if digest in _verified:
        return
    with tempfile.TemporaryDirectory(prefix="distro-") as folder:
        allowed, armored = Path(folder, "allowed_signers"), Path(folder, "signature")
        allowed.write_text(signer.line())
        armored.write_text(signature)
        finished = _run([
            "ssh-keygen", "-Y", "verify", "-f", str(allowed), "-I", signer.principal, "-n", namespace,
            "-s", str(armored), f"-Overify-time={_time(at)}",
        ], message)  # fmt: skip
    if finished.returncode:
        raise BadSignature(f"The signature of {signer.principal} does not hold: {_last(finished.stderr)}")
    _verified.add(digest)


class _Recent:
    """The digests of signatures that held, the last used ones: a process of 5 ms is saved for each."""

    def __init__(self) -> None:
        self._digests: OrderedDict[str, None] = OrderedDict()
        self._lock = Lock()

    def __contains__(self, digest: str) -> bool:
        with self._lock:
            if digest not in self._digests:
                return False
            self._digests.move_to_end(digest)
            return True

    def add(self, digest: str) -> None:
        with self._lock:
            self._digests[digest] = None
            if len(self._digests) > _CACHED:
                self._digests.popitem(last=False)


_verified = _Recent()


def _digest(message: bytes, signature: str, namespace: Namespace, signer: Signer, at: datetime) -> str:
    parts = (digest_of(message), digest_of(signature.encode()), namespace, digest_of(signer.line().encode()), _time(at))
    return digest_of("\n".join(parts).encode())


def _run(arguments: list[str], message: bytes) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            arguments, input=message, capture_output=True, check=False, env={**os.environ, "TZ": "UTC", "LC_ALL": "C"}
        )
    except FileNotFoundError as error:
        raise UsageError("ssh-keygen is missing.", hint="Install OpenSSH 8.9 or newer (openssh-client).") from error


def _time(moment: datetime) -> str:
    return f"{moment:%Y%m%d%H%M%S}"


def _last(output: bytes) -> str:
    lines = output.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "no reason given"
