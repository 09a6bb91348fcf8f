"""Test suites: what a release's own tree says they are, and one run of them by pytest.

pyproject.toml of the release names each suite's arguments of pytest, in `[tool.distro.suites]`. How many tests have to
pass is the policy's to say, not the release's; the arguments are part of what is signed.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from infra.environment.operation import Suite
from infra.errors import OperationFailed
from infra.interrupts import held_back
from infra.provisioning.artifact import Say
from local.process import kill_group
from promotion import checkout
from promotion.schema import Line

CONFIGURATION = "pyproject.toml"
LOCK = "requirements-dev.lock"
"""What suites run with beside what the program needs, pytest among it: the release's own."""
_MASK = "[secret]"
_NAMED = 500
_TABLE = TypeAdapter(dict[Suite, tuple[Line, ...]])


@dataclass(frozen=True)
class Surroundings:
    """The variables that a suite runs with, nothing else of the caller's; `hidden` are values that are never shown."""

    variables: Mapping[str, str] = field(repr=False)
    hidden: frozenset[str] = field(default=frozenset(), repr=False)

    def shown(self, line: str) -> str:
        """A line of output, secret values masked, the longest first: one may hold another."""
        for value in sorted(self.hidden, key=len, reverse=True):
            line = line.replace(value, _MASK)
        return line


@dataclass(frozen=True)
class Result:
    """How a suite ended: tests by their count, `failures` by name."""

    command: tuple[str, ...]
    passed: int
    failed: int
    failures: tuple[str, ...]


def arguments(tree: Path, suite: Suite) -> tuple[str, ...]:
    """What pytest is given for a suite. Raises OperationFailed where the release names none."""
    where = CONFIGURATION
    try:
        found = tomllib.loads((tree / CONFIGURATION).read_text(encoding="utf-8"))
        table = _TABLE.validate_python(found.get("tool", {}).get("distro", {}).get("suites", {}))
    except FileNotFoundError:
        table = {}
    except (ValueError, ValidationError) as error:
        raise OperationFailed(f"The release's suites cannot be read: {error}", where=where) from error
    if not table.get(suite):
        raise OperationFailed(
            f"The release has no suite {suite}.", where=where, hint=f"Name it: [tool.distro.suites] {suite} = […]"
        )
    return table[suite]


def run(content: Mapping[str, bytes], suite: Suite, around: Surroundings, say: Say) -> Result:
    """Run a suite of a release, given by its artifacts, in a copy of its tree and its own locked environment.

    Raises OperationFailed where that cannot be made, where pytest cannot run it, and where no test ran.
    """
    tree = checkout.place(content, say) / checkout.TREE
    given = arguments(tree, suite)
    if not (tree / LOCK).exists():
        raise OperationFailed(f"The release has no {LOCK}, which its suites run with.")
    python = checkout.interpreter(tree, (checkout.LOCK, LOCK), say)
    with tempfile.TemporaryDirectory(prefix="distro-suite-") as folder:
        copy, report = Path(folder, "tree"), Path(folder, "report.xml")
        shutil.copytree(tree, copy)  # tests write beside what they test; the release stays as it is
        # Temporary folders of the tests too: pytest keeps those of its last runs elsewhere.
        places = (f"--junitxml={report}", f"--basetemp={Path(folder, 'tests')}")
        options = ("-p", "no:cacheprovider", "--tb=short", "-q", *places)
        code = _pytest((str(python), "-m", "pytest", *given, *options), copy, around, say)
        return _result(report, ("pytest", *given), code)


def _pytest(command: tuple[str, ...], tree: Path, around: Surroundings, say: Say) -> int:
    """Its exit code. Whatever it started ends with it."""
    with _running(command, tree, around) as process:
        for line in process.stdout or ():
            say(around.shown(line.rstrip("\n")))
        return process.wait()


@contextmanager
def _running(command: tuple[str, ...], tree: Path, around: Surroundings) -> Iterator[subprocess.Popen[str]]:
    with ExitStack() as ending:
        with held_back():
            process = ending.enter_context(subprocess.Popen(
                command, cwd=tree, env=dict(around.variables), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True, encoding="utf-8", errors="replace", start_new_session=True,
            ))  # fmt: skip
            ending.callback(kill_group, process.pid)
        yield process


def _result(report: Path, command: tuple[str, ...], code: int) -> Result:
    """What the JUnit report counts. Raises OperationFailed where it says nothing: none, no test, a broken run."""
    try:
        cases = list(ET.parse(report).iter("testcase"))  # noqa: S314 -- expat 2.4 and newer bounds entities
    except (OSError, ET.ParseError) as error:
        raise OperationFailed(f"pytest ended with {code} and left no report.") from error
    bad = [each for each in cases if each.find("failure") is not None or each.find("error") is not None]
    skipped = [each for each in cases if each not in bad and each.find("skipped") is not None]
    passed = len(cases) - len(bad) - len(skipped)
    if not bad and (code or not passed):
        raise OperationFailed(f"pytest ended with {code}, {passed} tests passed: that is no result.")
    return Result(command, passed, len(bad), tuple(_name(each) for each in bad))


def _name(case: ET.Element) -> str:
    return f"{case.get('classname', '')}::{case.get('name', '')}"[:_NAMED]
