# ruff: noqa: ARG002, N802 -- gRPC names the methods and what they are given
"""A provider for previews without a cloud: it takes every resource as it is and makes none.

Attached in place of the plugins, it lets the engine preview a stack that no emulator holds, on a machine without
network, credentials or plugins. As with a plugin in the preview of a new stack, inputs are known and outputs are not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent import futures
from contextlib import contextmanager
from typing import Any

import grpc
from google.protobuf import empty_pb2
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

PACKAGES = ("aws", "gcp", "distro")
_THREADS = 16
_NEWEST = "99.0.0"  # the engine wants at least the version of each SDK
_ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "aws:secretsmanager/getSecretVersion:getSecretVersion": {"secretString": '{"username":"distro","password":"x"}'},
}
"""What functions answer: of the form that the program reads, and nobody's."""


class Planner(provider_pb2_grpc.ResourceProviderServicer):
    """The parts of the protocol that a preview of new resources needs. Create outside of a preview is refused."""

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Secrets are understood."""
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    def Attach(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Nothing to do."""
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Newer than any SDK."""
        return plugin_pb2.PluginInfo(version=_NEWEST)

    def GetSchema(self, request: Any, context: grpc.ServicerContext) -> Any:
        """The program uses the vendors' SDKs."""
        return provider_pb2.GetSchemaResponse(schema="{}")

    def CheckConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Every setting is taken."""
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Nothing differs from a provider that is new."""
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:
        """The engine asks for previews of creations."""
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Every input is taken."""
        return provider_pb2.CheckResponse(inputs=request.news)

    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:
        """What is known of it before it exists: its inputs."""
        if not request.preview:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, "this provider previews; it makes nothing")
        return provider_pb2.CreateResponse(properties=request.properties)

    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:
        """A form of answer where one is known."""
        if request.tok not in _ANSWERS:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, f"{request.tok} is not known without a cloud")
        answer = provider_pb2.InvokeResponse()
        getattr(answer, "return").update({**MessageToDict(request.args), **_ANSWERS[request.tok]})
        return answer

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Nothing is under way for long."""
        return empty_pb2.Empty()


@contextmanager
def planning() -> Iterator[Mapping[str, str]]:
    """Serve it on a free loopback port while the block runs; gives the engine's settings that attach it."""
    server = grpc.server(futures.ThreadPoolExecutor(_THREADS))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Planner(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield {"PULUMI_DEBUG_PROVIDERS": ",".join(f"{package}:{port}" for package in PACKAGES)}
    finally:
        server.stop(None)
