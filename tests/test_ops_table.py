"""The whole table of operations: value and derivatives to third order at 400 digits."""

from __future__ import annotations

import inspect
import itertools
import math
import pydoc
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import mpmath
import pytest
import sympy

import autograd
from autograd import Op, Reduction, Value, gradient, ops
from autograd.expression import to_text
from autograd.ieee_float import evaluate
from autograd.ops import TABLE

Point = tuple[float, ...]

# Enough that even log(1 + exp(-700)) and exp(1e-300) - 1 keep 50 digits and more.
DIGITS = 400
# A value among the subnormals, which have but a few bits.
SUBNORMAL = 1e-320


@dataclass
class Oracle:
    """An operation as SymPy knows it, and where to look at it."""

    formula: Callable[..., Any]
    points: list[Any]
    extreme: list[Any] = field(default_factory=list)


def each(*points: float) -> list[Any]:
    return [(x,) for x in points]


ORDINARY = each(-3.7, -1.0, -0.3, 1e-9, 0.2, 0.5, 1.0, 2.6)
POSITIVE = each(1e-9, 0.2, 0.5, 1.0, 2.6, 1e5)
TINY = each(1e-300, -1e-300, 1e-160, 1e-20)
BY_MAGNITUDE = TINY + each(1e20, -1e160, 1e300, -1e300)
EXPONENTIAL = each(-1e300, -1000.0, -745.0, -700.0, -40.0, -20.5, 20.5, 37.0, 40.0, 700.0)
OPEN_INTERVAL = each(-1 + 1e-15, -1 + 1e-8, -0.999, -0.3, 1e-300, 0.5, 0.9, 1 - 1e-8, 1 - 1e-15)
GAMMA = each(1e-9, 0.3, 0.9, 1.1, 1.21, 1.4, 1.9, 2.4, 2.8, 5.0, 9.99, 12.5, -0.3, -1.9, -6.4)
# Beside both zeros of lgamma and that of digamma, and far out.
EXTREME_GAMMA = each(
    1 + 1e-9, 1 - 1e-15, 2 + 1e-12, 2 - 1e-9, 1.4616321449683622, 1.4616321449683624, 1.4616322,
    1e-90, -1e-30, 1e20, 1e100, 1e300, 171.5, -40.5,
)  # fmt: skip
PAIRS = [(0.7, -1.3), (-2.0, 0.25), (1e-9, 3.0), (1.5, 1.5), (-0.4, -6.0)]
HUGE_AND_TINY_PAIRS = [(1e300, 2e300), (1e-300, 3e-300), (-1e300, 1e-300), (1e160, -1e155)]
STEPS = [(0.7, -1.3), (-1.3, 0.7), (1e300, -1e300), (-1e-300, 1e-300)]


def choice(condition: Any, a: Any, b: Any) -> Any:
    return sympy.Piecewise((a, condition), (b, True))


class whole_part(sympy.Function):
    """floor(x/y), which is constant between its jumps."""

    def fdiff(self, argindex: int = 1) -> Any:
        return sympy.Integer(0)


class poly_gamma(sympy.Function):
    """The derivative of digamma of an order, which is a whole number and has no derivative."""

    def fdiff(self, argindex: int = 2) -> Any:
        order, x = self.args
        return sympy.Integer(0) if argindex == 1 else poly_gamma(order + 1, x)


class log_gamma(sympy.Function):
    """log|gamma(x)|, real where SymPy's loggamma is complex."""

    def fdiff(self, argindex: int = 1) -> Any:
        return poly_gamma(0, self.args[0])


MPMATH = {
    "whole_part": lambda x, y: mpmath.floor(x / y),
    "poly_gamma": lambda order, x: mpmath.polygamma(int(order), x),
    "log_gamma": lambda x: mpmath.loggamma(x).real,
}

