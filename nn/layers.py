"""Neurons, layers and multilayer perceptrons, labelled as in a textbook.

Each neuron is two nodes, net = w1·x1 + w2·x2 + ... + b·1 and out = g(net). Neurons and
layers keep those of their latest call as `z` and `a`: after `backward()` the error δ of a
layer can be read off as the gradients of its z.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import repeat
from random import Random
from typing import Any

from autograd import Value, dot, scope
from nn.activations import activation_name, find_activation
from nn.initial import (
    as_generator,
    check_biases,
    check_row,
    check_size,
    check_sizes,
    random_weights,
)
from nn.module import Module
from nn.nodes import as_node, as_row, check_count


class Neuron(Module):
    """One unit: z = w·x + b, a = g(z).

    Args:
        n_in: the number of inputs.
        activation: g, see `find_activation`; None for a = z.
        bias: its starting number, a Value to share with other neurons, or None for no bias.
        weights: n_in starting numbers; default: random, see `random_weights`.
        seed: for the random weights.
        name: such as "h1", which labels the nodes net_h1 and out_h1.

    Attributes:
        weights, bias: the parameters.
        z, a: the nodes of the latest call; None before the first.

    Raises:
        ValueError: there are not n_in weights, or n_in is less than 1.

    >>> f = Neuron(2, activation="sigmoid", weights=[2.0, -3.0], bias=-3.0)
    >>> print(f"{f([-1.0, -2.0]):.2f}")
    0.73
    """

    def __init__(
        self,
        n_in: int,
        activation: Any = "tanh",
        *,
        bias: Value | float | None = 0.0,
        weights: Iterable[float] | None = None,
        seed: int | Random | None = None,
        name: str = "",
    ) -> None:
        n_in = check_size("n_in", n_in)
        if weights is None:
            weights = random_weights(n_in, 1, seed)[0]
        numbers = check_row(f"weights of Neuron({n_in})", weights, n_in)
        suffix = f"_{name}" if name else ""
        self.activation = find_activation(activation)
        self._scope = f"neuron {name}".rstrip()
        self._net, self._out = f"net{suffix}", f"out{suffix}"
        self._z: Any = None
        self._a: Any = None
        with scope(self._scope):  # so that drawings box the weights with their neuron
            self.weights = [Value(x, f"w{k}") for k, x in enumerate(numbers, 1)]
            self.bias = None if bias is None else as_node(bias, f"b{suffix}")

    @property
    def z(self) -> Any:
        return self._z

    @property
    def a(self) -> Any:
        return self._a

    def __call__(self, inputs: Sequence[Any]) -> Any:
        """Return a = g(w·x + b) for n_in numbers or Values."""
        check_count("Neuron", len(self.weights), len(inputs))
        with scope(self._scope):
            if self.bias is None:
                z = dot(self.weights, inputs)
            else:
                z = dot((*self.weights, self.bias), (*inputs, 1.0))
            a = z if self.activation is None else self.activation(z)
        if not hasattr(type(a), "__apply_op__"):
            raise TypeError(
                f"activation {activation_name(self.activation)} must return a Value, "
                f"got {a!r:.60} of type {type(a).__name__}"
            )
        z.label = self._net
        a.label = self._out  # a linear unit has one node, which is its output
        self._z, self._a = z, a
        return a

    def __repr__(self) -> str:
        return f"Neuron({len(self.weights)}, activation={activation_name(self.activation)})"


class Layer(Module):
    """Neurons that share their inputs: z = W·x + b, a = g(z).

    Args:
        n_in: the number of inputs.
        n_out: the number of neurons.
        activation: g of every neuron, see `find_activation`; None for a = z.
        bias: "neuron" (one each), "layer" (one shared), "fixed" (one shared that is not
            trained) or None.
        weights: n_out rows of n_in starting numbers; default: random, see `random_weights`.
        biases: one starting number for all, or with bias="neuron" one each; default: 0.
        seed: for the random weights.
        name: put before the numbers of the neurons: "h" names them h1, h2, ...

    Attributes:
        neurons: the neurons.
        bias: the shared bias; None where there is none.
        inputs, z, a: the inputs and the nodes of the latest call; empty before the first.

    Raises:
        ValueError: a size does not fit, or there is no such kind of bias.

    Source: the layer blocks of document 001.

    >>> layer = Layer(2, 1, weights=[[0.5, -1.0]], biases=0.25, activation=None)
    >>> layer([1.0, 0.5])
    [Value(data=0.25, grad=0.0, label='out_1')]
    """

    def __init__(
        self,
        n_in: int,
        n_out: int,
        activation: Any = "tanh",
        *,
        bias: str | None = "neuron",
        weights: Iterable[Iterable[float]] | None = None,
        biases: Any = None,
        seed: int | Random | None = None,
        name: str = "",
    ) -> None:
        n_in, n_out = check_size("n_in", n_in), check_size("n_out", n_out)
        if weights is None:
            weights = random_weights(n_in, n_out, seed)
        rows = check_row(f"rows of weights of Layer({n_in}, {n_out})", weights, n_out)
        starts = check_biases(f"Layer({n_in}, {n_out})", bias, biases, n_out)
        self.bias: Value | None = None
        if bias in ("layer", "fixed"):
            self.bias = Value(starts[0], "b")
            starts = [self.bias] * n_out
        self._kind_of_bias = bias
        self._fixed = ("bias",) if bias == "fixed" else ()
        self._inputs: list[Any] = []
        self.neurons = [
            Neuron(n_in, activation, bias=start, weights=row, name=f"{name}{j}")
            for j, (row, start) in enumerate(zip(rows, starts), 1)
        ]
        _number_weights(self.neurons)

    @property
    def inputs(self) -> list[Any]:
        return self._inputs

    @property
    def z(self) -> list[Any]:
        return [neuron.z for neuron in self.neurons if neuron.z is not None]

    @property
    def a(self) -> list[Any]:
        return [neuron.a for neuron in self.neurons if neuron.a is not None]

    def __call__(self, inputs: Iterable[Any]) -> list[Any]:
        """Return the n_out activations for n_in numbers or Values."""
        row = as_row("Layer", inputs, len(self.neurons[0].weights))
        outputs = [neuron(row) for neuron in self.neurons]
        self._inputs = row
        return outputs

    def __repr__(self) -> str:
        n_in, activation = len(self.neurons[0].weights), self.neurons[0].activation
        return (
            f"Layer({n_in}, {len(self.neurons)}, activation={activation_name(activation)}, "
            f"bias={self._kind_of_bias!r})"
        )


class MLP(Module):
    """A multilayer perceptron: layers in a row.

    Weights are labelled w1, w2, ... neuron by neuron through the whole net; neurons are h1,
    h2, ... and o1, o2, ... and with several hidden layers h1_1, h1_2, ..., h2_1, ...; shared
    biases are b1, b2, ... by layer, a neuron's own is b_h1. Plain numbers as inputs become
    Values labelled i1, i2, ...

    Args:
        n_in: the number of inputs.
        sizes: the number of neurons of each layer, the output layer last.
        activation: g of the hidden layers, see `find_activation`; None for a = z.
        output_activation: g of the output layer; by default linear.
        bias: "neuron" (one each), "layer" (one per layer, shared), "fixed" (one per layer,
            shared and not trained) or None.
        weights: starting numbers, per layer one row for each neuron; default: random.
        biases: starting numbers, one entry per layer: a number, or with bias="neuron" also
            one number for each neuron; default: 0.
        seed: for the random weights; the same seed gives the same net.

    Attributes:
        layers: the layers, each with `neurons`, and `inputs`, `z` and `a` of the latest call.

    Raises:
        ValueError: a size does not fit, or there is no such kind of bias.

    >>> net = MLP(2, [3, 1], seed=0)
    >>> net([0.5, -1.0]).label
    'out_o1'
    >>> len(net.parameters())
    13
    """

    def __init__(
        self,
        n_in: int,
        sizes: Iterable[int],
        activation: Any = "tanh",
        output_activation: Any = None,
        *,
        bias: str | None = "neuron",
        weights: Iterable[Iterable[Iterable[float]]] | None = None,
        biases: Iterable[Any] | None = None,
        seed: int | Random | None = None,
    ) -> None:
        sizes = check_sizes(n_in, sizes)
        depth = len(sizes) - 1
        generator = as_generator(seed)
        rows = repeat(None) if weights is None else check_row("layers of weights", weights, depth)
        starts = repeat(None) if biases is None else check_row("layers of biases", biases, depth)
        hidden = [f"h{k}_" for k in range(1, depth)] if depth > 2 else ["h"]
        names = [*hidden[: depth - 1], "o"]
        activations = [activation] * (depth - 1) + [output_activation]
        self.layers = [
            Layer(m, n, g, bias=bias, weights=w, biases=b, seed=generator, name=name)
            for m, n, g, w, b, name in zip(sizes, sizes[1:], activations, rows, starts, names)
        ]
        for k, layer in enumerate(self.layers, 1):
            if layer.bias is not None:
                layer.bias.label = f"b{k}"
        _number_weights(neuron for layer in self.layers for neuron in layer.neurons)
        self._description = (
            f"MLP({n_in}, {sizes[1:]}, activation={activation_name(find_activation(activation))}, "
            f"output_activation={activation_name(self.layers[-1].neurons[0].activation)}, "
            f"bias={bias!r})"
        )

    def __call__(self, inputs: Iterable[Any]) -> Any:
        """Return the outputs for n_in numbers or Values: a list, or one Value for one output."""
        row = as_row("MLP", inputs, len(self.layers[0].neurons[0].weights))
        outputs = [as_node(x, f"i{k}") for k, x in enumerate(row, 1)]
        for layer in self.layers:
            outputs = layer(outputs)
        return outputs[0] if len(outputs) == 1 else outputs

    def __repr__(self) -> str:
        return self._description

    def _repr_markdown_(self) -> str:
        lines = ["| layer | inputs | neurons | activation | trained |", "|---|--:|--:|---|--:|"]
        for name, layer in _named(self.layers):
            first, n_out = layer.neurons[0], len(layer.neurons)
            activation = activation_name(first.activation) if first.activation else "linear"
            lines.append(
                f"| {name} | {len(first.weights)} | {n_out} | {activation} "
                f"| {len(layer.parameters())} |"
            )
        return "\n".join([f"`{self!r}`, {len(self.parameters())} parameters", "", *lines])


def _named(layers: list[Layer]) -> list[tuple[str, Layer]]:
    hidden = [f"hidden {k}" for k in range(1, len(layers))] if len(layers) > 2 else ["hidden"]
    return list(zip([*hidden[: len(layers) - 1], "output"], layers))


def _number_weights(neurons: Iterable[Neuron]) -> None:
    weights = (weight for neuron in neurons for weight in neuron.weights)
    for k, weight in enumerate(weights, 1):
        weight.label = f"w{k}"
