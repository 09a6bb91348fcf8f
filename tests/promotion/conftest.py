"""Real SSH keys and a real S3 interface, made once a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from promotion.store import Store
from tests.local.emulators.alone import ACCOUNT, REGION, Emulators, running
from tests.promotion.keys import Keys
from tests.promotion.organisation import Organisation

_numbers = count(1)


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="session")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulators]:
    with running(tmp_path_factory.mktemp("moto"), "moto") as emulators:
        emulators.client("s3", "moto").create_bucket(Bucket="store")
        yield emulators


@pytest.fixture
def s3(moto: Emulators, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of an empty store on S3; the usual variables point to it."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", moto.plan.url("moto"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCOUNT)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_REGION", REGION)
    return f"s3://store/team-{next(_numbers)}"


@pytest.fixture(params=["file", "s3"])
def store(request: pytest.FixtureRequest) -> Store:
    """An empty store of each kind: tests that take it belong to the xdist group "s3"."""
    url: Callable[[], str] = {
        "file": lambda: f"file://{request.getfixturevalue('tmp_path')}/store",
        "s3": lambda: request.getfixturevalue("s3"),
    }[request.param]
    return Store.open(url())


@pytest.fixture(scope="session")
def organisation(keys: Keys) -> Organisation:
    return Organisation(keys)
