"""What a textbook has as one quantity, though it is recorded as several operations: a table.

An idiom recognises a node by what it is computed from. It says what the node's formula is
and what its derivatives are, as the table of operations does: by expressions on Values. To
add one, write a function and list it in `IDIOMS`.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Any

from autograd import ops
from autograd.node import Node
from autograd.value import Value


@dataclass(frozen=True)
class Idiom:
    """A node as a textbook sees it.

    Attributes:
        definition: makes the node again of other operations; None: it is written as recorded.
        derivatives: makes (x, d node / d x) for each x that it is computed from.
        letter: what to call it where it has no label; "" where it needs no name.
    """

    definition: Callable[[], Any] | None
    derivatives: Callable[[], list[tuple[Value, Any]]]
    letter: str = ""


def find_idiom(node: Node, named: Container[int]) -> Idiom | None:
    """Return how a textbook sees a node, if otherwise than it was recorded.

    Args:
        node: the node.
        named: ids of the nodes with names, which no idiom passes over.
    """
    recognise = IDIOMS.get(node.op)
    return None if recognise is None else recognise(node, named)


def differences(row: tuple[Any, ...], named: Container[int]) -> tuple[Any, ...]:
    """Return (x, y, z) for a row (x − y, 0, z − y), of which softmax is the same."""
    values = [x for x in row if isinstance(x, Value)]
    zeros = [x for x in row if not isinstance(x, Value) and x == 0.0]
    are_free = all(x.op is ops.subtract and id(x) not in named for x in values)
    if len(zeros) != 1 or len(values) + 1 < len(row) or not values or not are_free:
        return row
    (others, *_) = {id(x.operands[1]): x.operands[1] for x in values}.values(), values
    if len(others) > 1:
        return row
    (subtracted,) = others
    return tuple([x.operands[0] if isinstance(x, Value) else subtracted for x in row])


def _cross_entropy(node: Node, named: Container[int]) -> Idiom | None:
    """−log p_k, recorded as the logsumexp of the differences from the right logit."""
    row = node.operands
    logits = differences(row, named)
    if logits is row:
        return None
    place = next(k for k, x in enumerate(row) if not isinstance(x, Value))

    def derivatives() -> list[tuple[Value, Any]]:
        outputs = ops.softmax(logits)
        pairs = [(x, p - 1.0 if k == place else p) for k, (x, p) in enumerate(zip(logits, outputs))]
        return [(x, p) for x, p in pairs if isinstance(x, Value)]

    return Idiom(lambda: -ops.log(ops.softmax(logits)[place]), derivatives)


def _sure(node: Node, named: Container[int]) -> Idiom | None:
    """−log σ(z), recorded as softplus(−z)."""
    (x,) = node.operands
    if not isinstance(x, Value) or x.op is not ops.negative or id(x) in named:
        return None
    (z,) = x.operands
    return Idiom(lambda: -ops.log(ops.sigmoid(z)), lambda: [(z, ops.sigmoid(z) - 1.0)])


def _variance(node: Node, named: Container[int]) -> Idiom | None:
    """The mean of (x − m)², where m is the mean of all x: for m its derivative is 0."""
    terms = averaged(node)
    squared = [_squared(x) for x in terms]
    if len(terms) < 2 or any(x is None or x.op is not ops.subtract for x in squared):
        return None
    pairs = [x.operands for x in squared if x is not None]
    xs, (mean, *others) = [x for x, _ in pairs], [m for _, m in pairs]
    if any(m is not mean for m in others) or not isinstance(mean, Value):
        return None
    if [*map(id, averaged(mean))] != [*map(id, xs)]:
        return None
    if not _are_free(node, {id(x) for x in xs}, named):
        return None
    return Idiom(
        None,
        lambda: [(x, (2.0 / len(xs)) * (x - mean)) for x in xs if isinstance(x, Value)],
        letter="v",
    )


def _are_free(node: Node, ends: Container[int], named: Container[int]) -> bool:
    """Tell whether no node between one and the ends has a name."""
    stack, seen = [node], {id(node)}
    while stack:
        for x in stack.pop().operands:
            if isinstance(x, Value) and id(x) not in ends and id(x) not in seen:
                if id(x) in named:
                    return False
                seen.add(id(x))
                stack.append(x)
    return True


def averaged(node: Any) -> tuple[Any, ...]:
    """Return of what a node is the mean; nothing if it is none."""
    if not isinstance(node, Value):
        return ()
    if node.op is ops.mean:
        return node.operands
    if node.op is ops.true_divide:
        above, below = node.operands
        terms = () if isinstance(below, Value) else _terms(above, below)
        return terms if len(terms) == below else ()
    return ()


def _terms(x: Any, most: float) -> tuple[Any, ...]:
    """Return of what a node is the sum, be it of one operation or of many, if of no more."""
    if isinstance(x, Value) and x.op is ops.sum:
        return x.operands
    terms: list[Any] = []
    while isinstance(x, Value) and x.op is ops.add and len(terms) <= most:
        terms.append(x.operands[1])
        x = x.operands[0]
    begins_with_zero = not isinstance(x, Value) and x == 0.0  # as the builtin sum does
    return tuple(reversed(terms if begins_with_zero else [*terms, x]))


def _squared(x: Any) -> Any:
    """Return what a node is the square of; None if it is no square."""
    if not isinstance(x, Value):
        return None
    if x.op is ops.square or (x.op is ops.pow and x.operands[1] == 2.0):
        return x.operands[0]
    if x.op is not ops.multiply:
        return None
    a, b = x.operands
    return a if a is b or (_is_difference(a) and _is_difference(b) and _same(a, b)) else None


def _is_difference(x: Any) -> bool:
    return isinstance(x, Value) and x.op is ops.subtract


def _same(a: Value, b: Value) -> bool:
    """Tell whether two nodes are computed from the same operands."""
    return all(x is y for x, y in zip(a.operands, b.operands))


IDIOMS: dict[Any, Callable[[Node, Container[int]], Idiom | None]] = {
    ops.logsumexp: _cross_entropy,
    ops.softplus: _sure,
    ops.mean: _variance,
    ops.true_divide: _variance,
}
