"""`python -m distro_moto.prepare SERVICE…`: compute what starts of moto have in common, once an environment."""

from __future__ import annotations

import sys

from distro_moto import server


def main() -> None:
    """Take some three seconds."""
    server.load(server.application(), sys.argv[1:])


if __name__ == "__main__":
    main()
