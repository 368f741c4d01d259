"""The chain rule on Values: over the whole table, what the rules give on numbers."""

from __future__ import annotations

import itertools
import math
import random
import struct
from typing import Any

import pytest

import autograd
from autograd import Op, Value, gradient, hessian, hvp, jvp, where
from autograd.errors import StaleGraphError
from autograd.ieee_float import evaluate
from autograd.op import NOTHING, Reduction
from autograd.ops import TABLE

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")
RULED = [name for name, op in TABLE.items() if op.partials is not None]
SPECIAL = {"polygamma": 0, "softmax_at": 0}  # which operand is a whole number


def bits(x: float) -> bytes:
    return b"nan" if x != x else struct.pack("d", x + 0.0)  # no edge is 0.0 as a number


def apply(op: Op, operands: list[Any]) -> Any:
    if isinstance(op, Reduction):
        half = len(operands) // op.sequences
        return op(*[operands[k * half : (k + 1) * half] for k in range(op.sequences)])
    return op(*operands)


def points(name: str) -> list[list[float]]:
    op, draw = TABLE[name], random.Random(0)
    count = op.arity or 4
    found = []
    for scale in (0.9, 3.0, 40.0, 700.0):
        for _ in range(25):
            point = [draw.uniform(-scale, scale) for _ in range(count)]
            if name in SPECIAL:
                point[SPECIAL[name]] = float(draw.choice((1, 2)))
            found.append(point)
    return found


def operands_at(name: str, point: list[float]) -> list[Any]:
    return [x if SPECIAL.get(name) == k else Value(x) for k, x in enumerate(point)]


@pytest.mark.parametrize("name", RULED)
def test_derivatives_as_values_are_the_rule_on_numbers(name: str) -> None:
    op = TABLE[name]
    for point in points(name):
        operands = operands_at(name, point)
        node = apply(op, operands)
        inputs = [x for x in operands if isinstance(x, Value)]
        ours = gradient(node, inputs, create_graph=True)
        rule = evaluate(op.again, (node.data, *point))
        expected = [0.0 if d is None or d is NOTHING else d for d in rule]
        expected = [d for d, x in zip(expected, operands) if isinstance(x, Value)]
        if op.arity is not None and name != "pow":  # whose rule asks which operands are numbers
            assert list(map(bits, expected)) == [bits(d.data) for d in ours], f"{name}{point}"
        numbers = gradient(node, inputs)
        for d, number in zip(ours, numbers if math.isfinite(node.data) else []):
            assert d.data == pytest.approx(number, rel=1e-9, abs=1e-300, nan_ok=True)


@pytest.mark.parametrize("name", RULED)
def test_tangents_are_gradients_times_directions(name: str) -> None:
    op = TABLE[name]
    for point in points(name)[:50]:
        inputs = [k for k in range(len(point)) if SPECIAL.get(name) != k]

        def f(xs: list[Any], point: list[float] = point, inputs: list[int] = inputs) -> Any:
            filled: list[Any] = list(point)
            for k, x in zip(inputs, xs):
                filled[k] = x
            return apply(op, filled)

        start, direction = [point[k] for k in inputs], [0.5 * k + 0.25 for k in inputs]
        slopes = autograd.grad(f)(start)
        size = sum(abs(d * t) for d, t in zip(slopes, direction))
        expected = sum(d * t for d, t in zip(slopes, direction))
        data, moved = jvp(f, start, direction)
        if not math.isfinite(data):
            continue
        assert bits(data) == bits(f([Value(x) for x in start]).data)
        assert moved == pytest.approx(expected, abs=1e-14 * size, nan_ok=True)
        on_values = jvp(f, [Value(x) for x in start], direction)[1]
        assert on_values.data == pytest.approx(moved, rel=1e-9, abs=1e-12 * size, nan_ok=True)
        for row, product in zip(zip(*hessian(f)(start)), hvp(f, start, direction), strict=True):
            terms = [d * t for d, t in zip(row, direction)]
            if all(map(math.isfinite, terms)):
                tolerance = 1e-13 * sum(map(abs, terms))
                assert product == pytest.approx(sum(terms), abs=tolerance)