ORACLES: dict[str, Oracle] = {
    "add": Oracle(lambda x, y: x + y, PAIRS, HUGE_AND_TINY_PAIRS),
    "subtract": Oracle(lambda x, y: x - y, PAIRS, HUGE_AND_TINY_PAIRS),
    "multiply": Oracle(lambda x, y: x * y, PAIRS, HUGE_AND_TINY_PAIRS),
    "true_divide": Oracle(lambda x, y: x / y, PAIRS, HUGE_AND_TINY_PAIRS),
    "negative": Oracle(lambda x: -x, ORDINARY, BY_MAGNITUDE),
    "identity": Oracle(lambda x: x, ORDINARY, BY_MAGNITUDE),
    "pow": Oracle(
        lambda x, y: x**y,
        [(0.7, -1.3), (2.0, 3.0), (1e-9, 3.0), (1.5, 1.5), (0.4, 0.0), (1.0, 2.0), (1 + 1e-9, 1e3)],
        [(1e300, 1.0), (1e-300, 0.5), (1e-300, -1.0), (0.5, 1000.0), (2.0, -1070.0), (1e100, 3.0)],
    ),
    "absolute": Oracle(
        lambda x: choice(x > 0, x, -x), ORDINARY, BY_MAGNITUDE
    ),
    "where": Oracle(
        lambda c, x, y: choice(c > 0, x, y), [(1.0, 0.3, -2.0), (0.0, 0.3, -2.0)]
    ),
    "exp": Oracle(sympy.exp, ORDINARY, EXPONENTIAL + BY_MAGNITUDE + each(1000.0)),
    "expm1": Oracle(
        lambda x: sympy.exp(x) - 1, ORDINARY, EXPONENTIAL + BY_MAGNITUDE + each(1000.0)
    ),
    "log": Oracle(sympy.log, POSITIVE, each(1e-300, 1 - 1e-12, 1 + 1e-12, 1e300)),
    "log1p": Oracle(
        lambda x: sympy.log(1 + x), [*POSITIVE, (-0.5,), (-1 + 1e-12,)], BY_MAGNITUDE[::2]
    ),
    "sqrt": Oracle(sympy.sqrt, POSITIVE, each(1e-300, 1e-160, 1e300)),
    "sin": Oracle(sympy.sin, ORDINARY, BY_MAGNITUDE),
    "cos": Oracle(sympy.cos, ORDINARY, BY_MAGNITUDE),
    "tan": Oracle(sympy.tan, ORDINARY, [*BY_MAGNITUDE, (math.pi / 2,)]),
    "asin": Oracle(sympy.asin, OPEN_INTERVAL),
    "acos": Oracle(sympy.acos, OPEN_INTERVAL),
    "atan": Oracle(sympy.atan, ORDINARY, BY_MAGNITUDE),
    "atan2": Oracle(sympy.atan2, PAIRS, HUGE_AND_TINY_PAIRS),
    "hypot": Oracle(lambda x, y: sympy.sqrt(x**2 + y**2), PAIRS, HUGE_AND_TINY_PAIRS),
    "sinh": Oracle(sympy.sinh, ORDINARY, EXPONENTIAL + BY_MAGNITUDE),
    "cosh": Oracle(sympy.cosh, ORDINARY, EXPONENTIAL + BY_MAGNITUDE),
    "tanh": Oracle(sympy.tanh, ORDINARY, EXPONENTIAL + BY_MAGNITUDE),
    "asinh": Oracle(sympy.asinh, ORDINARY, BY_MAGNITUDE),
    "acosh": Oracle(
        sympy.acosh, each(1 + 1e-15, 1 + 1e-8, 1.001, 1.5, 2.6, 40.0), each(1e20, 1e160, 1e300)
    ),
    "atanh": Oracle(sympy.atanh, OPEN_INTERVAL),
    "erf": Oracle(sympy.erf, ORDINARY, EXPONENTIAL + BY_MAGNITUDE),
    "erfc": Oracle(sympy.erfc, ORDINARY, EXPONENTIAL + TINY + each(-8.0, 8.0, 26.0, 1e100)),
    "sigmoid": Oracle(lambda x: 1 / (1 + sympy.exp(-x)), ORDINARY, EXPONENTIAL + BY_MAGNITUDE),
    "softplus": Oracle(lambda x: sympy.log(1 + sympy.exp(x)), ORDINARY, EXPONENTIAL + BY_MAGNITUDE),
    "silu": Oracle(lambda x: x / (1 + sympy.exp(-x)), ORDINARY, EXPONENTIAL + BY_MAGNITUDE),
    "gelu": Oracle(
        lambda x: x * sympy.erfc(-x / sympy.sqrt(2)) / 2,
        ORDINARY, EXPONENTIAL[1:] + TINY + each(-8.0, -12.0, -30.0, 8.0, -1e100, 1e100),
    ),
    "square": Oracle(lambda x: x**2, ORDINARY, BY_MAGNITUDE),
    "reciprocal": Oracle(lambda x: 1 / x, ORDINARY, BY_MAGNITUDE),
    "remainder": Oracle(
        lambda x, y: x - whole_part(x, y) * y,
        [(7.3, 2.0), (-7.3, 2.0), (7.3, -2.0), (-7.3, -2.0), (0.3, 5.0), (6.0, 0.1)],
        [(1e17, 3.0), (1e-300, 3e-301), (-1e-20, 1.0), (1e300, 0.7)],
    ),
    "exp2": Oracle(lambda x: 2**x, ORDINARY, EXPONENTIAL + BY_MAGNITUDE),
    "log2": Oracle(lambda x: sympy.log(x, 2), POSITIVE, each(1e-300, 1 - 1e-12, 1 + 1e-12, 1e300)),
    "log10": Oracle(
        lambda x: sympy.log(x, 10), POSITIVE, each(1e-300, 1 - 1e-12, 1 + 1e-12, 1e300)
    ),
    "cbrt": Oracle(
        lambda x: choice(x > 0, sympy.cbrt(x), -sympy.cbrt(-x)), ORDINARY, BY_MAGNITUDE
    ),
    "erfinv": Oracle(sympy.erfinv, OPEN_INTERVAL, each(-1 + 2**-53, 1 - 2**-53, 0.5 - 2**-54)),
    "lgamma": Oracle(log_gamma, GAMMA, EXTREME_GAMMA),
    "digamma": Oracle(lambda x: poly_gamma(0, x), GAMMA, EXTREME_GAMMA),
    "polygamma": Oracle(
        poly_gamma, [(0.0, 0.3), (1.0, 2.5), (1.0, -0.3), (2.0, 7.7), (5.0, 0.9), (5.0, -3.2)],
        [(1.0, 1e-90), (1.0, 1e70), (3.0, -1e-30), (2.0, 15.5)],
    ),
    "log_sigmoid": Oracle(
        lambda x: -sympy.log(1 + sympy.exp(-x)), ORDINARY, EXPONENTIAL + BY_MAGNITUDE
    ),
    "softsign": Oracle(lambda x: x / (1 + choice(x > 0, x, -x)), ORDINARY, BY_MAGNITUDE),
    "mish": Oracle(
        lambda x: x * (1 - 2 / ((1 + sympy.exp(x)) ** 2 + 1)), ORDINARY, EXPONENTIAL + BY_MAGNITUDE
    ),
    "elu": Oracle(
        lambda x, alpha: choice(x > 0, x, alpha * (sympy.exp(x) - 1)),
        [(2.0, 1.0), (-3.0, 0.2), (-1e-9, 1.5)],
        [(-700.0, 1.0), (700.0, 1.0), (-1e-300, 2.0), (1e300, 1.0)],
    ),
    "mean": Oracle(lambda *xs: sum(xs) / len(xs), [(0.7, -1.3, 2.0), (1e300, 1e-300, 1.0)]),
    "prod": Oracle(
        lambda *xs: math.prod(xs),
        [(0.7, -1.3, 2.0, 0.4), (1.5,), (0.0, -1.3, 2.0), (0.0, 0.0, 3.0), (0.0, 0.0, 0.0, 0.0)],
        [(1e200, 1e-200, 1e150), (0.0, 1e300, -2.0)],
    ),
    "norm": Oracle(
        lambda *xs: sympy.sqrt(sum(x**2 for x in xs)),
        [(0.7, -1.3, 2.0), (3.0, 0.0), (1e-9, 3.0)],
        [(1e300, 1e300, 1e299), (1e-300, 2e-300)],
    ),
    "max": Oracle(
        lambda x, y, z: choice((x > y) & (x > z), x, choice(y > z, y, z)),
        [(0.7, -1.3, 2.0), (0.7, -1.3, 0.2)], [(1e300, -1e300, 1.0)],
    ),
    "min": Oracle(
        lambda x, y, z: choice((x < y) & (x < z), x, choice(y < z, y, z)),
        [(0.7, -1.3, 2.0), (0.7, -1.3, 0.2)], [(1e300, -1e300, 1.0)],
    ),
    "sigmoid_complement": Oracle(
        lambda x: 1 / (1 + sympy.exp(x)), ORDINARY, EXPONENTIAL + BY_MAGNITUDE
    ),
    "sigmoid_slope": Oracle(
        lambda x: sympy.exp(-x) / (1 + sympy.exp(-x)) ** 2, ORDINARY, EXPONENTIAL + BY_MAGNITUDE
    ),
    "gaussian": Oracle(
        lambda x: sympy.exp(-x * x), ORDINARY, TINY + each(-20.3, 8.0, 26.7, -1e100, 1e300)
    ),
    "normal_density": Oracle(
        lambda x: sympy.exp(-x * x / 2) / sympy.sqrt(2 * sympy.pi),
        ORDINARY, TINY + each(-20.3, 8.0, 26.7, 37.9, -1e100, 1e300),
    ),
    "normal_cdf": Oracle(
        lambda x: sympy.erfc(-x / sympy.sqrt(2)) / 2,
        ORDINARY, TINY + each(-20.3, 8.0, -26.7, -37.1, -1e100, 1e100),
    ),
    "asin_slope": Oracle(lambda x: 1 / sympy.sqrt(1 - x * x), OPEN_INTERVAL),
    "direction": Oracle(lambda x, y: x / sympy.sqrt(x**2 + y**2), PAIRS, HUGE_AND_TINY_PAIRS),
    "exp_of_difference": Oracle(lambda x, y: sympy.exp(x - y), PAIRS, [(-700.3, 0.1)]),
    "share": Oracle(lambda x, y: 1 / (1 + sympy.exp(y - x)), PAIRS, [(-700.3, 0.1), (0.1, -700)]),
    "relu": Oracle(lambda x: choice(x > 0, x, 0), ORDINARY, BY_MAGNITUDE),
    "leaky_relu": Oracle(
        lambda x, slope: choice(x > 0, x, slope * x), [(2.0, 0.01), (-3.0, 0.2)], STEPS
    ),
    "maximum": Oracle(lambda x, y: choice(x > y, x, y), PAIRS[:3], STEPS),
    "minimum": Oracle(lambda x, y: choice(x < y, x, y), PAIRS[:3], STEPS),
    "clamp": Oracle(
        lambda x, low, high: sympy.Piecewise((low, x < low), (high, x > high), (x, True)),
        [(0.5, -1.0, 1.0), (3.0, -1.0, 1.0), (-2.5, -1.0, 1.0), (1e-300, 0.0, 1e300)],
    ),
    "sum": Oracle(lambda *xs: sum(xs), [(0.7, -1.3, 2.0), (1e300, 1e-300, 1.0)]),
    "dot": Oracle(lambda a, b, c, d: a * c + b * d, [(0.7, -1.3, 2.0, 0.1), (1e9, 3.0, 1e-9, 2.0)]),
    "logsumexp": Oracle(
        lambda *xs: sympy.log(sum(map(sympy.exp, xs))),
        [(0.7, -1.3, 2.0), (1.5,), (0.3, -0.2), (1000.0, 1000.5), (-700.0, -701.0)],
        [(0.0, -50.0), (-745.0, 0.0), (1e10, 1e10 - 1, 0.0), (1e300, -1e300), (1e300, 1e300)],
    ),
    "softmax_at": Oracle(
        lambda *xs: 1 / sum(sympy.exp(x - xs[1]) for x in xs),
        [(0.7, -1.3, 2.0), (1000.0, 1000.5), (-700.0, -701.0, -700.5, -702.0)],
        [(0.0, -50.0, 1.0), (1.0, 50.0, -2.0), (2.0, -600.0, 0.0), (1.0, 600.0), (1e300, -1e300)],
    ),
}  # fmt: skip


