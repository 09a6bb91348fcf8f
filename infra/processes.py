"""Whether a process runs."""

from __future__ import annotations

import os
import select


def exists(pid: int | None) -> bool:
    """Whether a process of that number runs; one that has ended and was not collected yet does not."""
    if pid is None:
        return False
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return False
    except (AttributeError, OSError):
        return _is_known(pid)
    try:
        # Readable when the last of its threads has ended (pidfd_open(2)); its ports are free then.
        ended = select.poll()
        ended.register(descriptor, select.POLLIN)
        return not ended.poll(0)
    finally:
        os.close(descriptor)


def _is_known(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
