"""What every scalar-like object can do, in terms of the table of operations.

`Value` and the compiler's recording placeholder share these methods, so that a function
written for one runs on the other.
"""

from __future__ import annotations

from math import inf, pi
from operator import index

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

    def _binary(self, op: Op, x: Any, y: Any) -> Any:
        """Apply an operation to two operands, one of them self; or return NotImplemented."""
        raise NotImplementedError

    def __mod__(self, other: Any) -> Any:
        return self._binary(ops.remainder, self, other)

    def __rmod__(self, other: Any) -> Any:
        return self._binary(ops.remainder, other, self)

    def __floordiv__(self, other: Any) -> Any:
        return self._binary(ops.floor_divide, self, other)

    def __rfloordiv__(self, other: Any) -> Any:
        return self._binary(ops.floor_divide, other, self)

    def __divmod__(self, other: Any) -> tuple[Any, Any]:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> tuple[Any, Any]:
        return other // self, other % self

    def __floor__(self) -> Self:
        return self._apply_unary(ops.floor)

    def __ceil__(self) -> Self:
        return self._apply_unary(ops.ceil)

    def __trunc__(self) -> Self:
        return self._apply_unary(ops.trunc)

    def __round__(self, ndigits: Any = None) -> Self:
        if ndigits is None:
            return self._apply_unary(ops.rint)
        return self._apply(ops.round, self, float(index(ndigits)))

    def __matmul__(self, other: Any) -> Any:
        return _no_matrix(other)

    def __rmatmul__(self, other: Any) -> Any:
        return _no_matrix(other)

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

    def exp2(self) -> Self:
        """Return exp2(self)."""
        return self._apply_unary(ops.exp2)

    def log2(self) -> Self:
        """Return log2(self)."""
        return self._apply_unary(ops.log2)

    def log10(self) -> Self:
        """Return log10(self)."""
        return self._apply_unary(ops.log10)

    def cbrt(self) -> Self:
        """Return cbrt(self)."""
        return self._apply_unary(ops.cbrt)

    def square(self) -> Self:
        """Return self**2."""
        return self._apply_unary(ops.square)

    def reciprocal(self) -> Self:
        """Return 1/self."""
        return self._apply_unary(ops.reciprocal)

    def floor(self) -> Self:
        """Return floor(self)."""
        return self._apply_unary(ops.floor)

    def ceil(self) -> Self:
        """Return ceil(self)."""
        return self._apply_unary(ops.ceil)

    def trunc(self) -> Self:
        """Return trunc(self)."""
        return self._apply_unary(ops.trunc)

    def sign(self) -> Self:
        """Return sign(self)."""
        return self._apply_unary(ops.sign)

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

    def erfinv(self) -> Self:
        """Return erfinv(self)."""
        return self._apply_unary(ops.erfinv)

    def lgamma(self) -> Self:
        """Return lgamma(self)."""
        return self._apply_unary(ops.lgamma)

    def digamma(self) -> Self:
        """Return digamma(self)."""
        return self._apply_unary(ops.digamma)

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

    def log_sigmoid(self) -> Self:
        """Return log_sigmoid(self)."""
        return self._apply_unary(ops.log_sigmoid)

    def mish(self) -> Self:
        """Return mish(self)."""
        return self._apply_unary(ops.mish)

    def softsign(self) -> Self:
        """Return softsign(self)."""
        return self._apply_unary(ops.softsign)

    def elu(self, alpha: Any = 1.0) -> Self:
        """Return self where it is positive, else alpha * (exp(self) - 1)."""
        return self._apply(ops.elu, self, alpha)

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

    def remainder(self, other: Any) -> Self:
        """Return self % other, which has the sign of other."""
        return self._apply(ops.remainder, self, other)

    def floor_divide(self, other: Any) -> Self:
        """Return self // other."""
        return self._apply(ops.floor_divide, self, other)

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

    def rint(self) -> Self:
        """Return round(self)."""
        return self._apply_unary(ops.rint)

    def fmod(self, other: Any) -> Any:
        """Return what is left of self / other cut to a whole number; it has self's sign."""
        return ops.sign(self) * (abs(self) % abs(other))

    def degrees(self) -> Any:
        """Return the angle of so many radians in degrees."""
        return self._binary(ops.multiply, self, 180.0 / pi)

    def radians(self) -> Any:
        """Return the angle of so many degrees in radians."""
        return self._binary(ops.multiply, self, pi / 180.0)

    def rad2deg(self) -> Any:
        """Return the angle of so many radians in degrees."""
        return self.degrees()

    def deg2rad(self) -> Any:
        """Return the angle of so many degrees in radians."""
        return self.radians()

    def conjugate(self) -> Self:
        """Return self: it is real. numpy.var asks for it."""
        return self


def _no_matrix(other: Any) -> Any:
    if isinstance(other, (Scalar, float, int)):
        raise TypeError(
            "@ multiplies matrices, and a Value is one scalar: write v * w, or dot(xs, ys) for "
            "two sequences of Values"
        )
    return NotImplemented


def no_deleter(scalar: Scalar, name: str) -> AttributeError:
    """Return the error for `del x.name`, which calls a compiled setter with a null pointer.

    A setter knows that pointer by its id, which no object has: 0.
    """
    return AttributeError(f"property {name!r} of {type(scalar).__name__!r} object has no deleter")
