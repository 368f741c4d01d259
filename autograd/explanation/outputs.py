"""Outputs of softmax and sigmoid that nobody labelled: p1, p2, ... and p, each named once.

A textbook writes the derivatives of a loss in terms of these, whether the program has a node
for them or a rule makes one: p2 − 1. They are symbols of formulas and no steps of the chain
rule; the row that they are outputs of is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from autograd import ops
from autograd.explanation.idioms import differences
from autograd.node import Node
from autograd.value import Value

# Of a longer row that nobody labelled the parts are steps, or there would be too many edges.
LONGEST_ROW = 32


@dataclass(frozen=True)
class Row:
    """What softmax is applied to, or one number that sigmoid is.

    Attributes:
        operands: the row.
        name: of all outputs together.
        names: of each output.
        is_softmax: whether it is a row, and no number for sigmoid.
    """

    operands: tuple[Any, ...]
    name: str
    names: tuple[str, ...]
    is_softmax: bool

    @property
    def values(self) -> tuple[float, ...]:
        """The numbers of the outputs."""
        outputs = ops.softmax(self.operands) if self.is_softmax else map(ops.sigmoid, self.operands)
        return tuple([float(getattr(p, "data", p)) for p in outputs])


class Outputs:
    """The names of what nodes, and derivatives, are outputs of.

    Args:
        nodes: of the graph.
        names: by id, of the nodes that have one.
        sigmoids: ids of the nodes of sigmoid whose output gets a name.
    """

    def __init__(
        self, nodes: Iterable[Node], names: Mapping[int, str], sigmoids: Collection[int]
    ) -> None:
        self._names = names
        self._taken = set(names.values())
        self._rows: dict[Any, Row] = {}
        self._labelled: dict[Any, str] = {}
        self._known: dict[int, tuple[Any, Any, Any]] = {}  # keys and rows, of nodes kept alive
        self._sigmoids = {id(x.operands[0]) for x in nodes if id(x) in sigmoids}
        self._letters = _letters()
        found_rows: dict[Any, tuple[Any, ...]] = {}  # in the order in which they are computed
        for x in nodes:
            found = self._place(x)
            if found is not None:
                key, operands, place = found
                found_rows[key] = operands
                if id(x) in names:
                    self._labelled.setdefault((key, place), names[id(x)])
            elif x.op is ops.logsumexp:
                key, operands = self._key(x, x.operands)
                found_rows[key] = operands
        unlabelled = [pair for pair in found_rows.items() if not self._is_labelled(pair[0])]
        self._named = {key: self._named_row(key, operands) for key, operands in unlabelled}

    @property
    def rows(self) -> list[Row]:
        """The rows with outputs that were named."""
        return list(self._rows.values())

    def names(self) -> list[str]:
        """Return the names that were made up."""
        made_up = [x for row in self.rows for x in (row.name, *row.names)]
        return [x for x in dict.fromkeys(made_up) if x not in self._names.values()]

    def name(self, node: Node) -> str | None:
        """Return the name of a node that is an output; None for any other."""
        found = self._place(node)
        if found is None:
            return None
        key, operands, place = found
        if (key, place) in self._labelled:
            return self._labelled[key, place]
        if key not in self._rows:
            self._rows[key] = self._named.get(key) or self._named_row(key, operands)
        return self._rows[key].names[place]

    def _place(self, node: Node) -> tuple[Any, tuple[Any, ...], int] | None:
        """Return a key and the operands of the row, and which output a node is."""
        if node.op is ops.sigmoid and id(node.operands[0]) in self._sigmoids:
            return id(node.operands[0]), node.operands, 0
        found = ops.softmax_output(node)
        if found is None:
            return None
        row, place = found
        holder = node.operands[1] if node.op is ops.exp_of_difference else node
        return *self._key(holder, row), place

    def _key(self, holder: Node, row: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
        """Return a key for the row that a node has, and what it is applied to."""
        if id(holder) not in self._known:
            operands = differences(row, self._names)
            key = tuple([id(x) if isinstance(x, Value) else (x,) for x in operands])
            self._known[id(holder)] = (holder, key, operands)
        return self._known[id(holder)][1:]

    def _named_row(self, key: Any, operands: tuple[Any, ...]) -> Row:
        is_softmax = isinstance(key, tuple)
        suffixes = self._suffixes(operands) if is_softmax else [""]
        for letter in self._letters:
            dash = "_" if is_softmax and len(letter) > 1 else ""
            names = [
                self._labelled.get((key, k), letter + dash + x) for k, x in enumerate(suffixes)
            ]
            made_up = {x for k, x in enumerate(names) if (key, k) not in self._labelled}
            if letter not in self._taken and not made_up & self._taken:
                self._taken |= {letter, *made_up}
                break
        return Row(operands, letter, tuple(names), is_softmax)

    def _is_labelled(self, key: Any) -> bool:
        """Tell whether every output of a row has a label."""
        count = len(key) if isinstance(key, tuple) else 1
        return all((key, place) in self._labelled for place in range(count))

    def _suffixes(self, operands: tuple[Any, ...]) -> list[str]:
        """Return 1, 2, ... or the numbers of the operands' labels: p0 belongs to z0."""
        labels = [getattr(x, "label", None) or "" for x in operands]
        found = [re.fullmatch(r"(.*?)(\d+)", label) for label in labels]
        stems = {x[1] if x else None for x in found}
        numbers = [x[2] for x in found if x]
        if None not in stems and len(stems) == 1 and len(set(numbers)) == len(operands):
            return numbers
        return [str(k) for k, _ in enumerate(operands, start=1)]


def _letters() -> Iterator[str]:
    yield from "pqr"
    yield from (f"p{k}" for k in count(4))
