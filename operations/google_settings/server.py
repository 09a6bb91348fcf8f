# ruff: noqa: ARG002, N802 -- gRPC names the methods and what they are given
"""The provider of the package `distro` for genuine environments: served by the deploying process itself.

So no second program needs credentials, and there is no plugin to install.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent import futures
from contextlib import contextmanager
from typing import Any, TypeVar

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from infra.errors import DistroError
from local.provider.wire import from_struct, to_struct
from operations.google_settings.google import Google
from operations.google_settings.settings import Setting, setting

T = TypeVar("T")
_THREADS = 8
_VERSION = "1.0.0"


class Server(provider_pb2_grpc.ResourceProviderServicer):
    """The protocol; every failure is one that the engine recovers from."""

    def __init__(self, google: Google) -> None:
        self._google = google

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:
        """No input of these types is a secret."""
        return provider_pb2.ProviderHandshakeResponse()

    def Attach(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Nothing to do."""
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        """One version."""
        return plugin_pb2.PluginInfo(version=_VERSION)

    def GetSchema(self, request: Any, context: grpc.ServicerContext) -> Any:
        """The types are declared in infra/firebase/settings.py."""
        return provider_pb2.GetSchemaResponse(schema="{}")

    def CheckConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        """There are no settings: what the stack's configuration has under this name is not the provider's."""
        return provider_pb2.CheckResponse()

    def DiffConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Without settings nothing differs."""
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Previews are served."""
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Google checks what it is told; the program's types say the rest."""
        return provider_pb2.CheckResponse(inputs=request.news)

    def Diff(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Input by input."""
        kind = self._do(context, lambda: _kind(request.urn))
        changed = different(kind, from_struct(request.old_inputs), from_struct(request.news))
        some = provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(
            changes=some,
            diffs=changed,
            replaces=[name for name in changed if name == kind.fixed],
            hasDetailedDiff=True,
            detailedDiff={name: _detail(kind, name) for name in changed},
        )

    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Have Google hold it."""
        kind, inputs = self._do(context, lambda: _kind(request.urn)), from_struct(request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(properties=request.properties)
        self._do(context, lambda: kind.put(self._google, inputs))
        return provider_pb2.CreateResponse(id=kind.id(inputs), properties=request.properties)

    def Read(self, request: Any, context: grpc.ServicerContext) -> Any:
        """What Google holds, in the recorded spelling where that means the same; no id where it holds nothing."""
        kind = self._do(context, lambda: _kind(request.urn))
        held = self._do(context, lambda: kind.get(self._google, request.id))
        if held is None:
            return provider_pb2.ReadResponse()
        recorded = from_struct(request.inputs)
        same = {name: value for name, value in recorded.items() if name in held and kind.same(name, value, held[name])}
        found = to_struct({**held, **same})
        return provider_pb2.ReadResponse(id=request.id, properties=found, inputs=found)

    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:
        """As created."""
        kind = self._do(context, lambda: _kind(request.urn))
        if not request.preview:
            self._do(context, lambda: kind.put(self._google, from_struct(request.news)))
        return provider_pb2.UpdateResponse(properties=request.news)

    def Delete(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Back to a new project's."""
        kind = self._do(context, lambda: _kind(request.urn))
        self._do(context, lambda: kind.clear(self._google, request.id))
        return empty_pb2.Empty()

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Calls end by themselves within seconds."""
        return empty_pb2.Empty()

    def _do(self, context: grpc.ServicerContext, call: Callable[[], T]) -> T:
        try:
            return call()
        except DistroError as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, f"{error.message} {error.hint or ''}".strip())
            raise


def _kind(urn: str) -> Setting:
    return setting(urn.split("::")[2].rpartition("$")[2])


def different(kind: Setting, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """The inputs that do not mean the same."""
    return [name for name in sorted({**old, **new}) if not kind.same(name, old.get(name), new.get(name))]


def _detail(kind: Setting, name: str) -> Any:
    replaced = name == kind.fixed
    update = provider_pb2.PropertyDiff.UPDATE_REPLACE if replaced else provider_pb2.PropertyDiff.UPDATE
    return provider_pb2.PropertyDiff(kind=update, inputDiff=True)


@contextmanager
def serving(google: Google) -> Iterator[Mapping[str, str]]:
    """Serve it on a free loopback port while the block runs; gives the engine's settings that attach it."""
    server = grpc.server(futures.ThreadPoolExecutor(_THREADS))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Server(google), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield {"PULUMI_DEBUG_PROVIDERS": f"distro:{port}"}
    finally:
        server.stop(None)
