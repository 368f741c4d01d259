"""The scalar programs that the eager engines are measured on, written once for all of them.

An engine is a context in which numbers become its variables and a result is differentiated;
only `+ - * / **` and `relu` are used, and `exp` and `log` where the engine has them.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

Program = Callable[[], Any]  # builds the graph and returns its output


def mlp(variable: Callable[[float], Any], inputs: int = 100, hidden: int = 30, outputs: int = 10):
    """A perceptron with one hidden ReLU layer, every weighted sum spelled out with + and *."""
    draw = random.Random(0).uniform
    first = [[variable(draw(-1, 1)) for _ in range(inputs)] for _ in range(hidden)]
    second = [[variable(draw(-1, 1)) for _ in range(hidden)] for _ in range(outputs)]
    x = [draw(-1, 1) for _ in range(inputs)]

    def program() -> Any:
        activations = []
        for row in first:
            total = variable(0.1)
            for w, xi in zip(row, x):
                total = total + w * xi
            activations.append(total.relu())
        loss = variable(0.0)
        for row in second:
            total = variable(0.2)
            for w, a in zip(row, activations):
                total = total + w * a
            loss = loss + total * total
        return loss

    return program, 2 * inputs * hidden + hidden + 2 * hidden * outputs + 2 * outputs


def mlp_dot(variable: Callable[[float], Any], inputs: int = 1000, hidden: int = 10):
    """A wide layer written with n-ary dot products; an operation is one term."""
    from autograd import dot

    draw = random.Random(0).uniform
    weights = [[variable(draw(-1, 1)) for _ in range(inputs)] for _ in range(hidden)]
    x = [variable(draw(-1, 1)) for _ in range(inputs)]

    def program() -> Any:
        loss = variable(0.0)
        for row in weights:
            total = dot(row, x)
            loss = loss + total * total
        return loss

    return program, inputs * hidden


def chain(variable: Callable[[float], Any], length: int = 20_000):
    """One operation after the other, as deep as it is long."""
    x = variable(1.0)

    def program() -> Any:
        y = x
        for _ in range(length):
            y = y + x
        return y

    return program, length


def fan_out(variable: Callable[[float], Any], width: int = 10_000):
    """One variable with many consumers."""
    x = variable(1.0)

    def program() -> Any:
        total = variable(0.0)
        for _ in range(width):
            total = total + x * x
        return total

    return program, 2 * width


def mix(variable: Callable[[float], Any], rows: int = 20, width: int = 16):
    """What a transformer is made of: softmax, division, powers, logarithms, sums."""
    draw = random.Random(0).uniform
    table = [[variable(draw(0.5, 1.5)) for _ in range(width)] for _ in range(rows)]

    def program() -> Any:
        loss = variable(0.0)
        for row in table:
            mean_square = variable(0.0)
            for x in row:
                mean_square = mean_square + x * x
            scale = (mean_square / width + 1e-5) ** -0.5
            exponentials = [(x * scale).exp() for x in row]
            total = variable(0.0)
            for e in exponentials:
                total = total + e
            loss = loss - (exponentials[0] / total).log()
        return loss

    return program, rows * (2 * width + 3 + 2 * width + width + 3)


WORKLOADS = {"mlp": mlp, "dot": mlp_dot, "chain": chain, "fan-out": fan_out, "mix": mix}
