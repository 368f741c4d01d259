"""Functions with branches against CasADi, which knows its branches too, and against mpmath."""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import mpmath
import pytest

import autograd
from autograd import check_gradients, grad, hessian

Case = Callable[[Any, Any, Any], Any]

# In each, what is not taken has an infinite slope, a pole or no value at some of the points.
CASES: dict[str, Case] = {
    "further on": lambda m, x, y: m.where((n := m.sqrt(x * x + y * y)) > 0, m.cos(n), 1.0),
    "one side": lambda m, x, y: m.where(x >= 0, x * y, m.sqrt(-x)),
    "a pole": lambda m, x, y: m.where(abs(x) > 0.1, m.sin(y / x), y * y),
    "overflow": lambda m, x, y: m.where(x <= 0, m.exp(1000.0 * x), 1.0 + x) * y,
    "nested": lambda m, x, y: m.where(
        x > 0, m.where(y > 0, m.sqrt(x * y), x * x), m.exp(x) * m.where(y > 0, m.log(y), y)
    ),
    "used elsewhere": lambda m, x, y: m.where(x > 5, (s := m.sqrt(y * y + 1.0)), x) * (y + s),
    "larger": lambda m, x, y: m.maximum(m.sqrt(x * x) - 4.0, y * y + 0.125),
    "smaller": lambda m, x, y: m.minimum(m.sqrt(x * x) + 50.0, x * y),
    "largest": lambda m, x, y: m.max([m.sqrt(x * x) - 4.0, y * y + 0.125, -m.sqrt(y * y) - 1.0]),
    "after a choice": lambda m, x, y: m.exp(m.where(y > 0.1, y, 0.0 * y)) * m.where(
        x > 0.1, m.log(x), x * y
    ),
}  # fmt: skip
POINTS = list(itertools.product([-2.0, -1.0, -0.5, 0.0, 0.25, 1.0, 3.0], repeat=2))


def derivatives(f: Case, x: float, y: float) -> list[float]:
    """Return the value, the gradient and the Hessian."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        value = f(autograd, autograd.Value(x), autograd.Value(y)).data
        slopes = grad(lambda v: f(autograd, *v))([x, y])
        second = hessian(lambda v: f(autograd, *v))([x, y])
    return [value, *slopes, *second[0], *second[1]]


@pytest.mark.parametrize("name", CASES)
def test_casadi_agrees(name: str) -> None:
    casadi = pytest.importorskip("casadi")
    library = SimpleNamespace(
        where=casadi.if_else, maximum=casadi.fmax, minimum=casadi.fmin,
        max=lambda xs: casadi.mmax(casadi.vertcat(*xs)),
        **{name: getattr(casadi, name) for name in ("sqrt", "sin", "cos", "exp", "log")},
    )  # fmt: skip
    v = casadi.SX.sym("v", 2)
    output = CASES[name](library, v[0], v[1])
    second, slopes = casadi.hessian(output, v)
    theirs = casadi.Function("f", [v], [output, slopes, second])
    compared = 0
    for x, y in POINTS:
        expected = [z for part in theirs([x, y]) for z in part.full().ravel().tolist()]
        ours = derivatives(CASES[name], x, y)
        compared += all(map(math.isfinite, expected))
        assert list(map(math.isfinite, ours)) == list(map(math.isfinite, expected)), (x, y)
        ours, expected = (list(filter(math.isfinite, row)) for row in (ours, expected))
        assert ours == pytest.approx(expected, rel=1e-12, abs=1e-300), (x, y)
    assert compared > 40


@pytest.mark.parametrize("name", CASES)
def test_check_gradients_looks_at_what_is_taken(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        for x, y in POINTS:
            if x and y:  # branches meet at 0
                check_gradients(lambda x, y: CASES[name](autograd, x, y), [x, y], order=2)


# A function, and what it is around some points, which are not where branches meet but at an edge
# of the one that is not taken.
TAKEN: dict[str, tuple[Case, Case, list[float]]] = {
    "where": (
        lambda m, x: m.where(x > -1, m.exp(x) * x, m.log(x)), lambda m, x: m.exp(x) * x, [0.0, 2.0]
    ),
    "maximum": (lambda m, x: m.maximum(m.sqrt(x), m.exp(x)), lambda m, x: m.exp(x), [0.0, 0.7]),
    "max": (
        lambda m, x: m.max([m.sqrt(x), -m.sqrt(x), m.cos(x) + 2.0]), lambda m, x: m.cos(x) + 2.0,
        [0.0, 1.5],
    ),
    "min": (lambda m, x: m.min([m.sqrt(x), m.sin(x) - 2]), lambda m, x: m.sin(x) - 2, [0.0, 1.5]),
    "clamp": (
        lambda m, x: m.clamp(m.exp(x), -m.sqrt(x), 4.0 + m.sqrt(x)), lambda m, x: m.exp(x),
        [0.0, 0.5],
    ),
    "leaky_relu": (lambda m, x: m.leaky_relu(m.exp(x), m.sqrt(x)), lambda m, x: m.exp(x), [0.0]),
    "elu": (lambda m, x: m.elu(m.cos(x), m.sqrt(x)), lambda m, x: m.cos(x), [0.0, 0.5]),
}  # fmt: skip


@pytest.mark.parametrize("name", TAKEN)
def test_mpmath_agrees_to_third_order(name: str) -> None:
    f, taken, points = TAKEN[name]
    g: Callable[[Any], Any] = lambda x: f(autograd, x)  # noqa: E731
    with warnings.catch_warnings(), mpmath.workdps(60):
        warnings.simplefilter("ignore", RuntimeWarning)
        for order in (1, 2, 3):
            g = grad(g)
            for x in points:
                exact = float(mpmath.diff(lambda z: taken(mpmath, z), x, order))
                assert g(x) == pytest.approx(exact, rel=1e-12, abs=1e-15), (order, x)
