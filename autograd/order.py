"""The nodes below an output, operands before consumers."""

from __future__ import annotations

from autograd.node import Node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


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
