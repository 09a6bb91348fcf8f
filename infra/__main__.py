"""What a plain `pulumi up` runs; `distro` runs `infra.program.main` itself."""

import sys
from pathlib import Path

# Pulumi starts this file by its path: the packages are beside its folder, not in it.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from infra.program import main

main()
