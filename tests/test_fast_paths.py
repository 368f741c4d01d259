"""What `Value` writes out a second time for speed is the table, bit for bit."""

from __future__ import annotations

import itertools
import math
import operator
import struct
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from autograd import Op, Value, ops
from autograd.ieee_float import evaluate
from autograd.ops import TABLE

Point = tuple[float, ...]

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # inf is the point here

NASTY = [
    0.0, -0.0, 0.3, 1.0, -1.0, 2.0, -2.5, 0.5, 5e-324, 1e-300, -1e300, 1.7976931348623157e308,
    709.5, -745.2, math.inf, -math.inf, math.nan,
]  # fmt: skip
OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add, "subtract": operator.sub, "multiply": operator.mul,
    "true_divide": operator.truediv, "pow": operator.pow,
}  # fmt: skip
FAST_UNARY: dict[str, Callable[[Value], Any]] = {
    "negative": operator.neg, "absolute": operator.abs, "exp": Value.exp, "log": Value.log,
    "tanh": Value.tanh, "relu": Value.relu,
}  # fmt: skip


def bits(x: float) -> bytes:
    return b"nan" if x != x else struct.pack("d", x)


def by_the_table(op: Op, numbers: Point) -> tuple[float, Point]:
    """Run an operation's own forward function and rule."""
    assert op.partials is not None
    out = float(evaluate(op.forward, numbers))
    partials = evaluate(op.partials, (out, *numbers))
    return out, tuple([0.0 if d is None else float(d) for d in partials])


def assert_same_bits(node: Value, op: Op, numbers: Point) -> None:
    out, partials = by_the_table(op, numbers)
    assert node.op is op
    assert bits(node.data) == bits(out), f"{op.name}{numbers}: {node.data} and {out}"
    for x, ours, rule in zip(node.operands, node.local_derivatives, partials, strict=True):
        if isinstance(x, Value):
            if op.chooses and rule == 0.0:
                rule = 0.0  # no edge has no sign
            assert bits(ours) == bits(rule), f"{op.name}{numbers}: {ours} and {rule}"


@pytest.mark.parametrize("name", OPERATORS)
def test_operator_is_the_table_bit_for_bit(name: str) -> None:
    op, apply_operator = TABLE[name], OPERATORS[name]
    for x, y in itertools.product(NASTY, repeat=2):
        for a, b in ((Value(x), Value(y)), (Value(x), y), (x, Value(y))):
            node = apply_operator(a, b)
            assert_same_bits(node, op, (x, y))
            assert_same_bits(op(a, b), op, (x, y))
            assert [isinstance(o, Value) for o in node.operands] == [
                isinstance(o, Value) for o in (a, b)
            ]


@pytest.mark.parametrize("name", OPERATORS)
def test_any_real_number_may_stand_on_either_side(name: str) -> None:
    numpy = pytest.importorskip("numpy")
    apply_operator = OPERATORS[name]
    numbers = [2, True, Fraction(1, 4), Decimal("0.25"), numpy.float64(0.3), numpy.int64(3)]
    for number in numbers:
        as_float = float(number)
        for ours, expected in (
            (apply_operator(Value(1.7), number), apply_operator(Value(1.7), as_float)),
            (apply_operator(number, Value(1.7)), apply_operator(as_float, Value(1.7))),
        ):
            assert type(ours) is Value
            assert ours.data == expected.data
            assert ours.local_derivatives == expected.local_derivatives
            assert [type(x) for x in ours.operands] == [type(x) for x in expected.operands]


@pytest.mark.parametrize("name", FAST_UNARY)
def test_fast_function_is_the_table_bit_for_bit(name: str) -> None:
    for x in [*NASTY, 708.9999, 709.0, 709.7, 709.8, 20.0, -40.0]:
        assert_same_bits(FAST_UNARY[name](Value(x)), TABLE[name], (x,))
        assert_same_bits(TABLE[name](Value(x)), TABLE[name], (x,))


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_sum_and_dot_are_the_table_bit_for_bit(count: int) -> None:
    xs = [Value(x) if i % 3 else x for i, x in enumerate(NASTY[3 : 3 + count])]
    ys = [Value(x) if i % 2 else x for i, x in enumerate(NASTY[7 : 7 + count])]
    if count > 1:
        numbers = tuple(float(getattr(x, "data", x)) for x in (*xs, *ys))
        assert_same_bits(ops.dot(xs, ys), ops.dot, numbers)
        assert_same_bits(ops.sum(xs), ops.sum, numbers[:count])
    else:
        assert (ops.sum([1.0] * count), ops.dot([2.0] * count, [3.0] * count)) == (count, 6 * count)


@pytest.mark.parametrize("name", [n for n, op in TABLE.items() if op.partials and op.arity])
def test_recording_and_forward_follow_the_table(name: str) -> None:
    op = TABLE[name]
    for point in itertools.product(NASTY, repeat=min(op.arity or 1, 2)):
        numbers = (*point, 2.0) if op.arity == 3 else point
        xs = [Value(1.0) for _ in numbers]
        node = op(*xs)
        for x, number in zip(xs, numbers):
            x.data = number
        node.forward()
        assert_same_bits(node, op, numbers)
        assert_same_bits(op(*map(Value, numbers)), op, numbers)
