"""Where people meet lost digits: far out of the money, sure and right, close and far apart."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import mpmath
import pytest

import autograd
import nn
from autograd import Value, compile, gradient

ULPS_64 = 64 * 2.0**-52


def assert_close(ours: float, truth: Any, tolerance: float) -> None:
    with mpmath.workdps(50):
        assert abs(ours - truth) <= tolerance * abs(truth), f"{ours!r}, exactly {truth}"


def call_price(spot: Any, lib: Any = autograd, strike: float = 100.0) -> Any:
    """Return what Black and Scholes ask for a call: rate 1 %, volatility 20 %, a year."""
    d = (lib.log(spot / strike) + (0.01 + 0.02)) / 0.2
    return 0.5 * (
        spot * lib.erfc(-d / lib.sqrt(2.0))
        - strike * lib.exp(-0.01) * lib.erfc(-(d - 0.2) / lib.sqrt(2.0))
    )


@pytest.mark.parametrize("spot", [1.0, 2.0, 10.0, 60.0, 100.0, 400.0, 9000.0])
def test_gamma_of_an_option_far_from_the_money(spot: float) -> None:
    s = Value(spot)
    (delta,) = gradient(call_price(s), [s], create_graph=True)
    (gamma,) = gradient(delta, [s])
    with mpmath.workdps(120):
        lib = mpmath.mp

        def exact(x: Any) -> Any:
            d = (lib.log(x / 100.0) + (mpmath.mpf(0.01) + mpmath.mpf(0.02))) / mpmath.mpf(0.2)
            return lib.npdf(d) / (x * mpmath.mpf(0.2))

        truth = exact(mpmath.mpf(spot))
        d = float((lib.log(spot / 100.0) + 0.03) / 0.2)
    # exp(-d**2/2) magnifies the rounding of d, whatever the engine: by d**2, here up to 500.
    assert_close(gamma, truth, 5e-14 * (1.0 + d * d))
    assert gamma > 0.0


@pytest.mark.parametrize("margin", [1.0, 30.0, 69.0, 300.0, 700.0])
@pytest.mark.parametrize("others", [1, 2])
def test_loss_of_a_classifier_that_is_sure_and_right(margin: float, others: int) -> None:
    z = [Value(margin), *[Value(0.25 * k) for k in range(others)]]
    loss = nn.cross_entropy(z, 0)
    loss.backward()
    with mpmath.workdps(700):
        tails = [mpmath.exp(mpmath.mpf(x.data) - mpmath.mpf(margin)) for x in z[1:]]
        total = 1 + sum(tails)
        assert_close(loss.data, mpmath.log(total), 1e-15)
        assert_close(z[0].grad, -sum(tails) / total, ULPS_64)
        for x, tail in zip(z[1:], tails):
            assert_close(x.grad, tail / total, ULPS_64)
    assert -1.0 < z[0].grad < 0.0, "not 0"


@pytest.mark.parametrize(("target", "sign"), [(1, 1.0), (0, -1.0)])
def test_loss_of_a_yes_or_no_that_is_sure_and_right(target: int, sign: float) -> None:
    z = Value(sign * 69.0)
    nn.binary_cross_entropy(z, target, from_logits=True).backward()
    with mpmath.workdps(100):
        assert_close(z.grad, -sign / (1 + mpmath.exp(mpmath.mpf(69.0))), ULPS_64)  # 1e-30


def test_compiled_loss_that_is_sure_and_right() -> None:
    program = compile(
        lambda z: nn.cross_entropy([z[0], z[1], z[2]], 0), {"z": (3,)}, wrt=["z"]
    )  # fmt: skip
    value, gradients = program([[69.0, 0.0, 0.25]])
    with mpmath.workdps(100):
        tails = [mpmath.exp(x - mpmath.mpf(69.0)) for x in (0, 0.25)]
        assert_close(value, mpmath.log(1 + sum(tails)), 1e-15)
        for ours, truth in zip(gradients["z"][0], [-sum(tails), *tails]):
            assert_close(ours, truth / (1 + sum(tails)), 1e-14)


@pytest.mark.parametrize("r", [1e-3, 0.9, 1.0, 1.5, 1e3])
def test_force_between_two_atoms(r: float) -> None:
    """Lennard-Jones at a thousandth, around and a thousand times the length of 1."""
    force: Callable[[Any], Any] = lambda x: 4.0 * (x**-12 - x**-6)  # noqa: E731
    x = Value(r)
    (slope,) = gradient(force(x), [x], create_graph=True)
    (stiffness,) = gradient(slope, [x])
    with mpmath.workdps(50):
        z = mpmath.mpf(r)
        assert_close(slope.data, 4 * (-12 * z**-13 + 6 * z**-7), 1e-13)
        assert_close(stiffness, 4 * (156 * z**-14 - 42 * z**-8), 1e-13)


def test_distance_that_is_nearly_along_an_axis() -> None:
    """How a distance bends across, and along, where 1/r - x**2/r**3 would cancel."""
    x, y = Value(3e7), Value(0.1)
    r = autograd.hypot(x, y)
    (along,) = gradient(r, [x], create_graph=True)
    bent = gradient(along, [x, y])
    with mpmath.workdps(60):
        a, b = mpmath.mpf(3e7), mpmath.mpf(0.1)
        length = mpmath.hypot(a, b)
        assert_close(bent[0], b**2 / length**3, 1e-14)
        assert_close(bent[1], -a * b / length**3, 1e-14)


def test_sums_of_long_rows() -> None:
    """Plain sums, term by term: their error stays below the bound of the textbook by far."""
    draw = random.Random(0)
    xs = [draw.gauss(0.0, 1.0) * 10.0 ** draw.uniform(-3, 3) for _ in range(100_000)]
    exact, size = math.fsum(xs), math.fsum(map(abs, xs))
    total = autograd.sum([Value(x) for x in xs])
    assert abs(total.data - exact) <= 1e-13 * size
    plain = 0.0
    for x in xs:
        plain += x
    assert total.data == plain == autograd.sum(xs), "the same bits on every Python"
    assert autograd.dot(xs, [1.0] * len(xs)) == plain


def test_exponential_of_a_difference_that_is_rounded() -> None:
    """The rounding of x - y is made good: it would cost up to 500 ulps."""
    draw = random.Random(0)
    for _ in range(300):
        x, y = draw.uniform(-600.0, 600.0), draw.uniform(-80.0, 80.0)
        with mpmath.workdps(50):
            exact = mpmath.exp(mpmath.mpf(x) - mpmath.mpf(y))
        assert_close(autograd.ops.exp_of_difference(x, y), exact, 2.0**-51)
        assert_close(autograd.ops.exp_of_difference(-y, -x), exact, 2.0**-51)
