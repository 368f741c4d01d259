"""The tape: one scalar operation a row, in arrays, as it was recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from autograd.compiler.codes import FIRST_OP, LEAF, NUMBER, STEP
from autograd.compiler.placeholder import (
    ClosedRows,
    Placeholder,
    Rows,
    placeholder,
    raise_foreign,
)
from autograd.condition import Condition
from autograd.errors import to_float
from autograd.op import Op
from autograd.ops import TABLE
from autograd.order import topological_order
from autograd.value import Value


@dataclass(eq=False)
class Leaf:
    """An array that the program is given: its elements stand in a row on the tape.

    Args:
        name: the user's own name of it.
        kind: "input", "per-sample parameter" or "parameter".
        shape: of one sample.
        start: the place of its first element.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    start: int
    size: int


class Tape:
    """What is recorded of every scalar: the code of its operation, and two numbers a and b.

    Operations of one or two operands have their places in a and b. Those of more, or of
    any number, have them in `operands`: b of them from a on. A constant has its number at
    a of `numbers`.

    Attributes:
        rows: code, a, b of the first scalar, then of the second, ... A scalar's place is
            that of its code in here, and all places and counts go in steps of three:
            `len(rows)` is then the place of the next scalar, at no cost.
        operands: the operands of operations of more than two.
        numbers: the constants.
        ops: the operations; `ops[k]` has code FIRST_OP + k.
        labels: the user's names of single scalars, by place.
        leaves: what the program is given.
    """

    __slots__ = (
        "_adopted", "_codes", "_places", "labels", "leaves", "numbers", "operands", "ops", "rows",
    )  # fmt: skip

    def __init__(self) -> None:
        self.rows = Rows(self)
        self.operands: list[int] = []
        self.numbers: list[float] = []
        self.ops: list[Op] = list(TABLE.values())
        self.labels: dict[int, str] = {}
        self.leaves: list[Leaf] = []
        self._codes = {op: code for code, op in enumerate(self.ops, FIRST_OP)}
        self._places: dict[Any, int] = {}  # of the numbers
        # By id: where a Value of the eager engine stands, or its number; and the Value
        # itself, which must stay alive so that its id stays its own.
        self._adopted: dict[int, tuple[Value, int | float]] = {}

    def leaf(self, name: str, kind: str, shape: tuple[int, ...]) -> Leaf:
        """Append the elements of an array that the program is given."""
        size = 1
        for extent in shape:
            size *= extent
        leaf = Leaf(name, kind, shape, len(self.rows), size)
        self.rows.extend([LEAF, 0, 0] * size)
        self.leaves.append(leaf)
        return leaf

    def bind(self, value: Value, place: int) -> None:
        """Let a Value of the eager engine stand for the scalar at a place."""
        self._adopted[id(value)] = (value, place)

    def is_bound(self, value: Value) -> bool:
        return id(value) in self._adopted

    def is_constant(self, x: Any) -> bool:
        """Tell whether a placeholder or Value depends on nothing that the program is given."""
        return isinstance(x, Value) and isinstance(self._adopt(x), float)

    def apply(self, op: Op, operands: Sequence[Any]) -> Placeholder:
        """Record an operation on placeholders, Values, Conditions and numbers."""
        places = [self.place(x, op) for x in operands]
        return placeholder(self, self._append(op, places))

    def _append(self, op: Op, places: list[int]) -> int:
        code = self._codes.get(op)
        if code is None:
            self.ops.append(op)
            self._codes[op] = code = FIRST_OP + len(self.ops) - 1
        if op.arity == 1:
            a, b = places[0], 0
        elif op.arity == 2:
            a, b = places
        else:
            a, b = STEP * len(self.operands), STEP * len(places)
            self.operands.extend(places)
        place = len(self.rows)
        self.rows += (code, a, b)
        return place

    def place(self, x: Any, op: Op) -> int:
        """Return where an operand stands on the tape, appending it if need be."""
        if type(x) is Placeholder:
            if x._rows is not self.rows:
                raise_foreign()
            return x._place
        if isinstance(x, Value):
            adopted = self._adopt(x)
            return self.number(adopted) if isinstance(adopted, float) else adopted
        if isinstance(x, Condition):
            return self.place(x.node, op)
        return self.number(x if type(x) is float else to_float(x, op.name))

    def number(self, x: float) -> int:
        """Return the place of a constant; equal ones share it, but 0.0 and -0.0 do not."""
        key = x if x else str(x)
        place = self._places.get(key)
        if place is None:
            self._places[key] = place = len(self.rows)
            self.rows += (NUMBER, STEP * len(self.numbers), 0)
            self.numbers.append(x)
        return place

    def _adopt(self, value: Value) -> int | float:
        """Take over a Value of the eager engine with all that it was computed from.

        A leaf that no parameter was bound to is a constant, and so is what follows from
        constants alone.
        """
        if id(value) in self._adopted:
            return self._adopted[id(value)][1]
        nodes = [value] if value.op is None else topological_order(value)
        for node in nodes:
            if id(node) in self._adopted:
                continue
            result: int | float = node.data
            known = [self._adopted[id(x)][1] for x in node._inputs()]
            if node.op is not None and any(type(x) is int for x in known):
                result = self._append(node.op, [self.place(x, node.op) for x in node.operands])
            self._adopted[id(node)] = (node, result)  # type: ignore[assignment]
        return self._adopted[id(value)][1]

    def close(self) -> None:
        """Refuse what a placeholder that outlived its recording would append."""
        self.rows.clear()
        self.rows.__class__ = ClosedRows
        self._adopted.clear()
