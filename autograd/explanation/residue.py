"""What is left of a sum that cancels: a number that stands for 0."""

from __future__ import annotations

import math

from autograd.op import NOTHING

# Of the size of the terms; rounding leaves about 1e-16 of it, and long sums more.
_SMALL = 1e-12


class Residue(float):
    """Rounding errors in the place of 0; what is multiplied by it is one too.

    Attributes:
        size: of the terms that it is the sum of.
    """

    size: float

    def __new__(cls, x: float, size: float) -> Residue:
        self = super().__new__(cls, x)
        self.size = size
        return self


class Sum:
    """A sum of products that knows whether it cancelled.

    >>> third = Sum()
    >>> third.add(0.3, 1.0), third.add(-0.1, 3.0)
    (None, None)
    >>> third.value, isinstance(third.value, Residue)
    (-5.551115123125783e-17, True)
    """

    def __init__(self) -> None:
        self._total: float = NOTHING
        self._size = 0.0

    def add(self, x: float, y: float) -> None:
        """Add x*y."""
        self._total = self._total + x * y
        self._size += _size(x) * _size(y)

    @property
    def value(self) -> float:
        """The sum, as a Residue if it is nothing beside its terms."""
        return as_residue(self._total, self._size)


def as_residue(x: float, size: float) -> float:
    """Return a number, as a Residue if it is nothing beside the terms it is the sum of."""
    return Residue(x, size) if 0.0 < abs(x) < _SMALL * size < math.inf else x


def product(*factors: float) -> float:
    """Return a product; a Residue if one of the factors is."""
    result, size = 1.0, 1.0
    for x in factors:
        result, size = result * x, size * _size(x)
    is_residue = result and any(isinstance(x, Residue) for x in factors)
    return Residue(result, size) if is_residue else result


def _size(x: float) -> float:
    return x.size if isinstance(x, Residue) else abs(x)
