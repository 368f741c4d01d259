"""Which nodes of a graph an explanation speaks of, and what they are called.

Labelled nodes are quantities. So is what a reader would give a name: what is used twice and
longer than a few signs, a variance, a root of a sum, what goes into softmax, and parts that
divide a very long formula.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from itertools import chain, count
from typing import Any

from autograd import ops
from autograd.explanation.idioms import Idiom, averaged, differences
from autograd.explanation.outputs import LONGEST_ROW
from autograd.expression.expression import distinct
from autograd.node import Node
from autograd.value import Value

# A formula of more operations is divided, and one of as many that is used twice gets a name.
_FORMULA_SIZE = 40
# One operation in another, so many times, is divided too: nobody counts more brackets.
_DEEPEST = 8
_SHARED_SIZE = 2
# So does a root of so many quantities, and what else the chain rule writes again.
_LONG_PART = 3

_SUMS = (ops.add, ops.subtract, ops.sum, ops.dot)
_ROOTS = (ops.sqrt, ops.norm)

# What made-up names begin with: the operation's initial, or else the first that is free.
_INITIALS = {
    ops.mean: "m", ops.sqrt: "r", ops.norm: "r", ops.hypot: "r", ops.sum: "s", ops.add: "s",
    ops.dot: "s", ops.tanh: "h",
}  # fmt: skip
_LETTERS = "abcghkmnqrstuvw"


class Quantities:
    """The nodes of a graph that get a name.

    Args:
        order: the nodes of the graph, operands first.
        shared: ids of those that are operands more than once.
        kept: ids of those that need a name in any case.
        idioms: how a textbook sees some nodes, by id.
        primitive: name every operation.

    Attributes:
        nodes: those that get a name, operands first.
        sigmoids: ids of the nodes of sigmoid that are no step, but have a name in formulas.
    """

    def __init__(
        self,
        order: list[Node],
        shared: Collection[int],
        kept: Collection[int],
        idioms: Mapping[int, Idiom],
        primitive: bool,
    ) -> None:
        self._shared = shared
        self._kept = kept
        self._idioms = idioms
        self._primitive = primitive
        self._letters: dict[int, str] = {}  # what to call nodes without a label
        self.sigmoids = set() if primitive else self._shared_sigmoids(order)
        self._divisors: set[int] = set()
        self._totals: set[int] = set()  # logsumexp nodes that only outputs of softmax use
        for node in () if primitive else order:
            self._read_row(node)
            if node.op is ops.true_divide and isinstance(node.operands[1], Value):
                self._divisors.add(id(node.operands[1]))
        self.nodes = self._choose(order)

    def names(self, output: Node) -> dict[int, str]:
        """Return a name for each node that gets one."""
        return named(self.nodes, output, self._letters)

    def _shared_sigmoids(self, order: list[Node]) -> set[int]:
        """Return the ids of the nodes of sigmoid without a label that are used twice."""
        found = [x for x in order if x.op is ops.sigmoid and not self._is_fixed(x)]
        uses = Counter([id(x.operands[0]) for x in found])
        return {
            id(x) for x in found if id(x) in self._shared or uses[id(x.operands[0])] > 1
        }  # fmt: skip

    def _is_fixed(self, node: Node) -> bool:
        return bool(node.label) or id(node) in self._kept

    def _read_row(self, node: Node) -> None:
        """Give names to what goes into softmax."""
        if node.op is ops.logsumexp:
            row: tuple[Any, ...] = differences(node.operands, self._kept)
        elif id(node) in self.sigmoids:
            row = node.operands
        else:
            output = ops.softmax_output(node)
            if output is None:
                return
            row = output[0]
            if node.op is ops.exp_of_difference and len(row) <= LONGEST_ROW:
                self._totals.add(id(node.operands[1]))
        for k, x in enumerate(row, start=1):
            if isinstance(x, Value) and x.op is not None and not x.label:
                self._letters.setdefault(id(x), f"z{k}" if len(row) > 1 else "z")

    def _choose(self, order: list[Node]) -> list[Node]:
        chosen = []
        sizes: dict[int, int] = {}  # of the formula that a node would add to its consumer
        widths: dict[int, int] = {}  # how many names and numbers stand in it
        depths: dict[int, int] = {}  # how many operations stand in each other
        for node in order:
            parts = [x for x in node.operands if isinstance(x, Value)]
            size = self._size(node, parts, sizes)
            width = sum(widths[id(x)] for x in parts) if size else 1
            depth = (node.op not in _SUMS) + max([depths[id(x)] for x in parts], default=-1)
            if self._is_fixed(node) or self._deserves_a_name(node, size, width, depth):
                chosen.append(node)
                size, width, depth = 0, 1, 0
            elif ops.softmax_output(node) or id(node) in self.sigmoids:
                size, width, depth = 1, 1, 0
            sizes[id(node)], widths[id(node)], depths[id(node)] = size, width, depth
        return chosen

    def _size(self, node: Node, parts: list[Value], sizes: dict[int, int]) -> int:
        if node.op is None:
            return 0
        if node.op in _SUMS:  # rows of terms are long, but simple; a + b + c is one row
            rows = [sizes[id(x)] - (x.op in _SUMS and sizes[id(x)] > 0) for x in parts[:1]]
            return 1 + max([*rows, *[sizes[id(x)] for x in parts[1:]]], default=0)
        return 1 + sum(sizes[id(x)] for x in parts)

    def _deserves_a_name(self, node: Node, size: int, width: int, depth: int) -> bool:
        """Tell whether a node without a label gets a name; choose the letter if so."""
        if not size or node.op in ops.CONDITIONS:
            return False
        if self._primitive:
            return True
        if id(node) in self.sigmoids or id(node) in self._totals:
            return False
        idiom = self._idioms.get(id(node))
        letter = self._letters.get(id(node)) or (idiom.letter if idiom else "")
        if not letter and self._comes_again(node, size, width):
            letter = _initial(node)
        if not letter and id(node) in self._shared and not ops.softmax_output(node):
            is_reduction = node.op in _INITIALS and width >= _SHARED_SIZE
            if size >= _SHARED_SIZE or is_reduction:
                letter = "m" if averaged(node) else _initial(node)
        if letter:
            self._letters[id(node)] = letter
        return bool(letter) or size > _FORMULA_SIZE or depth > _DEEPEST

    def _comes_again(self, node: Node, size: int, width: int) -> bool:
        """Tell whether a long part of a formula stands in its derivative too: (tanh s)', (a/s)'."""
        if node.op in _ROOTS:
            return width >= _LONG_PART
        is_divisor = id(node) in self._divisors and width > _LONG_PART
        return is_divisor or (node.op is ops.tanh and size >= _LONG_PART)


def _initial(node: Node) -> str:
    return _INITIALS[node.op] if node.op in _INITIALS else _LETTERS[0]


def natural(name: str) -> list[tuple[int, int, str]]:
    """Return a key by which w2 comes before w10.

    >>> sorted(["w10", "b", "w2"], key=natural)
    ['b', 'w2', 'w10']
    """
    parts = re.findall(r"\d+|\D+", name)
    return [(0, int(x), "") if x.isdecimal() else (1, 0, x) for x in parts]


def named(
    nodes: list[Node], output: Node, letters: Mapping[int, str] | None = None
) -> dict[int, str]:
    """Return a name for each node.

    Args:
        nodes: what to name: by its label, or leaves x1, x2, ... and others v1, v2, ...
        output: one of them, without a label f.
        letters: by id, names that are better if they are free.
    """
    labels = [x.label for x in nodes if x.label]
    taken = set(labels)
    given = iter(distinct(labels))
    leaves, inner = count(1), count(1)
    logits = (f"z{i}" for i in count(1))
    names = {}
    for x in nodes:
        letter = (letters or {}).get(id(x))
        if x.label:
            name = next(given)
        elif x is output and "f" not in taken:
            name = "f"
        elif letter and x.op is not None:
            others = logits if letter[0] == "z" else chain(_LETTERS, (f"v{i}" for i in inner))
            name = next(s for s in chain([letter], others) if s not in taken)
            taken.add(name)
        else:
            start, numbers = ("x", leaves) if x.op is None else ("v", inner)
            name = next(s for i in numbers if (s := f"{start}{i}") not in taken)
        names[id(x)] = name
    return names
