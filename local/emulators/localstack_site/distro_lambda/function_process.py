"""The process of a function: AWS's runtime interface client around the handler.

The runtime interface emulator hands through the request's id but makes up the function's ARN, tells an error of the
handler from a result by nothing, and counts the initialisation as part of the time-out. So the executor

- sends the ARN in the tenant's header, and this client puts it in its place;
- asks for an initialisation by itself before the first event, which is answered here, without the handler;
- gives the emulator `INIT_SECONDS` more than the function has, and this client takes them off the deadline;
- reads what lies behind `SEPARATOR` in an answer: whether the handler failed, and the memory used so far.

Run as `python -S -P function_process.py HANDLER`, with the runtime's packages on PYTHONPATH.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from awslambdaric.lambda_runtime_client import InvocationRequest, LambdaRuntimeClient

INIT_SECONDS = 10
"""What an initialisation may take (Lambda Developer Guide, "Init phase")."""
LARGEST_RESPONSE = 6 * 1024 * 1024 + 100
"""Bytes; the emulator takes no more (Lambda quotas)."""
TOO_LARGE = {
    "errorMessage": f"Response payload size exceeded maximum allowed payload size ({LARGEST_RESPONSE} bytes).",
    "errorType": "Function.ResponseSizeTooLarge",
}
SEPARATOR = b"\x1e"
"""Stands before what the executor reads; no JSON text contains it unescaped (RFC 8259, section 7)."""
INITIALISE = "initialise"
"""Stands for the ARN where the executor asks for an initialisation."""

# What the emulator needs, and AWS's environment does not have.
_INTERNAL = ("AWS_LAMBDA_FUNCTION_TIMEOUT",)


def main() -> None:
    """Serve invocations until the emulator ends this process."""
    for name in _INTERNAL:
        os.environ.pop(name, None)
    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    from awslambdaric import bootstrap

    bootstrap.run(sys.argv[-1], _client(os.environ["AWS_LAMBDA_RUNTIME_API"]))


def _client(address: str) -> LambdaRuntimeClient:
    from awslambdaric.lambda_runtime_client import LambdaRuntimeClient

    class Client(LambdaRuntimeClient):
        def wait_next_invocation(self) -> InvocationRequest:
            request = super().wait_next_invocation()
            while request.tenant_id == INITIALISE:
                self.post_invocation_result(request.invoke_id, "null")
                request = super().wait_next_invocation()
            request.invoked_function_arn, request.tenant_id = request.tenant_id, None
            request.deadline_time_in_ms -= INIT_SECONDS * 1000
            return request

        def post_invocation_result(self, invoke_id: str, result_data: str | bytes, *more: Any) -> None:
            data = result_data if isinstance(result_data, bytes) else result_data.encode()
            if len(data) > LARGEST_RESPONSE:
                self.post_invocation_error(invoke_id, json.dumps(TOO_LARGE), "")
            else:
                super().post_invocation_result(invoke_id, _with_trailer(data), *more)

        def post_invocation_error(self, invoke_id: str, error_response_data: str, *more: Any) -> None:
            super().post_invocation_error(invoke_id, error_response_data + _trailer(failed=True).decode(), *more)

    return Client(address)


def _with_trailer(data: bytes) -> bytes:
    """Nothing is added where the emulator would refuse it: the executor takes that for a result."""
    trailer = _trailer(failed=False)
    return data + trailer if len(data) + len(trailer) <= LARGEST_RESPONSE else data


def _trailer(*, failed: bool) -> bytes:
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # KiB
    return SEPARATOR + json.dumps({"failed": failed, "memory_mb": used // 1024}).encode()


if __name__ == "__main__":
    main()
