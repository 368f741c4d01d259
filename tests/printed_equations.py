"""Reading an explanation's text again: its equations, and what their printed numbers give."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

from autograd import ops, softmax

_FRACTIONS = {
    "½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅙": "1/6", "⅚": "5/6",
    "⅐": "1/7", "⅑": "1/9",
}  # fmt: skip
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_SIGNS = str.maketrans({"−": "-", "·": "*", "π": "pi", "^": "**"})
_LOGARITHMS = {"ln 10": "log(10)", "ln 2": "log(2)", "∞": "inf", "≥": ">=", "≤": "<="}
_SCOPE: dict[str, Any] = {
    **{name: op for name, op in ops.TABLE.items() if name.isidentifier()},
    "max": max, "abs": abs, "pi": math.pi, "inf": math.inf, "nan": math.nan,
    "logsumexp": lambda *xs: ops.logsumexp(xs), "dot": None,
    "softmax": lambda *xs: softmax([float(x) for x in xs]),
}  # fmt: skip
_DECIMAL = re.compile(r"(?<![\w.])\d+\.\d+(e-?\d+)?")
_NAME = re.compile(r"(?<![\d.\w])[^\W\d]\w*\b(?!\()")


def equations(text: str) -> Iterator[list[str]]:
    """Yield the cells of each equation, with lines that go on put together."""
    joined: list[str] = []
    for line in text.splitlines():
        bare = line.strip()
        goes_on = joined and line.startswith("    ") and re.match("[=≈+−·/]", bare)
        if goes_on or (joined and joined[-1].endswith((",", "("))):
            joined[-1] += f" {bare}"
        else:
            joined.append(bare)
    for line in joined:
        without_note = re.split(" {3}(?:since |−?[0-9.]+ is )", line)[0]
        cells = re.split(" [=≈] ", re.sub(" +", " ", without_note))
        if len(cells) > 1:
            yield [cell.strip() for cell in cells]


def as_python(cell: str) -> str:
    """Return a printed formula of numbers as Python."""
    for sign, fraction in _FRACTIONS.items():
        cell = cell.replace(sign, f"({fraction})")
    for sign, python in _LOGARITHMS.items():
        cell = cell.replace(sign, python)
    cell = re.sub("[₁-₉]", lambda m: f"[{ord(m[0]) - ord('₁')}]", cell)
    cell = re.sub("×10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)", lambda m: f"e{m[1].translate(_RAISED)}", cell)
    cell = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+", lambda m: f"**({m[0].translate(_RAISED)})", cell)
    cell = re.sub(r"√(\d+(?:\.\d+)?|π)", r"sqrt(\1)", cell).replace("√(", "sqrt(")
    cell = re.sub(r"(\d)(π|sqrt)", r"\1*\2", cell)
    cell = re.sub(r"\|([^|]+)\|", r"abs(\1)", cell)
    cell = re.sub(r"\(([^()]+) if ([^()]+) else ([^()]+)\)", r"((\1) if (\2) else (\3))", cell)
    return cell.translate(_SIGNS)


def evaluate(cell: str) -> tuple[float, float] | None:
    """Return what a printed formula of numbers gives, and how far its rounding may be off.

    A number with a point may be off by half of its last digit; what that does is found by
    moving each. None: there are names or dots in it, or it has no finite value.
    """
    source = as_python(cell)
    if any(x not in ("pi", "if", "else", "inf", "nan") for x in _NAME.findall(source)):
        return None
    try:
        result = float(eval(source, {}, _SCOPE))
    except (ArithmeticError, NameError, SyntaxError, TypeError, ValueError):
        return None
    room = 0.0
    for place in _DECIMAL.finditer(source):
        mantissa, _, exponent = place[0].partition("e")
        half = 0.5 * 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
        before, after = source[: place.start()], source[place.end() :]
        moved = [f"{before}{float(place[0]) + h!r}{after}" for h in (half, -half)]
        room += max(abs(float(eval(x, {}, _SCOPE)) - result) for x in moved)
    return (result, room) if math.isfinite(result) else None


def assert_lines_hold(text: str) -> int:
    """Each formula of numbers gives the number behind it, to the digits printed; count them."""
    checked = 0
    for cells in equations(text):
        *before, last = cells
        residue = re.fullmatch(r"0 \((.*)\)", last)
        found = evaluate(residue[1] if residue else last)
        numbers = evaluate(before[-1]) if len(before) > 1 else None
        if found is None or numbers is None:
            continue
        allowed = 1.05 * (numbers[1] + found[1]) + 1e-12 * max(1.0, abs(found[0]))
        assert abs(numbers[0] - found[0]) <= allowed, (cells, numbers, found)
        checked += 1
    return checked
