"""A release under the real engine: its own program and its own archives, whatever lies in the working tree."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from engine import plan
from engine.canonical import key_of
from engine.preloading import Preloaded
from engine.stack import Stack
from engine.toolchain import pulumi_binary
from engine.workspace import Workspace
from infra.progress import silent
from local import confinement
from promotion import release
from promotion.release import Release
from promotion.store import Store
from tests.engine import emulated
from tests.promotion.project import Project

pytestmark = pytest.mark.xdist_group("plans")

KEY = key_of(emulated.PASSPHRASE)
PROGRAM = """
import json
import os
from pathlib import Path

import pulumi
import pulumi_aws as aws

from infra.aws import lambda_code


def main():
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    role = aws.iam.Role("role", name="x", assume_role_policy=json.dumps({"Statement": [trust]}))
    function = aws.lambda_.Function(
        "upload", name="x-upload", role=role.arn, runtime="python3.12",
        handler=lambda_code.handler("upload"), code=lambda_code.archive("upload"), timeout=3)
    pulumi.export("digest", function.code_sha256)
    pulumi.export("seen", sorted(os.environ))
    pulumi.export("place", str(Path(__file__)))
    pulumi.export("word", "released")
    pulumi.export("files", {place: readable(place) for place in ("STORE", "HOME", "/etc/hostname", __file__)})


def readable(place):
    try:
        Path(place).read_bytes()
    except OSError as error:
        return type(error).__name__
    return "read"
"""


def _next(project: Project, store: Store) -> Release:
    """A release of the same functions: its archives lie elsewhere."""
    project.git("checkout", "--quiet", ".")
    project.write("README.md", "new")
    project.commit("Explain")
    return release.create(project.repository, store, print)[0]


@pytest.mark.parametrize("expected", [False, True])
def test_a_release_deploys_its_own_program_and_archives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, expected: bool
) -> None:
    """Run by a host of its own for each run, and by one that was loaded before."""
    monkeypatch.setattr("promotion.checkout.cache_home", lambda: tmp_path / "cache")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary-secret-51c9")
    project, store = Project(tmp_path / "project"), Store.open(f"file://{tmp_path / 'store'}")
    private = tmp_path / "private-key"
    private.write_text("canary")
    program = PROGRAM.replace("STORE", f"{tmp_path}/store/clock").replace("HOME", str(private))
    project.write("infra/program.py", program)
    project.commit("Program")
    found, _ = release.create(project.repository, store, print)
    project.write("infra/program.py", program.replace("released", "edited since"))
    project.write("infra/workloads/functions/upload/handler.py", "edited since")
    with emulated.attached(tmp_path) as settings:
        workspace = Workspace(tmp_path / "workspace", "dev", emulated.PASSPHRASE, settings)
        source, hosts = release.program(store, found, print), Preloaded()
        if expected:
            hosts.begin(source, tmp_path / "release.log")
        stack = Stack(workspace, hosts.of(source), pulumi_binary(silent))
        stack.init()
        outputs = stack.up(emulated.ignore, refresh=False).outputs.clear
        assert dict(stack.up(emulated.ignore, refresh=True).changes) == {"same": 3}
        start = stack.canonical(KEY)
        stack.source = release.program(store, _next(project, store), print)
        planned = plan.read(stack.plan(emulated.ignore), start)
        assert planned.changes == {"create": 0, "update": 0, "replace": 0, "delete": 0, "same": 3}
    digest = "sha256:" + base64.b64decode(outputs["digest"]).hex()
    assert digest == next(each.sha256 for each in found.artifacts if each.name == "upload.zip")
    assert (outputs["word"], Path(outputs["place"]).is_relative_to(tmp_path / "cache")) == ("released", True)
    assert not {name for name in outputs["seen"] if name.startswith(("AWS_", "DISTRO_"))} - {"DISTRO_ARTIFACTS"}
    if confinement.version():
        assert list(outputs["files"].values()) == ["PermissionError", "PermissionError", "read", "read"]
    assert "PULUMI_CONFIG_PASSPHRASE" not in outputs["seen"]
