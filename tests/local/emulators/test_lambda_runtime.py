"""Functions of a real LocalStack and MiniStack, run without Docker: what their code sees, what becomes of failures."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local import orphans
from local.emulators.lambda_runtime import SITE
from tests.local.emulators import alone
from tests.local.emulators.alone import ACCOUNT, REGION, Emulators
from tests.local.emulators.functions import archive, function, until

pytestmark = pytest.mark.xdist_group("lambda")

ECHO = "def handle(event, context): return event"
PROCESS = "import os\nSTARTED = os.getpid()\ndef handle(event, context):\n    {}\n    return STARTED"


@pytest.fixture(scope="module", params=alone.MAIN)
def emulators(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulators]:
    with alone.running(tmp_path_factory.mktemp("lambda"), request.param) as started:
        yield started


@pytest.fixture(scope="module")
def client(emulators: Emulators) -> Any:
    return emulators.client("lambda")


def kernel_can(what: str) -> bool:
    probe = f"from distro_lambda import {what} as it; raise SystemExit(not it.possible())"
    return subprocess.run([sys.executable, "-c", probe], env={"PYTHONPATH": str(SITE)}, check=False).returncode == 0


def log_of(answer: Any) -> str:
    return base64.b64decode(answer["LogResult"]).decode()


# --- the environment of the code -------------------------------------------------------------------------------------


def test_answers_with_what_the_handler_returns(client: Any) -> None:
    with function(client, "echo", ECHO) as invoke:
        assert invoke({"a": [1, None, "ü"]}) == {"a": [1, None, "ü"]}


def test_has_the_variables_that_aws_sets(client: Any) -> None:
    source = "import os\ndef handle(event, context): return dict(os.environ)"
    with function(client, "variables", source, MemorySize=256, Environment={"Variables": {"MINE": "1"}}) as invoke:
        found = invoke()
    assert found["AWS_LAMBDA_FUNCTION_NAME"] == "variables"
    assert found["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert found["AWS_LAMBDA_FUNCTION_VERSION"] == "$LATEST"
    assert found["AWS_LAMBDA_LOG_GROUP_NAME"] == "/aws/lambda/variables"
    assert found["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.11"
    assert found["AWS_REGION"] == REGION
    assert found["MINE"] == "1"


def test_reaches_every_emulator(client: Any, emulators: Emulators) -> None:
    source = "import os\ndef handle(event, context): return dict(os.environ)"
    with function(client, "endpoints", source) as invoke:
        found = invoke()
    assert found["AWS_ENDPOINT_URL"] == emulators.plan.url(emulators.main)
    assert found["AWS_ENDPOINT_URL_RDS_DATA"] == emulators.plan.url("rds-data")
    assert found["AWS_ENDPOINT_URL_RDS"] == emulators.plan.url("moto")


def test_acts_as_its_role(client: Any) -> None:
    source = "import boto3\ndef handle(event, context): return boto3.client('sts').get_caller_identity()['Arn']"
    with function(client, "whoami", source) as invoke:
        assert invoke() == f"arn:aws:sts::{ACCOUNT}:assumed-role/function/whoami"


def test_context_tells_of_this_invocation(client: Any) -> None:
    source = (
        "def handle(event, context):\n"
        "    return [context.invoked_function_arn, context.aws_request_id, context.get_remaining_time_in_millis()]"
    )
    with function(client, "context", source, Timeout=7):
        answer = client.invoke(FunctionName="context")
        arn, request, left = json.loads(answer["Payload"].read())
    assert arn == f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:context"
    assert request == answer["ResponseMetadata"]["RequestId"]
    assert 0 < left <= 7000


@pytest.mark.parametrize("module", ["localstack", "moto", "yaml", "psycopg", "distro_lambda"])
def test_imports_only_what_aws_has(client: Any, module: str) -> None:
    with function(client, "imports", f"import {module}\n{ECHO}") as invoke:
        assert invoke()["errorType"] == "Runtime.ImportModuleError"


def test_has_private_folders(client: Any) -> None:
    source = (
        "import os, pathlib, tempfile\n"
        "def handle(event, context):\n"
        "    pathlib.Path(tempfile.gettempdir(), 'mine').write_text('x')\n"
        "    pathlib.Path('~/mine').expanduser().write_text('x')\n"
        "    return [tempfile.gettempdir(), os.path.expanduser('~')]"
    )
    with function(client, "folders", source) as invoke:
        temporary, home = map(Path, invoke())
        assert (temporary / "mine").exists()
    assert home != Path.home()
    until(lambda: not temporary.exists())


def test_does_not_see_the_users_files(client: Any) -> None:
    source = (
        "import os, pathlib\n"
        "def handle(event, context):\n"
        "    pathlib.Path('/tmp/of-the-function').write_text('x')\n"
        "    return os.path.exists(event['secret'])"
    )
    secret = Path.home() / f".distro-test-{os.getpid()}"
    secret.write_text("canary")
    try:
        with function(client, "blind", source) as invoke:
            if not kernel_can("veil"):
                pytest.skip("the kernel gives no mounts of one's own here")
            assert invoke({"secret": str(secret)}) is False
    finally:
        secret.unlink()
    assert not Path("/tmp/of-the-function").exists()


def test_reaches_nothing_outside_of_this_machine(client: Any) -> None:
    source = (
        "import errno, socket\n"
        "def outcome(act):\n"
        "    try:\n"
        "        act()\n"
        "    except OSError as error:\n"
        "        return errno.errorcode.get(error.errno)\n"
        "def handle(event, context):\n"
        "    tcp = lambda: socket.create_connection(('192.0.2.1', 443), timeout=2)\n"
        "    kinds = [(socket.AF_INET, socket.SOCK_DGRAM, 0), (socket.AF_INET6, socket.SOCK_DGRAM, 0),\n"
        "             (socket.AF_INET, socket.SOCK_STREAM, 262), (socket.AF_UNIX, socket.SOCK_DGRAM, 0)]\n"
        "    return [outcome(tcp), *(outcome(lambda kind=kind: socket.socket(*kind)) for kind in kinds)]"
    )
    with function(client, "fenced", source) as invoke:
        if not kernel_can("fence"):
            pytest.skip("the kernel cannot keep a process in here")
        assert invoke() == ["EACCES", "EACCES", "EACCES", "EACCES", None]


# --- failures --------------------------------------------------------------------------------------------------------


def test_error_of_the_handler(client: Any) -> None:
    with function(client, "raises", "def handle(event, context): raise ValueError('boom')"):
        answer = client.invoke(FunctionName="raises", LogType="Tail")
    error = json.loads(answer["Payload"].read())
    assert answer["FunctionError"] == "Unhandled"
    assert (error["errorType"], error["errorMessage"]) == ("ValueError", "boom")
    assert "[ERROR] ValueError: boom" in log_of(answer)


def test_result_that_looks_like_an_error_is_none(client: Any) -> None:
    with function(client, "lookalike", ECHO):
        answer = client.invoke(FunctionName="lookalike", Payload='{"errorType": "x", "errorMessage": "y"}')
    assert "FunctionError" not in answer


def test_error_of_the_import_comes_with_each_invocation(client: Any) -> None:
    with function(client, "broken", "import nothing_of_that_name") as invoke:
        assert [invoke()["errorType"] for _ in range(2)] == ["Runtime.ImportModuleError"] * 2


def test_crash_is_told_and_the_next_invocation_has_a_new_process(client: Any) -> None:
    with function(client, "crashes", PROCESS.format("event.get('die') and os._exit(3)")) as invoke:
        first = invoke()
        assert invoke({"die": True})["errorMessage"].endswith("Runtime exited with error: exit status 3")
        assert invoke() != first


def test_time_out_ends_the_process(client: Any) -> None:
    source = "import time\n" + PROCESS.format("time.sleep(event.get('sleep', 0))")
    with function(client, "slow", source, Timeout=1) as invoke:
        first = invoke()
        error = invoke({"sleep": 30})
        assert error["errorType"] == "Sandbox.Timedout"
        assert error["errorMessage"].endswith("Task timed out after 1.00 seconds")
        assert invoke() != first
    until(lambda: not Path(f"/proc/{first}").exists())


def test_initialisation_is_no_part_of_the_time_out(client: Any) -> None:
    with function(client, "long-start", f"import time\ntime.sleep(2)\n{ECHO}", Timeout=1) as invoke:
        assert invoke({"a": 1}) == {"a": 1}


@pytest.mark.parametrize("size", [6_000_000, 6_291_554])
def test_large_payloads(client: Any, size: int) -> None:
    with function(client, "large", "def handle(event, context): return 'x' * event") as invoke:
        assert len(invoke(size)) == size


def test_too_large_a_response_is_an_error(client: Any) -> None:
    with function(client, "larger", "def handle(event, context): return 'x' * event") as invoke:
        assert invoke(6_291_556)["errorType"] == "Function.ResponseSizeTooLarge"
        assert invoke(1) == "x"


def test_runtime_without_an_interpreter_is_refused(client: Any) -> None:
    client.create_function(
        FunctionName="java",
        Runtime="java21",
        Handler="a.B",
        Role="arn:aws:iam::000000000000:role/r",
        Code={"ZipFile": archive("")},
    )
    state = until(
        lambda: (found := client.get_function(FunctionName="java")["Configuration"])["State"] == "Failed" and found
    )
    assert "java21 does not run without Docker" in state["StateReason"]


# --- environments ----------------------------------------------------------------------------------------------------


def test_warm_environment_is_used_again(client: Any) -> None:
    with function(client, "warm", PROCESS.format("pass")) as invoke:
        assert invoke() == invoke()


def test_concurrent_invocations_have_their_own(client: Any) -> None:
    source = "import time\n" + PROCESS.format("time.sleep(1)")
    with function(client, "parallel", source) as invoke, ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(lambda _: invoke(), range(3)))) == 3


def test_reserved_concurrency_throttles(client: Any) -> None:
    source = "import time\n" + PROCESS.format("time.sleep(2)")
    with function(client, "narrow", source) as invoke, ThreadPoolExecutor(1) as pool:
        client.put_function_concurrency(FunctionName="narrow", ReservedConcurrentExecutions=1)
        running = pool.submit(invoke)
        time.sleep(1)
        with pytest.raises(ClientError, match="TooManyRequestsException"):
            invoke()
        running.result()


def test_new_code_is_there_once_it_is_uploaded(client: Any) -> None:
    with function(client, "updated", "def handle(event, context): return 0") as invoke:
        assert invoke() == 0
        for version in (1, 2, 3):
            source = f"def handle(event, context): return {version}"
            client.update_function_code(FunctionName="updated", ZipFile=archive(source))
            until(partial(_answers, invoke, version))


def _answers(invoke: Any, version: int) -> bool:
    return bool(invoke() == version)


def test_update_lets_a_running_invocation_end(client: Any) -> None:
    source = "import time\ndef handle(event, context):\n    time.sleep(2)\n    import json.tool\n    return 'old'"
    with function(client, "draining", source) as invoke, ThreadPoolExecutor(1) as pool:
        running = pool.submit(invoke)
        time.sleep(1)
        client.update_function_code(FunctionName="draining", ZipFile=archive(ECHO))
        assert running.result() == "old"


def test_daemons_end_with_their_environment(client: Any) -> None:
    source = (
        "import subprocess\n"
        "def handle(event, context): return subprocess.Popen(['sleep', '600'], start_new_session=True).pid"
    )
    with function(client, "daemon", source) as invoke:
        pid = invoke()
        assert Path(f"/proc/{pid}").exists()
    until(lambda: not Path(f"/proc/{pid}").exists())


# --- logs ------------------------------------------------------------------------------------------------------------


def events(emulators: Emulators, group: str) -> list[str]:
    logs = emulators.client("logs")
    try:
        return [event["message"].rstrip("\n") for event in logs.filter_log_events(logGroupName=group)["events"]]
    except logs.exceptions.ResourceNotFoundException:
        return []


def test_log_has_the_platforms_lines(client: Any) -> None:
    with function(client, "logged", "print('once')\ndef handle(event, context): print('each time')"):
        first, second = (log_of(client.invoke(FunctionName="logged", LogType="Tail")) for _ in range(2))
    assert [line.split(" ")[0] for line in first.splitlines()] == ["once", "START", "each", "END", "REPORT"]
    assert "Init Duration: " in first
    assert "Init Duration: " not in second
    assert "Max Memory Used: " in second


def test_log_goes_to_the_functions_group(client: Any, emulators: Emulators) -> None:
    with function(client, "default-group", "def handle(event, context): print('hello')") as invoke:
        invoke()
        until(lambda: "hello" in events(emulators, "/aws/lambda/default-group"))


def test_log_goes_to_the_configured_group(client: Any, emulators: Emulators) -> None:
    configured = {"LogGroup": "/teams/music"}
    with function(
        client, "own-group", "def handle(event, context): print('hello')", LoggingConfig=configured
    ) as invoke:
        invoke()
        until(lambda: "hello" in events(emulators, "/teams/music"))
    assert events(emulators, "/aws/lambda/own-group") == []


# --- the end of the AWS emulator -------------------------------------------------------------------------------------


@pytest.mark.parametrize("main", alone.MAIN)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_outlives_the_aws_emulator(tmp_path: Path, main: str, number: signal.Signals) -> None:
    with alone.running(tmp_path, main) as emulators:
        client = emulators.client("lambda")
        client.create_function(
            FunctionName="left", Runtime="python3.11", Handler="fn.handle", Role="arn:aws:iam::000000000000:role/r",
            Code={"ZipFile": archive(PROCESS.format("pass"))},
        )  # fmt: skip
        until(lambda: client.get_function(FunctionName="left")["Configuration"]["State"] == "Active")
        client.invoke(FunctionName="left")
        assert len(orphans.find(tmp_path)) >= 4  # the AWS emulator, the keeper, the emulator, the function
        os.kill(emulators.children[main].pid, number)
        until(lambda: orphans.find(tmp_path) == [])