def differentiable() -> list[str]:
    return [name for name, op in TABLE.items() if op.partials is not None]


@cache
def derivatives_of(name: str, count: int) -> dict[tuple[int, ...], Any]:
    """Return an mpmath function for each derivative to third order, by operand places."""
    symbols = sympy.symbols(f"x:{count}", real=True)
    formulas = {(): ORACLES[name].formula(*symbols)}
    for order in (1, 2, 3):
        for places in itertools.combinations_with_replacement(range(count), order):
            formulas[places] = sympy.diff(formulas[places[:-1]], symbols[places[-1]])
    return {key: sympy.lambdify(symbols, f, [MPMATH, "mpmath"]) for key, f in formulas.items()}


def apply(name: str, operands: tuple[Any, ...]) -> Any:
    op = TABLE[name]
    if name == "dot":
        return op(operands[:2], operands[2:])
    if name == "where":
        return op(operands[0] > 0.5, *operands[1:])
    if name == "softmax_at":
        return op([1.0, *operands])
    return op(operands) if isinstance(op, Reduction) else op(*operands)


def our_derivatives(name: str, point: Point) -> Iterator[tuple[tuple[int, ...], float]]:
    """Yield every derivative to third order, by running the rules on Values."""
    xs = [Value(x) for x in point]
    nodes = {(): apply(name, tuple(xs))}
    yield (), nodes[()].data
    for order in (1, 2, 3):
        for before in itertools.combinations_with_replacement(range(len(xs)), order - 1):
            rows = gradient(nodes[before], xs, create_graph=order < 3)
            for i, d in enumerate(rows):
                yield (*before, i), d.data if order < 3 else d
                nodes[*before, i] = d


