"""Graphviz's HTML-like labels, with nothing in them taken for markup."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from autograd.drawing.content import Content, Run

_TABLE = '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">'


def html(markup: str) -> str:
    return f"<{markup}>" if markup else ""


def rows(lines: Iterable[str]) -> str:
    cells = "".join(f"<TR><TD>{line}</TD></TR>" for line in lines)
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">{cells}</TABLE>'


def joined(line: Iterable[Run], gap: str) -> str:
    return gap.join(map(font, line))


def font(run: Run) -> str:
    """Return text in a colour, with nothing in it taken for markup.

    >>> font(Run("<b>", "red", 9.0))
    '<FONT COLOR="red" POINT-SIZE="9">&lt;b&gt;</FONT>'
    """
    # A backslash begins an escape of Graphviz's own, even here, and two of them end it.
    safe = escape(run.text).replace("\\", "\\\\")
    inside = f'<FONT COLOR="{run.color}" POINT-SIZE="{run.size:g}">{safe}</FONT>'
    return f"<B>{inside}</B>" if run.bold else inside


def table(*cells: str) -> str:
    """Return cells in a row, without lines or room between them."""
    return f"{_TABLE}<TR>{''.join(cells)}</TR></TABLE>"


def blank(width: float, height: float) -> str:
    """Return an empty cell of a size."""
    return f'<TD FIXEDSIZE="TRUE" WIDTH="{round(width)}" HEIGHT="{round(height)}"></TD>'


def with_rungs(content: Content, middle: str, *, is_upright: bool) -> str:
    """Return a cell with places for the ends of edges on two sides of it."""

    def side(names: Iterable[str | None]) -> str:
        cells = ""
        for rung, name in zip(content.rungs, names):
            port = f' PORT="{name}"' if name else ""
            if is_upright:
                cells += f'<TD FIXEDSIZE="TRUE" WIDTH="{rung.length}" HEIGHT="1"{port}></TD>'
            else:
                cells += (
                    f'<TR><TD FIXEDSIZE="TRUE" WIDTH="1" HEIGHT="{rung.length}"{port}></TD></TR>'
                )
        return f"<TD>{_TABLE}{f'<TR>{cells}</TR>' if is_upright else cells}</TABLE></TD>"

    into = side(rung.into for rung in content.rungs)
    out_of = side(rung.out_of for rung in content.rungs)
    if is_upright:
        return f"{_TABLE}{''.join(f'<TR>{x}</TR>' for x in (into, middle, out_of))}</TABLE>"
    return table(into, middle, out_of)
