"""Softmax: its outputs have their digits in the tails, and are told from other nodes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import mpmath
import pytest

import autograd
from autograd import Value, gradient, ops, softmax

ROWS = [
    (0.3,), (40.0, 0.0), (0.7, -1.3, 2.0), (40.0, 1.0, -2.0), (1.0, -500.0, -2.0),
    (300.0, -3.0, -300.0), (1.0, 1.0, 1.0), (100.3, 100.1, 99.7, 99.9),
    (3.0, 1.0, 40.0, -2.0, 0.5), (0.1, -0.2, 0.3, 0.4, -0.5), (1.0, -300.0, 2.0, 0.0, 300.0),
]  # fmt: skip
Monomials = dict[tuple[int, ...], int]  # exponents of the outputs, and the factor


def differentiated(polynomial: Monomials, wrt: int) -> Monomials:
    """Return the derivative of a polynomial in the outputs: dp/dz is p*(1 - p) or -p*q."""
    result: Monomials = {}
    for exponents, factor in polynomial.items():
        product = tuple([e + (k == wrt) for k, e in enumerate(exponents)])
        result[exponents] = result.get(exponents, 0) + factor * exponents[wrt]
        result[product] = result.get(product, 0) - factor * sum(exponents)
    return result


def derivatives(row: tuple[float, ...], place: int) -> Iterator[tuple[int, float, Any]]:
    """Yield order, our number and the exact one, to third order by every operand."""
    xs = [Value(x) for x in row]
    exponentials = [mpmath.exp(mpmath.mpf(x)) for x in row]
    outputs = [e / mpmath.fsum(exponentials) for e in exponentials]

    def exactly(polynomial: Monomials) -> Any:
        return mpmath.fsum(
            factor * mpmath.fprod([p**e for p, e in zip(outputs, exponents)])
            for exponents, factor in polynomial.items()
        )

    level = [(softmax(xs)[place], {tuple([int(k == place) for k in range(len(row))]): 1})]
    yield 0, level[0][0].data, outputs[place]
    for order in (1, 2, 3):
        following = []
        for node, polynomial in level:
            for wrt, d in enumerate(gradient(node, xs, create_graph=True)):
                following.append((d, differentiated(polynomial, wrt)))
                yield order, d.data, exactly(following[-1][1])
        level = following


@pytest.mark.parametrize(("row", "place"), [(row, k) for row in ROWS for k in range(len(row))])
def test_every_derivative_to_third_order(row: tuple[float, ...], place: int) -> None:
    with mpmath.workdps(400):
        for order, ours, exact in derivatives(row, place):
            assert abs(ours - exact) <= 2e-13 * abs(exact) + 1e-300, order


@pytest.mark.parametrize("count", [1, 2, 4, 5, 9])
def test_outputs_are_recognised(count: int) -> None:
    row = [Value(0.3 * k) for k in range(count)]
    row[-1] = Value(9.0)  # its output is above a half
    outputs = softmax(row)
    assert [ops.softmax_output(p) for p in outputs] == [(tuple(row), k) for k in range(count)]
    assert ops.softmax_output(row[0]) is None
    assert ops.softmax_output(autograd.logsumexp(row)) is None
    assert ops.softmax_output(ops.exp_of_difference(row[0], row[-1])) is None
    (slope, *_) = gradient(autograd.logsumexp(row), row, create_graph=True)
    assert ops.softmax_output(slope) == (tuple(row), 0)


@pytest.mark.parametrize("count", [2, 3, 7])
def test_numbers_and_conditions_among_the_operands(count: int) -> None:
    x, numbers = Value(0.5), [0.25 * k for k in range(count - 1)]
    for row in ([x, *numbers], [*numbers, x], [*numbers[1:], x > 0, x]):
        plain = [z.data if isinstance(z, Value) else float(z) for z in row]
        outputs = softmax(row)
        assert [p.data for p in outputs] == pytest.approx(softmax(plain), rel=1e-15)
        p = outputs[-1 if row[-1] is x else 0]
        assert gradient(p, [x])[0] == pytest.approx(p.data * (1.0 - p.data), rel=1e-14)


def test_forward_computes_outputs_again() -> None:
    for count in (3, 6):
        row = [Value(0.1 * k) for k in range(count)]
        outputs = softmax(row)
        for x, y in pairwise(row):
            x.data, y.data = y.data + 700.0, x.data - 3.0
            numbers = [p.forward() for p in outputs]
            assert numbers == pytest.approx(softmax([z.data for z in row]), rel=1e-12)
