"""The table of operations: the only place that knows an operation.

Each entry states the forward function, the local derivatives, how the operation is
printed (text and LaTeX) and its array form. A rule `partials(out, x, ...)` returns one
local derivative per operand and is written once, in plain arithmetic on whatever it is
given: floats, `Value`s (higher orders, and printing the derivative as a formula), arrays
and recording placeholders all run the same rule. To add an operation, add one entry.

Most derivatives need one form. Some lose their digits as a textbook writes them, such as
1 - tanh(x)**2 for large x: there `partials` computes another form and `written` is the
textbook's. Some lose them when they are differentiated again, such as x/r in
1/r - x**2/r**3 for x far above y: there `again` is a form that does not.
"""

from __future__ import annotations

import builtins
import math
from collections.abc import Iterable
from functools import reduce
from itertools import accumulate
from operator import mul

from autograd import special
from autograd.function import first_operand
from autograd.ieee import divide, guarded, inf, nan, power
from autograd.op import (
    AND,
    CALL,
    CHOICE,
    COMPARISON,
    NOTHING,
    OR,
    POWER,
    PRODUCT,
    SUM,
    Form,
    Masked,
    Op,
    Reduction,
    as_tuple,
)  # fmt: skip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _select(condition: Any, a: Any, b: Any) -> Any:
    """Choose in a rule: at once where the condition is known, else by a `where`.

    NOTHING stands for the operand that is not taken: 0 further back could meet an infinite
    derivative, and 0 * inf is nan.
    """
    if isinstance(condition, (bool, float)):
        return a if condition else b
    is_masked = a is NOTHING or b is NOTHING or type(a) is Masked or type(b) is Masked
    if is_masked and not hasattr(type(condition), "__array_ufunc__"):
        return Masked(condition, a, b)
    return where(condition, a, b)


def _squared(x: Any) -> Any:
    return x * x


# --- arithmetic -------------------------------------------------------------------

add = Op(
    "add", lambda x, y: x + y, lambda out, x, y: (1.0, 1.0),
    symbol="+", precedence=SUM, python="{0:SUM} + {1:PRODUCT}", latex="{0:SUM} + {1:PRODUCT}",
    array="{0} + {1}",
)  # fmt: skip
subtract = Op(
    "subtract", lambda x, y: x - y, lambda out, x, y: (1.0, -1.0),
    symbol="-", precedence=SUM, python="{0:SUM} - {1:PRODUCT}", latex="{0:SUM} - {1:PRODUCT}",
    array="{0} - {1}",
)  # fmt: skip
multiply = Op(
    "multiply", lambda x, y: x * y, lambda out, x, y: (y, x),
    symbol="*", precedence=PRODUCT, python="{0:PRODUCT}*{1:POWER}",
    textbook="{0:PRODUCT}·{1:POWER}", latex=r"{0:PRODUCT} \cdot {1:POWER}", array="{0}*{1}",
)  # fmt: skip
# Not -x / y**2: the square overflows long before the quotient does.
true_divide = Op(
    "true_divide", lambda x, y: divide(x, y), lambda out, x, y: (1.0 / y, -(x / y) / y),
    symbol="/", precedence=PRODUCT, python="{0:PRODUCT}/{1:POWER}",
    latex=Form(r"\frac{{{0}}}{{{1}}}", POWER), array="{0}/{1}", domain="y != 0",
)  # fmt: skip
negative = Op(
    "negative", lambda x: -x, lambda out, x: (-1.0,),
    symbol="-", precedence=PRODUCT, python="-{0:PRODUCT}", textbook="−{0:PRODUCT}",
    latex="-{0:PRODUCT}", array="-{0}",
)  # fmt: skip
identity = Op("identity", lambda x: x, lambda out, x: (1.0,), array="{0}")
square = Op(
    "square", lambda x: x * x, lambda out, x: (2.0 * x,),
    precedence=POWER, python="{0:CALL}**2", textbook="{0:CALL}²", latex="{0:CALL}^{{2}}",
    array="np.square({0})",
)  # fmt: skip
reciprocal = Op(
    "reciprocal", lambda x: divide(1.0, x), lambda out, x: (-out * out,),
    precedence=PRODUCT, python="1/{0:POWER}", latex=Form(r"\frac{{1}}{{{0}}}", POWER),
    array="1.0/{0}", domain="x != 0",
)  # fmt: skip


def _power_partials(out: Any, x: Any, y: Any) -> tuple[Any, Any]:
    slope, by_exponent = _plain_power_partials(out, x, y)
    # Below 1/2, y - 1 may be rounded: for huge and tiny x that counts. A whole y - 1 is exact.
    if isinstance(x, float) or not isinstance(y, float) or y - 1.0 + 1.0 != y:
        ordinary = (y < 0.5) & (y > -inf) & (abs(x) > 0.0) & (abs(x) < inf)
        slope = _select(ordinary, (y / x) * out + 0.0, slope)  # + 0.0: not -0.0 for y = 0
    return slope, by_exponent


def _power_again(out: Any, x: Any, y: Any) -> tuple[Any, Any]:
    rule = _plain_power_partials if isinstance(y, float) else _power_partials
    return rule(out, x, y)


def _plain_power_partials(out: Any, x: Any, y: Any) -> tuple[Any, Any]:
    slope = y * x ** (y - 1.0)
    # x**0 is constant even at 0, inf and nan, where the slope would be nan.
    if isinstance(y, float):
        slope = _select(y == 0.0, 0.0, slope)
        if not isinstance(x, float):
            return slope, None  # a number as exponent takes no gradient, and log(x) may be nan
    else:  # elsewhere it stays: its own derivative by y is not 0
        # At x = y = 0 there is none: that of this 0 is nan.
        at_edges = _select((y >= 0.0) & (y <= 0.0), sqrt(y * y), slope)
        slope = _select((abs(x) > 0.0) & (abs(x) < inf), slope, at_edges)
    # 0**y is constant for y >= 0, where out * log(x) would be nan.
    zero_base = (x >= 0.0) & (x <= 0.0) & (y >= 0.0)
    return slope, _select(zero_base, 0.0, out * log(x))


