"""Conditions: bools in Python code, recorded decisions in `where`."""

from __future__ import annotations

import copy
import itertools
import math
import pickle
import warnings
from collections.abc import Callable
from typing import Any

import pytest

import autograd
from autograd import (
    Condition,
    Op,
    Value,
    grad,
    gradient,
    hessian,
    hvp,
    jacobian,
    jvp,
    relu,
    sqrt,
    topological_order,
    where,
)  # fmt: skip
from autograd.op import NOTHING

YES, NO = (Value(2.0) > 1.0), (Value(2.0) < 1.0)


def test_comparisons_compare_data() -> None:
    for a, b in itertools.product((-1.0, 0.0, -0.0, 2.0, math.inf, math.nan), repeat=2):
        for x, y in ((Value(a), Value(b)), (Value(a), b), (a, Value(b))):
            assert bool(x < y) is (a < b)
            assert bool(x <= y) is (a <= b)
            assert bool(x > y) is (a > b)
            assert bool(x >= y) is (a >= b)
            assert isinstance(x < y, Condition)


def test_a_condition_behaves_as_a_bool() -> None:
    assert YES and not NO
    assert YES == True and NO == False and YES != NO and YES == YES  # noqa: E712
    assert True == YES and YES == 1 and YES != None  # noqa: E711, E712, SIM300
    assert hash(YES) == hash(True) and {True: "yes"}[YES] == "yes"
    assert (YES in (True,), NO in (True,)) == (True, False)
    assert (int(YES), float(NO), ["no", "yes"][YES]) == (1, 0.0, "yes")
    assert all([YES, YES]) and any([NO, YES]) and not any([NO])
    assert repr(YES) == "Condition(True)" and repr(NO) == "Condition(False)"
    assert sum([YES, NO, YES]) == 2 and type(sum([YES, NO])) is int
    assert sum(x > 0 for x in map(Value, (1.0, -1.0, 3.0))) / 3 == pytest.approx(2 / 3)
    assert (YES + 1, 1 - YES, YES - NO, YES * 2.5, 3 * NO) == (2, 0, 1, 2.5, 0)


@pytest.mark.parametrize("a", [True, False])
@pytest.mark.parametrize("b", [True, False])
def test_logic_follows_the_truth_table(a: bool, b: bool) -> None:
    x, y = (YES if a else NO), (YES if b else NO)
    for result, expected in (
        (x & y, a and b), (x | y, a or b), (~x, not a), (x & b, a and b), (a & y, a and b),
        (x | b, a or b), (a | y, a or b), (~(x & ~y) | x, not (a and not b) or a),
    ):  # fmt: skip
        assert isinstance(result, Condition) and bool(result) is bool(expected)


def test_logic_refuses_what_is_no_condition() -> None:
    for operation in (lambda: YES & 1.5, lambda: YES | None, lambda: Value(1.0) & YES):
        with pytest.raises(TypeError, match="unsupported operand"):
            operation()
    for operation in (lambda: Value(1.0) > "1", lambda: Value(1.0) <= None):
        with pytest.raises(TypeError, match="not supported between"):
            operation()


def test_chained_comparison_is_pythons() -> None:
    x = Value(2.0)
    assert (0.0 < x < 3.0) == True and (0.0 < x < 1.0) == False  # noqa: E712


# --- where ------------------------------------------------------------------------------


def test_where_records_the_decision() -> None:
    x, y = Value(3.0), Value(-1.0)
    z = where(x > y, x * x, y)
    assert z.data == 9.0
    assert [node.op.name for node in topological_order(z) if node.op] == [
        "greater", "multiply", "where",
    ]  # fmt: skip
    assert z.operands[0].data == 1.0 and z.local_derivatives == (0.0, 1.0, 0.0)
    assert gradient(z, [x, y]) == [6.0, 0.0]
    x.data = -2.0
    assert z.forward() == -1.0
    assert gradient(z, [x, y]) == [0.0, 1.0]


@pytest.mark.parametrize("condition", [True, False, 1, 0.0, YES, NO, Value(1.0), Value(0.0)])
def test_where_takes_any_truth(condition: Any) -> None:
    x, y = Value(1.5), Value(2.5)
    z = where(condition, x, y)
    assert z.data == (1.5 if condition else 2.5)
    assert gradient(z, [x, y]) == ([1.0, 0.0] if condition else [0.0, 1.0])


def test_where_of_numbers_with_a_condition_is_a_value() -> None:
    x = Value(2.0)
    step = where(x > 0, 1, 0)
    assert (step.data, step.operands[1:]) == (1.0, (1.0, 0.0))
    x.data = -1.0
    assert step.forward() == 0.0
    assert gradient(step, [x]) == [0.0]


