"""botocore's data in the form in which it is kept: the folder of the Python path that emulators built on it get.

docs/decisions/0045 says what it is for and what was measured.
"""

from __future__ import annotations

from pathlib import Path

SITE = Path(__file__).parent / "botocore_site"
"""Holds `distro_botocore`."""
