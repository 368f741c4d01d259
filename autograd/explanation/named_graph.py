"""The graph between the nodes that have a name: what an explanation speaks about.

Everything between two names is one formula with one local derivative. Cost is linear in
the graph: adjoints are carried from name to name, and no path is followed twice.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from itertools import count

from autograd import ops
from autograd.expression.expression import distinct, shared_nodes
from autograd.expression.formula import ONE
from autograd.expression.formula_reader import Formula, FormulaReader
from autograd.functional import local_rules, require_recorded_data
from autograd.masks import number_now, plain
from autograd.node import Node
from autograd.op import NOTHING
from autograd.order import topological_order
from autograd.value import Value

# A formula of more operations is divided by a made-up name, and so is one of more than a
# few that is used more than once.
_FORMULA_SIZE = 40
_SHARED_SIZE = 4

_SUMS = (ops.add, ops.subtract, ops.sum, ops.dot)


class NamedGraph:
    """A graph seen as named nodes.

    Args:
        output: the node at the top; it has a name.
        kept: further nodes that need a name although they have no label.
        primitive: name every operation.

    Attributes:
        names: the names by id.
        nodes: the named nodes, operands first.
        adjoints: d output / d node by id, for every named node.
        consumers: by id, the named nodes that are computed directly from a node.
    """

    def __init__(self, output: Node, kept: Collection[Node], primitive: bool = False) -> None:
        order = topological_order(output)
        self._position = {id(x): i for i, x in enumerate(order)}
        self._shared = shared_nodes(order)
        chosen = self._choose(order, {id(output), *map(id, kept)}, primitive)
        self.nodes: list[Node] = chosen
        self.names = named(chosen, output)
        self._definitions = FormulaReader(self.names, self._shared, spell_out=True)
        self._rules = FormulaReader(self.names, self._shared, spell_out=True, decide=True)
        self._formulas: dict[int, dict[int, Formula]] = {}
        self._locals: dict[int, dict[int, float]] = {}
        self.adjoints: dict[int, float] = dict.fromkeys(self.names, NOTHING)
        self.consumers: dict[int, list[Node]] = {key: [] for key in self.names}
        self._propagate(output)

    def name(self, node: Node) -> str:
        return self.names[id(node)]

    def local_derivative(self, node: Node, x: Node) -> float:
        """Return d node / d x between two names, as recorded."""
        return self._locals[id(node)][id(x)]

    def require_recorded_data(self, node: Node) -> None:
        """Raise a StaleGraphError if data changed since a formula was recorded."""
        for x in self._inside(node):
            require_recorded_data(x)

    def ends_of(self, nodes: list[Node]) -> list[Node]:
        """Return the named nodes in the formulas of some others, in the order of their names."""
        inside = [x for node in nodes for x in self._inside(node)]
        operands = {id(y): y for x in inside for y in x.operands if isinstance(y, Value)}
        others = {id(x) for x in nodes}
        ends = [x for key, x in operands.items() if key in self.names and key not in others]
        return sorted(ends, key=lambda x: natural(self.name(x)))

    def definition(self, node: Node) -> Formula:
        """Return the formula of a named node in terms of the names below it."""
        return self._definitions.definition(node)

    def formula(self, node: Node, x: Node) -> Formula:
        """Return the formula of d node / d x, by the rules of the operations between them.

        Raises:
            StaleGraphError: data changed since the graph was recorded.
        """
        if id(node) not in self._formulas:
            self._formulas[id(node)] = self._derive(node)
        return self._formulas[id(node)][id(x)]

    def _choose(self, order: list[Node], kept: set[int], primitive: bool) -> list[Node]:
        """Return the nodes to name: those with a label, and some that divide long formulas."""
        named = []
        sizes: dict[int, int] = {}  # of the formula that a node would add to its consumer
        for node in order:
            parts = [x for x in node.operands if isinstance(x, Value)]
            size = 0 if node.op is None else 1 + sum(sizes[id(x)] for x in parts)
            if node.op in _SUMS:  # rows of terms are long, but simple; a + b + c is one row
                rows = [sizes[id(x)] - (x.op in _SUMS and sizes[id(x)] > 0) for x in parts[:1]]
                size = 1 + max([*rows, *[sizes[id(x)] for x in parts[1:]]], default=0)
            is_condition = node.op in ops.CONDITIONS
            if (
                node.label
                or id(node) in kept
                or size > (_SHARED_SIZE if id(node) in self._shared else _FORMULA_SIZE)
                or (primitive and size and not is_condition)
            ):
                named.append(node)
                size = 0
            sizes[id(node)] = size
        return named

    def _propagate(self, output: Node) -> None:
        """Find local derivatives, adjoints and consumers, from the output down."""
        self.adjoints[id(output)] = 1.0
        for node in reversed(self.nodes):
            derivatives = self._locals[id(node)] = self._differentiate(node)
            for key, derivative in derivatives.items():
                self.adjoints[key] += self.adjoints[id(node)] * derivative
                self.consumers[key].append(node)
        for consumers in self.consumers.values():
            consumers.reverse()

    def _inside(self, node: Node) -> list[Node]:
        """Return a named node and the unnamed ones that make up its formula, consumers first."""
        found = {id(node): node}
        stack = [node]
        while stack:
            for x in stack.pop().operands:
                if isinstance(x, Value) and id(x) not in self.names and id(x) not in found:
                    found[id(x)] = x
                    stack.append(x)
        return sorted(found.values(), key=lambda x: -self._position[id(x)])

    def _differentiate(self, node: Node) -> dict[int, float]:
        """Return d node / d x by id for each named x in its formula."""
        inside = {id(node): 1.0}
        derivatives: dict[int, float] = {}
        for x in self._inside(node):
            upstream = inside.get(id(x))
            if upstream is None or x.op is None or x.op.partials is None:
                continue
            for y, derivative in zip(x.operands, x._partials()):
                if derivative is not None:
                    sums = derivatives if id(y) in self.names else inside
                    sums[id(y)] = sums.get(id(y), NOTHING) + upstream * derivative
        return derivatives

    def _derive(self, node: Node) -> dict[int, Formula]:
        """Return the formula of d node / d x by id for each named x in its formula."""
        inside = self._inside(node)
        place = _places(node, {id(x) for x in inside})
        # Each way with its place, so that terms stand as the operands do: a*b + a gives b + 1.
        ways: dict[int, list[tuple[int, Formula]]] = {id(node): [(0, Formula(ONE))]}
        # 0 times infinity: the reader wants to see where the nan comes from.
        keep_zeros = any(math.isnan(d) for d in self._locals[id(node)].values())
        for x in inside:
            if id(x) in ways and x.op is not None:
                upstream = _total(ways.pop(id(x)))
                rules: dict[int, list[Formula]] = {}  # x*x has its operand twice
                for y, rule in local_rules(x, as_written=True):
                    formula = self._rules.read(plain(rule))
                    if number_now(rule) is NOTHING:
                        formula = formula.as_nothing()
                    rules.setdefault(id(y), []).append(formula)
                for key, formulas in rules.items():
                    term = upstream.times(Formula.total(formulas), keep_zeros)
                    ways.setdefault(key, []).append((place[id(x), key], term))
        return {key: _total(terms).simplified() for key, terms in ways.items()}


def _total(ways: list[tuple[int, Formula]]) -> Formula:
    """Return the sum of formulas in the order of their places."""
    ways.sort(key=lambda way: way[0])
    return Formula.total([formula for _, formula in ways])


def _places(node: Node, inside: set[int]) -> dict[tuple[int, int], int]:
    """Return by consumer and operand at which place a formula reads the operand first."""
    places: dict[tuple[int, int], int] = {}
    stack: list[tuple[int, Node]] = [(0, node)]
    seen: set[int] = set()
    while stack:
        consumer, x = stack.pop()
        places.setdefault((consumer, id(x)), len(places))
        if id(x) in inside and id(x) not in seen:
            seen.add(id(x))
            operands = [y for y in x.operands if isinstance(y, Value)]
            stack += [(id(x), y) for y in reversed(operands)]
    return places


def natural(name: str) -> list[tuple[int, int, str]]:
    """Return a key by which w2 comes before w10.

    >>> sorted(["w10", "b", "w2"], key=natural)
    ['b', 'w2', 'w10']
    """
    parts = re.findall(r"\d+|\D+", name)
    return [(0, int(x), "") if x.isdecimal() else (1, 0, x) for x in parts]


def named(nodes: list[Node], output: Node) -> dict[int, str]:
    """Return a name for each node: its label, or f for the output, x1, ... for leaves, v1, ..."""
    labels = [x.label for x in nodes if x.label]
    taken = set(labels)
    given = iter(distinct(labels))
    leaves, inner = count(1), count(1)
    names = {}
    for x in nodes:
        if x.label:
            name = next(given)
        elif x is output and "f" not in taken:
            name = "f"
        else:
            letter, numbers = ("x", leaves) if x.op is None else ("v", inner)
            name = next(s for i in numbers if (s := f"{letter}{i}") not in taken)
        names[id(x)] = name
    return names
