"""Derivatives inside of compiled functions, and programs that return all that a function does."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from compiled_and_eager import check
from hypothesis import given, settings
from hypothesis import strategies as st
from test_compiler_random import DIFFERENTIABLE, EDGES, INTERIOR, apply, random_program

import autograd
from autograd import (
    AnomalyError,
    Op,
    Value,
    compile,
    detect_anomaly,
    grad,
    gradient,
    hessian,
    hvp,
    jacobian,
    jvp,
    sqrt,
    value_and_grad,
    where,
)  # fmt: skip

BACKENDS = ["numpy", "jax"]
Pair = namedtuple("Pair", "first second")


def needs(backend: str) -> None:
    if backend == "jax":
        pytest.importorskip("jax")


def assert_close(compiled: Any, eager: Any, tolerance: float = 1e-11) -> None:
    """Compare two nested results; an eager list is an array."""
    assert np.shape(compiled) == np.shape(eager)
    size = np.maximum(1.0, np.abs(eager))
    with np.errstate(invalid="ignore"):
        wrong = ~(np.abs(compiled - np.asarray(eager)) <= tolerance * size)
    wrong &= ~(np.isnan(compiled) & np.isnan(eager)) & (compiled != np.asarray(eager))
    assert not wrong.any(), (compiled, eager)


def three_orders(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda x: (f(x), grad(f)(x), hessian(f)(x))


def eager(f: Callable[[Any], Any], samples: Any) -> list[Any]:
    """Return each part of f's results, the samples along the first axis."""
    return [np.array(part) for part in zip(*[f(x) for x in np.asarray(samples).tolist()])]


# --- the rules --------------------------------------------------------------------------------


@pytest.mark.parametrize("op", DIFFERENTIABLE, ids=lambda op: op.name)
def test_three_orders_of_every_operation(op: Op) -> None:
    low, high = INTERIOR.get(op.name, (-2.0, 2.0))
    points = np.random.default_rng(3).uniform(low, high, (5, op.arity))
    f = three_orders(lambda x: apply(op, x) * x[-1])
    program = compile(f, {"x": (op.arity,)}, reduce=None)
    for compiled, expected in zip(program(points), eager(f, points)):
        assert_close(compiled, expected)


@pytest.mark.parametrize("op", DIFFERENTIABLE, ids=lambda op: op.name)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_slopes_at_the_edges_of_every_operation(op: Op) -> None:
    """As those of the eager engine that can be differentiated again: the rules are the same."""
    first = [x for x in EDGES if not np.isnan(x)]
    points = np.array([[x, y, 0.5][: op.arity] for x in first for y in (0.0, 1.0, -2.0, np.inf)])
    compiled = compile(grad(lambda x: apply(op, x)), {"x": (op.arity,)}, reduce=None)(points)
    for own, point in zip(compiled, points.tolist()):
        x = [Value(v) for v in point]
        slopes = gradient(apply(op, x), x, create_graph=True)
        assert_close(own, np.array([slope.data for slope in slopes]))


def test_all_operations_on_jax() -> None:
    needs("jax")
    draw = np.random.default_rng(1)
    points = np.array([
        [[*draw.uniform(*INTERIOR.get(op.name, (-2.0, 2.0)), op.arity), 1, 1][:3]
         for op in DIFFERENTIABLE] for _ in range(3)
    ])  # fmt: skip

    def f(x: Any) -> Any:
        return [
            hessian(lambda row, op=op: apply(op, row[: op.arity]))(row)
            for op, row in zip(DIFFERENTIABLE, x)
        ]

    program = compile(f, {"x": points.shape[1:]}, reduce=None, backend="jax")
    assert_close(program(points), [f(x) for x in points.tolist()])


REDUCTIONS: dict[str, Callable[[Any], Any]] = {
    name: getattr(autograd, name)
    for name in ("sum", "prod", "mean", "norm", "max", "min", "logsumexp")
} | {
    "softmax": lambda x: autograd.softmax(x)[1],
    "dot": lambda x: autograd.dot(x, [*x[1:], x[0]]),
}


@pytest.mark.parametrize("name", REDUCTIONS)
@pytest.mark.parametrize("terms", [1, 2, 5])
def test_reductions(name: str, terms: int) -> None:
    points = np.random.default_rng(4).normal(size=(4, max(terms, 1 + (name == "softmax"))))
    f = three_orders(lambda x: REDUCTIONS[name](x) * x[0])
    program = compile(f, {"x": points.shape[1:]}, reduce=None)
    for compiled, expected in zip(program(points), eager(f, points)):
        assert_close(compiled, expected)


