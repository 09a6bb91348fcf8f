"""Where the state of genuine environments lies, and what encrypts the secrets in it: stated in one place, Pulumi.yaml.

    backend:
      url: s3://BUCKET/PREFIX?region=REGION

`PULUMI_BACKEND_URL` replaces it, as it does for Pulumi's own command line. Everything else follows from it by name:
the ledger's bucket, and for each stack a key with the alias `<project>-<stack>-state`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import yaml

from infra.errors import UsageError
from infra.paths import project_root

_VARIABLE = "PULUMI_BACKEND_URL"
_HINT = "State it in Pulumi.yaml as `backend: { url: s3://BUCKET/PREFIX?region=REGION }`; docs/genuine.md has more."
_STATE, _LEDGER = "-state", "-ledger"


@dataclass(frozen=True)
class Backend:
    """A bucket with a prefix, in a region."""

    url: str
    bucket: str
    prefix: str
    region: str
    options: Mapping[str, str]
    """Further parameters of the URL, for another endpoint than AWS's: `endpoint`, `s3ForcePathStyle`, `disableSSL`."""

    @property
    def ledger(self) -> str:
        """The bucket of the ledger."""
        return self.bucket.removesuffix(_STATE) + _LEDGER

    def alias(self, stack: str) -> str:
        """The alias of the key that encrypts a stack's secrets: `alias/distronation-prod-state`."""
        return f"alias/{self.owner}-{stack}{_STATE}"

    @property
    def owner(self) -> str:
        """The first word of every name: the bucket's up to its stack."""
        return self.bucket.split("-", 1)[0]

    def secrets(self, stack: str) -> str:
        """The engine's secrets provider of a stack."""
        return f"awskms:///{self.alias(stack)}?{urlencode({'region': self.region, 'awssdk': 'v2'})}"


def backend(root: Path | None = None, variables: Mapping[str, str] = os.environ) -> Backend:
    """The backend of genuine environments. Raises UsageError where none is stated, or it is no bucket with a region."""
    stated = variables.get(_VARIABLE) or _stated(root or project_root())
    if not stated:
        raise UsageError("No state backend is configured for genuine environments.", hint=_HINT)
    parts = urlsplit(stated)
    options = dict(parse_qsl(parts.query))
    region = options.pop("region", "")
    if parts.scheme != "s3" or not parts.netloc or not region:
        raise UsageError(f"{stated} is no state backend for genuine environments: it takes a bucket of S3.", hint=_HINT)
    return Backend(stated, parts.netloc, parts.path.strip("/"), region, options)


def _stated(root: Path) -> str:
    try:
        project = yaml.safe_load((root / "Pulumi.yaml").read_text()) or {}
    except FileNotFoundError:
        return ""
    found = project.get("backend") or {}
    return str(found.get("url") or "") if isinstance(found, dict) else ""
