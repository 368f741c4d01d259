"""What a Value takes, holds, shows and works with: numbers, NumPy, labels, subclasses."""

from __future__ import annotations

import math
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from optional import numpy

import autograd
from autograd import Op, Value, scope, tanh

# --- numbers in -------------------------------------------------------------------------

REAL_NUMBERS = [
    (3, 3.0), (True, 1.0), (Fraction(1, 3), 1 / 3), (Decimal("0.1"), 0.1), (10**400, math.inf),
    (-(10**400), -math.inf), (math.inf, math.inf),
]  # fmt: skip
if numpy:
    REAL_NUMBERS += [
        (numpy.float64(0.1), 0.1), (numpy.float32(0.5), 0.5), (numpy.int64(-7), -7.0),
        (numpy.bool_(True), 1.0),
    ]  # fmt: skip


@pytest.mark.parametrize(("number", "expected"), REAL_NUMBERS)
def test_real_numbers_become_floats(number: Any, expected: float) -> None:
    v = Value(number)
    assert type(v.data) is float and v.data == expected
    v.data, v.grad = 0.0, 0.0
    v.data = v.grad = number
    assert type(v.data) is type(v.grad) is float
    assert v.data == v.grad == expected
    assert type((v * number).operands[1]) is float


def test_a_new_value_is_a_leaf() -> None:
    v = Value(2, label="x")
    assert (v.data, v.grad, v.label, v.op, v.operands) == (2.0, 0.0, "x", None, ())
    assert v.local_derivatives == ()
    assert (Value(2).label, Value(2).scope) == (None, "")


def test_a_recorded_node_tells_how_it_was_computed() -> None:
    x, y = Value(2.0), Value(5.0)
    product = x * y
    assert isinstance(product.op, Op) and product.op.name == "multiply"
    assert product.operands == (x, y)
    assert product.local_derivatives == (5.0, 2.0)
    assert (x * 3).operands == (x, 3.0) and (x * 3).local_derivatives == (3.0, 0.0)
    assert (3 - x).operands == (3.0, x) and (3 - x).local_derivatives == (0.0, -1.0)
    assert autograd.sum([x, 1, y]).operands == (x, 1.0, y)
    assert autograd.sum([x, 1, y]).local_derivatives == (1.0, 0.0, 1.0)
    assert (x**x).operands == (x, x)


def test_graph_attributes_are_read_only() -> None:
    v = Value(1.0) * 2.0
    for name in ("op", "operands", "local_derivatives", "scope"):
        with pytest.raises(AttributeError):
            setattr(v, name, None)
    with pytest.raises(AttributeError):
        v.value = 3.0  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["data", "grad", "label"])
def test_attributes_cannot_be_deleted(name: str) -> None:
    v = Value(2.0, label="v")
    with pytest.raises(AttributeError, match=f"property '{name}' of 'Value' object has no deleter"):
        delattr(v, name)
    assert repr(v) == "Value(data=2.0, grad=0.0, label='v')"


# --- text out ---------------------------------------------------------------------------


def test_repr_and_format() -> None:
    v = Value(0.7514, label="out_o1")
    v.grad = 0.7414
    assert repr(v) == str(v) == f"{v}" == "Value(data=0.7514, grad=0.7414, label='out_o1')"
    assert repr(Value(1)) == "Value(data=1.0, grad=0.0)"
    assert (f"{v:.3f}", f"{v:>8.2f}", f"{v:e}") == ("0.751", "    0.75", "7.514000e-01")
    assert repr(Value(1.0, label="it's\n")) == """Value(data=1.0, grad=0.0, label="it's\\n")"""


def test_label_can_be_assigned_and_scope_stays() -> None:
    with scope("layer"):
        v = Value(1.0) * 2.0
    v.label = "a"
    assert (v.label, v.scope) == ("a", "layer")
    v.label = None
    assert (v.label, v.scope) == (None, "layer")


# --- identity, order, truth -------------------------------------------------------------


