"""Reverse topological order, and the one reverse pass.

Nodes are released in reverse order by counting consumers (Kahn's algorithm): a first walk
counts how many consumers each node has below the output, a second hands gradients back
and releases a node when its last consumer is done. There is no recursion and no visited
set: a node is stamped with the number of the pass that last saw it, so an interrupted
pass leaves nothing to undo.

A leaf needs no release. Its gradient gathers in the slot that a recorded node uses for
its first local derivative, and is added to `grad` only when the pass is complete.
"""

from __future__ import annotations

from collections import deque
from itertools import repeat
from threading import Lock
from typing import Final

from autograd.node import Node


class _Passes:
    """The number of the latest pass, and a lock for threads that share leaves."""

    __slots__ = ("lock", "number")

    def __init__(self) -> None:
        self.lock: Final = Lock()
        self.number: int = 0


_PASSES: Final = _Passes()


def backward(output: Node, seed: float) -> None:
    """Add seed * d output / d leaf to every leaf's grad; set the grads of all other nodes.

    Either every leaf's grad changes or, after an exception, none.
    """
    with _PASSES.lock:
        _, leaves = _count_consumers(output)
        _propagate(output, seed)
        totals = [leaf._grad + leaf._da for leaf in leaves]
        # One call into C, where Ctrl-C cannot fall between two leaves.
        deque(map(setattr, leaves, repeat("_grad"), totals), maxlen=0)


def gradients(output: Node, inputs: list[Node]) -> list[float]:
    """Return d output / d input for each input, leaving every node's grad as it was."""
    with _PASSES.lock:
        nodes, _ = _count_consumers(output)
        before = [node._grad for node in nodes]
        try:
            _propagate(output, 1.0)
            return [_adjoint(x, _PASSES.number) for x in inputs]
        finally:
            deque(map(setattr, nodes, repeat("_grad"), before), maxlen=0)


def _adjoint(x: Node, epoch: int) -> float:
    if x._epoch != epoch:
        return 0.0  # the output does not depend on x
    return x._da if x._op is None else x._grad


def _count_consumers(output: Node) -> tuple[list[Node], list[Node]]:
    """Count every node's consumers below output; return the recorded nodes and the leaves."""
    _PASSES.number += 1
    epoch = _PASSES.number
    nodes: list[Node] = []
    leaves: list[Node] = []
    _visit(output, epoch, nodes, leaves)
    for node in nodes:  # grows while it is walked
        a, b = node._a, node._b
        if a is not None:
            if a._epoch == epoch:
                a._pending += 1
            else:
                _visit(a, epoch, nodes, leaves)
        if b is not None:
            if b._epoch == epoch:
                b._pending += 1
            else:
                _visit(b, epoch, nodes, leaves)
        elif a is None:
            for x in node._many_terms():
                if x._epoch == epoch:
                    x._pending += 1
                else:
                    _visit(x, epoch, nodes, leaves)
    return nodes, leaves


def _visit(node: Node, epoch: int, nodes: list[Node], leaves: list[Node]) -> None:
    """Stamp a node on its first visit and clear what the pass gathers in it."""
    node._epoch = epoch
    node._pending = 1
    if node._op is None:
        node._da = 0.0
        leaves.append(node)
    else:
        node._grad = 0.0
        nodes.append(node)


def _propagate(output: Node, seed: float) -> None:
    """Hand gradients from the output back to the leaves, each node after its consumers."""
    ready: list[Node] = []
    _receive(output, seed, ready)
    while ready:
        node = ready.pop()
        gradient = node._grad
        a, b = node._a, node._b
        if a is not None:
            _receive(a, gradient * node._da, ready)
        if b is not None:
            _receive(b, gradient * node._db, ready)
        elif a is None:
            for x, derivative in zip(node._many_terms(), node._many_derivatives()):
                _receive(x, gradient * derivative, ready)


def _receive(node: Node, gradient: float, ready: list[Node]) -> None:
    """Add one consumer's contribution; after the last one the node is ready itself."""
    if node._op is None:
        node._da += gradient
        return
    node._grad += gradient
    node._pending -= 1
    if node._pending == 0:
        ready.append(node)


def topological_order(*outputs: Node) -> list[Node]:
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
    order: list[Node] = []
    done: set[int] = set()
    stack: list[Node] = list(reversed(outputs))
    while stack:
        node = stack[-1]
        if id(node) in done:
            stack.pop()
            continue
        waiting = [x for x in node._inputs() if id(x) not in done]
        if waiting:
            stack.extend(reversed(waiting))
        else:
            stack.pop()
            done.add(id(node))
            order.append(node)
    return order
