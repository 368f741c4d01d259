"""Which nodes of a graph a drawing shows as one: formulas between labels.

A label divides a graph. In a graph whose inner nodes have labels, the unlabelled operations
that lead to a labelled one are folded into it and shown as its formula. They stay boxes of
their own where their formula would be too long to read, where another formula uses them too,
and in a graph where only leaves and the output have labels: there every step is meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograd import ops
from autograd.drawing.gate import formula_text, is_condition, operation_text
from autograd.node import Node
from autograd.op import NOTHING
from autograd.order import topological_order
from autograd.value import Value

# What a formula calls an operand that has no label.
_UNNAMED = "□"


@dataclass(frozen=True, eq=False)
class Operand:
    """One edge into a part.

    The derivative is None where no gradient ever passes, and NOTHING, which prints as 0, where
    the operation has not taken this operand.
    """

    node: Node
    derivative: float | None


@dataclass(frozen=True, eq=False)
class Part:
    """A node that is shown, with the unlabelled nodes that are folded into it.

    Args:
        node: the node.
        text: its operation or formula; "" for a leaf.
        operands: the parts' nodes that it uses, in reading order. A single operation has one
            for each position, so x*x has two; a formula has one for each node.
        is_formula: whether other nodes are folded into it.
        alike: the terms of a sum that it is drawn for; none where it stands for itself alone.
    """

    node: Node
    text: str
    operands: tuple[Operand, ...]
    is_formula: bool = False
    alike: tuple[Node, ...] = ()


def fold(output: Node, *, primitive: bool = False, keep: Iterable[Node] = ()) -> list[Part]:
    """Return the parts to draw, in topological order.

    Args:
        output: the node whose graph it is.
        primitive: fold nothing.
        keep: unlabelled nodes that must stay visible.
    """
    order = topological_order(output)
    kept = {id(node) for node in keep} | {id(output)}
    if primitive or not any(x.label and x.op and x is not output for x in order):
        return [_single(node) for node in order]
    members = _members(order, kept)
    parts: list[Part] = []
    for node in order:
        own = members.get(id(node), [])
        formula = _formula(node, own) if len(own) > 1 else None
        if formula is not None:
            parts.append(formula)
        else:
            parts.extend(_single(x) for x in own)
    return parts


def _members(order: Sequence[Node], kept: set[int]) -> dict[int, list[Node]]:
    """Return for each visible node the nodes folded into it and itself, operands first."""
    homes: dict[int, Node] = {}
    consumers: dict[int, list[Node]] = {}
    members: dict[int, list[Node]] = {}
    for node in reversed(order):
        users = {id(homes[id(x)]): homes[id(x)] for x in consumers.get(id(node), ())}
        home = node
        if node.op is not None and not node.label and id(node) not in kept and len(users) == 1:
            (user,) = users.values()
            if user.scope == node.scope:
                home = user
        homes[id(node)] = home
        members.setdefault(id(home), []).append(node)
        for x in node._inputs():
            consumers.setdefault(id(x), []).append(node)
    return {key: nodes[::-1] for key, nodes in members.items()}


def _single(node: Node) -> Part:
    if node.op is None:
        return Part(node, "", ())
    return Part(node, operation_text(node), tuple(_positions(node)))


def _positions(node: Node) -> list[Operand]:
    """Return the operands that are nodes, with their derivatives; of a dot pair by pair."""
    row = [
        Operand(x, None if is_condition(x) else derivative) if isinstance(x, Value) else None
        for x, derivative in zip(node.operands, node._partials())
    ]
    if node.op is ops.dot:
        half = len(row) // 2
        row = [x for pair in zip(row[:half], row[half:]) for x in pair]
    return [x for x in row if x is not None]


def _formula(node: Node, members: Sequence[Node]) -> Part | None:
    """Return a node with the members folded into it; None where the formula is too long."""
    inside = {id(x) for x in members}
    positions = {id(x): _positions(x) for x in members}
    ends = {
        id(x.node): x.node
        for member in members
        for x in positions[id(member)]
        if id(x.node) not in inside
    }
    names = {key: x.label or _UNNAMED for key, x in ends.items() if x.label or x.op is not None}
    text = formula_text(node, names)
    if text is None:
        return None
    adjoints: dict[int, float] = {id(node): 1.0}
    for member in reversed(members):
        if id(member) in adjoints:
            for x in positions[id(member)]:
                if x.derivative is not None:
                    change = adjoints[id(member)] * x.derivative
                    adjoints[id(x.node)] = adjoints.get(id(x.node), NOTHING) + change
    operands = [Operand(x, adjoints.get(key)) for key, x in ends.items()]
    return Part(node, text, tuple(operands), is_formula=True)
