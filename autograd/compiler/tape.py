"""The tape: one scalar operation a row, in arrays, as it was recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from autograd.condition import Condition
from autograd.errors import to_float
from autograd.op import Op, Reduction
from autograd.ops import TABLE
from autograd.order import topological_order
from autograd.scalar import Scalar
from autograd.value import Value

# Codes below FIRST_OP are no operations: an element of an input or parameter, and a number.
LEAF, NUMBER, FIRST_OP = 0, 1, 2
STEP = 3
CODES = {name: code for code, name in enumerate(TABLE, FIRST_OP)}


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
                _raise_foreign()
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
        self.rows.__class__ = _ClosedRows
        self._adopted.clear()


class Rows(list[int]):
    """A tape's rows; what every placeholder refers to, since it appends to them."""

    __slots__ = ("tape",)

    def __init__(self, tape: Tape) -> None:
        super().__init__()
        self.tape = tape


class _ClosedRows(Rows):
    """The rows of a recording that has ended."""

    __slots__ = ()

    def __len__(self) -> NoReturn:
        _raise_foreign()


class Placeholder(Scalar):
    """Stands for a scalar while a function is recorded: it has a place, and no number."""

    __slots__ = ("_place", "_rows")

    # No __init__: setting the two after Placeholder() takes half the time.
    _rows: Rows
    _place: int

    @staticmethod
    def __apply_op__(op: Op, operands: Sequence[Any]) -> Placeholder:
        return _tape_of(operands).apply(op, operands)

    # `Op` asks for this hook before `__apply_op__`: a Value among the operands of `dot` or
    # `where` would not know what to do with a placeholder.
    __record_op__ = __apply_op__

    def _apply(self, op: Op, *operands: Any) -> Placeholder:
        return self._rows.tape.apply(op, operands)

    # --- arithmetic: the two that programs consist of are written out, for speed ----------

    def __add__(self, other: Any) -> Any:
        if type(other) is Placeholder:
            rows = self._rows
            if other._rows is rows:
                made = Placeholder()
                made._rows = rows
                made._place = len(rows)
                rows += (_ADD, self._place, other._place)
                return made
        return self._binary(TABLE["add"], self, other)

    def __mul__(self, other: Any) -> Any:
        if type(other) is Placeholder:
            rows = self._rows
            if other._rows is rows:
                made = Placeholder()
                made._rows = rows
                made._place = len(rows)
                rows += (_MULTIPLY, self._place, other._place)
                return made
        return self._binary(TABLE["multiply"], self, other)

    def __radd__(self, other: Any) -> Any:
        return self._binary(TABLE["add"], other, self)

    def __rmul__(self, other: Any) -> Any:
        return self._binary(TABLE["multiply"], other, self)

    def __sub__(self, other: Any) -> Any:
        return self._binary(TABLE["subtract"], self, other)

    def __rsub__(self, other: Any) -> Any:
        return self._binary(TABLE["subtract"], other, self)

    def __truediv__(self, other: Any) -> Any:
        return self._binary(TABLE["true_divide"], self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return self._binary(TABLE["true_divide"], other, self)

    def __pow__(self, other: Any) -> Any:
        return self._binary(TABLE["pow"], self, other)

    def __rpow__(self, other: Any) -> Any:
        return self._binary(TABLE["pow"], other, self)

    def _binary(self, op: Op, x: Any, y: Any) -> Any:
        other = y if x is self else x
        if not hasattr(type(other), "__apply_op__"):
            try:
                to_float(other)
            except TypeError:
                return NotImplemented
        return self._rows.tape.apply(op, (x, y))

    def __lt__(self, other: Any) -> Any:
        return Condition(self._binary(TABLE["less"], self, other))

    def __le__(self, other: Any) -> Any:
        return Condition(self._binary(TABLE["less_equal"], self, other))

    def __gt__(self, other: Any) -> Any:
        return Condition(self._binary(TABLE["greater"], self, other))

    def __ge__(self, other: Any) -> Any:
        return Condition(self._binary(TABLE["greater_equal"], self, other))

    # --- what a placeholder cannot do -----------------------------------------------------

    @property
    def label(self) -> str | None:
        return self._rows.tape.labels.get(self._place)

    @label.setter
    def label(self, label: str | None) -> None:
        if label is None:
            self._rows.tape.labels.pop(self._place, None)
        elif isinstance(label, str):
            self._rows.tape.labels[self._place] = label
        else:
            raise TypeError(f"a label needs a str or None, got {type(label).__name__}")

    def __bool__(self) -> bool:
        raise TypeError(
            "a branch (if, while, and, or, not, max, min, sorted) on a value of a function that "
            "is being compiled would freeze one of its sides, since there are no data yet: "
            "use autograd.where(condition, a, b), maximum, minimum or clamp, "
            "and & | ~ for and, or, not"
        )

    def __float__(self) -> float:
        raise TypeError(
            "a value of a function that is being compiled has no number yet and cannot become "
            "a float: call the function of autograd instead (autograd.exp(v), not math.exp(v))"
        )

    __int__ = __index__ = __float__

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(
            f"a value of a function that is being compiled has no {name!r}: it stands for a "
            "scalar of any sample, and has no number and no gradient yet"
        )

    def __repr__(self) -> str:
        label = "" if self.label is None else f", label={self.label!r}"
        return f"Placeholder({self._place}{label})"


def placeholder(tape: Tape, place: int) -> Placeholder:
    """Return what stands for the scalar at a place of a tape."""
    made = Placeholder()
    made._rows = tape.rows
    made._place = place
    return made


_ADD, _MULTIPLY = CODES["add"], CODES["multiply"]


def _tape_of(operands: Sequence[Any]) -> Tape:
    for x in operands:
        node = x.node if isinstance(x, Condition) else x
        if isinstance(node, Placeholder):
            return node._rows.tape
    raise AssertionError("called without a placeholder")


def _raise_foreign() -> NoReturn:
    raise RuntimeError(
        "this value belongs to another recording: what a function computes while it is "
        "compiled (such as a neuron's z) must not be used afterwards, or in another function"
    )


def is_row_wise(op: Op) -> bool:
    """Tell whether form and rule of an operation take all its operands as one array."""
    return isinstance(op, Reduction) and op.array is not None
