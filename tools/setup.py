"""Sets up .venv from requirements.lock, with --dev from requirements-dev.lock too; then runs what follows `--`.

The environment is made beside .venv and renamed, so that an interrupted set-up is never used; uv's cache makes the
next one go on where it stopped. Runs on a bare interpreter.
"""

from __future__ import annotations

import filecmp
import os
import shutil
import signal
import sys
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from infra.errors import DistroError, Interrupted, OperationFailed  # noqa: E402 - found by the line above
from infra.provisioning.artifact import Say, exclusive, remove, replace, writable  # noqa: E402
from infra.provisioning.display import Display  # noqa: E402
from infra.provisioning.python_environment import Installer, base_interpreter, find_uv  # noqa: E402
from infra.provisioning.tools import Tool, ToolFailed, run  # noqa: E402

VENV = ROOT / ".venv"
STATE = ROOT / ".distro"
RUNTIME, DEVELOPMENT = "requirements.lock", "requirements-dev.lock"
REGISTRY = (
    "The requirements come from the Python package registry: check the network and the settings of uv or pip (index, "
    "proxy, certificates), then run the same command again; it goes on from there."
)


def set_up(names: list[str], say: Say) -> None:
    """Have .venv hold what those lock files name; nothing is done where it does. Raises `OperationFailed`."""
    with writable(ROOT), exclusive(STATE / "setup.lock", say) as lock:
        if not _holds(RUNTIME):
            _make(sorted({*names, *filter(_recorded, (DEVELOPMENT,))}, reverse=True), say, lock)
        for name in names:
            if not _holds(name):
                say("installing what tests need")
                Installer(find_uv() or _own_uv(), say, lock).install(VENV, ROOT / name)
                shutil.copyfile(ROOT / name, VENV / name)


def _holds(name: str) -> bool:
    record = VENV / name
    interpreter = VENV / "bin" / "python"
    return record.exists() and interpreter.exists() and filecmp.cmp(ROOT / name, record, shallow=False)


def _recorded(name: str) -> bool:
    return (VENV / name).exists()


def _own_uv() -> Path | None:
    uv = VENV / "bin" / "uv"
    return uv if uv.exists() else None


def _make(names: list[str], say: Say, lock: int) -> None:
    draft = ROOT / ".venv.partial"
    remove(draft)
    try:
        say("making the environment")
        installer = Installer(find_uv() or _fetched_uv(say, lock), say, lock)
        installer.create(draft, *(ROOT / name for name in names))
        _put_on_path(draft)
        for name in names:
            shutil.copyfile(ROOT / name, draft / name)
        replace(draft, VENV)
    finally:
        remove(draft)
        remove(STATE / "uv")


def _put_on_path(environment: Path) -> None:
    """Let the environment find this project's packages, wherever both are moved together."""
    for packages in environment.glob("lib/python*/site-packages"):
        (packages / "distro.pth").write_text(os.path.relpath(ROOT, packages) + "\n")


def _fetched_uv(say: Say, lock: int) -> Path | None:
    """The uv that requirements.lock pins, by pip; None where it does not run on this machine: pip does it all then."""
    say("fetching uv")
    folder = STATE / "uv"
    remove(folder)
    folder.mkdir(parents=True)
    pinned = folder / "requirements.lock"
    pinned.write_text(_requirement("uv"))
    options = [
        "--disable-pip-version-check",
        "--no-deps",
        "--require-hashes",
        "--target",
        str(folder),
        "-r",
        str(pinned),
    ]
    run(Tool([_pip_interpreter(folder, lock), "-m", "pip", "install", *options], lock=lock), lambda _: None)
    uv = folder / "bin" / "uv"
    try:
        run(Tool([uv, "--version"]), lambda _: None)
    except ToolFailed:
        return None
    return uv


def _pip_interpreter(folder: Path, lock: int) -> Path:
    """An interpreter with pip: the system's own, else that of an environment made for it."""
    try:
        run(Tool([base_interpreter(), "-m", "pip", "--version"]), lambda _: None)
    except ToolFailed:
        try:
            run(Tool([base_interpreter(), "-m", "venv", folder / "pip"], lock=lock), lambda _: None)
        except ToolFailed as error:
            message = f"{base_interpreter()} has neither pip nor venv, and there is no uv on PATH."
            raise OperationFailed(message, hint="Install one of them (Debian: apt install python3-venv).") from error
        return folder / "pip" / "bin" / "python"
    return base_interpreter()


def _requirement(name: str) -> str:
    """One requirement of requirements.lock with its hashes."""
    lines = (ROOT / RUNTIME).read_text().splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{name}=="))
    end = next(number for number in range(start, len(lines)) if not lines[number].endswith("\\"))
    return "\n".join(lines[start : end + 1]) + "\n"


def main() -> int:
    """Set up, and say what failed in one paragraph; returns the exit code of the command line's contract."""
    signal.signal(signal.SIGTERM, _terminated)
    options, then, arguments = _split(sys.argv[1:])
    names = [RUNTIME, DEVELOPMENT] if "--dev" in options else [RUNTIME]
    try:
        with Display() as display:
            set_up(names, display.say)
    except KeyboardInterrupt:
        return _failed(Interrupted("Interrupted.", hint="Run the same command again; it goes on from there."))
    except ToolFailed as error:
        return _failed(OperationFailed(f"The environment cannot be made: {error.message}", hint=REGISTRY))
    except DistroError as error:
        return _failed(error)
    if then:
        python = str(VENV / "bin" / "python")
        os.execv(python, [python, "-I", "-m", "cli", *arguments])  # noqa: S606 - as the launcher does
    return 0


def _split(words: list[str]) -> tuple[list[str], bool, list[str]]:
    """Options, whether the command line is to be run then, and its arguments."""
    end = words.index("--") if "--" in words else len(words)
    return words[:end], end < len(words), words[end + 1 :]


def _failed(error: DistroError) -> int:
    for line in filter(None, (error.message, error.hint)):
        sys.stderr.write(f"{line}\n")
    return error.exit_code


def _terminated(number: int, _: FrameType | None) -> None:
    raise Interrupted("Terminated.", signal_number=number)


if __name__ == "__main__":
    sys.exit(main())
