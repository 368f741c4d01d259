"""What type checkers are to say of right programs; `test_typing` runs them too."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

import autograd
from autograd import Condition, Value, clamp, dot, exp, gradient, log, logsumexp, where

Array = NDArray[Any]


def product(w: Value, x: Value) -> Value:
    return w * x


def neuron(weights: Sequence[Value], inputs: Sequence[float], bias: Value) -> Value:
    return (dot(weights, inputs) + bias).tanh()


def smooth(x: float) -> float:
    return exp(-x) / (1.0 + log(1.0 + x * x))


def arithmetic(a: Value, b: Value) -> None:
    assert_type(a + b, Value)
    assert_type(a - 2, Value)
    assert_type(2 * a, Value)
    assert_type(1.5 / a, Value)
    assert_type(a**2, Value)
    assert_type(2.0**a, Value)
    assert_type(a // 2, Value)
    assert_type(7 % a, Value)
    assert_type(divmod(a, b), tuple[Value, Value])
    assert_type(-a, Value)
    assert_type(+a, Value)
    assert_type(abs(a), Value)
    assert_type(round(a), Value)
    assert_type(round(a, 2), Value)
    assert_type(math.floor(a), Value)
    assert_type(math.ceil(a), Value)
    assert_type(math.trunc(a), Value)
    assert_type(a > b, Condition)
    assert_type(a <= 0, Condition)
    assert_type(product(a * 2, b + 1), Value)
    assert_type(neuron([a, b], [1.0, 2.0], a), Value)
    assert_type(a.data, float)
    assert_type(a.grad, float)


def methods(a: Value, b: Value) -> None:
    assert_type(a.exp(), Value)
    assert_type(a.tanh().sigmoid(), Value)
    assert_type(a.log2(), Value)
    assert_type(a.clamp(low=0.0, high=b), Value)
    assert_type(a.leaky_relu(slope=0.1), Value)
    assert_type(a.maximum(b), Value)
    assert_type(a.lgamma(), Value)
    (a * b).backward()
    assert_type((a * b).forward(), float)
    assert_type(a.to_text(), str)


def functions(a: Value, b: Value, x: float) -> None:
    assert_type(exp(a), Value)
    assert_type(exp(x), float)
    assert_type(exp(2), float)
    assert_type(smooth(x), float)
    assert_type(clamp(a, low=0), Value)
    assert_type(clamp(x, high=1.0), float)
    assert_type(clamp(x, 0.0, b), Value)
    assert_type(autograd.atan2(y=a, x=1.0), Value)
    assert_type(autograd.hypot(3.0, 4.0), float)
    assert_type(autograd.elu(a, alpha=0.5), Value)
    assert_type(where(a > b, x=a, y=0.0), Value)
    assert_type(where(a > b, 1.0, 0.0), Value)
    assert_type(where(x > 0.0, 1.0, 0.0), float)
    assert_type(autograd.polygamma(2, a), Value)


def sequences(a: Value, b: Value, x: float) -> None:
    assert_type(autograd.sum([a, b]), Value)
    assert_type(autograd.sum([x, 2.0]), float)
    assert_type(autograd.sum(a * k for k in range(3)), Value)
    assert_type(autograd.max((a, b)), Value)
    assert_type(autograd.mean(xs=[x, x]), float)
    assert_type(dot([a, b], [x, x]), Value)
    assert_type(dot([x], [x]), float)
    assert_type(logsumexp([a, 1.0]), Value)
    assert_type(autograd.softmax([a, b]), list[Value])
    assert_type(sum([a, b], start=Value(0.0)), Value)


def arrays(a: Value, row: Array) -> None:
    assert_type(exp(row), Array)
    assert_type(clamp(row, 0.0, 1.0), Array)
    assert_type(a * row, Array)


def derivatives(a: Value, b: Value) -> None:
    assert_type(gradient(a * b, [a, b]), list[float])
    assert_type(gradient(a * b, [a, b], create_graph=True), list[Value])
    assert_type(a.exp().op is exp, bool)


def main() -> None:
    a, b, x = Value(0.5, label="a"), Value(0.25), 0.75
    arithmetic(a, b)
    methods(a, b)
    functions(a, b, x)
    sequences(a, b, x)
    arrays(a, np.array([0.5, 1.0]))
    derivatives(a, b)