BRANCHES: dict[str, Callable[[Any], Any]] = {
    "one side": lambda x: where(x[0] >= 0, x[0], sqrt(-x[0])),
    "overflow": lambda x: where(x[0] <= 0, autograd.exp(1000.0 * x[0]), 1.0 + x[0]) * x[1],
    "further on": lambda x: where((n := sqrt(x[0] * x[0] + x[1] * x[1])) > 0, autograd.cos(n), 1.0),
    "nested": lambda x: where(x[0] > 0, where(x[1] > 0, sqrt(x[0] * x[1]), 1.0), x[0]),
    "relu": lambda x: autograd.relu(sqrt(x[0] * x[0]) - x[1]) ** 2,
    "the largest": lambda x: autograd.max([sqrt(x[0] * x[0]), x[1], 0.25]) * x[1],
    "a true zero": lambda x: x[0] * (x[0] * x[0]) ** 0.5 + x[1],
}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", BRANCHES)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_is_not_taken_adds_nothing_at_any_order(name: str, backend: str) -> None:
    needs(backend)
    axis = np.array([-2.0, -0.5, 0.0, 0.25, 1.0])
    points = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
    f = three_orders(BRANCHES[name])
    program = compile(f, {"x": (2,)}, reduce=None, backend=backend)
    for compiled, expected in zip(program(points), eager(f, points)):
        assert_close(compiled, expected)


# --- every way to ask for a derivative --------------------------------------------------------


def surface(x: Any, y: Any) -> Any:
    return autograd.exp(x[0] * y) * autograd.sin(x[1]) + x[0] ** 3 / (2.0 + y * y)


WAYS: dict[str, Callable[[Any, Any], Any]] = {
    "grad": grad(surface),
    "grad by the second": grad(surface, 1),
    "grad by both": grad(surface, (0, 1)),
    "value_and_grad": value_and_grad(surface),
    "jacobian": jacobian(lambda x, y: [surface(x, y), x[0] * y]),
    "hessian": hessian(surface),
    "third order": jacobian(hessian(surface)),
    "jvp": lambda x, y: jvp(surface, (x, y), ([1.0, y], x[0])),
    "jvp along numbers": lambda x, y: jvp(lambda x: [surface(x, y), 2.0], x, [1.0, -0.5]),
    "hvp": lambda x, y: hvp(lambda x: surface(x, y), x, [y, 1.0]),
    "gradient": lambda x, y: gradient(surface(x, y), [x[1], y], create_graph=True),
    "by a number": lambda x, y: grad(lambda t: surface([t, x[1] * t], y))(2.0),
    "of a constant": lambda x, y: grad(lambda t: 3.0)(y),
    "by what it does not need": lambda x, y: grad(lambda t: x[0] * x[0])(y),
    "inside of itself": grad(lambda x, y: grad(lambda t: surface([t * x[0], t], y))(x[1])),
    "by one on the way": lambda x, y: gradient((u := x[0] * y) * u * x[1], [u], create_graph=True),
}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", WAYS)
def test_every_way_to_ask(name: str, backend: str) -> None:
    needs(backend)
    f = WAYS[name]
    draw = np.random.default_rng(5)
    x, y = draw.normal(size=(4, 2)), draw.normal(size=4)

    def value(a: list[float], b: float) -> Any:
        if name in ("gradient", "by one on the way"):  # which take Values
            result = f([Value(v) for v in a], Value(b))
            return [v.data for v in result]
        return f(a, b)

    program = compile(f, {"x": (2,), "y": ()}, reduce=None, backend=backend)
    expected = [value(a, b) for a, b in zip(x.tolist(), y.tolist())]
    compiled = program(x, y)
    if isinstance(compiled, tuple):
        for own, others in zip(compiled, zip(*expected)):
            assert_close(own, np.array(others))
    else:
        assert_close(compiled, np.array(expected))


def test_a_gradient_that_counts_as_numbers_is_not_differentiated_again() -> None:
    def f(x: Any) -> Any:
        y = x * x * x
        (slope,) = gradient(y, [x])
        return slope * x

    value, gradients = compile(f, {"x": ()}, wrt=["x"])([2.0, 3.0])
    assert value == 12.0 * 2 + 27.0 * 3
    assert gradients["x"].tolist() == [12.0, 27.0]


