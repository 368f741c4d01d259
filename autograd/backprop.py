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

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from autograd.native import i32

    # Nodes are Values, and the native build is quickest to tell a node's exact type.
    from autograd.value import Value


class _Passes:
    """The number of the latest pass, and a lock for threads that share leaves."""

    __slots__ = ("lock", "number")

    def __init__(self) -> None:
        self.lock: Final = Lock()
        self.number: i32 = 0


_PASSES: Final = _Passes()


def backward(output: Value, seed: float) -> None:
    """Add seed * d output / d leaf to every leaf's grad; set the grads of all other nodes.

    Either every leaf's grad changes or, after an exception, none.
    """
    with _PASSES.lock:
        nodes, leaves = _count_consumers(output)
        _propagate(output, seed, nodes)
        _add_to_grads(leaves)


def gradients(output: Value, inputs: list[Value]) -> list[float]:
    """Return d output / d input for each input, leaving every node's grad as it was."""
    with _PASSES.lock:
        nodes, _ = _count_consumers(output)
        before = [node._grad for node in nodes]
        # Made beforehand, so that undoing is one call into C, which Ctrl-C cannot interrupt.
        restore = map(setattr, nodes, repeat("_grad"), before)
        try:
            _propagate(output, 1.0, nodes)
            return [_adjoint(x, _PASSES.number) for x in inputs]
        finally:
            deque(restore, maxlen=0)


def _add_to_grads(leaves: list[Value]) -> None:
    """Add what a pass has gathered to every leaf's grad, also if Ctrl-C comes between two."""
    rest = iter(leaves)
    try:
        for leaf in rest:
            leaf._grad += leaf._da
    except BaseException:
        remaining = list(rest)
        totals = [leaf._grad + leaf._da for leaf in remaining]
        deque(map(setattr, remaining, repeat("_grad"), totals), maxlen=0)
        raise


def _adjoint(x: Value, epoch: i32) -> float:
    if x._epoch != epoch:
        return 0.0  # the output does not depend on x
    return x._da if x._op is None else x._grad


def _count_consumers(output: Value) -> tuple[list[Value], list[Value]]:
    """Count every node's consumers below output; list the recorded nodes and the leaves."""
    _PASSES.number += 1
    epoch = _PASSES.number
    nodes: list[Value] = []
    leaves: list[Value] = []
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


def _visit(node: Value, epoch: i32, nodes: list[Value], leaves: list[Value]) -> None:
    """Stamp and list a node on its first visit."""
    node._epoch = epoch
    node._pending = 1
    if node._op is None:
        node._da = 0.0
        leaves.append(node)
    else:
        nodes.append(node)


def _propagate(output: Value, seed: float, nodes: list[Value]) -> None:
    """Hand gradients from the output back to the leaves, each node after its consumers.

    The hot loop: what an operand receives is written out for each kind of slot, since a
    call per operand would take a tenth of the time in pure Python.
    """
    for node in nodes:
        node._grad = 0.0
    if output._op is None:
        output._da = seed
        return
    output._grad = seed
    ready: list[Value] = [output]
    while ready:
        node = ready.pop()
        gradient = node._grad
        x = node._a
        if x is not None:
            if x._op is None:
                x._da += gradient * node._da
            else:
                x._grad += gradient * node._da
                x._pending -= 1
                if not x._pending:
                    ready.append(x)
        y = node._b
        if y is not None:
            if y._op is None:
                y._da += gradient * node._db
            else:
                y._grad += gradient * node._db
                y._pending -= 1
                if not y._pending:
                    ready.append(y)
        elif x is None:
            derivatives = node._many_derivatives()
            for i, z in enumerate(node._many_terms()):
                derivative = derivatives[i]
                if z._op is None:
                    z._da += gradient * derivative
                else:
                    z._grad += gradient * derivative
                    z._pending -= 1
                    if not z._pending:
                        ready.append(z)