def _power_as_written(out: Any, x: Any, y: Any) -> tuple[Any, Any]:
    if isinstance(y, float):
        return 0.0 if y == 0.0 else y * x ** (y - 1.0), None
    return y * x ** (y - 1.0), out * log(x)


# `float_power`, not `power`: on arrays too the result is never an integer.
pow = Op(
    "pow", lambda x, y: power(x, y), _power_partials,
    written=_power_as_written, again=_power_again,
    symbol="**", precedence=POWER, python="{0:CALL}**{1:POWER}",
    textbook="{0:CALL}{1:SUPERSCRIPT}", latex="{0:CALL}^{{{1}}}",
    array="np.float_power({0}, {1})",
    domain="x > 0, or x = 0 and y >= 0, or x < 0 and a whole y",
)  # fmt: skip
absolute = Op(
    "absolute", math.fabs, lambda out, x: (_select(x > 0, 1.0, _select(x < 0, -1.0, NOTHING)),),
    python="abs({0})", textbook="|{0}|", latex=r"\left|{0}\right|", array="np.abs({0})",
    chooses=True,
)  # fmt: skip

# --- whole numbers: constant between jumps, so that no gradient passes ----------------


def _floor(x: float) -> float:
    return math.copysign(float(math.floor(x)), x) if x - x == 0.0 else x


def _ceil(x: float) -> float:
    return math.copysign(float(math.ceil(x)), x) if x - x == 0.0 else x


def _trunc(x: float) -> float:
    return math.copysign(float(math.trunc(x)), x) if x - x == 0.0 else x


def _rint(x: float) -> float:
    return math.copysign(float(builtins.round(x)), x) if x - x == 0.0 else x


def _round(x: float, digits: float) -> float:
    try:
        return builtins.round(x, int(digits))
    except OverflowError:  # up, beyond the largest float
        return math.copysign(inf, x)


def _floor_divide(x: float, y: float) -> float:
    return x // y if y != 0.0 else divide(x, y)


def _remainder(x: float, y: float) -> float:
    return x % y if y != 0.0 else nan


floor = Op(
    "floor", _floor, None,
    textbook="⌊{0}⌋", latex=r"\left\lfloor {0} \right\rfloor", array="np.floor({0})",
    doc="Return the largest whole number that is not above x.",
)  # fmt: skip
ceil = Op(
    "ceil", _ceil, None,
    textbook="⌈{0}⌉", latex=r"\left\lceil {0} \right\rceil", array="np.ceil({0})",
    doc="Return the smallest whole number that is not below x.",
)  # fmt: skip
trunc = Op("trunc", _trunc, None, array="np.trunc({0})", doc="Return x without its fraction.")
rint = Op(
    "rint", _rint, None,
    array="np.rint({0})", doc="Return the nearest whole number, of two the even one.",
)  # fmt: skip
# On arrays in binary: where a digit 5 is cut off, the last place may differ from Python's.
round = Op(
    "round", _round, None,
    array="np.where(np.abs({0}*10.0**{1}) < np.inf, np.rint({0}*10.0**{1})/10.0**{1}, {0})",
    defaults=(0.0,), doc="Return x rounded to a number of digits after the point.",
)  # fmt: skip
sign = Op(
    "sign", lambda x: 1.0 if x > 0.0 else -1.0 if x < 0.0 else 0.0, None,
    textbook="sgn({0})", latex=r"\operatorname{{sgn}}\left({0}\right)",
    array="1.0*({0} > 0) - 1.0*({0} < 0)", doc="Return 1, 0 or -1; of nan 0, as PyTorch does.",
)  # fmt: skip
floor_divide = Op(
    "floor_divide", _floor_divide, None,
    symbol="//", precedence=SUM, python="{0:PRODUCT}//{1:POWER}",
    textbook=Form("⌊{0:PRODUCT}/{1:POWER}⌋", CALL),
    latex=Form(r"\left\lfloor \frac{{{0}}}{{{1}}} \right\rfloor", CALL),
    array="np.floor_divide({0}, {1})", domain="y != 0", doc="Return floor(x/y), exactly.",
)  # fmt: skip
# Not floor(x / y), which may be rounded up to the next whole number. As a sum in brackets:
# to Python -x % y is (-x) % y.
remainder = Op(
    "remainder", _remainder, lambda out, x, y: (1.0, -floor_divide(x, y)),
    symbol="%", precedence=SUM, python="{0:PRODUCT} % {1:POWER}",
    textbook="{0:PRODUCT} mod {1:POWER}", latex=r"{0:PRODUCT} \bmod {1:POWER}",
    array="np.remainder({0}, {1})", domain="y != 0",
    doc="Return x - floor(x/y)*y, which has the sign of y.",
)  # fmt: skip

# --- comparisons: 1 or 0, and no gradient passes ------------------------------------

