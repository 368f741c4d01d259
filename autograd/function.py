"""How an operation is called; `Op` says what it is, and is a `Function` with a printed form."""

from __future__ import annotations

from collections.abc import Iterable

from autograd.ieee_float import evaluate
from autograd.kernel import Binary, RowKernel, Ternary, Unary
from autograd.native import mypyc_attr
from autograd.recording import RECORDERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@mypyc_attr(acyclic=True, allow_interpreted_subclasses=True)
class Operand:
    """What records the operations that it goes through."""

    __slots__ = ()

    def _apply_unary(self, op: Function) -> Any:
        """Apply an operation on one operand to self."""
        raise NotImplementedError

    def _apply_op(self, op: Function, operands: tuple[Any, ...]) -> Any:
        """Apply an operation to operands, of which this one is the first of its kind."""
        raise NotImplementedError

    def _apply_rows(self, op: Function, rows: tuple[tuple[Any, ...], ...]) -> Any:
        """Apply a reduction to rows of operands."""
        return self._apply_op(op, tuple([x for row in rows for x in row]))

    def _apply_softmax(self, row: tuple[Any, ...]) -> list[Any] | None:
        """Return the outputs of softmax of a row; None where they are calculated step by step."""
        return None

    def _apply_decided(self, op: Function, other: Any, result: bool) -> Any:
        """Record a comparison of self with another operand that is already made."""
        raise NotImplementedError


@mypyc_attr(allow_interpreted_subclasses=True)
class Function:
    """An operation as the core sees it.

    Attributes:
        name, forward, partials, again, domain, chooses, defaults: see `Op`.
        leaves_out: whether an operand may be no edge, which `node.NO_EDGE` says in its slot.
        arity: how many operands it takes; None for any number.
        sequences: how many sequences of operands a reduction takes; else 0.
        unary, binary, ternary, row: its typed arithmetic, one of them, where it has one.
    """

    sequences: int = 0

    def __init__(self, name: str, forward: Any, partials: Any, chooses: bool) -> None:
        self.name = name
        self.forward = forward
        self.partials = partials
        self.again = partials
        self.chooses = chooses
        self.leaves_out: bool = chooses or partials is None
        self.domain: str | None = None
        self.arity: int | None = None
        self.defaults: tuple[Any, ...] = ()
        self.unary: Unary | None = None
        self.binary: Binary | None = None
        self.ternary: Ternary | None = None
        self.row: RowKernel | None = None

    def __call__(self, *operands: Any, **named: Any) -> Any:
        if self.sequences:
            return self._call_on_rows(operands, named)
        if named or (self.arity is not None and len(operands) != self.arity):
            if not named and len(operands) + 1 == self.arity and len(self.defaults) == 1:
                operands = (*operands, self.defaults[0])
            else:
                operands = self.complete(operands, named)
        elif self.arity == 1:
            x = operands[0]
            if isinstance(x, Operand):
                return x._apply_unary(self)
        if not RECORDERS.count:
            for x in operands:
                if isinstance(x, Operand):
                    return x._apply_op(self, operands)
        for x in operands:
            if type(x) is not float:
                return self._dispatch(operands)
        return evaluate(self.forward, operands)

    def _call_on_rows(self, sequences: tuple[Any, ...], named: dict[str, Any]) -> Any:
        if named or len(sequences) != self.sequences:
            sequences = self.complete(sequences, named)
        rows = tuple([as_tuple(self.name, sequence) for sequence in sequences])
        for row in rows:
            if len(row) != len(rows[0]):
                sizes = " and ".join([str(len(x)) for x in rows])
                raise ValueError(f"{self.name} needs sequences of equal length, got {sizes}")
        if not RECORDERS.count:
            for row in rows:
                first = first_operand(row)
                if first is not None:
                    return first._apply_rows(self, rows)
        return self._dispatch(tuple([x for row in rows for x in row]))

    def operand_names(self, count: int) -> list[str]:
        """Return the names of so many operands."""
        raise NotImplementedError

    def complete(self, operands: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
        """Return all operands in order: those given by name, and defaults, in their places."""
        raise NotImplementedError

    def _dispatch(self, operands: tuple[Any, ...]) -> Any:
        """Apply the operation to numbers, arrays, or what has a hook of its own."""
        raise NotImplementedError


def first_operand(row: tuple[Any, ...]) -> Operand | None:
    """Return the first of a row that records what it goes through; none among numbers alone."""
    for x in row:
        if isinstance(x, Operand):
            return x
    return None


def as_tuple(name: str, sequence: Any) -> tuple[Any, ...]:
    """Return what a reduction is applied to; TypeError if it is no sequence."""
    if isinstance(sequence, (list, tuple)):
        return tuple(sequence)
    if not isinstance(sequence, Iterable) or getattr(sequence, "ndim", 1) == 0:
        raise TypeError(
            f"{name} takes a sequence of Values or numbers, got one {type(sequence).__name__}: "
            f"write {name}([a, b, ...])"
        )
    return tuple(sequence)
