"""The same graph with other numbers at its leaves, so short that a line of them stays short."""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from random import Random

from autograd.functional import gradient
from autograd.node import Node
from autograd.order import topological_order
from autograd.value import Value

# How often to draw numbers before taking the best that there were.
_ATTEMPTS = 40
# Data outside are written with a power of ten, or with many digits.
_SMALL, _LARGE = 0.01, 1000.0


def with_other_numbers(
    output: Value, targets: Sequence[Node], seed: int
) -> tuple[Value, list[Node]]:
    """Return a copy of a graph, and of some of its nodes, with other numbers at the leaves.

    A number keeps its sign and about its size, so that it stays in the domain of what is
    computed of it; 0 and 1 stay, since they say which class or which bit. Of several draws
    the first is taken in which all is finite and as readable as it was, and in which no
    gradient vanishes that did not.

    Args:
        output: the top of the graph, which is left as it is.
        targets: nodes whose copies are wanted; what is not in the graph stays itself.
        seed: the same seed gives the same numbers.

    Raises:
        ValueError: in no draw was everything finite.
    """
    memo: dict[int, Node] = {}
    output = copy.deepcopy(output, memo)
    random = Random(seed)
    leaves = [x for x in topological_order(output) if isinstance(x, Value) and x.op is None]
    before = [leaf.data for leaf in leaves]
    ones_too = all(x in (0.0, 1.0) for x in before)
    was = _signature(output, leaves)
    best, fewest = before, math.inf
    for _ in range(_ATTEMPTS):
        drawn = [_near(x, random, ones_too) for x in before]
        faults = _faults(was, _signature_at(output, leaves, drawn))
        if faults < fewest:
            best, fewest = drawn, faults
        if not faults:
            break
    if math.isinf(fewest):
        name = output.label or "this value"
        raise ValueError(f"found no other numbers for the leaves at which {name} is finite")
    _signature_at(output, leaves, best)
    return output, [memo.get(id(x), x) for x in targets]


def _near(x: float, random: Random, ones_too: bool) -> float:
    """Return a number of at most two digits with the sign and about the size of another."""
    size = abs(x)
    if size == 0.0 or (size == 1.0 and not ones_too) or not math.isfinite(x):
        return x
    if size == int(size) and size <= 12:
        step, low, high = 1.0, 2, max(5, 2 * int(size))
    else:
        exponent = math.floor(math.log10(size))
        if float(f"{size:.0e}") == size:
            step, low, high = 10.0**exponent, 1, 9
        else:
            step = 10.0 ** (exponent - 1)
            low, high = math.ceil(0.5 * size / step), math.floor(1.5 * size / step)
        if size < 1.0:  # it may be a probability
            high = min(high, round(1.0 / step) - 1)
    count = random.choice([k for k in range(low, high + 1) if not math.isclose(k * step, size)])
    # By way of text: 3 * 0.1 is 0.30000000000000004.
    return math.copysign(float(f"{count * step:.2g}"), x)


def _signature_at(
    output: Value, leaves: list[Value], numbers: list[float]
) -> list[tuple[float, bool]]:
    for leaf, x in zip(leaves, numbers):
        leaf.data = x
    output.forward()
    return _signature(output, leaves)


def _signature(output: Value, leaves: list[Value]) -> list[tuple[float, bool]]:
    """Return what makes numbers fit: the data of all nodes, and which gradients vanish."""
    data = [(x.data, False) for x in topological_order(output)]
    return [*data, *((g, g == 0.0) for g in gradient(output, leaves))]


def _faults(was: list[tuple[float, bool]], now: list[tuple[float, bool]]) -> float:
    """Return how many numbers became worse to read or vanish; infinity if one is not finite."""
    faults = 0
    for (x, x_vanishes), (y, y_vanishes) in zip(was, now):
        if math.isfinite(x) and not math.isfinite(y):
            return math.inf
        is_longer = _SMALL <= abs(x) < _LARGE and not _SMALL <= abs(y) < _LARGE
        faults += is_longer + (y_vanishes and not x_vanishes)
    return faults