def test_equality_and_hash_are_identity() -> None:
    x, y = Value(2.0), Value(2.0)
    assert x == x and x != y and x not in [y, "x", None]
    with pytest.warns(RuntimeWarning, match=r"== 2.0 is False: Values are equal by identity"):
        assert x != 2.0
    with pytest.warns(RuntimeWarning, match=r"== 2 is False: .*\(v >= 2\) & \(v <= 2\) for where"):
        assert x not in (2,)
    assert len({x, y, x}) == 2
    assert Counter([x, y, x])[x] == 2


def test_truth_is_that_of_the_number() -> None:
    assert not Value(0.0) and not Value(-0.0)
    assert Value(1e-300) and Value(math.nan) and Value(-1.0)


def test_python_sorts_and_chooses_by_data() -> None:
    x, y, z = Value(3.0), Value(1.0), Value(2.0)
    assert sorted([x, y, z]) == [y, z, x]
    assert max([x, y, z]) is x and min(x, y, z) is y


# --- functions --------------------------------------------------------------------------


def test_functions_take_plain_numbers() -> None:
    assert type(tanh(1)) is float and tanh(1) == math.tanh(1.0)
    assert autograd.exp(1000.0) == math.inf
    assert math.isnan(autograd.log(-1.0)) and math.isnan(autograd.sin(math.inf))
    assert autograd.where(True, 2, 3) == 2.0
    assert autograd.sum([1, Fraction(1, 2)]) == 1.5 and autograd.sum([]) == 0.0
    assert autograd.dot([1, 2], [3, 4]) == 11.0
    assert autograd.logsumexp([]) == -math.inf
    assert autograd.maximum(1, 2) == 2.0 and autograd.clamp(5.0, 0.0, 1.0) == 1.0
    assert autograd.leaky_relu(-1.0) == -0.01 and autograd.leaky_relu(-1.0, 0.5) == -0.5


def test_softmax_adds_up_to_one_at_any_size() -> None:
    for row in ([1.0, 2.0, 3.0], [1e300, -1e300, 0.0], [1000.0, 1000.0], [-1e5], [1e10, 1e10 + 1]):
        assert sum(autograd.softmax(row)) == pytest.approx(1.0, rel=1e-15)
    xs = [Value(x) for x in (0.5, -1.0, 1.5)]
    outputs = autograd.softmax(xs)
    p = [output.data for output in outputs]
    for i, output in enumerate(outputs):
        expected = [p[i] * ((i == j) - p[j]) for j in range(3)]
        assert autograd.gradient(output, xs) == pytest.approx(expected, rel=1e-14)


def test_python_sum_and_ours_agree() -> None:
    xs = [Value(float(i)) for i in range(5)]
    built_in, ours = sum(xs), autograd.sum(xs)
    assert built_in.data == ours.data == 10.0
    assert len(ours.operands) == 5
    assert autograd.gradient(built_in, xs) == autograd.gradient(ours, xs) == [1.0] * 5


def test_generators_are_sequences() -> None:
    xs = [Value(1.0), Value(2.0)]
    assert autograd.sum(x * x for x in xs).data == 5.0
    assert autograd.dot(iter(xs), (3.0, 4.0)).data == 11.0
    assert [p.data for p in autograd.softmax(iter(xs))] == [p.data for p in autograd.softmax(xs)]


# --- NumPy ------------------------------------------------------------------------------

NUMPY_UNARY = {
    "exp": "exp", "log": "log", "log1p": "log1p", "expm1": "expm1", "sqrt": "sqrt", "sin": "sin",
    "cos": "cos", "tan": "tan", "arcsin": "asin", "arccos": "acos", "arctan": "atan",
    "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "arcsinh": "asinh", "arctanh": "atanh",
    "fabs": "absolute", "absolute": "absolute", "negative": "negative",
}  # fmt: skip


