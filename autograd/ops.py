"""The table of operations: the only place that knows an operation.

Each entry states the forward function, the local derivatives, how the operation is
printed (text and LaTeX) and its array form. A rule `partials(out, x, ...)` returns one
local derivative per operand and is written once, in plain arithmetic on whatever it is
given: floats, `Value`s (higher orders, and printing the derivative as a formula), arrays
and recording placeholders all run the same rule. To add an operation, add one entry.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from autograd.ieee import divide, guarded, inf, nan, power
from autograd.op import (
    AND,
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


def _power_partials(out: Any, x: Any, y: Any) -> tuple[Any, Any]:
    slope = y * x ** (y - 1.0)
    # x**0 is constant even at 0, inf and nan, where the slope would be nan.
    base = _select((y >= 0.0) & (y <= 0.0), 0.0, slope)
    if not isinstance(y, float):  # elsewhere it stays: its own derivative by y is not 0
        # At x = y = 0 there is none: that of this 0 is nan.
        base = _select((y >= 0.0) & (y <= 0.0), sqrt(y * y), slope)
        base = _select((x > 0.0) | (x < 0.0), slope, base)
    elif not isinstance(x, float):
        return base, None  # a number as exponent takes no gradient, and log(x) may be nan
    # 0**y is constant for y >= 0, where out * log(x) would be nan.
    zero_base = (x >= 0.0) & (x <= 0.0) & (y >= 0.0)
    return base, _select(zero_base, 0.0, out * log(x))


# `float_power`, not `power`: on arrays too the result is never an integer.
pow = Op(
    "pow", lambda x, y: power(x, y), _power_partials,
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


def _log1p(x: float) -> float:
    if x > -1.0:
        return math.log1p(x)
    return -inf if x == -1.0 else nan


exp = Op("exp", _exp, lambda out, x: (out,), latex=Form("e^{{{0}}}", POWER), array="np.exp({0})")
expm1 = Op(
    "expm1", guarded(math.expm1), lambda out, x: (exp(x),),
    latex=Form("e^{{{0}}} - 1", SUM), array="np.expm1({0})",
)  # fmt: skip
log = Op(
    "log", _log, lambda out, x: (1.0 / x,),
    latex=r"\ln\left({0}\right)", array="np.log({0})", domain="x > 0",
)  # fmt: skip
log1p = Op(
    "log1p", _log1p, lambda out, x: (1.0 / (1.0 + x),),
    latex=r"\ln\left(1 + {0:SUM}\right)", array="np.log1p({0})", domain="x > -1",
)  # fmt: skip
sqrt = Op(
    "sqrt", guarded(math.sqrt), lambda out, x: (0.5 / out,),
    latex=r"\sqrt{{{0}}}", array="np.sqrt({0})", domain="x >= 0",
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
    latex=r"\arcsin\left({0}\right)", array="np.arcsin({0})", domain="-1 <= x <= 1",
)  # fmt: skip
acos = Op(
    "acos", guarded(math.acos), lambda out, x: (-1.0 / sqrt((1.0 - x) * (1.0 + x)),),
    latex=r"\arccos\left({0}\right)", array="np.arccos({0})", domain="-1 <= x <= 1",
)  # fmt: skip
atan = Op(
    "atan", math.atan, lambda out, x: (1.0 / (1.0 + x * x),),
    latex=r"\arctan\left({0}\right)", array="np.arctan({0})",
)  # fmt: skip


def _atan2_partials(out: Any, y: Any, x: Any) -> tuple[Any, Any]:
    r = hypot(x, y)  # divided by twice: its square may overflow or underflow
    return _select(r > 0.0, x / r / r, x), _select(r > 0.0, -y / r / r, -y)


atan2 = Op(
    "atan2", lambda y, x: math.atan2(y, x), _atan2_partials,
    array="np.arctan2({0}, {1})",
)  # fmt: skip
hypot = Op(
    "hypot", lambda x, y: math.hypot(x, y), lambda out, x, y: (x / out, y / out),
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
tanh = Op(
    "tanh", math.tanh, lambda out, x: (1.0 - out * out,),
    latex=r"\tanh\left({0}\right)", array="np.tanh({0})",
)  # fmt: skip
asinh = Op(
    "asinh", math.asinh, lambda out, x: (1.0 / hypot(x, 1.0),),
    latex=r"\operatorname{{arsinh}}\left({0}\right)", array="np.arcsinh({0})",
)  # fmt: skip
acosh = Op(
    "acosh", guarded(math.acosh), lambda out, x: (1.0 / sqrt((x - 1.0) * (x + 1.0)),),
    latex=r"\operatorname{{arcosh}}\left({0}\right)", array="np.arccosh({0})", domain="x >= 1",
)  # fmt: skip


def _atanh(x: float) -> float:
    if -1.0 < x < 1.0:
        return math.atanh(x)
    return math.copysign(inf, x) if abs(x) == 1.0 else nan


atanh = Op(
    "atanh", _atanh, lambda out, x: (1.0 / ((1.0 - x) * (1.0 + x)),),
    latex=r"\operatorname{{artanh}}\left({0}\right)", array="np.arctanh({0})", domain="-1 < x < 1",
)  # fmt: skip
_TWO_OVER_ROOT_PI = 2.0 / math.sqrt(math.pi)
# NumPy has no error function.
erf = Op(
    "erf", math.erf, lambda out, x: (_TWO_OVER_ROOT_PI * exp(-x * x),),
    array="np.vectorize(math.erf, otypes=[float])({0})",
)  # fmt: skip
erfc = Op(
    "erfc", math.erfc, lambda out, x: (-_TWO_OVER_ROOT_PI * exp(-x * x),),
    array="np.vectorize(math.erfc, otypes=[float])({0})",
)  # fmt: skip

# --- activations ------------------------------------------------------------------


def _sigmoid(x: float) -> float:
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    e = math.exp(x)  # of a negative number, so that nothing overflows
    return e / (1.0 + e)


def _softplus(x: float) -> float:
    return max(x, 0.0) + math.log1p(math.exp(-abs(x))) if x == x else nan


sigmoid = Op(
    "sigmoid", _sigmoid, lambda out, x: (out * (1.0 - out),),
    latex=r"\sigma\left({0}\right)", array="1/(1 + np.exp(-({0})))",
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
    array="({0})/(1 + np.exp(-({0})))",
)  # fmt: skip
_ROOT_HALF = math.sqrt(0.5)
_DENSITY = 1.0 / math.sqrt(2.0 * math.pi)
# erfc, not 1 + erf: the latter cancels to nothing for negative x.
gelu = Op(
    "gelu",
    lambda x: 0.5 * x * math.erfc(-x * _ROOT_HALF),
    lambda out, x: (0.5 * erfc(-_ROOT_HALF * x) + _DENSITY * x * exp(-0.5 * x * x),),
    array=f"0.5*({{0}})*np.vectorize(math.erfc, otypes=[float])(-{_ROOT_HALF!r}*({{0}}))",
)  # fmt: skip
leaky_relu = Op(
    "leaky_relu",
    lambda x, slope: slope * x if x <= 0.0 else x,
    lambda out, x, slope: (_select(x > 0.0, 1.0, slope), _select(x > 0.0, NOTHING, x)),
    array="np.where({0} > 0, {0}, {1}*({0}))", chooses=True,
    defaults=(0.01,),
    doc="Return x where x > 0, else slope*x; the slope is 0.01 unless given.",
)  # fmt: skip

# --- choices between operands -------------------------------------------------------


def _half_at_ties(x: Any, y: Any) -> tuple[Any, Any]:
    return (
        _select(x > y, 1.0, _select(x < y, NOTHING, 0.5)),
        _select(x < y, 1.0, _select(x > y, NOTHING, 0.5)),
    )


maximum = Op(
    "maximum", lambda x, y: x if x > y or x != x else y, lambda out, x, y: _half_at_ties(x, y),
    latex=r"\max\left({0}, {1}\right)", array="np.maximum({0}, {1})", chooses=True,
)  # fmt: skip
minimum = Op(
    "minimum", lambda x, y: x if x < y or x != x else y, lambda out, x, y: _half_at_ties(y, x),
    latex=r"\min\left({0}, {1}\right)", array="np.minimum({0}, {1})", chooses=True,
)  # fmt: skip


def _clamp(x: float, low: float, high: float) -> float:
    if x != x:
        return x
    return min(max(x, low), high)


def _clamp_partials(out: Any, x: Any, low: Any, high: Any) -> tuple[Any, Any, Any]:
    inside = (x >= low) & (x <= high)
    return (
        _select(inside, 1.0, NOTHING),
        _select((x < low) & (low < high), 1.0, NOTHING),
        _select((x > high) | (low > high), 1.0, NOTHING),
    )


clamp = Op(
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
    largest = max(xs, default=-inf)
    if largest - largest != 0.0:  # inf or nan; also an empty sum
        return nan if any(x != x for x in xs) else largest
    rest = list(xs)
    rest.remove(largest)  # its exp(0) = 1 is the 1 of log1p: a tiny rest is not rounded away
    return largest + math.log1p(_sum(*[math.exp(x - largest) for x in rest]))


def _normalised_exponentials(out: Any, *xs: Any) -> tuple[Any, ...]:
    # Dividing by their sum takes out the rounding error of `out`, which is large for large x.
    exponentials = [exp(x - out) for x in xs]
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
    array="np.logaddexp.reduce({0})",
    doc="Return log(exp(x[0]) + exp(x[1]) + ...) of a sequence, without overflow.",
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
    return list(_normalised_exponentials(logsumexp(row), *row))


TABLE: dict[str, Op] = {op.name: op for op in list(globals().values()) if isinstance(op, Op)}