def test_a_gradient_penalty_inside_a_loss() -> None:
    draw = np.random.default_rng(6)
    rows, bias, out = draw.normal(size=(4, 3)), draw.normal(size=4), draw.normal(size=4)

    def loss(x: Any, t: Any, W: Any, b: Any, v: Any) -> Any:
        def net(x: Any) -> Any:
            return autograd.dot(v, [autograd.tanh(autograd.dot(w, x) + c) for w, c in zip(W, b)])

        value, slope = value_and_grad(net)(x)
        return (value - t) ** 2 + 0.1 * (autograd.norm(slope) - 1.0) ** 2

    inputs = {"x": draw.normal(size=(5, 3)), "t": draw.normal(size=5)}
    check(loss, inputs, {"W": rows, "b": bias, "v": out}, True, 1e-11)


def test_parameters_that_a_function_closes_over() -> None:
    w = [Value(0.7), Value(-1.3)]

    def f(x: Any) -> Any:
        value = autograd.sin(w[0] * x) * w[1]
        return gradient(value, w, create_graph=True)

    program = compile(f, {"x": ()}, {"w": w}, reduce=None)
    assert_close(
        program([0.5, 2.0]),
        np.array([[-1.3 * x * np.cos(0.7 * x), np.sin(0.7 * x)] for x in (0.5, 2.0)]),
    )
    program.parameters["w"][:] = [0.0, 2.0]
    assert_close(program([0.5]), np.array([[1.0, 0.0]]))


def test_a_constant_is_not_differentiated_by_in_silence() -> None:
    c = Value(2.0)
    with pytest.raises(TypeError, match="declare it as a parameter"):
        compile(lambda x: gradient(c * x, [c], create_graph=True), {"x": ()}, reduce=None)


def test_a_rule_that_branches_says_so() -> None:
    bent = Op("bent", lambda x: abs(x), lambda out, x: (1.0 if x > 0 else -1.0,))
    with pytest.raises(TypeError, match=r"Op 'bent': derivatives inside.*where"):
        compile(grad(lambda x: bent(x)), {"x": ()}, reduce=None)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), steps=st.integers(1, 12), batch=st.booleans())
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_random_functions_to_second_order(seed: int, steps: int, batch: bool) -> None:
    numbers = np.random.default_rng(seed)
    x, w = numbers.normal(size=(3, 3)), numbers.normal(size=4)
    program = random_program(seed, steps)
    f = three_orders(lambda x: program(x[:3], x[3:]))
    x = np.concatenate([x, np.tile(w, (3, 1))], axis=1)
    compiled = compile(f, {"x": (7,)}, reduce=None, batch=batch)
    expected = eager(f, x)
    for k, (value, slope, curvature) in enumerate(zip(*expected)):
        results = [part[k] for part in compiled(x)] if batch else compiled(x[k])
        for own, other in zip(results, (value, slope, curvature)):
            assert_close(own, other, 1e-10 * max(1.0, np.abs(curvature).max()))


# --- what a program returns -------------------------------------------------------------------


def structure(x: Any, y: Any) -> Any:
    return {
        "pair": Pair(x[0] * y, [x[0], 2.0]),
        "ragged": [[x[0]], [x[0], y]],
        "array": np.array([[x[0], x[1]], [y, 1.0]], dtype=object),
        "last": (x, (y > 0.0), 5, [], where(y > 0.0, 1.0, x[1])),
    }


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("batch", [True, False])
def test_any_structure_comes_back(batch: bool, backend: str) -> None:
    needs(backend)
    program = compile(structure, {"x": (2,), "y": ()}, reduce=None, batch=batch, backend=backend)
    x, y = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), np.array([-1.0, 0.5, 2.0])
    result = program(x, y) if batch else program(x[1], y[1])
    own = (lambda rows: np.array(rows, float)) if batch else (lambda rows: np.array(rows[1], float))
    assert type(result["pair"]) is Pair
    assert_close(result["pair"].first, own([-1.0, 1.5, 10.0]))
    assert_close(result["pair"].second, own([[1.0, 2.0], [3.0, 2.0], [5.0, 2.0]]))
    assert_close(result["ragged"][0], own([[1.0], [3.0], [5.0]]))
    assert_close(result["ragged"][1], own([[1.0, -1.0], [3.0, 0.5], [5.0, 2.0]]))
    assert_close(result["array"], own([[[a, b], [c, 1.0]] for (a, b), c in zip(x, y)]))
    inputs, sign, five, empty, chosen = result["last"]
    assert_close(inputs, own(x))
    assert_close(sign, own([0.0, 1.0, 1.0]))
    assert_close(five, own([5.0, 5.0, 5.0]))
    assert np.shape(empty) == ((3, 0) if batch else (0,))
    assert_close(chosen, own([2.0, 1.0, 1.0]))
    assert batch or type(sign) is float


