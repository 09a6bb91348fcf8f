"""moto's server, as `moto.server` runs it, with differences that `distro_moto.server` has; runs in moto's environment.

`python -m distro_moto PORT SERVICE…`
"""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Serve until killed."""
    gc.disable()  # until everything is loaded, for all of it stays
    from distro_moto import server

    port, *services = sys.argv[1:]
    server.serve(int(port), services)


if __name__ == "__main__":
    main()
