"""What the engine was told, settled by an `up`, and asked for afterwards."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local import readback
from local.provider.cloud import Cloud, EndpointMap
from local.provider.lifecycle import Lifecycle
from local.provider.memory import Memory, Told
from local.provider.naming import Urn
from local.provider.readback import serve
from local.provider.registry import registry
from local.provider.secrets import wrap

QUEUE = Urn("urn:pulumi:dev::distro::aws:sqs/queue:Queue::a")
OTHER = Urn("urn:pulumi:dev::distro::aws:sqs/queue:Queue::b")
TOLD = Told({"name": "a", "delay": 1}, {"name": "a", "delay": 1, "url": "http://a"})


@pytest.mark.parametrize(
    ("found", "held"),
    [
        (TOLD, True),
        (Told(TOLD.inputs, {**TOLD.outputs, "arn": "arn:a"}), True),  # what only reading back gives
        (Told({"name": wrap("a"), "delay": 1.0}, TOLD.outputs), True),  # another spelling of the same
        (Told(TOLD.inputs, {**TOLD.outputs, "seen": 7}), True),
        (Told({**TOLD.inputs, "delay": 2}, TOLD.outputs), False),
        (Told({**TOLD.inputs, "tags": {}}, TOLD.outputs), False),
        (Told({"name": "a"}, TOLD.outputs), False),
        (Told(TOLD.inputs, {**TOLD.outputs, "url": "http://b"}), False),
        (Told(TOLD.inputs, {"name": "a", "delay": 1}), False),
    ],
)
def test_what_is_no_difference(found: Told, held: bool) -> None:
    assert TOLD.holds(found, observed=("seen",)) is held


def test_an_observed_output_may_change() -> None:
    told = Told({}, {"seen": 1, "url": "http://a"})
    assert told.holds(Told({}, {"seen": 2, "url": "http://a"}), observed=("seen",))
    assert not told.holds(Told({}, {"seen": 2, "url": "http://a"}), observed=())


def test_what_is_told_later_does_not_change_what_was_settled() -> None:
    """A preview that reads back tells an engine what is there now, which the state does not say."""
    memory = Memory()
    memory.tell(QUEUE, "1", TOLD)
    token = memory.settle("dev", [(QUEUE.text, "1")])
    assert token is not None
    memory.tell(QUEUE, "1", Told({"name": "drifted"}, {}))
    assert memory.unchanged("dev", token, lambda _urn, _id, told: told == TOLD)


def test_a_resource_that_was_never_spoken_of_settles_nothing() -> None:
    memory = Memory()
    memory.tell(QUEUE, "1", TOLD)
    first = memory.settle("dev", [(QUEUE.text, "1")])
    assert first is not None
    assert memory.settle("dev", [(QUEUE.text, "1"), (OTHER.text, "2")]) is None
    assert not memory.unchanged("dev", first, lambda *_: True), "what was settled before is over"


def test_a_deleted_one_is_forgotten_and_stacks_are_apart() -> None:
    memory = Memory()
    memory.tell(QUEUE, "1", TOLD)
    dev, prod = memory.settle("dev", [(QUEUE.text, "1")]), memory.settle("prod", [])
    assert dev is not None
    assert prod is not None
    assert not memory.unchanged("prod", dev, lambda *_: True)
    assert memory.unchanged("prod", prod, lambda *_: False), "nothing was deployed there, nothing can differ"
    assert not memory.unchanged("dev", dev, lambda *_: False)
    memory.forget(QUEUE, "1")
    assert memory.settle("dev", [(QUEUE.text, "1")]) is None


# --- asking ---------------------------------------------------------------------------------------------------------


@contextmanager
def _asked(root: Path) -> Iterator[Lifecycle]:
    # Nothing listens there: a resource cannot be read.
    lifecycle = Lifecycle(Cloud(EndpointMap({"*": "http://127.0.0.1:9"}, root)), registry())
    server = serve(lifecycle, root)
    try:
        yield lifecycle
    finally:
        server.shutdown()
        server.server_close()


def test_what_cannot_be_read_is_left_to_the_engine(tmp_path: Path) -> None:
    with _asked(tmp_path) as lifecycle:
        lifecycle.memory.tell(QUEUE, "http://127.0.0.1:9/a", TOLD)
        settled = readback.settle(tmp_path, "dev", [(QUEUE.text, "http://127.0.0.1:9/a")])
        assert settled is not None
        assert readback.unchanged(tmp_path, "dev", settled) is False
        assert readback.settle(tmp_path, "dev", [(OTHER.text, "1")]) is None
        nothing = readback.settle(tmp_path, "dev", [])
        assert nothing is not None
        assert readback.unchanged(tmp_path, "dev", nothing) is True


def test_a_stranger_is_told_nothing(tmp_path: Path) -> None:
    with _asked(tmp_path):
        place = tmp_path / readback.FILE
        assert place.stat().st_mode & 0o777 == 0o600
        address = json.loads(place.read_text())
        place.write_text(json.dumps({**address, "token": "guessed"}))
        assert readback.settle(tmp_path, "dev", []) is None
        for line in (b"\n", b"[]\n", b"{}\n", b'{"token": 1, "do": "settle"}\n', b"\xff\n"):
            with socket.create_connection(("127.0.0.1", address["port"]), timeout=10) as connection:
                connection.sendall(line)
                assert connection.makefile("rb").readline() == b"{}\n"


def test_nobody_to_ask_is_no_answer(tmp_path: Path) -> None:
    assert readback.settle(tmp_path, "dev", []) is None
    with _asked(tmp_path):
        pass
    assert readback.unchanged(tmp_path, "dev", "0") is False
