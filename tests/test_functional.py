"""gradient, grad, jacobian, hessian, jvp and hvp against SymPy, JAX and PyTorch."""

from __future__ import annotations

import math
from collections import namedtuple
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import mpmath
import pytest
import sympy
from optional import numpy

import autograd
from autograd import (
    StaleGraphError,
    Value,
    grad,
    gradient,
    hessian,
    hvp,
    jacobian,
    jvp,
    no_grad,
    sin,
    tanh,
    value_and_grad,
    where,
)

Scalar = Any

# --- nesting ----------------------------------------------------------------------------


def test_derivatives_of_tanh_to_sixth_order() -> None:
    f: Callable[..., Any] = tanh
    for order in range(1, 7):
        f = grad(f)
        with mpmath.workdps(50):
            expected = mpmath.diff(mpmath.tanh, mpmath.mpf(0.3), order)
        assert f(0.3) == pytest.approx(float(expected), rel=1e-12)


def test_perturbations_are_not_confused() -> None:
    assert grad(lambda x: x * grad(lambda y: x + y)(x))(2.0) == 1.0
    assert grad(lambda x: x * grad(lambda y: x * y)(3.0))(2.0) == 4.0
    assert grad(lambda x: grad(lambda y: x * y * y)(x))(3.0) == 4 * 3.0
    assert grad(lambda x: grad(lambda x: x * x)(x * 2.0))(5.0) == 4.0
    assert grad(lambda t: jvp(lambda x: x**3 * t, 2.0, t)[1])(3.0) == 72.0
    assert grad(lambda x: hvp(lambda y: y**3 * x, x, 1.0))(2.0) == 24.0
    v = Value(2.0)
    assert grad(lambda x: x * v)(v).data == 2.0, "the v that is used by another way is constant"


def test_transformations_compose() -> None:
    def f(x: Scalar) -> Scalar:
        return sin(x[0] * x[1]) * x[0]

    at, direction = [0.7, -1.2], [0.3, 2.0]
    h = hessian(f)(at)
    assert h[0][1] == pytest.approx(h[1][0], rel=1e-15)
    assert jacobian(grad(f))(at) == h
    product = [sum(a * b for a, b in zip(row, direction)) for row in h]
    assert hvp(f, at, direction) == pytest.approx(product, rel=1e-14)
    assert jvp(grad(f), at, direction)[1] == pytest.approx(product, rel=1e-14)
    along = grad(lambda x: autograd.dot(grad(f)(x), direction))(at)
    assert along == pytest.approx(product, rel=1e-14)
    third = jacobian(hessian(f))(at)
    assert third[0][1][1] == pytest.approx(third[1][1][0], rel=1e-14)


def test_values_in_values_out() -> None:
    x, w = Value(2.0), Value(3.0)
    slope = grad(lambda x: x * x * w)(x)
    assert isinstance(slope, Value) and slope.data == 12.0
    slope.backward()
    assert (x.grad, w.grad) == (6.0, 4.0)
    value, slope = value_and_grad(lambda x: x * x)(x)
    assert isinstance(value, Value) and (value.data, slope.data) == (4.0, 4.0)
    assert type(grad(tanh)(0.3)) is float


def test_grad_leaves_the_grads_of_captured_values_alone() -> None:
    w = Value(3.0)
    w.grad = 7.0
    assert grad(lambda x: w * x * x)(2.0) == 12.0
    assert hessian(lambda x: w * x * x)(2.0) == 6.0
    assert w.grad == 7.0


def test_no_grad_around_and_inside() -> None:
    with no_grad():
        assert grad(lambda x: x * x)(3.0) == 6.0
        assert hessian(lambda x: x**3)(3.0) == 18.0

    def f(x: Scalar) -> Scalar:
        with no_grad():
            constant = x * 1.0
        return x * constant

    assert grad(f)(3.0) == 3.0


# --- arguments and structures -----------------------------------------------------------

Pair = namedtuple("Pair", ["w", "b"])


