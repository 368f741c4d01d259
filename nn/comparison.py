"""The worked example as text: the document's figures beside ours, or ours alone."""

from __future__ import annotations

import re
from collections.abc import Iterable

from autograd.language import display_width, padded
from nn import phrases, worked_example
from nn.explanation import explain_update
from nn.optim import SGD
from nn.worked_example import FIGURES, Figure

Row = tuple[str, ...]
_COLUMNS = (
    phrases.QUANTITY, phrases.PRINTED, phrases.OURS, phrases.EXACT, phrases.DIFFERENCE,
    phrases.PRINTED_IN,
)  # fmt: skip
_TO_THE_RIGHT = (False, True, True, False, True, False)
_SECTIONS = {
    phrase.en: phrase
    for phrase in (
        phrases.FORWARD_PASS, phrases.ERRORS, phrases.OUTPUT_LAYER, phrases.HIDDEN_LAYER,
        phrases.UPDATED, phrases.TRAINING,
    )
}  # fmt: skip
_SOURCES = {phrase.en: phrase for phrase in (phrases.DOCUMENT, phrases.ORIGINAL)}
_AFTER = re.compile("E after ([0-9 ]+) updates?")


def compare(ours: dict[str, float], language: str = "en") -> tuple[str, bool]:
    """Return a table of the document's figures beside ours, and whether every one agrees.

    A figure agrees if ours, rounded to as many digits, has the digits printed; where those
    are a known slip, it must have the right ones, and the slip is explained below the table.

    Args:
        ours: figures by quantity, from `train` with its default arguments.
        language: "en", or "zh" for Chinese.
    """
    slips = [figure for figure in _figures() if figure.slip]
    rows: list[Row] = [tuple(x.say(language) for x in _COLUMNS)]
    for title, section in FIGURES.items():
        rows += [(), (_SECTIONS[title].say(language),)]
        for figure in section:
            x = ours[figure.quantity]
            k = str(slips.index(figure) + 1) if figure.slip else ""
            remark = phrases.SLIP.say(language, k=k) if figure.slip else ""
            remark = remark if figure.agrees_with(x) else phrases.DISAGREES.say(language)
            rows.append((*_cells(figure, x, language), remark))
    notes = [_note(k, slip, language) for k, slip in enumerate(slips, 1)]
    wrong = [f.quantity for f in _figures() if not f.agrees_with(ours[f.quantity])]
    verdict = _verdict(len(slips), wrong, language)
    lines = [phrases.HEADING.say(language), *_aligned(rows), "", *notes, "", verdict]
    return "\n".join(lines), not wrong


def list_figures(ours: dict[str, float], language: str = "en") -> str:
    """Return a table of our figures alone.

    Args:
        ours: figures by quantity, from `train`.
        language: "en", or "zh" for Chinese.

    >>> print(list_figures({"E": 0.5, "∂E/∂w1": -0.25}))
    E        0.5
    ∂E/∂w1  -0.25
    """
    named = {_name(quantity, language): x for quantity, x in ours.items()}
    widest = max(map(display_width, named))
    return "\n".join(f"{padded(name, widest)}  {_signed(x)}" for name, x in named.items())


def show_derivation(net: worked_example.Example, learning_rate: float, language: str = "en") -> str:
    """Return both passes of a net with formulas and numbers, and then its first update.

    Args:
        net: the net, which is left as it is.
        learning_rate: η.
        language: "en", or "zh" for Chinese.
    """
    worked_example.total_error(net).backward()
    optimizer = SGD(net.parameters(), learning_rate)
    updates = [str(explain_update(optimizer, p, language=language)) for p in net.parameters()]
    net.zero_grad()
    page = str(worked_example.derivation(net, language=language))
    return "\n".join([page, "", phrases.UPDATED.say(language), *[f"  {x}" for x in updates]])


def _name(quantity: str, language: str) -> str:
    """Return what a figure is called: most are formulas, which every language has."""
    after = _AFTER.fullmatch(quantity)
    if after is None:
        return quantity
    return (phrases.AFTER_ONE if after[1] == "1" else phrases.AFTER).say(language, n=after[1])


def _note(k: int, figure: Figure, language: str) -> str:
    assert figure.slip is not None
    facts = {"k": str(k), "quantity": _name(figure.quantity, language)}
    return phrases.NOTE.say(language, **facts, slip=figure.slip.say(language))


def _cells(figure: Figure, x: float, language: str) -> Row:
    name = f"  {_name(figure.quantity, language)}"
    if not figure.printed:
        return (name, "", "", _signed(x), "", "")
    difference = x - float(figure.printed)
    return (
        name,
        figure.printed,
        figure.rounded(x),
        _signed(x),
        f"{difference:.1e}" if difference else "0",
        _SOURCES[figure.source].say(language),
    )


def _signed(x: float) -> str:
    return f"{x!r:>{len(repr(abs(x))) + 1}}"  # room for a minus sign, so that digits align


def _aligned(rows: list[Row]) -> Iterable[str]:
    """Yield the rows in columns; a row of one cell is a title and fits no column."""
    table = [row for row in rows if len(row) > 1]
    widths = [max(display_width(row[k]) for row in table) for k in range(len(_COLUMNS))]
    for row in rows:
        if len(row) < 2:
            yield "".join(row)
            continue
        cells = [
            padded(cell, columns, right=right)
            for cell, columns, right in zip(row, widths, _TO_THE_RIGHT)
        ]
        yield "  ".join([*cells, *row[len(widths) :]]).rstrip()


def _verdict(slips: int, wrong: list[str], language: str) -> str:
    if wrong:
        names = ", ".join(_name(quantity, language) for quantity in wrong)
        return phrases.DISAGREE.say(language, quantities=names)
    return phrases.AGREES.say(language, n=str(slips))


def _figures() -> list[Figure]:
    return [figure for section in FIGURES.values() for figure in section]
