"""IEEE 754 arithmetic where Python's floats would raise or turn complex."""

from __future__ import annotations

import math
from collections.abc import Callable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

inf: Final = math.inf
nan: Final = math.nan


def divide(x: float, y: float) -> float:
    """Return x / y; a zero divisor gives inf or nan."""
    if y != 0.0:
        return x / y
    if x == 0.0 or x != x:
        return nan
    return math.copysign(inf, x) * math.copysign(1.0, y)


def power(x: float, y: float) -> float:
    """Return x ** y as C's pow does: never complex, never an exception."""
    try:
        return math.pow(x, y)
    except OverflowError:
        return -inf if x < 0 and y % 2 == 1 else inf
    except ValueError:
        if x == 0.0:  # a pole: odd powers keep the sign of the zero
            return math.copysign(inf, x) if y % 2 == 1 else inf
        return nan


def guarded(f: Callable[[float], float]) -> Callable[[float], float]:
    """Wrap a function of `math`: outside its domain nan, beyond the largest float inf."""

    def safe(x: float) -> float:
        try:
            return f(x)
        except OverflowError:
            return math.copysign(inf, x)
        except ValueError:
            return nan

    safe.__name__ = f.__name__
    return safe
