"""`autograd.compile`: its arguments, its results, its errors and its source."""

from __future__ import annotations

import ast
import copy
import gc
import importlib.util
import math
import os
import subprocess
import sys
import threading
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from compiled_and_eager import check

import autograd
from autograd import Op, Value, compile, no_grad, where

X = np.array([[1.0, 2.0], [3.0, 4.0], [-1.0, 0.5]])


def squared(x: Any, w: Any) -> Any:
    return (w[0] * x[0] + w[1] * x[1]) ** 2


def program(**options: Any) -> Any:
    return compile(squared, {"x": (2,)}, {"w": [0.5, -1.0]}, **options)


# --- arguments --------------------------------------------------------------------------


def test_values_are_used_directly_or_passed_by_name() -> None:
    w = [Value(0.5), Value(-1.0)]
    direct = compile(lambda x: squared(x, w), {"x": (2,)}, {"w": w})
    by_name = compile(squared, {"x": (2,)}, {"w": w})
    positional = compile(lambda inputs, w: squared(inputs, w), {"x": (2,)}, {"w": w})
    value, gradients = direct(X)
    for other in (by_name, positional, program()):
        assert other(X)[0] == value
        assert other(X)[1]["w"].tolist() == gradients["w"].tolist()


@pytest.mark.parametrize(
    "numbers",
    [[1, 2], (0.5, 1.5), np.array([1, 2]), np.array([0.5, 2], np.float32), [Fraction(1, 2), True]],
)
def test_parameters_may_be_any_numbers(numbers: Any) -> None:
    compiled = compile(squared, {"x": (2,)}, {"w": numbers})
    expected = [float(v) for v in numbers]
    assert compiled.parameters["w"].tolist() == expected
    assert compiled(X)[0] == pytest.approx(sum((X @ expected) ** 2), rel=1e-15)


def test_a_shape_is_filled_in_later() -> None:
    compiled = compile(squared, {"x": (2,)}, {"w": (2,)})
    with pytest.raises(ValueError, match=r"'w' was declared by its shape .* shape \(2,\)"):
        compiled(X)
    compiled.parameters["w"] = [0.5, -1.0]
    assert compiled(X)[0] == program()(X)[0]


def test_parameters_change_in_place_and_by_assignment() -> None:
    compiled = program()
    compiled.parameters["w"] *= 2.0
    assert compiled(X)[0] == pytest.approx(4.0 * program()(X)[0], rel=1e-15)
    compiled.parameters["w"] = [0.0, 0.0]
    assert compiled(X)[0] == 0.0
    assert compiled(X, w=[0.5, -1.0])[0] == program()(X)[0]
    assert compiled(X)[0] == 0.0
    with pytest.raises(ValueError, match=r"shape \(2,\), got \(3,\)"):
        compiled.parameters["w"] = [1, 2, 3]
    with pytest.raises(KeyError, match="no parameter 'v'"):
        compiled.parameters["v"] = 1.0


def test_pull_and_push() -> None:
    w = [Value(0.5), Value(-1.0)]
    compiled = compile(squared, {"x": (2,)}, {"w": w})
    w[0].data = 3.0
    assert compiled.parameters["w"].tolist() == [0.5, -1.0]
    compiled.pull()
    assert compiled.parameters["w"].tolist() == [3.0, -1.0]
    _, gradients = compiled(X)
    compiled.parameters["w"] -= 0.1 * gradients["w"]
    compiled.push(gradients)
    assert [v.data for v in w] == compiled.parameters["w"].tolist()
    assert [v.grad for v in w] == gradients["w"].tolist()


def test_wrt_selects_and_orders_the_gradients() -> None:
    _, gradients = program(wrt=["x", "w"])(X)
    assert list(gradients) == ["x", "w"]
    assert gradients["x"].shape == X.shape
    assert list(program(wrt=[])(X)[1]) == []
    with pytest.raises(ValueError, match="'y', which is neither"):
        program(wrt=["y"])
    with pytest.raises(TypeError, match=r"a list of names, got a str: wrt=\['w'\]"):
        program(wrt="w")


