"""`Condition`: the result of comparing Values, decided again by `where` when data change."""

from __future__ import annotations

from autograd import ops
from autograd.function import Function, Operand
from autograd.native import mypyc_attr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@mypyc_attr(acyclic=True)
class Condition(Operand):
    """What `x > y` gives: a bool in Python code, a recorded decision inside `where`.

    Its `bool()` is the comparison of the data at the time of comparing; nothing is recorded
    until `where`, arithmetic or logic asks for the node. While a function is compiled there
    are no data, and `bool()` is an error: it would freeze one branch.

    >>> from autograd import Value, where
    >>> x = Value(-2.0)
    >>> y = where(x > 0, x, 0.1 * x)
    >>> y.data
    -0.2
    >>> x.data = 3.0
    >>> y.forward()
    3.0
    """

    __slots__ = ("_node", "_op", "_result", "_x", "_y")

    def __init__(self, node: Any) -> None:
        self._node = node  # None: not yet recorded, see `comparison`
        self._op: Function | None = None
        self._x: Operand | None = None
        self._y: Any = None
        self._result: bool = False

    @property
    def node(self) -> Any:
        """The recorded comparison; its data is 1.0 or 0.0."""
        if self._node is None:
            assert self._x is not None and self._op is not None
            self._node = self._x._apply_decided(self._op, self._y, self._result)
            self._x = self._y = None
        return self._node

    @staticmethod
    def __apply_op__(op: Function, operands: tuple[Any, ...]) -> Any:
        node = next(x.node for x in operands if isinstance(x, Condition))
        return type(node).__apply_op__(op, operands)

    def _apply_unary(self, op: Function) -> Any:
        return self.node._apply_unary(op)

    def _apply_op(self, op: Function, operands: tuple[Any, ...]) -> Any:
        return self.node._apply_op(op, operands)

    def _apply_rows(self, op: Function, rows: tuple[tuple[Any, ...], ...]) -> Any:
        return self.node._apply_rows(op, rows)

    def _apply_softmax(self, row: tuple[Any, ...]) -> list[Any] | None:
        outputs: list[Any] | None = self.node._apply_softmax(row)
        return outputs

    def __bool__(self) -> bool:
        return self._result if self._node is None else bool(self._node)

    def __and__(self, other: Any) -> Any:
        return _combine(ops.logical_and, self, other)

    def __or__(self, other: Any) -> Any:
        return _combine(ops.logical_or, self, other)

    def __rand__(self, other: Any) -> Any:
        return _combine(ops.logical_and, self, other)

    def __ror__(self, other: Any) -> Any:
        return _combine(ops.logical_or, self, other)

    def __invert__(self) -> Condition:
        return Condition(ops.logical_not(self.node))

    def __eq__(self, other: object) -> bool:
        return bool(self) == (bool(other) if isinstance(other, Condition) else other)

    def __hash__(self) -> int:
        return hash(bool(self))

    def __int__(self) -> int:
        return int(bool(self))

    def __index__(self) -> int:
        return int(bool(self))

    def __float__(self) -> float:
        return float(bool(self))

    def __add__(self, other: Any) -> Any:
        return _calculate(ops.add, self, other)

    def __radd__(self, other: Any) -> Any:
        return _calculate(ops.add, other, self)

    def __sub__(self, other: Any) -> Any:
        return _calculate(ops.subtract, self, other)

    def __rsub__(self, other: Any) -> Any:
        return _calculate(ops.subtract, other, self)

    def __mul__(self, other: Any) -> Any:
        return _calculate(ops.multiply, self, other)

    def __rmul__(self, other: Any) -> Any:
        return _calculate(ops.multiply, other, self)

    def __repr__(self) -> str:
        return f"Condition({bool(self)})"

    def __reduce__(self) -> Any:
        return Condition, (self.node,)


def comparison(op: Function, x: Operand, y: Any, result: bool) -> Condition:
    """Return the condition of a comparison that is made and not recorded."""
    made = Condition(None)
    made._op = op
    made._x = x
    made._y = y
    made._result = result
    return made


def _combine(op: Function, x: Condition, other: Any) -> Any:
    if isinstance(other, Condition):
        return Condition(op(x.node, other.node))
    if isinstance(other, bool):
        return Condition(op(x.node, float(other)))
    return NotImplemented


def _calculate(op: Function, x: Any, y: Any) -> Any:
    """Apply + - * as to a bool: recorded beside a Value, else at once, as in counting."""
    if any(hasattr(type(z), "__apply_op__") for z in (x, y) if not isinstance(z, Condition)):
        return op(x, y)
    return op.forward(*[int(z) if isinstance(z, Condition) else z for z in (x, y)])


if not __file__.endswith(".py"):  # mypyc leaves this slot empty until it is set once more
    setattr(Condition, "__index__", vars(Condition)["__index__"])  # noqa: B010