def test_no_gradient_passes_a_condition() -> None:
    x = Value(2.0)
    (x > 1.0).node.backward()
    assert x.grad == 0.0
    z = where(x > 1.0, 5.0, x)
    z.backward()
    assert x.grad == 0.0
    assert [d.data for d in gradient(z, [x], create_graph=True)] == [0.0]


def test_not_even_an_infinite_gradient_passes_a_condition() -> None:
    x = Value(1.0)
    assert gradient((x > 0.0) * Value(math.inf), [x]) == [0.0]
    autograd.sum([x > 0.0, x]).backward(math.inf)
    assert x.grad == math.inf


ARITHMETIC: dict[str, tuple[Callable[[Value], Any], Callable[[float], float]]] = {
    "x * c": (lambda x: x * (x > 0), lambda x: x * (x > 0)),
    "c * x": (lambda x: (x > 0) * x, lambda x: (x > 0) * x),
    "x + c": (lambda x: x + (x > 0), lambda x: x + (x > 0)),
    "c - x": (lambda x: (x > 0) - x, lambda x: (x > 0) - x),
    "x - c": (lambda x: x - (x > 0), lambda x: x - (x > 0)),
}


@pytest.mark.parametrize("name", ARITHMETIC)
def test_arithmetic_with_a_value_is_recorded(name: str) -> None:
    ours, expected = ARITHMETIC[name]
    x = Value(2.0)
    y = ours(x)
    assert y.data == expected(2.0)
    x.data = -3.0
    assert y.forward() == expected(-3.0), "decided again"
    slope = (expected(-3.0 + 1e-6) - expected(-3.0 - 1e-6)) / 2e-6
    assert gradient(y, [x])[0] == pytest.approx(slope, abs=1e-9)


# Functions whose operand sqrt(x) has an infinite slope at 0, and is not taken there.
NOT_TAKEN: dict[str, Callable[[Any], Any]] = {
    "where": lambda x: where(x > 0, sqrt(x), 0.0),
    "where, negated": lambda x: where(~(x > 0), 0.0, sqrt(x)),
    "where, further on": lambda x: where(x > 0, autograd.cos(sqrt(x)), 1.0),
    "where, twice": lambda x: where(x > -1, where(x > 0, autograd.exp(sqrt(x)), 1.0), sqrt(x)),
    "relu": lambda x: relu(sqrt(x)),
    "absolute": lambda x: abs(sqrt(x)),
    "leaky_relu, slope": lambda x: autograd.leaky_relu(1.0 + x, sqrt(x)),
    "maximum": lambda x: autograd.maximum(0.5, sqrt(x)),
    "minimum": lambda x: autograd.minimum(sqrt(x), -0.5),
    "max": lambda x: autograd.max([0.5, sqrt(x), -x]),
    "min": lambda x: autograd.min([sqrt(x), -0.5, 1.0 + x]),
    "clamp, below": lambda x: autograd.clamp(sqrt(x), 0.5, 2.0),
    "clamp, above": lambda x: autograd.clamp(sqrt(x), -2.0, -0.5),
    "clamp, limits": lambda x: autograd.clamp(x, -sqrt(x) - 1.0, sqrt(x) + 1.0),
}
SLOPES = {"leaky_relu, slope": [1.0, 0.0, 0.0], "clamp, limits": [1.0, 0.0, 0.0]}


@pytest.mark.parametrize("name", NOT_TAKEN)
@pytest.mark.filterwarnings("error")
def test_what_is_not_taken_adds_nothing(name: str) -> None:
    f = NOT_TAKEN[name]
    expected = SLOPES.get(name, [0.0, 0.0, 0.0])
    x = Value(0.0)
    f(x).backward()
    assert x.grad == expected[0]
    derivatives = []
    g: Callable[[Any], Any] = f
    for _ in range(3):
        g = grad(g)
        derivatives.append(g(0.0))
    assert derivatives == expected
    assert jacobian(lambda xs: [f(xs[0])])([0.0]) == [[expected[0]]]
    assert hessian(lambda xs: f(xs[0]))([0.0]) == [[expected[1]]]
    assert hvp(f, 0.0, 1.0) == expected[1]
    assert jvp(f, 0.0, 1.0)[1] == expected[0]
    assert jvp(grad(f), 0.0, 1.0)[1] == expected[1]
    assert jvp(lambda x: jvp(f, x, 1.0)[1], 0.0, 1.0)[1] == expected[1]


@pytest.mark.parametrize("name", NOT_TAKEN)
def test_derivatives_decide_again_when_data_change(name: str) -> None:
    f = NOT_TAKEN[name]
    for start, end in ((0.0, 0.3), (9.0, 0.0), (0.3, 9.0), (9.0, 0.3)):
        x = Value(start)
        orders = [f(x)]
        for _ in range(3):
            orders += gradient(orders[-1], [x], create_graph=True)
        x.data = end
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            again = [y.forward() for y in orders]
        fresh, g = [], f
        for _ in range(4):
            fresh.append(g(Value(end)).data)
            g = grad(g)
        assert again == pytest.approx(fresh, rel=1e-14), (start, end)