def assert_close(name: str, places: tuple[int, ...], point: Point, ours: float, truth: Any) -> None:
    absolute = 1e-15 if places else SUBNORMAL
    largest = 1.7976931348623157e308
    if abs(truth) > largest:  # infinite, or a sum of infinities of both signs
        right = not math.isfinite(ours)
        if len(places) < 2:
            right = ours == math.copysign(math.inf, truth)
    else:
        right = abs(ours - truth) <= 1e-12 * abs(truth) + absolute
    text = mpmath.nstr(truth, 20)
    assert right, f"{name}{point}, derivative by {places}: {ours!r}, exactly {text}"


def points(kind: str) -> list[Any]:
    return [
        pytest.param(name, point, id=f"{name}{point}")
        for name, oracle in ORACLES.items()
        for point in getattr(oracle, kind)
    ]


def test_every_operation_has_an_oracle() -> None:
    assert sorted(ORACLES) == sorted(differentiable())


@pytest.mark.parametrize(("name", "point"), points("points"))
def test_to_third_order(name: str, point: Point) -> None:
    exact = derivatives_of(name, len(point))
    with mpmath.workdps(DIGITS):
        for places, ours in our_derivatives(name, point):
            truth = exact[tuple(sorted(places))](*map(mpmath.mpf, point))
            assert_close(name, places, point, ours, truth)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # results beyond the largest float
