"""What every scalar-like object can do, in terms of the table of operations.

`Value` and the compiler's recording placeholder share these methods, so that a function
written for one runs on the other.
"""

from __future__ import annotations

from math import inf

from autograd import ops
from autograd.native import mypyc_attr
from autograd.op import Op

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Self


@mypyc_attr(acyclic=True, allow_interpreted_subclasses=True)
class Scalar:
    """Arithmetic and elementary functions; subclasses say how an operation is applied."""

    __slots__ = ()

    def _apply(self, op: Op, *operands: Any) -> Self:
        """Apply an operation of the table to these operands, one of which is self."""
        raise NotImplementedError

    def _apply_unary(self, op: Op) -> Self:
        """Apply an operation on one operand to self."""
        return self._apply(op, self)

    def __neg__(self) -> Self:
        return self._apply_unary(ops.negative)

    def __pos__(self) -> Self:
        return self

    def __abs__(self) -> Self:
        return self._apply_unary(ops.absolute)

    def exp(self) -> Self:
        """Return exp(self)."""
        return self._apply_unary(ops.exp)

    def expm1(self) -> Self:
        """Return expm1(self)."""
        return self._apply_unary(ops.expm1)

    def log(self) -> Self:
        """Return log(self)."""
        return self._apply_unary(ops.log)

    def log1p(self) -> Self:
        """Return log1p(self)."""
        return self._apply_unary(ops.log1p)

    def sqrt(self) -> Self:
        """Return sqrt(self)."""
        return self._apply_unary(ops.sqrt)

    def sin(self) -> Self:
        """Return sin(self)."""
        return self._apply_unary(ops.sin)

    def cos(self) -> Self:
        """Return cos(self)."""
        return self._apply_unary(ops.cos)

    def tan(self) -> Self:
        """Return tan(self)."""
        return self._apply_unary(ops.tan)

    def asin(self) -> Self:
        """Return asin(self)."""
        return self._apply_unary(ops.asin)

    def acos(self) -> Self:
        """Return acos(self)."""
        return self._apply_unary(ops.acos)

    def atan(self) -> Self:
        """Return atan(self)."""
        return self._apply_unary(ops.atan)

    def sinh(self) -> Self:
        """Return sinh(self)."""
        return self._apply_unary(ops.sinh)

    def cosh(self) -> Self:
        """Return cosh(self)."""
        return self._apply_unary(ops.cosh)

    def tanh(self) -> Self:
        """Return tanh(self)."""
        return self._apply_unary(ops.tanh)

    def asinh(self) -> Self:
        """Return asinh(self)."""
        return self._apply_unary(ops.asinh)

    def acosh(self) -> Self:
        """Return acosh(self)."""
        return self._apply_unary(ops.acosh)

    def atanh(self) -> Self:
        """Return atanh(self)."""
        return self._apply_unary(ops.atanh)

    def erf(self) -> Self:
        """Return erf(self)."""
        return self._apply_unary(ops.erf)

    def erfc(self) -> Self:
        """Return erfc(self)."""
        return self._apply_unary(ops.erfc)

    def sigmoid(self) -> Self:
        """Return sigmoid(self)."""
        return self._apply_unary(ops.sigmoid)

    def relu(self) -> Self:
        """Return relu(self)."""
        return self._apply_unary(ops.relu)

    def softplus(self) -> Self:
        """Return softplus(self)."""
        return self._apply_unary(ops.softplus)

    def silu(self) -> Self:
        """Return silu(self)."""
        return self._apply_unary(ops.silu)

    def gelu(self) -> Self:
        """Return gelu(self)."""
        return self._apply_unary(ops.gelu)

    def leaky_relu(self, slope: Any = 0.01) -> Self:
        """Return self where it is positive, else slope * self."""
        return self._apply(ops.leaky_relu, self, slope)

    def clamp(self, low: Any = -inf, high: Any = inf) -> Self:
        """Return self limited to low..high."""
        return self._apply(ops.clamp, self, low, high)

    def maximum(self, other: Any) -> Self:
        """Return the larger of self and other."""
        return self._apply(ops.maximum, self, other)

    def minimum(self, other: Any) -> Self:
        """Return the smaller of self and other."""
        return self._apply(ops.minimum, self, other)

    def atan2(self, other: Any) -> Self:
        """Return the angle of the point (other, self), in radians."""
        return self._apply(ops.atan2, self, other)

    def hypot(self, other: Any) -> Self:
        """Return the length of the vector (self, other)."""
        return self._apply(ops.hypot, self, other)

    # NumPy calls an object's method by its own name: np.arcsin(array of Values).

    def arcsin(self) -> Self:
        """Return asin(self)."""
        return self._apply_unary(ops.asin)

    def arccos(self) -> Self:
        """Return acos(self)."""
        return self._apply_unary(ops.acos)

    def arctan(self) -> Self:
        """Return atan(self)."""
        return self._apply_unary(ops.atan)

    def arcsinh(self) -> Self:
        """Return asinh(self)."""
        return self._apply_unary(ops.asinh)

    def arccosh(self) -> Self:
        """Return acosh(self)."""
        return self._apply_unary(ops.acosh)

    def arctanh(self) -> Self:
        """Return atanh(self)."""
        return self._apply_unary(ops.atanh)

    def arctan2(self, other: Any) -> Self:
        """Return atan2(self, other)."""
        return self._apply(ops.atan2, self, other)

    def fabs(self) -> Self:
        """Return abs(self)."""
        return self._apply_unary(ops.absolute)


def no_deleter(scalar: Scalar, name: str) -> AttributeError:
    """Return the error for `del x.name`, which calls a compiled setter with a null pointer.

    A setter knows that pointer by its id, which no object has: 0.
    """
    return AttributeError(f"property {name!r} of {type(scalar).__name__!r} object has no deleter")
