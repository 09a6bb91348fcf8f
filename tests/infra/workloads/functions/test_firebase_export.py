"""The export: who may start it, and where it goes (3.1-12, 3.1-26, C-52)."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from infra.workloads.functions.firebase_export import oidc
from infra.workloads.functions.firebase_export.handler import ExportRefused, handle
from tests.infra.workloads.functions.conftest import Stubs, parameters

ENDPOINT, CALLER = "https://api.example/exports", "rtdb-export-schedule@project.iam.gserviceaccount.com"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _token(key: rsa.RSAPrivateKey = KEY, algorithm: str = "RS256", **changes: Any) -> str:
    now = int(time.time())
    claims = {
        "iss": "https://accounts.google.com", "aud": ENDPOINT, "email": CALLER, "email_verified": True,
        "iat": now, "exp": now + 3600, **changes,
    }  # fmt: skip
    head = _encoded(json.dumps({"alg": algorithm, "kid": "k1"}).encode())
    body = _encoded(json.dumps(claims).encode())
    signature = key.sign(f"{head}.{body}".encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"Bearer {head}.{body}.{_encoded(signature)}"


@pytest.fixture(autouse=True)
def _published(monkeypatch: pytest.MonkeyPatch) -> None:
    """Google's published keys: one."""
    numbers = KEY.public_key().public_numbers()
    one = {"n": _encoded(numbers.n.to_bytes(256, "big")), "e": _encoded(numbers.e.to_bytes(3, "big"))}

    class Keys:
        def __call__(self) -> dict[str, dict[str, str]]:
            return {"k1": one}

        def cache_clear(self) -> None:
            """There is nothing newer."""

    monkeypatch.setattr(oidc, "_published", Keys())


def test_googles_own_token_for_this_address_and_account_is_taken() -> None:
    oidc.verify(_token(), audience=ENDPOINT, email=CALLER)


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "https://other.example"}, {"email": "other@project.iam.gserviceaccount.com"}, {"email_verified": False},
        {"iss": "https://evil.example"}, {"exp": 1, "iat": 0}, {"iat": int(time.time()) + 7200}, {"exp": None},
    ],
    ids=",".join,
)  # fmt: skip
def test_a_token_that_says_anything_else_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(oidc.InvalidToken):
        oidc.verify(_token(**changes), audience=ENDPOINT, email=CALLER)


def test_another_signer_or_algorithm_or_shape_is_refused() -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    good = _token()
    cut = good.rpartition(".")[0]
    for token in (_token(stranger), _token(algorithm="none"), cut, f"{cut}.", "", "a.b.c", good[:-4] + "AAAA"):
        with pytest.raises(oidc.InvalidToken):
            oidc.verify(token, audience=ENDPOINT, email=CALLER)


def test_a_changed_payload_is_refused() -> None:
    head, body, signature = _token().split(".")
    changed = _encoded(base64.urlsafe_b64decode(body + "==").replace(b"project", b"PROJECT"))
    with pytest.raises(oidc.InvalidToken):
        oidc.verify(f"{head}.{changed}.{signature}", audience=ENDPOINT, email=CALLER)


class _Emulators(BaseHTTPRequestHandler):
    """Realtime Database and Cloud Storage, as far as an export asks them."""

    received: dict[str, bytes]
    database = b'{"artists": {"a": 1}}'

    def do_GET(self) -> None:
        assert self.headers["authorization"] == "Bearer owner"
        assert self.path == "/.json?format=export&ns=demo-default-rtdb"
        self._reply(self.database)

    def do_POST(self) -> None:
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.received[self.path] = body
        self._reply(json.dumps({"size": str(len(body))}).encode())

    def _reply(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Quiet."""


@contextmanager
def _emulators() -> Iterator[tuple[str, dict[str, bytes]]]:
    received: dict[str, bytes] = {}
    handler = type("Handler", (_Emulators,), {"received": received})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}", received
        server.shutdown()


def _configured(stubs: Stubs, **more: str) -> None:
    settings = {
        "firebase__database_url": "https://demo-default-rtdb.firebaseio.com",
        "firebase__export_bucket": "exports",
        "firebase__export_endpoint": ENDPOINT,
        "firebase__export_caller": CALLER,
    }
    parameters(stubs, **{**settings, **more})


def test_an_export_is_streamed_into_the_folder_of_its_kind(stubs: Stubs, monkeypatch: pytest.MonkeyPatch) -> None:
    with _emulators() as (host, received):
        monkeypatch.setenv("FIREBASE_DATABASE_EMULATOR_HOST", host)
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", f"http://{host}")
        _configured(stubs)
        stubs["cloudwatch"].add_response("put_metric_data", {})
        answer = handle({"kind": "daily", "token": _token()}, None)
    assert str(answer["object"]).startswith("rtdb/local/daily/")
    assert answer["bytes"] == len(_Emulators.database)
    assert list(received.values()) == [_Emulators.database]


def test_nothing_is_read_for_a_caller_that_proves_nothing(stubs: Stubs) -> None:
    _configured(stubs)
    with pytest.raises(oidc.InvalidToken):
        handle({"kind": "daily", "token": ""}, None)


def test_an_unknown_kind_is_refused(stubs: Stubs) -> None:
    _configured(stubs)
    with pytest.raises(ExportRefused, match="kind"):
        handle({"kind": "../../other"}, None)


def test_the_token_goes_to_no_address_without_tls(stubs: Stubs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIREBASE_DATABASE_EMULATOR_HOST", "evil.example:80")
    _configured(stubs)
    with pytest.raises(ExportRefused, match="evil"):
        handle({}, None)
