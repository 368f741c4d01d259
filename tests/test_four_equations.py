"""Documents 001 and 003: forward and backward blocks, and BP1 to BP4, on any net.

The oracle knows nothing of the engine but the net's numbers: it runs the blocks with NumPy,
with each activation's derivative written out by mpmath.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import mpmath
import pytest
from optional import numpy as np

from autograd import Value
from nn import MLP, Layer, half_squared_error

# g and g' of each activation, in mpmath; None: linear.
ORACLES: dict[str | None, Callable[[Any], Any]] = {
    None: lambda z: z,
    "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
    "tanh": mpmath.tanh,
    "softplus": lambda z: mpmath.log(1 + mpmath.exp(z)),
    "silu": lambda z: z / (1 + mpmath.exp(-z)),
    "gelu": lambda z: z * mpmath.ncdf(z),
    "relu": lambda z: z if z > 0 else mpmath.mpf(0),
    "sin": mpmath.sin,
}


def _apply(name: str | None, z: np.ndarray) -> np.ndarray:
    with mpmath.workdps(40):
        return np.array([float(ORACLES[name](mpmath.mpf(x))) for x in z])


def _derivative(name: str | None, z: np.ndarray) -> np.ndarray:
    with mpmath.workdps(40):
        return np.array([float(mpmath.diff(ORACLES[name], mpmath.mpf(x))) for x in z])


def _data(values: list[Any]) -> np.ndarray:
    return np.array([v.data for v in values])


def _grads(values: list[Any]) -> np.ndarray:
    return np.array([v.grad for v in values])


def _weights(layer: Layer) -> np.ndarray:
    return np.array([_data(neuron.weights) for neuron in layer.neurons])


def _weight_grads(layer: Layer) -> np.ndarray:
    return np.array([_grads(neuron.weights) for neuron in layer.neurons])


def _biases(layer: Layer) -> list[Any]:
    return [neuron.bias for neuron in layer.neurons]


def _random_net(depth: int, seed: int) -> tuple[MLP, list[str | None], list[float], list[float]]:
    """Return a net of `depth` layers, their activations, and one sample."""
    random = Random(f"{depth} {seed}")
    n_in = random.randint(1, 5)
    sizes = [random.randint(1, 6) for _ in range(depth)]
    inside, last = random.choice(list(ORACLES)), random.choice(list(ORACLES))
    biases = [[random.uniform(-1, 1) for _ in range(n)] for n in sizes]
    net = MLP(n_in, sizes, inside, last, biases=biases, seed=seed)
    x = [random.uniform(-2, 2) for _ in range(n_in)]
    y = [random.uniform(-1, 1) for _ in range(sizes[-1])]
    return net, [inside] * (depth - 1) + [last], x, y


def assert_close(ours: np.ndarray, expected: np.ndarray) -> None:
    np.testing.assert_allclose(ours, expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
@pytest.mark.parametrize("seed", range(12))
def test_the_four_equations(depth: int, seed: int) -> None:
    net, activations, x, y = _random_net(depth, seed)
    C = half_squared_error(net(x), y)
    C.backward()
    layers = net.layers
    delta = [_grads(layer.z) for layer in layers]
    slope = [_derivative(g, _data(layer.z)) for g, layer in zip(activations, layers)]

    assert_close(delta[-1], (_data(layers[-1].a) - y) * slope[-1])  # BP1
    for k in range(depth - 1):
        assert_close(delta[k], _weights(layers[k + 1]).T @ delta[k + 1] * slope[k])  # BP2
    a_before = [np.array(x), *(_data(layer.a) for layer in layers)]
    for layer, d, a in zip(layers, delta, a_before):
        assert_close(_weight_grads(layer), np.outer(d, a))  # BP3
        assert_close(_grads(_biases(layer)), d)  # BP4
        assert_close(_data(layer.inputs), a)


def test_forward_and_backward_blocks_of_a_four_layer_net() -> None:
    """Document 001: z = W·a + b, a = g(z); da → dz = da·g'(z), dW = dz·aᵀ, db = dz, Wᵀ·dz."""
    activations: list[str | None] = ["tanh", "tanh", "tanh", "sigmoid"]
    biases = [[0.1 * (j - k) for j in range(n)] for k, n in enumerate((4, 4, 4, 1))]
    net = MLP(4, [4, 4, 4, 1], "tanh", "sigmoid", biases=biases, seed=7)
    x, y = [Value(v) for v in (0.5, -0.25, 1.0, 0.75)], 1.0
    half_squared_error(net(x), y).backward()

    a, cache = _data(x), []
    for layer, g in zip(net.layers, activations):  # forward, keeping what the way back needs
        W = _weights(layer)
        z = W @ a + _data(_biases(layer))
        cache.append((W, a, z))
        a = _apply(g, z)
        assert_close(_data(layer.z), z)
        assert_close(_data(layer.a), a)
    da = a - y
    for layer, g, (W, a_before, z) in reversed(list(zip(net.layers, activations, cache))):
        assert_close(_grads(layer.a), da)
        dz = da * _derivative(g, z)
        da = W.T @ dz
        assert_close(_weight_grads(layer), np.outer(dz, a_before))
        assert_close(_grads(_biases(layer)), dz)
        assert_close(_grads(layer.inputs), da)
    assert_close(_grads(x), da)


def test_a_net_of_one_bias_per_neuron_written_out_by_hand() -> None:
    """Document 004: the 2-2-1 sigmoid net; w11..w14 feed the hidden neurons, w21, w22 the last."""
    w11, w13, w12, w14, w21, w22 = 0.3, -0.4, 0.7, 0.2, -0.6, 0.9
    b11, b12, b21, x1, x2, y = 0.1, -0.2, 0.05, 0.8, -1.3, 0.4
    s = lambda z: 1 / (1 + np.exp(-z))  # noqa: E731
    a1, a2 = s(w11 * x1 + w13 * x2 + b11), s(w12 * x1 + w14 * x2 + b12)
    out = s(w21 * a1 + w22 * a2 + b21)
    z_ = (out - y) * out * (1 - out)
    h1, h2 = z_ * w21 * a1 * (1 - a1), z_ * w22 * a2 * (1 - a2)

    net = MLP(
        2, [2, 1], "sigmoid", "sigmoid",
        weights=[[[w11, w13], [w12, w14]], [[w21, w22]]], biases=[[b11, b12], b21],
    )  # fmt: skip
    half_squared_error(net([x1, x2]), y).backward()
    grads = {p.label: p.grad for p in net.parameters()}
    assert grads == pytest.approx(
        {
            "w1": h1 * x1, "w2": h1 * x2, "b_h1": h1, "w3": h2 * x1, "w4": h2 * x2, "b_h2": h2,
            "w5": z_ * a1, "w6": z_ * a2, "b_o1": z_,
        },
        rel=1e-12,
    )  # fmt: skip