@pytest.mark.parametrize(("name", "point"), points("extreme"))
def test_to_third_order_at_extreme_points(name: str, point: Point) -> None:
    test_to_third_order(name, point)


# --- arrays, methods, printing ----------------------------------------------------------


@pytest.mark.parametrize("name", [name for name, op in TABLE.items() if op.arity])
def test_array_form_is_the_function_element_by_element(name: str) -> None:
    numpy = pytest.importorskip("numpy")
    op = TABLE[name]
    if op.partials is None:
        points: list[Point] = list(itertools.product((0.0, 1.0), repeat=op.arity or 1))
    else:
        points = [*ORACLES[name].points, *ORACLES[name].extreme]
    columns = [numpy.array(column) for column in zip(*points)]
    result = op(*columns)
    assert result.shape == (len(points),)
    expected = [op.forward(*point) for point in points]
    numpy.testing.assert_allclose(result, expected, rtol=1e-13, atol=SUBNORMAL)


@pytest.mark.parametrize("name", [n for n in differentiable() if TABLE[n].arity])
def test_rule_runs_on_arrays(name: str) -> None:
    numpy = pytest.importorskip("numpy")
    op = TABLE[name]
    assert op.partials is not None
    points = ORACLES[name].points
    columns = [numpy.array(column) for column in zip(*points)]
    partials = op.partials(op(*columns), *columns)
    for i, point in enumerate(points):
        expected = evaluate(op.partials, (op.forward(*point), *point))
        for rows, number in zip(partials, expected, strict=True):
            if number is None:  # where passes no gradient to its condition
                assert rows is None
                continue
            row = numpy.broadcast_to(rows, len(points))[i]
            assert row == pytest.approx(number, rel=1e-12, abs=1e-15)


METHODS = {
    "add": "__add__", "subtract": "__sub__", "multiply": "__mul__", "true_divide": "__truediv__",
    "pow": "__pow__", "negative": "__neg__", "absolute": "__abs__",
}  # fmt: skip
NO_METHOD = {"where", "identity", "polygamma"}


