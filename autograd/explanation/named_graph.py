"""The graph between the nodes that have a name: what an explanation speaks about.

Everything between two names is one formula with one local derivative. Cost is linear in
the graph: adjoints are carried from name to name, and no path is followed twice.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any

from autograd import ops
from autograd.explanation.idioms import find_idiom
from autograd.explanation.outputs import Outputs, Row
from autograd.explanation.quantities import Quantities, natural
from autograd.explanation.residue import Sum
from autograd.expression.expression import shared_nodes
from autograd.expression.formula import ONE, SOFTMAX, Apply, Number
from autograd.expression.formula_reader import Formula, FormulaReader
from autograd.masks import number_now, plain
from autograd.node import Node
from autograd.op import NOTHING
from autograd.order import topological_order
from autograd.rules import local_rules, require_recorded
from autograd.value import Value


class NamedGraph:
    """A graph seen as named nodes.

    Args:
        output: the node at the top; it has a name.
        kept: further nodes that need a name although they have no label.
        primitive: name every operation.

    Attributes:
        names: the names by id.
        outputs: the names of outputs of softmax that are no steps.
        nodes: the named nodes, operands first.
        adjoints: d output / d node by id, for every named node.
        passed_over: ids of named nodes that stand in formulas alone: a textbook sees no way
            from them to the output, as from the mean to the variance.
        consumers: by id, the named nodes that are computed directly from a node.
    """

    def __init__(self, output: Node, kept: Collection[Node], primitive: bool = False) -> None:
        order = topological_order(output)
        self._position = {id(x): i for i, x in enumerate(order)}
        shared = shared_nodes(order)
        fixed = {id(output), *map(id, kept)}
        seen = {id(x) for x in order if primitive or x.label} | fixed
        idioms = {id(x): y for x in order if (y := find_idiom(x, seen))}
        quantities = Quantities(order, shared, fixed, idioms, primitive)
        self.nodes: list[Node] = quantities.nodes
        self.names = quantities.names(output)
        self.outputs = Outputs(order, self.names, quantities.sigmoids)
        self._idioms = idioms
        spellings = {key: x.definition for key, x in idioms.items() if x.definition}
        self._definitions = FormulaReader(
            self.names, shared, aliases=self.outputs.name, spellings=spellings
        )
        self._rules = FormulaReader(
            self.names, shared, aliases=self.outputs.name, spellings=spellings, decide=True
        )
        self._ends = fixed
        self._named = {id(x): x for x in self.nodes}
        self.passed_over: set[int] = set()
        self._formulas: dict[int, dict[int, Formula]] = {}
        self._locals: dict[int, dict[int, float]] = {}
        self.adjoints: dict[int, float] = dict.fromkeys(self.names, NOTHING)
        self.consumers: dict[int, list[Node]] = {key: [] for key in self.names}
        self._propagate(output)

    def name(self, node: Node) -> str:
        return self.names[id(node)]

    def operands(self, node: Node) -> list[Node]:
        """Return the named nodes that a node is computed from directly, in their order."""
        found = [self._named[key] for key in self._locals.get(id(node), ())]
        return sorted(found, key=lambda x: self._position[id(x)])

    def local_derivative(self, node: Node, x: Node) -> float:
        """Return d node / d x between two names, as recorded."""
        return self._locals[id(node)][id(x)]

    def require_recorded_data(self, node: Node) -> None:
        """Raise a StaleGraphError if data changed since a formula was recorded."""
        for x in self._inside(node):
            require_recorded(x)

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

    def row_formulas(self, row: Row) -> list[Formula]:
        """Return how the outputs of softmax or sigmoid are written, all and each by itself."""
        operands = tuple([self._definitions.read(x).term for x in row.operands])
        if not row.is_softmax:
            return [Formula(Apply(ops.sigmoid, operands))] * 2
        places = [(Number(float(k)), *operands) for k, _ in enumerate(operands)]
        parts = [Apply(ops.softmax_at, place) for place in places]
        return [Formula(x) for x in (Apply(SOFTMAX, operands), *parts)]

    def formula(self, node: Node, x: Node) -> Formula:
        """Return the formula of d node / d x, by the rules of the operations between them.

        Raises:
            StaleGraphError: data changed since the graph was recorded.
        """
        if id(node) not in self._formulas:
            self._formulas[id(node)] = self._derive(node)
        return self._formulas[id(node)][id(x)]

    def _propagate(self, output: Node) -> None:
        """Find local derivatives, adjoints and consumers, from the output down."""
        sums = {key: Sum() for key in self.names}
        sums[id(output)].add(1.0, 1.0)
        for node in reversed(self.nodes):
            if not self.consumers[id(node)] and id(node) not in self._ends:
                self.passed_over.add(id(node))
                continue
            adjoint = self.adjoints[id(node)] = sums.pop(id(node)).value
            derivatives = self._locals[id(node)] = self._differentiate(node)
            for key, derivative in derivatives.items():
                sums[key].add(adjoint, derivative)
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
        sums = {id(node): Sum()}
        sums[id(node)].add(1.0, 1.0)
        for x in self._inside(node):
            if id(x) in sums:
                upstream = sums.pop(id(x)).value
                for y, derivative in self._local_numbers(x):
                    sums.setdefault(id(y), Sum()).add(upstream, derivative)
        return {key: x.value for key, x in sums.items() if key in self.names}

    def _local_numbers(self, x: Node) -> list[tuple[Node, float]]:
        """Return (operand, derivative) for what a node is computed from, as a textbook sees it."""
        if id(x) in self._idioms:
            return [(y, number_now(rule)) for y, rule in self._idioms[id(x)].derivatives()]
        if x.op is None or x.op.partials is None:
            return []
        return [(y, d) for y, d in zip(x.operands, x._partials()) if d is not None]

    def _local_rules(self, x: Node) -> list[tuple[Value, Any]]:
        """Return the same as expressions."""
        if id(x) in self._idioms:
            require_recorded(x)
            return self._idioms[id(x)].derivatives()
        return local_rules(x, as_written=True)

    def _derive(self, node: Node) -> dict[int, Formula]:
        """Return the formula of d node / d x by id for each named x in its formula."""
        local = {id(x): self._local_rules(x) for x in self._inside(node)}
        place = _places(node, {key: [y for y, _ in pairs] for key, pairs in local.items()})
        # Each way with its place, so that terms stand as the operands do: a*b + a gives b + 1.
        ways: dict[int, list[tuple[int, Formula]]] = {id(node): [(0, Formula(ONE))]}
        # 0 times infinity: the reader wants to see where the nan comes from.
        keep_zeros = any(math.isnan(d) for d in self._locals[id(node)].values())
        for x, pairs in local.items():
            if x in ways and pairs:
                upstream = _total(ways.pop(x))
                rules: dict[int, list[Formula]] = {}  # x*x has its operand twice
                for y, rule in pairs:
                    formula = self._rules.read(plain(rule))
                    if number_now(rule) is NOTHING:
                        formula = formula.as_nothing()
                    rules.setdefault(id(y), []).append(formula)
                for key, formulas in rules.items():
                    term = upstream.times(Formula.total(formulas), keep_zeros)
                    ways.setdefault(key, []).append((place[x, key], term))
        found = {key: ways[key] for key in self._locals[id(node)]}
        return {key: _total(terms).simplified() for key, terms in found.items()}


def _total(ways: list[tuple[int, Formula]]) -> Formula:
    """Return the sum of formulas in the order of their places."""
    ways.sort(key=lambda way: way[0])
    return Formula.total([formula for _, formula in ways])


def _places(node: Node, operands: Mapping[int, list[Value]]) -> dict[tuple[int, int], int]:
    """Return by consumer and operand at which place a formula reads the operand first."""
    places: dict[tuple[int, int], int] = {}
    stack = [(0, id(node))]
    while stack:
        edge = stack.pop()
        if edge not in places:
            places[edge] = len(places)
            stack += [(edge[1], id(y)) for y in reversed(operands.get(edge[1], []))]
    return places
