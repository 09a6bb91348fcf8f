"""Statements signed and verified with the real ssh-keygen."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import TypeAdapter, ValidationError
from securesystemslib.dsse import Envelope as Reference

from infra.errors import DistroError, UsageError
from promotion import signing, ssh
from promotion.public_key import PublicKey, fingerprint, signed_by
from promotion.schema import Malformed
from promotion.signing import Envelope, NotAuthorised, Predicate, Subject
from promotion.ssh import BadSignature, Namespace
from tests.promotion.keys import NOW, YEAR, Keys

SUBJECT = Subject.of("release", "sha256:" + "a" * 64)


class Consent(Predicate):
    namespace: ClassVar[Namespace] = Namespace.APPROVAL
    text: str


class Result(Predicate):
    namespace: ClassVar[Namespace] = Namespace.EVIDENCE
    text: str


@pytest.fixture(scope="module")
def envelope(keys: Keys) -> Envelope:
    return signing.sign(Consent(text="yes"), [SUBJECT], keys.private("dana"))


def test_a_statement_is_signed_stored_and_verified(envelope: Envelope, keys: Keys) -> None:
    stored = Envelope.parse(envelope.canonical())
    found = signing.verify(stored, Consent, [keys.signer("sam"), keys.signer("dana", Namespace.APPROVAL)], NOW)
    assert found.predicate.text == "yes"
    assert found.subjects == (SUBJECT,)
    assert [signer.principal for signer in found.signers] == ["dana"]


def test_it_is_dsse_and_in_toto_as_others_write_them(envelope: Envelope) -> None:
    document = envelope.model_dump(mode="json", by_alias=True)
    reference = Reference.from_dict(document)
    assert reference.pae() == signing.pae(envelope.payload_type, envelope.content())
    assert envelope.content().startswith(b'{"_type":"https://in-toto.io/Statement/v1","predicate":')
    assert b'"predicateType":"urn:distro:approval:v1"' in envelope.content()


def test_plain_ssh_keygen_verifies_with_the_generated_file(envelope: Envelope, keys: Keys, tmp_path: Path) -> None:
    signers = [keys.signer("dana", Namespace.APPROVAL), keys.signer("sam", Namespace.APPROVAL)]
    (tmp_path / "allowed").write_text(ssh.allowed_signers(signers))
    (tmp_path / "signature").write_text(envelope.signatures[0].armored())
    arguments = ["-f", "allowed", "-n", "distro-approval@v1", "-s", "signature", "-Overify-time=20261128160000"]
    for name, code in (("dana", 0), ("sam", 255)):
        finished = subprocess.run(
            ["ssh-keygen", "-Y", "verify", "-I", name, *arguments], cwd=tmp_path, check=False, capture_output=True,
            input=signing.pae(envelope.payload_type, envelope.content()),
        )  # fmt: skip
        assert finished.returncode == code, finished.stderr


def _payload(envelope: Envelope, old: bytes, new: bytes) -> Envelope:
    content = envelope.content()
    assert old in content
    return envelope.model_copy(update={"payload": base64.b64encode(content.replace(old, new)).decode()})


def _signature(envelope: Envelope, **changes: str) -> Envelope:
    return envelope.model_copy(update={"signatures": (envelope.signatures[0].model_copy(update=changes),)})


def _armored(envelope: Envelope, text: str) -> Envelope:
    return _signature(envelope, sig=base64.b64encode(text.encode()).decode())


@pytest.mark.parametrize(
    ("attack", "refusal"),
    [
        (lambda envelope, _: _payload(envelope, b"yes", b"yea"), BadSignature),
        (lambda envelope, _: _payload(envelope, b"a" * 64, b"b" * 64), BadSignature),
        (lambda envelope, _: _payload(envelope, b"approval", b"evidence"), BadSignature),
        (lambda envelope, keys: _signature(envelope, keyid=fingerprint(keys.public("sam"))), Malformed),
        (lambda envelope, keys: _signature(envelope, keyid=fingerprint(keys.public("eve"))), NotAuthorised),
        (lambda envelope, _: _signature(envelope, keyid="*"), NotAuthorised),
        (lambda envelope, _: _signature(envelope, sig="!"), Malformed),
        (lambda envelope, _: _armored(envelope, ""), Malformed),
        (lambda envelope, _: _armored(envelope, envelope.signatures[0].armored()[:-40]), Malformed),
        (lambda envelope, _: envelope.model_copy(update={"payload": "?"}), Malformed),
        (lambda envelope, _: envelope.model_copy(update={"signatures": envelope.signatures * 2}), BadSignature),
        (
            lambda envelope, keys: signing.countersign(envelope, Namespace.APPROVAL, keys.private("eve")),
            NotAuthorised,
        ),
        (
            lambda envelope, keys: signing.countersign(
                envelope.model_copy(update={"signatures": ()}), Namespace.EVIDENCE, keys.private("dana")
            ),
            BadSignature,
        ),
    ],
    ids=[
        "predicate edited", "subject edited", "type edited", "another person's key named", "unknown key named",
        "wildcard as key", "signature no base64", "signature empty", "signature cut", "payload no base64",
        "signed twice by one key", "a stranger's signature added", "signed in another namespace",
    ],
)  # fmt: skip
def test_attacks_on_the_envelope(
    attack: Callable[[Envelope, Keys], Envelope], refusal: type[DistroError], envelope: Envelope, keys: Keys
) -> None:
    everything = tuple(Namespace)
    signers = [keys.signer("dana", *everything), keys.signer("sam", *everything)]
    with pytest.raises(refusal):
        signing.verify(attack(envelope, keys), Consent, signers, NOW)


def test_one_statement_never_passes_for_another(keys: Keys) -> None:
    signer = keys.signer("dana", *Namespace)
    result = signing.sign(Result(text="yes"), [SUBJECT], keys.private("dana"))
    with pytest.raises(BadSignature, match="namespace"):
        signing.verify(result, Consent, [signer], NOW)
    relabelled = signing.countersign(
        result.model_copy(update={"signatures": ()}), Namespace.APPROVAL, keys.private("dana")
    )
    with pytest.raises(Malformed, match=r"is of urn:distro:evidence:v1"):
        signing.verify(relabelled, Consent, [signer], NOW)


def test_a_key_counts_for_its_namespaces_and_its_time(envelope: Envelope, keys: Keys) -> None:
    signer = keys.signer("dana", Namespace.APPROVAL)
    signing.verify(envelope, Consent, [signer], signer.valid_after)
    with pytest.raises(NotAuthorised, match="may not sign for distro-approval@v1"):
        signing.verify(envelope, Consent, [replace(signer, namespaces=(Namespace.EVIDENCE,))], NOW)
    for at in (NOW - YEAR - timedelta(seconds=1), NOW + YEAR):
        with pytest.raises(NotAuthorised, match="revoked or expired") as caught:
            signing.verify(envelope, Consent, [signer], at)
        assert caught.value.exit_code == 3


def test_a_signature_that_held_is_not_verified_again(
    envelope: Envelope, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    signers = [keys.signer("dana", Namespace.APPROVAL)]
    signing.verify(envelope, Consent, signers, NOW)
    monkeypatch.setenv("PATH", "")
    signing.verify(envelope, Consent, signers, NOW)
    with pytest.raises(UsageError, match="ssh-keygen is missing"):
        signing.verify(envelope, Consent, signers, NOW + timedelta(seconds=1))


def test_the_agent_signs(keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    socket = tmp_path / "agent"
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", socket], stdout=subprocess.PIPE)
    try:
        assert agent.stdout
        agent.stdout.readline()
        monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
        subprocess.run(["ssh-add", "-q", keys.private("kim")], check=True)
        public = tmp_path / "kim.pub"
        public.write_text(keys.public("kim"))
        signed = signing.sign(Consent(text="yes"), [SUBJECT], public)
        signing.verify(signed, Consent, [keys.signer("kim", Namespace.APPROVAL)], NOW)
    finally:
        os.kill(agent.pid, signal.SIGTERM)
        agent.communicate()


def test_a_key_that_cannot_sign_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="did not sign") as caught:
        signing.sign(Consent(text="yes"), [SUBJECT], tmp_path / "none")
    assert "ssh-add" in (caught.value.hint or "")


def test_a_public_key_has_one_form(keys: Keys) -> None:
    adapter: TypeAdapter[str] = TypeAdapter(PublicKey)
    key = keys.public("dana")
    assert adapter.validate_python(key) == key
    algorithm, encoded = key.split()
    wrong = [
        f"{key} dana@laptop", f" {key}", f"{key}\n", f"{algorithm}  {encoded}", encoded, f"cert-authority {key}",
        f'namespaces="*" {key}', f"ssh-rsa {encoded}", f"ecdsa-sha2-nistp256 {encoded}", f"{algorithm} {encoded}=",
        f"{algorithm} AAAA", "ssh-ed25519-cert-v01@openssh.com AAAA", "*", "",
    ]  # fmt: skip
    for text in wrong:
        with pytest.raises(ValidationError):
            adapter.validate_python(text)


@pytest.mark.parametrize(
    "text", ["", "x", ssh.__doc__ or "", "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n"]
)
def test_what_is_no_signature_names_no_key(text: str) -> None:
    with pytest.raises(ValueError, match=r"not an SSH signature|base64"):
        signed_by(text)
