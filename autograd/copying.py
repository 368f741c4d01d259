"""Copying and pickling of graphs without recursion, however deep they are."""

from __future__ import annotations

import copy

from autograd.node import Node
from autograd.order import topological_order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def copy_node(node: Node) -> Node:
    """Return a new node with the same operands (copy.copy)."""
    return _rebuild(type(node), node._state(), _attributes(node), node._inputs())


def deepcopy_graph(output: Node, memo: dict[int, Any]) -> Node:
    """Return a copy of everything below output (copy.deepcopy)."""
    for node in topological_order(output):
        if id(node) not in memo:
            inputs = [memo[id(x)] for x in node._inputs()]
            attributes = copy.deepcopy(_attributes(node), memo)
            memo[id(node)] = _rebuild(type(node), node._state(), attributes, inputs)
    result: Node = memo[id(output)]
    return result


def reduce_graph(output: Node) -> Any:
    """Return what pickle needs (`__reduce__`).

    Leaves are pickled as objects of their own, so two pickled outputs that share a leaf
    share it afterwards too; recorded nodes are rows of one flat list.
    """
    if output.op is None:
        return _rebuild, (type(output), output._state(), _attributes(output), [])
    order = topological_order(output)
    place = {id(node): i for i, node in enumerate(order)}
    return _rebuild_graph, ([_row(node, place) for node in order],)


def _row(node: Node, place: dict[int, int]) -> Any:
    if node.op is None:
        return node
    places = [place[id(x)] for x in node._inputs()]
    return type(node), node._state(), _attributes(node), places


def _rebuild_graph(rows: list[Any]) -> Node:
    nodes: list[Node] = []
    for row in rows:
        if isinstance(row, tuple):
            kind, state, attributes, places = row
            row = _rebuild(kind, state, attributes, [nodes[i] for i in places])
        nodes.append(row)
    return nodes[-1]


def _attributes(node: Node) -> dict[str, Any] | None:
    """What a user's own subclass keeps beside the node's slots."""
    kind = type(node)
    if kind.__module__ == "autograd.value":
        return None
    attributes = dict(getattr(node, "__dict__", ()))
    for base in kind.__mro__[: kind.__mro__.index(Node)]:
        slots = vars(base).get("__slots__", ()) if base.__module__ != "autograd.value" else ()
        for name in (slots,) if isinstance(slots, str) else slots:
            if hasattr(node, name):
                attributes[name] = getattr(node, name)
    return attributes


def _rebuild(
    kind: type[Node], state: tuple[Any, ...], attributes: dict[str, Any] | None, inputs: list[Node]
) -> Node:
    make: Any = kind.__new__  # not kind(0.0): a subclass may take other arguments
    node: Node = make(kind, 0.0)
    node._restore(state, inputs)
    for name, x in (attributes or {}).items():
        setattr(node, name, x)
    return node
