"""Neurons, layers and nets: labels, scopes, one node per sum, errors, reproducibility."""

from __future__ import annotations

import math
from typing import Any

import pytest
from optional import numpy as np

import autograd
from autograd import Op, Value, scope, sigmoid, tanh, topological_order
from nn import MLP, Layer, Module, Neuron, half_squared_error


def _example(**options: Any) -> MLP:
    weights = [[[0.15, 0.20], [0.25, 0.30]], [[0.40, 0.45], [0.50, 0.55]]]
    return MLP(2, [2, 2], "sigmoid", "sigmoid", weights=weights, biases=[0.35, 0.60], **options)


def _labels(output: Value) -> set[str | None]:
    return {v.label for v in topological_order(output) if isinstance(v, Value) and v.label}


def test_labels_are_those_of_the_document() -> None:
    E = half_squared_error(_example(bias="fixed")([0.05, 0.10]), [0.01, 0.99])
    assert _labels(E) == {
        "i1", "i2", "t1", "t2", "b1", "b2", "w1", "w2", "w3", "w4", "w5", "w6", "w7", "w8",
        "net_h1", "net_h2", "net_o1", "net_o2", "out_h1", "out_h2", "out_o1", "out_o2",
        "E_o1", "E_o2", "E",
    }  # fmt: skip
    by_label = {v.label: v.data for v in topological_order(E)}
    assert [by_label[f"w{k}"] for k in range(1, 9)] == [
        0.15,
        0.20,
        0.25,
        0.30,
        0.40,
        0.45,
        0.50,
        0.55,
    ]


def test_deeper_nets_number_their_hidden_layers() -> None:
    labels = _labels(MLP(1, [2, 1, 1], seed=0)([1.0]))
    assert {"net_h1_2", "out_h2_1", "b_h1_1", "b_o1", "out_o1", "w5"} <= labels
    assert "net_h1" not in labels


def test_labels_of_nodes_that_have_one_stay() -> None:
    x = Value(1.0, label="x")
    anonymous = Value(2.0)
    labels = _labels(MLP(3, [1], seed=0)([x, anonymous, 3.0]))
    assert {"x", "i3"} <= labels
    assert anonymous.label is None


def test_the_weighted_sum_is_one_node_with_the_bias_times_one() -> None:
    net = _example(bias="layer")
    net([0.05, 0.10])
    z = net.layers[0].z[0]
    assert z.op is autograd.dot
    assert [getattr(x, "label", x) for x in z.operands] == ["w1", "w2", "b1", "i1", "i2", 1.0]
    assert z.local_derivatives[2] == 1.0
    assert net.layers[0].a[0].operands == (z,)


def test_without_bias_there_is_no_term_for_it() -> None:
    neuron = Neuron(2, None, bias=None, weights=[2.0, 3.0])
    assert neuron([5.0, 7.0]).data == 31.0
    assert len(neuron.z.operands) == 4


def test_a_neuron_boxes_its_weights_and_nodes() -> None:
    net = _example(bias="neuron")
    E = half_squared_error(net([0.05, 0.10]), [0.01, 0.99])
    boxed = {v.label: v.scope for v in topological_order(E) if v.label and v.scope}
    assert {name for name, where in boxed.items() if where == "neuron h1"} == {
        "w1", "w2", "b_h1", "net_h1", "out_h1",
    }  # fmt: skip
    assert {v.scope for v in topological_order(E)} == {
        "", "neuron h1", "neuron h2", "neuron o1", "neuron o2",
    }  # fmt: skip


def test_scopes_around_a_call_come_first() -> None:
    net = MLP(1, [1], seed=0)
    with scope("encoder"):
        assert net([1.0]).scope == "encoder/neuron o1"


def test_layers_keep_inputs_z_and_a_of_the_latest_call() -> None:
    net = _example()
    assert net.layers[0].z == net.layers[0].a == net.layers[0].inputs == []
    net([1.0, 1.0])
    outputs = net([0.05, 0.10])
    hidden, last = net.layers
    assert [x.data for x in hidden.inputs] == [0.05, 0.10]
    assert last.inputs == hidden.a
    assert last.a == outputs
    assert [z.label for z in hidden.z] == ["net_h1", "net_h2"]
    assert [n.z for n in hidden.neurons] == hidden.z


def test_a_linear_unit_is_one_node() -> None:
    net = MLP(1, [1], weights=[[[2.0]]], biases=[0.5])
    out = net([3.0])
    assert out.data == 6.5
    assert net.layers[0].z == net.layers[0].a == [out]
    assert out.label == "out_o1"