@pytest.mark.parametrize("samples", [0, 1, 2])
def test_few_samples(samples: int) -> None:
    program = compile(lambda x: (x[0] * x[1], x, 1.0, [x]), {"x": (2,)}, reduce=None)
    product, same, one, nested = program(np.ones((samples, 2)))
    assert product.shape == one.shape == (samples,)
    assert same.shape == (samples, 2) and nested.shape == (samples, 1, 2)


@pytest.mark.parametrize("backend", BACKENDS)
def test_results_are_memory_of_their_own(backend: str) -> None:
    needs(backend)
    w = np.array([1.0, 2.0])
    program = compile(
        lambda x, w: (x, x, w, [1.0, 2.0], [1.0, 2.0]), {"x": (2,)}, {"w": w}, reduce=None,
        backend=backend,
    )  # fmt: skip
    x = np.ones((3, 2))
    first = program(x)
    for array in first:
        array[...] = 7.0
    assert (x == 1.0).all() and (program.parameters["w"] == w).all()
    assert program(x)[3].tolist() == [[1.0, 2.0]] * 3


def test_many_results_are_picked_in_few_lines() -> None:
    def f(x: Any) -> Any:
        return [autograd.sin(v) if k % 2 else autograd.exp(v) for k, v in enumerate(x)]

    program = compile(f, {"x": (60,)}, reduce=None)
    x = np.linspace(-1.0, 1.0, 60)
    expected = np.where(np.arange(60) % 2, np.sin(x), np.exp(x))
    assert_close(program(x[None])[0], expected)
    assert program.summary().instructions < 8


def test_a_program_saves_as_a_module(tmp_path: Any) -> None:
    program = compile(three_orders(lambda x: x[0] ** 2 * x[1]), {"x": (2,)}, reduce=None)
    program.save(tmp_path / "curvature.py")
    scope: dict[str, Any] = {}
    exec((tmp_path / "curvature.py").read_text("utf-8"), scope)
    x = np.array([[1.0, 2.0], [3.0, -1.0]])
    for own, other in zip(scope["program"](x), program(x)):
        assert_close(own, other)


def test_programs_run_in_threads() -> None:
    program = compile(hessian(lambda x: autograd.sin(x[0] * x[1])), {"x": (2,)}, reduce=None)
    batches = [np.random.default_rng(k).normal(size=(20, 2)) for k in range(8)]
    alone = [program(x) for x in batches]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(program, batches))
    assert all((a == b).all() for a, b in zip(alone, together))


class Rude:
    def __repr__(self) -> str:
        return "__import__('os')"


REFUSED: list[tuple[Callable[[Any], Any], str]] = [
    (lambda x: None, "return statement"),
    (lambda x: [x, None], r"the result\[1\]"),
    (lambda x: {"a": "text"}, r"the result\['a'\]"),
    (lambda x: {Rude(): x}, "all str or all int"),
    (lambda x: {1: x, "a": x}, "all str or all int"),
]


