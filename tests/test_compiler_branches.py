"""What a compiled program does not take adds nothing, and what it makes is not silent."""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from compiled_and_eager import check
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import AnomalyError, DomainError, Op, compile, detect_anomaly, sqrt, where
from autograd.op import NOTHING

BACKENDS = ["numpy", "jax", "tape"]


def needs(backend: str) -> None:
    if backend != "numpy":
        pytest.importorskip({"jax": "jax", "tape": "numba"}[backend])


def length(x: Any, y: Any) -> Any:
    return sqrt(x * x + y * y)


CASES: dict[str, Callable[[Any, Any], Any]] = {
    "further on": lambda x, y: where((n := length(x, y)) > 0, autograd.cos(n), 1.0),
    "one side": lambda x, y: where(x >= 0, x * y, sqrt(-x)),
    "overflow": lambda x, y: where(x <= 0, autograd.exp(1000.0 * x), 1.0 + x) * y,
    "negated": lambda x, y: where(~(x > 0), 0.0, autograd.log(x)) + y,
    "nested": lambda x, y: where(x > 0, where(y > 0, sqrt(x * y), 1.0), autograd.exp(x)),
    "a number as condition": lambda x, y: where(x, 1.0 / x, y),
    "used elsewhere": lambda x, y: where(x > y, (s := sqrt(y * y + x)), 2.0) + 3.0 * (y + s),
    "relu": lambda x, y: autograd.relu(sqrt(x * x) - y) + autograd.relu(autograd.log(1.0 + y)),
    "after a pole": lambda x, y: autograd.log(autograd.relu(x)) * y,
    "absolute": lambda x, y: abs(sqrt(x * x)) + y,
    "leaky_relu": lambda x, y: autograd.leaky_relu(x + 0.125, sqrt(y * y)) * y,
    "maximum": lambda x, y: autograd.maximum(sqrt(x * x), 0.5) - autograd.minimum(y, 1.0 / x),
    "clamp": lambda x, y: autograd.clamp(sqrt(x * x), 0.5, sqrt(y * y)),
    "a true zero": lambda x, y: x * (x * x) ** 0.5 + where(y > 0, 0.0, 1.0) * sqrt(x * x),
    "the largest": lambda x, y: autograd.max([sqrt(x * x), y, 0.25]) + y,
    "ties": lambda x, y: autograd.max([sqrt(x * x), abs(y), sqrt(y * y)]) * x,
    "the smallest of one array": lambda x, y: autograd.min([sqrt(x * x + s) for s in (0, y, 1)]),
    "only a condition": lambda x, y: where(sqrt(x * x) > 0.5, y, sqrt(y * y + 1.0)),
}  # fmt: skip
POINTS = np.array([-2.0, -1.0, -0.5, 0.0, 0.25, 1.0, 3.0])
GRID = np.stack(np.meshgrid(POINTS, POINTS), -1).reshape(-1, 2)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", CASES)
def test_what_is_not_taken_adds_nothing(name: str, backend: str) -> None:
    needs(backend)
    x, y = GRID[:, :1], GRID[:, 1:]
    check(lambda x, y: CASES[name](x[0], y[0]), {"x": x, "y": y}, {}, backend=backend)


@pytest.mark.parametrize("name", CASES)
def test_parameters_are_branches_too(name: str) -> None:
    for point in GRID:
        check(lambda y, x: CASES[name](x, y[0]), {"y": GRID[:3, 1:]}, {"x": point[0]})
        check(lambda x, y: CASES[name](x, y), {}, {"x": point[0], "y": point[1]})


def test_the_code_of_one_branch_reads_as_a_persons() -> None:
    program = compile(lambda x, y: CASES["further on"](x, y), {"x": (), "y": ()}, wrt=["x", "y"])
    assert "g_v1 = np.where(v3, g_v2*(0.5/v2), 0)" in program.source
    assert program([0.0], [0.0]) == (1.0, {"x": [0.0], "y": [0.0]})


def test_a_relu_net_needs_no_mask_where_nothing_infinite_can_follow() -> None:
    def loss(x, t, W, V):
        hidden = [autograd.relu(autograd.dot(row, x)) for row in W]
        return autograd.sum([(autograd.dot(row, hidden) - t) ** 2 for row in V])

    program = compile(loss, {"x": (3,), "t": ()}, {"W": (4, 3), "V": (2, 4)})
    assert "np.where" not in program.source and "m_" not in program.source
    assert program.source.count("(v1 > 0.0)") == 1


# --- structures -------------------------------------------------------------------------

