"""`Module`: finding, saving and loading parameters."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import pytest
from optional import numpy

from autograd import Value, no_grad
from nn import MLP, Module


class Branches(Module):
    """Holds parameters in every way that is allowed, and things that are none."""

    def __init__(self) -> None:
        self.scale = Value(2.0)
        self.inner = {"a": MLP(1, [1], bias=None, weights=[[[3.0]]]), "b": Value(4.0)}
        self.pairs = [(Value(5.0), self.scale), (self.inner["a"], 7)]
        self.computed = self.scale * 2.0
        self._cache = Value(6.0)
        self.name = "no parameter"


def test_parameters_are_found_in_nested_attributes_once_and_in_order() -> None:
    named = Branches().named_parameters()
    assert [(name, p.data) for name, p in named] == [
        ("scale", 2.0),
        ("inner.b", 4.0),
        ("pairs.0.0", 5.0),
        ("inner.a.layers.0.neurons.0.weights.0", 3.0),
    ]


@pytest.mark.parametrize(
    ("bias", "trained", "kept"), [("neuron", 9, 9), ("layer", 8, 8), ("fixed", 6, 8), (None, 6, 6)]
)
def test_bias_conventions_differ_in_what_is_trained(
    bias: str | None, trained: int, kept: int
) -> None:
    net = MLP(2, [2, 1], bias=bias, seed=0)
    assert len(net.parameters()) == trained
    assert len(net.state_dict()) == kept
    assert [p for _, p in net.named_parameters()] == net.parameters()


def test_names_are_dotted_paths() -> None:
    names = [name for name, _ in MLP(1, [2], bias="layer", seed=0).named_parameters()]
    assert names == [
        "layers.0.bias",
        "layers.0.neurons.0.weights.0",
        "layers.0.neurons.1.weights.0",
    ]
    own = [name for name, _ in MLP(1, [1], seed=0).named_parameters()]
    assert own == ["layers.0.neurons.0.weights.0", "layers.0.neurons.0.bias"]


def test_calls_add_no_parameters() -> None:
    net = MLP(2, [2, 1], seed=0)
    before = net.parameters()
    net([1.0, 2.0])
    with no_grad():  # makes leaves of what is computed
        net([1.0, 2.0])
    assert net.parameters() == before


def test_zero_grad_also_clears_fixed_biases() -> None:
    net = MLP(1, [1], bias="fixed", weights=[[[2.0]]], biases=[1.0])
    net([3.0]).backward()
    assert [v.grad for v in net.layers[0].neurons[0].weights] == [3.0]
    assert net.layers[0].bias is not None and net.layers[0].bias.grad == 1.0
    net.zero_grad()
    assert net.layers[0].neurons[0].weights[0].grad == 0.0 == net.layers[0].bias.grad


@pytest.mark.parametrize("bias", ["neuron", "layer", "fixed", None])
def test_state_carries_a_net_over(bias: str | None) -> None:
    source = MLP(2, [3, 2], bias=bias, seed=1, biases=None if bias is None else [0.3, 0.4])
    target = MLP(2, [3, 2], bias=bias, seed=2)
    target.load_state_dict(source.state_dict())
    for ours, theirs in zip(target([0.5, -1.0]), source([0.5, -1.0])):
        assert ours.data == theirs.data


def _state(**changes: object) -> dict[str, object]:
    return {**MLP(2, [2, 1], seed=3).state_dict(), **changes}


def _without(name: str) -> dict[str, object]:
    return {key: x for key, x in _state().items() if key != name}


@pytest.mark.parametrize(
    ("state", "error", "words"),
    [
        (MLP(2, [3, 1]).state_dict(), ValueError, r"layers\.0\.neurons has 3 entries, expected 2"),
        (MLP(3, [2, 1]).state_dict(), ValueError, r"weights has 3 entries, expected 2"),
        (
            MLP(2, [2, 2, 1]).state_dict(),
            ValueError,
            r"layers has 3 entries, expected 2.*and \d+ more",
        ),
        (_without("layers.1.neurons.0.bias"), ValueError, r"missing: layers\.1\.neurons\.0\.bias$"),
        (_state(extra=1.0), ValueError, r"MLP\(2, \[2, 1\].*unexpected: extra$"),
        ({}, ValueError, "missing"),
        ("net.json", TypeError, "takes a dict of numbers, got a str: read the file first"),
        (_state(**{"layers.1.neurons.0.bias": "7"}), TypeError, r"layers\.1\.neurons\.0\.bias"),
        (_state(**{"layers.1.neurons.0.bias": [1.0, 2.0]}), TypeError, "one scalar"),
    ],
)
def test_a_wrong_state_is_refused_and_changes_nothing(
    state: dict[str, object], error: type[Exception], words: str
) -> None:
    net = MLP(2, [2, 1], seed=0)
    before = net.state_dict()
    with pytest.raises(error, match=words):
        net.load_state_dict(state)
    assert net.state_dict() == before


def test_a_state_goes_through_a_file_of_numpy(tmp_path: Path) -> None:
    net, other = MLP(2, [2, 1], seed=0), MLP(2, [2, 1], seed=1)
    numpy.savez(tmp_path / "net.npz", **net.state_dict())
    with numpy.load(tmp_path / "net.npz") as state:
        other.load_state_dict(state)
    assert other.state_dict() == net.state_dict()


def test_a_net_is_copied_and_pickled_with_its_state() -> None:
    net = MLP(2, [2, 1], "relu", bias="fixed", seed=0)
    net([0.5, -1.0])
    for twin in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert twin.state_dict() == net.state_dict()
        assert not {id(p) for p in twin.parameters()} & {id(p) for p in net.parameters()}
        assert len(twin.parameters()) == len(net.parameters())
        assert twin([2.0, 1.0]).data == net([2.0, 1.0]).data


def test_a_module_without_call_says_so() -> None:
    with pytest.raises(NotImplementedError, match="Module does not say how to"):
        Module()([1.0])
    assert repr(Branches()) == "Branches(4 parameters)"


class Arrays(Module):
    def __init__(self) -> None:
        self.w = numpy.array([[Value(1.0), Value(2.0)]])
        self.numbers = numpy.ones(2)


def test_arrays_of_values_hold_parameters() -> None:
    assert [name for name, _ in Arrays().named_parameters()] == ["w.0.0", "w.0.1"]
    assert Arrays().state_dict() == {"w.0.0": 1.0, "w.0.1": 2.0}
