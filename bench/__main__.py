"""`python -m bench`: prints seconds and ratios of one run on this machine."""

from __future__ import annotations

import functools
import subprocess
import sys
from collections.abc import Iterator

from bench.automation import bare_up
from bench.growth import growth
from bench.stacks import Measured, measured
from infra.paths import project_root
from infra.progress import silent
from local import sandbox as clouds
from operations.down import down
from operations.target import Target
from operations.up import Request, up

_NAME = "bench"
_TARGET = Target(sandbox=_NAME)
_AIMS = {"up": 12.0, "no-op up": 2.0, "down": 3.0, "./distro --help": 0.25}  # seconds, for reading beside the figures


def main() -> None:
    """Measure everything and print one line each."""
    launcher = str(project_root() / "distro")
    subprocess.run([launcher, "--help"], check=True, stdout=subprocess.DEVNULL)
    for entry in (*_sandbox(launcher), *_ratios()):
        print(entry, flush=True)


def _sandbox(launcher: str) -> Iterator[str]:
    down(_TARGET, silent)
    words = ["--sandbox", _NAME, "--yes", "--json"]
    commands = {"./distro --help": ["--help"], "up": ["up", "local", *words], "no-op up": ["up", "local", *words],
                "down": ["down", "local", *words]}  # fmt: skip
    for name, arguments in commands.items():
        run = measured(name, functools.partial(_run, launcher, *arguments))
        yield f"{name:<28} {run.seconds:6.2f} s   (aim {_AIMS[name]} s)"


def _run(*command: str) -> None:
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    if finished.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{finished.stderr}")


def _ratios() -> Iterator[str]:
    deployed = up(Request(_TARGET), silent)
    try:
        yield from _against_automation(deployed.sandbox)
        yield from growth(deployed.sandbox)
    finally:
        down(_TARGET, silent)


def _against_automation(sandbox: clouds.Sandbox) -> Iterator[str]:
    """A no-op of the whole environment: ours with reading back, theirs without."""
    ours = measured("ours", lambda: up(Request(_TARGET), silent))
    theirs = bare_up(sandbox)
    yield _ratio("no-op against Stack.up()", ours, theirs, "below 1.0")


def _ratio(name: str, one: Measured, other: Measured, aim: str) -> str:
    return f"{name:<28} {one.seconds / other.seconds:6.2f}     ({one.seconds:.2f} s / {other.seconds:.2f} s; aim {aim})"


if __name__ == "__main__":
    main()
