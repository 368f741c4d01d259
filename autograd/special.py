"""Special functions that `math` lacks, or has with too few digits: plain code on floats.

The gamma family rests on one function, Hurwitz's zeta(s, a) = Σ 1/(a + k)^s: its values are
the derivatives of digamma, and the coefficients of the power series of digamma and lgamma
about their zeros, where nothing else keeps all digits.
"""

from __future__ import annotations

import math

from autograd.ieee import inf, nan

# Bernoulli's numbers B2, B4, ..., and those over 2!, 4!, ...
_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)
_BERNOULLI_TERMS = tuple([b / math.gamma(2.0 * k + 3.0) for k, b in enumerate(_BERNOULLI)])
_FAR = 10.0  # from here on, series in 1/x with Bernoulli's numbers give all digits
_ONE_MINUS_EULER = 0.42278433509846714
_HALF_LOG_2_PI = 0.9189385332046728
# The zero of digamma, in two floats.
_ZERO, _ZERO_REST = 1.4616321449683622, 9.549995429965697e-17
# lgamma(2 + z) = z·((1 - γ) + c0·z + c1·z² + ...): (zeta(k, 2)/k), of alternating signs
_LGAMMA = (
    0.3224670334241132, -0.0673523010531981, 0.020580808427784546, -0.007385551028673986,
    0.0028905103307415234, -0.001192753911703261, 0.0005096695247430425, -0.00022315475845357939,
    9.945751278180853e-05, -4.492623673813314e-05, 2.050721277567069e-05, -9.439488275268397e-06,
    4.374866789907488e-06, -2.039215753801366e-06, 9.55141213040742e-07, -4.492469198764566e-07,
    2.1207184805554665e-07, -1.0043224823968099e-07, 4.7698101693639804e-08,
    -2.2711094608943164e-08, 1.0838659214896955e-08, -5.183475041970047e-09,
    2.4836745438024785e-09, -1.1921401405860912e-09, 5.731367241678862e-10,
    -2.7595228851242334e-10, 1.330476437424449e-10, -6.4229645638381e-11, 3.1044247747322276e-11,
    -1.5021384080754142e-11, 7.275974480239079e-12, -3.527742476575915e-12, 1.711991790559618e-12,
    -8.315385841420285e-13, 4.04220052528944e-13, -1.9664756310966165e-13, 9.573630387838556e-14,
    -4.6640760264283744e-14, 2.2737369600659724e-14, -1.1091399470834522e-14,
)  # fmt: skip
# digamma(zero + z) = z·(c0 + c1·z + ...): zeta(k, zero), of alternating signs
_DIGAMMA = (
    0.9676722454476212, -0.4427631689835921, 0.258499760955651, -0.16394270544240652,
    0.10782405069126237, -0.07219956125645471, 0.04880428816414311, -0.03316112647484736,
    0.022597648232218104, -0.01542476590494896, 0.010538791616612175, -0.007204534386356869,
    0.004926781395729853, -0.003369801655439328, 0.002305126326734928, -0.0015769367714301972,
    0.0010788252019162967, -0.0007380709389960052, 0.000504953265834602, -0.0003454680251063077,
    0.00023635601564027053, -0.00016170622091974803, 0.0001106337276874741,
    -7.569179582195066e-05, 5.178575795222081e-05, -3.5430070947659604e-05, 2.424006611860132e-05,
    -1.6584242271854135e-05, 1.134638458466385e-05, -7.762817668462094e-06,
    5.3110609208898636e-06, -3.6336507898010456e-06, 2.486022733129538e-06,
    -1.7008538854332607e-06,
)  # fmt: skip


def zeta(s: float, a: float) -> float:
    """Return the sum of 1/(a + k)**s over k = 0, 1, 2, ..., for s > 1 and a > 0."""
    count = 0 if a >= _FAR + s else math.ceil(_FAR + s - a)
    far = a + count
    rest = _power(far, 1.0 - s)  # all terms from here on, by Euler and Maclaurin's formula
    factor = rest * s / far / far
    total = 0.0
    for k in range(8):
        total += factor * _BERNOULLI_TERMS[k]
        factor *= (s + 2.0 * k + 1.0) / far * ((s + 2.0 * k + 2.0) / far)
    total += 0.5 * (rest / far) + rest / (s - 1.0)
    for k in range(count - 1, -1, -1):
        total += _power(a + k, -s)
    return total


def _power(x: float, y: float) -> float:
    """Return x**y of a positive x, inf where it is too large."""
    return inf if y * math.log(x) > 709.7 else math.pow(x, y)


