"""Rows of text under each other. Nothing is cut: a line that is too long for the terminal wraps there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console

GOOD = ("✔", "green")
BAD = ("✖", "red")

Cell = str | tuple[str, str]
"""A text, or a text and its style."""


def columns(console: Console, rows: Sequence[Sequence[Cell]]) -> None:
    """Print the rows, each column as wide as its widest cell, the last one as it is."""
    cells = [[_text(cell) for cell in row] for row in rows]
    widths = [max(text.cell_len for text in column) for column in zip(*cells, strict=True)]
    for row in cells:
        line = Text("  ")
        for text, width in zip(row[:-1], widths, strict=False):
            line.append_text(text).append(" " * (width - text.cell_len + 2))
        console.print(line.append_text(row[-1]), soft_wrap=True)


def _text(cell: Cell) -> Text:
    return Text(cell) if isinstance(cell, str) else Text(*cell)