greater = Op(
    "greater", lambda x, y: float(x > y), None,
    symbol=">", precedence=COMPARISON, python="{0:SUM} > {1:SUM}",
    latex="{0:SUM} > {1:SUM}", array="{0} > {1}",
)  # fmt: skip
greater_equal = Op(
    "greater_equal", lambda x, y: float(x >= y), None,
    symbol=">=", precedence=COMPARISON, python="{0:SUM} >= {1:SUM}",
    textbook="{0:SUM} ≥ {1:SUM}", latex=r"{0:SUM} \ge {1:SUM}", array="{0} >= {1}",
)  # fmt: skip
less = Op(
    "less", lambda x, y: float(x < y), None,
    symbol="<", precedence=COMPARISON, python="{0:SUM} < {1:SUM}",
    latex="{0:SUM} < {1:SUM}", array="{0} < {1}",
)  # fmt: skip
less_equal = Op(
    "less_equal", lambda x, y: float(x <= y), None,
    symbol="<=", precedence=COMPARISON, python="{0:SUM} <= {1:SUM}",
    textbook="{0:SUM} ≤ {1:SUM}", latex=r"{0:SUM} \le {1:SUM}", array="{0} <= {1}",
)  # fmt: skip
logical_and = Op(
    "logical_and", lambda x, y: float(bool(x) and bool(y)), None,
    symbol="and", precedence=AND, python="({0}) & ({1})", textbook="{0:AND} and {1:AND}",
    latex=r"{0:AND} \land {1:AND}", array="np.logical_and({0}, {1})",
)  # fmt: skip
logical_or = Op(
    "logical_or", lambda x, y: float(bool(x) or bool(y)), None,
    symbol="or", precedence=OR, python="({0}) | ({1})", textbook="{0:OR} or {1:OR}",
    latex=r"{0:OR} \lor {1:OR}", array="np.logical_or({0}, {1})",
)  # fmt: skip
logical_not = Op(
    "logical_not", lambda x: float(not x), None,
    symbol="not", python=Form("not ({0})", AND), latex=r"\lnot\left({0}\right)",
    array="np.logical_not({0})",
)  # fmt: skip
CONDITIONS = frozenset(
    (greater, greater_equal, less, less_equal, logical_and, logical_or, logical_not)
)
where = Op(
    "where",
    lambda condition, x, y: x if condition else y,
    lambda out, condition, x, y: (
        None, _select(condition, 1.0, NOTHING), _select(condition, NOTHING, 1.0),
    ),
    textbook="({1} if {0} else {2})",
    latex=Form(
        r"\begin{{cases}} {1} & \text{{if }} {0} \\ {2} & \text{{otherwise}} \end{{cases}}", CHOICE
    ),
    array="np.where({0}, {1}, {2})", chooses=True,
    doc="Return x where the condition holds, else y; forward() and compiled code decide again.",
)  # fmt: skip

# --- exponential and logarithm ----------------------------------------------------