@pytest.mark.parametrize(("f", "message"), REFUSED)
def test_what_cannot_be_returned(f: Callable[[Any], Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        compile(f, {"x": ()}, reduce=None)


def test_arguments_that_do_not_fit() -> None:
    with pytest.raises(ValueError, match="'sum' and None"):
        compile(lambda x: x, {"x": ()}, reduce="mean")
    with pytest.raises(ValueError, match=r"compile grad\(f\)"):
        compile(lambda x: x, {"x": ()}, reduce=None, wrt=["x"])
    with pytest.raises(ValueError, match="adds up"):
        compile(lambda x: x, {"x": ()}, reduce=None, backend="tape")
    with pytest.raises(TypeError, match="one scalar that depends"):
        compile(lambda x: grad(lambda t: t * t)(2.0), {"x": ()})
    with pytest.raises(TypeError, match="number"):
        compile(lambda x: (x, grad(lambda t: t * t)("2")), {"x": ()}, reduce=None)


def test_results_that_are_not_finite_are_named() -> None:
    f = three_orders(lambda x: autograd.log(x[0]) * x[1])
    program = compile(f, {"x": (2,)}, reduce=None)
    x = [[1.0, 1.0], [2.0, 1.0], [0.0, 1.0]]
    with pytest.warns(RuntimeWarning, match=r"log.*sample 2"):
        value, _, _ = program(x)
    assert np.isfinite(value[:2]).all() and np.isneginf(value[2])
    with detect_anomaly(), pytest.raises(AnomalyError, match="sample 2"):
        program(x)
    assert np.isnan(program([[np.nan, 1.0]])[0]).all()  # as given


def test_scipy_minimises_by_a_compiled_gradient_and_hessian() -> None:
    optimize = pytest.importorskip("scipy.optimize")

    def rosenbrock(x: Any) -> Any:
        return autograd.sum([
            100.0 * (b - a * a) ** 2 + (1.0 - a) ** 2 for a, b in pairwise(x)
        ])  # fmt: skip

    both = compile(value_and_grad(rosenbrock), {"x": (4,)}, reduce=None, batch=False)
    curvature = compile(hessian(rosenbrock), {"x": (4,)}, reduce=None, batch=False)
    start = np.array([-1.2, 1.0, -0.5, 2.0])
    found = optimize.minimize(
        both, start, jac=True, hess=curvature, method="trust-exact", tol=1e-10
    )
    assert found.success
    assert_close(found.x, np.ones(4), 1e-6)


def test_scipy_fits_by_a_compiled_jacobian() -> None:
    optimize = pytest.importorskip("scipy.optimize")
    t = np.linspace(0.0, 2.0, 30)
    y = 2.0 * np.exp(-1.5 * t) + 0.5

    def residual(t: Any, y: Any, p: Any) -> Any:
        return p[0] * autograd.exp(p[1] * t) + p[2] - y

    inputs, shapes = {"t": (), "y": ()}, {"p": (3,)}
    value = compile(residual, inputs, shapes, reduce=None)
    slopes = compile(grad(residual, 2), inputs, shapes, reduce=None)
    found = optimize.least_squares(
        lambda p: value(t, y, p=p), [1.0, -1.0, 0.0], jac=lambda p: slopes(t, y, p=p)
    )
    assert_close(found.x, np.array([2.0, -1.5, 0.5]), 1e-7)


# --- batches in pieces ------------------------------------------------------------------------


def test_a_large_batch_is_computed_in_pieces_with_the_same_results() -> None:
    draw = np.random.default_rng(8)
    w = draw.normal(size=(40, 3))

    def f(x: Any, w: Any) -> Any:
        return autograd.sum([autograd.tanh(autograd.dot(row, x)) for row in w])

    summed = compile(f, {"x": (3,)}, {"w": w}, wrt=["x", "w"])
    most = summed.summary().samples_at_once
    assert most is not None
    x = draw.normal(size=(2 * most + 7, 3))
    value, gradients = summed(x)
    parts = [summed(part) for part in np.split(x, [most, 2 * most])]
    assert value == pytest.approx(sum(part[0] for part in parts), rel=1e-13)
    assert_close(gradients["w"], sum(part[1]["w"] for part in parts))
    assert_close(gradients["x"], np.concatenate([part[1]["x"] for part in parts]))
    own = compile(lambda x, w: (f(x, w), [x[0]]), {"x": (3,)}, {"w": w}, reduce=None)
    size, first = own(x)
    assert size.shape == (len(x),) and (first[:, 0] == x[:, 0]).all()
    assert_close(size[-3:], own(x[-3:])[0])


def test_what_a_call_needs_is_said_before_it_takes_it() -> None:
    program = compile(lambda x: [autograd.exp(v) for v in x], {"x": (50,)}, reduce=None)
    summary = program.summary()
    assert "at a time" in str(summary)
    small = summary.bytes_for(10)
    assert summary.samples_in(small) == 10
    huge = 10**15
    assert summary.bytes_for(huge) == pytest.approx(huge * summary.result_bytes, rel=1e-3)
    assert summary.samples_in(summary.bytes_for(huge)) == huge
    with pytest.raises(MemoryError, match=r"1099511627776 samples need about .* bytes"):
        program(np.broadcast_to(1.0, (2**40, 50)))
