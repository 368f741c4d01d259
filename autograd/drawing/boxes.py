"""From the parts of a graph to the boxes and edges of a diagram; scopes may be one box each."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush

from autograd.drawing.diagram import ALIKE, CONDITION, GATE, LEAF, OPERATION, SCOPE, Box, Edge, Port
from autograd.drawing.folding import Part
from autograd.drawing.gate import is_condition
from autograd.language import phrases
from autograd.node import Node
from autograd.op import NOTHING

Scope = tuple[str, ...]


def scope_of(node: Node) -> Scope:
    """Return the names of the scopes around a node, the outermost first."""
    return tuple(node.scope.split("/")) if node.scope else ()


def all_scopes(parts: Iterable[Part]) -> list[Scope]:
    """Return all scopes, outer ones too, in the order in which they first occur."""
    scopes = dict.fromkeys(scope_of(part.node) for part in parts)
    return list(dict.fromkeys(x[:k] for x in scopes for k in range(1, len(x) + 1)))


class Assembly:
    """Boxes and edges made of parts.

    Args:
        parts: what to draw, in topological order.
        output: the node that the gradients are of.
        collapsed: scopes to draw as one box each, with all that is inside, and the names on
            that box and around it: its own, or one name for several scopes.
        language: of the words on them.

    Attributes:
        boxes, edges: as a `Diagram` takes them.
        edge_of: the index of the edge for (id of a part's node, position of its operand);
            what lies inside a folded scope has none.
        box_of: the id of the box for the id of a part's node.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        output: Node,
        collapsed: Mapping[Scope, Scope],
        language: str = "en",
    ) -> None:
        self._parts = parts
        self._output = output
        self._language = language
        self._scope = {id(x.node): _outermost(scope_of(x.node), collapsed) for x in parts}
        self._shows_grads = any(x.node.grad != 0.0 for x in parts)
        self._inside: dict[Scope, list[Part]] = {}
        for part in parts:
            scope = self._scope[id(part.node)]
            if scope is not None:
                self._inside.setdefault(scope, []).append(part)
        self._nodes = {id(x.node): x.node for x in parts}
        self._inputs = {scope: self._inputs_of(scope) for scope in self._inside}
        self._outputs = self._find_outputs()
        keys = self._ordered_keys()
        ids = {key: f"n{i}" for i, key in enumerate(keys)}
        self.box_of = {id(x.node): ids[self._key(id(x.node))] for x in parts}
        by_key = {self._key(id(x.node)): x for x in parts}
        self.boxes = tuple([self._box(key, ids[key], by_key[key]) for key in keys])
        self.edge_of: dict[tuple[int, int], int] = {}
        self.edges = tuple(self._connect())

    def outputs_of(self, node: int) -> tuple[Node, ...] | None:
        """Return the outputs of the folded scope around a part's node; None if it is a box."""
        scope = self._scope[node]
        return None if scope is None else tuple([self._nodes[x] for x in self._outputs[scope]])

    def inside_with(self, node: int) -> set[int]:
        """Return the ids of the parts' nodes that are in one box with a part's node."""
        scope = self._scope[node]
        return {node} if scope is None else {id(part.node) for part in self._inside[scope]}

    def _key(self, node: int) -> Hashable:
        """Return what is drawn as one box: a folded scope, or else the node."""
        return self._scope[node] or node

    def _inputs_of(self, scope: Scope) -> dict[int, bool]:
        """Return the ids of the nodes used from outside, and whether each gets a gradient."""
        inputs: dict[int, bool] = {}
        for part in self._inside[scope]:
            for x in part.operands:
                if self._scope[id(x.node)] != scope:
                    carries_gradient = x.derivative is not None
                    inputs[id(x.node)] = inputs.get(id(x.node), False) or carries_gradient
        return inputs

    def _find_outputs(self) -> dict[Scope, list[int]]:
        """Return the ids of the nodes of each folded scope that are used outside of it."""
        used = {id(self._output)}
        for part in self._parts:
            scope = self._scope[id(part.node)]
            used.update(id(x.node) for x in part.operands if self._scope[id(x.node)] != scope)
        return {
            scope: [id(x.node) for x in inside if id(x.node) in used]
            for scope, inside in self._inside.items()
        }

    def _ordered_keys(self) -> list[Hashable]:
        sources: dict[Hashable, list[Hashable]] = {}
        for part in self._parts:
            key = self._key(id(part.node))
            row = sources.setdefault(key, [])
            row.extend(k for x in part.operands if (k := self._key(id(x.node))) != key)
        return _topological(sources)

    # --- boxes ------------------------------------------------------------------------

    def _box(self, key: Hashable, name: str, part: Part) -> Box:
        if isinstance(key, tuple):
            return self._folded_scope(key, name)
        node = part.node
        kind = LEAF if node.op is None else OPERATION if node.label or part.is_formula else GATE
        if is_condition(node):
            kind = CONDITION
        text = part.text
        if part.alike:
            kind = ALIKE
            text = phrases.MORE_ALIKE.say(self._language, n=str(len(part.alike)))
        grad = node.grad if self._shows_grads and kind != CONDITION else None
        label = node.label or ""
        passes = 1 if grad is None else node.passes
        return Box(name, kind, label, text, node.data, grad, scope_of(node), passes=passes)

    def _folded_scope(self, scope: Scope, name: str) -> Box:
        leaves = sum(part.node.op is None for part in self._inside[scope])
        operations = len(self._inside[scope]) - leaves
        counts = [
            (operations, phrases.ONE_OPERATION if operations == 1 else phrases.OPERATIONS),
            (leaves, phrases.ONE_LEAF if leaves == 1 else phrases.LEAVES),
        ]
        text = ", ".join(x.say(self._language, n=str(n)) for n, x in counts if n)
        inputs = tuple([self._port(x) for x in self._inputs[scope]])
        outputs = tuple([self._port(x) for x in self._outputs[scope]])
        return Box(name, SCOPE, scope[-1], text, None, None, scope[:-1], inputs, outputs)

    def _port(self, key: int) -> Port:
        node = self._nodes[key]
        return Port(node.label or "", node.data, node.grad if self._shows_grads else None)

    # --- edges ------------------------------------------------------------------------

    def _connect(self) -> Iterable[Edge]:
        derivatives = {scope: self._derivatives_through(scope) for scope in self._inside}
        indices: dict[Hashable, int] = {}
        for part in self._parts:
            target = id(part.node)
            scope = self._scope[target]
            for position, x in enumerate(part.operands):
                source = id(x.node)
                if scope is not None and self._scope[source] == scope:
                    continue
                key = (target, position) if scope is None else (scope, source)
                is_known = key in indices
                self.edge_of[target, position] = indices.setdefault(key, len(indices))
                if is_known:
                    continue
                if scope is None:
                    yield self._edge(source, target, x.derivative, x.derivative is not None)
                else:
                    carries_gradient = self._inputs[scope][source]
                    through = derivatives[scope].get(source)
                    yield self._edge(source, target, through, carries_gradient)

    def _edge(
        self, source: int, target: int, derivative: float | None, carries_gradient: bool
    ) -> Edge:
        from_scope, to_scope = self._scope[source], self._scope[target]
        return Edge(
            self.box_of[source],
            self.box_of[target],
            derivative,
            carries_gradient,
            None if from_scope is None else self._outputs[from_scope].index(source),
            None if to_scope is None else list(self._inputs[to_scope]).index(source),
        )

    def _derivatives_through(self, scope: Scope) -> Mapping[int, float]:
        """Return d output / d input of a folded scope that has one output, by input."""
        if len(self._outputs[scope]) != 1:
            return {}
        adjoints = {self._outputs[scope][0]: 1.0}
        for part in reversed(self._inside[scope]):
            adjoint = adjoints.get(id(part.node))
            if adjoint is not None:
                for x in part.operands:
                    if x.derivative is not None:
                        change = adjoint * x.derivative
                        adjoints[id(x.node)] = adjoints.get(id(x.node), NOTHING) + change
        return adjoints