def _exp(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return inf


def _log(x: float) -> float:
    if x > 0.0:
        return math.log(x)
    return -inf if x == 0.0 else nan


def _log2(x: float) -> float:
    if x > 0.0:
        return math.log2(x)
    return -inf if x == 0.0 else nan


def _log10(x: float) -> float:
    if x > 0.0:
        return math.log10(x)
    return -inf if x == 0.0 else nan


def _log1p(x: float) -> float:
    if x > -1.0:
        return math.log1p(x)
    return -inf if x == -1.0 else nan


exp = Op("exp", _exp, lambda out, x: (out,), latex=Form("e^{{{0}}}", POWER), array="np.exp({0})")
expm1 = Op(
    "expm1", guarded(math.expm1), lambda out, x: (exp(x),),
    definition=lambda x: exp(x) - 1.0,
    latex=Form("e^{{{0}}} - 1", SUM), array="np.expm1({0})",
)  # fmt: skip
log = Op(
    "log", _log, lambda out, x: (1.0 / x,),
    latex=r"\ln\left({0}\right)", array="np.log({0})", domain="x > 0",
)  # fmt: skip
log1p = Op(
    "log1p", _log1p, lambda out, x: (1.0 / (1.0 + x),),
    definition=lambda x: log(1.0 + x),
    latex=r"\ln\left(1 + {0:SUM}\right)", array="np.log1p({0})", domain="x > -1",
)  # fmt: skip
_LN2, _LN10 = math.log(2.0), math.log(10.0)
exp2 = Op(
    "exp2", guarded(math.exp2), lambda out, x: (_LN2 * out,),
    latex=Form("2^{{{0}}}", POWER), array="np.exp2({0})",
)  # fmt: skip
log2 = Op(
    "log2", _log2, lambda out, x: (1.0 / x / _LN2,),
    latex=r"\log_2\left({0}\right)", array="np.log2({0})", domain="x > 0",
)  # fmt: skip
log10 = Op(
    "log10", _log10, lambda out, x: (1.0 / x / _LN10,),
    latex=r"\log_{{10}}\left({0}\right)", array="np.log10({0})", domain="x > 0",
)  # fmt: skip
sqrt = Op(
    "sqrt", guarded(math.sqrt), lambda out, x: (0.5 / out,),
    textbook=Form("√{0:CALL}", POWER),
    latex=r"\sqrt{{{0}}}", array="np.sqrt({0})", domain="x >= 0",
)  # fmt: skip

cbrt = Op(
    "cbrt", math.cbrt, lambda out, x: (1.0 / (3.0 * out * out),),
    latex=r"\sqrt[3]{{{0}}}", array="np.cbrt({0})",
)  # fmt: skip

# --- trigonometric ----------------------------------------------------------------

sin: Op = Op(
    "sin", guarded(math.sin), lambda out, x: (cos(x),),
    latex=r"\sin\left({0}\right)", array="np.sin({0})", domain="a finite x",
)  # fmt: skip
cos: Op = Op(
    "cos", guarded(math.cos), lambda out, x: (-sin(x),),
    latex=r"\cos\left({0}\right)", array="np.cos({0})", domain="a finite x",
)  # fmt: skip
tan = Op(
    "tan", guarded(math.tan), lambda out, x: (1.0 + out * out,),
    latex=r"\tan\left({0}\right)", array="np.tan({0})", domain="a finite x",
)  # fmt: skip
# (1 - x) * (1 + x), not 1 - x*x, which loses half the digits near 1.
asin = Op(
    "asin", guarded(math.asin), lambda out, x: (1.0 / sqrt((1.0 - x) * (1.0 + x)),),
    written=lambda out, x: (1.0 / sqrt(1.0 - x * x),), again=lambda out, x: (asin_slope(x),),
    latex=r"\arcsin\left({0}\right)", array="np.arcsin({0})", domain="-1 <= x <= 1",
)  # fmt: skip
acos = Op(
    "acos", guarded(math.acos), lambda out, x: (-1.0 / sqrt((1.0 - x) * (1.0 + x)),),
    written=lambda out, x: (-1.0 / sqrt(1.0 - x * x),), again=lambda out, x: (-asin_slope(x),),
    latex=r"\arccos\left({0}\right)", array="np.arccos({0})", domain="-1 <= x <= 1",
)  # fmt: skip
atan = Op(
    "atan", math.atan, lambda out, x: (_squared(1.0 / hypot(x, 1.0)),),  # x*x may overflow
    written=lambda out, x: (1.0 / (1.0 + x * x),),
    again=lambda out, x: (direction(1.0, x) * direction(1.0, x),),
    latex=r"\arctan\left({0}\right)", array="np.arctan({0})",
)  # fmt: skip


def _atan2_partials(out: Any, y: Any, x: Any) -> tuple[Any, Any]:
    r = hypot(x, y)  # divided by twice: its square may overflow or underflow
    return _select(r <= 0.0, x, x / r / r), _select(r <= 0.0, -y, -y / r / r)  # not at nan


def _atan2_again(out: Any, y: Any, x: Any) -> tuple[Any, Any]:
    r = hypot(x, y)
    return _select(r <= 0.0, x, direction(x, y) / r), _select(r <= 0.0, -y, -direction(y, x) / r)


atan2 = Op(
    "atan2", lambda y, x: math.atan2(y, x), _atan2_partials,
    again=_atan2_again, array="np.arctan2({0}, {1})",
)  # fmt: skip
hypot: Op = Op(
    "hypot", lambda x, y: math.hypot(x, y), lambda out, x, y: (x / out, y / out),
    again=lambda out, x, y: (direction(x, y), direction(y, x)),
    latex=r"\sqrt{{ {0:CALL}^2 + {1:CALL}^2 }}", array="np.hypot({0}, {1})",
)  # fmt: skip

# --- hyperbolic -------------------------------------------------------------------

sinh: Op = Op(
    "sinh", guarded(math.sinh), lambda out, x: (cosh(x),),
    latex=r"\sinh\left({0}\right)", array="np.sinh({0})",
)  # fmt: skip
_cosh = guarded(math.cosh)
cosh: Op = Op(
    "cosh", lambda x: _cosh(abs(x)), lambda out, x: (sinh(x),),
    latex=r"\cosh\left({0}\right)", array="np.cosh({0})",
)  # fmt: skip
# 1 - out*out is 0 for x beyond 19.
tanh = Op(
    "tanh", math.tanh, lambda out, x: (_squared(1.0 / cosh(x)),),
    written=lambda out, x: (1.0 - out * out,),
    again=lambda out, x: (4.0 * sigmoid_slope(2.0 * x),),
    latex=r"\tanh\left({0}\right)", array="np.tanh({0})",
)  # fmt: skip
asinh = Op(
    "asinh", math.asinh, lambda out, x: (1.0 / hypot(x, 1.0),),
    latex=r"\operatorname{{arsinh}}\left({0}\right)", array="np.arcsinh({0})",
)  # fmt: skip
acosh = Op(
    "acosh", guarded(math.acosh),
    lambda out, x: (1.0 / (sqrt(abs(x) - 1.0) * sqrt(abs(x) + 1.0)),),
    again=lambda out, x: (1.0 / (sqrt(x - 1.0) * sqrt(x + 1.0)),),
    written=lambda out, x: (1.0 / sqrt(x * x - 1.0),),
    latex=r"\operatorname{{arcosh}}\left({0}\right)", array="np.arccosh({0})", domain="x >= 1",
)  # fmt: skip


def _atanh(x: float) -> float:
    if -1.0 < x < 1.0:
        return math.atanh(x)
    return math.copysign(inf, x) if abs(x) == 1.0 else nan


atanh = Op(
    "atanh", _atanh, lambda out, x: (1.0 / ((1.0 - x) * (1.0 + x)),),
    written=lambda out, x: (1.0 / (1.0 - x * x),),
    again=lambda out, x: (cosh(out) * cosh(out),),
    latex=r"\operatorname{{artanh}}\left({0}\right)", array="np.arctanh({0})", domain="-1 < x < 1",
)  # fmt: skip
_TWO_OVER_ROOT_PI = 2.0 / math.sqrt(math.pi)
# NumPy has no error function.
erf = Op(
    "erf", math.erf, lambda out, x: (_TWO_OVER_ROOT_PI * gaussian(x),),
    array="np.vectorize(math.erf, otypes=[float])({0})",
)  # fmt: skip
erfc = Op(
    "erfc", math.erfc, lambda out, x: (-_TWO_OVER_ROOT_PI * gaussian(x),),
    array="np.vectorize(math.erfc, otypes=[float])({0})",
)  # fmt: skip

_HALF_ROOT_PI = 0.5 * math.sqrt(math.pi)
erfinv = Op(
    "erfinv", special.erfinv, lambda out, x: (_HALF_ROOT_PI * exp(out * out),),
    latex=r"\operatorname{{erf}}^{{-1}}\left({0}\right)",
    array="np.vectorize(special.erfinv, otypes=[float])({0})", domain="-1 < x < 1",
)  # fmt: skip

# --- gamma function -----------------------------------------------------------------

lgamma: Op = Op(
    "lgamma", special.lgamma, lambda out, x: (digamma(x),),
    textbook="ln|Γ({0})|", latex=r"\ln\left|\Gamma\left({0}\right)\right|",
    array="np.vectorize(special.lgamma, otypes=[float])({0})",
    domain="x not 0, -1, -2, ...", doc="Return log(|gamma(x)|).",
)  # fmt: skip
digamma: Op = Op(
    "digamma", special.digamma, lambda out, x: (polygamma(1.0, x),),
    textbook="ψ({0})", latex=r"\psi\left({0}\right)",
    array="np.vectorize(special.digamma, otypes=[float])({0})",
    domain="x not 0, -1, -2, ...", doc="Return the derivative of lgamma.",
)  # fmt: skip
polygamma: Op = Op(
    "polygamma", special.polygamma, lambda out, order, x: (None, polygamma(order + 1.0, x)),
    latex=r"\psi^{{({0})}}\left({1}\right)",
    array="np.vectorize(special.polygamma, otypes=[float])({0}, {1})",
    domain="x not 0, -1, -2, ...", doc="Return the derivative of digamma of a whole order.",
)  # fmt: skip

# --- activations ------------------------------------------------------------------


def _sigmoid(x: float) -> float:
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    e = math.exp(x)  # of a negative number, so that nothing overflows
    return e / (1.0 + e)


def _softplus(x: float) -> float:
    return (x if x > 0.0 else 0.0) + math.log1p(math.exp(-abs(x))) if x == x else nan


def _mish(x: float) -> float:
    e = math.exp(-abs(x))  # tanh(log(1 + exp(x))) in e**x or e**-x, whichever is small
    return x * (
        e * (e + 2.0) / (e * (e + 2.0) + 2.0)
        if x < 0.0
        else (1.0 + 2.0 * e) / (1.0 + 2.0 * e + 2.0 * e * e)
    )


# In arrays sigmoid is 1 from 37 on, and beyond 40 the exponential need not grow.
_EXP_TO_40 = "m = np.minimum({0}, 40.0); e = np.exp(m); d = 1 + e"
# out*(1 - out) is 0 for x beyond 37.
sigmoid = Op(
    "sigmoid", _sigmoid, lambda out, x: (out * sigmoid_complement(x),),
    written=lambda out, x: (out * (1.0 - out),), again=lambda out, x: (sigmoid_slope(x),),
    latex=r"\sigma\left({0}\right)",
    array=f"{_EXP_TO_40}; e/d",
)  # fmt: skip
relu = Op(
    "relu", lambda x: 0.0 if x <= 0.0 else x, lambda out, x: (_select(x > 0.0, 1.0, NOTHING),),
    latex=r"\max\left(0, {0}\right)", array="np.maximum({0}, 0)", chooses=True,
)  # fmt: skip
softplus = Op(
    "softplus", _softplus, lambda out, x: (sigmoid(x),),
    latex=r"\ln\left(1 + e^{{{0}}}\right)", array="np.logaddexp(0, {0})",
)  # fmt: skip


# sigmoid(-x), not 1 - sigmoid(x), which loses its digits for large x.
silu = Op(
    "silu", lambda x: x * _sigmoid(x), lambda out, x: (sigmoid(x) * (1.0 + x * sigmoid(-x)),),
    again=lambda out, x: (sigmoid(x) + x * sigmoid_slope(x),),
    array="e = np.exp(np.minimum({0}, 40)); {0}*(e/(1 + e))",
)  # fmt: skip
_ROOT_HALF = math.sqrt(0.5)
_SPLIT = 2.0**27 + 1.0
_ROOT_HALF_HIGH = 94906265 / 2.0**27  # its product with half the digits of x is exact
_ROOT_HALF_LOW = 4.651036507555142e-09  # the rest of the root of 1/2
gelu = Op(
    "gelu", lambda x: x * _normal_cdf(x), lambda out, x: (normal_cdf(x) + x * normal_density(x),),
    array="c = np.maximum(np.minimum({0}, 40), -40); "
          f"root = {_ROOT_HALF!r}*c; high = {_SPLIT!r}*c - ({_SPLIT!r}*c - c); "  # as _normal_cdf
          f"lost = ({_ROOT_HALF_HIGH!r}*high - root) + {_ROOT_HALF_HIGH!r}*(c - high) + "
          f"{_ROOT_HALF_LOW!r}*c; "
          "0.5*({0})*(np.vectorize(math.erfc, otypes=[float])(-root) + "
          f"{_TWO_OVER_ROOT_PI!r}*lost*np.exp(-root*root))",
)  # fmt: skip
log_sigmoid = Op(
    "log_sigmoid", lambda x: (x if x < 0.0 else 0.0) - math.log1p(math.exp(-abs(x))),
    lambda out, x: (sigmoid(-x),), written=lambda out, x: (1.0 - sigmoid(x),),
    textbook="ln σ({0})", latex=r"\ln \sigma\left({0}\right)",
    array="np.minimum({0}, 0) - np.log1p(np.exp(-np.abs({0})))",
)  # fmt: skip
softsign = Op(
    "softsign", lambda x: x / (1.0 + abs(x)),
    lambda out, x: (1.0 / (1.0 + absolute(x)) / (1.0 + absolute(x)),),
    written=lambda out, x: (1.0 / (1.0 + absolute(x)) ** 2.0,),
    array="({0})/(1 + np.abs({0}))", doc="Return x/(1 + |x|).",
)  # fmt: skip


def _mish_partials(out: Any, x: Any) -> tuple[Any]:
    # Both sigmoids keep their digits in their tails, where 1 - tanh² has none.
    above, below = sigmoid(x), sigmoid(-x)
    rest = 2.0 * below / (1.0 + below * below)
    return (tanh(softplus(x)) + x * (rest * rest * above),)


mish = Op(
    "mish", _mish, _mish_partials,
    written=lambda out, x: (
        tanh(softplus(x)) + x * (1.0 - tanh(softplus(x)) ** 2.0) * sigmoid(x),
    ),
    array="({0})*np.tanh(np.logaddexp(0, {0}))", doc="Return x*tanh(softplus(x)).",
)  # fmt: skip
elu = Op(
    "elu", lambda x, alpha: x if x > 0.0 else alpha * math.expm1(x),
    lambda out, x, alpha: (
        _select(x > 0.0, 1.0, alpha * exp(x)), _select(x > 0.0, NOTHING, expm1(x)),
    ),
    array="np.where({0} > 0, {0}, {1}*np.expm1(np.minimum({0}, 0)))", chooses=True,
    defaults=(1.0,),
    doc="Return x where x > 0, else alpha*(exp(x) - 1).",
)  # fmt: skip
leaky_relu = Op(
    "leaky_relu",
    lambda x, slope: slope * x if x <= 0.0 else x,
    lambda out, x, slope: (_select(x > 0.0, 1.0, slope), _select(x > 0.0, NOTHING, x)),
    array="np.where({0} > 0, {0}, {1}*({0}))", chooses=True,
    defaults=(0.01,),
    doc="Return x where x > 0, else slope*x; the slope is 0.01 unless given.",
)  # fmt: skip

# --- slopes: what `again` is made of --------------------------------------------------
# Each one's derivative is a product of what stands here, so that nothing ever cancels.


def _gaussian(x: float, scale: float) -> float:
    """Return exp(-scale * x**2)."""
    if not -40.0 < x < 40.0:
        return 0.0 if x == x else nan
    near = math.floor(x * 16.0) / 16.0  # its square is exact: that of x is not
    return math.exp(-scale * near * near) * math.exp(scale * (near - x) * (near + x))


_DENSITY = 1.0 / math.sqrt(2.0 * math.pi)


def _normal_cdf(x: float) -> float:
    if not -40.0 < x < 40.0:
        return nan if x != x else float(x > 0.0)
    root = _ROOT_HALF * x  # rounded, which erfc magnifies by 2 root**2: so much is lost
    high = _SPLIT * x - (_SPLIT * x - x)
    lost = (_ROOT_HALF_HIGH * high - root) + _ROOT_HALF_HIGH * (x - high) + _ROOT_HALF_LOW * x
    # erfc, not 1 + erf: the latter cancels to nothing for negative x.
    return 0.5 * math.erfc(-root) + lost * _gaussian(x, 0.5) * (_TWO_OVER_ROOT_PI / 2.0)


def _asin_slope(x: float) -> float:
    square = (1.0 - x) * (1.0 + x)
    return divide(1.0, math.sqrt(square)) if square >= 0.0 else nan


def _lost(x: float, y: float) -> float:
    """Return by how much x - y, of finite numbers, is rounded; exp magnifies that."""
    d = x - y
    shift = d - x
    return (x - (d - shift)) - (y + shift)


def _exp_of_difference(x: float, y: float) -> float:
    e = _exp(x - y)
    return e + e * _lost(x, y) if 0.0 < e < inf else e


def _share_of_two(x: float, y: float) -> float:
    d = x - y
    if d - d != 0.0:  # at inf there is no limit, as PyTorch's softmax has it
        return nan if d != d or x == inf or y == inf else float(d > 0.0)
    e = _exp_of_difference(x, y) if d < 0.0 else _exp_of_difference(y, x)
    return (1.0 if d >= 0.0 else e) / (1.0 + e)


def _direction_partials(out: Any, x: Any, y: Any) -> tuple[Any, Any]:
    sine = direction(y, x)
    turn = sine / hypot(x, y)
    return sine * turn, -out * turn


sigmoid_complement: Op = Op(
    "sigmoid_complement", lambda x: _sigmoid(-x), lambda out, x: (-sigmoid_slope(x),),
    python="sigmoid(-{0:PRODUCT})", textbook="σ(−{0:PRODUCT})",
    latex=r"\sigma\left(-{0:PRODUCT}\right)",
    array=f"{_EXP_TO_40}; np.exp(np.minimum(40 - ({{0}}), 0))/d",  # not m - x: inf - inf
    doc="Return 1 - sigmoid(x), which is sigmoid(-x).",
)  # fmt: skip
sigmoid_slope: Op = Op(
    "sigmoid_slope", lambda x: _squared(0.5 / _cosh(0.5 * abs(x))),
    lambda out, x: (-out * tanh(0.5 * x),),
    textbook="σ'({0})", latex=r"\sigma'\left({0}\right)",
    array="(0.5/np.cosh(0.5*({0})))**2",
    doc="Return the derivative of sigmoid at x: exp(-x) / (1 + exp(-x))**2.",
)  # fmt: skip
gaussian: Op = Op(
    "gaussian", lambda x: _gaussian(x, 1.0), lambda out, x: (-2.0 * clamp(x, -40.0, 40.0) * out,),
    python="exp(-{0:CALL}**2)", textbook="exp(−{0:CALL}²)", latex=Form("e^{{-{0:CALL}^2}}", POWER),
    array="np.exp(-np.maximum(np.minimum({0}, 40), -40)**2)",
    doc="Return exp(-x**2).",
)  # fmt: skip
normal_density: Op = Op(
    "normal_density", lambda x: _DENSITY * _gaussian(x, 0.5),
    lambda out, x: (-clamp(x, -40.0, 40.0) * out,),
    textbook="φ({0})", latex=r"\varphi\left({0}\right)",
    array=f"{_DENSITY!r}*np.exp(-np.maximum(np.minimum({{0}}, 40), -40)**2/2)",
    doc="Return the density of the standard normal distribution at x.",
)  # fmt: skip
normal_cdf: Op = Op(
    "normal_cdf", _normal_cdf, lambda out, x: (normal_density(x),),
    textbook="Φ({0})", latex=r"\Phi\left({0}\right)",
    array=f"0.5*np.vectorize(math.erfc, otypes=[float])(-{_ROOT_HALF!r}*({{0}}))",
    doc="Return the chance that a standard normal variable lies below x.",
)  # fmt: skip
asin_slope: Op = Op(
    "asin_slope", _asin_slope, lambda out, x: (x * out * out * out,),
    python=Form("1/sqrt(1 - {0:CALL}**2)", PRODUCT), textbook=Form("1/√(1 − {0:CALL}²)", PRODUCT),
    latex=Form(r"\frac{{1}}{{\sqrt{{1 - {0:CALL}^2}}}}", POWER),
    array="1/np.sqrt((1 - ({0}))*(1 + ({0})))", domain="-1 < x < 1",
    doc="Return the derivative of asin at x: 1 / sqrt(1 - x**2).",
)  # fmt: skip
direction: Op = Op(
    "direction", lambda x, y: divide(x, math.hypot(x, y)), _direction_partials,
    python=Form("{0:PRODUCT}/hypot({0}, {1})", PRODUCT),
    latex=Form(r"\frac{{{0}}}{{\sqrt{{ {0:CALL}^2 + {1:CALL}^2 }}}}", POWER),
    array="{0}/np.hypot({0}, {1})", domain="not both 0",
    doc="Return x / hypot(x, y), the cosine of the angle of (x, y).",
)  # fmt: skip
exp_of_difference = Op(
    "exp_of_difference", _exp_of_difference, lambda out, x, y: (out, -out),
    python="exp({0:SUM} - {1:PRODUCT})", latex=Form("e^{{{0:SUM} - {1:PRODUCT}}}", POWER),
    array="np.exp({0} - {1})", doc="Return exp(x - y), of the difference without its rounding.",
)  # fmt: skip
share: Op = Op(
    "share", _share_of_two, lambda out, x, y: (out * share(y, x), -out * share(y, x)),
    written=lambda out, x, y: (out * (1.0 - out), -out * (1.0 - out)),
    again=lambda out, x, y: (sigmoid_slope(x - y), -sigmoid_slope(x - y)),
    python=Form("1/(1 + exp({1:SUM} - {0:PRODUCT}))", PRODUCT),
    latex=Form(r"\frac{{e^{{{0}}}}}{{e^{{{0}}} + e^{{{1}}}}}", POWER),
    array="np.exp({0} - np.maximum({0}, {1}))/(np.exp({0} - np.maximum({0}, {1})) + "
          "np.exp({1} - np.maximum({0}, {1})))",
    doc="Return exp(x) / (exp(x) + exp(y)): softmax of two.",
)  # fmt: skip
SLOPES = (
    sigmoid_complement, sigmoid_slope, gaussian, normal_density, normal_cdf, asin_slope, direction,
    exp_of_difference, share,
)  # fmt: skip

# --- choices between operands -------------------------------------------------------


def _half_at_ties(x: Any, y: Any) -> tuple[Any, Any]:
    return (
        _select(x > y, 1.0, _select(x < y, NOTHING, 0.5)),
        _select(x < y, 1.0, _select(x > y, NOTHING, 0.5)),
    )


maximum = Op(
    "maximum", lambda x, y: x if x > y or x != x else y, lambda out, x, y: _half_at_ties(x, y),
    textbook="max({0}, {1})", latex=r"\max\left({0}, {1}\right)",
    array="np.maximum({0}, {1})", chooses=True,
)  # fmt: skip
minimum = Op(
    "minimum", lambda x, y: x if x < y or x != x else y, lambda out, x, y: _half_at_ties(y, x),
    textbook="min({0}, {1})", latex=r"\min\left({0}, {1}\right)",
    array="np.minimum({0}, {1})", chooses=True,
)  # fmt: skip


def _clamp(x: float, low: float, high: float) -> float:
    if x != x:
        return x
    limited = low if x < low else x
    return high if limited > high else limited


def _clamp_partials(out: Any, x: Any, low: Any, high: Any) -> tuple[Any, Any, Any]:
    inside = (x >= low) & (x <= high)
    return (
        _select(inside, 1.0, NOTHING),
        _select((x < low) & (low < high), 1.0, NOTHING),
        _select((x > high) | (low > high), 1.0, NOTHING),
    )


clamp: Op = Op(
    "clamp", _clamp, _clamp_partials,
    array="np.minimum(np.maximum({0}, {1}), {2})", chooses=True,
    defaults=(-inf, inf),
    doc="Return x limited to low..high; with low > high the result is high.",
)  # fmt: skip

# --- reductions -------------------------------------------------------------------


def _sum(*xs: float) -> float:
    total = 0.0
    for x in xs:
        total += x
    return total


def _dot(*operands: float) -> float:
    half = len(operands) // 2
    total = 0.0
    for x, y in zip(operands[:half], operands[half:], strict=True):
        total += x * y
    return total


def _dot_partials(out: Any, *operands: Any) -> tuple[Any, ...]:
    half = len(operands) // 2
    return operands[half:] + operands[:half]


def _logsumexp(*xs: float) -> float:
    largest = -inf
    for x in xs:
        if x > largest or x != x:
            largest = x
    if largest - largest != 0.0:  # inf or nan; also an empty sum
        return largest
    rest = 0.0
    is_left_out = False  # its exp(0) = 1 is the 1 of log1p: a tiny rest is not rounded away
    for x in xs:
        if x == largest and not is_left_out:
            is_left_out = True
        else:
            rest += math.exp(x - largest)
    return largest + math.log1p(rest)


def _normalised_exponentials(out: Any, *xs: Any) -> tuple[Any, ...]:
    if len(xs) == 2:  # right also where p0*p1*(p1 - p0), the derivative of p0*p1, cancels
        return share(xs[0], xs[1]), share(xs[1], xs[0])
    # Dividing by their sum takes out the rounding error of `out`, which is large for large x.
    exponentials = [exp_of_difference(x, out) for x in xs]
    total = sum(exponentials)
    return tuple(e / total for e in exponentials)


sum = Reduction(
    "sum", 1, _sum, lambda out, *xs: (1.0,) * len(xs), symbol="+",
    doc="Return the sum of a sequence of Values and numbers, as one node.",
)  # fmt: skip
dot = Reduction(
    "dot", 2, _dot, _dot_partials, symbol="+",
    doc="Return x[0]*y[0] + x[1]*y[1] + ... of two sequences, as one node.",
)  # fmt: skip
logsumexp = Reduction(
    "logsumexp", 1, _logsumexp, _normalised_exponentials,
    written=lambda out, *xs: tuple(softmax(xs)), again=lambda out, *xs: tuple(softmax(xs)),
    array="np.logaddexp.reduce({0})",
    doc="Return log(exp(x[0]) + exp(x[1]) + ...) of a sequence, without overflow.",
)  # fmt: skip


def _exponentials(*row: float) -> list[float]:
    """Return exp(x - the largest), which cannot overflow, for all but the first: that is 0."""
    largest = -inf
    for x in row[1:]:
        if x > largest or x != x:
            largest = x
    exponentials = [exp_of_difference(x, largest) for x in row]
    exponentials[0] = 0.0
    return exponentials


def _softmax_at(*row: float) -> float:
    exponentials = _exponentials(*row)
    return exponentials[int(row[0]) + 1] / _sum(*exponentials)


def _softmax_at_partials(out: float, *row: float) -> tuple[float, ...]:
    exponentials, place = _exponentials(*row), int(row[0]) + 1
    own = exponentials[place]
    exponentials[place] = 0.0
    rest = _sum(*exponentials)
    total = own + rest
    slopes = [-out * (e / total) for e in exponentials]
    slopes[0] = 0.0  # the place is a number
    slopes[place] = out * (rest / total)  # not 1 - out, which has no digits where out is nearly 1
    return tuple(slopes)


def _softmax_at_again(out: Any, place: Any, *xs: Any) -> tuple[Any, ...]:
    if len(xs) == 2:  # right also where p*q*(q - p), the derivative of p*q, is nearly 0
        slope = sigmoid_slope(xs[0] - xs[1])
        return (None, slope, -slope) if place == 0.0 else (None, -slope, slope)
    outputs = softmax(xs)
    rest = sum([p for k, p in enumerate(outputs) if k != place])
    return (None, *[out * rest if k == place else -out * p for k, p in enumerate(outputs)])


def _softmax_at_written(out: Any, place: Any, *xs: Any) -> tuple[Any, ...]:
    slopes = [out * (1.0 - p) if k == place else -out * p for k, p in enumerate(softmax(xs))]
    return (None, *slopes)


softmax_at = Reduction(
    "softmax_at", 1, _softmax_at, _softmax_at_partials,
    written=_softmax_at_written, again=_softmax_at_again, symbol="softmax",
    doc="Return one output of softmax, of a sequence that has its place before the operands.",
)  # fmt: skip


def _mean(*xs: float) -> float:
    return divide(_sum(*xs), float(len(xs)))


def _prod(*xs: float) -> float:
    product = 1.0
    for x in xs:
        product *= x
    return product


def _products_of_others(out: Any, *xs: Any) -> tuple[Any, ...]:
    # Not out / x, as x may be 0: those before an operand times those after it.
    if len(xs) < 2:
        return (1.0,) * len(xs)
    before = list(accumulate(xs[:-1], mul))
    after = list(accumulate(xs[:0:-1], lambda product, x: x * product))[::-1]
    return (after[0], *map(mul, before, after[1:]), before[-1])


def _product_tree(*xs: Any) -> Any:
    while len(xs) > 1:
        odd = xs[len(xs) - len(xs) % 2 :]
        xs = (*map(mul, xs[: len(xs) - len(odd) : 2], xs[1::2]), *odd)
    return xs[0] if xs else 1.0


def _norm(*xs: float) -> float:
    return math.hypot(*xs) if all(x == x for x in xs) else nan


def _norm_partials(out: Any, *xs: Any) -> tuple[Any, ...]:
    size = _select(out <= 0.0, 1.0, out)  # 0 at 0, as PyTorch has it
    return tuple(_select(out <= 0.0, 0.0, x / size) for x in xs)


def _largest(*xs: float) -> float:
    best = _first("max", xs)
    for x in xs:
        if x > best or x != x:
            best = x
    return best


def _smallest(*xs: float) -> float:
    best = _first("min", xs)
    for x in xs:
        if x < best or x != x:
            best = x
    return best


def _first(name: str, xs: tuple[float, ...]) -> float:
    if not xs:
        raise ValueError(f"{name} of an empty sequence: there is no {name}imum to give")
    return xs[0]


def _share(*are_less: Any) -> tuple[Any, ...]:
    """Divide 1 among those that are not less; equal ones get equal parts."""
    part = 1.0 / sum([_select(is_less, 0.0, 1.0) for is_less in are_less])
    return tuple(_select(is_less, NOTHING, part) for is_less in are_less)


mean = Reduction(
    "mean", 1, _mean, lambda out, *xs: (1.0 / len(xs),) * len(xs),
    expand=lambda *xs: sum(xs) / float(len(xs)),
    definition=lambda *xs: sum(xs) / float(len(xs)),
    doc="Return the sum of a sequence over its length, as one node.",
)  # fmt: skip
prod = Reduction(
    "prod", 1, _prod, _products_of_others, symbol="·", expand=_product_tree,
    definition=lambda *xs: reduce(mul, xs, 1.0),
    doc="Return the product of a sequence, as one node; zeros among them do no harm.",
)  # fmt: skip
norm = Reduction(
    "norm", 1, _norm, _norm_partials, array="np.hypot.reduce({0})",
    written=lambda out, *xs: (
        tuple(x / out for x in xs) if out > 0.0 else _norm_partials(out, *xs)
    ),
    definition=lambda *xs: sqrt(sum([square(x) for x in xs])),
    doc="Return sqrt(x[0]**2 + x[1]**2 + ...) of a sequence; its gradient at 0 is 0.",
)  # fmt: skip
max = Reduction(
    "max", 1, _largest, lambda out, *xs: _share(*[x < out for x in xs]),
    array="np.max({0}, axis=0)", chooses=True,
    doc="Return the largest of a sequence, as one node; equal ones share its gradient.",
)  # fmt: skip
min = Reduction(
    "min", 1, _smallest, lambda out, *xs: _share(*[x > out for x in xs]),
    array="np.min({0}, axis=0)", chooses=True,
    doc="Return the smallest of a sequence, as one node; equal ones share its gradient.",
)  # fmt: skip


def softmax(xs: Iterable[Any]) -> list[Any]:
    """Return exp(x[i]) / sum of exp(x[j]) for each i, without overflow.

    Args:
        xs: n Values or numbers.

    Returns:
        A list of n Values (or floats) that add up to 1.

    >>> [round(p, 3) for p in softmax([1000.0, 1000.0])]
    [0.5, 0.5]
    """
    row = as_tuple("softmax", xs)
    first = first_operand(row)
    outputs = None if first is None else first._apply_softmax(row)
    return outputs or list(_normalised_exponentials(logsumexp(row), *row))


def softmax_output(node: Any) -> tuple[tuple[Any, ...], int] | None:
    """Return of which row a node is an output of softmax, and which one; None if it is none.

    >>> from autograd import Value
    >>> row = [Value(1.0), Value(2.0), Value(4.0)]
    >>> softmax_output(softmax(row)[1]) == ((*row,), 1)
    True
    """
    if node.op is softmax_at:
        return node.operands[1:], int(node.operands[0])
    if node.op is exp_of_difference:
        x, total = node.operands
        if getattr(total, "op", None) is logsumexp:
            row = total.operands
            places = [*map(id, row)]  # comparing Values would be slow, and a row may be long
            if id(x) in places:
                return row, places.index(id(x))
            return (row, row.index(x)) if isinstance(x, float) and x in row else None
    return None


PARTS = (*SLOPES, softmax_at)  # what only rules and `softmax` record

TABLE: dict[str, Op] = {op.name: op for op in list(globals().values()) if isinstance(op, Op)}
