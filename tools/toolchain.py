"""Makes the engine and the emulators' environments, as `distro up local` would: for tests that need them at once."""

from __future__ import annotations

import os
import sys

from cli.application import Application
from cli.progress import progress
from infra.errors import DistroError
from local.profiles import PROFILES
from operations import toolchain

RUNTIME = "host"


def main() -> int:
    """Make what is missing, with progress on standard error; returns the exit code of the command line's contract."""
    missing = [name for name in PROFILES if not toolchain.complete(name, RUNTIME)]
    if not missing:
        return 0
    application = Application.from_arguments(sys.argv[1:], os.environ)
    try:
        with progress(application, "toolchain") as report:
            for name in missing:
                toolchain.ensure(name, RUNTIME, report)
    except DistroError as error:
        return application.fail(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
