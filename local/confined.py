"""Runs a program that sees the system's folders and what it is given, not the user's files (Linux; see `confinement`).

`python -I -m local.confined --read PLACE … --write PLACE … -- COMMAND`: becomes the command. Where the kernel knows no
Landlock, the command runs unconfined.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from local import confinement
from local.confinement import View

_SYSTEM = tuple(map(Path, ("/bin", "/dev", "/etc", "/lib", "/lib64", "/opt", "/proc", "/sbin", "/sys", "/usr")))


def main(arguments: Sequence[str] | None = None) -> None:
    """Confine this process and become the command."""
    parser = argparse.ArgumentParser(prog="python -m local.confined")
    parser.add_argument("--read", type=Path, nargs="*", default=[])
    parser.add_argument("--write", type=Path, nargs="*", default=[])
    parser.add_argument("command", nargs="+")
    options = parser.parse_args(arguments)
    view = View((*_SYSTEM, *options.read), (Path("/dev/null"), *options.write))
    with confinement.ruleset(view) as ruleset:
        if ruleset is not None:
            confinement.restrict(ruleset)
    os.execv(options.command[0], options.command)  # noqa: S606 -- no shell: that is the point


if __name__ == "__main__":
    main()
