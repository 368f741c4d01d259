"""`save` and `load`: the numbers of a net in a file that PyTorch, JAX and others read too."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from autograd import Value
from autograd.files import replace_file
from nn.activations import activation_name
from nn.layers import Layer, Neuron
from nn.module import Module, difference

Shape = tuple[int, ...]
Tensor = tuple[Shape, list[Value]]
# Of what safetensors knows, what float64 holds to the last digit and NumPy has a type for.
_READABLE = ("F64", "F32", "F16")


def save(net: Module, path: str | os.PathLike[str]) -> None:
    """Write all numbers that a net holds to a file in the format safetensors.

    Names are those of `state_dict`, except that a row of Values is one array, and a `Layer` is
    what a torch `Linear` is: "layers.0.weight" of shape (n_out, n_in) and "layers.0.bias" of
    shape (n_out,). All arrays are float64. The file's metadata say what net it was.

    Args:
        net: a Module; its fixed Values are saved too.
        path: where to write, such as "net.safetensors".

    Raises:
        TypeError: the net is no Module, or the path no path.
        ValueError: the net holds no Value, or two under one name.
        OSError: the file cannot be written; what stood there is as it was.
        ImportError: the library safetensors is not installed.

    >>> import os, tempfile
    >>> from nn import MLP
    >>> path = os.path.join(tempfile.mkdtemp(), "net.safetensors")
    >>> save(MLP(2, [3, 1], seed=0), path)
    >>> net = MLP(2, [3, 1])
    >>> load(net, path)
    >>> net.state_dict() == MLP(2, [3, 1], seed=0).state_dict()
    True
    """
    path = _checked("save", net, path)
    safetensors = _library()
    import numpy as np

    arrays = {
        name: np.array([value.data for value in values]).reshape(shape)
        for name, (shape, values) in _tensors(net).items()
    }
    content = safetensors.numpy.save(arrays, metadata=_description(net))
    replace_file(path, content, "weights", is_durable=True)


def load(net: Module, path: str | os.PathLike[str]) -> None:
    """Set all numbers that a net holds to those of a file that `save` wrote.

    A file from elsewhere will do if it has the same names and shapes; float32 and float16
    are taken as they are.

    Args:
        net: a Module of the same sizes as the one that was saved.
        path: the file.

    Raises:
        TypeError: the net is no Module, or the path no path.
        ValueError: the file is broken, of another format, or does not fit the net: in names,
            shapes, activations, or because the net shares a Value where the file has different
            numbers. The net is unchanged.
        OSError: the file cannot be read; the net is unchanged.
        ImportError: the library safetensors is not installed.
    """
    path = _checked("load", net, path)
    tensors = _tensors(net)
    try:
        arrays, metadata = _read(path)
        _check_fit(tensors, arrays)
        _check_activations(_activations(net), metadata)
        numbers = _numbers_by_value(tensors, arrays)
    except ValueError as error:
        raise ValueError(f"cannot load {str(path)!r} into {net!r}: {error}") from None
    for value, number in numbers:
        value.data = number


def _checked(name: str, net: Any, path: Any) -> Path:
    if not isinstance(net, Module):
        raise TypeError(
            f"nn.{name} needs a Module such as nn.MLP first, got {net!r:.60}: "
            f'nn.{name}(net, "net.safetensors")'
        )
    try:
        return Path(os.fsdecode(path))
    except TypeError:
        raise TypeError(
            f'nn.{name} needs a path such as "net.safetensors", got {path!r:.60}'
        ) from None


def _library() -> Any:
    try:
        import safetensors.numpy
    except ImportError as error:
        raise ImportError(
            "nn.save and nn.load need the library safetensors, which has wheels for CPython on "
            "Linux, macOS and Windows: pip install safetensors. Elsewhere keep "
            "net.state_dict() with json, and hand it to net.load_state_dict()"
        ) from error
    return safetensors


# --- what a net has to save ------------------------------------------------------------------


def _tensors(net: Module) -> dict[str, Tensor]:
    """Return the shapes and Values of the arrays that a net is saved as, by name."""
    tensors: dict[str, Tensor] = {}
    for name, shape, values in _walk(net, "", set()):
        if name in tensors:
            raise ValueError(f"{net!r} holds two Values under the name {name!r}")
        tensors[name] = shape, values
    if not tensors:
        raise ValueError(f"{net!r} holds no Values")
    return tensors


def _walk(held: Any, name: str, seen: set[int]) -> Iterator[tuple[str, Shape, list[Value]]]:
    """Yield (name, shape, Values) for each array below a module, list, tuple, dict or array."""
    if getattr(getattr(held, "dtype", None), "hasobject", False):
        held = held.tolist()
    tensor = _as_tensor(held)
    if tensor is not None:
        yield (name, *tensor)
        return
    if isinstance(held, Module):
        parts = {} if id(held) in seen else _parts(held)
        seen.add(id(held))
    elif isinstance(held, (list, tuple)):
        parts = dict(enumerate(held))
    else:
        parts = held if isinstance(held, dict) else {}
    for key, part in parts.items():
        yield from _walk(part, f"{name}.{key}" if name else f"{key}", seen)


def _as_tensor(held: Any) -> Tensor | None:
    """Return the shape and the Values of a leaf, or of nested rows of leaves of one length."""
    if isinstance(held, Value):
        return ((), [held]) if held.op is None else None
    if not isinstance(held, (list, tuple)) or not held:
        return None
    rows = [_as_tensor(x) for x in held]
    known = [row for row in rows if row is not None]
    if len(known) < len(rows) or len({shape for shape, _ in known}) > 1:
        return None
    return (len(rows), *known[0][0]), [value for _, values in known for value in values]


def _parts(module: Module) -> Mapping[Any, Any]:
    """Return what a module holds by name: a layer as a torch `Linear` does."""
    parts = {name: x for name, x in vars(module).items() if not name.startswith("_")}
    if type(module) is Layer and all(type(neuron) is Neuron for neuron in module.neurons):
        weight = [neuron.weights for neuron in module.neurons]
        bias = [neuron.bias for neuron in module.neurons if neuron.bias is not None]
        if _as_tensor(weight) and len(bias) in (0, len(weight)):
            del parts["neurons"]
            parts.update(weight=weight, bias=bias)
    return parts


def _activations(net: Module) -> list[str]:
    """Return the activations of a net from inputs to outputs, which shapes do not tell."""
    neurons = [module for module in reversed(net.modules()) if isinstance(module, Neuron)]
    names = [activation_name(neuron.activation) for neuron in neurons]
    return [name for name, _ in groupby(names)]


def _description(net: Module) -> dict[str, str]:
    """Return a file's metadata: one entry, since safetensors writes several in random order."""
    return {"net": json.dumps({"net": repr(net), "activations": _activations(net)})}


