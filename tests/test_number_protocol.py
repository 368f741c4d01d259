"""What Python's own functions and NumPy's ask of a number: %, round, math.floor, numpy.log2."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import pytest

import autograd
from autograd import Value, gradient, ops

PAIRS = [(7.25, 2.5), (-7.25, 2.5), (7.25, -2.5), (-7.25, -2.5), (0.3, 0.1), (1e300, 7.0)]


@pytest.mark.parametrize(("x", "y"), PAIRS)
def test_remainder_and_whole_division(x: float, y: float) -> None:
    for a, b in ((Value(x), Value(y)), (Value(x), y), (x, Value(y)), (Value(x), int(y) or 1)):
        number = getattr(b, "data", b)
        assert (a % b).data == x % number
        assert (a // b).data == x // number
        assert [v.data for v in divmod(a, b)] == [x // number, x % number]
    a, b = Value(x), Value(y)
    assert gradient(a % b, [a, b]) == [1.0, -(x // y)]
    assert gradient(a // b, [a, b]) == [0.0, 0.0]
    assert a % a is not None and (a % a).data == 0.0


@pytest.mark.parametrize("x", [2.5, 3.5, -2.5, 0.49999999999999994, -0.2, 1e300, 2.675, 1234.5678])
def test_rounding(x: float) -> None:
    v = Value(x)
    for function in (math.floor, math.ceil, math.trunc, round):
        result = function(v)
        assert isinstance(result, Value)
        assert result.data == float(function(x))
        assert math.copysign(1.0, result.data) == math.copysign(1.0, x)
    for digits in (2, 0, -2, 300):
        assert round(v, digits).data == round(x, digits)
    with pytest.raises(TypeError, match="integer"):
        round(v, 1.5)  # type: ignore[call-overload]


def test_rounding_passes_no_gradient_and_is_decided_again() -> None:
    x = Value(2.7)
    y = x * math.floor(x) + round(x, 1)
    y.backward()
    assert (y.data, x.grad) == (2.7 * 2.0 + 2.7, 2.0)
    x.data = 3.2
    assert y.forward() == 3.2 * 3.0 + 3.2


@pytest.mark.parametrize(
    ("call", "error", "remedy"),
    [
        (lambda v: int(v), TypeError, "math.floor(v) and math.trunc(v) give a Value"),
        (lambda v: float(v), TypeError, "pass v.data"),
        (lambda v: v @ v, TypeError, "write v * w, or dot(xs, ys)"),
        (lambda v: 2.0 @ v, TypeError, "write v * w, or dot(xs, ys)"),
        (lambda v: v % "a", TypeError, "unsupported operand"),
        (lambda v: autograd.max(v, v), TypeError, "write max([a, b, ...])"),
        (lambda v: autograd.max([]), ValueError, "max of an empty sequence"),
        (lambda v: autograd.min([]), ValueError, "min of an empty sequence"),
        (lambda v: autograd.norm(v), TypeError, "write norm([a, b, ...])"),
    ],
)
def test_what_cannot_be_says_what_to_do(
    call: Callable[[Value], Any], error: type[Exception], remedy: str
) -> None:
    with pytest.raises(error, match=re.escape(remedy)):
        call(Value(0.5))


# --- NumPy ----------------------------------------------------------------------------------

np: Any = pytest.importorskip("numpy")
XS = [0.5, 0.25, -0.75]
POSITIVE = [1.5, 1.25, 2.75]
# NumPy has no loop for objects, and says so without asking them.
REFUSED = {
    "copysign", "divmod", "float_power", "frexp", "heaviside", "isfinite", "isinf", "isnan",
    "isnat", "ldexp", "logaddexp", "logaddexp2", "modf", "nextafter", "signbit", "spacing",
}  # fmt: skip
# What is for whole numbers, bits or matrices is an error in Python's or NumPy's own words.
OTHER_KINDS = {
    "bitwise_and", "bitwise_count", "bitwise_or", "bitwise_xor", "gcd", "invert", "lcm",
    "left_shift", "right_shift", "logical_xor", "matvec", "vecmat",
}  # fmt: skip
UFUNCS = sorted({f.__name__ for f in vars(np).values() if isinstance(f, np.ufunc)})


def numbers(result: Any) -> list[float]:
    return [float(getattr(x, "data", x)) for x in np.ravel(result).tolist()]


@pytest.mark.parametrize("name", UFUNCS)
def test_every_ufunc_works_on_an_array_of_values_or_says_why_not(name: str) -> None:
    function = getattr(np, name)
    points = POSITIVE if name in ("arccosh", "log", "log2", "log10", "sqrt", "power") else XS
    arrays = [np.array(points)] * function.nin
    values = [np.array([Value(x) for x in points])] * function.nin
    if name in REFUSED | OTHER_KINDS:
        words = (
            "not supported|unsupported|bad operand|no callable|no attribute|dimensions|cannot|only"
        )
        with pytest.raises((TypeError, ValueError, AttributeError), match=words):
            function(*values)
        return
    expected, result = function(*arrays), function(*values)
    if name == "equal" or name == "not_equal":  # by identity
        assert result.tolist() == expected.tolist()
    elif name.startswith("logical_"):
        assert [bool(x) for x in result] == expected.tolist()
    else:
        assert numbers(result) == pytest.approx(numbers(expected), rel=1e-15)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("mean", np.mean), ("prod", np.prod), ("max", np.max), ("min", np.min),
        ("norm", np.linalg.norm), ("sum", np.sum),
    ],
)  # fmt: skip
def test_reductions_agree_with_numpy_on_values_and_on_floats(ours: str, theirs: Any) -> None:
    xs = [Value(x) for x in XS]
    mine, numpys = getattr(autograd, ours)(xs), theirs(np.array(xs))
    assert mine.op is getattr(ops, ours)
    assert mine.data == pytest.approx(float(theirs(np.array(XS))), rel=1e-15)
    assert numpys.data == pytest.approx(mine.data, rel=1e-15)
    assert gradient(numpys, xs) == pytest.approx(gradient(mine, xs), rel=1e-14)
    rows = [np.array([x, 2.0 * x, 0.0]) for x in XS]
    expected = [getattr(autograd, ours)(list(column)) for column in zip(*rows)]
    assert getattr(autograd, ours)(rows).tolist() == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("function", [np.var, np.std])
def test_variance(function: Any) -> None:
    xs = [Value(x) for x in XS]
    spread = function(np.array(xs))
    assert isinstance(spread, Value)
    assert spread.data == pytest.approx(float(function(XS)), rel=1e-15)
    step = 1e-6
    for k, slope in enumerate(gradient(spread, xs)):
        above, below = (
            float(function([x + sign * step * (i == k) for i, x in enumerate(XS)]))
            for sign in (1, -1)
        )
        assert slope == pytest.approx((above - below) / (2 * step), rel=1e-7)


def test_linear_algebra_of_numpy_refuses_values() -> None:
    matrix = np.array([[Value(2.0), Value(0.0)], [Value(0.0), Value(1.0)]])
    with pytest.raises(TypeError, match="dtype"):
        np.linalg.solve(matrix, np.array([1.0, 2.0]))


# --- compiled -------------------------------------------------------------------------------

REDUCTIONS = ["logsumexp", "mean", "prod", "norm", "max", "min"]
SAMPLES = np.array([[0.7, -1.3, 2.0, 0.4], [0.0, 2.0, 0.0, 2.0], [3.0, 3.0, 3.0, -1.0]])
WEIGHTS = np.array([0.3, -0.2, 0.9])


def program(x: Any, w: Any) -> Any:
    total = autograd.sum([getattr(autograd, n)(x) * k for k, n in enumerate(REDUCTIONS, 1)])
    mixed = [getattr(autograd, n)([x[0] * 2.0, w[1], *w, x[3], 0.5]) for n in REDUCTIONS]
    return total + autograd.dot(mixed, mixed) + autograd.prod(w) * autograd.max(w)


def elementwise(x: Any, w: Any) -> Any:
    a, b = x[0] + 3.1, x[1] * w[0]
    terms = [
        autograd.lgamma(a), autograd.digamma(a), autograd.polygamma(2, a), autograd.erfinv(b * 0.1),
        a % 0.7, a // 0.7, round(a, 1), math.floor(b), math.ceil(b), math.trunc(a), round(b),
        autograd.sign(b), autograd.log2(a), autograd.log10(a), autograd.exp2(b), autograd.cbrt(b),
        autograd.square(b), autograd.reciprocal(a), autograd.log_sigmoid(b), autograd.mish(b),
        autograd.softsign(b), autograd.elu(b, w[2]), autograd.lgamma(b - 0.3),
    ]  # fmt: skip
    return autograd.dot(terms, [0.1 * k for k in range(1, 1 + len(terms))])


@pytest.mark.parametrize("backend", ["numpy", "jax", "tape"])
@pytest.mark.parametrize("function", [program, elementwise])
def test_compiled_as_eager_on_every_backend(function: Any, backend: str) -> None:
    pytest.importorskip({"numpy": "numpy", "jax": "jax", "tape": "numba"}[backend])
    compiled = autograd.compile(
        function, {"x": (4,)}, {"w": WEIGHTS}, wrt=["x", "w"], backend=backend
    )
    value, gradients = compiled(SAMPLES)
    ws = [Value(w) for w in WEIGHTS]
    total, slopes = 0.0, []
    for sample in SAMPLES:
        xs = [Value(x) for x in sample]
        output = function(xs, ws)
        output.backward()
        total += output.data
        slopes.append([x.grad for x in xs])
    np.testing.assert_allclose(value, total, rtol=1e-12)
    np.testing.assert_allclose(gradients["x"], slopes, rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(gradients["w"], [w.grad for w in ws], rtol=1e-11)
