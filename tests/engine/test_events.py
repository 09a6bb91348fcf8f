"""The engine's event stream: what is kept, what never gets through."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import events

CANARY = "canary-7f3a"
STEP = {
    "timestamp": 12,
    "resOutputsEvent": {
        "metadata": {
            "op": "update",
            "urn": "urn:pulumi:local::distro::aws:sqs/queue:Queue::ingest",
            "type": "aws:sqs/queue:Queue",
            "detailedDiff": {"delaySeconds": {"diffKind": "update"}},
            "new": {"outputs": {"password": CANARY}},
        }
    },
}


def line(record: object) -> str:
    return json.dumps(record) + "\n"


def test_a_step_carries_paths_and_no_values() -> None:
    event = events.parse(line(STEP), 12.5)
    assert isinstance(event, events.Step)
    assert (event.phase, event.op, event.name, event.diffs) == ("done", "update", "ingest", ("delaySeconds",))
    assert CANARY not in repr(event)


def test_debug_diagnostics_are_dropped() -> None:
    assert events.parse(line({"diagnosticEvent": {"severity": "debug", "message": CANARY}}), 12.5) is None


def test_an_error_is_kept_with_its_resource() -> None:
    event = events.parse(line({"diagnosticEvent": {"severity": "error", "message": " no\n", "urn": "u"}}), 12.5)
    assert event == events.Diagnostic("error", "no", "u", 12.5)


@given(st.dictionaries(st.sampled_from(["create", "same", "update"]), st.integers(0, 9)))
def test_a_summary_counts(changes: dict[str, int]) -> None:
    event = events.parse(line({"summaryEvent": {"resourceChanges": changes}}), 12.5)
    assert isinstance(event, events.Summary)
    assert dict(event.changes) == changes


def test_the_stream_hands_over_in_order_and_keeps_a_private_log(tmp_path: Path) -> None:
    seen: list[events.Event] = []
    with events.stream(tmp_path, seen.append) as pipe, pipe.open("w") as engine:
        for number in range(500):
            engine.write(line({"summaryEvent": {"resourceChanges": {"same": number}}}))
            engine.write(line({"diagnosticEvent": {"severity": "debug", "message": CANARY}}))
    assert [dict(event.changes) for event in seen if isinstance(event, events.Summary)] == [
        {"same": number} for number in range(500)
    ]
    log = tmp_path / "events.jsonl"
    assert CANARY not in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600
    assert not pipe.exists()


def test_an_engine_that_writes_nothing_ends_the_stream(tmp_path: Path) -> None:
    with events.stream(tmp_path, lambda _: None):
        pass
    assert (tmp_path / "events.jsonl").read_text() == ""


def test_an_engine_ends_although_nobody_wants_its_events_any_more(tmp_path: Path) -> None:
    def full(_: events.Event) -> None:
        raise OSError(28, "No space left on device")

    def write() -> None:
        with events.stream(tmp_path, full) as pipe, pipe.open("w") as engine:
            for number in range(5000):  # more than a pipe holds
                engine.write(line({"summaryEvent": {"resourceChanges": {"same": number}}}))

    with pytest.raises(OSError, match="No space left"):
        write()
    assert not (tmp_path / "events.pipe").exists()
