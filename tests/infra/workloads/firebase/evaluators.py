"""Other people's evaluators of Firebase's rules, from npm: an opinion that is not ours."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, Literal

from infra.paths import cache_home
from infra.provisioning import artifact, tools
from infra.provisioning.tools import Tool

ORACLE = Path(__file__).parent / "oracle"


def ask(evaluator: Literal["database", "storage"], request: dict[str, Any]) -> list[bool]:
    """One answer per question: whether it is allowed."""
    command = ["node", "--no-warnings", str(_installed() / f"{evaluator}.js")]
    done = subprocess.run(command, input=json.dumps(request), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert not done.stderr, done.stderr
    answers: list[bool] = json.loads(done.stdout)
    return answers


def _installed() -> Path:
    digest = hashlib.sha256()
    for file in sorted(ORACLE.iterdir()):
        digest.update(file.read_bytes())
    return artifact.make_once(cache_home() / "rules-oracle" / digest.hexdigest()[:16], _install, print)


def _install(draft: Path, lock: int) -> None:
    shutil.copytree(ORACLE, draft)
    npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"]
    tools.run(Tool(npm, draft, lock=lock), print)
