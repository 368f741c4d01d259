"""`Module`: what holds parameters, finds them, and saves and loads them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from autograd import Value


class Module:
    """The base of everything that has parameters.

    A subclass keeps its parameters in plain attributes: a leaf `Value`, another `Module`, or
    lists, tuples, dicts and NumPy arrays of these. Attributes whose name starts with an
    underscore are left alone, and so are Values that were computed.

    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.slope, self.offsets = Value(2.0), [Value(1.0)]
    ...     def __call__(self, x):
    ...         return self.slope * x + self.offsets[0]
    >>> [name for name, _ in Line().named_parameters()]
    ['slope', 'offsets.0']
    """

    # Names of attributes that are saved with the state but not trained.
    _fixed: tuple[str, ...] = ()

    def __call__(self, inputs: Any) -> Any:
        """Compute the outputs of one sample."""
        raise NotImplementedError(
            f"{type(self).__name__} does not say how to compute its outputs: define __call__"
        )

    def parameters(self) -> list[Value]:
        """Return the Values to train, each once, in a fixed order."""
        return [value for _, value, is_trained in _walk(self) if is_trained]

    def named_parameters(self) -> list[tuple[str, Value]]:
        """Return the Values to train with their dotted names, "layers.0.neurons.1.bias"."""
        return [(name, value) for name, value, is_trained in _walk(self) if is_trained]

    def zero_grad(self) -> None:
        """Set the gradients of all Values held here to 0."""
        for _, value, _ in _walk(self):
            value.grad = 0.0

    def state_dict(self) -> dict[str, float]:
        """Return the numbers of all Values held here, by dotted name; fixed ones too."""
        return {name: value.data for name, value, _ in _walk(self)}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Set all Values held here to the numbers of a `state_dict()`.

        Args:
            state: one real number for every name of this module's own `state_dict()`.

        Raises:
            ValueError: names are missing or unexpected; the module is unchanged.
            TypeError: an entry is not a real number; the module is unchanged.
        """
        if not isinstance(state, Mapping):
            raise TypeError(
                f"load_state_dict takes a dict of numbers, got a {type(state).__name__}: "
                "read the file first, for example with json.load"
            )
        values = {name: value for name, value, _ in _walk(self)}
        if values.keys() != state.keys():
            raise ValueError(f"{self!r} cannot load this state: {difference(values, state)}")
        numbers = [_number(name, state[name]) for name in values]
        for value, number in zip(values.values(), numbers):
            value.data = number

    def modules(self) -> list[Module]:
        """Return this module and all that it holds."""
        found: dict[int, Module] = {}
        left = [self]
        while left:
            module = left.pop()
            if id(module) not in found:
                found[id(module)] = module
                held = _entries("", vars(module))
                left += [x for _, x in held if isinstance(x, Module)]
        return list(found.values())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.parameters())} parameters)"


def _walk(
    module: Module, prefix: str = "", seen: set[int] | None = None
) -> Iterator[tuple[str, Value, bool]]:
    """Yield each Value once: name, Value, is it trained; a module's own before its parts'."""
    seen = set() if seen is None else seen
    seen.add(id(module))
    parts = []
    for attribute, held in vars(module).items():
        if attribute.startswith("_"):
            continue
        for name, x in _entries(prefix + attribute, held):
            if id(x) in seen:
                continue
            if isinstance(x, Module):
                parts.append((name, x))
            elif isinstance(x, Value) and x.op is None:
                seen.add(id(x))
                yield name, x, attribute not in module._fixed
    for name, part in parts:
        if id(part) not in seen:
            yield from _walk(part, f"{name}.", seen)


def _entries(name: str, held: Any) -> Iterator[tuple[str, Any]]:
    """Yield what nested lists, tuples, dicts and arrays hold, with dotted names."""
    if getattr(getattr(held, "dtype", None), "hasobject", False):
        held = held.tolist()
    if isinstance(held, (list, tuple)):
        held = dict(enumerate(held))
    if isinstance(held, dict):
        for key, x in held.items():
            yield from _entries(f"{name}.{key}", x)
    else:
        yield name, held


def _number(name: str, x: Any) -> float:
    if getattr(x, "shape", None) == ():
        x = x.item()  # what numpy.load gives back of a number
    try:
        return Value(x).data
    except TypeError as error:
        raise TypeError(f"state_dict entry {name!r}: {error}") from None


def difference(expected: Iterable[str], given: Iterable[str]) -> str:
    """Say how two sets of names differ: sizes of lists first, then names."""
    expected, given = list(expected), list(given)
    sizes, given_sizes = _sizes(expected), _sizes(given)
    parts = [
        f"{name} has {given_sizes[name]} entries, expected {size}"
        for name, size in sizes.items()
        if given_sizes.get(name, size) != size
    ]
    missing = [name for name in expected if name not in given]
    unexpected = [name for name in given if name not in expected]
    parts += [
        f"{what}: {_first(names)}"
        for what, names in (("missing", missing), ("unexpected", unexpected))
        if names
    ]
    return "; ".join(parts)


def _sizes(names: Iterable[str]) -> dict[str, int]:
    """Return the length of every list that occurs in dotted names."""
    sizes: dict[str, int] = {}
    for name in names:
        words = str(name).split(".")
        for i, word in enumerate(words):
            if word.isdecimal():
                holder = ".".join(words[:i])
                sizes[holder] = max(sizes.get(holder, 0), int(word) + 1)
    return sizes


def _first(names: list[str], count: int = 4) -> str:
    shown = ", ".join(map(str, names[:count]))
    return shown if len(names) <= count else f"{shown} and {len(names) - count} more"
