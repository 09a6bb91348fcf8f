"""The provider's protocol: gRPC requests in, plain Python through `Lifecycle`, gRPC answers out."""

from __future__ import annotations

from collections.abc import Callable
from concurrent import futures
from typing import Any, NoReturn, TypeVar

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from infra.errors import DistroError
from local.provider import protocol
from local.provider.failures import Failure
from local.provider.lifecycle import Lifecycle, Result
from local.provider.naming import Urn
from local.provider.wire import from_struct, to_struct

THREADS = 64
"""Handlers at once: more than the engine's parallelism, so that slow creates never hold up quick reads."""
MESSAGE = 400 * 1024 * 1024
"""The engine's own limit for a message: Lambda archives arrive inside."""

T = TypeVar("T")


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """One server for the packages `aws` and `gcp`. Every failure is answered as one the engine can recover from."""

    def __init__(self, lifecycle: Lifecycle) -> None:
        self._lifecycle = lifecycle
        self._engines: dict[str, str] = {}
        """Connection to the address of the engine behind it, until the engine has said what stack it works on."""

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Secrets are understood; resources and outputs arrive as plain values."""
        self._engines[context.peer()] = request.engine_address
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    def Attach(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Nothing to do: the engine's address came with the handshake."""
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        """One version for both packages: the engine wants at least that of each SDK."""
        return plugin_pb2.PluginInfo(version=protocol.version())

    def GetSchema(self, request: Any, context: grpc.ServicerContext) -> Any:
        """The program uses the vendors' own SDKs; there is no schema to generate from."""
        return provider_pb2.GetSchemaResponse(schema="{}")

    def CheckConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Provider settings are taken as they are; see `protocol.refused_settings` for those that would be lost."""
        failures = protocol.refused_settings(from_struct(request.news))
        return provider_pb2.CheckResponse(inputs=request.news, failures=protocol.check_failures(failures))

    def DiffConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        """No setting moves a resource: one emulated account serves every provider instance."""
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Credentials and regions of provider instances are ignored: the sandbox has its own."""
        if engine := self._engines.pop(context.peer(), None):
            self._lifecycle.begin_run(Urn(request.urn).stack, engine)
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Refuse what is unknown, fill in defaults and the name."""
        checked = self._do(
            context,
            lambda: self._lifecycle.check(Urn(request.urn), from_struct(request.olds), from_struct(request.news)),
        )
        return provider_pb2.CheckResponse(
            inputs=to_struct(checked.inputs), failures=protocol.check_failures(checked.failures)
        )

    def Diff(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Recorded inputs against wanted ones."""
        old, new = from_struct(request.old_inputs), from_struct(request.news)
        found = self._do(context, lambda: self._lifecycle.diff(Urn(request.urn), request.id, old, new))
        return protocol.diff_response(found)

    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Make it; what exists in part is recorded with its failure."""
        inputs = from_struct(request.properties)
        made = self._do(
            context,
            lambda: self._lifecycle.create(Urn(request.urn), inputs, preview=request.preview),
            lambda left: self._left(request, left, inputs),
        )
        return provider_pb2.CreateResponse(id=made.id, properties=to_struct(made.outputs))

    def Read(self, request: Any, context: grpc.ServicerContext) -> Any:
        """What the emulator holds now; an empty id says that it is gone."""
        state, inputs = from_struct(request.properties), from_struct(request.inputs)
        found = self._do(context, lambda: self._lifecycle.read(Urn(request.urn), request.id, state, inputs))
        if not found.id:
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(
            id=found.id, properties=to_struct(found.outputs), inputs=to_struct(found.inputs)
        )

    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Change it in place."""
        state, old, new = (from_struct(part) for part in (request.olds, request.old_inputs, request.news))
        urn, id, preview = Urn(request.urn), request.id, request.preview
        done = self._do(context, lambda: self._lifecycle.update(urn, id, state, old, new, preview=preview))
        return provider_pb2.UpdateResponse(properties=to_struct(done.outputs))

    def Delete(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Remove it."""
        state, inputs = from_struct(request.properties), from_struct(request.old_inputs)
        self._do(context, lambda: self._lifecycle.delete(Urn(request.urn), request.id, state, inputs))
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Call a function."""
        result = self._do(context, lambda: self._lifecycle.invoke(request.tok, from_struct(request.args)))
        answer = provider_pb2.InvokeResponse()
        getattr(answer, "return").CopyFrom(to_struct(result))
        return answer

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Calls that are under way end by themselves within seconds."""
        return empty_pb2.Empty()

    def _do(
        self, context: grpc.ServicerContext, call: Callable[[], T], left: Callable[[str], Result] | None = None
    ) -> T:
        try:
            return call()
        except Failure as failure:
            if failure.left and left is not None:
                protocol.abort_partly(context, failure.message, left(failure.left))
            _abort(context, failure.message)
        except DistroError as error:
            _abort(context, f"{error.message} ({error.hint})" if error.hint else error.message)

    def _left(self, request: Any, id: str, inputs: dict[str, Any]) -> Result:
        """What a create that failed half-way left behind; where it cannot be read, its inputs."""
        try:
            found = self._lifecycle.read(Urn(request.urn), id, {}, inputs)
        except DistroError:
            found = Result("")
        return found if found.id else Result(id, inputs, inputs)


def _abort(context: grpc.ServicerContext, message: str) -> NoReturn:
    # UNKNOWN and INTERNAL would make the engine keep a pending operation that the next run stumbles over.
    context.abort(grpc.StatusCode.FAILED_PRECONDITION, message)
    raise AssertionError("abort always raises")


def serve(lifecycle: Lifecycle, port: int = 0) -> tuple[grpc.Server, int]:
    """Start on a loopback port (0: a free one); the engine attaches with PULUMI_DEBUG_PROVIDERS=aws:PORT,gcp:PORT."""
    options = [("grpc.max_receive_message_length", MESSAGE), ("grpc.max_send_message_length", MESSAGE)]
    server = grpc.server(futures.ThreadPoolExecutor(THREADS, thread_name_prefix="call"), options=options)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Provider(lifecycle), server)
    bound = server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    return server, bound
