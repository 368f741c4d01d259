"""The tape: one scalar operation a row, in arrays, as it was recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from autograd.compiler.codes import FIRST_OP, LEAF, NUMBER
from autograd.compiler.placeholder import Placeholder, placeholder, raise_foreign
from autograd.condition import Condition
from autograd.errors import to_float
from autograd.native import i32, mypyc_attr, vec
from autograd.op import Op
from autograd.ops import TABLE
from autograd.order import topological_order
from autograd.value import Value

if TYPE_CHECKING:
    Page = tuple[vec[i32], vec[i32], vec[i32]]

_PAGE: Final = 1024  # rows


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


@mypyc_attr(acyclic=True)
class Tape:
    """What is recorded of every scalar: the code of its operation, and two numbers a and b.

    A scalar's place counts those before it: first come the elements of the leaves, which
    need no row, then what is computed of them. Operations of one or two operands have their
    places in a and b. Those of more, or of any number, have them in `operands`: b of them
    from a on. A constant has its number at a of `numbers`.

    Attributes:
        operands: the operands of operations of more than two.
        numbers: the constants.
        ops: the operations; `ops[k]` has code FIRST_OP + k.
        labels: the user's names of single scalars, by place.
        leaves: what the program is given.
        given: how many scalars that is.
    """

    __slots__ = (
        "_a", "_adopted", "_b", "_code", "_codes", "_filled", "_full", "_is_closed", "_places",
        "_start", "given", "labels", "leaves", "numbers", "operands", "ops",
    )  # fmt: skip

    def __init__(self) -> None:
        # The page that is being written. Full ones are put aside, so that none is copied.
        self._code: vec[i32] = vec[i32]()
        self._a: vec[i32] = vec[i32]()
        self._b: vec[i32] = vec[i32]()
        self._filled: int = _PAGE  # so many of its rows: the first operation turns to a page
        self._start: int = 0  # the place of its first row
        self._full: list[Page] = []
        self._is_closed: bool = False
        self.given: i32 = 0
        self.operands: list[int] = []
        self.numbers: list[float] = []
        self.ops: list[Op] = list(TABLE.values())
        self.labels: dict[int, str] = {}
        self.leaves: list[Leaf] = []
        self._codes: dict[Op, int] = {op: code for code, op in enumerate(self.ops, FIRST_OP)}
        self._places: dict[Any, int] = {}  # of the numbers
        # By id: where a Value of the eager engine stands, or its number; and the Value
        # itself, which must stay alive so that its id stays its own.
        self._adopted: dict[int, tuple[Value, int | float]] = {}

    def append(self, code: i32, a: i32, b: i32) -> Placeholder:
        """Append a row, and return what stands for its scalar."""
        row = self._filled
        if row == _PAGE:
            self._turn_page()
            row = 0
        self._code[row] = code
        self._a[row] = a
        self._b[row] = b
        self._filled = row + 1
        made = Placeholder()
        made._tape = self
        made._place = self._start + row
        return made

    def _turn_page(self) -> None:
        if self._is_closed:
            raise_foreign()
        if len(self._code):
            self._full.append((self._code, self._a, self._b))
        self._code = vec[i32]([0] * _PAGE)
        self._a = vec[i32]([0] * _PAGE)
        self._b = vec[i32]([0] * _PAGE)
        self._start = self.given + _PAGE * len(self._full)

    def pages(self) -> list[Page]:
        """Return all rows so far, a page after the other: its columns code, a and b."""
        end = self._filled
        return [*self._full, (self._code[:end], self._a[:end], self._b[:end])]

    def op_at(self, place: int) -> Op | None:
        """Return the operation that made the scalar at a place; None of what is given."""
        code = self._row(place)[0]
        return None if code < FIRST_OP else self.ops[code - FIRST_OP]

    def operands_at(self, place: int) -> list[int]:
        """Return the places of the operands of the scalar at a place."""
        code, a, b = self._row(place)
        if code < FIRST_OP:
            return []
        arity = self.ops[code - FIRST_OP].arity
        if arity == 1:
            return [a]
        return [a, b] if arity == 2 else self.operands[a : a + b]

    def number_at(self, place: int) -> float | None:
        """Return the constant at a place; None where there is none."""
        code, a, _ = self._row(place)
        return self.numbers[a] if code == NUMBER else None

    def _row(self, place: int) -> tuple[int, int, int]:
        """Return the code, a and b of the scalar at a place; code 0 of what is given."""
        if place < self.given:
            return LEAF, 0, 0
        if place >= self._start:
            row = place - self._start
            return self._code[row], self._a[row], self._b[row]
        page, row = divmod(place - self.given, _PAGE)
        code, a, b = self._full[page]
        return code[row], a[row], b[row]

    def leaf(self, name: str, kind: str, shape: tuple[int, ...]) -> Leaf:
        """Append the elements of an array that the program is given."""
        size = 1
        for extent in shape:
            size *= extent
        leaf = Leaf(name, kind, shape, self.given, size)
        self.given += size
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
        if op.arity is None and getattr(op, "expand", None) is not None:
            return self._expanded(op, operands)
        places = [self.place(x, op) for x in operands]
        code = self._codes.get(op)
        if code is None:
            self.ops.append(op)
            self._codes[op] = code = FIRST_OP + len(self.ops) - 1
        if op.arity == 1:
            return self.append(code, places[0], 0)
        if op.arity == 2:
            return self.append(code, places[0], places[1])
        start = len(self.operands)
        self.operands.extend(places)
        return self.append(code, start, len(places))

    def _expanded(self, op: Op, operands: Sequence[Any]) -> Placeholder:
        """Record an operation as those that it is made of."""
        given = [placeholder(self, self.place(x, op)) for x in operands]
        result: Placeholder = op.expand(*given)  # type: ignore[attr-defined]
        return result

    def place(self, x: Any, op: Op) -> int:
        """Return where an operand stands on the tape, appending it if need be."""
        if type(x) is Placeholder:
            if x._tape is not self:
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
            place = self.append(NUMBER, len(self.numbers), 0)._place
            self._places[key] = place
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
                result = self.apply(node.op, node.operands)._place
            self._adopted[id(node)] = (node, result)  # type: ignore[assignment]
        return self._adopted[id(value)][1]

    def close(self) -> None:
        """Refuse what a placeholder that outlived its recording would append."""
        self._is_closed = True
        self._filled = _PAGE  # so that nothing is written without turning the page
        self._code = self._a = self._b = vec[i32]()
        self._full = []
        self._adopted.clear()
