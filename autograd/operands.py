"""What an operation is applied to: Values and plain numbers.

A `Row` is one sequence of operands of a node that has many. `sum` and `dot` read it without
a call per operand, as it may be long.
"""

from __future__ import annotations

from autograd.condition import Condition
from autograd.errors import to_float
from autograd.function import Function
from autograd.native import mypyc_attr, vec
from autograd.node import Node
from autograd.op import NOTHING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    # Nodes are Values, and the native build is quickest to tell a node's exact type.
    from autograd.value import Value


@mypyc_attr(acyclic=True)
class Row:
    """One sequence of operands, with the derivatives for the Values among them.

    Attributes:
        operands: Values and plain numbers, in order.
        values: those that receive a gradient.
        derivatives: d node / d value, one for each.
        leaves_alone: known to hold for all values: the reverse pass is then faster.
        rule: what it gave for each operand; None where no node among them is left out.
    """

    __slots__ = ("derivatives", "leaves_alone", "operands", "rule", "values")

    def __init__(self, operands: tuple[Any, ...]) -> None:
        self.operands = operands
        self.values: tuple[Value, ...] = ()
        self.derivatives: vec[float] = vec[float]()
        self.leaves_alone: bool = False
        self.rule: tuple[Any, ...] | None = None

    def read(self, op: Function) -> vec[float]:
        """Find the Values, all of which receive a gradient; return every operand's number."""
        if type(self.operands[0]) is float or type(self.operands[-1]) is float:
            return self._read_mixed(op)
        try:
            values: tuple[Value, ...] = self.operands
            data = vec[float]([x._data for x in values])
            leaves_alone = all(x._op is None for x in values)
        except (AttributeError, TypeError):
            return self._read_mixed(op)
        self.values = values
        self.leaves_alone = leaves_alone
        return data

    def _read_mixed(self, op: Function) -> vec[float]:
        try:
            return self._read_kept()
        except (AttributeError, TypeError):
            self.operands = tuple([float_or_node(op, x) for x in self.operands])
            return self._read_kept()

    def _read_kept(self) -> vec[float]:
        """Read operands that are in the form to keep: Values and floats."""
        values: tuple[Value, ...] = tuple([x for x in self.operands if type(x) is not float])
        if not values:
            return vec[float](self.operands)
        # To the end of the row: what is no Value may stand behind one that is recorded.
        leaves_alone = all(x._op is None for x in values)
        self.values = values
        self.leaves_alone = leaves_alone
        return vec[float]([x if type(x) is float else _data(x) for x in self.operands])

    def of_values(self, numbers: vec[float]) -> vec[float]:
        """Return those of one number for each operand that stand at Values."""
        if len(self.values) == len(numbers):
            return numbers
        if not self.values:
            return vec[float]()
        return vec[float]([d for x, d in zip(self.operands, numbers) if type(x) is not float])

    def partials(self) -> list[Any]:
        """Return the derivative for each operand; None for plain numbers and conditions."""
        if self.rule is not None:
            pairs = zip(self.operands, self.rule)
            return [d if isinstance(x, Node) else None for x, d in pairs]
        derivatives = iter(self.derivatives)
        return [next(derivatives) if isinstance(x, Node) else None for x in self.operands]

    def record(self, partials: tuple[Any, ...]) -> None:
        """Store new derivatives, one for each operand."""
        nodes = [(x, d) for x, d in zip(self.operands, partials) if isinstance(x, Node)]
        edges: Any = [(x, d) for x, d in nodes if d is not None and d is not NOTHING]
        self.rule = None if len(edges) == len(nodes) else partials
        self.values = tuple([x for x, _ in edges])
        self.derivatives = vec[float]([d for _, d in edges])


def _data(x: Value) -> float:
    return x._data


def float_or_node(op: Function, x: Any) -> Any:
    """Return an operand in the form in which a row to sum keeps it."""
    x = plain(op, x)
    return float(x) if type(x) is bool else x


def plain(op: Function, x: Any) -> Any:
    """Return an operand in the form in which a node keeps it: a node, a float or a bool."""
    if type(x) is float or type(x) is bool or isinstance(x, Node):
        return x
    if type(x) is int:
        return to_float(x)
    return x.node if isinstance(x, Condition) else to_float(x, op.name)