@pytest.mark.parametrize("name", [n for n in differentiable() if TABLE[n].arity])
def test_each_function_is_a_method_too(name: str) -> None:
    if name in NO_METHOD or TABLE[name] in ops.PARTS:
        pytest.skip("not a function of one value and others")
    x, *others = map(Value, ORACLES[name].points[-1])
    ours, expected = getattr(x, METHODS.get(name, name))(*others), TABLE[name](x, *others)
    assert (ours.op, ours.data) == (expected.op, expected.data)
    assert ours.local_derivatives == expected.local_derivatives


@pytest.mark.parametrize("name", TABLE)
def test_entry_is_complete(name: str) -> None:
    op = TABLE[name]
    assert name.isidentifier() and op.name == name
    assert getattr(ops, name) is op
    assert op.__doc__ and op.__doc__.endswith(".")
    for form in (op.python, op.textbook, op.latex):
        if form is None or op.arity is None:
            continue
        text = re.sub(r"\{(\d):\w+\}", r"{\1}", form.template)
        written = text.format(*[f"<{i}>" for i in range(op.arity)])
        assert all(f"<{i}>" in written for i in range(op.arity)), "an operand is not printed"
    if op.domain is not None:
        outside = {
            "pow": (-8.0, 0.5), "true_divide": (1.0, 0.0), "reciprocal": (0.0,),
            "remainder": (1.0, 0.0), "floor_divide": (1.0, 0.0), "polygamma": (1.0, -2.0),
            "direction": (0.0, 0.0),
        }  # fmt: skip
        operands = outside.get(name, (math.inf,) if "finite" in op.domain else (-2.0,))
        assert not math.isfinite(evaluate(op.forward, operands))


@pytest.mark.parametrize("name", differentiable())
def test_formula_as_python_computes_the_value(name: str) -> None:
    point = ORACLES[name].points[0]
    xs = [Value(x, label=f"x{i}") for i, x in enumerate(point)]
    node = apply(name, tuple(xs))
    names = {key: getattr(autograd, key, getattr(ops, key)) for key in (*TABLE, "softmax")}
    again = eval(to_text(node), {**names, **{f"x{i}": x for i, x in enumerate(point)}})
    assert again == pytest.approx(node.data, rel=1e-15)


def test_a_wrong_rule_is_caught() -> None:
    """The checker's own check: sin with the derivative of tan must not pass."""
    wrong = Op("wrong_sin", math.sin, lambda out, x: (1.0 + out * out,))
    ORACLES["wrong_sin"] = Oracle(sympy.sin, [(0.5,)])
    TABLE["wrong_sin"] = wrong
    try:
        with pytest.raises(AssertionError, match="derivative by"):
            test_to_third_order("wrong_sin", (0.5,))
    finally:
        del ORACLES["wrong_sin"], TABLE["wrong_sin"]


# --- operands by name -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "signature"),
    [
        (ops.exp, "(x)"),
        (ops.clamp, "(x, low=-inf, high=inf)"),
        (ops.leaky_relu, "(x, slope=0.01)"),
        (ops.where, "(condition, x, y)"),
        (ops.atan2, "(y, x)"),
        (ops.sum, "(xs)"),
        (ops.dot, "(x, y)"),
        (Op("largest", lambda *xs: max(xs), None), "(*xs)"),
    ],
)
def test_signature_is_real(function: Op, signature: str) -> None:
    assert str(inspect.signature(function)) == signature
    assert function.name + signature in pydoc.render_doc(function)
    assert "forward" in str(inspect.signature(Op))


def test_operands_may_be_given_by_name() -> None:
    x, y = Value(3.0), Value(-4.0)
    assert ops.clamp(x, high=1.0).operands == (x, -math.inf, 1.0)
    assert ops.atan2(x=x, y=y).operands == (y, x)
    assert ops.sum(xs=[x, y]).data == -1.0
    assert ops.dot(y=[x], x=[y]).operands == (y, x)
    assert ops.where(x > 0, y=y, x=x).data == 3.0
    assert ops.exp(x=0.0) == 1.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ops.clamp(1.0, lo=2.0), "clamp has no operand 'lo': it takes x, low, high"),
        (lambda: ops.clamp(1.0, x=2.0), "clamp got 'x' twice"),
        (lambda: ops.where(True, x=1.0), "where takes 3 operands, got 2: y missing"),
        (lambda: ops.dot([1.0]), "dot takes 2 sequences, got 1"),
        (lambda: ops.sum(ys=[1.0]), "sum has no operand 'ys': it takes xs"),
    ],
)
def test_a_wrong_name_is_answered_in_words(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(TypeError, match=re.escape(message)):
        call()
