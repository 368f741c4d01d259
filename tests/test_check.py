"""check_gradients: it must pass what is right and name what is wrong."""

from __future__ import annotations

import math
from typing import Any

import pytest
from optional import numpy

import autograd
from autograd import GradientCheck, Op, Value, check_gradients, exp, relu, sin, tanh
from autograd.errors import GradientError

wrong_cube = Op("wrong_cube", lambda x: x**3, lambda out, x: (2.0 * x**2,))


def test_right_derivatives_pass_at_every_order() -> None:
    def f(x: Any, y: Any) -> Any:
        return sin(x * y) + exp(y) / (x * x + 1.0)

    for order in (1, 2, 3):
        report = check_gradients(f, [0.7, -0.4], order=order)
        assert report and report.passed and report.order == order
        assert report.error <= 1e-7 + 1e-5 * abs(report.expected)
        assert report.computed == pytest.approx(report.expected, rel=1e-5)


def test_a_wrong_rule_fails_and_is_named() -> None:
    def f(p: dict[str, Any], y: Any) -> Any:
        return p["scale"][0] * wrong_cube(y) + sin(y)

    with pytest.raises(GradientError) as caught:
        check_gradients(f, [{"scale": [1.5]}, 2.0])
    text = str(caught.value)
    assert "order 1 differ with central differences; the worst is at inputs[1]" in text
    report = check_gradients(f, [{"scale": [1.5]}, 2.0], raise_exception=False)
    assert not report and report.place == "inputs[1]" and report.order == 1
    assert report.computed == pytest.approx(1.5 * 8.0 + math.cos(2.0))
    assert report.expected == pytest.approx(1.5 * 12.0 + math.cos(2.0), rel=1e-8)
    assert report.error == pytest.approx(6.0, rel=1e-6)
    for number in (report.computed, report.expected, report.error):
        assert f"{number:.4g}" in text, "both numbers and the error are told"


def test_a_rule_that_is_right_on_floats_and_wrong_on_values_fails_at_second_order() -> None:
    def rule(out: Any, x: Any) -> tuple[Any]:
        return (2.0 * x.data if isinstance(x, Value) else 2.0 * x,)

    square = Op("square_once", lambda x: x * x, rule)
    assert check_gradients(square, [1.5])
    report = check_gradients(square, [1.5], order=2, raise_exception=False)
    assert (report.passed, report.order, report.computed) == (False, 2, 0.0)
    assert report.expected == pytest.approx(2.0)


def test_one_wrong_sign_among_many_inputs_is_found() -> None:
    wrong = Op("wrong_atan2", autograd.atan2.forward, lambda out, y, x: (
        x / (x * x + y * y), y / (x * x + y * y)
    ))  # fmt: skip

    def f(xs: list[Any]) -> Any:
        return autograd.sum([*[x * x for x in xs[:50]], wrong(xs[50], xs[51])])

    report = check_gradients(f, [[0.1 * i for i in range(52)]], raise_exception=False)
    assert not report and report.place == "inputs[0][51]"


def test_several_results_and_arrays() -> None:
    assert check_gradients(lambda x: [x * x, {"y": tanh(x)}, 3.0], [0.5], order=2)
    assert check_gradients(lambda a: (a * a).sum(), [numpy.array([1.0, 2.0])])
    assert check_gradients(lambda x, y: x * y, numpy.array([1.0, 2.0]))
    report = check_gradients(lambda x: [x, wrong_cube(x)], [2.0], raise_exception=False)
    assert report.expected == pytest.approx(12.0)


def test_methods_and_values_as_inputs() -> None:
    x = Value(0.3)
    assert check_gradients(lambda x: x.exp() * x, [x], order=2)
    assert (x.data, x.grad) == (0.3, 0.0), "inputs are not changed"


def test_a_kink_is_reported_as_different() -> None:
    report = check_gradients(relu, [0.0], raise_exception=False)
    assert (report.passed, report.computed, report.expected) == (False, 0.0, 0.5)


def test_tolerances_can_be_set() -> None:
    def f(x: Any) -> Any:
        return x**3

    assert check_gradients(f, [2.0])
    assert not check_gradients(f, [2.0], rtol=0.0, atol=0.0, raise_exception=False)
    assert check_gradients(wrong_cube, [2.0], atol=5.0)


def test_nothing_to_check_passes() -> None:
    assert check_gradients(lambda: 3.0, [])
    assert check_gradients(lambda x: 3.0, [1.0])


def test_report_is_text_and_data() -> None:
    report = check_gradients(tanh, [0.3])
    assert isinstance(report, GradientCheck)
    assert str(report).startswith("derivatives of order 1 agree with central differences")


def test_bad_input() -> None:
    with pytest.raises(ValueError, match="order >= 1, got 0"):
        check_gradients(tanh, [0.3], order=0)
    with pytest.raises(TypeError, match=r"write check_gradients\(f, \[x\]\)"):
        check_gradients(tanh, 0.3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="needs a function, got int"):
        check_gradients(3, [0.3])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"inputs\[0\]\[1\] needs a real number, got 'a'"):
        check_gradients(tanh, [[0.3, "a"]])
