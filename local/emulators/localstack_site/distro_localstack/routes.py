"""Routes are compiled one at a time: CPython 3.11 counts the depth of `ast.parse` for all threads together.

Two threads that compile routes at once, as first calls to two services do, end in "AST constructor recursion depth
mismatch" (CPython issue 106905), which LocalStack answers with.
"""

from __future__ import annotations

import threading

from werkzeug.routing import Rule

_compile = Rule.compile
_compiling = threading.RLock()


def install() -> None:
    """Give werkzeug's rules the lock."""
    Rule.compile = compile_alone


def compile_alone(rule: Rule) -> None:
    """As werkzeug's method."""
    with _compiling:
        _compile(rule)
