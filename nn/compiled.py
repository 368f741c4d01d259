"""Training steps as array code: what `fit(..., compiled=True)` runs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from numbers import Integral
from typing import Any

from autograd import Value, compile  # first: it says what to do where there is no NumPy

# isort: split
import numpy as np

from nn.module import Module

Samples = list[tuple[Any, Any]]
Grid = dict[tuple[int, ...], Value]


def compiled_gradient_step(
    model: Module, loss: Callable[[Any, Any], Any], samples: Samples
) -> Callable[[Samples], float]:
    """Compile the loss of one sample, and return the step that runs it over a batch.

    The step adds the gradient of the batch's mean loss to the parameters' grads and
    returns that loss, as the one that records every sample's graph does.

    Args:
        model, loss: see `fit`.
        samples: pairs of inputs and targets; the first one gives the shapes.

    Raises:
        ValueError: samples differ in shape.
        TypeError: model or loss needs the numbers of a sample, and not only their places.
    """
    groups = parameter_arrays(model)
    values = [value for group in groups.values() for value in _flat(group)]
    with _attributes_kept(model):
        programs = _programs(lambda x, t: loss(model(x), t), samples, groups)

    def gradient_step(batch: Samples) -> float:
        total, row = 0.0, np.zeros(len(values))
        for program, arrays in programs(batch):
            program.pull()
            value, gradients = program(*arrays)
            total += value
            row += np.concatenate([np.ravel(gradients[name]) for name in groups])
        for value, gradient in zip(values, (row / len(batch)).tolist()):
            value.grad += gradient
        return total / len(batch)

    return gradient_step


@contextmanager
def _attributes_kept(model: Module) -> Iterator[None]:
    """Leave no placeholders behind in what modules remember of a call, such as z and a."""
    before = [(module, dict(vars(module))) for module in model.modules()]
    try:
        yield
    finally:
        for module, attributes in before:
            vars(module).update(attributes)


def _programs(
    loss: Callable[[Any, Any], Any], samples: Samples, groups: dict[str, Any]
) -> Callable[[Samples], Iterator[tuple[Any, list[Any]]]]:
    """Compile a loss, and return how a batch is divided among the programs.

    A loss that needs the number of its target, such as a class, gets a program for each.
    """
    shape = np.shape(samples[0][0])
    try:
        program = compile(loss, {"x": shape, "t": np.shape(samples[0][1])}, groups)
        return lambda batch: iter([(program, _columns(batch))])
    except TypeError:
        if not all(isinstance(t, Integral) for _, t in samples):
            raise
        classes = sorted({int(t) for _, t in samples})
    by_class = {t: compile(lambda x, t=t: loss(x, t), {"x": shape}, groups) for t in classes}

    def divided(batch: Samples) -> Iterator[tuple[Any, list[Any]]]:
        for t, own in by_class.items():
            of_class = [sample for sample in batch if sample[1] == t]
            if of_class:
                yield own, _columns(of_class)[:1]

    return divided


def _columns(batch: Samples) -> list[Any]:
    return [np.array([x for x, _ in batch], float), np.array([t for _, t in batch], float)]


def parameter_arrays(model: Module) -> dict[str, Any]:
    """Return a model's parameters as nested lists where their names count through a grid.

    >>> from nn import MLP
    >>> list(parameter_arrays(MLP(2, [3, 1])))
    ['layers.0.neurons.weights', 'layers.1.neurons.weights',
     'layers.0.neurons.bias', 'layers.1.neurons.bias']
    """
    groups: dict[tuple[str, ...], Grid] = {}
    for name, value in model.named_parameters():
        words = name.split(".")
        pattern = tuple(["*" if word.isdecimal() else word for word in words])
        place = tuple([int(word) for word in words if word.isdecimal()])
        groups.setdefault(pattern, {})[place] = value
    return {
        name: nested for pattern, grid in groups.items() for name, nested in _arrays(pattern, grid)
    }


def _arrays(pattern: tuple[str, ...], grid: Grid) -> Iterator[tuple[str, Any]]:
    """Yield a grid of Values as nested lists; one with gaps, row by row."""
    sizes = [max(numbers) + 1 for numbers in zip(*grid)]
    if len(grid) == math.prod(sizes):
        name = ".".join(word for word in pattern if word != "*")
        yield name, _nested([grid[place] for place in sorted(grid)], sizes)
        return
    first = pattern.index("*")
    for number in dict.fromkeys(place[0] for place in grid):
        row = {place[1:]: value for place, value in grid.items() if place[0] == number}
        yield from _arrays((*pattern[:first], f"{number}", *pattern[first + 1 :]), row)


def _nested(values: list[Any], sizes: list[int]) -> Any:
    for size in reversed(sizes[1:]):
        values = [values[i : i + size] for i in range(0, len(values), size)]
    return values if sizes else values[0]


def _flat(nested: Any) -> list[Value]:
    if isinstance(nested, list):
        return [value for row in nested for value in _flat(row)]
    return [nested]
