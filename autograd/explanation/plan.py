"""Which derivatives follow from which others, in the order in which they can be computed."""

from __future__ import annotations

from functools import cached_property

from autograd import ops
from autograd.errors import GraphSizeError
from autograd.explanation.derivation import Contribution, Definition, LocalDerivative, Step
from autograd.explanation.named_graph import NamedGraph
from autograd.explanation.residue import Sum, as_residue, product
from autograd.expression import algebra
from autograd.expression.formula import ONE, Apply, Number, is_call
from autograd.expression.formula_reader import Formula
from autograd.node import Node

# How long a formula may be, in operations and operands, to be multiplied by others; and how
# long at most one is that says what a step comes to.
_LONG, _SHORT = 40, 8


class Plan:
    """Which derivatives are needed for those that are wanted, and which get their own step.

    Args:
        graph: the graph between names; the last of its nodes is the output.
        wanted: the nodes to derive for.
        max_terms: how many consumers of a node are shown, at most.
        delta_rule: give a step to every weighted sum instead of to every junction.
        max_steps: the largest number of local derivatives to be written.

    Raises:
        GraphSizeError: more would have to be written.
    """

    def __init__(
        self,
        graph: NamedGraph,
        wanted: list[Node],
        max_terms: int,
        delta_rule: bool,
        max_steps: int,
    ) -> None:
        self.graph = graph
        self.output = graph.nodes[-1]
        self.wanted = {id(x) for x in wanted}
        self.max_steps = max_steps
        self.shown: dict[int, list[Node]] = {}  # the consumers of a node that are explained
        self.uses: dict[int, int] = {}  # by how many needed nodes a node is shown as consumer
        self.wholes: dict[str, Formula] = {}  # derivatives of the output in one formula
        self.needed = self._find_needed(wanted, max_terms)
        self.through: dict[int, Node] = {}
        for node in self.needed:
            self.through[id(node)] = self._through(node)
        self.weighted_sums = [x for x in self.needed if delta_rule and self._is_weighted_sum(x)]
        self.heads = self._find_heads(delta_rule and bool(self.weighted_sums))

    def _find_needed(self, wanted: list[Node], max_terms: int) -> list[Node]:
        """Return the nodes whose derivative is needed, from the output down."""
        stack = list(wanted)
        links = 0
        while stack:
            node = stack.pop()
            if id(node) in self.shown:
                continue
            consumers = self.graph.consumers[id(node)]
            if len(consumers) > max_terms:
                consumers = [*consumers[: max_terms - 2], consumers[-1]]
            self.shown[id(node)] = consumers
            stack.extend(consumers)
            links += len(consumers)
            for x in consumers:
                self.uses[id(x)] = self.uses.get(id(x), 0) + 1
            if links > self.max_steps:
                raise self.too_large()
        return [x for x in reversed(self.graph.nodes) if id(x) in self.shown]

    def too_large(self) -> GraphSizeError:
        """Return the error that says how to narrow an explanation."""
        name = self.graph.name(self.output)
        narrower = "fewer nodes in wrt=" if len(self.wanted) > 1 else "a nearer node in wrt="
        return GraphSizeError(
            f"explaining {name!r:.60} takes more than {self.max_steps} formulas (the graph has "
            f"{len(self.graph.nodes)} named nodes): ask for {narrower}, explain an inner node, "
            "lower max_terms, remove labels that divide formulas, or raise max_steps"
        )

    def _through(self, node: Node) -> Node:
        """Return the node by which alone this one acts on the output, with derivative 1 there."""
        consumers = self.graph.consumers[id(node)]
        if len(consumers) != 1:
            return node if node is self.output else self.output
        (consumer,) = consumers
        if self.is_unit(consumer):
            term = self.graph.formula(consumer, node).term
            return node if isinstance(term, Number) and term.value == 1.0 else consumer
        return self.through[id(consumer)]

    def is_unit(self, node: Node) -> bool:
        """Tell whether d output / d node is 1 whatever the data."""
        return self.through[id(node)] is node

    def held(self, node: Node, x: Node) -> list[Node]:
        """Return what else node is computed from that depends on x: d node / d x holds it fixed."""
        if id(x) not in self._junctions:
            return []
        others = [y for y in self.graph.operands(node) if y is not x]
        return [y for y in others if self._dependence[id(y)] & self._junctions[id(x)]]

    @cached_property
    def _junctions(self) -> dict[int, int]:
        """A bit for each needed node with several consumers."""
        found = [x for x in self.needed if len(self.graph.consumers[id(x)]) > 1]
        return {id(x): 1 << i for i, x in enumerate(found)}

    @cached_property
    def _dependence(self) -> dict[int, int]:
        """Which of the junctions a node depends on, itself among them, as bits."""
        bits: dict[int, int] = {}
        for node in self.graph.nodes:
            bits[id(node)] = self._junctions.get(id(node), 0)
            for x in self.graph.operands(node):
                bits[id(node)] |= bits[id(x)]
        return bits

    def _is_weighted_sum(self, node: Node) -> bool:
        if node.op is None or self.is_unit(node):
            return False
        term = self.graph.definition(node).term
        is_sum = isinstance(term, Apply) and term.op is ops.sum
        terms = term.operands if isinstance(term, Apply) and is_sum else (term,)
        return any(isinstance(x, Apply) and x.op is ops.multiply for x in terms)

    def _find_heads(self, delta_rule: bool) -> set[int]:
        """Return the ids of the nodes that get a step of their own."""
        heads = set(self.wanted) | {id(x) for x in self.weighted_sums}
        for node in self.needed:
            is_used_again = self.uses.get(id(node), 0) > 1
            is_junction = len(self.graph.consumers[id(node)]) > 1
            if is_used_again or (is_junction and not delta_rule):
                heads.add(id(node))
            if is_junction:
                heads.update(id(x) for x in self.shown[id(node)])
        # A derivative that is 1 whatever the data needs no step.
        return {key for key in heads if key in self.wanted or id(self.through[key]) != key}


