"""Rows of equations: aligned in columns as text, at their equals signs in LaTeX."""

from __future__ import annotations

from dataclasses import dataclass

from autograd.expression.latex_items import measure
from autograd.expression.latex_lines import LINE_WIDTH, divide
from autograd.expression.text_lines import divide_text
from autograd.language import display_width, padded

# A longer cell is not padded to, or it would push all others out of sight.
_COLUMN_WIDTH = 48
_LONG, _INDENT, _GAP = 32, 4, "   "
# In columns of a terminal; longer rows are broken at their equals signs.
TEXT_WIDTH = 110
# Of the line, in LaTeX: a longer left side stands on a line of its own. The equals sign, in em.
_LEFT, _EQUALS = 0.4, 1.4


class Derived(str):
    """A cell of symbols that the chain rule gives: an exercise may leave it out."""


class Computed(str):
    """A cell of numbers, which an exercise may leave out too."""


class Residual(Computed):
    """A 0 with what rounding leaves of it; the row is equal to it about."""


@dataclass(frozen=True)
class Row:
    """Cells joined by equals signs; "" leaves a column empty. The note stands behind."""

    cells: tuple[str, ...]
    note: str = ""


def text_rows(rows: tuple[Row, ...], line_width: int = TEXT_WIDTH) -> list[str]:
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
                line += f" {_sign(cell)} " if cell else "   " if widths[column] else ""
            line += padded(cell, widths[column])
        line = (line + (f"   {row.note}" if row.note else "")).rstrip()
        is_short = display_width(line) <= line_width
        lines += [line] if is_short else _broken(row, widths[0], line_width)
    return lines


def _sign(cell: str) -> str:
    return "≈" if isinstance(cell, Residual) else "="


def _broken(row: Row, width: int, line_width: int) -> list[str]:
    """Put each cell of a long row on a line of its own, or on several."""
    first, *others = [cell for cell in row.cells if cell]
    lines, before = [], first
    if display_width(first) > min(width, _LONG):  # a long left side stands by itself
        lines, before, width = divide_text(first, line_width), "", _INDENT
        others = _packed(others, line_width - _INDENT - len(_GAP))
    for cell in others:
        start = f"{padded(before, width)} {_sign(cell)} "
        parts = divide_text(cell, line_width - display_width(start))
        lines += [start + parts[0], *[" " * display_width(start) + x for x in parts[1:]]]
        before = ""
    if not row.note:
        return lines
    if display_width(lines[-1]) + len(_GAP) + display_width(row.note) <= line_width:
        return [*lines[:-1], lines[-1] + _GAP + row.note]
    return lines + [" " * _INDENT + x for x in divide_text(row.note, line_width - _INDENT)]


def _packed(cells: list[str], width: int) -> list[str]:
    """Return cells such that those that fit into a line together are one."""
    packed = cells[:1]
    for cell in cells[1:]:
        joined = f"{packed[-1]} {_sign(cell)} {cell}"
        packed[-1:] = [joined] if display_width(joined) <= width else [packed[-1], cell]
    return packed


_LATEX_SIGNS = {"=": "=", "≈": r"\approx"}


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
    cells = [f"{_LATEX_SIGNS[_sign(cell)]} {cell}" for cell in cells]
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