def affine(w: Scalar, x: Scalar, scale: float = 1.0) -> Scalar:
    return (w[0] * x + w[1]) * scale


def test_argnums() -> None:
    assert grad(affine)([2.0, 1.0], 3.0) == [3.0, 1.0]
    assert grad(affine, argnums=1)([2.0, 1.0], 3.0) == 2.0
    assert grad(affine, argnums=-1)([2.0, 1.0], 3.0) == 2.0
    assert grad(affine, argnums=(1,))([2.0, 1.0], 3.0) == (2.0,)
    assert grad(affine, argnums=(1, 0))([2.0, 1.0], 3.0, scale=10.0) == (20.0, [30.0, 10.0])
    assert value_and_grad(affine, argnums=(0, 1))([2.0, 1.0], 3.0) == (7.0, ([3.0, 1.0], 2.0))
    assert jacobian(affine, argnums=1)([2.0, 1.0], 3.0) == 2.0
    assert hessian(lambda x, y: x * y * y, argnums=(0, 1))(2.0, 3.0) == ((0.0, 6.0), (6.0, 4.0))


def test_tangents_are_matched_by_name() -> None:
    primals, tangents = {"a": 1.0, "b": 2.0}, {"b": 1.0, "a": 0.0}
    assert jvp(lambda d: d["a"], primals, tangents) == (1.0, 0.0)
    with pytest.raises(ValueError, match=r"tangents\[0\] is in one of them alone"):
        jvp(lambda d, e: d[0] + e, ([1.0, 2.0], 3.0), (1.0, [0.0, 0.0]))


def test_jacobian_of_no_results() -> None:
    assert jacobian(lambda x: numpy.array([]))(numpy.array([1.0, 2.0])).size == 0


def test_gradients_have_the_structure_of_the_argument() -> None:
    def f(p: Any) -> Scalar:
        return p["a"] * p["b"][1] + p["c"].w * p["c"].b[0]

    point = {"a": 2, "b": (1, 5.0), "c": Pair(3.0, [4.0]), "unused": [0.0, {"x": ()}]}
    assert grad(f)(point) == {
        "a": 5.0, "b": (0.0, 2.0), "c": Pair(4.0, [3.0]), "unused": [0.0, {"x": ()}],
    }  # fmt: skip
    assert isinstance(grad(f)(point)["c"], Pair)


def test_jacobian_has_the_structure_of_the_result() -> None:
    def f(x: Any) -> Any:
        return {"product": x[0] * x[1], "list": [x[0], 3.0]}

    assert jacobian(f)([2.0, 3.0]) == {"product": [3.0, 2.0], "list": [[1.0, 0.0], [0.0, 0.0]]}
    assert jacobian(lambda x: x * x)(3.0) == 6.0
    assert jacobian(lambda x: 3.0)([1.0, 2.0]) == [0.0, 0.0]
    assert jacobian(lambda x: [])(2.0) == []


def test_arrays_come_back_as_arrays() -> None:
    a = numpy.array([[1.0, 2.0], [3.0, 4.0]])
    g = grad(lambda a: (a * a).sum())(a)
    assert g.dtype == float and numpy.array_equal(g, 2 * a)
    j = jacobian(lambda x: a @ x)(numpy.array([5.0, 6.0]))
    assert numpy.array_equal(j, a)
    h = hessian(lambda x: x @ a @ x)(numpy.array([5.0, 6.0]))
    assert numpy.array_equal(h, a + a.T)
    assert jacobian(lambda x: x * x)(a).shape == (2, 2, 2, 2)


def test_inputs_that_play_no_part_have_derivative_zero() -> None:
    x, y = Value(2.0), Value(3.0)
    assert gradient(x * x, [x, y]) == [4.0, 0.0]
    zero = gradient(x * x, [y], create_graph=True)[0]
    assert isinstance(zero, Value) and zero.data == 0.0
    assert grad(lambda x: 3.0)(2.0) == 0.0
    assert grad(lambda x, y: x * 2)(1.0, "no number, not differentiated") == 2.0


