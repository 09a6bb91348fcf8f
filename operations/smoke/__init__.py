"""Smoke: what a user of an environment relies on, checked through its real interfaces.

Each check uses an environment as its clients do and fails when its system is broken; tests/acceptance/test_smoke.py
breaks each system once to show it.
"""

from operations.smoke.check import Check, Context, Outcome
from operations.smoke.run import run

__all__ = ["Check", "Context", "Outcome", "run"]
