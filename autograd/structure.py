"""Nested arguments: numbers and Values in lists, tuples, dicts and arrays."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from autograd.errors import to_float
from autograd.scalar import Scalar

Rebuild = Callable[[list[Any]], Any]


def flatten(structure: Any, what: str = "argument") -> tuple[list[Any], Rebuild]:
    """Return the scalars of a nested structure, and the function that puts others in place.

    Args:
        structure: a number or Value, or lists, tuples, dicts, dataclasses and NumPy arrays of them.
        what: the structure's name, for errors.

    Returns:
        The Values and floats in order, and a function from as many scalars to the structure.

    Raises:
        TypeError: something inside is neither a number nor a Value.

    >>> scalars, rebuild = flatten({"w": [1, 2], "b": 3.0})
    >>> scalars
    [1.0, 2.0, 3.0]
    >>> rebuild([10.0, 20.0, 30.0])
    {'w': [10.0, 20.0], 'b': 30.0}
    """
    if isinstance(structure, Scalar):
        return [structure], lambda scalars: scalars[0]
    if isinstance(structure, dict):
        keys = list(structure)
        items = [(f"{what}[{key!r}]", structure[key]) for key in keys]
        return _flatten_items(items, lambda rebuilt: dict(zip(keys, rebuilt)))
    if isinstance(structure, (list, tuple)):
        kind = type(structure)
        # A named tuple takes its items one by one.
        make = kind._make if hasattr(kind, "_make") else kind
        if is_flat(structure):
            return list(structure), make
        return _flatten_items([(f"{what}[{i}]", x) for i, x in enumerate(structure)], make)
    if getattr(structure, "ndim", None) and hasattr(structure, "ravel"):
        return _flatten_array(structure, what)
    if _is_dataclass(structure):
        fields = {f.name: getattr(structure, f.name) for f in dataclasses.fields(structure)}
        items = [(f"{what}.{name}", x) for name, x in fields.items()]
        return _flatten_items(
            items, lambda xs: dataclasses.replace(structure, **dict(zip(fields, xs)))
        )
    return [to_float(structure, what)], lambda scalars: scalars[0]


def is_flat(structure: Any) -> bool:
    """Tell whether a structure is a list or tuple of floats and Values, the common case."""
    if not isinstance(structure, (list, tuple)):
        return False
    return all(kind is float or issubclass(kind, Scalar) for kind in {*map(type, structure)})


def _is_dataclass(x: Any) -> bool:
    return dataclasses.is_dataclass(x) and not isinstance(x, type)


def _flatten_items(
    items: list[tuple[str, Any]], make: Callable[[list[Any]], Any]
) -> tuple[list[Any], Rebuild]:
    parts = [flatten(x, what) for what, x in items]

    def rebuild(scalars: list[Any]) -> Any:
        rebuilt, start = [], 0
        for leaves, rebuild_part in parts:
            rebuilt.append(rebuild_part(scalars[start : start + len(leaves)]))
            start += len(leaves)
        return make(rebuilt)

    return [x for leaves, _ in parts for x in leaves], rebuild


def _flatten_array(array: Any, what: str) -> tuple[list[Any], Rebuild]:
    """A NumPy array comes back as one: of floats, or of objects where they are Values."""
    import numpy

    scalars = [x if isinstance(x, Scalar) else to_float(x, what) for x in array.ravel().tolist()]

    def rebuild(scalars: list[Any]) -> Any:
        if all(isinstance(x, float) for x in scalars):
            return numpy.array(scalars).reshape(array.shape)
        result = numpy.empty(len(scalars), dtype=object)
        result[:] = scalars
        return result.reshape(array.shape)

    return scalars, rebuild


def paths(structure: Any, what: str) -> list[str]:
    """Return the name of each scalar of a structure, such as "inputs[0][2]"."""
    if isinstance(structure, dict):
        items: Any = [(f"{what}[{key!r}]", x) for key, x in structure.items()]
    elif _is_dataclass(structure):
        names = [f.name for f in dataclasses.fields(structure)]
        items = [(f"{what}.{name}", getattr(structure, name)) for name in names]
    elif isinstance(structure, (list, tuple)) or getattr(structure, "ndim", None):
        items = [(f"{what}[{i}]", x) for i, x in enumerate(structure)]
    else:
        return [what]
    return [path for name, x in items for path in paths(x, name)]
