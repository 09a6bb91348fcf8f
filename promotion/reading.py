"""Reading several objects at once: a store that is far away answers many as fast as one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import islice
from typing import TypeVar

from promotion.entries import MAX_ENTRY, Objects, path_of
from promotion.store import Missing

_READERS = 16
_AHEAD = 512
_FEW = 16


Of = TypeVar("Of")
Found = TypeVar("Found")


def side_by_side(work: Callable[[Of], Found], items: Iterable[Of]) -> Iterator[Found]:
    """The results in order. What waits (for a store, for a process) waits together; `work` may not call this again."""
    whole = list(items)
    size = len(whole) // (_READERS * 4) + 1
    parts = [whole[start : start + size] for start in range(0, len(whole), size)]
    done = map if len(whole) <= _FEW else _readers().map
    for part in done(lambda part: [work(item) for item in part], parts):
        yield from part


def entries_of(objects: Objects, numbers: Iterable[int]) -> Iterator[tuple[int, bytes]]:
    """Numbers and bytes of entries, in the order given, up to the first that is missing.

    A range is read ahead, anything endless one by one. Raises StoreFailed.
    """
    found = _ahead(objects, numbers) if isinstance(numbers, range) else _one_by_one(objects, numbers)
    for number, data in found:
        if data is None:
            return
        yield number, data


def read(objects: Objects, number: int) -> bytes | None:
    """Bytes of one entry; None where there is none. Raises StoreFailed."""
    try:
        return objects.read(path_of(number), limit=MAX_ENTRY)
    except Missing:
        return None


def _one_by_one(objects: Objects, numbers: Iterable[int]) -> Iterator[tuple[int, bytes | None]]:
    return ((number, read(objects, number)) for number in numbers)


def _ahead(objects: Objects, numbers: range) -> Iterator[tuple[int, bytes | None]]:
    rest = iter(numbers)
    while batch := list(islice(rest, _AHEAD)):
        yield from zip(batch, side_by_side(lambda each: read(objects, each), batch), strict=True)


@cache
def _readers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_READERS, thread_name_prefix="reader")
