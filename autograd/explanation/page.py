"""A page of headings, prose and aligned equations, put out as text, LaTeX or Markdown."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

# A longer cell is not padded to, or it would push all others out of sight.
_COLUMN_WIDTH = 48
# Longer rows are broken at their equals signs.
_LINE_WIDTH = 110
_LATEX_WIDTH = 170


@dataclass(frozen=True)
class Row:
    """Cells joined by equals signs; "" leaves a column empty. The note stands behind."""

    cells: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class Block:
    """A heading, some lines of prose, or equations whose columns are aligned.

    Attributes:
        kind: "heading", "prose" or "equations".
        text: of a heading or of prose.
        rows: of equations.
        indent: how many levels further in, in plain text.
    """

    kind: str
    text: str = ""
    rows: tuple[Row, ...] = field(default=())
    indent: int = 0


def as_text(blocks: list[Block]) -> str:
    """Return a page as plain text."""
    lines: list[str] = []
    for block in blocks:
        margin = "  " * block.indent
        if block.kind == "equations":
            lines.extend(margin + line for line in _aligned(block.rows))
        else:
            if block.kind == "heading" and lines:
                lines.append("")
            lines.append(margin + block.text)
    return "\n".join(lines)


def as_latex(blocks: list[Block]) -> str:
    """Return a page as LaTeX paragraphs and `align*` displays."""
    parts = []
    for block in blocks:
        if block.kind == "equations":
            parts.append(f"\\begin{{align*}}\n{_latex_rows(block.rows)}\n\\end{{align*}}")
        else:
            heading = block.kind == "heading"
            parts.append(rf"\noindent\textbf{{{block.text}}}" if heading else block.text)
    return "\n\n".join(parts)


def as_markdown(blocks: list[Block]) -> str:
    """Return a page as Markdown with displays between double dollars."""
    parts = []
    for block in blocks:
        if block.kind == "equations":
            rows = _latex_rows(block.rows)
            parts.append(f"$$\n\\begin{{aligned}}\n{rows}\n\\end{{aligned}}\n$$")
        else:
            parts.append(f"**{block.text}**" if block.kind == "heading" else block.text)
    return "\n\n".join(parts)


def _aligned(rows: tuple[Row, ...]) -> list[str]:
    """Pad the cells of each column to one width, as far as they are not too wide."""
    count = max(len(row.cells) for row in rows)
    widths = []
    for column in range(count):
        sizes = [_width(row.cells[column]) for row in rows if column < len(row.cells)]
        widths.append(max([size for size in sizes if size <= _COLUMN_WIDTH], default=0))
    lines = []
    for row in rows:
        line = ""
        for column, cell in enumerate(row.cells):
            if column:
                line += " = " if cell else "   " if widths[column] else ""
            line += cell + " " * (widths[column] - _width(cell))
        line = (line + (f"   {row.note}" if row.note else "")).rstrip()
        lines += [line] if _width(line) <= _LINE_WIDTH else _broken(row, widths[0])
    return lines


def _broken(row: Row, width: int) -> list[str]:
    """Put each cell of a long row on a line of its own."""
    first, *others = [cell for cell in row.cells if cell]
    padding = " " * (width - _width(first))
    note = f"   {row.note}" if row.note else ""
    starts = [first + padding, *[" " * max(width, _width(first))] * (len(others) - 1)]
    lines = [f"{start} = {cell}" for start, cell in zip(starts, others)]
    return [*lines[:-1], lines[-1] + note]


def _width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.category(c) in ("Mn", "Cf") for c in text)


def _latex_rows(rows: tuple[Row, ...]) -> str:
    lines = []
    for row in rows:
        first, *others = [cell for cell in row.cells if cell]
        note = rf" \quad {row.note}" if row.note else ""
        is_long = sum(map(len, others)) > _LATEX_WIDTH
        lines.append(f"{first} &= " + (" \\\\\n&= " if is_long else " = ").join(others) + note)
    return " \\\\\n".join(lines)
