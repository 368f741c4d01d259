"""Copying and pickling of graphs without recursion, however deep they are."""

from __future__ import annotations

import copy
from _thread import allocate_lock
from weakref import WeakValueDictionary

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


# --- pickling ------------------------------------------------------------------------------
#
# pickle asks one object at a time what it is made of, and remembers by identity what it has
# written. A node that named its operands would send it down a graph by recursion. So a node
# names all nodes below it in one list, operands first; and there each is an object of its own,
# which names its operands by such objects again, all of them written by then. As long as
# pickle remembers one, the same node gets the same, also below another output.


class _Recorded:
    """Stands for a recorded node in a pickle; read back, it is that node."""

    __slots__ = ("__weakref__", "inputs", "node")

    def __init__(self, node: Node, inputs: tuple[Any, ...]) -> None:
        self.node = node
        self.inputs = inputs

    def __reduce__(self) -> Any:
        node = self.node
        return _rebuild, (type(node), node._state(), _attributes(node), self.inputs)


_recorded: WeakValueDictionary[int, _Recorded] = WeakValueDictionary()
_lock = allocate_lock()  # two threads are to get the same object


def reduce_graph(output: Node) -> Any:
    """Return what pickle needs (`__reduce__`): whatever outputs share, they share afterwards."""
    if output.op is None:
        return _rebuild, (type(output), output._state(), _attributes(output), [])
    places: dict[int, Any] = {}
    with _lock:
        for node in topological_order(output):
            place = node if node.op is None else _recorded.get(id(node))
            if place is None:
                inputs = tuple([places[id(x)] for x in node._inputs()])
                place = _Recorded(node, inputs)
                _recorded[id(node)] = place
            places[id(node)] = place
    return _last, (list(places.values()),)


def _last(nodes: list[Node]) -> Node:
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
    node._restore(state, list(inputs))  # pickle hands over a tuple
    for name, x in (attributes or {}).items():
        setattr(node, name, x)
    return node
