"""How time and memory grow with the number of resources, as exponents of one run: 1 is linear, 2 is quadratic."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bench.memory import peak
from bench.stacks import measured, stack
from local.sandbox import Sandbox

SIZES = (100, 1000, 5000)
_AIM = 1.1
_MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Run:
    """One operation on one size: seconds, and bytes by which all processes together grew at most."""

    operation: str
    size: int
    seconds: float
    grown: int


def growth(sandbox: Sandbox, sizes: Sequence[int] = SIZES) -> Iterator[str]:
    """Make, look through and delete stacks of these sizes; a line for each, then the exponents."""
    runs: list[Run] = []
    for size in sizes:
        for run in _runs(sandbox, size):
            runs.append(run)
            name = f"{run.operation} of {size:,}"
            yield f"{name:<28} {run.seconds:6.2f} s   (at most {run.grown / _MEGABYTE:.0f} MB more)"
    for operation in dict.fromkeys(run.operation for run in runs):
        of_it = [run for run in runs if run.operation == operation]
        time = exponent([(run.size, run.seconds) for run in of_it])
        whole, steep = of_it[-1].size, exponent([(run.size, run.seconds) for run in of_it[-2:]])
        yield f"exponent of {operation:<16} {time:6.2f}     ({steep:.2f} up to {whole:,}; aim below {_AIM})"


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """The slope of a least-squares line through the logarithms: `seconds = c * size ** slope`."""
    logs = [(math.log(size), math.log(value)) for size, value in points]
    middle_x, middle_y = (sum(column) / len(logs) for column in zip(*logs, strict=True))
    above: float = sum((x - middle_x) * (y - middle_y) for x, y in logs)
    return float(above / sum((x - middle_x) ** 2 for x, _ in logs))


def _runs(sandbox: Sandbox, size: int) -> Iterator[Run]:
    roots = [os.getpid(), *(part.pid for part in sandbox.components.values() if part.pid)]
    with stack(sandbox, "bench.scale:main", f"scale-{size}", BENCH_RESOURCES=str(size)) as made:
        operations: dict[str, Callable[[], object]] = {
            "up": lambda: made.up(lambda _: None, refresh=False),
            "no-op": lambda: made.up(lambda _: None, refresh=True),
        }
        for name, action in operations.items():
            with peak(roots) as memory:
                run = measured(name, action)
            yield Run(name, size, run.seconds, memory.grown)