# How a layer is written decides which kind of sum the compiler finds in it.
LAYERS: dict[str, Callable[[Any, Any], Any]] = {
    "dot": lambda W, h: [autograd.dot(row, h) for row in W],
    "sum": lambda W, h: [autograd.sum([w * v for w, v in zip(row, h)]) for row in W],
    "squares": lambda W, h: [autograd.sum([v * v for v in h]) * row[0] for row in W],
    "ragged": lambda W, h: [autograd.dot(r[: k + 1], h[: k + 1]) for k, r in enumerate(W)],
    "logsumexp": lambda W, h: [autograd.logsumexp([w + v for w, v in zip(r, h)]) for r in W],
    "pairs": lambda W, h: [h[k] * h[(k + 1) % len(h)] for k in range(len(W))],
    "attention": lambda W, h: [
        autograd.sum([autograd.dot([a, b], [b, c]) * row[0] for a, b, c in zip(h, h[1:], h[2:])])
        for row in W
    ],
}
WILD: dict[str, Callable[[Any], Any]] = {
    "sqrt": lambda x: sqrt(abs(x)), "log": lambda x: autograd.log(abs(x)),
    "exp": lambda x: autograd.exp(2000.0 * x), "reciprocal": lambda x: 1.0 / x,
    "plain": lambda x: x * x,
}  # fmt: skip
TAKES: dict[str, Callable[[Any], Any]] = {
    "relu": autograd.relu, "where": lambda v: where(v > 0.5, v * v, 1.0), "absolute": abs,
    "clamp": lambda v: autograd.clamp(v, -0.5, 0.5), "max": lambda v: autograd.max([v, 0.5, v * v]),
}  # fmt: skip


@pytest.mark.parametrize(
    ("wild", "backend"), [*[(wild, "numpy") for wild in WILD], ("reciprocal", "jax")]
)
@pytest.mark.parametrize("layer", LAYERS)
def test_masks_pass_through_every_kind_of_sum(layer: str, wild: str, backend: str) -> None:
    needs(backend)
    draw = np.random.default_rng(len(layer) + len(wild))
    for take in TAKES if backend == "numpy" else ["where"]:

        def f(x: Any, W: Any, take: str = take) -> Any:
            first = [WILD[wild](v) for v in x]
            taken = [TAKES[take](v) for v in LAYERS[layer](W, first)]
            return autograd.sum([TAKES[take](v) for v in LAYERS["dot"](W, taken)])

        x = draw.choice([-1.0, -0.5, 0.0, 0.0, 0.5, 2.0], size=(5, 4))
        W = draw.choice([-1.0, -0.5, 0.0, 0.5, 1.0], size=(4, 4))
        check(f, {"x": x}, {"W": W}, rtol=1e-10, backend=backend, any_infinity=True)
        if backend == "numpy":
            check(
                lambda W, x: f(x, W),
                {"W": np.stack([W, W.T])},
                {"x": x[0]},
                rtol=1e-10,
                any_infinity=True,
            )
            check(f, {"x": x[:1]}, {"W": W}, batch=False, rtol=1e-10, any_infinity=True)
            check(f, {"x": x, "W": np.stack([W] * 5)}, {}, rtol=1e-10, any_infinity=True)


UNARY = ["sqrt", "log", "exp", "sinh", "asin", "tanh", "relu", "absolute", "sin"]
BINARY = ["maximum", "minimum", "hypot", "atan2", "leaky_relu", "elu"]


def random_program(seed: int, steps: int) -> Callable[..., Any]:
    """Return a function that branches on a growing pool of scalars."""

    def f(x: Any, w: Any) -> Any:
        draw = random.Random(seed)
        pool = [*x, *w]
        for _ in range(steps):
            kind = draw.random()
            a, b, c = (draw.choice(pool[-10:]) for _ in range(3))
            number = draw.choice([-1.0, 0.0, 0.5, 1.0])
            if kind < 0.3:
                made = getattr(autograd, draw.choice(UNARY), abs)(a)
            elif kind < 0.4:
                made = getattr(autograd, draw.choice(BINARY))(a, b)
            elif kind < 0.65:
                condition = draw.choice([a > number, ~(b >= c), (a < b) | (c <= number)])
                made = where(condition, draw.choice([b, number]), draw.choice([a, c]))
            elif kind < 0.7:
                made = autograd.clamp(a, number, 1.0)
            elif kind < 0.72:
                made = draw.choice([autograd.max, autograd.min])([a, b, number, c])
            elif kind < 0.75:
                made = a / b
            else:
                made = draw.choice([a * b, a - c, number * a, a + b * c, a**2, a**0.5])
            pool.append(made)
        return autograd.sum(pool[-4:])

    return f


