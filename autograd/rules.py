"""A node's rule, run on the node and its operands themselves instead of their numbers.

Formulas and derivatives of higher order are made of what it gives.
"""

from __future__ import annotations

from autograd.errors import StaleGraphError
from autograd.function import Function
from autograd.ieee_float import evaluate
from autograd.node import Node
from autograd.recording import QUIET

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from autograd.value import Value


def local_rules(node: Node, as_written: bool = False) -> list[tuple[Value, Any]]:
    """Run a node's rule on the node and its operands themselves.

    Args:
        node: a recorded node.
        as_written: run the rule as a textbook has it instead of the one to differentiate.

    Returns:
        (operand, local derivative) for each operand that receives a gradient; the
        derivative is a Value, a float where the rule gives a constant, or `Masked` where
        the data decide whether there is one.

    Raises:
        StaleGraphError: the operands no longer hold the data the node was recorded with.
    """
    op: Any = node._op
    if op is None or op.partials is None:
        return []
    require_recorded(node)
    operands = node.operands
    token = QUIET.set(True)  # rules on Values compute also what their choices do not take
    try:
        rules = run_rule(op, op.written if as_written else op.again, node, operands)
    finally:
        QUIET.reset(token)
    pairs = zip(operands, rules)
    return [(x, rule) for x, rule in pairs if isinstance(x, Node) and rule is not None]  # type: ignore[misc]


def run_rule(op: Function, form: Any, node: Node, operands: tuple[Any, ...]) -> Any:
    """Return what one form of an operation's rule gives for a node and its operands.

    Raises:
        TypeError: a user's own is not made for Values.
    """
    try:
        try:
            rules = form(node, *operands)
        except (ZeroDivisionError, OverflowError):
            return evaluate(form, (node, *operands))
        for rule in rules:
            if type(rule) is complex:  # of the operands that are numbers alone
                return evaluate(form, (node, *operands))
        return rules
    except TypeError as error:
        raise TypeError(
            f"Op {op.name!r}: formulas and derivatives of higher order run its partials on "
            f"Values, and they raised: {error}"
        ) from error


def data_now(node: Node) -> float:
    """Return what a node's operands give now: its data, unless theirs have changed."""
    return node._data if node._op is None else node._computed()[0]


def differ(now: float, recorded: float) -> bool:
    """Tell whether two numbers differ; nan is the same as nan."""
    return now != recorded and (now == now or recorded == recorded)


def require_recorded(node: Node) -> None:
    """Raise a StaleGraphError if a node's operands no longer give its data and derivatives."""
    if node._op is None:
        return
    data, da, db, more = node._computed()
    if differ(data, node._data):
        raise _stale(node, data, node._data)
    if differ(da, node._da) and node._a is not None:
        raise _stale(node, da, node._da)
    if differ(db, node._db) and node._b is not None:
        raise _stale(node, db, node._db)
    if more is not None:
        _require_same(node, more, node._stored()[3])


def _require_same(node: Node, more: Any, recorded: Any) -> None:
    """Compare the derivatives of a node that has operands beside the two slots."""
    pairs: Any
    if node._many_rows():
        pairs = [pair for x, y in zip(more, recorded) for pair in zip(x.partials(), y.partials())]
    else:
        pairs = [] if more[0] is recorded[0] else zip(more[0], recorded[0])
    for x, (now, before) in zip(node.operands, pairs):
        if isinstance(x, Node) and now is not None and differ(now, before):
            raise _stale(node, now, before)


def _stale(node: Node, now: float, recorded: float) -> StaleGraphError:
    op = node._op
    assert op is not None
    name = op.name if node.label is None else f"node {node.label!r} ({op.name})"
    return StaleGraphError(
        f"{name} was recorded with other data: it holds {recorded!r}, and its operands now "
        f"give {now!r}. Formulas and derivatives of higher order need the recorded data; call "
        "forward() on the output to recompute the graph after changing data"
    )
