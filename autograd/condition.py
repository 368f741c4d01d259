"""`Condition`: the result of comparing Values, decided again by `where` when data change."""

from __future__ import annotations

from autograd import ops
from autograd.op import Op

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Condition:
    """What `x > y` gives: a bool in Python code, a recorded decision inside `where`.

    Its `bool()` is the comparison of the data at the time of recording. While a function
    is compiled there are no data, and `bool()` is an error: it would freeze one branch.

    Attributes:
        node: the recorded comparison; its data is 1.0 or 0.0.

    >>> from autograd import Value, where
    >>> x = Value(-2.0)
    >>> y = where(x > 0, x, 0.1 * x)
    >>> y.data
    -0.2
    >>> x.data = 3.0
    >>> y.forward()
    3.0
    """

    __slots__ = ("node",)

    def __init__(self, node: Any) -> None:
        self.node = node

    @staticmethod
    def __apply_op__(op: Op, operands: tuple[Any, ...]) -> Any:
        node = next(x.node for x in operands if isinstance(x, Condition))
        return type(node).__apply_op__(op, operands)

    def __bool__(self) -> bool:
        return bool(self.node)

    def __and__(self, other: Any) -> Any:
        return _combine(ops.logical_and, self, other)

    def __or__(self, other: Any) -> Any:
        return _combine(ops.logical_or, self, other)

    __rand__, __ror__ = __and__, __or__

    def __invert__(self) -> Condition:
        return Condition(ops.logical_not(self.node))

    def __eq__(self, other: object) -> bool:
        return bool(self) == (bool(other) if isinstance(other, Condition) else other)

    def __hash__(self) -> int:
        return hash(bool(self))

    def __int__(self) -> int:
        return int(bool(self))

    __index__ = __int__

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


def _combine(op: Op, x: Condition, other: Any) -> Any:
    if isinstance(other, Condition):
        return Condition(op(x.node, other.node))
    if isinstance(other, bool):
        return Condition(op(x.node, float(other)))
    return NotImplemented


def _calculate(op: Op, x: Any, y: Any) -> Any:
    """Apply + - * as to a bool: recorded beside a Value, else at once, as in counting."""
    if any(hasattr(type(z), "__apply_op__") for z in (x, y) if not isinstance(z, Condition)):
        return op(x, y)
    return op.forward(*[int(z) if isinstance(z, Condition) else z for z in (x, y)])