def lgamma(x: float) -> float:
    """Return log |gamma(x)|: inf at 0, -1, -2, ... and at both infinities."""
    if x - x != 0.0:
        return abs(x)
    if x <= 0.0 and x == math.floor(x):
        return inf
    if x <= -0.5:
        return math.log(math.pi / abs(x * _sin_pi(x))) - lgamma(-x)
    if x < 0.5:
        return lgamma(x + 1.0) - math.log(abs(x))
    if x < 1.2:
        return _lgamma_near_2(x - 1.0) - math.log1p(x - 1.0)
    if x >= _FAR:
        if x > 1e306:
            return inf
        rest, square = 0.0, x * x
        for k in range(7, -1, -1):
            rest = rest / square + _BERNOULLI[k] / ((2.0 * k + 1.0) * (2.0 * k + 2.0))
        return (x - 0.5) * (math.log(x) - 1.0) + (rest / x + (_HALF_LOG_2_PI - 0.5))
    factor = 1.0
    while x >= 2.5:
        x -= 1.0
        factor *= x
    return _lgamma_near_2(x - 2.0) + math.log(factor)


def _lgamma_near_2(z: float) -> float:
    total = 0.0
    for k in range(len(_LGAMMA) - 1, -1, -1):
        total = total * z + _LGAMMA[k]
    return z * (total * z + _ONE_MINUS_EULER)


def digamma(x: float) -> float:
    """Return the derivative of lgamma: nan at -1, -2, ..., and -inf or inf at 0 and -0."""
    if x <= 0.0:
        if x == 0.0:
            return -math.copysign(inf, x)
        return nan if x == -inf or x == math.floor(x) else digamma(1.0 - x) - math.pi * _cot_pi(x)
    if x < 1.0:
        return digamma(x + 1.0) - 1.0 / x
    if x >= _FAR:
        rest, square = 0.0, x * x
        for k in range(7, -1, -1):
            rest = rest / square + _BERNOULLI[k] / (2.0 * k + 2.0)
        return math.log(x) - (0.5 / x + rest / square)
    total = 0.0
    if x < 1.75:
        z = (x - _ZERO) - _ZERO_REST
        for k in range(len(_DIGAMMA) - 1, -1, -1):
            total = total * z + _DIGAMMA[k]
        return total * z
    added = 0.0
    while x >= 2.75:
        x -= 1.0
        added += 1.0 / x
    z = x - 2.0
    for k in range(len(_LGAMMA) - 1, -1, -1):
        total = total * z + (k + 2.0) * _LGAMMA[k]
    return total * z + _ONE_MINUS_EULER + added


def polygamma(order: float, x: float) -> float:
    """Return the derivative of digamma of a whole order from 0 to 170; nan for another order."""
    if not 0.0 <= order <= 170.0 or order != math.floor(order):
        return nan
    if order == 0.0:
        return digamma(x)
    sign = 1.0 if order % 2.0 else -1.0
    if x != x or x == -inf:
        return nan
    if x == inf:
        return sign * 0.0
    if x > 0.0:
        return sign * math.gamma(order + 1.0) * zeta(order + 1.0, x)
    if x == math.floor(x):
        return sign * inf
    return -sign * polygamma(order, 1.0 - x) - _cot_derivative(int(order), x)


def _cot_derivative(order: int, x: float) -> float:
    """Return the derivative of π cot(πx) of an order, a polynomial in the cotangent."""
    coefficients = [0.0, 1.0]
    for _ in range(order):  # cot' = -(1 + cot²)
        slopes = [k * coefficients[k] for k in range(1, len(coefficients))]
        coefficients = [0.0] * (len(slopes) + 2)
        for k in range(len(slopes)):
            coefficients[k] -= slopes[k]
            coefficients[k + 2] -= slopes[k]
    cot, total = _cot_pi(x), 0.0
    for k in range(len(coefficients) - 1, -1, -1):
        total = total * cot + coefficients[k]
    return math.pow(math.pi, order + 1.0) * total


def _sin_pi(x: float) -> float:
    """Return sin(πx) up to its sign."""
    return math.sin(math.pi * (x - math.floor(x + 0.5)))


def _cot_pi(x: float) -> float:
    """Return cot(πx) of an x that is not whole."""
    rest = x - math.floor(x + 0.5)
    if abs(rest) < 0.25:
        return 1.0 / math.tan(math.pi * rest)
    return math.copysign(math.tan(math.pi * (0.5 - abs(rest))), rest)


def erfinv(x: float) -> float:
    """Return y with erf(y) = x: -inf at -1, inf at 1, nan beyond."""
    if not -1.0 < x < 1.0:
        return math.copysign(inf, x) if abs(x) == 1.0 else nan
    size = abs(x)
    # Winitzki's formula has three digits; three steps of Halley's method make it all.
    log = math.log1p(-size) + math.log1p(size)
    half = 2.0 / (math.pi * 0.147) + 0.5 * log
    y = math.sqrt(math.sqrt(half * half - log / 0.147) - half)
    for _ in range(3):
        error = math.erf(y) - size if size < 0.5 else (1.0 - size) - math.erfc(y)
        step = error * (0.5 * math.sqrt(math.pi)) * math.exp(y * y)
        y -= step / (1.0 + y * step)
    return math.copysign(y, x)
