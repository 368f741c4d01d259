"""The arithmetic of every operation of the table, typed: printed by `kernel_printer`.

Do not edit: change the table, and run python -m autograd.kernel_printer
"""

from __future__ import annotations

# ruff: noqa
import builtins
import math

from autograd import special
from autograd.ieee import divide, inf, nan, power
from autograd.kernel import Binary, RowKernel, Ternary, Unary
from autograd.native import mypyc_attr, vec


def add(x: float, y: float) -> float:
    return x + y


def subtract(x: float, y: float) -> float:
    return x - y


def multiply(x: float, y: float) -> float:
    return x * y


def true_divide(x: float, y: float) -> float:
    return divide(x, y)


def negative(x: float) -> float:
    return -x


def identity(x: float) -> float:
    return x


def square(x: float) -> float:
    return x * x


def reciprocal(x: float) -> float:
    return divide(1.0, x)


def pow(x: float, y: float) -> float:
    return power(x, y)


def _power_partials(out: float, x: float, y: float) -> tuple[float, float]:
    slope, by_exponent = _plain_power_partials(out, x, y)
    if True or not True or y - 1.0 + 1.0 != y:
        ordinary = ((y < 0.5 and y > -inf) and abs(x) > 0.0) and abs(x) < inf
        slope = divide(y, x) * out + 0.0 if ordinary else slope
    return (slope, by_exponent)


def _plain_power_partials(out: float, x: float, y: float) -> tuple[float, float]:
    slope = y * power(x, y - 1.0)
    slope = 0.0 if y == 0.0 else slope
    zero_base = (x >= 0.0 and x <= 0.0) and y >= 0.0
    return (slope, 0.0 if zero_base else out * log(x))


def sqrt(x: float) -> float:
    try:
        return math.sqrt(x)
    except OverflowError:
        return math.copysign(inf, x)
    except ValueError:
        return nan


def log(x: float) -> float:
    return _log(x)


def _log(x: float) -> float:
    if x > 0.0:
        return math.log(x)
    return -inf if x == 0.0 else nan


def absolute(x: float) -> float:
    return math.fabs(x)


def floor(x: float) -> float:
    return _floor(x)


def _floor(x: float) -> float:
    return math.copysign(float(math.floor(x)), x) if x - x == 0.0 else x


def ceil(x: float) -> float:
    return _ceil(x)


def _ceil(x: float) -> float:
    return math.copysign(float(math.ceil(x)), x) if x - x == 0.0 else x


def trunc(x: float) -> float:
    return _trunc(x)


def _trunc(x: float) -> float:
    return math.copysign(float(math.trunc(x)), x) if x - x == 0.0 else x


def rint(x: float) -> float:
    return _rint(x)


def _rint(x: float) -> float:
    return math.copysign(float(builtins.round(x)), x) if x - x == 0.0 else x


def round(x: float, digits: float) -> float:
    return _round(x, digits)


def _round(x: float, digits: float) -> float:
    try:
        return builtins.round(x, int(digits))
    except OverflowError:
        return math.copysign(inf, x)


def sign(x: float) -> float:
    return 1.0 if x > 0.0 else -1.0 if x < 0.0 else 0.0


def floor_divide(x: float, y: float) -> float:
    return _floor_divide(x, y)


def _floor_divide(x: float, y: float) -> float:
    return x // y if y != 0.0 else divide(x, y)


def remainder(x: float, y: float) -> float:
    return _remainder(x, y)


def _remainder(x: float, y: float) -> float:
    return x % y if y != 0.0 else nan


def greater(x: float, y: float) -> float:
    return float(x > y)


def greater_equal(x: float, y: float) -> float:
    return float(x >= y)


def less(x: float, y: float) -> float:
    return float(x < y)


def less_equal(x: float, y: float) -> float:
    return float(x <= y)


def logical_and(x: float, y: float) -> float:
    return float(bool(x) and bool(y))


def logical_or(x: float, y: float) -> float:
    return float(bool(x) or bool(y))


def logical_not(x: float) -> float:
    return float(not x)


