"""A user's own operation in one line: everything then knows it, and mistakes are named."""

from __future__ import annotations

import copy
import math
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from optional import numpy

from autograd import (
    Op,
    Reduction,
    Value,
    check_gradients,
    cos,
    explain,
    grad,
    gradient,
    hessian,
    no_grad,
    sin,
)
from autograd.expression import to_latex, to_text

cube = Op("cube", lambda x: x**3, lambda out, x: (3 * x**2,))
sinc = Op("sinc", lambda x: math.sin(x) / x, lambda out, x: ((cos(x) - out) / x,))
ratio = Op(
    "ratio", lambda x, y: x / (x + y), lambda out, x, y: (y / (x + y) ** 2, -x / (x + y) ** 2)
)
scaled = Op("scaled", lambda x, k: k * x, lambda out, x, k: (k, x), defaults=(2.0,))
product = Reduction("product", 1, lambda *xs: math.prod(xs), lambda out, *xs: [out / x for x in xs])
geometric_mean = Reduction(
    "geometric_mean", 1,
    lambda *xs: math.prod(xs) ** (1 / len(xs)),
    lambda out, *xs: tuple(out / (len(xs) * x) for x in xs),
)  # fmt: skip


def test_numbers_values_and_arrays() -> None:
    assert (cube(2), cube(2.0)) == (8.0, 8.0) and type(cube(2)) is float
    x = Value(2.0, label="x")
    y = cube(x)
    assert (y.data, y.op, y.operands, y.local_derivatives) == (8.0, cube, (x,), (12.0,))
    y.backward()
    assert x.grad == 12.0
    array = numpy.array([[1.0, 2.0], [3.0, 4.0]])
    assert numpy.array_equal(cube(array), array**3)
    objects = cube(numpy.array([Value(1.0), Value(2.0)]))
    assert [v.data for v in objects] == [1.0, 8.0] and objects[1].op is cube
    assert numpy.allclose(ratio(array, 2.0), array / (array + 2.0))


def test_derivatives_to_third_order() -> None:
    assert grad(grad(grad(cube)))(2.0) == 6.0
    assert check_gradients(lambda x: sinc(x) * cube(x), [0.7], order=3)
    assert check_gradients(ratio, [1.5, 0.4], order=3)
    assert check_gradients(lambda *xs: geometric_mean(xs), [1.5, 0.4, 3.0], order=2)
    h = hessian(lambda x: ratio(x[0], x[1]))([1.0, 2.0])
    assert h[0][1] == pytest.approx((1.0 - 2.0) / 27.0)


def test_operands_constants_defaults() -> None:
    x = Value(3.0)
    assert ratio(x, 1).operands == (x, 1.0) and ratio(1, x).operands == (1.0, x)
    assert scaled(x).data == 6.0 and scaled(x, 5.0).data == 15.0
    assert scaled(x, x).local_derivatives == (3.0, 3.0)
    with pytest.raises(TypeError, match="ratio takes 2 operands, got 1"):
        ratio(x)
    with no_grad():
        assert cube(x).op is None


def test_ieee_arithmetic_without_care() -> None:
    reciprocal = Op("reciprocal", lambda x: 1 / x, lambda out, x: (-1 / x**2,))
    x = Value(0.0)
    with pytest.warns(RuntimeWarning, match=r"reciprocal\(x\) is inf for x = 0.0"):
        y = reciprocal(x)
    assert (y.data, y.local_derivatives) == (math.inf, (-math.inf,))
    root = Op("root", lambda x: x**0.5, lambda out, x: (0.5 / out,), domain="x >= 0")
    with pytest.warns(RuntimeWarning, match=r"root\(x\) needs x >= 0; got x = -8.0"):
        assert math.isnan(root(Value(-8.0)).data)


def test_printing() -> None:
    x, y = Value(2.0, label="x"), Value(3.0, label="y")
    assert to_text(cube(x + 1.0)) == "cube(x + 1)"
    assert "cube" in to_latex(cube(x))
    norm = Op(
        "norm", math.hypot, lambda out, x, y: (x / out, y / out),
        python="hypot({0}, {1})", latex=r"\lVert {0}, {1} \rVert",
    )  # fmt: skip
    assert norm.arity == 2, "a function of C does not tell it: its rule does"
    assert to_text(norm(x, y)) == "hypot(x, y)"
    assert to_latex(norm(x, y)) == r"\lVert x, y \rVert"
    assert repr(cube) == "<Op cube>" and cube.__doc__


