"""The table's entries as NumPy source: operations, and the local derivatives of their rules.

A rule is run on placeholders like any function that is compiled, and the short tape that
results is printed. So there is no second set of derivatives.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np

from autograd.compiler.codes import FIRST_OP, NUMBER, is_row_wise
from autograd.compiler.placeholder import Placeholder, placeholder
from autograd.compiler.record import finished
from autograd.compiler.tape import Tape
from autograd.condition import Condition
from autograd.ieee_float import evaluate
from autograd.masks import condition_and_value, plain
from autograd.op import (
    AND,
    CALL,
    COMPARISON,
    NOTHING,
    OR,
    POWER,
    PRODUCT,
    SUM,
    Masked,
    Op,
)  # fmt: skip
from autograd.ops import TABLE

_LEVELS = {
    "OR": OR, "AND": AND, "COMPARISON": COMPARISON, "SUM": SUM, "PRODUCT": PRODUCT,
    "POWER": POWER, "CALL": CALL,
}  # fmt: skip
_UNBRACKETED = re.compile(r"(?<!\()\{(\d)\}|\{(\d)\}(?!\))")
_BRACKETED_NAME = re.compile(r"(?<![\w.)\]])\((\w+)\)")
_CALL = re.compile(r"np(\.\w+)+\(\{0\}(, \{\d\})*\)")


class Term:
    """Source text and how tightly it binds; brackets appear where a form asks for them."""

    __slots__ = ("precedence", "text")

    def __init__(self, text: str, precedence: int = CALL) -> None:
        self.text = text
        self.precedence = precedence

    def __format__(self, spec: str) -> str:
        return self.text if self.precedence >= _LEVELS.get(spec, 0) else f"({self.text})"

    def atom(self) -> str:
        """Return the text in brackets unless nothing around could tear it apart."""
        return f"{self:CALL}"


def number(x: float, in_sum: bool = True) -> Term:
    """Return a number as source; whole ones without a point where NumPy does not mind."""
    if x != x or x in (np.inf, -np.inf):
        text = {"inf": "np.inf", "-inf": "-np.inf", "nan": "np.nan"}[repr(x)]
    else:
        text = repr(x)
        if in_sum and text.endswith(".0") and x:
            text = text[:-2]
    return Term(text, SUM if text.startswith("-") else CALL)


def operation(
    op: Op, operands: Sequence[Term | float], assign: Callable[[str, str], str]
) -> Term | None:
    """Return an operation as source; None if it has no array form.

    Args:
        assign: puts an expression into a variable, of this name if it is free; returns the name.
    """
    if op.array is None:
        return None
    *first, array = op.array.split("; ")
    plain = op.python and re.sub(":[A-Z]+", "", op.python.template) == array
    if op is TABLE["pow"] and operands[1] in (1.0, 2.0):
        base = _term(operands[0])
        return base if operands[1] == 1.0 else Term(f"{base.atom()}**2", POWER)
    if plain and op.python is not None:
        text = op.python.template.format(*[_term(x) for x in operands])
        return Term(text, op.python.precedence)
    terms = [_term(x, in_sum=False) for x in operands]
    if _CALL.fullmatch(array):
        return Term(array.format(*terms))
    parts = [*first, array]
    while len(parts) > 1:
        name, text = parts.pop(0).split(" = ")
        variable = assign(_filled(text, terms), name)
        parts = [re.sub(rf"\b{name}\b", variable, part) for part in parts]
    return Term(_filled(parts[0], terms), 0)


def _filled(form: str, terms: Sequence[Term]) -> str:
    text = _UNBRACKETED.sub(r"{\1\2:CALL}", form).format(*terms)
    return _BRACKETED_NAME.sub(r"\1", text)


def _term(x: Term | float, in_sum: bool = True) -> Term:
    return x if isinstance(x, Term) else number(x, in_sum)


class Derivatives:
    """The local derivatives of one operation, ready to be printed.

    Args:
        op: the operation.
        numbers: an entry for each operand: its number, or None if it varies.
        rows: all operands of a row-wise operation are one array.

    Raises:
        Exception: whatever the rule raises on placeholders; then it cannot be printed.
    """

    def __init__(self, op: Op, numbers: Sequence[float | None], rows: bool = False) -> None:
        assert op.partials is not None
        tape = Tape()
        leaf = tape.leaf("operands", "input", (1 + len(numbers),))
        given = [placeholder(tape, leaf.start + k) for k in range(leaf.size)]
        operands = [own if x is None else x for own, x in zip(given[1:], numbers)]
        partials = _checked(op, op.partials(given[0], *operands), len(numbers))
        plains = [None if x is None or x is NOTHING else plain(x) for x in partials]
        masked = [condition_and_value(x) if type(x) is Masked else None for x in partials]
        self._rows = rows
        self._tape = finished(tape, [])
        # Places on the tape, numbers, and None where no gradient passes.
        self._partials = [self._place(x) for x in plains]
        self._masked = [None if x is None else tuple(map(self._place, x)) for x in masked]

    @staticmethod
    def _place(x: Any) -> int | float | None:
        x = x.node if isinstance(x, Condition) else x
        return x._place if isinstance(x, Placeholder) else None if x is None else float(x)

    def partial(self, k: int) -> int | float | None:
        """Return the k-th derivative if it is a number, None if there is none."""
        return self._partials[k]

    def decides(self, k: int) -> bool:
        """Tell whether the k-th derivative is there only where a condition holds."""
        return self._masked[k] is not None

    def write(
        self,
        names: Sequence[str],
        wanted: Sequence[int],
        assign: Callable[[str], str],
        apart: Collection[int] = (),
    ) -> list[Any]:
        """Return the derivatives as source.

        Args:
            names: of the result and the operands.
            wanted: which derivatives are needed.
            assign: puts an expression that is needed twice into a variable; returns its name.
            apart: those of them to be returned as two: where there is one, and what it is there.

        Returns:
            Terms, numbers, and None where no gradient passes; pairs of these for `apart`.
        """
        tape = self._tape
        results: list[Any] = [
            self._masked[k] if k in apart else (self._partials[k],) for k in wanted
        ]
        uses = self._uses([x for result in results for x in result if isinstance(x, int)])
        terms: dict[int, Term | float] = {k: Term(name) for k, name in enumerate(names)}
        for place in range(len(names), len(tape.code)):
            if tape.code[place] == NUMBER:
                terms[place] = float(tape.numbers[tape.a[place]])
            elif uses.get(place):
                term = self._operation(
                    tape.op(place), [terms[x] for x in self._operands(place)], assign
                )
                if uses[place] > 1 and not term.text.isidentifier():
                    term = Term(assign(term.text))
                terms[place] = term
        written = [
            tuple([self._result(x, terms) if isinstance(x, int) else x for x in result])
            for result in results
        ]
        return [result[0] if len(result) == 1 else result for result in written]

    def _result(self, place: int, terms: dict[int, Term | float]) -> Term | float:
        """Return a derivative; one that is 1 or 0 by a condition is the condition itself."""
        if self._tape.code[place] >= FIRST_OP and self._tape.op(place) is TABLE["where"]:
            condition, first, second = (terms[k] for k in self._operands(place))
            if first == 1.0 and second == 0.0 and isinstance(condition, Term):
                return condition
        return terms[place]

    def _uses(self, roots: list[int]) -> dict[int, int]:
        uses: dict[int, int] = {}
        for place in roots:
            uses[place] = uses.get(place, 0) + 1
        for place in range(len(self._tape.code) - 1, 0, -1):
            if place in uses and self._tape.code[place] >= FIRST_OP:
                for x in self._operands(place):
                    uses[x] = uses.get(x, 0) + 1
        return uses

    def _operands(self, place: int) -> list[int]:
        tape = self._tape
        a, b = int(tape.a[place]), int(tape.b[place])
        arity = tape.op(place).arity
        if arity == 1:
            return [a]
        return [a, b] if arity == 2 else tape.operands[a : a + b].tolist()

    def _operation(
        self, op: Op, operands: Sequence[Term | float], assign: Callable[[str], str]
    ) -> Term:
        terms = [_term(x) for x in operands]
        if op is TABLE["sum"] or op is TABLE["dot"]:
            if op is TABLE["dot"]:
                half = len(terms) // 2
                terms = [
                    Term(f"{x:PRODUCT}*{y:POWER}", PRODUCT)
                    for x, y in zip(terms[:half], terms[half:])
                ]
            if self._rows:
                return Term(f"{terms[0].atom()}.sum(0)")
            return Term(" + ".join(f"{x:SUM}" for x in terms), SUM)
        if is_row_wise(op) and not self._rows:
            assert op.array is not None
            stacked = Term(f"np.stack([{', '.join(f'{x}' for x in terms)}])")
            return Term(op.array.format(stacked))
        term = operation(op, operands, lambda text, name: assign(text))
        if term is None:
            raise TypeError(f"Op {op.name!r} has no array form")
        return term


def _checked(op: Op, partials: Any, operands: int) -> tuple[Any, ...]:
    if not isinstance(partials, tuple) or len(partials) != operands:
        raise TypeError(
            f"Op {op.name!r}: partials must return a tuple of {operands} derivatives, "
            f"one per operand; got {partials!r:.60}"
        )
    return partials


def forward_function(op: Op) -> Callable[..., Any]:
    """Return an operation without an array form as a function of arrays."""

    def one(*operands: float) -> float:
        return float(evaluate(op.forward, operands))

    return _on_arrays(one, op)


def partials_function(op: Op, operands: int) -> Callable[..., Any]:
    """Return the rule of an operation as a function of arrays: the result, the operands.

    The derivatives come back in a row, and then, for each, where there is one: it is 0 elsewhere.
    """

    def each(*given: float) -> tuple[float, ...]:
        assert op.partials is not None
        partials = _checked(op, evaluate(op.partials, given), operands)
        numbers = [float(d or 0.0) for d in partials]
        return (*numbers, *[float(d is not None and d is not NOTHING) for d in partials])

    ufunc = np.frompyfunc(each, operands + 1, 2 * operands)

    def partials(*arrays: Any) -> tuple[Any, ...]:
        return tuple([np.asarray(x, dtype=float) for x in ufunc(*arrays)])

    return partials


def _on_arrays(one: Callable[..., float], op: Op) -> Callable[..., Any]:
    def on_arrays(*arrays: Any) -> Any:
        return np.asarray(np.frompyfunc(one, len(arrays), 1)(*arrays), dtype=float)

    on_arrays.__name__ = op.name
    return on_arrays
