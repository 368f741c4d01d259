"""A program written for micrograd runs with only its import changed, to the same numbers.

What it must not do differently: one backward pass per graph, as micrograd's users write it.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

PROGRAM = """
import random
from {package} import Value


class Neuron:
    def __init__(self, nin, nonlin):
        self.w = [Value(random.uniform(-1, 1)) for _ in range(nin)]
        self.b = Value(0)
        self.nonlin = nonlin

    def __call__(self, x):
        act = sum((wi * xi for wi, xi in zip(self.w, x)), self.b)
        return {activation} if self.nonlin else act

    def parameters(self):
        return self.w + [self.b]


class Layer:
    def __init__(self, nin, nout, nonlin):
        self.neurons = [Neuron(nin, nonlin) for _ in range(nout)]

    def __call__(self, x):
        out = [n(x) for n in self.neurons]
        return out[0] if len(out) == 1 else out

    def parameters(self):
        return [p for n in self.neurons for p in n.parameters()]


class MLP:
    def __init__(self, nin, nouts):
        sizes = [nin] + nouts
        self.layers = [
            Layer(sizes[i], sizes[i + 1], nonlin=i != len(nouts) - 1) for i in range(len(nouts))
        ]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]


random.seed(1337)
model = MLP(3, [4, 4, 1])
xs = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
ys = [1.0, -1.0, -1.0, 1.0]
print(len(model.parameters()))
for k in range(20):
    ypred = [model(x) for x in xs]
    data_loss = sum((yout - ygt) ** 2 for ygt, yout in zip(ys, ypred))
    margins = [(1 + -yi * scorei).relu() for yi, scorei in zip(ys, ypred)]
    reg = 1e-4 * sum(p * p for p in model.parameters())
    loss = data_loss / len(ys) + sum(margins) * (1.0 / len(margins)) + reg - 0.5
    for p in model.parameters():
        p.grad = 0.0
    loss.backward()
    print(repr(loss.data), *(repr(p.grad) for p in model.parameters()))
    for p in model.parameters():
        p.data -= 0.05 * p.grad
"""

# tanh and exp as methods: Values of micrograd's lecture have them, its package only relu.
ACTIVATIONS = {
    "relu": "act.relu()",
    "tanh": "act.tanh()",
    "exp": "((2 * act).exp() - 1) / ((2 * act).exp() + 1)",
    "arithmetic": "1 / (1 + 2.0 ** -1 * act ** 2) - act / 3",
}


def _run(package: str, activation: str) -> list[list[float]]:
    program = PROGRAM.format(package=package, activation=ACTIVATIONS[activation])
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=True
    )
    return [[float(word) for word in line.split()] for line in result.stdout.splitlines()]


@pytest.mark.parametrize("activation", ["relu", "arithmetic"])
def test_numbers_are_those_of_micrograd(activation: str) -> None:
    pytest.importorskip("micrograd")
    ours, theirs = _run("autograd", activation), _run("micrograd.engine", activation)
    assert len(ours) == 21
    for line, expected in zip(ours, theirs, strict=True):
        assert line == pytest.approx(expected, rel=1e-12, abs=1e-14)


def test_it_learns_with_each_way_to_write_the_activation() -> None:
    tanh, exp = _run("autograd", "tanh"), _run("autograd", "exp")
    assert tanh[-1][0] < tanh[1][0]
    for line, other in zip(tanh, exp, strict=True):  # two ways to write one function
        assert line == pytest.approx(other, rel=1e-9, abs=1e-12)


def test_the_expression_of_micrograds_readme() -> None:
    def expression(Value: Any) -> tuple[float, float, float]:
        a, b = Value(-4.0), Value(2.0)
        c = a + b
        d = a * b + b**3
        c += c + 1
        c += 1 + c + (-a)
        d += d * 2 + (b + a).relu()
        d += 3 * d + (b - a).relu()
        e = c - d
        f = e**2
        g = f / 2.0
        g += 10.0 / f
        g.backward()
        return g.data, a.grad, b.grad

    import autograd

    ours = expression(autograd.Value)
    assert [f"{x:.4f}" for x in ours] == ["24.7041", "138.8338", "645.5773"]
    micrograd = pytest.importorskip("micrograd.engine")
    assert ours == pytest.approx(expression(micrograd.Value), rel=1e-12)
