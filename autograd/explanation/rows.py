"""Rows of equations: aligned in columns as text, at their equals signs in LaTeX."""

from __future__ import annotations

from dataclasses import dataclass

from autograd.expression.latex_items import measure
from autograd.expression.latex_lines import LINE_WIDTH, divide
from autograd.language import display_width, padded

# A longer cell is not padded to, or it would push all others out of sight.
_COLUMN_WIDTH = 48
# In columns of a terminal; longer rows are broken at their equals signs.
TEXT_WIDTH = 110
# Of the line, in LaTeX: a longer left side stands on a line of its own. The equals sign, in em.
_LEFT, _EQUALS = 0.4, 1.4


class Derived(str):
    """A cell of symbols that the chain rule gives: an exercise may leave it out."""


class Computed(str):
    """A cell of numbers, which an exercise may leave out too."""


@dataclass(frozen=True)
class Row:
    """Cells joined by equals signs; "" leaves a column empty. The note stands behind."""

    cells: tuple[str, ...]
    note: str = ""


def text_rows(rows: tuple[Row, ...]) -> list[str]:
    """Pad the cells of each column to one width, as far as they are not too wide."""
    count = max(len(row.cells) for row in rows)
    widths = []
    for column in range(count):
        sizes = [display_width(row.cells[column]) for row in rows if column < len(row.cells)]
        widths.append(max([size for size in sizes if size <= _COLUMN_WIDTH], default=0))
    lines = []
    for row in rows:
        line = ""
        for column, cell in enumerate(row.cells):
            if column:
                line += " = " if cell else "   " if widths[column] else ""
            line += padded(cell, widths[column])
        line = (line + (f"   {row.note}" if row.note else "")).rstrip()
        lines += [line] if display_width(line) <= TEXT_WIDTH else _broken(row, widths[0])
    return lines


def _broken(row: Row, width: int) -> list[str]:
    """Put each cell of a long row on a line of its own."""
    first, *others = [cell for cell in row.cells if cell]
    padding = " " * (width - display_width(first))
    note = f"   {row.note}" if row.note else ""
    starts = [first + padding, *[" " * max(width, display_width(first))] * (len(others) - 1)]
    lines = [f"{start} = {cell}" for start, cell in zip(starts, others)]
    return [*lines[:-1], lines[-1] + note]


def latex_rows(rows: tuple[Row, ...]) -> str:
    r"""Return the lines of an `aligned` or `align*` environment, none wider than a page's text.

    >>> print(latex_rows((Row(("f", "", r"2 \cdot 3", "6")),)))
    f &= 2 \cdot 3 = 6
    """
    firsts = [row.cells[0] for row in rows]
    widths = [width for width in map(measure, firsts) if width <= _LEFT * LINE_WIDTH]
    left = max(widths, default=0.0)
    lines = []
    for row in rows:
        first, *others = [cell for cell in row.cells if cell]
        if measure(first) > left:
            lines += [f"& {line}" for line in divide(first)]
            first = ""
        right = _right_sides(others, row.note, LINE_WIDTH - left - _EQUALS)
        lines += [f"{first} &{line}".strip() for line in right[:1]] + [f"&{x}" for x in right[1:]]
    return " \\\\\n".join(lines)


def _right_sides(cells: list[str], note: str, width: float) -> list[str]:
    """Return what stands to the right of the left side, on one line or on several."""
    cells = [f"= {cell}" for cell in cells]
    note = rf" \quad {note}" if note else ""
    whole = " ".join(cells) + note
    if measure(whole) <= width:
        return [whole]
    if len(cells) > 2 and measure(" ".join(cells[-2:])) <= width:  # the numbers and the result
        cells[-2:] = [" ".join(cells[-2:])]
    lines = [line for cell in cells for line in divide(cell, width)]
    if measure(lines[-1] + note) <= width:
        return [*lines[:-1], lines[-1] + note]
    return [*lines, *divide(note.strip(), width)]
