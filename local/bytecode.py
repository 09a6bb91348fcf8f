"""Compiled modules and kept models for what a sandbox loads: made once an environment, which the confined cannot write.

Without them every start of the program host compiles 800 modules of the providers' SDKs, six seconds of a core.
Importing is how they are found: the SDKs have ten thousand modules, and the program uses a tenth.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from pathlib import Path

from infra.paths import project_root
from infra.progress import Progress, Report, State
from infra.provisioning.artifact import make_once
from infra.provisioning.tools import Tool, run

_DECIDING = (
    "engine/sdk_packages.py",
    "local/emulators/botocore_site/distro_botocore/models.py",
    "local/emulators/botocore_site/distro_botocore/kept.py",
)
_IMPORTS = """
import sys
from pathlib import Path
from engine import warm
warm.warm(Path(sys.argv[1]))
from local import supervisor
from local.provider import clients, registry, server, warmup
clients.prepare(warmup.services(registry.registry()))
from local.rdsdata import app
import uvicorn
"""


def _version() -> str:
    """Of what decides on the form of what is kept: an older checkout's has to be made again."""
    return hashlib.sha256(b"".join((project_root() / source).read_bytes() for source in _DECIDING)).hexdigest()[:12]


def ensure(on_progress: Report) -> None:
    """Have the modules compiled; a look of a microsecond where they are.

    An environment that this user cannot write to stays as it is: there the modules are compiled at each start.
    Raises OperationFailed where a module cannot be imported.
    """
    environment = Path(sys.prefix)
    marker = environment / f"compiled-{_version()}"
    if marker.exists() or not os.access(environment, os.W_OK):
        return
    started = time.monotonic()

    def tell(state: State, detail: str = "") -> None:
        on_progress(Progress("toolchain", "modules", state, detail, time.monotonic() - started))

    def make(draft: Path, lock: int) -> None:
        # -I: no variable of the caller keeps the interpreter from writing what it compiles.
        run(Tool([sys.executable, "-I", "-c", _IMPORTS, project_root()], lock=lock), lambda _: None)
        draft.touch()

    tell("running", "compiling")
    make_once(marker, make, lambda detail: tell("running", detail))
    tell("done")