@pytest.mark.parametrize("name", RULED)
def test_other_data_than_recorded_is_noticed(name: str) -> None:
    op = TABLE[name]
    point = [0.3, 0.6, 0.7, 0.8][: op.arity or 4]
    if name in SPECIAL:
        point[0] = 1.0
    if name == "acosh":
        point = [1.5]
    for k in range(len(point)):
        operands = operands_at(name, point)
        node = apply(op, operands)
        if not isinstance(operands[k], Value):
            continue
        operands[k].data = point[k] + 0.125
        inputs = [x for x in operands if isinstance(x, Value)]
        again = apply(op, [Value(x.data) if isinstance(x, Value) else x for x in operands])
        if (again.data, again.local_derivatives) == (node.data, node.local_derivatives):
            assert gradient(node, inputs, create_graph=True)  # what is not taken, and nothing else
            continue
        with pytest.raises(StaleGraphError, match="was recorded with other data"):
            gradient(node, inputs, create_graph=True)
        node.forward()
        assert gradient(node, inputs, create_graph=True)


def test_a_choice_that_comes_out_otherwise_is_noticed() -> None:
    x, y = Value(1.0), Value(2.0)
    condition = x > 0.0
    output = where(condition, y, Value(2.0))
    x.data = -1.0
    condition.node.forward()  # the data of both branches are the same
    with pytest.raises(StaleGraphError):
        gradient(output, [y], create_graph=True)
    output.forward()
    assert gradient(output, [y], create_graph=True)[0].data == 0.0


def test_a_rule_may_take_derivatives_of_its_own() -> None:
    def rule(out: Any, x: Any) -> tuple[Any]:
        inner = Value(0.5)
        (slope,) = gradient(inner * inner, [inner], create_graph=True)
        slope.forward()
        jvp(lambda y: y * y, 1.0, 1.0)
        return (slope.data * out / x,)

    op = Op("twice", lambda x: x, rule)
    x = Value(3.0)
    (slope,) = gradient(op(x) * x, [x], create_graph=True)
    assert slope.data == 6.0
    assert x._count == 0


def test_an_interior_node_and_one_that_is_not_below_may_be_inputs() -> None:
    x, stranger = Value(2.0), Value(1.0)
    square = x * x
    y = square * x + square
    slopes = gradient(y, [square, stranger, x, y, square], create_graph=True)
    assert [d.data for d in slopes] == [3.0, 0.0, 16.0, 1.0, 3.0]


def test_long_chains_and_wide_sums_need_no_recursion() -> None:
    def f(x: Any) -> Any:
        y = x
        for _ in range(20_000):
            y = y * 1.0001
        return autograd.sum([y, *[x] * 1000]) * y

    first, second = autograd.grad(f)(1.0), hvp(f, 1.0, 1.0)
    assert first == pytest.approx(second)  # f is c * x**2


def test_every_combination_of_numbers_and_values() -> None:
    for name in RULED:
        op = TABLE[name]
        if op.arity not in (2, 3) or name in SPECIAL:
            continue
        point = [0.4, 0.9, 1.3][: op.arity]
        full = gradient(node := op(*map(Value, point)), [*node.operands], create_graph=True)
        for kinds in itertools.product((True, False), repeat=op.arity):
            if not any(kinds):
                continue
            operands = [Value(x) if kind else x for x, kind in zip(point, kinds)]
            inputs = [x for x in operands if isinstance(x, Value)]
            slopes = iter(gradient(op(*operands), inputs, create_graph=True))
            for d, kind in zip(full, kinds):
                if kind:
                    assert next(slopes).data == pytest.approx(d.data, rel=1e-14), name
