"""Running a rule again in IEEE 754 arithmetic where Python's own raises or turns complex."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from autograd.ieee import divide, power

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class IeeeFloat(float):
    """A float whose `/` and `**` follow IEEE 754; rules are run on it after a failure.

    >>> IeeeFloat(1.0) / 0.0, IeeeFloat(-8.0) ** 0.5
    (inf, nan)
    """

    __slots__ = ()

    @staticmethod
    def __apply_op__(op: Any, operands: tuple[Any, ...]) -> float:
        return IeeeFloat(op.forward(*operands))

    def __add__(self, other: float) -> float:
        return IeeeFloat(float(self) + float(other))

    def __sub__(self, other: float) -> float:
        return IeeeFloat(float(self) - float(other))

    def __rsub__(self, other: float) -> float:
        return IeeeFloat(float(other) - float(self))

    def __mul__(self, other: float) -> float:
        return IeeeFloat(float(self) * float(other))

    def __truediv__(self, other: float) -> float:
        return IeeeFloat(divide(float(self), float(other)))

    def __rtruediv__(self, other: float) -> float:
        return IeeeFloat(divide(float(other), float(self)))

    def __pow__(self, other: float, modulus: None = None) -> Any:
        return IeeeFloat(power(float(self), float(other)))

    def __rpow__(self, other: float, modulus: None = None) -> Any:
        return IeeeFloat(power(float(other), float(self)))

    def __neg__(self) -> float:
        return IeeeFloat(-float(self))

    def __abs__(self) -> float:
        return IeeeFloat(math.fabs(self))

    __radd__ = __add__
    __rmul__ = __mul__


def evaluate(f: Callable[..., Any], arguments: Sequence[Any]) -> Any:
    """Call f on floats; where Python's own arithmetic fails, again in IEEE arithmetic.

    The second try costs nothing until it is needed, and lets a rule be written as plain
    as `1 / x`.
    """
    try:
        result = f(*arguments)
        if not _is_complex(result):
            return result
    except (ZeroDivisionError, OverflowError):
        pass
    result = f(*[IeeeFloat(x) if type(x) is float else x for x in arguments])
    return tuple(map(_plain, result)) if type(result) is tuple else _plain(result)


def _plain(x: Any) -> Any:
    return float(x) if type(x) is IeeeFloat else x


def _is_complex(result: Any) -> bool:
    """Tell whether a number, or one of a tuple of numbers, has turned complex."""
    if type(result) is tuple:
        return complex in map(type, result)
    return type(result) is complex
