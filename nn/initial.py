"""Sizes and starting numbers of layers: random weights, and checks of what a caller gives."""

from __future__ import annotations

import math
from collections.abc import Iterable
from operator import index
from random import Random
from typing import Any, TypeVar

T = TypeVar("T")

KINDS_OF_BIAS = ("neuron", "layer", "fixed", None)


def random_weights(n_in: int, n_out: int, seed: int | Random | None = None) -> list[list[float]]:
    """Return n_out rows of n_in numbers, uniform in ±√(6/(n_in + n_out)).

    Args:
        n_in, n_out: the numbers of inputs and of neurons.
        seed: the same seed gives the same numbers; a generator is drawn from further.

    Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward
        neural networks" (2010), equation 16.

    >>> random_weights(2, 1, seed=0) == random_weights(2, 1, seed=0)
    True
    """
    generator = as_generator(seed)
    limit = math.sqrt(6 / (n_in + n_out))
    return [[generator.uniform(-limit, limit) for _ in range(n_in)] for _ in range(n_out)]


def as_generator(seed: int | Random | None) -> Random:
    return seed if isinstance(seed, Random) else Random(seed)


def check_size(what: str, size: Any) -> int:
    """Return a number of inputs or neurons as an int of at least 1."""
    try:
        n = index(size)
    except TypeError:
        raise TypeError(f"{what} must be a whole number, got {size!r:.60}") from None
    if n < 1:
        raise ValueError(f"{what} must be at least 1, got {n}")
    return n


def check_sizes(n_in: Any, sizes: Any) -> list[int]:
    """Return the numbers of inputs and of every layer's neurons, in a row."""
    if not isinstance(sizes, Iterable):
        raise TypeError(f"sizes is a list, one number of neurons per layer; got {sizes!r:.60}")
    rest = [check_size(f"sizes[{k}]", size) for k, size in enumerate(sizes)]
    if not rest:
        raise ValueError("sizes needs at least one layer, got none")
    return [check_size("n_in", n_in), *rest]


def check_row(what: str, row: Iterable[T], size: int) -> list[T]:
    """Return a sequence as a list of the right length."""
    if not isinstance(row, Iterable):
        raise TypeError(f"{what}: expected a sequence of {size}, got {row!r:.60}")
    numbers = list(row)
    if len(numbers) != size:
        raise ValueError(f"{what}: expected {size}, got {len(numbers)}")
    return numbers


def check_biases(what: str, kind: str | None, biases: Any, n_out: int) -> list[Any]:
    """Return the starting bias of each neuron; None for each where there are none."""
    if kind not in KINDS_OF_BIAS:
        raise ValueError(f'bias must be "neuron", "layer", "fixed" or None, got {kind!r}')
    if kind is None:
        if biases is not None:
            raise ValueError(f"{what} has no bias, so it takes no biases; got {biases!r:.60}")
        return [None] * n_out
    if biases is None:
        return [0.0] * n_out
    if not isinstance(biases, Iterable):
        return [biases] * n_out
    if kind != "neuron":
        raise ValueError(
            f"{what}: bias={kind!r} is one number for the whole layer, got {biases!r:.60}"
        )
    return check_row(f"{what} biases", biases, n_out)
