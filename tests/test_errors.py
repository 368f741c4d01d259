"""Bad input: the right type of error, a text that names the remedy, and nothing half-changed."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from optional import numpy

import autograd
from autograd import Value, atan2, clamp, dot, logsumexp, softmax, tanh, where

NO_NUMBERS: list[tuple[Any, str]] = [
    ("3", r"got '3' of type str: convert it with float\(...\) first"),
    (b"3", "of type bytes: convert it with float"),
    (None, r"got None: pass a number, such as 0.0"),
    (1 + 2j, r"got \(1\+2j\) of type complex: only real numbers .*; pass its .real"),
    ([1.0], "a list: a Value is one scalar; make one Value per element"),
    ({}, "a dict: a Value is one scalar"),
    (Value(1.0), "a Value: it already is a node; pass its .data"),
    (Value(1.0) > 0, "a Condition: it already is a node"),
    (object(), "of type object: pass a float"),
    ("9" * 1000, "got '9{10,60} of type str"),
]  # fmt: skip
if numpy:
    NO_NUMBERS += [
        (numpy.complex128(1j), "of type complex128: only real numbers"),
        (numpy.ones((2, 3)), r"a ndarray of shape \(2, 3\): a Value is one scalar; pass one elem"),
        (numpy.array(2.0), r"a ndarray without axes: pass its number, x.item\(\)"),
    ]
IDS = [type(x).__name__ + str(i) for i, (x, _) in enumerate(NO_NUMBERS)]


@pytest.mark.parametrize(("thing", "message"), NO_NUMBERS, ids=IDS)
def test_what_is_no_real_number_is_refused(thing: Any, message: str) -> None:
    with pytest.raises(
        TypeError, match=f"^Value needs a real number, got .*{message.removeprefix('got ')}"
    ):
        Value(thing)
    v = Value(1.5, label="v")
    v.grad = 2.5
    with pytest.raises(TypeError, match=r"Value\.data needs a real number"):
        v.data = thing
    with pytest.raises(TypeError, match=r"Value\.grad needs a real number"):
        v.grad = thing
    assert repr(v) == "Value(data=1.5, grad=2.5, label='v')", "unchanged"


@pytest.mark.parametrize("thing", ["3", None, [1.0], {}, object()], ids=lambda x: type(x).__name__)
def test_operators_refuse_it_as_python_does(thing: Any) -> None:
    v = Value(1.0)
    operations: list[Callable[[], Any]] = [
        lambda: v + thing, lambda: thing - v, lambda: v * thing, lambda: thing / v,
        lambda: v**thing, lambda: thing**v,
    ]  # fmt: skip
    for operation in operations:
        with pytest.raises(TypeError, match=r"operand|concatenate|multiply sequence|as an integer"):
            operation()


def test_labels_are_strings() -> None:
    with pytest.raises(TypeError, match=r"Value\.label needs a str or None, got int"):
        Value(1.0, label=3)  # type: ignore[arg-type]
    v = Value(1.0, label="a")
    with pytest.raises(TypeError, match=r"Value\.label needs a str"):
        v.label = 3  # type: ignore[assignment]
    assert v.label == "a"


FLOATING = [math.exp, math.sin, float, *([numpy.float64] if numpy else [])]


@pytest.mark.parametrize("function", FLOATING, ids=repr)
def test_a_value_does_not_become_a_float(function: Callable[[Any], Any]) -> None:
    with pytest.raises(TypeError) as caught:
        function(Value(0.5, label="x"))
    assert "autograd.exp(v), not math.exp(v)" in str(caught.value)
    assert "v.data" in str(caught.value)


FUNCTIONS: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: tanh(), TypeError, "tanh takes 1 operand, got 0"),
    (lambda: tanh(Value(1.0), 2.0), TypeError, "tanh takes 1 operand, got 2"),
    (lambda: atan2(Value(1.0)), TypeError, "atan2 takes 2 operands, got 1"),
    (lambda: clamp(1.0, 2.0, 3.0, 4.0), TypeError, "clamp takes 3 operands, got 4"),
    (lambda: tanh("0.5"), TypeError, "tanh needs a real number, got '0.5' of type str"),
    (lambda: tanh(None), TypeError, "tanh needs a real number, got None"),
    (lambda: tanh([0.5]), TypeError, "tanh needs a real number, got a list"),
    (lambda: atan2(Value(1.0), "2"), TypeError, "atan2 needs a real number, got '2'"),
    (lambda: where("yes", Value(1.0), 2.0), TypeError, "where needs a real number, got 'yes'"),
    (lambda: where(True, Value(1.0), None), TypeError, "where needs a real number, got None"),
    (lambda: autograd.sum(Value(1.0)), TypeError, r"got one Value: write sum\(\[a, b, ...\]\)"),
    (lambda: autograd.sum(1.0, 2.0), TypeError, "sum takes 1 sequence, got 2"),
    (lambda: autograd.sum([Value(1.0), "2"]), TypeError, "sum needs a real number, got '2'"),
    (lambda: dot([1.0]), TypeError, "dot takes 2 sequences, got 1"),
    (lambda: dot([1.0], 2.0), TypeError, "dot takes a sequence of Values .*, got one float"),
    (lambda: dot([Value(1.0)], [1.0, 2.0]), ValueError, "equal length, got 1 and 2"),
    (lambda: dot([Value(1.0)], [None]), TypeError, "dot needs a real number, got None"),
    (lambda: softmax(Value(1.0)), TypeError, "softmax takes a sequence"),
    (lambda: logsumexp(3.0), TypeError, "logsumexp takes a sequence"),
    (lambda: autograd.nothing, AttributeError, "module 'autograd' has no attribute 'nothing'"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "kind", "message"), FUNCTIONS)
def test_functions_say_what_they_need(
    call: Callable[[], Any], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message):
        call()


def test_errors_can_be_caught_by_kind() -> None:
    assert issubclass(autograd.DomainError, autograd.AnomalyError)
    assert issubclass(autograd.DomainError, ValueError)
    assert issubclass(autograd.AnomalyError, ArithmeticError)
    assert issubclass(autograd.StaleGraphError, RuntimeError)
    assert issubclass(autograd.GradientError, AssertionError)
    assert issubclass(autograd.GraphSizeError, ValueError)


@pytest.mark.parametrize("line", ["autograd.sqroot", "nn.fitt"])
def test_a_mistyped_name_is_answered_with_a_suggestion(line: str) -> None:
    if sys.implementation.name == "pypy":
        pytest.skip("PyPy suggests no names")
    command = [sys.executable, "-P", "-c", f"import autograd, nn; {line}"]
    result = subprocess.run(command, capture_output=True, text=True)
    meant = {"autograd.sqroot": "sqrt", "nn.fitt": "fit"}[line]
    # Python 3.15 has other words for it, and a point before the name.
    assert re.search(rf"Did you mean:? '\.?{meant}'", result.stderr)
