"""`up --watch`: what changes in the source is in the sandbox within a second.

A function's code is put into Lambda directly, then the engine brings its own record up to date; any other change of
the program or the specification goes through the engine alone.
"""

from __future__ import annotations

import io
import os
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from infra.environment import Environment
from infra.errors import DistroError
from infra.paths import project_root
from infra.progress import silent
from local.sandbox import Sandbox
from operations import sandbox as sandboxes
from operations.clients import aws
from operations.up import Request, up

FUNCTIONS = project_root() / "infra" / "workloads" / "functions"
_COMMON = "common"
Say = Callable[[str], None]


def watch(request: Request, say: Say) -> None:
    """Redeploy what changes until interrupted. An error is said, and the watch goes on."""
    root = project_root()
    say(f"watching {FUNCTIONS.relative_to(root)} and the specification; Ctrl-C ends it")
    for changed in _changes(root):
        try:
            _react(changed, request, say)
        except DistroError as error:
            say("\n".join(filter(None, (error.message, error.hint))))


def _changes(root: Path) -> Iterator[set[Path]]:
    """What is saved below `infra`, and of the specification.

    Folders are watched, each by itself: a file that an editor replaces by another is lost to whoever watches the file,
    and below the root lies much that changes all the time.
    """
    from watchfiles import PythonFilter, watch

    wanted = PythonFilter(extra_extensions=(".yaml", ".graphql", ".js", ".json", ".rules"))
    while True:
        folders = _folders(root)
        # Short steps: the time from the editor's write to the function is what a developer feels.
        events = watch(*folders, watch_filter=wanted, recursive=False, debounce=100, step=20, raise_interrupt=True)
        for changes in events:
            paths = {Path(path) for _, path in changes}
            if changed := {path for path in paths if path.parent != root or path.name.startswith("Pulumi")}:
                yield changed
            if _folders(root) != folders:
                break


def _folders(root: Path) -> set[Path]:
    below = (Path(folder) for folder, _, _ in os.walk(root / "infra"))
    return {root, *(folder for folder in below if folder.name != "__pycache__")}


def _react(paths: Iterable[Path], request: Request, say: Say) -> None:
    environment = sandboxes.environment(request.target)
    started = time.monotonic()
    names = affected(paths, [function.name for function in environment.functions.deployed()])
    if names:
        said = _pushed(sandboxes.running(request.target), environment, names)
        say(f"{', '.join(names)}: {said} in {time.monotonic() - started:.1f} s")
    deployed = up(request, silent, wait=60)
    changed = {kind: count for kind, count in deployed.changes.items() if count and kind != "same"}
    if changed or not names:
        words = ", ".join(f"{count} to {kind}" for kind, count in changed.items()) or "nothing to do"
        say(f"deployed: {words} ({deployed.seconds['all']:.1f} s)")


def affected(paths: Iterable[Path], functions: Iterable[str]) -> list[str]:
    """The functions whose archive holds one of the changed files; the common package is in all of them."""
    packages = {path.relative_to(FUNCTIONS).parts[0] for path in paths if path.is_relative_to(FUNCTIONS)}
    shared = _COMMON in packages or "__init__.py" in packages
    return [name for name in functions if shared or name.replace("-", "_") in packages]


def _pushed(sandbox: Sandbox, environment: Environment, names: Iterable[str]) -> str:
    """Put the code of functions into Lambda; what came of it. A dead emulator is the following deployment's to mend."""
    from botocore.exceptions import BotoCoreError, ClientError

    client = aws(sandbox, "lambda")

    def put(name: str) -> Any:
        return client.update_function_code(FunctionName=environment.named(name), ZipFile=archive(name))

    try:
        with ThreadPoolExecutor() as pool:
            list(pool.map(put, names))
    except (BotoCoreError, ClientError) as error:
        return f"Lambda refused the code ({error})"
    return "new code"


def archive(function: str) -> bytes:
    """The archive of a function as `infra.aws.lambda_code` has it: its package, the common one, and their parent."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archived:
        for folder in (".", _COMMON, function.replace("-", "_")):
            for file in sorted((FUNCTIONS / folder).glob("*.py")):
                archived.write(file, f"functions/{file.relative_to(FUNCTIONS).as_posix()}")
    return content.getvalue()
