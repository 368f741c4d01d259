"""The nodes below an output, operands before consumers; and what passes leave on nodes meanwhile.

A pass counts in a node: consumers, or which nodes it has seen. Outside of a pass every count is
zero; what one leaves that is interrupted, and interrupted again while it clears up, the next one
clears.
"""

from __future__ import annotations

import os
from threading import Lock

from autograd.native import i32, vec
from autograd.node import Node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from autograd.operands import Row

    # Nodes are Values, and the native build is quickest to tell a node's exact type.
    from autograd.value import Value


class Pass:
    """What has counts or gathers a gradient; threads that share nodes take turns."""

    __slots__ = ("choosers", "leaves", "lock", "nodes", "rows", "unreached")

    def __init__(self) -> None:
        self.lock = Lock()
        self.nodes: list[Value] = []  # the recorded ones
        self.choosers: list[Value] = []  # those that leave operands out
        self.unreached: list[Value] = []  # while their gradients are set to zero
        self.leaves: list[Value] = []
        self.rows: list[Row] = []  # of leaves alone, which have no counts

    def all_leaves(self) -> list[Value]:
        return [*self.leaves, *[leaf for row in self.rows for leaf in row.values]]

    def clear(self) -> None:
        """Set all counts, and what has gathered at the leaves, to zero."""
        for node in self.nodes:
            node._count = 0
        for node in self.unreached:
            node._count = 0
        for leaf in self.all_leaves():
            leaf._count = 0
            leaf._da = 0.0
        self.nodes, self.leaves, self.rows = [], [], []
        self.choosers, self.unreached = [], []


PASS: Final = Pass()
_OPEN: Final = -1  # the count of a node whose operands come first


def _start_afresh() -> None:
    """Forget the pass of another thread, which a forked process does not have."""
    PASS.lock = Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_afresh)


def topological_order(*outputs: Any) -> list[Node]:
    """Return every node below the outputs, operands before consumers.

    Args:
        outputs: the nodes to start from; conditions of `where` are included.

    Returns:
        Each node once, in the order in which an evaluation from left to right meets them.

    >>> from autograd import Value
    >>> x = Value(2.0, label="x")
    >>> [node.data for node in topological_order(x * x + x)]
    [2.0, 4.0, 6.0]
    """
    for output in outputs:
        if not isinstance(output, Node):
            raise TypeError(f"topological_order needs Values, got {type(output).__name__}")
    with PASS.lock:
        try:
            PASS.clear()
            order: list[Any] = []
            append_below(list(reversed(outputs)), order)
            return order
        finally:
            PASS.clear()


def places_below(output: Value, inputs: list[Value]) -> tuple[list[Value], vec[i32], list[int]]:
    """Return the topological order with the places in it: of all operands, and of inputs.

    Returns:
        The order; the place of every operand that is a node, for one node after the other; the
        place of each input, or -1 if it is not below output.
    """
    with PASS.lock:
        try:
            PASS.clear()
            order: list[Value] = []
            append_below([output], order)
            total = 0
            for node in order:
                if node._has_more():
                    total += len(node._inputs())
                else:
                    total += (node._a is not None) + (node._b is not None)
            places = vec[i32]([0] * total)
            k = 0
            for node in order:
                if node._has_more():
                    for x in node._inputs():
                        places[k] = x._count - 1
                        k += 1
                    continue
                a, b = node._a, node._b
                if a is not None:
                    places[k] = a._count - 1
                    k += 1
                if b is not None:
                    places[k] = b._count - 1
                    k += 1
            return order, places, [x._count - 1 for x in inputs]
        finally:
            PASS.clear()


def append_below(stack: list[Value], order: list[Value]) -> None:
    """Append what is below the nodes of a stack, and they themselves, to an empty order.

    It is called inside of a pass, and leaves in each node's count its place, from 1 on. A node
    stays on the stack until all below it is in order; it may be there several times.
    """
    PASS.nodes, PASS.unreached = order, stack  # what has a count is in one of them
    place: i32 = 0
    while stack:
        node = stack[-1]
        count = node._count
        if count == 0 and node._op is not None:
            node._count = _OPEN
            if node._has_more():
                for x in reversed(node._inputs()):
                    if x._count == 0:
                        stack.append(x)  # type: ignore[arg-type]
                continue
            b = node._b
            if b is not None and b._count == 0:
                stack.append(b)
            a = node._a
            if a is not None and a._count == 0:
                stack.append(a)
        else:
            if count <= 0:
                place += 1
                node._count = place
                order.append(node)
            stack.pop()
