"""The same program and provider under the Automation API's own `Stack.up()`, to compare with."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.stacks import Measured, measured, settings
from engine import toolchain
from infra.progress import silent
from local.sandbox import Sandbox


def bare_up(sandbox: Sandbox) -> Measured:
    """A no-op `Stack.up()` of the environment, after a first one that is not measured.

    On resources that this sandbox's stack holds as well: both describe the same ones, so nothing is made twice.
    """
    from pulumi import automation

    from infra.program import main

    binary = toolchain.pulumi_binary(silent)
    with tempfile.TemporaryDirectory(prefix="distro-bench-") as folder:
        place = Path(folder) / "bin" / "pulumi"  # where PulumiCommand looks
        place.parent.mkdir()
        place.symlink_to(binary)
        command = automation.PulumiCommand(root=folder)
        options = automation.LocalWorkspaceOptions(
            pulumi_command=command,
            env_vars={
                **settings(sandbox), "PULUMI_CONFIG_PASSPHRASE": "bench", "PULUMI_SKIP_UPDATE_CHECK": "true",
                "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true", "PULUMI_HOME": folder,
                "PULUMI_BACKEND_URL": f"file://{folder}", "PATH": f"{binary.parent}:/usr/bin:/bin",
            },
        )  # fmt: skip
        stack = automation.create_or_select_stack("local", "distro", main, opts=options)
        stack.up()
        return measured("Stack.up()", stack.up)