def test_one_sample() -> None:
    compiled = program(batch=False, wrt=["w", "x"])
    value, gradients = compiled(X[0])
    assert isinstance(value, float)
    assert gradients["x"].shape == (2,)
    assert value == pytest.approx((0.5 * 1 - 2) ** 2)


def test_shapes_of_gradients() -> None:
    shapes = {"s": (), "v": (3,), "m": (2, 3)}

    def f(s, v, m, ps, p):
        return s * autograd.sum(v) + autograd.sum([a * b for a, b in zip(m[0], m[1])]) * ps * p

    compiled = compile(f, shapes, {"p": 2.0}, {"ps": ()}, wrt=[*shapes, "ps", "p"])
    arrays = [np.ones((4, *shape)) for shape in [*shapes.values(), ()]]
    value, gradients = compiled(*arrays)
    assert value == pytest.approx(4 * (3 + 3 * 2))
    for name, shape in {**shapes, "ps": ()}.items():
        assert gradients[name].shape == (4, *shape)
    assert gradients["p"].shape == ()
    assert gradients["p"] == 12.0


def test_an_unused_input_or_parameter_has_gradient_zero() -> None:
    compiled = compile(
        lambda x, y, w, u: x[0] * w, {"x": (2,), "y": ()}, {"w": 2.0, "u": [[1.0, 2.0]]},
        wrt=["x", "y", "w", "u"],
    )  # fmt: skip
    _, gradients = compiled(X, X[:, 0])
    assert gradients["x"].tolist() == [[2, 0], [2, 0], [2, 0]]
    assert gradients["y"].tolist() == [0, 0, 0]
    assert gradients["u"].tolist() == [[0, 0]]


@pytest.mark.parametrize("shape", [(0,), (3, 0), (0, 3), (2, 0, 3)])
def test_shapes_without_elements(shape: tuple[int, ...]) -> None:
    def f(y, x, p):
        assert np.array(y, dtype=object).shape == np.array(p, dtype=object).shape == np.shape(p)
        return x * 2.0

    compiled = compile(f, {"y": shape, "x": ()}, {"p": shape}, wrt=["y", "x", "p"])
    compiled.parameters["p"] = np.zeros(shape)
    value, gradients = compiled(np.zeros((4, *shape)), np.ones(4))
    assert value == 8.0
    assert gradients["y"].shape == (4, *shape)
    assert gradients["p"].shape == shape


def test_a_result_in_an_array_of_no_axes() -> None:
    compiled = compile(lambda x: np.array(x[0] * 2.0), {"x": (2,)})  # type: ignore[arg-type]
    assert compiled(X)[0] == 6.0


def test_an_empty_batch() -> None:
    value, gradients = program(wrt=["w", "x"])(np.zeros((0, 2)))
    assert value == 0.0
    assert gradients["w"].tolist() == [0.0, 0.0]
    assert gradients["x"].shape == (0, 2)


@pytest.mark.parametrize("dtype", [np.int64, np.float32, np.bool_, np.uint8, np.float16])
def test_inputs_become_float64(dtype: Any) -> None:
    x = np.array([[0, 1], [1, 1]], dtype)
    value, gradients = program()(x)
    assert value == program()(x.astype(float))[0]
    assert gradients["w"].dtype == np.float64


def test_results_share_no_memory() -> None:
    x, u, w = X.copy(), X.copy(), np.array([0.5, 2.0])
    compiled = compile(
        lambda x, u, w, v: autograd.dot(w, x) + autograd.dot(v, u), {"x": (2,), "u": (2,)},
        {"w": w, "v": w}, wrt=["x", "u", "w", "v"], batch=False,
    )  # fmt: skip
    before = compiled(x[0], u[0])[1]
    for g in before.values():
        g += 100.0
    assert x.tolist() == X.tolist()
    assert compiled.parameters["w"].tolist() == [0.5, 2.0]
    again = compiled(x[0], u[0])[1]
    assert again["x"].tolist() == [0.5, 2.0] and again["w"].tolist() == X[0].tolist()