def test_gradient_takes_inner_nodes_and_the_output_itself() -> None:
    x = Value(2.0)
    y = x * x
    z = sin(y) * x
    by_y, by_z, by_x = gradient(z, [y, z, x])
    assert (by_y, by_z) == (math.cos(4.0) * 2.0, 1.0)
    assert by_x == pytest.approx(math.sin(4.0) + 8.0 * math.cos(4.0), rel=1e-15)
    assert gradient(x, [x]) == [1.0]
    assert gradient(x, []) == []
    assert (x.grad, y.grad, z.grad) == (0.0, 0.0, 0.0)


def test_wrapped_functions_keep_their_name() -> None:
    for transform in (grad, value_and_grad, jacobian, hessian):
        assert transform(affine).__name__ == "affine"


def test_branches_in_python_and_where() -> None:
    def f(x: Scalar) -> Scalar:
        return x * x if x > 1.0 else 5.0 * x

    for x, expected in ((2.0, 4.0), (0.5, 5.0)):
        assert grad(f)(x) == expected
        assert grad(lambda x: where(x > 1.0, x * x, 5.0 * x))(x) == expected


# --- stale graphs -----------------------------------------------------------------------


def test_higher_orders_need_the_recorded_data() -> None:
    x = Value(2.0)
    y = x**3
    y.label = "cube"
    x.data = 5.0
    assert gradient(y, [x]) == [12.0], "first order is stored"
    message = r"node 'cube' \(pow\) was recorded with other data: it holds 8.0, .* 125.0.*forward"
    with pytest.raises(StaleGraphError, match=message):
        gradient(y, [x], create_graph=True)
    y.forward()
    assert gradient(gradient(y, [x], create_graph=True)[0], [x]) == [30.0]


def test_an_inner_node_with_other_data_is_stale_too() -> None:
    x = Value(2.0)
    y = x * 3.0
    z = sin(y)
    y.data = 1.0
    with pytest.raises(StaleGraphError, match="sin was recorded with other data"):
        gradient(z, [x], create_graph=True)


# --- jvp, hvp ---------------------------------------------------------------------------


def test_jvp_of_structures() -> None:
    assert jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 10.0)) == (6.0, 23.0)
    assert jvp(lambda x: [x[0] * x[1], x[0]], [2.0, 3.0], [1.0, 0.0]) == ([6.0, 2.0], [3.0, 1.0])
    assert jvp(lambda d: {"y": d["x"] ** 2}, {"x": 3.0}, {"x": 2.0}) == ({"y": 9.0}, {"y": 12.0})
    assert jvp(lambda x: 5.0, 2.0, 1.0) == (5.0, 0.0)
    assert hvp(lambda x, y: x * x * y, (2.0, 3.0), (1.0, 0.0)) == (6.0, 4.0)
    with pytest.raises(ValueError, match=r"each of 2 scalars; got 1: tangents\[1\] is in one"):
        jvp(lambda x, y: x * y, (2.0, 3.0), (1.0,))


# --- oracles ----------------------------------------------------------------------------


def rosenbrock(x: Any) -> Any:
    return sum(100.0 * (b - a * a) ** 2 + (1.0 - a) ** 2 for a, b in pairwise(x))


def energy(lib: Any) -> Callable[[Any], Any]:
    def f(x: Any) -> Any:
        a, b, c = x[0], x[1], x[2]
        return lib.exp(a * b) / (c * c + 1.0) + lib.sin(a) ** 2 * lib.log(c) - lib.tanh(b / c) * a

    return f


POINT, DIRECTION = [0.3, -0.8, 1.7], [1.0, 0.5, -2.0]


