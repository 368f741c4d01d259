"""What every scalar-like object can do, in terms of the table of operations.

`Value` and the compiler's recording placeholder share these methods, so that a function
written for one runs on the other.
"""

from __future__ import annotations

from math import inf, pi
from operator import index

from autograd import ops
from autograd.function import Function, Operand
from autograd.native import mypyc_attr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@mypyc_attr(acyclic=True, allow_interpreted_subclasses=True)
class Scalar(Operand):
    """Arithmetic and elementary functions; subclasses say how an operation is applied."""

    __slots__ = ()

    def _apply(self, op: Function, *operands: Any) -> Any:
        """Apply an operation of the table to these operands, one of which is self."""
        return op(*operands)  # one of them may be a placeholder, which goes first

    def _apply_unary(self, op: Function) -> Any:
        return self._apply_op(op, (self,))

    def _apply_op(self, op: Function, operands: tuple[Any, ...]) -> Any:
        kind: Any = type(self)
        return kind.__apply_op__(op, operands)

    def __neg__(self) -> Any:
        return self._apply_unary(ops.negative)

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return self._apply_unary(ops.absolute)

    def _binary(self, op: Function, x: Any, y: Any) -> Any:
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

    def __floor__(self) -> Any:
        return self._apply_unary(ops.floor)

    def __ceil__(self) -> Any:
        return self._apply_unary(ops.ceil)

    def __trunc__(self) -> Any:
        return self._apply_unary(ops.trunc)

    def __round__(self, ndigits: Any = None) -> Any:
        if ndigits is None:
            return self._apply_unary(ops.rint)
        return self._apply(ops.round, self, float(index(ndigits)))

    def exp(self) -> Any:
        """Return exp(self)."""
        return self._apply_unary(ops.exp)

    def expm1(self) -> Any:
        """Return expm1(self)."""
        return self._apply_unary(ops.expm1)

    def log(self) -> Any:
        """Return log(self)."""
        return self._apply_unary(ops.log)

    def log1p(self) -> Any:
        """Return log1p(self)."""
        return self._apply_unary(ops.log1p)

    def sqrt(self) -> Any:
        """Return sqrt(self)."""
        return self._apply_unary(ops.sqrt)

    def exp2(self) -> Any:
        """Return exp2(self)."""
        return self._apply_unary(ops.exp2)

    def log2(self) -> Any:
        """Return log2(self)."""
        return self._apply_unary(ops.log2)

    def log10(self) -> Any:
        """Return log10(self)."""
        return self._apply_unary(ops.log10)

    def cbrt(self) -> Any:
        """Return cbrt(self)."""
        return self._apply_unary(ops.cbrt)

    def square(self) -> Any:
        """Return self**2."""
        return self._apply_unary(ops.square)

    def reciprocal(self) -> Any:
        """Return 1/self."""
        return self._apply_unary(ops.reciprocal)

    def floor(self) -> Any:
        """Return floor(self)."""
        return self._apply_unary(ops.floor)

    def ceil(self) -> Any:
        """Return ceil(self)."""
        return self._apply_unary(ops.ceil)

    def trunc(self) -> Any:
        """Return trunc(self)."""
        return self._apply_unary(ops.trunc)

    def sign(self) -> Any:
        """Return sign(self)."""
        return self._apply_unary(ops.sign)

    def sin(self) -> Any:
        """Return sin(self)."""
        return self._apply_unary(ops.sin)

    def cos(self) -> Any:
        """Return cos(self)."""
        return self._apply_unary(ops.cos)

    def tan(self) -> Any:
        """Return tan(self)."""
        return self._apply_unary(ops.tan)

    def asin(self) -> Any:
        """Return asin(self)."""
        return self._apply_unary(ops.asin)

    def acos(self) -> Any:
        """Return acos(self)."""
        return self._apply_unary(ops.acos)

    def atan(self) -> Any:
        """Return atan(self)."""
        return self._apply_unary(ops.atan)

    def sinh(self) -> Any:
        """Return sinh(self)."""
        return self._apply_unary(ops.sinh)

    def cosh(self) -> Any:
        """Return cosh(self)."""
        return self._apply_unary(ops.cosh)

    def tanh(self) -> Any:
        """Return tanh(self)."""
        return self._apply_unary(ops.tanh)

    def asinh(self) -> Any:
        """Return asinh(self)."""
        return self._apply_unary(ops.asinh)

    def acosh(self) -> Any:
        """Return acosh(self)."""
        return self._apply_unary(ops.acosh)

    def atanh(self) -> Any:
        """Return atanh(self)."""
        return self._apply_unary(ops.atanh)

    def erf(self) -> Any:
        """Return erf(self)."""
        return self._apply_unary(ops.erf)

    def erfc(self) -> Any:
        """Return erfc(self)."""
        return self._apply_unary(ops.erfc)

    def erfinv(self) -> Any:
        """Return erfinv(self)."""
        return self._apply_unary(ops.erfinv)

    def lgamma(self) -> Any:
        """Return lgamma(self)."""
        return self._apply_unary(ops.lgamma)

    def digamma(self) -> Any:
        """Return digamma(self)."""
        return self._apply_unary(ops.digamma)

    def sigmoid(self) -> Any:
        """Return sigmoid(self)."""
        return self._apply_unary(ops.sigmoid)

    def relu(self) -> Any:
        """Return relu(self)."""
        return self._apply_unary(ops.relu)

    def softplus(self) -> Any:
        """Return softplus(self)."""
        return self._apply_unary(ops.softplus)

    def silu(self) -> Any:
        """Return silu(self)."""
        return self._apply_unary(ops.silu)

    def gelu(self) -> Any:
        """Return gelu(self)."""
        return self._apply_unary(ops.gelu)

    def log_sigmoid(self) -> Any:
        """Return log_sigmoid(self)."""
        return self._apply_unary(ops.log_sigmoid)

    def mish(self) -> Any:
        """Return mish(self)."""
        return self._apply_unary(ops.mish)

    def softsign(self) -> Any:
        """Return softsign(self)."""
        return self._apply_unary(ops.softsign)

    def elu(self, alpha: Any = 1.0) -> Any:
        """Return self where it is positive, else alpha * (exp(self) - 1)."""
        return self._apply(ops.elu, self, alpha)

    def leaky_relu(self, slope: Any = 0.01) -> Any:
        """Return self where it is positive, else slope * self."""
        return self._apply(ops.leaky_relu, self, slope)

    def clamp(self, low: Any = -inf, high: Any = inf) -> Any:
        """Return self limited to low..high."""
        return self._apply(ops.clamp, self, low, high)

    def maximum(self, other: Any) -> Any:
        """Return the larger of self and other."""
        return self._apply(ops.maximum, self, other)

    def minimum(self, other: Any) -> Any:
        """Return the smaller of self and other."""
        return self._apply(ops.minimum, self, other)

    def remainder(self, other: Any) -> Any:
        """Return self % other, which has the sign of other."""
        return self._apply(ops.remainder, self, other)

    def floor_divide(self, other: Any) -> Any:
        """Return self // other."""
        return self._apply(ops.floor_divide, self, other)

    def atan2(self, other: Any) -> Any:
        """Return the angle of the point (other, self), in radians."""
        return self._apply(ops.atan2, self, other)

    def hypot(self, other: Any) -> Any:
        """Return the length of the vector (self, other)."""
        return self._apply(ops.hypot, self, other)

    # NumPy calls an object's method by its own name: np.arcsin(array of Values).

    def arcsin(self) -> Any:
        """Return asin(self)."""
        return self._apply_unary(ops.asin)

    def arccos(self) -> Any:
        """Return acos(self)."""
        return self._apply_unary(ops.acos)

    def arctan(self) -> Any:
        """Return atan(self)."""
        return self._apply_unary(ops.atan)

    def arcsinh(self) -> Any:
        """Return asinh(self)."""
        return self._apply_unary(ops.asinh)

    def arccosh(self) -> Any:
        """Return acosh(self)."""
        return self._apply_unary(ops.acosh)

    def arctanh(self) -> Any:
        """Return atanh(self)."""
        return self._apply_unary(ops.atanh)

    def arctan2(self, other: Any) -> Any:
        """Return atan2(self, other)."""
        return self._apply(ops.atan2, self, other)

    def fabs(self) -> Any:
        """Return abs(self)."""
        return self._apply_unary(ops.absolute)

    def rint(self) -> Any:
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

    def conjugate(self) -> Any:
        """Return self: it is real. numpy.var asks for it."""
        return self


def no_deleter(scalar: Scalar, name: str) -> AttributeError:
    """Return the error for `del x.name`, which calls a compiled setter with a null pointer.

    A setter knows that pointer by its id, which no object has: 0.
    """
    return AttributeError(f"property {name!r} of {type(scalar).__name__!r} object has no deleter")
