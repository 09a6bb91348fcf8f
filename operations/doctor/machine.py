"""The machine itself: room, ports, what lies in the environment, the clock."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import socket
import struct
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from engine import toolchain as engine
from infra.paths import cache_home, project_root, state_home
from local import sandbox as clouds
from operations.doctor.check import Check, Finding

_LOOPBACK = "127.0.0.1"


class Space(Check):
    """Free space where the cache and the sandboxes lie."""

    name = "space"
    _SANDBOX: ClassVar = 300 << 20
    _BUILD: ClassVar = 4 << 30

    def look(self) -> Finding:
        """A sandbox writes 100 MB; the engine's build, where it has to be built, 3.1 GB."""
        free = {folder: shutil.disk_usage(_existing(folder)).free for folder in (cache_home(), state_home())}
        told = ", ".join(f"{size >> 20} MB in {folder}" for folder, size in free.items())
        if min(free.values()) < self._SANDBOX:
            return self.broken(told, f"A sandbox needs {self._SANDBOX >> 20} MB.")
        if engine.find() is None and free[cache_home()] < self._BUILD:
            return self.warning(told, f"Building the engine needs {self._BUILD >> 30} GB for three minutes.")
        return self.ok(told)


class Ports(Check):
    """Loopback ports: to be had, and answering where a running sandbox's emulators should listen."""

    name = "ports"

    def look(self) -> Finding:
        """Bind one, and connect to those of every running sandbox."""
        with socket.create_server((_LOOPBACK, 0)):
            pass
        sandboxes = [found for name in clouds.names() if (found := clouds.load(name))]
        listening = [(found.name, part) for found in sandboxes for part in found.components.values() if part.endpoint]
        silent = [f"{part.name} of {name} ({part.endpoint})" for name, part in listening if not _answers(part.endpoint)]
        if silent:
            return self.broken(f"nobody answers: {', '.join(silent)}", "`distro up local` starts what died.")
        return self.ok(f"{len(listening)} of running sandboxes answer")


class Credentials(Check):
    """Real credentials in the environment: named, never shown."""

    name = "credentials"
    _NAMES: ClassVar = (
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CREDENTIALS",
        "CLOUDSDK_CONFIG", "CLOUDSDK_AUTH_ACCESS_TOKEN", "FIREBASE_TOKEN", "PULUMI_ACCESS_TOKEN",
        "PULUMI_CONFIG_PASSPHRASE",
    )  # fmt: skip

    def look(self) -> Finding:
        """Which of the known variables are set. Inside `distro exec` those of the sandbox are no real ones."""
        found = [name for name in self._NAMES if os.environ.get(name)]
        if not found:
            return self.ok("none in the environment")
        hint = "Nothing of a sandbox sees them; other programs that you start here do."
        return self.warning(f"set: {', '.join(found)}", hint)


class Clock(Check):
    """The clock: approvals, leases and signed requests allow for two minutes."""

    name = "clock"
    _TOLERANCE: ClassVar = 120.0

    def look(self) -> Finding:
        """Not before the newest commit, and kept right by the kernel where that can be asked."""
        now = time.time()
        behind = _newest_commit() - now
        stamp = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        if behind > self._TOLERANCE:
            return self.broken(
                f"{stamp} is {behind:.0f} s before the newest commit", "Set the clock (timedatectl set-ntp true)."
            )
        error = _largest_error()
        if error is None:
            return self.ok(f"{stamp}; this system does not tell whether it is synchronised")
        if error > self._TOLERANCE:
            return self.warning(
                f"{stamp}, not synchronised", "Synchronise it (timedatectl set-ntp true) before you approve."
            )
        return self.ok(f"{stamp}, synchronised within {error:.3f} s")


def _existing(folder: Path) -> Path:
    return next(each for each in (folder, *folder.parents) if each.exists())


def _answers(endpoint: str | None) -> bool:
    parts = urlsplit(endpoint or "")
    try:
        with socket.create_connection((parts.hostname or _LOOPBACK, parts.port or 0), timeout=1):
            return True
    except OSError:
        return False


def _newest_commit() -> float:
    """Seconds since 1970, 0 where this is no git checkout."""
    with contextlib.suppress(OSError, subprocess.SubprocessError, ValueError):
        argv = ["git", "-C", str(project_root()), "log", "-1", "--format=%ct"]
        answer = subprocess.run(argv, capture_output=True, text=True, timeout=10, check=True)
        return float(answer.stdout)
    return 0.0


def _largest_error() -> float | None:
    """The kernel's bound on the clock's error in seconds (ntp_gettime(3)); None where there is no such call.

    Infinite where the kernel says that nothing keeps the clock.
    """
    ask = getattr(ctypes.CDLL(None), "ntp_gettime", None)
    if ask is None:
        return None
    answer = ctypes.create_string_buffer(128)
    state = ask(answer)
    if state < 0:
        return None
    maximum: int = struct.unpack_from("@l", answer, struct.calcsize("@ll"))[0]
    return float("inf") if state == _TIME_ERROR else maximum / 1e6


_TIME_ERROR = 5
