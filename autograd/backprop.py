"""Reverse topological order, and the one reverse pass.

Nodes are released in reverse order by counting consumers (Kahn's algorithm): a first walk
counts how many consumers each node has below the output, a second hands gradients back
and releases a node when its last consumer is done. There is no recursion and no visited
set: each pass counts upwards from a number that no earlier pass has reached, so a node
whose count lies below has not been seen, and an interrupted pass leaves nothing to undo.

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

    from autograd.native import i64

    # Nodes are Values, and the native build is quickest to tell a node's exact type.
    from autograd.value import Value


class _Passes:
    """Where the next pass starts to count, and a lock for threads that share leaves."""

    __slots__ = ("base", "lock")

    def __init__(self) -> None:
        self.lock: Final = Lock()
        self.base: i64 = 1


_PASSES: Final = _Passes()
_FAR: Final[i64] = 2**40  # more than a pass can count


def backward(output: Value, seed: float) -> None:
    """Add seed * d output / d leaf to every leaf's grad; set the grads of all other nodes.

    Either every leaf's grad changes or, after an exception, none.
    """
    with _PASSES.lock:
        base = _PASSES.base
        nodes, leaves = _count_consumers(output, base)
        _propagate(output, seed, nodes, base)
        _add_to_grads(leaves)


def gradients(output: Value, inputs: list[Value]) -> list[float]:
    """Return d output / d input for each input, leaving every node's grad as it was."""
    with _PASSES.lock:
        base = _PASSES.base
        nodes, _ = _count_consumers(output, base)
        before = [node._grad for node in nodes]
        # Made beforehand, so that undoing is one call into C, which Ctrl-C cannot interrupt.
        restore = map(setattr, nodes, repeat("_grad"), before)
        try:
            _propagate(output, 1.0, nodes, base)
            return [_adjoint(x, base) for x in inputs]
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


def _adjoint(x: Value, base: i64) -> float:
    if x._count < base:
        return 0.0  # the output does not depend on x
    return x._da if x._op is None else x._grad


def _count_consumers(output: Value, base: i64) -> tuple[list[Value], list[Value]]:
    """Count every node's consumers below output; list the recorded nodes and the leaves."""
    _PASSES.base = base + _FAR  # for the next pass, should this one be interrupted
    nodes: list[Value] = []
    leaves: list[Value] = []
    many: i64 = 0
    first = base + 1
    _visit(output, base, nodes, leaves)
    for node in nodes:  # grows while it is walked
        a, b = node._a, node._b
        if a is not None:
            count = a._count
            if count > base:
                a._count = count + 1
            else:
                a._count = first
                if a._op is None:
                    a._da = 0.0
                    leaves.append(a)
                else:
                    nodes.append(a)
        if b is not None:
            count = b._count
            if count > base:
                b._count = count + 1
            else:
                b._count = first
                if b._op is None:
                    b._da = 0.0
                    leaves.append(b)
                else:
                    nodes.append(b)
        elif a is None:
            terms = node._many_terms()
            many += len(terms)
            for x in terms:
                if x._count > base:
                    x._count += 1
                else:
                    _visit(x, base, nodes, leaves)
    _PASSES.base = base + 2 * len(nodes) + many + 2
    return nodes, leaves


def _visit(node: Value, base: i64, nodes: list[Value], leaves: list[Value]) -> None:
    """Count a node's first consumer and list the node."""
    node._count = base + 1
    if node._op is None:
        node._da = 0.0
        leaves.append(node)
    else:
        nodes.append(node)


def _propagate(output: Value, seed: float, nodes: list[Value], base: i64) -> None:
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
    last = base + 1  # the count of a node with one consumer left
    while ready:
        node = ready.pop()
        gradient = node._grad
        x = node._a
        if x is not None:
            if x._op is None:
                x._da += gradient * node._da
            else:
                x._grad += gradient * node._da
                count = x._count
                if count == last:
                    ready.append(x)
                else:
                    x._count = count - 1
        y = node._b
        if y is not None:
            if y._op is None:
                y._da += gradient * node._db
            else:
                y._grad += gradient * node._db
                count = y._count
                if count == last:
                    ready.append(y)
                else:
                    y._count = count - 1
        elif x is None:
            derivatives = node._many_derivatives()
            for i, z in enumerate(node._many_terms()):
                derivative = derivatives[i]
                if z._op is None:
                    z._da += gradient * derivative
                else:
                    z._grad += gradient * derivative
                    count = z._count
                    if count == last:
                        ready.append(z)
                    else:
                        z._count = count - 1
