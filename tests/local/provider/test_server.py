"""The protocol, over a real channel: what the engine is told, in the form in which it understands it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from local.provider.cloud import Cloud, EndpointMap
from local.provider.lifecycle import Lifecycle
from local.provider.registry import registry
from local.provider.server import serve
from local.provider.wire import from_struct, to_struct

QUEUE = "urn:pulumi:test::distro::aws:sqs/queue:Queue::it"


@pytest.fixture
def stub(tmp_path: Path) -> Iterator[Any]:
    """A provider whose emulators are not there: nothing may be called before it has to be."""
    lifecycle = Lifecycle(Cloud(EndpointMap({"sqs": "http://127.0.0.1:9"}, tmp_path)), registry())
    server, port = serve(lifecycle)
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield provider_pb2_grpc.ResourceProviderStub(channel)
    server.stop(None).wait()
    lifecycle.close()


def check(stub: Any, urn: str, **inputs: Any) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    answer = stub.Check(provider_pb2.CheckRequest(urn=urn, news=to_struct(inputs)))
    return from_struct(answer.inputs), [(failure.property, failure.reason) for failure in answer.failures]


def test_secrets_are_accepted(stub: Any) -> None:
    answer = stub.Handshake(provider_pb2.ProviderHandshakeRequest(engine_address="127.0.0.1:1"))
    assert answer.accept_secrets
    assert not answer.accept_resources


def test_an_unknown_property_is_refused_with_a_hint(stub: Any) -> None:
    _, failures = check(stub, QUEUE, delaySecond=5)
    assert failures == [
        ("delaySecond", "aws:sqs/queue:Queue has no emulated property delaySecond; did you mean delaySeconds?")
    ]


def test_an_unknown_type_is_refused_by_name(stub: Any) -> None:
    _, failures = check(stub, QUEUE.replace("queue:Queue", "quebe:Queue"))
    assert failures == [
        ("", "the emulated provider does not know the type aws:sqs/quebe:Queue; it knows aws:sqs/queue:Queue")
    ]


def test_defaults_and_a_name_are_filled_in_the_same_in_every_run(stub: Any) -> None:
    inputs, failures = check(stub, QUEUE)
    assert not failures
    assert inputs["delaySeconds"] == 0
    assert inputs["name"].startswith("it-")
    assert check(stub, QUEUE)[0] == inputs


def test_a_provider_instance_s_default_tags_are_refused(stub: Any) -> None:
    news = to_struct({"region": "us-east-1", "defaultTags": {"tags": {"a": "b"}}})
    answer = stub.CheckConfig(provider_pb2.CheckRequest(urn="urn", news=news))
    assert [failure.property for failure in answer.failures] == ["defaultTags"]


def test_a_preview_calls_nothing(stub: Any) -> None:
    inputs, _ = check(stub, QUEUE, tags={"a": "b"})
    request = provider_pb2.CreateRequest(urn=QUEUE, properties=to_struct(inputs), preview=True)
    made = stub.Create(request)
    assert made.id == ""
    assert from_struct(made.properties) == {**inputs, "tagsAll": {"a": "b"}, "region": "us-east-1"}


def test_an_update_s_preview_knows_what_stays(stub: Any) -> None:
    inputs, _ = check(stub, QUEUE, name="q")
    state = {**inputs, "arn": "arn:aws:sqs:us-east-1:000000000000:q", "url": "u", "region": "us-east-1"}
    request = provider_pb2.UpdateRequest(
        id="u",
        urn=QUEUE,
        olds=to_struct(state),
        old_inputs=to_struct(inputs),
        news=to_struct({**inputs, "delaySeconds": 9}),
        preview=True,
    )
    assert from_struct(stub.Update(request).properties) == {**state, "delaySeconds": 9, "tagsAll": {}}


def test_differences_have_kinds_and_places(stub: Any) -> None:
    old, new = to_struct({"name": "a", "tags": {"x.y": "1"}}), to_struct({"name": "b", "delaySeconds": 5})
    answer = stub.Diff(provider_pb2.DiffRequest(id="u", urn=QUEUE, old_inputs=old, news=new))
    kinds = provider_pb2.PropertyDiff
    assert {path: diff.kind for path, diff in answer.detailedDiff.items()} == {
        "name": kinds.UPDATE_REPLACE,
        "delaySeconds": kinds.ADD,
        "tags": kinds.DELETE,
    }
    assert list(answer.replaces) == ["name"]
    assert not answer.deleteBeforeReplace


def test_an_emulator_that_is_not_there_is_said_plainly(stub: Any) -> None:
    inputs, _ = check(stub, QUEUE)
    with pytest.raises(grpc.RpcError) as raised:
        stub.Create(provider_pb2.CreateRequest(urn=QUEUE, properties=to_struct(inputs)))
    answer: Any = raised.value
    assert answer.code() == grpc.StatusCode.FAILED_PRECONDITION
    assert "aws:sqs/queue:Queue it: sqs: no answer from its emulator" in answer.details()
    assert "distro status" in answer.details()


def test_a_half_made_resource_is_told_with_its_id() -> None:
    from local.provider import protocol
    from local.provider.lifecycle import Result

    class Context:
        """Takes what an answer sends."""

        metadata: Any = None

        def set_trailing_metadata(self, metadata: Any) -> None:
            self.metadata = metadata

        def abort(self, _: grpc.StatusCode, details: str) -> None:
            raise RuntimeError(details)

    context: Any = Context()
    with pytest.raises(RuntimeError, match="tagging failed"):
        protocol.abort_partly(context, "tagging failed", Result("bucket", {"arn": "a"}, {"bucket": "bucket"}))
    status = status_pb2.Status.FromString(context.metadata[0][1])
    failure = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(failure)
    assert (failure.id, list(failure.reasons)) == ("bucket", ["tagging failed"])
