"""Ordinary clients reach a sandbox with nothing but its variables: no endpoint argument, no account."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.paths import project_root
from tests.driver import Finished, Sandbox

NAME = "distronation-local"
NEEDED = {
    "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_RDS_DATA", "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "FIREBASE_AUTH_EMULATOR_HOST", "GCLOUD_PROJECT", "DATABASE_URL", "API_URL",
}  # fmt: skip


def execute(sandbox: Sandbox, *words: str) -> Finished:
    """Run a command in the sandbox, with the tools of this environment on PATH."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    return sandbox.run("exec", "local", "--", *words, variables={"PATH": path})


def run(sandbox: Sandbox, *words: str) -> str:
    finished = execute(sandbox, *words)
    assert finished.code == 0, finished.errors
    return finished.output


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("s3", "ls"), f"{NAME}-content"),
        (("sqs", "list-queues"), f"{NAME}-ingest"),
        (("ec2", "describe-vpcs"), "10.30.0.0/16"),
        (("rds", "describe-db-clusters"), f"{NAME}-database"),
    ],
)
def test_awscli(sandbox: Sandbox, words: tuple[str, ...], expected: str) -> None:
    assert expected in run(sandbox, "aws", *words)


PROGRAMS = {
    "boto3": """
        import boto3
        names = [bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]]
        [bucket] = [name for name in names if name.endswith("-content")]
        boto3.client("s3").put_object(Bucket=bucket, Key="clients/boto3", Body=b"written")
        assert boto3.resource("s3").Object(bucket, "clients/boto3").get()["Body"].read() == b"written"
        boto3.client("s3").delete_object(Bucket=bucket, Key="clients/boto3")
        [cluster] = boto3.client("rds").describe_db_clusters()["DBClusters"]
        answer = boto3.client("rds-data").execute_statement(
            resourceArn=cluster["DBClusterArn"], secretArn=cluster["MasterUserSecret"]["SecretArn"],
            database=cluster["DatabaseName"], sql="select 6 * 7",
        )
        assert answer["records"] == [[{"longValue": 42}]]
        """,
    "psycopg": """
        import os, psycopg
        with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
            assert connection.execute("select current_database()").fetchone() == ("catalogue",)
            connection.execute("create temporary table mine (number int)")
        """,
    "firebase-admin": """
        import os, firebase_admin
        from firebase_admin import auth
        firebase_admin.initialize_app()
        user = auth.create_user(email="clients@example.com", password="a long enough password 9A")
        auth.set_custom_user_claims(user.uid, {"admin": True})
        assert auth.get_user_by_email("clients@example.com").custom_claims == {"admin": True}
        auth.delete_user(user.uid)
        """,
}


@pytest.mark.parametrize("client", PROGRAMS)
def test_libraries(sandbox: Sandbox, client: str) -> None:
    lines = [line.removeprefix("        ") for line in PROGRAMS[client].splitlines()]
    run(sandbox, sys.executable, "-c", "\n".join(lines))


def test_psql_and_curl_in_a_shell(sandbox: Sandbox) -> None:
    if shutil.which("curl"):
        assert '"environment"' in run(sandbox, "sh", "-c", 'curl -sf "$API_URL/health"')
    assert "catalogue" in run(sandbox, "sh", "-c", 'psql "$DATABASE_URL" -Atc "select current_database()"')


def test_the_exit_code_is_the_commands(sandbox: Sandbox) -> None:
    for code in (0, 1, 7, 130):
        assert execute(sandbox, "sh", "-c", f"exit {code}").code == code


def test_arguments_output_and_input_pass_through(sandbox: Sandbox) -> None:
    finished = execute(sandbox, sys.executable, "-c", "import sys; print(sys.argv[1:])", "--json", "-v", "a b", "--")
    assert finished.output == "['--json', '-v', 'a b', '--']\n"
    assert execute(sandbox, "cat").output == ""


def test_a_command_that_is_not_there_is_a_usage_error(sandbox: Sandbox) -> None:
    finished = execute(sandbox, "no-such-program")
    assert (finished.code, finished.output) == (2, "")
    assert "no-such-program" in finished.errors
    assert "Traceback" not in finished.errors


def test_no_credential_of_the_caller_gets_in(sandbox: Sandbox) -> None:
    canaries = {
        "AWS_PROFILE": "canary", "AWS_ACCESS_KEY_ID": "canary", "AWS_SECRET_ACCESS_KEY": "canary",
        "AWS_SESSION_TOKEN": "canary", "AWS_SECURITY_TOKEN": "canary", "GOOGLE_APPLICATION_CREDENTIALS": "/canary",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://canary", "AWS_WEB_IDENTITY_TOKEN_FILE": "/canary",
        "AWS_ENDPOINT_URL_KMS": "http://canary", "AWS_ENDPOINT_URL_DYNAMODB": "http://canary",
    }  # fmt: skip
    finished = sandbox.run("exec", "local", "--", "env", variables=canaries)
    assert "canary" not in finished.output


# --- env ------------------------------------------------------------------------------------------------------------


def test_env_in_every_format_says_the_same(sandbox: Sandbox, tmp_path: Path) -> None:
    expected = sandbox.variables()
    assert expected.keys() >= NEEDED
    assert expected["DATABASE_URL"].startswith("postgresql://")
    for shell in filter(shutil.which, ("sh", "bash", "zsh", "dash")):
        assert _from_shell(sandbox, shell) == expected, shell
    dotenv = tmp_path / ".env"
    dotenv.write_text(sandbox.run("env", "local", "--format", "dotenv").output)
    assert _from_shell_file(dotenv, expected) == expected
    assert _from_node(dotenv) in ({}, expected)


def test_env_with_json_is_the_json_format(sandbox: Sandbox) -> None:
    assert sandbox.run("env", "local", "--json").document == sandbox.variables()


_PRINT = f"'{sys.executable}' -c 'import json, os; print(json.dumps(dict(os.environ)))'"


def _from_shell(sandbox: Sandbox, shell: str) -> dict[str, str]:
    """The variables that a shell has after `eval "$(distro env local)"` and had not before."""
    command = f'eval "$({project_root()}/distro env local --sandbox {sandbox.name})" && {_PRINT}'
    return _printed([shell, "-c", command])


def _from_shell_file(dotenv: Path, expected: dict[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in _printed(["sh", "-c", f"set -a; . '{dotenv}'; {_PRINT}"]).items()
        if name in expected
    }


def _printed(command: list[str]) -> dict[str, str]:
    bare = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"]}
    done = subprocess.run(command, env=bare, capture_output=True, text=True, check=True, timeout=120)
    found: dict[str, str] = json.loads(done.stdout)
    return {
        name: value for name, value in found.items() if name not in {*bare, "PWD", "OLDPWD", "SHLVL", "_", "LC_CTYPE"}
    }


def _from_node(dotenv: Path) -> dict[str, str]:
    """As Node.js reads the file; empty where it is too old to do it (before 20.12)."""
    program = "const {parseEnv} = require('node:util'); const {readFileSync} = require('node:fs');"
    program += "console.log(JSON.stringify(parseEnv ? parseEnv(readFileSync(process.argv[1], 'utf8')) : {}))"
    done = subprocess.run(["node", "-e", program, str(dotenv)], capture_output=True, text=True, check=True, timeout=120)
    found: dict[str, str] = json.loads(done.stdout)
    return found