@pytest.mark.parametrize(
    ("f", "shape"),
    [
        (lambda x, w: sum(a * b for r, s in zip(x, w) for a, b in zip(r, s)), (2, 3)),
        (lambda x, w: sum(a * b for r, s in zip(x, zip(*w)) for a, b in zip(r, s)), (2, 2)),
        (lambda x, w: (x + autograd.sum([x]) - x) * w, ()),
        (lambda x, w: (lambda h: autograd.tanh(h) + h * w)(autograd.sum([x])), ()),
        (lambda x, w: autograd.where(x > w, autograd.sum([x]), 0.5 * w) * w, ()),
    ],
)
@pytest.mark.parametrize("batch", [True, False])
def test_gradients_are_no_views_of_arguments(f: Any, shape: tuple[int, ...], batch: bool) -> None:
    x = np.random.default_rng(0).normal(size=(1, *shape) if batch else shape)
    compiled = compile(f, {"x": shape}, {"w": np.ones(shape)}, wrt=["x", "w"], batch=batch)
    gradients = compiled(x)[1]
    for gradient in gradients.values():
        assert not np.shares_memory(gradient, x)
        assert not np.shares_memory(gradient, compiled.parameters["w"])
    assert not np.shares_memory(*gradients.values())


@pytest.mark.parametrize("size", [8, 100])
def test_gradients_are_the_callers_own(size: int) -> None:
    weights = [float(k) for k in range(size)]
    compiled = compile(lambda w: autograd.dot(w, weights), {}, {"w": (size,)})
    value, gradients = compiled(w=np.ones(size))
    gradients["w"] *= 0.0
    assert compiled(w=np.ones(size))[0] == value == sum(weights)
    assert compiled(w=np.ones(size))[1]["w"].tolist() == weights


@pytest.mark.parametrize("shape", [(), (1,), (2,)])
@pytest.mark.parametrize("batch", [True, False])
@pytest.mark.parametrize("factor", [1e150, math.inf])
def test_a_gradient_that_is_one_number_is_an_array(shape: Any, batch: bool, factor: float) -> None:
    compiled = compile(
        lambda x: (x if shape == () else x[0]) * factor, {"x": shape}, wrt=["x"], batch=batch
    )
    x = np.ones((3, *shape) if batch else shape)
    g = compiled(x)[1]["x"]
    assert isinstance(g, np.ndarray) and g.dtype == float and g.shape == x.shape
    assert g.ravel()[0] == factor


def scaled(x: Any, scale: float = 2.0, t: Any = 1.0) -> Any:
    return x * scale + t * t


def by_keyword(*xs: Any, scale: float = 2.0) -> Any:
    return xs[0] * scale


def test_arguments_that_keep_their_defaults() -> None:
    assert compile(scaled, {"x": (), "t": ()}, batch=False)(5.0, 3.0)[0] == 19.0
    assert compile(scaled, {"x": ()}, batch=False)(5.0)[0] == 11.0
    assert compile(scaled, {"x": ()}, {"t": 3.0}, batch=False)(5.0)[0] == 19.0
    assert compile(by_keyword, {"x": ()}, batch=False)(5.0)[0] == 10.0


def test_methods_of_a_parameter_take_placeholders() -> None:
    w = Value(2.0)
    compiled = compile(lambda x: w.maximum(x) + w.clamp(x, 3.0), {"x": ()}, {"w": w})
    assert compiled([1.0])[0] == 4.0


def test_a_gradient_that_two_names_share_is_given_twice() -> None:
    compiled = compile(lambda x, a, b: (x[0] + a + b) ** 2, {"x": (2,)}, {"a": 1.0, "b": 2.0})
    _, gradients = compiled(X)
    gradients["a"][...] = 0.0
    assert gradients["b"] != 0.0


