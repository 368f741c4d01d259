"""`fit(..., compiled=True)` against the eager `fit`."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest

from nn import MLP, SGD, Adam, Layer, Neuron, fit, moons
from nn.compiled import parameter_arrays
from nn.losses import binary_cross_entropy, cross_entropy, half_squared_error, hinge, mse


def make(kind: str) -> Any:
    biases = {"mlp": "neuron", "shared": "layer", "fixed": "fixed", "none": None}
    if kind in biases:
        return MLP(2, [5, 4, 1], "tanh", bias=biases[kind], seed=3)
    return Neuron(2, "sigmoid", seed=1) if kind == "neuron" else Layer(2, 3, "relu", seed=2)


@pytest.mark.parametrize("kind", ["mlp", "shared", "fixed", "none", "neuron", "layer"])
@pytest.mark.parametrize("optimizer", [SGD, Adam])
def test_same_curve_and_parameters(kind: str, optimizer: Any) -> None:
    random = np.random.default_rng(0)
    inputs = random.normal(size=(20, 2)).tolist()
    targets = random.normal(size=(20, 3)).tolist() if kind == "layer" else [x[0] for x in inputs]
    curves, states = [], []
    for compiled in (False, True):
        model = make(kind)
        history = fit(
            model, inputs, targets, optimizer=optimizer(model.parameters(), lr=0.05),
            epochs=6, batch_size=8, seed=5, compiled=compiled,
        )  # fmt: skip
        curves.append(history.loss)
        states.append(model.state_dict())
    np.testing.assert_allclose(curves[1], curves[0], rtol=1e-10)
    np.testing.assert_allclose(
        list(states[1].values()), list(states[0].values()), rtol=1e-10, atol=1e-14
    )


@pytest.mark.parametrize("loss", [half_squared_error, mse, hinge])
def test_losses(loss: Any) -> None:
    inputs, labels = moons(12, seed=0)
    labels = [2.0 * label - 1.0 for label in labels]
    curves = [
        fit(MLP(2, [4, 1], seed=0), inputs, labels, loss=loss, epochs=4, compiled=compiled).loss
        for compiled in (False, True)
    ]
    np.testing.assert_allclose(curves[1], curves[0], rtol=1e-10)


@pytest.mark.parametrize("kind", [int, np.int64])
def test_classes_get_a_program_each(kind: Any) -> None:
    inputs = np.random.default_rng(0).normal(size=(15, 2)).tolist()
    labels = [kind(k % 3) for k in range(15)]
    curves = [
        fit(
            MLP(2, [4, 3], seed=0), inputs, labels, loss=cross_entropy, epochs=4,
            batch_size=4, compiled=compiled,
        ).loss
        for compiled in (False, True)
    ]  # fmt: skip
    np.testing.assert_allclose(curves[1], curves[0], rtol=1e-10)


def test_a_loss_that_branches_on_a_value_is_a_clear_error() -> None:
    net = MLP(2, [4, 1], seed=0)
    before = net.state_dict()
    with pytest.raises(TypeError, match=r"use autograd\.where"):
        fit(
            net, [[0.0, 1.0]], [1.0], loss=lambda out, t: out if out > t else t - out,
            epochs=1, compiled=True,
        )  # fmt: skip
    assert net.state_dict() == before


def test_parameters_are_grouped_into_arrays() -> None:
    arrays = parameter_arrays(MLP(2, [3, 1], seed=0))
    shapes = {name: np.shape(np.array(rows, dtype=object)) for name, rows in arrays.items()}
    assert shapes == {
        "layers.0.neurons.weights": (3, 2), "layers.1.neurons.weights": (1, 3),
        "layers.0.neurons.bias": (3,), "layers.1.neurons.bias": (1,),
    }  # fmt: skip


def test_a_net_is_whole_after_compiled_training() -> None:
    net = MLP(1, [2, 1], seed=0)
    before = net([0.5])
    fit(net, [[1.0], [2.0]], [1.0, 0.0], epochs=1, compiled=True)
    assert net.layers[-1].neurons[0].a is before
    assert repr(copy.deepcopy(net)) == repr(net)
    assert pickle.loads(pickle.dumps(net)).state_dict() == net.state_dict()


def test_sure_and_right_probabilities_give_no_nan() -> None:
    def curve(compiled: bool) -> list[float]:
        net = MLP(1, [1], None, "sigmoid", weights=[[[100.0]]])
        optimizer = SGD(net.parameters(), lr=0.1)
        return fit(
            net, [[1.0], [-10.0]], [1, 0], loss=binary_cross_entropy, optimizer=optimizer,
            epochs=2, compiled=compiled,
        ).loss  # fmt: skip

    assert curve(compiled=True) == curve(compiled=False) == [0.0, 0.0]
