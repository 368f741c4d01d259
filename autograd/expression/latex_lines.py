r"""A formula in LaTeX, divided into lines.

Lines end before a relation or an operator, outside of brackets if possible. What is too
wide for a line by itself is opened: brackets become signs that may stand on different
lines, \frac{a}{b} becomes (a)/(b), e^{a} becomes \exp(a).
"""

from __future__ import annotations

from dataclasses import dataclass

from autograd.expression.latex_items import SCRIPT, Item, items_of, measure, width_of

# In em. LaTeX's article class has 32.5 to 34.5, by the size of its type.
LINE_WIDTH = 32.0
_INDENT = 1.0
_WORST = 1000  # a line that begins with a closing bracket
_SPACE, _SEMICOLON = Item(r"\ ", 0.3), Item(r";\ ", 0.7, "comma")


@dataclass
class Unit:
    """Text that stays on one line, and how badly a line would begin with it; None: never."""

    text: str
    width: float
    badness: int | None


def divide(latex: str, width: float = LINE_WIDTH) -> list[str]:
    r"""Return a formula as lines of a width in em; those after the first are indented.

    >>> divide(r"a = \left(b + c + d\right) \cdot e", 7.0)
    ['a = \\bigl( b + c', '\\quad {} + d \\bigr) \\cdot e']
    """
    return [latex] if measure(latex) <= width else _lines(items_of(latex), width)


def aligned(latex: str, width: float = LINE_WIDTH) -> str:
    """Return a formula as it is if it fits into a line, else as lines below each other."""
    return latex if measure(latex) <= width else _aligned(items_of(latex), width)


def _lines(items: list[Item], width: float) -> list[str]:
    if width_of(items) <= width:
        return [" ".join(item.text.strip(" ") for item in items)]
    units = _units(items, width - _INDENT - 1.5, 0)
    units[0].badness = None
    lines: list[str] = []
    while units:
        end = _line_end(units, width - (_INDENT if lines else 0.0))
        text = " ".join(unit.text.strip(" ") for unit in units[:end])
        lines.append(rf"\quad {{}} {text}" if lines else text)
        units = units[end:]
    return lines


def _aligned(items: list[Item], width: float) -> str:
    lines = _lines(items, width)
    if len(lines) == 1:
        return lines[0]
    rows = r" \\ ".join(f"& {line}" for line in lines)
    return rf"\begin{{aligned}} {rows} \end{{aligned}}"


def _line_end(units: list[Unit], width: float) -> int:
    """Return how many units stand on the next line.

    It ends where the next would begin least badly, if it is half full there, else late.
    """
    best, least = 0, (True, 0)
    used = units[0].width
    for i in range(1, len(units)):
        badness = units[i].badness
        if badness is not None:
            is_short = used < width / 2
            rank = (is_short, 0 if is_short else badness)
            if not best or rank <= least:
                best, least = i, rank
        used += units[i].width
        if used > width and best:
            return best
    return len(units)


def _units(items: list[Item], width: float, depth: int) -> list[Unit]:
    """Return items as units of at most a width, as far as they can be opened."""
    units: list[Unit] = []
    before = "open"
    for item in items:
        badness = {"relation": 0, "binary": 2}.get(item.kind)
        if item.text.strip(" ") in ("+", "-") and badness:
            badness = 1
        elif badness is None and before in ("comma", "open"):
            badness = 3
        opened = _opened(item, width, depth + 1) if item.width > width else []
        opened = opened or [Unit(item.text, item.width, None)]
        opened[0].badness = None if badness is None else badness + 4 * depth
        units += opened
        before = item.kind
    return units


def _opened(item: Item, width: float, depth: int) -> list[Unit]:
    """Return the units of an item that is too wide for a line; none if it stays together."""
    parts = item.parts
    match item.shape:
        case "^" | "_" if item.base is not None and item.base.width > width:
            if item.base.shape == r"\left":
                return _bracketed(item.base.parts[0], width, depth, item.base.signs, item.scripts)
            base = _opened(item.base, width, depth + 1)
            return _between(base, scripts=item.scripts) if base else []
        case "^" if item.base is not None and item.base.text == "e":
            return [Unit(r"\exp", 1.7, None), *_bracketed(parts[0], width, depth)]
        case "^" if item.base is not None:
            exponent = _aligned(parts[0], width / 2)
            return [Unit(f"{item.base.text}^{{{exponent}}}", width, None)]
        case r"\left":
            return _bracketed(parts[0], width, depth, item.signs)
        case r"\sqrt":
            return _bracketed(parts[0], width, depth, scripts="^{1/2}")
        case r"\frac":
            above, below = (
                _units(part, width, depth)
                if len(part) == 1 and part[0].shape != r"\frac"
                else _bracketed(part, width, depth)
                for part in parts
            )
            return [*above, Unit(r"\big/", 1.0, 4 * depth - 2), *below]
        case r"\begin" if any(r"\begin" in x.text for cell in parts for x in cell):
            rows = [[*cell, _SPACE, *condition] for cell, condition in zip(parts[::2], parts[1::2])]
            return _bracketed([x for row in rows for x in (*row, _SEMICOLON)][:-1], width, depth)
        case r"\begin" if parts:
            return [Unit(_narrow_cases(parts, width), width, None)]
    return []


def _bracketed(
    content: list[Item],
    width: float,
    depth: int,
    signs: tuple[str, ...] = ("(", ")"),
    scripts: str = "",
) -> list[Unit]:
    return _between(_units(content, width, depth), signs, scripts)


def _between(
    units: list[Unit], signs: tuple[str, ...] = ("(", ")"), scripts: str = ""
) -> list[Unit]:
    last = Unit(rf"\bigr{signs[1]}{scripts}", 0.6 + SCRIPT * 0.5 * len(scripts), _WORST)
    return [Unit(rf"\bigl{signs[0]}", 0.6, None), *units, last]


def _narrow_cases(cells: tuple[list[Item], ...], width: float) -> str:
    """Return the cases of a definition with their cells and conditions divided."""
    right = min(max(map(width_of, cells[1::2])), width / 2)
    rows = [
        f"{_aligned(cell, width - right - 2.0)} & {_aligned(condition, right)}"
        for cell, condition in zip(cells[::2], cells[1::2])
    ]
    return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"
