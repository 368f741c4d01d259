"""What an operation is to the compiled core: typed arithmetic instead of Python functions.

`kernels` has one for each entry of the table, printed from it by `kernel_printer`. A user's
own operation has none and runs as the Python functions it is made of. What no edge leads to
has the derivative -0.0, and where an operation leaves operands out, no other derivative is.
"""

from __future__ import annotations

from autograd.native import mypyc_attr, vec


@mypyc_attr(acyclic=True)
class Unary:
    """The arithmetic of an operation on one operand."""

    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        """Return the value and its derivative."""
        raise NotImplementedError


@mypyc_attr(acyclic=True)
class Binary:
    """The arithmetic of an operation on two operands."""

    __slots__ = ()

    def evaluate(self, x: float, y: float, /) -> tuple[float, float, float]:
        """Return the value and its derivatives by x and by y."""
        raise NotImplementedError


@mypyc_attr(acyclic=True)
class Ternary:
    """The arithmetic of an operation on three operands."""

    __slots__ = ()

    def evaluate(self, x: float, y: float, z: float, /) -> tuple[float, float, float, float]:
        """Return the value and its derivatives by x, y and z."""
        raise NotImplementedError


@mypyc_attr(acyclic=True)
class RowKernel:
    """The arithmetic of an operation on a row of operands."""

    __slots__ = ()

    def evaluate(self, xs: vec[float], /) -> tuple[float, vec[float]]:
        """Return the value and its derivative by each operand."""
        raise NotImplementedError