@pytest.mark.parametrize("name", NOT_TAKEN)
def test_copies_and_pickles_of_a_choice_decide_as_the_original(name: str) -> None:
    for twin_of in (copy.deepcopy, lambda y: pickle.loads(pickle.dumps(y))):
        x = Value(0.0, "x")
        y = twin_of(NOT_TAKEN[name](x))
        (x,) = [node for node in topological_order(y) if node.label == "x"]
        y.backward()
        assert x.grad == SLOPES.get(name, [0.0])[0]
        x.data, x.grad = 9.0, 0.0
        y.forward()
        y.backward()
        assert x.grad == pytest.approx(grad(NOT_TAKEN[name])(9.0), rel=1e-15)


def test_a_true_zero_meets_infinity() -> None:
    """Only a branch that is not taken is nothing: 0 as a factor is not."""
    assert math.isnan(grad(lambda x: x * x**0.5)(0.0))
    assert math.isnan(grad(lambda x: where(x >= 0, 0.0 * sqrt(x), 1.0))(0.0))
    assert math.isnan(grad(lambda x: where(x > 0, 1.0, 0.0) * sqrt(x))(0.0))
    assert grad(lambda x: where(x >= 0, sqrt(x), 0.0))(0.0) == math.inf
    x, slope = Value(0.0), Value(0.0)
    for activation in (autograd.leaky_relu, autograd.elu):
        assert math.isnan(gradient(activation(-sqrt(x), slope), [x])[0])
        for zero in (0.0, -0.0):
            assert math.isnan(gradient(activation(Value(zero), sqrt(x)), [x])[0])
        again = activation(y := Value(1.0), sqrt(x))
        assert gradient(again, [x]) == [0.0], "the slope is not taken"
        y.data = -0.0
        again.forward()
        assert math.isnan(gradient(again, [x])[0])


def test_what_is_used_elsewhere_too_gets_that_gradient_alone() -> None:
    def f(x: Any) -> Any:
        root = sqrt(x)
        return where(x > 1, autograd.exp(root), 2.0) + 3.0 * root

    assert grad(f)(0.25) == 3.0 and grad(f)(0.0) == math.inf
    assert grad(grad(f))(0.25) == -6.0
    value = math.exp(2.0)
    assert grad(f)(4.0) == pytest.approx(value / 4 + 0.75, rel=1e-15)
    assert grad(grad(f))(4.0) == pytest.approx(value / 16 - value / 32 - 0.75 / 8, rel=1e-15)


def test_nodes_that_no_edge_leads_to_have_no_gradient_of_an_earlier_pass() -> None:
    x = Value(3.0)
    square, root = x * x, sqrt(x)
    inner = relu(square - 5.0)
    y = where(root > 1.0, inner, 2.0 * x)
    y.backward()
    assert (square.grad, inner.grad, root.grad) == (1.0, 1.0, 0.0)
    x.data, x.grad = 0.25, 0.0
    y.forward()
    y.backward()
    assert (square.grad, inner.grad, root.grad, x.grad) == (0.0, 0.0, 0.0, 2.0)
    root.backward()
    y.backward()
    assert root.grad == 0.0, "it only decides"


def test_an_operation_of_ones_own_that_chooses() -> None:
    pick = Op(
        "pick", lambda x, y: x if x > 0 else y,
        lambda out, x, y: (1.0, NOTHING) if x > 0 else (NOTHING, 1.0), chooses=True,
    )  # fmt: skip
    x = Value(4.0)
    y = pick(x - 1.0, sqrt(x - 4.0))
    y.backward()
    assert x.grad == 1.0
    x.data = 1.0
    with pytest.warns(RuntimeWarning, match="sqrt"):
        y.forward()
    both = Op("both", lambda x, y, z: x + y + z, lambda out, x, y, z: (1.0, 1.0, 1.0), chooses=True)
    assert gradient(both(x, 1.0, x), [x]) == [2.0]
    with pytest.raises(TypeError, match=r"'both' chooses.* two operands at most"):
        both(x, x, x)


def test_relu_written_with_where_is_relu() -> None:
    points = [-2.0, -0.0, 0.0, 1e-300, 3.0]
    written = jacobian(lambda xs: [where(x > 0, x, 0.0) for x in xs])(points)
    assert written == jacobian(lambda xs: [relu(x) for x in xs])(points)


def test_a_sum_or_dot_counts_conditions() -> None:
    x, y = Value(3.0), Value(2.0)
    total = autograd.sum([x > 0, x < 0, y]) + autograd.dot([x > 0, y], [x, 4.0])
    total.backward()
    assert (total.data, x.grad, y.grad) == (1.0 + 2.0 + 3.0 + 8.0, 1.0, 5.0)