# --- what a file holds -----------------------------------------------------------------------


def _read(path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the arrays and the metadata of a file."""
    safetensors = _library()
    path.open("rb").close()  # what cannot be read at all is an OSError of Python's
    try:
        with safetensors.safe_open(path, framework="numpy") as file:
            kinds = {name: file.get_slice(name).get_dtype() for name in file.keys()}  # noqa: SIM118
            for name, kind in kinds.items():
                if kind not in _READABLE:
                    raise ValueError(f"{name} is of type {kind}, not one of {', '.join(_READABLE)}")
            return {name: file.get_tensor(name) for name in kinds}, file.metadata() or {}
    except safetensors.SafetensorError as error:
        raise ValueError(f"this is no safetensors file, or a broken one ({error})") from None


def _check_fit(tensors: Mapping[str, Tensor], arrays: Mapping[str, Any]) -> None:
    if tensors.keys() != arrays.keys():
        raise ValueError(f"its names do not fit: {difference(tensors, arrays)}")
    wrong = [
        f"{name} has shape {arrays[name].shape}, expected {shape}"
        for name, (shape, _) in tensors.items()
        if arrays[name].shape != shape
    ]
    if wrong:
        raise ValueError("its shapes do not fit: " + "; ".join(wrong[:4]))


def _check_activations(expected: list[str], metadata: Mapping[str, str]) -> None:
    try:
        found = json.loads(metadata["net"])["activations"]
    except (KeyError, TypeError, ValueError):
        return  # a file from elsewhere says nothing of them
    if found != expected:
        raise ValueError(f"it is of a net with the activations {found}, expected {expected}")


def _numbers_by_value(
    tensors: Mapping[str, Tensor], arrays: Mapping[str, Any]
) -> list[tuple[Value, float]]:
    """Return each Value once, with its number."""
    found: dict[int, tuple[Value, float]] = {}
    for name, (_, values) in tensors.items():
        for value, number in zip(values, arrays[name].ravel().tolist()):
            _, known = found.setdefault(id(value), (value, number))
            if known != number and (known == known or number == number):  # nan is nan
                raise ValueError(
                    f"{name} shares a Value, and the file has two numbers for it, {known} and "
                    f"{number}: was it saved from a net that does not share it?"
                )
    return list(found.values())
