"""What a function gets while it is recorded: scalars that have a place, and no number."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import TYPE_CHECKING, Any, Final, NoReturn

from autograd.compiler.codes import CODES
from autograd.condition import Condition
from autograd.errors import to_float
from autograd.native import mypyc_attr
from autograd.op import Op
from autograd.ops import TABLE
from autograd.scalar import Scalar, no_deleter

if TYPE_CHECKING:
    from autograd.compiler.tape import Tape
    from autograd.native import i32

_ADD: Final[int] = CODES["add"]
_MULTIPLY: Final[int] = CODES["multiply"]
_IS_NATIVE: Final = not __file__.endswith(".py")


@mypyc_attr(acyclic=True)
class Placeholder(Scalar):
    """Stands for a scalar while a function is recorded: it has a place, and no number."""

    __slots__ = ("_place", "_tape")

    # No __init__: in pure Python, setting the two after Placeholder() takes half the time.
    _tape: Tape
    _place: i32

    @staticmethod
    def __apply_op__(op: Op, operands: Sequence[Any]) -> Placeholder:
        return _tape_of(operands).apply(op, operands)

    @staticmethod
    def __record_op__(op: Op, operands: Sequence[Any]) -> Placeholder:
        # `Op` asks for this hook first: a Value among the operands of `dot` or `where` would
        # not know what to do with a placeholder.
        return _tape_of(operands).apply(op, operands)

    def _apply(self, op: Any, *operands: Any) -> Placeholder:
        return self._tape.apply(op, operands)

    # --- arithmetic: the two that programs consist of are the quickest --------------------

    def __add__(self, other: Any) -> Any:
        if type(other) is Placeholder and other._tape is self._tape:
            return self._tape.append(_ADD, self._place, other._place)
        return self._binary(TABLE["add"], self, other)

    def __mul__(self, other: Any) -> Any:
        if type(other) is Placeholder and other._tape is self._tape:
            return self._tape.append(_MULTIPLY, self._place, other._place)
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

    def _binary(self, op: Any, x: Any, y: Any) -> Any:
        other = y if x is self else x
        if not hasattr(type(other), "__apply_op__"):
            try:
                to_float(other)
            except TypeError:
                return NotImplemented
        return self._tape.apply(op, (x, y))

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
        return self._tape.labels.get(self._place)

    @label.setter
    def label(self, label: Any) -> None:
        if _IS_NATIVE and id(label) == 0:
            raise no_deleter(self, "label")
        if label is None:
            self._tape.labels.pop(self._place, None)
        elif isinstance(label, str):
            self._tape.labels[self._place] = label
        else:
            raise TypeError(f"a label needs a str or None, got {type(label).__name__}")

    def __eq__(self, other: object) -> bool:
        # Values are equal by identity. A comparison with a number is meant as one of data.
        if isinstance(other, (Real, Condition)):
            _raise_branch("==, != or in")
        return self is other

    def __hash__(self) -> int:
        return object.__hash__(self)

    def __bool__(self) -> bool:
        _raise_branch("if, while, and, or, not, max, min, sorted")

    def __float__(self) -> float:
        _raise_no_number("a float")

    def __int__(self) -> int:
        _raise_no_number("an int")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a value of a function that is being compiled cannot be copied or pickled")

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


def _raise_no_number(what: str) -> NoReturn:
    raise TypeError(
        "a value of a function that is being compiled has no number yet and cannot become "
        f"{what}: call the function of autograd instead (autograd.exp(v), not math.exp(v))"
    )


def placeholder(tape: Tape, place: int) -> Placeholder:
    """Return what stands for the scalar at a place of a tape."""
    made = Placeholder()
    made._tape = tape
    made._place = place
    return made


def _tape_of(operands: Sequence[Any]) -> Tape:
    for x in operands:
        node = x.node if isinstance(x, Condition) else x
        if isinstance(node, Placeholder):
            return node._tape
    raise AssertionError("called without a placeholder")


def raise_foreign() -> NoReturn:
    raise RuntimeError(
        "this value belongs to another recording: what a function computes while it is "
        "compiled (such as a neuron's z) must not be used afterwards, or in another function"
    )