def test_copies_and_pickles_are_the_operation_itself() -> None:
    assert copy.deepcopy(cube) is cube
    assert pickle.loads(pickle.dumps(cube)) is cube
    twin = pickle.loads(pickle.dumps(cube(Value(2.0))))
    assert twin.op is cube and twin.data == 8.0


def wrong(name: str, forward: Callable[..., Any], partials: Callable[..., Any]) -> Any:
    return Op(name, forward, partials)(*[Value(1.5)] * forward.__code__.co_argcount)


WRONG: list[tuple[Callable[[], Any], str]] = [
    (lambda: wrong("a", lambda x: x, lambda out, x: (1.0, 2.0)), "'a'.* tuple of 1 derivatives"),
    (lambda: wrong("b", lambda x, y: x * y, lambda out, x, y: (y,)), "'b'.* tuple of 2"),
    (lambda: wrong("c", lambda x: x, lambda out, x: 1.0), "'c'.* tuple of 1 derivatives"),
    (lambda: wrong("d", lambda x: x, lambda out, x: [1.0]), r"one per operand; got \[1.0\]"),
    (lambda: product([Value(2.0), Value(3.0)]), "'product'.* tuple of 2 derivatives"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "message"), WRONG)
def test_a_rule_of_the_wrong_size_is_named(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        call()


@pytest.mark.parametrize("name", ["two words", "", "3x", "class", "a-b"])
def test_a_name_must_be_pythons(name: str) -> None:
    with pytest.raises(ValueError, match="valid Python name"):
        Op(name, lambda x: x, lambda out, x: (1.0,))


def test_an_operation_needs_functions() -> None:
    with pytest.raises(TypeError, match="needs functions for forward and partials"):
        Op("cube", 3, 4)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="needs functions for forward and partials"):
        Op("cube", None, None)  # type: ignore[arg-type]


def test_an_operation_without_gradient() -> None:
    step = Op("step", lambda x: float(x > 0), None)
    x = Value(2.0)
    y = step(x) * 3.0 + sin(x)
    y.backward()
    assert (y.data, x.grad) == (3.0 + math.sin(2.0), math.cos(2.0))
    assert grad(lambda x: step(x))(1.0) == 0.0


def test_a_rule_may_let_no_gradient_pass() -> None:
    pick = Op(
        "pick", lambda x, y: x if x > 0 else y,
        lambda out, x, y: (1.0, None) if x > 0 else (None, 1.0),
    )  # fmt: skip
    a, b = Value(-1.0), Value(2.0)
    picked = pick(a, b)
    (picked * math.inf).backward()
    assert (a.grad, b.grad) == (0.0, math.inf), "None is no zero: 0 * inf would be nan"
    a.data = 3.0
    picked.forward()
    a.grad = b.grad = 0.0
    picked.backward()
    assert (a.grad, b.grad) == (1.0, 0.0)
    stop = Op("stop", lambda x: x, lambda out, x: (None,))
    assert gradient(stop(a) * a, [a]) == [3.0]


def test_rules_that_do_not_fit() -> None:
    with pytest.raises(TypeError, match=r"Op 'half': partials takes the result.* 2 in all"):
        Op("half", lambda x: x / 2, lambda x: (0.5,))
    sine = Op("sine", math.sin, lambda out, x: (math.cos(x),))
    x = Value(2.0, label="x")
    y = sine(x)
    y.backward()
    assert x.grad == math.cos(2.0)
    for formula in (lambda: explain(y, x), lambda: grad(grad(sine))(2.0)):
        with pytest.raises(TypeError, match=r"Op 'sine'.*partials on Values.*autograd.exp"):
            formula()


def test_partials_of_floats_alone_compile() -> None:
    compiler = pytest.importorskip("autograd.compiler")
    sine = Op("sine", math.sin, lambda out, x: (math.cos(x),))
    program = compiler.compile(sine, {"x": ()}, wrt=["x"])
    value, gradients = program([2.0, 0.0])
    assert value == math.sin(2.0)
    assert gradients["x"].tolist() == [math.cos(2.0), 1.0]