def find_steps(plan: Plan) -> list[Step]:
    """Return the steps of a derivation, each after those it builds on.

    Layer by layer, as they are written by hand; within a layer in the order of evaluation.
    """
    layers: dict[str, int] = {}
    found = []
    for node in plan.needed:
        if id(node) in plan.heads:
            step = _step(plan, node)
            upstream = [layers.get(x.upstream, 0) for x in step.contributions]
            layers[step.name] = 1 + max(upstream, default=0)
            found.append(step)
    found.reverse()
    return sorted(found, key=lambda step: layers[step.name])


def _step(plan: Plan, node: Node) -> Step:
    graph = plan.graph
    below: list[LocalDerivative] = []  # from the node up to the junction
    junction = node
    while len(graph.consumers[id(junction)]) == 1:
        (consumer,) = graph.consumers[id(junction)]
        if id(consumer) in plan.heads or plan.is_unit(consumer):
            break
        below.append(_local_derivative(plan, consumer, junction))
        junction = consumer
    tail = tuple(reversed(below))
    shown = plan.shown[id(junction)]
    is_sum = len(graph.consumers[id(junction)]) > 1
    contributions = [_contribution(plan, x, junction, () if is_sum else tail) for x in shown]
    whole, length = _whole(plan, contributions, tail if is_sum else ())
    if whole is not None and not plan.is_unit(node):
        plan.wholes[graph.name(node)] = whole
    is_short = whole is not None and algebra.size(whole.term) <= min(length / 2, _SHORT)
    ids = {id(x) for x in shown}
    others = [x for x in graph.consumers[id(junction)] if id(x) not in ids]
    omitted = Sum()
    for x in others:
        omitted.add(_handed_back(graph, x, junction), 1.0)
    return Step(
        name=graph.name(node),
        value=graph.adjoints[id(node)],
        is_wanted=id(node) in plan.wanted,
        through=graph.name(plan.through[id(node)]),
        junction=graph.name(junction),
        contributions=tuple(contributions),
        omitted=len(others),
        omitted_value=omitted.value,
        tail=tail if is_sum else (),
        short=whole if is_short else None,
    )


