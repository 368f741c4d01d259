"""Colours, and text as Graphviz's HTML-like labels with nothing in it taken for markup."""

from __future__ import annotations

from html import escape

from autograd.expression.notation import visible

VALUE, GRADIENT, DERIVATIVE = "#0b7a4b", "#c4311d", "#6a4fc3"
INK, NAME, LINE, FADED = "#24292f", "#57606a", "#8c959f", "#ccd2d9"
ACCENT = "#b35900"
FONT = "Helvetica,Arial,sans-serif"


def html(markup: str) -> str:
    """Return markup as a label that Graphviz reads as HTML."""
    return f"<{markup}>"


def font(text: str, color: str, size: int | None = None, *, bold: bool = False) -> str:
    """Return text in a colour; what does not print in it is escaped visibly.

    >>> font("<b>", "red")
    '<FONT COLOR="red">&lt;b&gt;</FONT>'
    """
    # A backslash begins an escape of Graphviz's own, even here, and two of them end it.
    safe = escape(visible(text)).replace("\\", "\\\\")
    points = "" if size is None else f' POINT-SIZE="{size}"'
    inside = f'<FONT COLOR="{color}"{points}>{safe}</FONT>'
    return f"<B>{inside}</B>" if bold else inside


def table(rows: str, *, spacing: int = 0, padding: int = 1) -> str:
    """Return rows as a table without lines."""
    size = f'CELLSPACING="{spacing}" CELLPADDING="{padding}"'
    return f'<TABLE BORDER="0" CELLBORDER="0" {size}>{rows}</TABLE>'


def row(*cells: str, align: str = "CENTER") -> str:
    """Return a row of a table."""
    return "<TR>" + "".join(f'<TD ALIGN="{align}">{cell}</TD>' for cell in cells) + "</TR>"
