"""The credential firewall: what a child of the sandbox gets to see of the caller's world.

An environment is built from an allow-list, never by removing from the caller's; HOME, TMPDIR and the XDG folders lie
in the sandbox; the credentials in it are the emulated account's; endpoints are loopback addresses.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from infra.errors import OperationFailed
from infra.paths import project_root

MARKER = "DISTRO_SANDBOX"
"""In the environment of every process of a sandbox: its folder and generation, so that orphans can be found."""

_ALLOWED = ("LANG", "LC_ALL", "LC_CTYPE", "PATH", "TZ")


def account_environment(account: str, region: str, home: Path) -> dict[str, str]:
    """The emulated account for every AWS SDK; real profiles and instance metadata are out of reach."""
    return {
        "AWS_ACCESS_KEY_ID": account,
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(home / ".aws" / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(home / ".aws" / "credentials"),
    }


def child_environment(marker: str, home: Path, **more: str) -> dict[str, str]:
    """The environment of a child whose private home is `home` (made here, with mode 0700)."""
    temporary = home / "tmp"
    temporary.mkdir(mode=0o700, parents=True, exist_ok=True)
    return {
        "PATH": os.defpath,
        **{name: os.environ[name] for name in _ALLOWED if name in os.environ},
        MARKER: marker,
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local" / "share"),
        "XDG_STATE_HOME": str(home / ".local" / "state"),
        "XDG_RUNTIME_DIR": str(temporary),
        "PYTHONPATH": str(project_root()),
        "PYTHONUNBUFFERED": "1",
        "PYTHONNOUSERSITE": "1",
        **more,
    }


def require_loopback(endpoints: Mapping[str, str]) -> None:
    """Raise OperationFailed for the first endpoint (name to URL) that does not lead to this machine."""
    for name, url in endpoints.items():
        if not is_loopback(urlsplit(url).hostname or ""):
            raise OperationFailed(f"{name}: {url} is no loopback address; the sandbox reaches nothing else")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its address, or a name that RFC 6761 (section 6.3) reserves for it."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