def exp(x: float) -> float:
    return _exp(x)


def _exp(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return inf


def expm1(x: float) -> float:
    try:
        return math.expm1(x)
    except OverflowError:
        return math.copysign(inf, x)
    except ValueError:
        return nan


def log1p(x: float) -> float:
    return _log1p(x)


def _log1p(x: float) -> float:
    if x > -1.0:
        return math.log1p(x)
    return -inf if x == -1.0 else nan


def exp2(x: float) -> float:
    try:
        return math.exp2(x)
    except OverflowError:
        return math.copysign(inf, x)
    except ValueError:
        return nan


def log2(x: float) -> float:
    return _log2(x)


def _log2(x: float) -> float:
    if x > 0.0:
        return math.log2(x)
    return -inf if x == 0.0 else nan


def log10(x: float) -> float:
    return _log10(x)


def _log10(x: float) -> float:
    if x > 0.0:
        return math.log10(x)
    return -inf if x == 0.0 else nan


def cbrt(x: float) -> float:
    return math.cbrt(x)


def sin(x: float) -> float:
    try:
        return math.sin(x)
    except OverflowError:
        return math.copysign(inf, x)
    except ValueError:
        return nan


def cos(x: float) -> float:
    try:
        return math.cos(x)
    except OverflowError:
        return math.copysign(inf, x)
    except ValueError:
        return nan


def tan(x: float) -> float:
    try:
        return math.tan(x)
    except OverflowError:
        return math.copysign(inf, x)
    except ValueError:
        return nan


def asin(x: float) -> float:
    try:
        return math.asin(x)
    except OverflowError:
        return math.copysign(inf, x)
    except ValueError:
        return nan


def acos(x: float) -> float:
    try:
        return math.acos(x)
    except OverflowError:
        return math.copysign(inf, x)
    except ValueError:
        return nan


def atan(x: float) -> float:
    return math.atan(x)


def _squared(x: float) -> float:
    return x * x


def hypot(x: float, y: float) -> float:
    return math.hypot(x, y)


def atan2(y: float, x: float) -> float:
    return math.atan2(y, x)


def _atan2_partials(out: float, y: float, x: float) -> tuple[float, float]:
    r = hypot(x, y)
    return (x if r <= 0.0 else divide(divide(x, r), r), -y if r <= 0.0 else divide(divide(-y, r), r))


def sinh(x: float) -> float:
    try:
        return math.sinh(x)
    except OverflowError:
        return math.copysign(inf, x)
    except ValueError:
        return nan


def cosh(x: float) -> float:
    return _cosh(abs(x))


def _cosh(x: float) -> float:
    try:
        return math.cosh(x)
    except OverflowError:
        return math.copysign(inf, x)
    except ValueError:
        return nan


def tanh(x: float) -> float:
    return math.tanh(x)


def asinh(x: float) -> float:
    return math.asinh(x)


def acosh(x: float) -> float:
    try:
        return math.acosh(x)
    except OverflowError:
        return math.copysign(inf, x)
    except ValueError:
        return nan


def atanh(x: float) -> float:
    return _atanh(x)


def _atanh(x: float) -> float:
    if -1.0 < x < 1.0:
        return math.atanh(x)
    return math.copysign(inf, x) if abs(x) == 1.0 else nan


def erf(x: float) -> float:
    return math.erf(x)


def gaussian(x: float) -> float:
    return _gaussian(x, 1.0)


def _gaussian(x: float, scale: float) -> float:
    """Return exp(-scale * x**2)."""
    if not -40.0 < x < 40.0:
        return 0.0 if x == x else nan
    near = divide(math.floor(x * 16.0), 16.0)
    return math.exp(-scale * near * near) * math.exp(scale * (near - x) * (near + x))


def erfc(x: float) -> float:
    return math.erfc(x)


def erfinv(x: float) -> float:
    return special.erfinv(x)


def lgamma(x: float) -> float:
    return special.lgamma(x)


def digamma(x: float) -> float:
    return special.digamma(x)


def polygamma(order: float, x: float) -> float:
    return special.polygamma(order, x)


def sigmoid(x: float) -> float:
    return _sigmoid(x)


def _sigmoid(x: float) -> float:
    if x >= 0.0:
        return divide(1.0, 1.0 + math.exp(-x))
    e = math.exp(x)
    return divide(e, 1.0 + e)


def sigmoid_complement(x: float) -> float:
    return _sigmoid(-x)


def relu(x: float) -> float:
    return 0.0 if x <= 0.0 else x


def softplus(x: float) -> float:
    return _softplus(x)


def _softplus(x: float) -> float:
    return (x if x > 0.0 else 0.0) + math.log1p(math.exp(-abs(x))) if x == x else nan


def silu(x: float) -> float:
    return x * _sigmoid(x)


def gelu(x: float) -> float:
    return x * _normal_cdf(x)


def _normal_cdf(x: float) -> float:
    if not -40.0 < x < 40.0:
        return nan if x != x else float(x > 0.0)
    root = 0.7071067811865476 * x
    high = 134217729.0 * x - (134217729.0 * x - x)
    lost = 0.707106776535511 * high - root + 0.707106776535511 * (x - high) + 4.651036507555142e-09 * x
    return 0.5 * math.erfc(-root) + lost * _gaussian(x, 0.5) * divide(1.1283791670955126, 2.0)


def normal_cdf(x: float) -> float:
    return _normal_cdf(x)


def normal_density(x: float) -> float:
    return 0.3989422804014327 * _gaussian(x, 0.5)


def log_sigmoid(x: float) -> float:
    return (x if x < 0.0 else 0.0) - math.log1p(math.exp(-abs(x)))


def softsign(x: float) -> float:
    return divide(x, 1.0 + abs(x))


def mish(x: float) -> float:
    return _mish(x)


def _mish(x: float) -> float:
    e = math.exp(-abs(x))
    return x * (divide(e * (e + 2.0), e * (e + 2.0) + 2.0) if x < 0.0 else divide(1.0 + 2.0 * e, 1.0 + 2.0 * e + 2.0 * e * e))


def _mish_partials(out: float, x: float) -> tuple[float]:
    above, below = (sigmoid(x), sigmoid(-x))
    rest = divide(2.0 * below, 1.0 + below * below)
    return (tanh(softplus(x)) + x * (rest * rest * above),)


def elu(x: float, alpha: float) -> float:
    return x if x > 0.0 else alpha * math.expm1(x)


def leaky_relu(x: float, slope: float) -> float:
    return slope * x if x <= 0.0 else x


def sigmoid_slope(x: float) -> float:
    return _squared(divide(0.5, _cosh(0.5 * abs(x))))


def clamp(x: float, low: float, high: float) -> float:
    return _clamp(x, low, high)


def _clamp(x: float, low: float, high: float) -> float:
    if x != x:
        return x
    limited = low if x < low else x
    return high if limited > high else limited


def asin_slope(x: float) -> float:
    return _asin_slope(x)


def _asin_slope(x: float) -> float:
    square = (1.0 - x) * (1.0 + x)
    return divide(1.0, math.sqrt(square)) if square >= 0.0 else nan


def direction(x: float, y: float) -> float:
    return divide(x, math.hypot(x, y))


def _direction_partials(out: float, x: float, y: float) -> tuple[float, float]:
    sine = direction(y, x)
    turn = divide(sine, hypot(x, y))
    return (sine * turn, -out * turn)


def exp_of_difference(x: float, y: float) -> float:
    return _exp_of_difference(x, y)


def _exp_of_difference(x: float, y: float) -> float:
    e = _exp(x - y)
    return e + e * _lost(x, y) if 0.0 < e < inf else e


def _lost(x: float, y: float) -> float:
    """Return by how much x - y, of finite numbers, is rounded; exp magnifies that."""
    d = x - y
    shift = d - x
    return x - (d - shift) - (y + shift)


def share(x: float, y: float) -> float:
    return _share_of_two(x, y)


def _share_of_two(x: float, y: float) -> float:
    d = x - y
    if d - d != 0.0:
        return nan if d != d or x == inf or y == inf else float(d > 0.0)
    e = _exp_of_difference(x, y) if d < 0.0 else _exp_of_difference(y, x)
    return divide(1.0 if d >= 0.0 else e, 1.0 + e)


def maximum(x: float, y: float) -> float:
    return x if x > y or x != x else y


def _half_at_ties(x: float, y: float) -> tuple[float, float]:
    return (1.0 if x > y else -0.0 if x < y else 0.5, 1.0 if x < y else -0.0 if x > y else 0.5)


def minimum(x: float, y: float) -> float:
    return x if x < y or x != x else y


def _clamp_partials(out: float, x: float, low: float, high: float) -> tuple[float, float, float]:
    inside = x >= low and x <= high
    return (1.0 if inside else -0.0, 1.0 if x < low and low < high else -0.0, 1.0 if x > high or low > high else -0.0)


def logsumexp(xs: vec[float]) -> float:
    return _logsumexp(xs)


def _logsumexp(xs: vec[float]) -> float:
    largest = -inf
    for x in xs:
        if x > largest or x != x:
            largest = x
    if largest - largest != 0.0:
        return largest
    rest = 0.0
    is_left_out = False
    for x in xs:
        if x == largest and (not is_left_out):
            is_left_out = True
        else:
            rest += math.exp(x - largest)
    return largest + math.log1p(rest)


def _normalised_exponentials(out: float, xs: vec[float]) -> vec[float]:
    if len(xs) == 2:
        return vec[float]([share(xs[0], xs[1]), share(xs[1], xs[0])])
    exponentials = vec[float]([exp_of_difference(x, out) for x in xs])
    total = sum(exponentials)
    return vec[float]([divide(e, total) for e in exponentials])


def sum(xs: vec[float]) -> float:
    return _sum(xs)


def _sum(xs: vec[float]) -> float:
    total = 0.0
    for x in xs:
        total += x
    return total


def softmax_at(xs: vec[float]) -> float:
    return _softmax_at(xs)


def _softmax_at(row: vec[float]) -> float:
    exponentials = _exponentials(row)
    return divide(exponentials[int(row[0]) + 1], _sum(exponentials))


def _exponentials(row: vec[float]) -> vec[float]:
    """Return exp(x - the largest), which cannot overflow, for all but the first: that is 0."""
    largest = -inf
    for x in row[1:]:
        if x > largest or x != x:
            largest = x
    exponentials = vec[float]([exp_of_difference(x, largest) for x in row])
    exponentials[0] = 0.0
    return exponentials


def _softmax_at_partials(out: float, row: vec[float]) -> vec[float]:
    exponentials, place = (_exponentials(row), int(row[0]) + 1)
    own = exponentials[place]
    exponentials[place] = 0.0
    rest = _sum(exponentials)
    total = own + rest
    slopes = vec[float]([-out * divide(e, total) for e in exponentials])
    slopes[0] = 0.0
    slopes[place] = out * divide(rest, total)
    return slopes


@mypyc_attr(acyclic=True)
class AddKernel(Binary):
    __slots__ = ()

    def evaluate(self, x: float, y: float, /) -> tuple[float, float, float]:
        out = add(x, y)
        return out, 1.0, 1.0


@mypyc_attr(acyclic=True)
class SubtractKernel(Binary):
    __slots__ = ()

    def evaluate(self, x: float, y: float, /) -> tuple[float, float, float]:
        out = subtract(x, y)
        return out, 1.0, -1.0


@mypyc_attr(acyclic=True)
class MultiplyKernel(Binary):
    __slots__ = ()

    def evaluate(self, x: float, y: float, /) -> tuple[float, float, float]:
        out = multiply(x, y)
        return out, y, x


@mypyc_attr(acyclic=True)
class TrueDivideKernel(Binary):
    __slots__ = ()

    def evaluate(self, x: float, y: float, /) -> tuple[float, float, float]:
        out = true_divide(x, y)
        return out, divide(1.0, y), divide(-divide(x, y), y)


@mypyc_attr(acyclic=True)
class NegativeKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = negative(x)
        return out, -1.0


@mypyc_attr(acyclic=True)
class IdentityKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = identity(x)
        return out, 1.0


@mypyc_attr(acyclic=True)
class SquareKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = square(x)
        return out, 2.0 * x


@mypyc_attr(acyclic=True)
class ReciprocalKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = reciprocal(x)
        return out, -out * out


@mypyc_attr(acyclic=True)
class PowKernel(Binary):
    __slots__ = ()

    def evaluate(self, x: float, y: float, /) -> tuple[float, float, float]:
        out = pow(x, y)
        dx, dy = _power_partials(out, x, y)
        return out, dx, dy


@mypyc_attr(acyclic=True)
class AbsoluteKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = absolute(x)
        return out, 1.0 if x > 0 else -1.0 if x < 0 else -0.0


@mypyc_attr(acyclic=True)
class FloorKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        return floor(x), -0.0


@mypyc_attr(acyclic=True)
class CeilKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        return ceil(x), -0.0


@mypyc_attr(acyclic=True)
class TruncKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        return trunc(x), -0.0


@mypyc_attr(acyclic=True)
class RintKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        return rint(x), -0.0


@mypyc_attr(acyclic=True)
class RoundKernel(Binary):
    __slots__ = ()

    def evaluate(self, x: float, digits: float, /) -> tuple[float, float, float]:
        return round(x, digits), -0.0, -0.0


@mypyc_attr(acyclic=True)
class SignKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        return sign(x), -0.0


@mypyc_attr(acyclic=True)
class FloorDivideKernel(Binary):
    __slots__ = ()

    def evaluate(self, x: float, y: float, /) -> tuple[float, float, float]:
        return floor_divide(x, y), -0.0, -0.0


@mypyc_attr(acyclic=True)
class RemainderKernel(Binary):
    __slots__ = ()

    def evaluate(self, x: float, y: float, /) -> tuple[float, float, float]:
        out = remainder(x, y)
        return out, 1.0, -floor_divide(x, y)


@mypyc_attr(acyclic=True)
class GreaterKernel(Binary):
    __slots__ = ()

    def evaluate(self, x: float, y: float, /) -> tuple[float, float, float]:
        return greater(x, y), -0.0, -0.0


@mypyc_attr(acyclic=True)
class GreaterEqualKernel(Binary):
    __slots__ = ()

    def evaluate(self, x: float, y: float, /) -> tuple[float, float, float]:
        return greater_equal(x, y), -0.0, -0.0


@mypyc_attr(acyclic=True)
class LessKernel(Binary):
    __slots__ = ()

    def evaluate(self, x: float, y: float, /) -> tuple[float, float, float]:
        return less(x, y), -0.0, -0.0


@mypyc_attr(acyclic=True)
class LessEqualKernel(Binary):
    __slots__ = ()

    def evaluate(self, x: float, y: float, /) -> tuple[float, float, float]:
        return less_equal(x, y), -0.0, -0.0


@mypyc_attr(acyclic=True)
class LogicalAndKernel(Binary):
    __slots__ = ()

    def evaluate(self, x: float, y: float, /) -> tuple[float, float, float]:
        return logical_and(x, y), -0.0, -0.0


@mypyc_attr(acyclic=True)
class LogicalOrKernel(Binary):
    __slots__ = ()

    def evaluate(self, x: float, y: float, /) -> tuple[float, float, float]:
        return logical_or(x, y), -0.0, -0.0


@mypyc_attr(acyclic=True)
class LogicalNotKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        return logical_not(x), -0.0


@mypyc_attr(acyclic=True)
class ExpKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = exp(x)
        return out, out


@mypyc_attr(acyclic=True)
class Expm1Kernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = expm1(x)
        return out, exp(x)


@mypyc_attr(acyclic=True)
class LogKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = log(x)
        return out, divide(1.0, x)


@mypyc_attr(acyclic=True)
class Log1pKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = log1p(x)
        return out, divide(1.0, 1.0 + x)


@mypyc_attr(acyclic=True)
class Exp2Kernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = exp2(x)
        return out, 0.6931471805599453 * out


@mypyc_attr(acyclic=True)
class Log2Kernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = log2(x)
        return out, divide(divide(1.0, x), 0.6931471805599453)


@mypyc_attr(acyclic=True)
class Log10Kernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = log10(x)
        return out, divide(divide(1.0, x), 2.302585092994046)


@mypyc_attr(acyclic=True)
class SqrtKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = sqrt(x)
        return out, divide(0.5, out)


@mypyc_attr(acyclic=True)
class CbrtKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = cbrt(x)
        return out, divide(1.0, 3.0 * out * out)


@mypyc_attr(acyclic=True)
class SinKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = sin(x)
        return out, cos(x)


@mypyc_attr(acyclic=True)
class CosKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = cos(x)
        return out, -sin(x)


@mypyc_attr(acyclic=True)
class TanKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = tan(x)
        return out, 1.0 + out * out


@mypyc_attr(acyclic=True)
class AsinKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = asin(x)
        return out, divide(1.0, sqrt((1.0 - x) * (1.0 + x)))


@mypyc_attr(acyclic=True)
class AcosKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = acos(x)
        return out, divide(-1.0, sqrt((1.0 - x) * (1.0 + x)))


@mypyc_attr(acyclic=True)
class AtanKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = atan(x)
        return out, _squared(divide(1.0, hypot(x, 1.0)))


@mypyc_attr(acyclic=True)
class Atan2Kernel(Binary):
    __slots__ = ()

    def evaluate(self, y: float, x: float, /) -> tuple[float, float, float]:
        out = atan2(y, x)
        dy, dx = _atan2_partials(out, y, x)
        return out, dy, dx


@mypyc_attr(acyclic=True)
class HypotKernel(Binary):
    __slots__ = ()

    def evaluate(self, x: float, y: float, /) -> tuple[float, float, float]:
        out = hypot(x, y)
        return out, divide(x, out), divide(y, out)


@mypyc_attr(acyclic=True)
class SinhKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = sinh(x)
        return out, cosh(x)


@mypyc_attr(acyclic=True)
class CoshKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = cosh(x)
        return out, sinh(x)


@mypyc_attr(acyclic=True)
class TanhKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = tanh(x)
        return out, _squared(divide(1.0, cosh(x)))


@mypyc_attr(acyclic=True)
class AsinhKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = asinh(x)
        return out, divide(1.0, hypot(x, 1.0))


@mypyc_attr(acyclic=True)
class AcoshKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = acosh(x)
        return out, divide(1.0, sqrt(abs(x) - 1.0) * sqrt(abs(x) + 1.0))


@mypyc_attr(acyclic=True)
class AtanhKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = atanh(x)
        return out, divide(1.0, (1.0 - x) * (1.0 + x))


@mypyc_attr(acyclic=True)
class ErfKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = erf(x)
        return out, 1.1283791670955126 * gaussian(x)


@mypyc_attr(acyclic=True)
class ErfcKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = erfc(x)
        return out, -1.1283791670955126 * gaussian(x)


@mypyc_attr(acyclic=True)
class ErfinvKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = erfinv(x)
        return out, 0.8862269254527579 * exp(out * out)


@mypyc_attr(acyclic=True)
class LgammaKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = lgamma(x)
        return out, digamma(x)


@mypyc_attr(acyclic=True)
class DigammaKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = digamma(x)
        return out, polygamma(1.0, x)


@mypyc_attr(acyclic=True)
class SigmoidKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = sigmoid(x)
        return out, out * sigmoid_complement(x)


@mypyc_attr(acyclic=True)
class ReluKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = relu(x)
        return out, 1.0 if x > 0.0 else -0.0


@mypyc_attr(acyclic=True)
class SoftplusKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = softplus(x)
        return out, sigmoid(x)


@mypyc_attr(acyclic=True)
class SiluKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = silu(x)
        return out, sigmoid(x) * (1.0 + x * sigmoid(-x))


@mypyc_attr(acyclic=True)
class GeluKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = gelu(x)
        return out, normal_cdf(x) + x * normal_density(x)


@mypyc_attr(acyclic=True)
class LogSigmoidKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = log_sigmoid(x)
        return out, sigmoid(-x)


@mypyc_attr(acyclic=True)
class SoftsignKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = softsign(x)
        return out, divide(divide(1.0, 1.0 + absolute(x)), 1.0 + absolute(x))


@mypyc_attr(acyclic=True)
class MishKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = mish(x)
        dx, = _mish_partials(out, x)
        return out, dx


@mypyc_attr(acyclic=True)
class EluKernel(Binary):
    __slots__ = ()

    def evaluate(self, x: float, alpha: float, /) -> tuple[float, float, float]:
        out = elu(x, alpha)
        return out, 1.0 if x > 0.0 else alpha * exp(x) + 0.0, -0.0 if x > 0.0 else expm1(x) + 0.0


@mypyc_attr(acyclic=True)
class LeakyReluKernel(Binary):
    __slots__ = ()

    def evaluate(self, x: float, slope: float, /) -> tuple[float, float, float]:
        out = leaky_relu(x, slope)
        return out, 1.0 if x > 0.0 else slope + 0.0, -0.0 if x > 0.0 else x + 0.0


@mypyc_attr(acyclic=True)
class SigmoidComplementKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = sigmoid_complement(x)
        return out, -sigmoid_slope(x)


@mypyc_attr(acyclic=True)
class SigmoidSlopeKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = sigmoid_slope(x)
        return out, -out * tanh(0.5 * x)


@mypyc_attr(acyclic=True)
class GaussianKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = gaussian(x)
        return out, -2.0 * clamp(x, -40.0, 40.0) * out


@mypyc_attr(acyclic=True)
class NormalDensityKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = normal_density(x)
        return out, -clamp(x, -40.0, 40.0) * out


@mypyc_attr(acyclic=True)
class NormalCdfKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = normal_cdf(x)
        return out, normal_density(x)


@mypyc_attr(acyclic=True)
class AsinSlopeKernel(Unary):
    __slots__ = ()

    def evaluate(self, x: float, /) -> tuple[float, float]:
        out = asin_slope(x)
        return out, x * out * out * out


@mypyc_attr(acyclic=True)
class DirectionKernel(Binary):
    __slots__ = ()

    def evaluate(self, x: float, y: float, /) -> tuple[float, float, float]:
        out = direction(x, y)
        dx, dy = _direction_partials(out, x, y)
        return out, dx, dy


@mypyc_attr(acyclic=True)
class ExpOfDifferenceKernel(Binary):
    __slots__ = ()

    def evaluate(self, x: float, y: float, /) -> tuple[float, float, float]:
        out = exp_of_difference(x, y)
        return out, out, -out


@mypyc_attr(acyclic=True)
class ShareKernel(Binary):
    __slots__ = ()

    def evaluate(self, x: float, y: float, /) -> tuple[float, float, float]:
        out = share(x, y)
        return out, out * share(y, x), -out * share(y, x)


@mypyc_attr(acyclic=True)
class MaximumKernel(Binary):
    __slots__ = ()

    def evaluate(self, x: float, y: float, /) -> tuple[float, float, float]:
        out = maximum(x, y)
        dx, dy = _half_at_ties(x, y)
        return out, dx, dy


@mypyc_attr(acyclic=True)
class MinimumKernel(Binary):
    __slots__ = ()

    def evaluate(self, x: float, y: float, /) -> tuple[float, float, float]:
        out = minimum(x, y)
        dx, dy = _half_at_ties(y, x)
        return out, dx, dy


@mypyc_attr(acyclic=True)
class ClampKernel(Ternary):
    __slots__ = ()

    def evaluate(self, x: float, low: float, high: float, /) -> tuple[float, float, float, float]:
        out = clamp(x, low, high)
        dx, dlow, dhigh = _clamp_partials(out, x, low, high)
        return out, dx, dlow, dhigh


@mypyc_attr(acyclic=True)
class LogsumexpKernel(RowKernel):
    __slots__ = ()

    def evaluate(self, xs: vec[float], /) -> tuple[float, vec[float]]:
        out = logsumexp(xs)
        return out, _normalised_exponentials(out, xs)


@mypyc_attr(acyclic=True)
class SoftmaxAtKernel(RowKernel):
    __slots__ = ()

    def evaluate(self, xs: vec[float], /) -> tuple[float, vec[float]]:
        out = softmax_at(xs)
        return out, _softmax_at_partials(out, xs)


KERNELS: dict[str, Unary | Binary | Ternary | RowKernel] = {
    "add": AddKernel(),
    "subtract": SubtractKernel(),
    "multiply": MultiplyKernel(),
    "true_divide": TrueDivideKernel(),
    "negative": NegativeKernel(),
    "identity": IdentityKernel(),
    "square": SquareKernel(),
    "reciprocal": ReciprocalKernel(),
    "pow": PowKernel(),
    "absolute": AbsoluteKernel(),
    "floor": FloorKernel(),
    "ceil": CeilKernel(),
    "trunc": TruncKernel(),
    "rint": RintKernel(),
    "round": RoundKernel(),
    "sign": SignKernel(),
    "floor_divide": FloorDivideKernel(),
    "remainder": RemainderKernel(),
    "greater": GreaterKernel(),
    "greater_equal": GreaterEqualKernel(),
    "less": LessKernel(),
    "less_equal": LessEqualKernel(),
    "logical_and": LogicalAndKernel(),
    "logical_or": LogicalOrKernel(),
    "logical_not": LogicalNotKernel(),
    "exp": ExpKernel(),
    "expm1": Expm1Kernel(),
    "log": LogKernel(),
    "log1p": Log1pKernel(),
    "exp2": Exp2Kernel(),
    "log2": Log2Kernel(),
    "log10": Log10Kernel(),
    "sqrt": SqrtKernel(),
    "cbrt": CbrtKernel(),
    "sin": SinKernel(),
    "cos": CosKernel(),
    "tan": TanKernel(),
    "asin": AsinKernel(),
    "acos": AcosKernel(),
    "atan": AtanKernel(),
    "atan2": Atan2Kernel(),
    "hypot": HypotKernel(),
    "sinh": SinhKernel(),
    "cosh": CoshKernel(),
    "tanh": TanhKernel(),
    "asinh": AsinhKernel(),
    "acosh": AcoshKernel(),
    "atanh": AtanhKernel(),
    "erf": ErfKernel(),
    "erfc": ErfcKernel(),
    "erfinv": ErfinvKernel(),
    "lgamma": LgammaKernel(),
    "digamma": DigammaKernel(),
    "sigmoid": SigmoidKernel(),
    "relu": ReluKernel(),
    "softplus": SoftplusKernel(),
    "silu": SiluKernel(),
    "gelu": GeluKernel(),
    "log_sigmoid": LogSigmoidKernel(),
    "softsign": SoftsignKernel(),
    "mish": MishKernel(),
    "elu": EluKernel(),
    "leaky_relu": LeakyReluKernel(),
    "sigmoid_complement": SigmoidComplementKernel(),
    "sigmoid_slope": SigmoidSlopeKernel(),
    "gaussian": GaussianKernel(),
    "normal_density": NormalDensityKernel(),
    "normal_cdf": NormalCdfKernel(),
    "asin_slope": AsinSlopeKernel(),
    "direction": DirectionKernel(),
    "exp_of_difference": ExpOfDifferenceKernel(),
    "share": ShareKernel(),
    "maximum": MaximumKernel(),
    "minimum": MinimumKernel(),
    "clamp": ClampKernel(),
    "logsumexp": LogsumexpKernel(),
    "softmax_at": SoftmaxAtKernel(),
}
