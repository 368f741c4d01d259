"""The worked example as text: the document's figures beside ours, or ours alone."""

from __future__ import annotations

from collections.abc import Iterable

from nn.worked_example import FIGURES, Figure

Row = tuple[str, ...]
_HEADING = """\
The 2-2-2 net of the worked example: learning rate 0.5, biases fixed.
document: the Chinese text, which breaks off in the hidden layer;
original: the English text it translates, Matt Mazur's "A Step by Step Backpropagation Example".
"""
_COLUMNS = ("  quantity", "printed", "ours", "exact", "difference", "printed in")
_TO_THE_RIGHT = (False, True, True, False, True, False)


def compare(ours: dict[str, float]) -> tuple[str, bool]:
    """Return a table of the document's figures beside ours, and whether every one agrees.

    A figure agrees if ours, rounded to as many digits, has the digits printed; where those
    are a known slip, it must have the right ones, and the slip is explained below the table.

    Args:
        ours: figures by quantity, from `train` with its default arguments.
    """
    slips = [figure for figure in _figures() if figure.slip]
    rows: list[Row] = [_COLUMNS]
    for title, section in FIGURES.items():
        rows += [(), (title,)]
        for figure in section:
            x = ours[figure.quantity]
            remark = f"slip {slips.index(figure) + 1}" if figure.slip else ""
            remark = remark if figure.agrees_with(x) else "DISAGREES"
            rows.append((*_cells(figure, x), remark))
    notes = [f"slip {k}: {slip.quantity}: {slip.slip}." for k, slip in enumerate(slips, 1)]
    wrong = [f.quantity for f in _figures() if not f.agrees_with(ours[f.quantity])]
    lines = [_HEADING, *_aligned(rows), "", *notes, "", _verdict(len(slips), wrong)]
    return "\n".join(lines), not wrong


def list_figures(ours: dict[str, float]) -> str:
    """Return a table of our figures alone.

    >>> print(list_figures({"E": 0.5, "∂E/∂w1": -0.25}))
    E        0.5
    ∂E/∂w1  -0.25
    """
    width = max(map(len, ours))
    return "\n".join(f"{quantity:{width}}  {_signed(x)}" for quantity, x in ours.items())


def _cells(figure: Figure, x: float) -> Row:
    if not figure.printed:
        return (f"  {figure.quantity}", "", "", _signed(x), "", "")
    difference = x - float(figure.printed)
    return (
        f"  {figure.quantity}",
        figure.printed,
        figure.rounded(x),
        _signed(x),
        f"{difference:.1e}" if difference else "0",
        figure.source,
    )


def _signed(x: float) -> str:
    return f"{x!r:>{len(repr(abs(x))) + 1}}"  # room for a minus sign, so that digits align


def _aligned(rows: list[Row]) -> Iterable[str]:
    """Yield the rows in columns; a row of one cell is a title and fits no column."""
    table = [row for row in rows if len(row) > 1]
    widths = [max(len(row[k]) for row in table) for k in range(len(_COLUMNS))]
    for row in rows:
        if len(row) < 2:
            yield "".join(row)
            continue
        cells = [
            f"{cell:>{width}}" if right else f"{cell:{width}}"
            for cell, width, right in zip(row, widths, _TO_THE_RIGHT)
        ]
        yield "  ".join([*cells, *row[len(widths) :]]).rstrip()


def _verdict(slips: int, wrong: list[str]) -> str:
    if wrong:
        return f"These disagree with the printed figures: {', '.join(wrong)}"
    return (
        f"All figures agree in every printed digit, but for the {slips} slips above, where ours "
        "has the right digits."
    )


def _figures() -> list[Figure]:
    return [figure for section in FIGURES.values() for figure in section]
