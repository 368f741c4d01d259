"""Constants as people write them: ⅔, √2, π/4, 1/√(2π)."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

from autograd.op import CALL, POWER, PRODUCT

# Larger whole numbers make no small fraction.
_LARGEST = 12
_LARGEST_NUMERATOR = 100
_ALL = tuple(range(1, _LARGEST + 1))
_ENDLESS = (3, 6, 7, 9, 11, 12)  # other parts have few digits after the point
# A constant of fewer characters is written as it stands in the program, but for quarters.
LONG = 9
_NEAR = 4 * 2.0**-52

# What multiplies or divides a fraction, the likeliest first; √n by its n, √(nπ) by its n.
_SIGNS: dict[str, float] = {
    "π": math.pi,
    "e": math.e,
    **{f"√{n}": math.sqrt(n) for n in (2, 3, 5, 6, 7, 10)},
    "√π": math.sqrt(math.pi),
    "√(2π)": math.sqrt(2.0 * math.pi),
    "ln 2": math.log(2.0),
    "ln 10": math.log(10.0),
}


class Fraction(NamedTuple):
    """A positive constant as (whole * sign) / (divisor * sign_below); either sign may be ""."""

    whole: int
    sign: str
    divisor: int
    sign_below: str

    @property
    def above(self) -> tuple[str, str]:
        """What stands above the line: the number, "" for a 1 that is not written; the sign."""
        return str(self.whole) if self.whole > 1 or not self.sign else "", self.sign

    @property
    def below(self) -> tuple[str, str]:
        """What stands below the line; nothing where there is no line."""
        return str(self.divisor) if self.divisor > 1 else "", self.sign_below


@lru_cache(1000)
def as_fraction(x: float) -> Fraction | None:
    """Return a constant as people write it; None where its digits say it best.

    >>> as_fraction(2 / 3), as_fraction(0.2)
    (Fraction(whole=2, sign='', divisor=3, sign_below=''), None)
    """
    if not 1e-6 < x < 1e6 or x.is_integer():
        return None
    if len(repr(x)) < LONG:
        return _ratio(x, divisors=(2, 4)) if x < 1.0 and (4.0 * x).is_integer() else None
    found = [_ratio(x), *_with_signs(x)]
    return next((f for f in found if f), None)


def as_ratio(x: float, has_divisor: bool) -> tuple[float, float]:
    """Return what of a positive coefficient stands above the line, and what below.

    Args:
        x: the coefficient.
        has_divisor: whether there is a line already: 1/(2·y), but ½·y.
    """
    fraction = as_fraction(x)
    if fraction is None:
        part = 1.0 / x if x else 0.0
        is_part = len(repr(x)) >= LONG and _is_near(part, round(part))
        return (1.0, float(round(part))) if is_part else (x, 1.0)
    if has_divisor or fraction.sign_below:
        below = fraction.divisor * _SIGNS.get(fraction.sign_below, 1.0)
        return fraction.whole * _SIGNS.get(fraction.sign, 1.0), below
    return x, 1.0


def _ratio(
    x: float, most: int = _LARGEST_NUMERATOR, divisors: tuple[int, ...] = _ENDLESS
) -> Fraction | None:
    for divisor in divisors:
        whole = round(x * divisor)
        if 0 < whole <= most and _is_near(x * divisor, whole):
            return Fraction(whole, "", divisor, "")
    return None


def _with_signs(x: float) -> list[Fraction]:
    """Return the ways to write a number with a sign, the simplest first."""
    found = []
    for sign, value in _SIGNS.items():
        above, below = (_ratio(y, _LARGEST, _ALL) for y in (x / value, x * value))
        if above:
            found.append(above._replace(sign=sign))
        if below:
            found.append(below._replace(sign_below=sign))
    return sorted(found, key=lambda f: f.whole * f.divisor)


def _is_near(x: float, y: float) -> bool:
    return abs(x - y) <= _NEAR * abs(x)


def fraction_text(x: Fraction) -> tuple[str, int]:
    """Return a fraction on one line, and how tightly it binds."""
    above, below = (dot.join(filter(None, pair)) for pair, dot in _dotted(x))
    if above + "/" + below in _FRACTIONS:
        return _FRACTIONS[f"{above}/{below}"], POWER
    if below:
        is_single = all(c.isdigit() for c in below) or not x.below[0]
        return f"{above}/{below if is_single else f'({below})'}", PRODUCT
    return above, CALL if above in ("π", "e") else POWER if above == x.sign else PRODUCT


def _dotted(x: Fraction) -> list[tuple[tuple[str, str], str]]:
    """Return what stands above and below the line, with the sign between the factors."""
    return [(pair, "·" if pair[1].startswith("ln") else "") for pair in (x.above, x.below)]


_FRACTIONS = {
    "1/2": "½", "1/3": "⅓", "2/3": "⅔", "1/4": "¼", "3/4": "¾", "1/6": "⅙", "5/6": "⅚", "1/7": "⅐",
    "1/8": "⅛", "3/8": "⅜", "5/8": "⅝", "7/8": "⅞", "1/9": "⅑",
}  # fmt: skip