def _outermost(scope: Scope, collapsed: Mapping[Scope, Scope]) -> Scope | None:
    """Return the box for the outermost collapsed scope around a node; None outside of any."""
    prefixes = (scope[:k] for k in range(1, len(scope) + 1))
    return next((collapsed[x] for x in prefixes if x in collapsed), None)


def _topological(sources: Mapping[Hashable, Sequence[Hashable]]) -> list[Hashable]:
    """Return the keys, sources first and else in their order.

    A folded scope that a path leaves and enters again is part of a cycle: there the order
    of the keys decides.
    """
    keys = list(sources)
    place = {key: i for i, key in enumerate(keys)}
    waiting = [len(set(sources[key])) for key in keys]
    users: dict[int, list[int]] = {}
    for i, key in enumerate(keys):
        for source in dict.fromkeys(sources[key]):
            users.setdefault(place[source], []).append(i)
    ready = [i for i, count in enumerate(waiting) if not count]
    heapify(ready)
    done: dict[int, None] = {}
    rest = iter(range(len(keys)))
    while len(done) < len(keys):
        i = heappop(ready) if ready else next(j for j in rest if j not in done)
        if i in done:
            continue
        done[i] = None
        for j in users.get(i, ()):
            waiting[j] -= 1
            if waiting[j] == 0:
                heappush(ready, j)
    return [keys[i] for i in done]