# --- errors at a call -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((), TypeError, "needs an array for input 'x'"),
        ((X, X), TypeError, "takes 'x', got 2 arrays"),
        ((X[:, :1],), ValueError, r"input 'x' needs shape \(N, 2\).*got \(3, 1\)"),
        ((X[0],), ValueError, r"needs shape \(N, 2\).*got \(2,\)"),
        ((1.0,), ValueError, r"needs shape \(N, 2\), got \(\)"),
        (("ab",), TypeError, "needs real numbers"),
        (([[1.0, 2.0], [1.0]],), ValueError, "input 'x' needs an array of numbers"),
        ((X.astype(complex),), TypeError, "needs real numbers, got an array of complex128"),
        ((np.array([[Value(1.0), Value(2.0)]]),), TypeError, r"such as a Value: pass its \.data"),
        (([[10**400, 1]],), TypeError, "needs real numbers, got an object such as a int"),
        (([],), ValueError, r"needs shape \(N, 2\), got \(0,\)$"),
    ],
)
def test_wrong_arguments(arguments: tuple[Any, ...], error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        program()(*arguments)


def test_inputs_may_have_the_names_of_a_calls_own_arguments() -> None:
    names = ["self", "arrays", "named"]
    compiled = compile(lambda **given: sum(given.values()), dict.fromkeys(names, ()))
    assert compiled(**dict.fromkeys(names, np.array([2.0])))[0] == 6.0


def test_wrong_names_and_sample_counts() -> None:
    with pytest.raises(TypeError, match="no input or parameter 'y'"):
        program()(y=X)
    with pytest.raises(TypeError, match="'x' was given twice"):
        program()(X, x=X)
    two = compile(lambda x, y: x * y, {"x": (), "y": ()})
    with pytest.raises(ValueError, match=r"input 'y' needs shape \(N,\) with the same N = 3"):
        two(X[:, 0], X[:2, 0])


def test_a_batch_beyond_memory() -> None:
    wide = compile(lambda x: autograd.sum([autograd.exp(v) for v in x]), {"x": (50,)}, wrt=["x"])
    with pytest.raises(MemoryError, match=r"samples need about .* bytes"):
        wide(np.broadcast_to(1.0, (2**42, 50)))


# --- errors while compiling -------------------------------------------------------------


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda x: x[0] if x[0] > 0 else x[1], "use autograd.where"),
        (lambda x: max(x), "use autograd.where"),
        (lambda x: x[0] and x[1], "use autograd.where"),
        (lambda x: math.exp(x[0]), "autograd.exp"),
        (lambda x: x[int(x[0])], "has no number yet"),
        (lambda x: None, "got None: is a return"),
        (lambda x: x, "got 2 in a list: return their sum"),
        (lambda x: (x[0], x[1]), "got 2 in a tuple"),
        (lambda x: 3.0, "got 3.0 of type float"),
        (lambda x: x[0] > 0, r"got a Condition: return where\("),
        (lambda x: "a", "got 'a' of type str"),
        (lambda x: Value(2.0) * Value(3.0), "Value.*which does not"),
        (lambda x, y: x[0], "argument 'y' is neither"),
        (lambda: 1.0, "takes no argument for 'x'"),
        (lambda x: x[0] + "a", "unsupported operand"),
        (lambda x, *, t: x[0] + t, "argument 't' is neither"),
        (lambda x: copy.deepcopy(x)[0], "cannot be copied"),
    ],
)
def test_functions_that_cannot_be_compiled(f: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        compile(f, {"x": (2,)})
    assert gc.isenabled()


def test_data_and_gradients_do_not_exist_while_compiling() -> None:
    with pytest.raises(AttributeError, match="has no 'data'"):
        compile(lambda x: x[0].data, {"x": (2,)})
    with pytest.raises(AttributeError, match="has no 'backward'"):
        compile(lambda x: x[0].backward(), {"x": (2,)})


def test_labels_while_compiling() -> None:
    seen: list[str | None] = []

    def f(x):
        y = x[0] * x[1]
        y.label = "product"
        seen.append(y.label)
        with pytest.raises(TypeError, match="label needs a str or None, got int"):
            y.label = 3
        with pytest.raises(AttributeError, match="'label' of 'Placeholder' object has no deleter"):
            del y.label
        y.label = None
        seen.append(y.label)
        return y

    compile(f, {"x": (2,)})
    assert seen == ["product", None]


def test_no_grad_inside_is_an_error_and_outside_does_not_matter() -> None:
    def f(x):
        with no_grad():
            return x[0] * x[1]

    with pytest.raises(TypeError, match=r"no_grad\(\) inside"):
        compile(f, {"x": (2,)})
    with no_grad():
        compiled = program()
    assert compiled(X)[0] == program()(X)[0]


def test_a_placeholder_must_not_leave_its_recording() -> None:
    kept: list[Any] = []

    def f(x):
        kept.append(x[0])
        return x[0] * 2.0

    compile(f, {"x": (2,)})
    with pytest.raises(RuntimeError, match="belongs to another recording"):
        kept[0] + 1.0
    with pytest.raises(RuntimeError, match="belongs to another recording"):
        kept[0] * kept[0]
    with pytest.raises(RuntimeError, match="belongs to another recording"):
        compile(lambda x: x[0] + kept[0], {"x": (2,)})


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (({"x": 3},), TypeError, "needs a shape such as"),
        (({"x": (2.5,)},), TypeError, "needs a shape such as"),
        (({1: (2,)},), TypeError, "inputs are a dict of names, which are str"),
        ((["x"],), TypeError, "inputs are a dict"),
        (({"x": (2,)}, {"x": 1.0}), ValueError, "'x' is declared twice"),
        (({"x": (2,)}, {"w": "a"}), TypeError, "needs a real number"),
        (({"x": (2,)}, {"w": [[1.0], [1.0, 2.0]]}), ValueError, "rows of different shapes"),
        (({"x": (2,)}, {"w": [1.0, Value(2.0)]}), TypeError, "mixes Values and plain numbers"),
    ],
)
def test_wrong_declarations(arguments: tuple[Any, ...], error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        compile(lambda x: x[0], *arguments)


def test_a_value_is_declared_once() -> None:
    w = Value(1.0)
    with pytest.raises(ValueError, match="occurs twice among the parameters"):
        compile(lambda x: x * w, {"x": ()}, {"a": w, "b": w})


def test_there_is_no_such_backend() -> None:
    with pytest.raises(ValueError, match="no backend 'fortran'"):
        program(backend="fortran")
    with pytest.raises(TypeError, match="needs a function, got int"):
        compile(3, {"x": ()})  # type: ignore[arg-type]


# --- Values of the eager engine inside --------------------------------------------------


def test_undeclared_values_are_constants_and_what_they_were_computed_from_too() -> None:
    a, w = Value(3.0), Value(2.0)
    scaled = a * w + 1.0  # computed before, from a parameter and a constant
    compiled = compile(lambda x: scaled * x[0] + a * x[1], {"x": (2,)}, {"w": w})
    value, gradients = compiled(X)
    assert value == pytest.approx(7.0 * X[:, 0].sum() + 3.0 * X[:, 1].sum())
    assert gradients["w"] == pytest.approx(3.0 * X[:, 0].sum())


def test_values_and_placeholders_mix_in_every_way() -> None:
    numbers = np.array([0.5, 1.5, -0.25])
    values = [Value(v) for v in numbers]

    def f(x, w):
        return (
            autograd.dot(w, x) + autograd.dot(x, w) + w[0] / x[0] - x[1] / w[1] + w[0] ** x[2]
            + autograd.maximum(w[0], x[0]) + where(w[1] > x[1], w[0], x[0])
            + where((w[1] > w[0]) & (x[0] > 0.5), w[0] * w[0], 1.0) + x[0].hypot(w[2])
            + autograd.logsumexp([w[0], *x]) + autograd.clamp(x[0], w[2], w[1])
        )  # fmt: skip

    x = np.random.default_rng(0).uniform(0.2, 2.0, (4, 3))
    direct = compile(lambda x: f(x, values), {"x": (3,)}, {"w": values})(x)
    by_name = compile(f, {"x": (3,)}, {"w": numbers})(x)
    assert direct[0] == pytest.approx(by_name[0], rel=1e-14)
    assert direct[1]["w"] == pytest.approx(by_name[1]["w"], rel=1e-13)
    check(f, {"x": x}, {"w": numbers})


def test_a_function_of_parameters_alone_counts_once_a_sample() -> None:
    w = [Value(2.0), Value(3.0)]
    compiled = compile(lambda x: w[0] * w[0] * w[1], {"x": ()}, {"w": w})
    value, gradients = compiled(np.zeros(5))
    assert value == 60.0
    assert gradients["w"].tolist() == [60.0, 20.0]


# --- operations of the user -------------------------------------------------------------

cube = Op("cube", lambda x: x**3, lambda out, x: (3 * x**2,), array="{0}**3")
steep = Op("steep", lambda x: math.tanh(9.0 * x), lambda out, x: (9.0 * (1.0 - out * out),))
kink = Op("kink", lambda x, y: x * y if x > y else x, lambda out, x, y: (y, x) if x > y else (1, 0))
spread = Op("spread", lambda *xs: max(xs) - min(xs), lambda out, *xs: _spread_partials(xs))


def _spread_partials(xs: tuple[float, ...]) -> tuple[float, ...]:
    return tuple([float(x == max(xs)) - float(x == min(xs)) for x in xs])


def test_operations_of_the_user(tmp_path: Path) -> None:
    def f(x, w):
        return cube(x[0] * w) + steep(x[1]) * kink(x[0], x[1] * w) + spread(x[0], x[1], w)

    check(f, {"x": X}, {"w": np.array(0.5)})
    compiled = compile(f, {"x": (2,)}, {"w": 0.5})
    with pytest.raises(ValueError, match=r"'steep'.* cannot be written as NumPy source"):
        compiled.save(tmp_path / "model.py")
    assert "v1**3" in compiled.source or "**3" in compiled.source


@pytest.mark.parametrize("wrong", [(1.0,), [1.0, 1.0], 1.0])
def test_a_rule_with_a_wrong_number_of_derivatives(wrong: Any) -> None:
    op = Op("wrong", lambda x, y: x + y, lambda out, x, y: wrong)
    compiled = compile(lambda x: op(x[0], x[1]), {"x": (2,)}, wrt=["x"])
    with pytest.raises(TypeError, match=r"Op 'wrong': partials must return a tuple of 2"):
        compiled(X)


# --- depth and size ---------------------------------------------------------------------


def test_a_deep_chain_needs_no_recursion() -> None:
    def f(x):
        for _ in range(3000):
            x = autograd.sin(x) + 0.1
        return x

    check(f, {"x": np.array([0.3, 1.0])}, {}, rtol=1e-10)


def test_a_long_sum_and_what_nothing_uses() -> None:
    def f(x):
        total, unused = x, x
        for k in range(30_000):
            total = total + x * float(k % 7) - 1.0
            unused = unused * x
        return total

    value, gradients = compile(f, {"x": ()}, wrt=["x"])([2.0])
    slope = 1.0 + sum(k % 7 for k in range(30_000))
    assert gradients["x"][0] == slope
    assert value == 2.0 * slope - 30_000


def test_memory_and_time_are_linear() -> None:
    small, large = (compile(_net(n), {"x": (n,)}, {"W": (30, n)}) for n in (100, 1000))
    assert large.summary().operations / small.summary().operations == pytest.approx(10, rel=0.1)
    assert large.summary().instructions == small.summary().instructions


def _net(n: int) -> Any:
    def f(x, W):
        return autograd.sum([autograd.tanh(sum(w * v for w, v in zip(row, x))) for row in W])

    return f


# --- threads ----------------------------------------------------------------------------


def test_two_threads_call_one_program() -> None:
    weights = np.random.default_rng(0).normal(size=(30, 20))
    compiled = compile(_net(20), {"x": (20,)}, {"W": weights})
    batches = [np.random.default_rng(k).normal(size=(50, 20)) for k in range(4)]
    expected = [compiled(x) for x in batches]
    wrong: list[int] = []

    def work(k: int) -> None:
        for _ in range(50):
            value, gradients = compiled(batches[k])
            if value != expected[k][0] or (gradients["W"] != expected[k][1]["W"]).any():
                wrong.append(k)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_two_threads_compile_at_once() -> None:
    sources: list[str] = []
    threads = [threading.Thread(target=lambda: sources.append(program().source)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sources == [program().source] * 4
    assert gc.isenabled()


@pytest.mark.parametrize("kept", ["together", "apart"])
def test_a_sum_over_a_thousand_levels_needs_no_recursion(kept: str) -> None:
    def f(x, w):
        total, state, states = 0.0, x, []
        for _ in range(1500):
            state = autograd.tanh(state * w)
            total = total + state
            states.append(state * w)
        return autograd.tanh(autograd.sum(states) * 1e-3) if kept == "together" else total

    compiled = compile(f, {"x": ()}, {"w": 0.5})
    assert max(map(len, compiled.source.splitlines())) < 1000
    check(f, {"x": np.array([0.3, 1.0])}, {"w": np.array(1.01)}, rtol=1e-10)


# --- source -----------------------------------------------------------------------------

NAMES = [
    "__import__('os')", "a; b", "lambda", "np", "sum", "program", "N", "权重", "x" * 10_000, "",
    "W\n1", "ﬁ", "fi", "1st", "a'b\"c\\", "match", "unpack", "g_x", "I0", "{0}", "None",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_name_never_becomes_code(name: str) -> None:
    def f(x, **named):
        h = named[name] * x
        h.label = name
        return autograd.tanh(h) * x

    compiled = compile(f, {"x": ()}, {name: 0.5})
    value, gradients = compiled([1.0, 2.0])
    assert value == pytest.approx(math.tanh(0.5) + 2.0 * math.tanh(1.0))
    assert list(gradients) == [name]
    assert _calls(compiled.source) <= {"len", "np.tanh", "np.cosh", "sum", "reshape"}
    assert max(map(len, compiled.source.splitlines())) < 200


def test_the_name_of_the_function_never_becomes_code() -> None:
    def f(x):
        return x * 2.0

    for f.__name__ in ['"""\nimport os\nx = """', "a\\", "it's", "权重" * 1000]:
        compiled = compile(f, {"x": ()})
        statements = [type(statement).__name__ for statement in ast.parse(compiled.source).body]
        assert statements in (["Expr", "Import", "FunctionDef"], ["Expr", "FunctionDef"])
        assert compiled([1.0, 2.0])[0] == 6.0


def _calls(source: str) -> set[str]:
    """Return what a module calls."""
    calls = {node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)}
    texts = [ast.unparse(call) for call in calls]
    return {t if t.startswith("np.") else t.rpartition(".")[2] for t in texts}


def test_all_names_at_once_do_not_clash() -> None:
    def f(x, **named):
        total = x
        for k, name in enumerate(NAMES, 1):
            total = total + named[name] * float(k)
        return total

    compiled = compile(f, {"x": ()}, dict.fromkeys(NAMES, 1.0))
    _, gradients = compiled([0.0])
    assert [gradients[name] for name in NAMES] == list(range(1, len(NAMES) + 1))


def test_labels_become_names_and_comments() -> None:
    def f(x, W):
        nets = [autograd.dot(row, x) for row in W]
        for k, net in enumerate(nets, 1):
            net.label = f"net_h{k}"
        E = autograd.sum([autograd.sigmoid(net) for net in nets])
        E.label = "E"
        return E

    source = compile(f, {"x": (3,)}, {"W": (2, 3)}).source
    assert "net_h = W @ x  # net_h1, net_h2" in source
    assert "    E = " in source
    assert "    Arrays have a row for each of them and a column for each sample; g_a is" in source


def test_source_is_the_same_in_every_process() -> None:
    code = (
        "import autograd; from autograd import compile\n"
        "print(compile(lambda x, w: autograd.sum([autograd.exp(a * b) for a, b in zip(x, w)]) ** 2,"
        " {'x': (5,)}, {'w': (5,)}).source)"
    )
    outputs = {
        subprocess.check_output([sys.executable, "-c", code], env={"PYTHONHASHSEED": seed})
        for seed in ("0", "1", "2")
    }
    assert len(outputs) == 1


def test_saved_module_needs_numpy_alone(tmp_path: Path) -> None:
    order = np.random.default_rng(0).permutation(200)

    def f(x, w):
        shuffled = [x[k] for k in order.tolist()]
        inner = autograd.sum([autograd.erf(a * b) * a for a, b in zip(shuffled, w)])
        return inner * autograd.logsumexp(x) + autograd.sum([w[k // 3] * x[k] for k in range(200)])

    numbers = np.random.default_rng(1)
    x, w = numbers.normal(size=(3, 200)), numbers.normal(size=200)
    compiled = compile(f, {"x": (200,)}, {"w": w})
    compiled.save(tmp_path / "model.py")
    spec = importlib.util.spec_from_file_location("model", tmp_path / "model.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    value, gradients = module.program(x, w)
    expected, expected_gradients = compiled(x)
    assert value == expected
    assert gradients["w"].tolist() == expected_gradients["w"].tolist()
    imports = {line for line in compiled.source.splitlines() if line.startswith(("import", "from"))}
    assert imports <= {"import base64", "import math", "import numpy as np"}
    fresh = f"import sys, {module.__name__}; print('autograd' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    assert subprocess.check_output([sys.executable, "-c", fresh], env=environment) == b"False\n"


def test_source_takes_arrays_of_any_memory_order() -> None:
    def f(x, W):
        return W[0][1] * x * autograd.tanh(W[1][0]) * W[2][0]

    weights = np.random.default_rng(0).normal(size=(3, 2))
    compiled = compile(f, {"x": ()}, {"W": weights})
    namespace: dict[str, Any] = {}
    exec(compiled.source, namespace)
    value, gradients = namespace["program"](np.ones(2), np.asfortranarray(weights))
    expected, expected_gradients = compiled(np.ones(2))
    assert value == pytest.approx(expected, rel=1e-14)
    np.testing.assert_allclose(gradients["W"], expected_gradients["W"], rtol=1e-14)
    transposed = compile(f, {"x": ()}, {"W": np.asfortranarray(weights)})
    assert transposed.parameters["W"].flags.c_contiguous
    assert transposed(np.ones(2))[1]["W"].tolist() == expected_gradients["W"].tolist()


def test_summary_counts() -> None:
    summary = compile(_net(20), {"x": (20,)}, {"W": (30, 20)}).summary()
    assert summary.operations == 30 * 41 + 2  # products, sums and tanh, the sum, the output
    assert summary.matrix_products == 1
    assert summary.gathered == 0
    assert list(summary.seconds) == ["record", "canonicalise", "schedule", "vectorise", "emit"]
    assert "1,232 scalar operations" in str(summary)
    assert summary.bytes_for(1000) > 1000 * 8 * 80


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x if x == 0 else -x,
        lambda x: x * (x != 0.0),
        lambda x: -x if x in (0, 1) else x,
    ],
)
def test_equality_with_a_number_is_a_branch_too(f: Any) -> None:
    with pytest.raises(TypeError, match=r"a branch \(==, != or in\).*where.*\(x >= 1\)"):
        compile(f, {"x": ()})


def test_values_are_equal_by_identity_while_compiling_too() -> None:
    def f(x):
        assert x[0] == x[0] and x[0] != x[1] and x[1] in x and x.index(x[1]) == 1
        return x[0] * {x[0]: 2.0, x[1]: 3.0}[x[1]]

    assert compile(f, {"x": (2,)})([[5.0, 0.0]])[0] == 15.0