@pytest.mark.parametrize("backend", BACKENDS)
def test_random_branches(backend: str) -> None:
    needs(backend)
    examples = {"numpy": 150, "jax": 4, "tape": 4}[backend]

    @settings(max_examples=examples, deadline=None)
    @given(seed=st.integers(0, 10**6), steps=st.integers(1, 25))
    def run(seed: int, steps: int) -> None:
        draw = np.random.default_rng(seed)
        x = draw.choice([-1.0, -0.5, 0.0, 0.0, 0.5, 1.0], size=(4, 3))
        w = draw.choice([-1.0, 0.0, 0.5], size=3)
        check(random_program(seed, steps), {"x": x}, {"w": w}, True, 1e-10, True, backend, True)

    run()


# --- nothing silent ---------------------------------------------------------------------


def one(x: Any, w: Any) -> Any:
    inner = 2.0 * x[0]
    inner.label = "inner"
    return w * autograd.log(inner) + where(x[1] > 0, sqrt(x[1]), 0.0) + 1.0 / (x[1] - 5.0)


FINE = [[1.0, 2.0], [3.0, 4.0], [1.0, 0.0]]


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_result_that_is_not_finite_names_the_operation(backend: str) -> None:
    needs(backend)
    program = compile(one, {"x": (2,)}, {"w": 2.0}, backend=backend)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        program(FINE)
    message = (
        r"^log\(x\) needs x > 0; got x = -4.0 \(node 'inner'\). The result is nan, in sample 3"
    )
    with pytest.warns(RuntimeWarning, match=message + " of the compiled function 'one'") as caught:
        value, gradients = program([*FINE, [-2.0, 1.0], [1.0, 1.0]])
    assert np.isnan(value) and np.isnan(gradients["w"]) and len(caught) == 1
    assert caught[0].filename == __file__
    with detect_anomaly():
        with pytest.raises(DomainError, match=message):
            program([*FINE, [-2.0, 1.0]])
        with pytest.raises(DomainError, match=r"true_divide.*in sample 0"):
            program([[1.0, 5.0], [-2.0, 1.0]])
        program(FINE)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_gradient_that_is_not_finite_names_the_operation(backend: str) -> None:
    needs(backend)
    program = compile(
        lambda x, y: sqrt(x) + sqrt(y), {"x": (), "y": ()}, wrt=["x"], backend=backend
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        program([1.0, 4.0], [0.0, 0.0])  # nobody asks for the gradient of y
    message = r"gradient that a node = sqrt\(x = 0.0\) passes to its operand is inf.*in sample 1"
    with pytest.warns(RuntimeWarning, match=message):
        assert program([1.0, 0.0], [1.0, 0.0])[1]["x"].tolist() == [0.5, np.inf]
    with detect_anomaly(), pytest.raises(AnomalyError, match=message):
        program([1.0, 0.0], [1.0, 0.0])


def test_what_is_not_finite_before_is_no_news() -> None:
    program = compile(lambda x, w: x * w + np.inf, {"x": ()}, {"w": 2.0})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        program([np.nan]), program([1.0]), program([1.0], w=np.inf)
    with detect_anomaly(), pytest.raises(AnomalyError, match=r"add\(x, y\) is inf"):
        program([1.0])


def test_a_sum_over_samples_may_overflow() -> None:
    program = compile(lambda x: x * 1.0, {"x": ()}, wrt=["x"])
    with pytest.warns(RuntimeWarning, match="the sum over the samples is inf or nan"):
        program([1.7e308, 1.7e308])


def test_one_sample_has_no_number() -> None:
    program = compile(lambda x: autograd.log(x), {"x": ()}, wrt=["x"], batch=False)
    with pytest.warns(RuntimeWarning, match=r"is -inf, of the compiled function '<lambda>'"):
        program(0.0)


def test_inputs_that_are_not_finite_are_computed_with_care() -> None:
    """The quick code takes 0 * x for 0, which it is not for x = inf."""
    check(lambda x, w: autograd.relu(x * w), {"x": np.array([-np.inf, 1.0])}, {"w": np.array(2.0)})
    check(
        lambda x, w: autograd.relu(autograd.exp(x) * w),
        {"x": np.array([800.0, 1.0])},
        {"w": np.array(-2.0)},
    )


def test_a_users_rule_that_gives_nothing() -> None:
    pick = Op(
        "pick", lambda x, y: x if x > 0 else y,
        lambda out, x, y: (1.0, None) if x > 0 else (NOTHING, 1.0), chooses=True,
    )  # fmt: skip
    x = np.array([[0.0, 1.0], [0.25, 0.0], [4.0, 9.0]])
    check(lambda x: pick(x[0] - 0.5, sqrt(x[1])) * pick(sqrt(x[0]), x[1]), {"x": x}, {})