def test_by_default_tanh_inside_and_linear_at_the_output() -> None:
    net = MLP(1, [1, 1], weights=[[[2.0]], [[3.0]]])
    assert net([0.5]).data == 3.0 * math.tanh(1.0)


cube = Op("cube", lambda x: x**3, lambda out, x: (3 * x**2,))


class Prelu(Module):
    """An activation with a parameter."""

    def __init__(self) -> None:
        self.slope = Value(0.25)

    def __call__(self, z: Any) -> Any:
        return autograd.where(z > 0, z, self.slope * z)


@pytest.mark.parametrize(
    ("activation", "expected"),
    [
        (None, -2.0),
        ("tanh", math.tanh(-2.0)),
        (tanh, math.tanh(-2.0)),
        ("leaky_relu", -0.02),
        (cube, -8.0),
        (lambda z: z * z + 1.0, 5.0),
        (lambda z: z, -2.0),
        (Prelu(), -0.5),
    ],
)
def test_activations_by_name_op_and_function(activation: Any, expected: float) -> None:
    neuron = Neuron(1, activation, weights=[1.0])
    assert neuron([-2.0]).data == expected
    assert neuron.a.label == "out"


def test_an_activation_may_have_parameters() -> None:
    net = MLP(1, [2, 1], activation=Prelu(), seed=0)
    names = [name for name, _ in net.named_parameters()]
    assert [name for name in names if "slope" in name] == ["layers.0.neurons.0.activation.slope"]


