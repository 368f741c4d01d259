"""`nn.save` and `nn.load`: what files hold, who else reads them, and files that do not fit."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograd import Value, tanh
from nn import MLP, Layer, Module, Neuron, load, save

np = pytest.importorskip("numpy")
library = pytest.importorskip("safetensors.numpy")


class Attention(Module):
    """Holds Values in nested rows, in an array, one by one, shared, and rows of two lengths."""

    def __init__(self, start: float) -> None:
        self.query = [[Value(start + i + j) for j in range(3)] for i in range(2)]
        self.array = np.array([Value(start), Value(start + 1.0)], dtype=object)
        self.scale = Value(start / 7.0)
        self.tied = {"scale": self.scale, "ragged": [[Value(start)], [Value(2.0), Value(start)]]}
        self.parts = (MLP(2, [2, 1], seed=int(start)), Neuron(2, seed=int(start)))
        self.computed = self.scale * 2.0
        self.name = "no number"


NETS: dict[str, Callable[[int], Module]] = {
    **{
        f"bias={bias}": lambda k, bias=bias: MLP(
            3, [4, 2], seed=k, bias=bias, biases=[0.25 * k, -0.5 * k] if bias else None
        )
        for bias in ("neuron", "layer", "fixed", None)
    },
    "Layer": lambda k: Layer(3, 2, seed=k),
    "Neuron": lambda k: Neuron(3, seed=k, bias=0.5 * k),
    "Attention": lambda k: Attention(float(k)),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "net.safetensors"


@pytest.mark.parametrize("kind", NETS)
def test_a_net_gets_back_every_number(kind: str, path: Path) -> None:
    net, other = NETS[kind](1), NETS[kind](2)
    assert net.state_dict() != other.state_dict()
    save(net, path)
    load(other, path)
    assert other.state_dict() == net.state_dict()
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    before = path.read_bytes()
    save(other, path)
    assert path.read_bytes() == before, "the same net is the same file"


def test_names_and_shapes_are_those_of_torch_where_a_layer_is_one(path: Path) -> None:
    save(NETS["Attention"](1), path)
    arrays = library.load_file(path)
    assert {name: array.shape for name, array in arrays.items()} == {
        "query": (2, 3), "array": (2,), "scale": (), "tied.scale": (),
        "tied.ragged.0": (1,), "tied.ragged.1": (2,),
        "parts.0.layers.0.weight": (2, 2), "parts.0.layers.0.bias": (2,),
        "parts.0.layers.1.weight": (1, 2), "parts.0.layers.1.bias": (1,),
        "parts.1.weights": (2,), "parts.1.bias": (),
    }  # fmt: skip
    assert {array.dtype for array in arrays.values()} == {np.dtype("float64")}


def test_metadata_say_what_net_it_is(path: Path) -> None:
    save(MLP(2, [3, 1], "relu"), path)
    with library.safe_open(path, framework="numpy") as file:
        said = json.loads(file.metadata()["net"])
    assert said["net"].startswith("MLP(2, [3, 1], activation=relu")
    assert said["activations"] == ["relu", "None"]


@pytest.mark.parametrize("bias", ["neuron", "layer", None])
def test_torch_loads_it_and_computes_the_same(bias: str | None, path: Path) -> None:
    torch = pytest.importorskip("torch")
    load_file = pytest.importorskip("safetensors.torch").load_file
    biases = [0.3, -0.2, 0.1] if bias else None
    net = MLP(4, [5, 3, 2], "tanh", "sigmoid", bias=bias, biases=biases, seed=3)
    save(net, path)

    linear = [torch.nn.Linear(m, n, bool(bias)).double() for m, n in ((4, 5), (5, 3), (3, 2))]
    tanhs = [torch.nn.Tanh(), torch.nn.Tanh(), torch.nn.Sigmoid()]
    twin = torch.nn.Sequential(*(x for pair in zip(linear, tanhs) for x in pair))
    state = load_file(path)
    for k, layer in enumerate(linear):
        start = f"layers.{k}."
        own = {name.removeprefix(start): x for name, x in state.items() if name.startswith(start)}
        layer.load_state_dict(own)

    points = np.random.default_rng(0).normal(size=(20, 4))
    expected = twin(torch.tensor(points)).tolist()
    for x, outputs in zip(points.tolist(), expected):
        assert [y.data for y in net(x)] == pytest.approx(outputs, rel=0.0, abs=1e-12)


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
def test_a_file_from_elsewhere_will_do(dtype: str, path: Path) -> None:
    arrays = {
        "weight": np.array([[0.1, 0.2], [0.3, 0.4]], dtype),
        "bias": np.array([0.5, 0.6], dtype),
    }
    library.save_file(arrays, path, metadata={"format": "pt"})
    layer = Layer(2, 2)
    load(layer, path)
    assert [[w.data for w in neuron.weights] for neuron in layer.neurons] == (
        arrays["weight"].astype(float).tolist()
    )


# --- files that are broken, of something else, or of another net ----------------------------

WHOLE = MLP(2, [2, 1], seed=0)


def broken(whole: bytes) -> dict[str, bytes]:
    n = int.from_bytes(whole[:8], "little")
    return {
        "empty": b"",
        "cut short": whole[:-1],
        "cut in the header": whole[: n // 2],
        "too long": whole + b"\0",
        "a header without end": struct.pack("<Q", 2**62) + whole[8:],
        "a header that is no JSON": whole[:8] + b"?" * n + whole[8 + n :],
        "places outside": whole.replace(b"[0,", b"[9,", 1),
        "zeros": bytes(len(whole)),
        "text": b"weights: 1 2 3\n" * 20,
        "a pickle": b"\x80\x04\x95" + whole,
    }


@pytest.mark.parametrize("kind", broken(bytes(100)))
def test_a_broken_file_is_refused_and_the_net_is_as_it_was(kind: str, path: Path) -> None:
    save(WHOLE, path)
    path.write_bytes(broken(path.read_bytes())[kind])
    net = MLP(2, [2, 1], seed=5)
    before = net.state_dict()
    with pytest.raises(ValueError, match=r"cannot load.*no safetensors file, or a broken one"):
        load(net, path)
    assert net.state_dict() == before


ARRAYS = {"weight": np.ones((2, 2)), "bias": np.zeros(2)}


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({}, "its names do not fit: missing: bias, weight|missing: weight, bias"),
        ({"weight": ARRAYS["weight"]}, "its names do not fit: missing: bias"),
        ({**ARRAYS, "gain": np.ones(2)}, "its names do not fit: unexpected: gain"),
        ({**ARRAYS, "weight": np.ones((2, 3))}, r"weight has shape \(2, 3\), expected \(2, 2\)"),
        ({**ARRAYS, "weight": np.ones(4)}, r"weight has shape \(4,\), expected \(2, 2\)"),
        ({**ARRAYS, "bias": np.ones(2, int)}, "bias is of type I64, not one of F64, F32, F16"),
        ({**ARRAYS, "bias": np.array([1.0, 2.0])}, "bias shares a Value, and the file has two"),
    ],
)
def test_what_does_not_fit_is_refused(arrays: dict[str, Any], message: str, path: Path) -> None:
    library.save_file(arrays, path)
    net = Layer(2, 2, bias="layer", seed=5)
    before = net.state_dict()
    with pytest.raises(ValueError, match=message):
        load(net, path)
    assert net.state_dict() == before


def test_another_activation_is_another_net(path: Path) -> None:
    save(MLP(2, [2, 1], "tanh"), path)
    with pytest.raises(ValueError, match=r"activations \['tanh', 'None'\], expected \['relu'"):
        load(MLP(2, [2, 1], "relu"), path)
    with pytest.raises(ValueError, match="activations"):
        load(MLP(2, [2, 1], None, "tanh"), path)


def test_nan_and_infinity_are_numbers_too(path: Path) -> None:
    net = Layer(2, 1, weights=[[float("nan"), float("-inf")]], bias="layer")
    save(net, path)
    other = Layer(2, 1, bias="layer")
    load(other, path)
    assert repr(other.state_dict()) == repr(net.state_dict())


# --- what people write instead ---------------------------------------------------------------


def test_a_path_that_cannot_be_is_the_systems_error(tmp_path: Path) -> None:
    net = MLP(1, [1])
    for use in (save, load):
        with pytest.raises(OSError):
            use(net, tmp_path)
        with pytest.raises(OSError):
            use(net, tmp_path / "no folder" / "net.safetensors")
    with pytest.raises(FileNotFoundError):
        load(net, tmp_path / "none.safetensors")


@pytest.mark.parametrize("use", [save, load])
def test_wrong_arguments_are_named(use: Callable[..., None], path: Path) -> None:
    name = f"nn.{use.__name__}"
    with pytest.raises(TypeError, match=rf"{name} needs a Module.*{name}\(net, "):
        use(str(path), MLP(1, [1]))
    with pytest.raises(TypeError, match=f"{name} needs a path"):
        use(MLP(1, [1]), None)


def test_a_net_without_values_or_with_a_name_twice(path: Path) -> None:
    class Twice(Module):
        def __init__(self) -> None:
            self.w = {1: Value(1.0), "1": Value(2.0)}

    with pytest.raises(ValueError, match="holds no Values"):
        save(Module(), path)
    with pytest.raises(ValueError, match=r"two Values under the name 'w\.1'"):
        save(Twice(), path)
    assert not path.exists()


def test_without_the_library_an_error_says_what_to_do(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "safetensors", None)
    monkeypatch.setitem(sys.modules, "safetensors.numpy", None)
    for use in (save, load):
        with pytest.raises(ImportError, match=r"pip install safetensors.*state_dict"):
            use(MLP(1, [1]), path)


# --- power failures --------------------------------------------------------------------------

KILLING = """
import os, random, signal, sys, time
import nn
path, kills = sys.argv[1], int(sys.argv[2])
old, new, found = (nn.MLP(20, [40, 5], seed=k) for k in range(3))
nn.save(old, path)
begin = time.perf_counter()
nn.save(new, path)
longest = 4 * (time.perf_counter() - begin)
chance, seen = random.Random(0), set()
for _ in range(kills):
    child = os.fork()
    while child == 0:
        nn.save(old, path)
        nn.save(new, path)
    time.sleep(chance.uniform(0.0, longest))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    nn.load(found, path)
    seen.add([old.state_dict(), new.state_dict()].index(found.state_dict()))
print(sorted(seen))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
def test_killed_at_any_moment_the_file_is_the_old_or_the_new_one(path: Path) -> None:
    command = [sys.executable, "-c", KILLING, str(path), "50"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout.split("\n")[0] == "[0, 1]", "both were met"


def test_an_activation_of_ones_own_has_its_name(path: Path) -> None:
    def own(z: Value) -> Value:
        return tanh(z) * 1.5

    save(Layer(1, 1, own), path)
    load(Layer(1, 1, own), path)
    with pytest.raises(ValueError, match=r"\['own'\]"):
        load(Layer(1, 1), path)
