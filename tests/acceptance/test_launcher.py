"""`./distro` on a machine where nothing is set up yet: real processes, real packages."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from infra.paths import project_root
from tests.acceptance.checkout import OFFLINE, Checkout, end, interpreter, make, path_of

NOBODY = 65534


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return make(tmp_path / "a folder with spaces" / "distro")


def test_sets_up_then_runs(checkout: Checkout) -> None:
    first = checkout.run("up", "local", "--json")
    assert first.code == 0, first.errors
    assert json.loads(first.output)["arguments"] == ["up", "local", "--json"]
    assert "set-up python" in first.errors
    second = checkout.run("status")
    assert (second.code, second.errors) == (0, "")


def test_starts_nothing_but_a_comparison_when_nothing_changed(checkout: Checkout, tmp_path: Path) -> None:
    checkout.run()
    (checkout.root / "cli" / "__main__.py").write_text("")
    compare = shutil.which("cmp")
    assert compare is not None
    (tmp_path / "only").mkdir()
    (tmp_path / "only" / "cmp").symlink_to(compare)
    ended = subprocess.run(
        ["/bin/sh", checkout.launcher],
        env={"PATH": str(tmp_path / "only")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_runs_through_links_from_any_folder(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    near = tmp_path / "bin" / "near"
    near.symlink_to(checkout.launcher)
    far = tmp_path / "far"
    far.symlink_to(Path("bin", "near"))
    for launcher in (near, far):
        assert checkout.run(launcher=launcher, cwd=Path("/")).code == 0
    (tmp_path / "click.py").write_text("raise SystemExit('the current folder got in')")
    checkout = Checkout(checkout.root, {"PYTHONPATH": str(tmp_path)})
    assert checkout.run(cwd=tmp_path).code == 0


def test_follows_a_change_of_the_lock_file(checkout: Checkout) -> None:
    checkout.run()
    checkout.require("click", "uv", "idna")
    assert checkout.run().code == 0
    assert list(checkout.root.glob(".venv/lib/*/site-packages/idna"))
    assert checkout.run().errors == ""


def test_may_be_moved_when_it_is_set_up(checkout: Checkout, tmp_path: Path) -> None:
    checkout.run()
    moved = checkout.root.rename(tmp_path / "moved")
    ended = Checkout(moved).run()
    assert (ended.code, ended.errors) == (0, "")


def test_two_at_once(checkout: Checkout) -> None:
    both = [checkout.start(), checkout.start()]
    ended = [end(process) for process in both]
    assert [each.code for each in ended] == [0, 0], ended
    made = [each for each in ended if "making the environment" in each.errors]
    assert len(made) == 1


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_goes_on_after_an_interruption(checkout: Checkout, number: signal.Signals) -> None:
    process = checkout.start()
    _wait_for(checkout.root / ".venv.partial")
    os.kill(process.pid, number)  # not its group: whatever it started has to end by itself
    ended = end(process)
    assert ended.code in {-number, 128 + number}
    assert not (checkout.root / ".venv").exists()
    _wait_for_nobody(checkout.root)
    assert number == signal.SIGKILL or not (checkout.root / ".venv.partial").exists()
    again = checkout.run()
    assert again.code == 0, again.errors
    assert not (checkout.root / ".venv.partial").exists()


def _wait_for(path: Path) -> None:
    deadline = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def _wait_for_nobody(root: Path) -> None:
    """Until no process names the folder: an installer that lived on would write into the next one's work."""
    deadline = time.monotonic() + 10
    while subprocess.run(["pgrep", "-f", f"{root}/.venv.partial"], capture_output=True, check=False).returncode == 0:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_an_environment_half_removed_is_made_again(checkout: Checkout) -> None:
    checkout.run()
    (checkout.root / ".venv" / "bin" / "python").unlink()
    assert checkout.run().code == 0


def test_without_python(checkout: Checkout, tmp_path: Path) -> None:
    variables = {"PATH": path_of(tmp_path / "bin"), "HOME": str(tmp_path), "PYENV_ROOT": str(tmp_path)}
    ended = Checkout(checkout.root, variables).run()
    assert ended.code == 1
    assert ended.output == ""
    assert "needs Python 3.11, 3.12 or 3.13" in ended.errors
    assert len(ended.errors.splitlines()) == 2