@pytest.mark.parametrize(
    ("activation", "error", "words"),
    [
        ("swish", ValueError, "unknown activation 'swish': pass one of .*tanh"),
        ("Value", ValueError, "unknown activation"),
        ("atan2", ValueError, "unknown activation"),
        (autograd.atan2, ValueError, "more than one operand"),
        (autograd.dot, ValueError, "more than one operand"),
        (3.0, TypeError, "function of one Value"),
    ],
)
def test_what_is_no_activation_is_refused(
    activation: Any, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        MLP(2, [2], output_activation=activation)


def test_an_activation_must_return_a_value() -> None:
    with pytest.raises(TypeError, match=r"must return a Value, got 1\.0 of type float"):
        Neuron(1, lambda z: 1.0)([2.0])


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: MLP(2, [2])([1.0, 2.0, 3.0]), ValueError, "MLP expects 2 inputs, got 3"),
        (lambda: MLP(1, [2])([]), ValueError, "MLP expects 1 input, got 0"),
        (lambda: Layer(2, 2)([1.0]), ValueError, "Layer expects 2 inputs, got 1"),
        (lambda: Neuron(2)([1.0]), ValueError, "Neuron expects 2 inputs, got 1"),
        (lambda: MLP(1, [1])(0.5), TypeError, "sequence of 1 numbers or Values, got one float"),
        (lambda: MLP(1, [1])(["0.5"]), TypeError, "real number"),
        (lambda: MLP(0, [1]), ValueError, "n_in must be at least 1, got 0"),
        (lambda: MLP(2.5, [1]), TypeError, "n_in must be a whole number"),
        (lambda: MLP(2, []), ValueError, "at least one layer"),
        (lambda: MLP(2, [3, 0]), ValueError, r"sizes\[1\] must be at least 1"),
        (lambda: MLP(2, 3), TypeError, "sizes is a list"),
        (lambda: MLP(2, [1], bias="shared"), ValueError, "got 'shared'"),
        (lambda: MLP(2, [1], bias=None, biases=[0.1]), ValueError, "takes no biases"),
        (lambda: MLP(2, [1], bias="layer", biases=[[0.1]]), ValueError, "one number"),
        (lambda: MLP(2, [2], biases=[[0.1]]), ValueError, "biases: expected 2, got 1"),
        (lambda: MLP(2, [2, 1], biases=[0.1]), ValueError, "layers of biases: expected 2, got 1"),
        (lambda: MLP(2, [1], weights=[[[1.0]]]), ValueError, r"Neuron\(2\): expected 2, got 1"),
        (lambda: MLP(2, [1], weights=[[1.0, 2.0]]), ValueError, "rows of weights of Layer"),
        (lambda: MLP(2, [1], weights=[1.0]), TypeError, "expected a sequence of 1"),
        (lambda: MLP(1, [1], weights=[[["1"]]]), TypeError, "real number"),
    ],
)
def test_wrong_sizes_and_types_are_refused(call: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()


def test_one_output_is_a_value_and_more_are_a_list() -> None:
    assert isinstance(MLP(1, [1], seed=0)([1.0]), Value)
    assert isinstance(MLP(1, [2], seed=0)([1.0]), list)
    assert isinstance(Layer(1, 1, seed=0)([1.0]), list)


def test_inputs_may_be_values_numbers_and_arrays() -> None:
    net = MLP(2, [2, 1], seed=0)
    x = [Value(0.5), Value(-1.0)]
    net(x).backward()
    assert all(v.grad != 0.0 for v in x)
    expected = net([0.5, -1.0]).data
    assert net(np.array([0.5, -1.0])).data == net(v for v in (0.5, -1)).data == expected


def test_seeds_make_nets_reproducible() -> None:
    first, again, other = (MLP(3, [4, 2], seed=s).state_dict() for s in (1, 1, 2))
    assert first == again != other
    assert MLP(1, [1]).state_dict() != MLP(1, [1]).state_dict()
    assert Neuron(2, seed=5).state_dict() == Neuron(2, seed=5).state_dict()


def test_random_weights_stay_within_their_limit_and_use_it() -> None:
    layer = Layer(40, 20, seed=0)
    sizes = [abs(w.data) for neuron in layer.neurons for w in neuron.weights]
    limit = math.sqrt(6 / 60)
    assert 0.95 * limit < max(sizes) <= limit
    assert all(neuron.bias is not None and neuron.bias.data == 0.0 for neuron in layer.neurons)


def test_biases_are_given_per_layer_or_per_neuron() -> None:
    net = MLP(1, [2, 1], biases=[[0.1, 0.2], 0.3], seed=0)
    biases = [n.bias.data for layer in net.layers for n in layer.neurons if n.bias is not None]
    assert biases == [0.1, 0.2, 0.3]


def test_weights_may_be_arrays() -> None:
    W = np.array([[0.5, -1.0], [2.0, 0.25]])
    net = MLP(2, [2], weights=[W], biases=[np.array([1.0, -1.0])])
    assert [y.data for y in net([2.0, 4.0])] == list(W @ [2.0, 4.0] + [1.0, -1.0])


def test_representations() -> None:
    net = MLP(2, [3, 3, 1], "relu", sigmoid, bias="fixed")
    assert repr(net) == (
        "MLP(2, [3, 3, 1], activation=relu, output_activation=sigmoid, bias='fixed')"
    )
    assert repr(net.layers[0]) == "Layer(2, 3, activation=relu, bias='fixed')"
    assert repr(net.layers[0].neurons[0]) == "Neuron(2, activation=relu)"
    lines = net._repr_markdown_().splitlines()
    assert "18 parameters" in lines[0]
    assert [line for line in lines if line.startswith("| hidden 2 | 3 | 3 | relu | 9 |")]
    assert lines[-1] == "| output | 3 | 1 | sigmoid | 3 |"
    assert "| hidden | 1 | 2 |" in MLP(1, [2, 1])._repr_markdown_()


def test_a_shared_bias_gets_the_sum_of_its_neurons_gradients() -> None:
    # Against the same net with a bias for each neuron: the shared one gets their sum.
    shared, own = _example(bias="layer"), _example(bias="neuron")
    for net in (shared, own):
        half_squared_error(net([0.05, 0.10]), [0.01, 0.99]).backward()
    for one, many in zip(shared.layers, own.layers):
        assert one.bias is not None
        parts = [n.bias.grad for n in many.neurons if n.bias is not None]
        assert one.bias.grad == pytest.approx(math.fsum(parts), rel=1e-14)


def test_a_bias_gets_the_sum_of_a_batchs_gradients() -> None:
    batch = [([0.5, -1.0], 0.3), ([1.5, 0.25], -0.2), ([-0.75, 2.0], 0.9)]
    net = MLP(2, [3, 1], seed=4)
    each = []
    for x, t in batch:
        net.zero_grad()
        half_squared_error(net(x), t).backward()
        each.append([p.grad for p in net.parameters()])
    net.zero_grad()
    autograd.sum([half_squared_error(net(x), t) for x, t in batch]).backward()
    for p, parts in zip(net.parameters(), zip(*each)):
        assert p.grad == pytest.approx(math.fsum(parts), rel=1e-12, abs=1e-15)