@pytest.mark.parametrize("name", NUMPY_UNARY)
def test_numpy_functions_on_object_arrays(name: str) -> None:
    numbers = [0.25, 0.5]
    xs = [Value(x) for x in numbers]
    result = getattr(numpy, name)(numpy.array(xs))
    assert [v.op.name for v in result] == [NUMPY_UNARY[name]] * 2
    assert [v.data for v in result] == pytest.approx(getattr(numpy, name)(numbers), rel=1e-15)


def test_numpy_arccosh_arctan2_and_hypot() -> None:
    x, y = Value(2.0), Value(3.0)
    assert numpy.arccosh(numpy.array([x]))[0].data == pytest.approx(numpy.arccosh(2.0))
    assert numpy.arctan2(numpy.array([x]), numpy.array([y]))[0].op.name == "atan2"
    assert numpy.hypot(numpy.array([x]), y)[0].op.name == "hypot"


def test_numpy_products_and_sums_carry_gradients() -> None:
    weights = [[Value(0.1), Value(0.5)], [Value(-0.3), Value(0.8)]]
    inputs = [Value(0.2), Value(0.4)]
    product = numpy.array(weights) @ numpy.array(inputs)
    assert [v.data for v in product] == pytest.approx([0.22, 0.26], rel=1e-15)
    numpy.sum(product**2).backward()
    assert [[w.grad for w in row] for row in weights] == [
        pytest.approx([0.088, 0.176]), pytest.approx([0.104, 0.208])
    ]  # fmt: skip
    assert [x.grad for x in inputs] == pytest.approx([-0.112, 0.636])
    assert numpy.dot(inputs, [1.0, 2.0]).data == numpy.mean(product * 0 + 1.0).data == 1.0


def test_numpy_scalars_and_arrays_on_either_side() -> None:
    x = Value(2.0)
    for number in (numpy.float64(3.0), numpy.float32(3.0), numpy.int64(3)):
        for result, expected in (
            (number + x, 5.0), (x + number, 5.0), (number - x, 1.0), (x - number, -1.0),
            (number * x, 6.0), (number / x, 1.5), (x / number, 2 / 3), (number**x, 9.0),
            (x**number, 8.0),
        ):  # fmt: skip
            assert type(result) is Value and result.data == expected
        assert bool(number > x) and bool(x < number)
    array = numpy.array([1.0, 2.0])
    for result in (array * x, x * array):
        assert result.dtype == object and [v.data for v in result] == [2.0, 4.0]
    assert [v.data for v in x - array] == [1.0, 0.0]
    assert [v.data for v in x / array] == [2.0, 1.0]


def test_functions_take_numpy_arrays() -> None:
    numbers = numpy.array([[0.1, 0.2], [0.3, 0.4]])
    assert numpy.array_equal(autograd.exp(numbers), numpy.exp(numbers))
    values = numpy.array([Value(0.1), Value(0.2)])
    assert [v.op.name for v in autograd.sigmoid(values)] == ["sigmoid"] * 2
    assert autograd.sum(values).op.name == "sum"
    assert autograd.maximum(numbers, 0.25).tolist() == [[0.25, 0.25], [0.3, 0.4]]


# --- subclasses -------------------------------------------------------------------------


class Parameter(Value):
    """A user's subclass with an attribute of its own and another constructor."""

    def __init__(self, name: str) -> None:
        super().__init__(0.5, label=name)
        self.frozen = False


def test_a_subclass_takes_part() -> None:
    p = Parameter("w")
    p.frozen = True
    y = p * p + tanh(p)
    y.backward()
    assert p.grad == pytest.approx(1.0 + 1.0 - math.tanh(0.5) ** 2)
    assert repr(p).endswith("label='w')")


class Forgetful(Value):
    """Does not call the constructor of `Value`."""

    def __init__(self) -> None:
        self.ready = False


def test_a_subclass_that_was_never_initialised_is_an_error() -> None:
    v, w = Forgetful(), Value(1.0)
    for f in (lambda: v * w, lambda: autograd.sum([w, v]), lambda: autograd.dot([v, 2.0], [w, w])):
        with pytest.raises(AttributeError):
            f()