def test_gradient_and_hessian_against_sympy() -> None:
    symbols = sympy.symbols("a b c")
    for ours, formula in (
        (rosenbrock, rosenbrock(symbols)),
        (energy(autograd), energy(sympy)(symbols)),
    ):
        at = dict(zip(symbols, map(sympy.Rational, POINT)))
        first = [float(formula.diff(s).subs(at).evalf(50)) for s in symbols]
        second = sympy.hessian(formula, symbols).subs(at).evalf(50).tolist()
        assert grad(ours)(POINT) == pytest.approx(first, rel=1e-12)
        for row, expected in zip(hessian(ours)(POINT), second, strict=True):
            assert row == pytest.approx([float(d) for d in expected], rel=1e-12, abs=1e-13)


def test_every_transformation_against_jax(jax_float64: Any) -> None:
    jax = jax_float64
    f, g = energy(autograd), energy(jax.numpy)
    at, direction = jax.numpy.array(POINT), jax.numpy.array(DIRECTION)
    close = {"rtol": 1e-13, "atol": 1e-14}
    check = numpy.testing.assert_allclose
    check(grad(f)(POINT), jax.grad(g)(at), **close)
    check(hessian(f)(POINT), jax.hessian(g)(at), **close)
    check(jvp(f, POINT, DIRECTION), jax.jvp(g, (at,), (direction,)), **close)
    check(hvp(f, POINT, DIRECTION), jax.hessian(g)(at) @ direction, **close)
    check(jacobian(grad(f))(POINT), jax.jacobian(jax.grad(g))(at), **close)
    check(grad(lambda x: hvp(f, x, DIRECTION)[1])(POINT),
          jax.grad(lambda x: (jax.hessian(g)(x) @ direction)[1])(at), **close)  # fmt: skip
    value, slope = jax.value_and_grad(g)(at)
    ours = value_and_grad(f)(POINT)
    check(ours[0], value, **close)
    check(ours[1], slope, **close)


def test_jacobian_against_pytorch() -> None:
    torch = pytest.importorskip("torch")

    def f(lib: Any, x: Any) -> Any:
        return [x[0] * lib.sin(x[1]), lib.exp(x[2] / x[0]), x[1] * x[1]]

    expected = torch.autograd.functional.jacobian(
        lambda x: torch.stack(f(torch, x)), torch.tensor(POINT, dtype=torch.float64)
    )
    ours = jacobian(lambda x: f(autograd, x))(POINT)
    numpy.testing.assert_allclose(ours, expected.numpy(), rtol=1e-14)


# --- errors -----------------------------------------------------------------------------

BAD: list[tuple[Callable[[], Any], str]] = [
    (lambda: grad(3), "grad needs a function, got int"),
    (lambda: jvp(3, 1.0, 1.0), "jvp needs a function, got int"),
    (lambda: grad(tanh, argnums="x"), "argnums"),
    (lambda: hessian(tanh, argnums=(0, 0)), "different ints"),
    (lambda: grad(tanh, argnums=(0, -1))(0.3), "different ints"),
    (lambda: grad(tanh, 0.3), "a point is given to the function that it returns"),
    (lambda: grad(tanh, argnums=1)(0.3), "argument 1, but the function was called with 1 pos"),
    (lambda: grad(lambda x: [x, x])(0.3), "got list of 2: use jacobian"),
    (lambda: grad(lambda x: x)(numpy.array([1.0])), "got ndarray of 1: use jacobian"),
    (lambda: grad(lambda x: None)(0.3), "the function's result needs a real number, got None"),
    (lambda: grad(tanh)("0.3"), "argument needs a real number, got '0.3' of type str"),
    (lambda: grad(lambda x: x[1]["k"])([1.0, {"k": None}]), r"argument\[1\]\['k'\] needs .* None"),
    (lambda: gradient(3.0, []), "gradient needs Values, got float"),  # type: ignore[arg-type]
    (lambda: gradient(Value(1.0), [2.0]), "gradient needs Values, got float"),  # type: ignore[list-item]
    (lambda: gradient(Value(1.0), Value(1.0)), r"write gradient\(output, \[x\]\)"),  # type: ignore[arg-type]
]  # fmt: skip


@pytest.mark.parametrize(("call", "message"), BAD)
def test_bad_input_is_named(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        call()