def test_with_a_python_that_is_too_old(checkout: Checkout, tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.write_text('#!/bin/sh\ncase "$*" in *version_info*) exit 1;; esac\nexit 70\n')
    old.chmod(0o755)
    variables = {
        "PATH": path_of(tmp_path / "bin", python=old),
        "HOME": str(tmp_path),
        "PYENV_ROOT": str(tmp_path / "pyenv"),
    }
    assert "needs Python 3.11" in Checkout(checkout.root, variables).run().errors
    (tmp_path / "pyenv" / "versions" / "3.11.9" / "bin").mkdir(parents=True)
    (tmp_path / "pyenv" / "versions" / "3.11.9" / "bin" / "python").symlink_to(interpreter())
    ended = Checkout(checkout.root, variables | {"UV_CACHE_DIR": _uv_cache()}).run()
    assert ended.code == 0, ended.errors


def _uv_cache() -> str:
    return os.environ.get("UV_CACHE_DIR") or str(Path.home() / ".cache" / "uv")


def test_without_uv_it_is_fetched(checkout: Checkout, tmp_path: Path) -> None:
    ended = Checkout(checkout.root, {"PATH": _path_without_uv(tmp_path)}).run()
    assert ended.code == 0, ended.errors
    assert (checkout.root / ".venv" / "bin" / "uv").exists()
    assert not (checkout.root / ".distro" / "uv").exists()


def test_where_uv_does_not_run_pip_does_it(checkout: Checkout, tmp_path: Path) -> None:
    setup = checkout.root / "tools" / "setup.py"
    setup.write_text(setup.read_text().replace('run(Tool([uv, "--version"])', 'run(Tool(["/bin/false"])'))
    ended = Checkout(checkout.root, {"PATH": _path_without_uv(tmp_path)}).run()
    assert ended.code == 0, ended.errors
    assert (checkout.root / ".venv" / "bin" / "pip").exists()


def _path_without_uv(folder: Path) -> str:
    """A PATH whose `python3` has no uv beside it either."""
    subprocess.run([interpreter(), "-m", "venv", "--without-pip", folder / "venv"], check=True)
    return path_of(folder / "bin", python=folder / "venv" / "bin" / "python")


def test_offline(checkout: Checkout, tmp_path: Path) -> None:
    variables = OFFLINE | {"UV_CACHE_DIR": str(tmp_path / "empty"), "UV_HTTP_RETRIES": "0"}
    ended = Checkout(checkout.root, variables).run()
    assert ended.code == 1
    assert "The environment cannot be made" in ended.errors
    assert "check the network" in ended.errors
    assert "Traceback" not in ended.errors
    assert not (checkout.root / ".venv").exists()
    assert not (checkout.root / ".venv.partial").exists()


def test_read_only_folder(checkout: Checkout) -> None:
    folder = checkout.root
    folder.chmod(0o555)
    for parent in list(folder.parents)[:5]:
        parent.chmod(0o755)
    root = os.geteuid() == 0
    python = "/usr/bin/python3" if root else str(interpreter())
    if subprocess.run([python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"], check=False).returncode:
        pytest.skip("no Python 3.11 that another user may run")
    argv = [python, "-I", str(folder / "tools" / "setup.py")]
    ended = subprocess.run(
        argv,
        capture_output=True,
        text=True,
        check=False,
        user=NOBODY if root else None,
        extra_groups=() if root else None,
    )
    folder.chmod(0o755)
    assert ended.returncode == 1
    assert "cannot be written" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_whole_project_is_set_up_from_a_clone(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", str(project_root()), str(clone)], check=True)
    ended = Checkout(clone).run("--version")
    assert (ended.code, ended.output) == (0, "distro, version 0.1.0\n"), ended.errors
    packages = next(clone.glob(".venv/lib/*/site-packages"))
    ours = {path.parent.name for path in project_root().glob("*/__init__.py")} | {"tests", "tools"}
    assert not ours & {path.name for path in packages.iterdir()}, "a requirement hides one of our packages"
