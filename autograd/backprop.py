"""The one reverse pass, in reverse topological order.

Nodes are released in reverse order by counting consumers (Kahn's algorithm): a first walk
counts how many consumers each node has below the output, a second hands gradients back
and releases a node when its last consumer is done. There is no recursion and no visited
set: a node with a count has been seen.

A leaf needs no release. Its gradient gathers in the slot that a recorded node uses for
its first local derivative, and is added to `grad` only when the pass is complete. Outside
of a pass that slot of a leaf is zero, so it does not matter if a leaf is listed twice.
"""

from __future__ import annotations

from collections import deque
from itertools import repeat

from autograd.node import Node, is_no_edge
from autograd.order import PASS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    # Nodes are Values, and the native build is quickest to tell a node's exact type.
    from autograd.value import Value

_IS_NATIVE: Final = not __file__.endswith(".py")


def backward(output: Value, seed: float) -> None:
    """Add seed * d output / d leaf to every leaf's grad; set the grads of all other nodes.

    Either every leaf's grad changes or, after an exception, none.
    """
    with PASS.lock:
        try:
            _count_consumers(output)
            _clear_unreached()
            _propagate(output, seed)
            _add_to_grads()
        finally:
            PASS.clear()


def gradients(output: Value, inputs: list[Value]) -> list[float]:
    """Return d output / d input for each input, leaving every node's grad as it was."""
    with PASS.lock:
        try:
            _count_consumers(output)
            reached = [x._op is None or x._count > 0 for x in inputs]
            nodes = PASS.nodes
            before = [node._grad for node in nodes]
            # Made beforehand: undoing is then one call into C, which Ctrl-C cannot interrupt.
            restore = map(setattr, nodes, repeat("_grad"), before)
            try:
                _propagate(output, 1.0)
                return [_adjoint(x) if known else 0.0 for x, known in zip(inputs, reached)]
            finally:
                if _IS_NATIVE:  # nor can it a loop
                    for node, grad in zip(nodes, before):
                        node._grad = grad
                else:
                    deque(restore, maxlen=0)
        finally:
            PASS.clear()


def _add_to_grads() -> None:
    """Add what a pass has gathered to every leaf's grad, also if Ctrl-C comes between two.

    A leaf that had a gradient already counts this pass, in the slot of a second derivative.
    """
    try:
        for leaf in PASS.leaves:
            before = leaf._grad
            if before != 0.0:
                leaf._db += 1.0
            leaf._grad = before + leaf._da
            leaf._da = 0.0
            leaf._count = 0
        for row in PASS.rows:
            for leaf in row.values:
                own = leaf._da
                if own != 0.0:  # else it is listed for the second time, or nothing reached it
                    before = leaf._grad
                    if before != 0.0:
                        leaf._db += 1.0
                    leaf._grad = before + own
                    leaf._da = 0.0
    except BaseException:
        leaves = PASS.all_leaves()
        totals = [leaf._grad + leaf._da for leaf in leaves]
        deque(map(setattr, leaves, repeat("_grad"), totals), maxlen=0)
        raise
    PASS.leaves, PASS.rows = [], []


def _adjoint(x: Value) -> float:
    return x._da if x._op is None else x._grad


def _count_consumers(output: Value) -> None:
    """Count every node's consumers below output; list the recorded nodes and the leaves."""
    PASS.clear()
    nodes, leaves, rows = PASS.nodes, PASS.leaves, PASS.rows
    _visit(output, nodes, leaves)
    for node in nodes:  # grows while it is walked
        a = node._a
        if a is not None and node._da == 0.0 and is_no_edge(node._op, node._da):
            PASS.choosers.append(node)
        elif a is not None:
            count = a._count
            if count:
                a._count = count + 1
            elif a._op is None:
                leaves.append(a)
                a._count = 1
            else:
                nodes.append(a)
                a._count = 1
        b = node._b
        if b is not None and node._db == 0.0 and is_no_edge(node._op, node._db):
            PASS.choosers.append(node)
        elif b is not None:
            count = b._count
            if count:
                b._count = count + 1
            elif b._op is None:
                leaves.append(b)
                b._count = 1
            else:
                nodes.append(b)
                b._count = 1
        if a is None:
            if node._leaves_out():
                PASS.choosers.append(node)
            for row in node._many_rows():
                if row.leaves_alone:
                    rows.append(row)
                    continue
                for x in row.values:
                    count = x._count
                    if count:
                        x._count = count + 1
                    else:
                        _visit(x, nodes, leaves)


def _clear_unreached() -> None:
    """Set the gradients to zero of those below the output to which no edge leads.

    What an operation has not taken, and what decides, may have a gradient of an earlier pass.
    """
    unreached = PASS.unreached
    for node in PASS.choosers:
        _visit_unreached(node, unreached)
    for node in unreached:  # grows while it is walked
        _visit_unreached(node, unreached)
    for node in unreached:
        node._grad = 0.0
        node._count = 0
    PASS.unreached = []


def _visit_unreached(node: Value, unreached: list[Value]) -> None:
    """List those recorded operands of a node that have not been seen, with a count of -1."""
    a, b = node._a, node._b
    if a is not None and a._op is not None and a._count == 0:
        a._count = -1
        unreached.append(a)
    if b is not None and b._op is not None and b._count == 0:
        b._count = -1
        unreached.append(b)
    if not node._leaves_out() and not (a is None and b is None):
        return
    rows = node._many_rows()
    operands: Any = node._inputs()
    if rows:
        operands = [x for row in rows if not row.leaves_alone for x in row.operands]
    for x in operands:
        if isinstance(x, Node) and x._op is not None and x._count == 0:
            x._count = -1
            unreached.append(x)  # type: ignore[arg-type]


def _visit(node: Value, nodes: list[Value], leaves: list[Value]) -> None:
    """List a node and count its first consumer."""
    if node._op is None:
        leaves.append(node)
    else:
        nodes.append(node)
    node._count = 1


def _propagate(output: Value, seed: float) -> None:
    """Hand gradients from the output back to the leaves, each node after its consumers.

    The hot loop: what an operand receives is written out for each kind of slot, since a
    call per operand would take a tenth of the time in pure Python.
    """
    for node in PASS.nodes:
        node._grad = 0.0
    if output._op is None:
        output._da = seed
        return
    output._grad = seed
    output._count = 0
    ready: list[Value] = [output]
    while ready:
        node = ready.pop()
        gradient = node._grad
        x = node._a
        if x is not None and (node._da != 0.0 or not is_no_edge(node._op, node._da)):
            if x._op is None:
                x._da += gradient * node._da
            else:
                x._grad += gradient * node._da
                count = x._count
                if count == 1:
                    x._count = 0
                    ready.append(x)
                else:
                    x._count = count - 1
        y = node._b
        if y is not None and (node._db != 0.0 or not is_no_edge(node._op, node._db)):
            if y._op is None:
                y._da += gradient * node._db
            else:
                y._grad += gradient * node._db
                count = y._count
                if count == 1:
                    y._count = 0
                    ready.append(y)
                else:
                    y._count = count - 1
        elif x is None:
            for row in node._many_rows():
                if row.leaves_alone:
                    for z, derivative in zip(row.values, row.derivatives):
                        z._da += gradient * derivative
                    continue
                for z, derivative in zip(row.values, row.derivatives):
                    if z._op is None:
                        z._da += gradient * derivative
                    else:
                        z._grad += gradient * derivative
                        count = z._count
                        if count == 1:
                            z._count = 0
                            ready.append(z)
                        else:
                            z._count = count - 1
    PASS.nodes = []  # all are released, with no count left
