"""The steps of a derivation, as data: which derivative follows from which others.

A step multiplies the derivatives along one chain of nodes, back to a derivative that an
earlier step found; where a node has several consumers, it first adds up what each hands
back. The steps are in the order in which they can be computed, from the output down.
"""

from __future__ import annotations

from dataclasses import dataclass

from autograd import ops
from autograd.errors import GraphSizeError
from autograd.explanation.named_graph import NamedGraph
from autograd.expression.formula import Apply, Number
from autograd.expression.formula_reader import Formula
from autograd.node import Node


@dataclass(frozen=True)
class Definition:
    """A named quantity of the forward pass: name = formula = value.

    Attributes:
        whole: of an output of softmax, which is written with all others in one row, the name
            and the formula of all.
    """

    name: str
    formula: Formula
    value: float
    whole: tuple[str, Formula] | None = None


@dataclass(frozen=True)
class LocalDerivative:
    """d of / d wrt = formula = value, between two named nodes."""

    of: str
    wrt: str
    formula: Formula
    value: float


@dataclass(frozen=True)
class Contribution:
    """What one consumer hands back: its own derivative times the local derivatives.

    Attributes:
        upstream: the node at which the chain ends.
        upstream_value: d output / d upstream.
        through: the node by which alone upstream acts on the output, with d output /
            d through = 1; the output itself where there is no other.
        factors: the local derivatives from upstream down.
        value: the product.
    """

    upstream: str
    upstream_value: float
    through: str
    factors: tuple[LocalDerivative, ...]
    value: float

    @property
    def is_top(self) -> bool:
        """Whether d output / d upstream is 1 and need not be written."""
        return self.upstream == self.through


@dataclass(frozen=True)
class Step:
    """d output / d name = (the sum of the contributions and what was omitted) * the tail.

    Attributes:
        name: the node that the derivative is for.
        value: d output / d name.
        is_wanted: whether it was asked for, or only leads there.
        through: as in `Contribution`.
        junction: the node whose contributions are added; name, but for merged steps.
        contributions: one per consumer that is shown.
        omitted, omitted_value: how many more consumers there are, and their sum.
        tail: local derivatives from the junction down to name, in merged steps.
    """

    name: str
    value: float
    is_wanted: bool
    through: str
    junction: str
    contributions: tuple[Contribution, ...]
    omitted: int
    omitted_value: float
    tail: tuple[LocalDerivative, ...]

    @property
    def is_sum(self) -> bool:
        """Whether several consumers hand back a contribution."""
        return len(self.contributions) + self.omitted > 1


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
        below.append(_local_derivative(graph, consumer, junction))
        junction = consumer
    tail = tuple(reversed(below))
    shown = plan.shown[id(junction)]
    is_sum = len(graph.consumers[id(junction)]) > 1
    contributions = [_contribution(plan, x, junction, () if is_sum else tail) for x in shown]
    ids = {id(x) for x in shown}
    others = [x for x in graph.consumers[id(junction)] if id(x) not in ids]
    return Step(
        name=graph.name(node),
        value=graph.adjoints[id(node)],
        is_wanted=id(node) in plan.wanted,
        through=graph.name(plan.through[id(node)]),
        junction=graph.name(junction),
        contributions=tuple(contributions),
        omitted=len(others),
        omitted_value=sum(_handed_back(graph, x, junction) for x in others),
        tail=tail if is_sum else (),
    )


def _contribution(
    plan: Plan, consumer: Node, x: Node, tail: tuple[LocalDerivative, ...]
) -> Contribution:
    graph = plan.graph
    value = _handed_back(graph, consumer, x)
    for factor in tail:
        value *= factor.value
    return Contribution(
        upstream=graph.name(consumer),
        upstream_value=graph.adjoints[id(consumer)],
        through=graph.name(plan.through[id(consumer)]),
        factors=(_local_derivative(graph, consumer, x), *tail),
        value=value,
    )


def _handed_back(graph: NamedGraph, consumer: Node, x: Node) -> float:
    return graph.adjoints[id(consumer)] * graph.local_derivative(consumer, x)


def _local_derivative(graph: NamedGraph, consumer: Node, x: Node) -> LocalDerivative:
    value = graph.local_derivative(consumer, x)
    formula = graph.formula(consumer, x)
    return LocalDerivative(graph.name(consumer), graph.name(x), formula, value)


def find_defined(plan: Plan, everything: bool) -> list[Node]:
    """Return the named nodes whose formula the steps differentiate, or all, operands first."""
    graph = plan.graph
    if everything and len(graph.nodes) > plan.max_steps:
        raise plan.too_large()
    nodes = [x for x in graph.nodes if everything or plan.uses.get(id(x)) or x is plan.output]
    ends = {id(x) for x in graph.ends_of(nodes)} & graph.passed_over if graph.passed_over else set()
    if ends:
        chosen = {id(x) for x in nodes} | ends
        nodes = [x for x in graph.nodes if id(x) in chosen]
    for x in nodes:
        graph.require_recorded_data(x)
    return [x for x in nodes if x.op is not None]


def find_definitions(graph: NamedGraph, nodes: list[Node]) -> list[Definition]:
    """Return the formulas of named nodes, and of what they and the steps are written with."""
    found = [Definition(graph.name(x), graph.definition(x), x.data) for x in nodes]
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
