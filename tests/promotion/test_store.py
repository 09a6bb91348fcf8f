"""One layout on a folder and on S3: made once, never changed."""

from __future__ import annotations

import os
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.errors import UsageError
from promotion.store import Exists, Missing, Store, StoreFailed

pytestmark = pytest.mark.xdist_group("s3")


def test_what_is_made_is_read_and_listed(store: Store) -> None:
    for name in ("ledger/000000000002.json", "ledger/000000000010.json", "ledger/000000000001.json", "trust/1.json"):
        store.create(name, name.encode())
    assert store.read("trust/1.json") == b"trust/1.json"
    assert store.names("ledger") == [f"ledger/{number:012}.json" for number in (1, 2, 10)]
    assert store.names("plans") == []
    assert Store.open(store.url).names("trust") == ["trust/1.json"]


def test_nothing_is_made_twice(store: Store) -> None:
    store.create("trust/1.json", b"first")
    with pytest.raises(Exists, match="never overwritten") as caught:
        store.create("trust/1.json", b"second")
    assert not caught.value.same
    with pytest.raises(Exists) as caught:
        store.create("trust/1.json", b"first")
    assert caught.value.same
    assert store.read("trust/1.json") == b"first"


def test_of_many_at_once_one_makes_it(store: Store) -> None:
    def attempt(number: int) -> bool:
        try:
            store.create("lease/prod/1/0", b"%d" % number)
        except Exists:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        won = [number for number, made in enumerate(pool.map(attempt, range(32))) if made]
    assert len(won) == 1
    assert store.read("lease/prod/1/0") == b"%d" % won[0]


def test_what_is_not_there_is_missing(store: Store) -> None:
    with pytest.raises(Missing, match=r"no trust/1\.json"):
        store.read("trust/1.json")


def test_a_limit_is_kept(store: Store) -> None:
    store.create("plans/a", b"12345")
    assert store.read("plans/a", limit=5) == b"12345"
    with pytest.raises(StoreFailed, match="5 bytes, more than 4"):
        store.read("plans/a", limit=4)


def test_the_clock_is_the_stores(store: Store) -> None:
    first = store.now()
    assert abs(first - datetime.now(UTC)) < timedelta(minutes=2)
    time.sleep(1.1)  # S3 tells whole seconds
    assert store.now() > first


@pytest.mark.parametrize(
    "name", ["", "/a", "a/", "a//b", "../a", "a/../b", "a/.b", "a b", "a\n", "a%2e", "é", "a/*", "~"]
)
def test_a_name_leads_nowhere_else(name: str, tmp_path: Path) -> None:
    store = Store.open(f"file://{tmp_path}/store")
    for operation in (store.read, store.names, lambda path: store.create(path, b"")):
        with pytest.raises(UsageError, match="no name"):
            operation(name)


@pytest.mark.parametrize(
    "url",
    ["", "/tmp", "file://", "file:///", "file://host/a", "s3://", "s3://a:b@bucket", "s3://bucket?x=1", "ftp://a"],
)
def test_another_url_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="no store"):
        Store.open(url)


def test_a_new_folder_is_its_owners_alone_and_holds_nothing_half_written(tmp_path: Path) -> None:
    folder = tmp_path / "a #1?%20" / "store"
    store = Store.open(f"file://{folder}")
    store.create("plans/a", b"x" * 1_000_000)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in folder.rglob("*") if path.is_file()] == ["a"]


def test_a_store_that_fails_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "store").mkdir()
    store = Store.open(f"file://{tmp_path}/store")
    (tmp_path / "store" / "plans").write_text("in the way")
    with pytest.raises(StoreFailed) as caught:
        store.create("plans/a", b"")
    assert caught.value.exit_code == 1
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be opened"):
        Store.open(f"file://{tmp_path}/file")
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(UsageError, match="credentials"):
        Store.open("s3://bucket")


def test_plain_http_never_leaves_the_machine(s3: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://192.0.2.1:9")
    with pytest.raises(UsageError, match="in clear"):
        Store.open(s3)
