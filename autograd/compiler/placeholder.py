"""What a function gets while it is recorded: scalars that have a place, and no number."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import TYPE_CHECKING, Any, NoReturn

from autograd.compiler.codes import CODES
from autograd.condition import Condition
from autograd.errors import to_float
from autograd.op import Op
from autograd.ops import TABLE
from autograd.scalar import Scalar

if TYPE_CHECKING:
    from autograd.compiler.tape import Tape

_ADD, _MULTIPLY = CODES["add"], CODES["multiply"]


class Rows(list[int]):
    """A tape's rows; what every placeholder refers to, since it appends to them."""

    __slots__ = ("tape",)

    def __init__(self, tape: Tape) -> None:
        super().__init__()
        self.tape = tape


class ClosedRows(Rows):
    """The rows of a recording that has ended."""

    __slots__ = ()

    def __len__(self) -> NoReturn:
        raise_foreign()


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

    def __eq__(self, other: object) -> bool:
        # Values are equal by identity. A comparison with a number is meant as one of data.
        if isinstance(other, (Real, Condition)):
            _raise_branch("==, != or in")
        return self is other

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        _raise_branch("if, while, and, or, not, max, min, sorted")

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


def _raise_branch(what: str) -> NoReturn:
    raise TypeError(
        f"a branch ({what}) on a value of a function that "
        "is being compiled would freeze one of its sides, since there are no data yet: "
        "use autograd.where(condition, a, b), maximum, minimum or clamp, "
        "& | ~ for and, or, not, and (x >= 1) & (x <= 1) for x == 1"
    )


def placeholder(tape: Tape, place: int) -> Placeholder:
    """Return what stands for the scalar at a place of a tape."""
    made = Placeholder()
    made._rows = tape.rows
    made._place = place
    return made


def _tape_of(operands: Sequence[Any]) -> Tape:
    for x in operands:
        node = x.node if isinstance(x, Condition) else x
        if isinstance(node, Placeholder):
            return node._rows.tape
    raise AssertionError("called without a placeholder")


def raise_foreign() -> NoReturn:
    raise RuntimeError(
        "this value belongs to another recording: what a function computes while it is "
        "compiled (such as a neuron's z) must not be used afterwards, or in another function"
    )