def _whole(
    plan: Plan, contributions: list[Contribution], tail: tuple[LocalDerivative, ...]
) -> tuple[Formula | None, int]:
    """Return d output / d node as one formula, and how long it is as a product of its factors.

    None where it is long, or something was left out or decided on the way.
    """
    terms, length = [], 0
    for x in contributions:
        upstream = Formula(ONE) if x.is_top else plan.wholes.get(x.upstream)
        factors = [factor.formula for factor in (*x.factors, *tail)]
        if upstream is None or any(y.given or y.is_nothing for y in factors):
            return None, 0
        if not any(isinstance(y.term, Apply) and y.term.divides for y in (upstream, *factors)):
            return None, 0  # nothing cancels
        length += sum(algebra.size(y.term) for y in (upstream, *factors))
        if length > _LONG:
            return None, 0
        for y in factors:
            upstream = upstream.times(y)
        terms.append(upstream)
    if not terms:
        return None, 0
    whole = Formula.total(terms).simplified()
    return (whole if algebra.size(whole.term) <= _LONG // 2 else None), length


def _contribution(
    plan: Plan, consumer: Node, x: Node, tail: tuple[LocalDerivative, ...]
) -> Contribution:
    graph = plan.graph
    value = product(_handed_back(graph, consumer, x), *[factor.value for factor in tail])
    return Contribution(
        upstream=graph.name(consumer),
        upstream_value=graph.adjoints[id(consumer)],
        through=graph.name(plan.through[id(consumer)]),
        factors=(_local_derivative(plan, consumer, x), *tail),
        value=value,
    )


def _handed_back(graph: NamedGraph, consumer: Node, x: Node) -> float:
    return product(graph.adjoints[id(consumer)], graph.local_derivative(consumer, x))


def _local_derivative(plan: Plan, consumer: Node, x: Node) -> LocalDerivative:
    graph = plan.graph
    held = tuple([graph.name(y) for y in plan.held(consumer, x)])
    value = graph.local_derivative(consumer, x)
    return LocalDerivative(
        graph.name(consumer), graph.name(x), graph.formula(consumer, x), value, held
    )


def find_defined(plan: Plan, everything: bool) -> list[Node]:
    """Return the named nodes whose formula the steps differentiate, or all, operands first."""
    graph = plan.graph
    if everything and len(graph.nodes) > plan.max_steps:
        raise plan.too_large()
    nodes = [x for x in graph.nodes if everything or plan.uses.get(id(x)) or x is plan.output]
    if graph.passed_over:
        chosen = {id(x) for x in nodes} | {id(x) for x in graph.ends_of(nodes)} & graph.passed_over
        nodes = [x for x in graph.nodes if id(x) in chosen]
    for x in nodes:
        graph.require_recorded_data(x)
    return [x for x in nodes if x.op is not None]


def find_definitions(graph: NamedGraph, nodes: list[Node]) -> list[Definition]:
    """Return the formulas of named nodes, and of what they and the steps are written with."""
    found = [_definition(graph, x) for x in nodes]
    for row in graph.outputs.rows:
        before = {graph.names.get(id(x)) for x in row.operands}
        place = max((i for i, x in enumerate(found, start=1) if x.name in before), default=0)
        whole, *parts = graph.row_formulas(row)
        outputs = [
            Definition(name, part, value, (row.name, whole) if row.is_softmax else None)
            for name, part, value in zip(row.names, parts, row.values)
        ]
        said = {x for x in row.names if x.startswith(row.name)}  # p2 is the second of p
        before_it, after_it = found[:place], [x for x in found[place:] if x.name not in said]
        found = [*before_it, *outputs, *after_it]
    return found


def _definition(graph: NamedGraph, node: Node) -> Definition:
    formula = graph.definition(node)
    terms = formula.term.operands if is_call(formula.term, ops.sum) else ()
    value = as_residue(node.data, sum(abs(x.value) for x in terms))
    return Definition(graph.name(node), formula, value)
