"""The entry point: the lazy group of commands, and the one place that renders errors."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from types import FrameType
from typing import Any

import click

from cli.application import Application
from infra.errors import DistroError, Interrupted, UsageError

# Command name to module below cli.commands: imported only when the command, or the list of all, is asked for.
COMMANDS = {
    "up": "up",
    "down": "down",
    "reset": "reset",
    "seed": "seed",
    "status": "status",
    "env": "env",
    "exec": "exec_",
    "logs": "logs",
    "smoke": "smoke",
    "outputs": "outputs",
    "parity": "parity",
    "preview": "preview",
    "drift": "drift",
    "backend": "backend",
    "spec": "spec",
    "init": "init",
    "people": "people",
    "test": "suite",
    "release": "release",
    "releases": "releases",
    "promote": "promote",
    "approve": "approve",
    "reject": "reject",
    "promotion": "promotion",
    "promotions": "promotions",
    "rollback": "rollback",
    "state": "state",
    "freeze": "freeze",
    "unfreeze": "unfreeze",
    "history": "history",
    "audit": "audit",
    "rehearse": "rehearse",
    "lock": "lock",
    "doctor": "doctor",
}


class LazyGroup(click.Group):
    """A group that imports a command's module when it is needed: `--help` of one costs no other."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        """In the order of the table, which is the order of a day's work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return it; None, for click's own error, if there is none."""
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        command: click.Command = importlib.import_module(f"cli.commands.{module}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Click's, with the nearest name in the error."""
        import difflib

        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            if near:
                raise click.UsageError(f"{error.message} Did you mean '{near[0]}'?", error.ctx) from error
            raise


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name=None, version="0.1.0", prog_name="distro")
def distro() -> None:
    """Deploy Distro Nation: a sandbox on your machine, gated promotions to dev, staging and prod.

    \b
    Start here:
      distro up local        the whole environment on this machine
      distro status local    what runs
      distro down local      stop it and leave nothing
    """  # noqa: D301 -- \b is click's mark for text that is not wrapped


def main() -> None:
    """Run the command line and exit with the contract's code."""
    application = Application.from_arguments(sys.argv[1:], os.environ)
    signal.signal(signal.SIGTERM, _terminate)
    sys.exit(_run(application))


def _run(application: Application) -> int:
    try:
        # Without click's own error handling, a command's `Exit` comes back as this value.
        ended = distro.main(args=application.arguments, prog_name="distro", standalone_mode=False, obj=application)
        return ended if isinstance(ended, int) else 0
    except click.ClickException as error:
        return _failed(application, _usage(error))
    except (KeyboardInterrupt, click.Abort):
        return _failed(application, _interrupted())
    except DistroError as error:
        return _failed(application, error)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # a closed pager is no error
        return 0
    except OSError as error:
        return _failed(application, _system(error))


def _failed(application: Application, error: DistroError) -> int:
    # Nothing is left to interrupt: another Ctrl-C must not change the exit code, nor cut the message off.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    # CPython dies of SIGINT at its end, whatever the exit code, where an interrupt came out of the last text that was
    # executed (pymain_run_python, run_eval_code_obj): a class that `dataclass` was just making, say.
    exec("")  # noqa: S102 -- from now on this one is the last
    return application.fail(error)


def _usage(error: click.ClickException) -> UsageError:
    context = getattr(error, "ctx", None)
    hint = f"Try '{context.command_path} --help'." if context else None
    return UsageError(error.format_message(), hint=hint)


def _system(error: OSError) -> DistroError:
    place = f"{error.filename}: " if error.filename else ""
    hint = "Free some space and run it again." if error.errno == 28 else None  # noqa: PLR2004 -- ENOSPC
    return DistroError(f"{place}{error.strerror or error}", hint=hint)


def _terminate(number: int, _: FrameType | None) -> Any:
    _received.append(number)
    raise _interrupted()


def _interrupted() -> Interrupted:
    """What was received; watchfiles makes a KeyboardInterrupt of whatever a handler raises."""
    if _received:
        return Interrupted("Terminated.", signal_number=_received[0])
    return Interrupted("Interrupted.")


_received: list[int] = []
