"""The cells of a derivation's rows: names, formulas and numbers in one notation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd.explanation.residue import Residue
from autograd.explanation.rows import Computed, Derived, Residual, Row
from autograd.expression.formula import Number, Term
from autograd.expression.formula_reader import Formula
from autograd.expression.notation import Notation
from autograd.expression.numbers import as_fraction
from autograd.expression.printing import Piece, write
from autograd.language import phrases

if TYPE_CHECKING:
    from autograd.explanation.explanation import Derivation


class Cells:
    """Writes what stands between equals signs.

    Args:
        derivation: says how many digits and terms to write.
        notation: plain text or LaTeX.
    """

    def __init__(self, derivation: Derivation, notation: Notation) -> None:
        self._derivation = derivation
        self._notation = notation
        self._is_shortened = any(step.omitted for step in derivation.steps)

    def _row(self, symbol: str, x: Formula, value: float | list[float]) -> Row:
        """symbol = formula = the same with numbers = value."""
        since = ", ".join(self._write(relation) for relation in x.given)
        word = self._notation.words(phrases.SINCE.say(self._derivation.language))
        note = f"{word} {since}" if since else ""
        result = self._computed(value)
        text, numbers = self._write(x.term), self._write(x.term, with_numbers=True)
        is_plain = isinstance(x.term, Number) and as_fraction(abs(x.term.value)) is None
        if is_plain or text == result:
            return Row((symbol, "", "", result), note)
        numbers = "" if numbers in (text, result) else numbers
        return Row((symbol, Derived(text), Computed(numbers), result), note)

    def _computed(self, value: float | list[float]) -> Computed:
        """Return a result; of a sum that cancels 0, and what rounding leaves in brackets."""
        if isinstance(value, list):
            return Computed(self._vector([self._number(x).text for x in value]))
        if isinstance(value, Residue):
            rest, _ = self._notation.number(value, 1)
            return Residual(f"0 {self._notation.bracketed(rest)}")
        return Computed(self._number(value).text)

    def _vector(self, values: list[str]) -> str:
        most = self._derivation.max_terms
        if len(values) > most:
            values = [*values[: most - 2], self._notation.dots, values[-1]]
        return self._notation.bracketed(", ".join(values))

    def _spread(self, cell: str) -> str:
        return type(cell)(self._notation.spread(cell))

    def _write(self, term: Term, with_numbers: bool = False) -> str:
        derivation = self._derivation
        text, omitted = write(
            term, self._notation, digits=derivation.digits, with_numbers=with_numbers,
            max_terms=derivation.max_terms,
        )  # fmt: skip
        self._is_shortened = self._is_shortened or omitted
        return text

    def _number(self, x: float) -> Piece:
        shown = 0.0 if isinstance(x, Residue) else x
        return Piece(*self._notation.number(shown, self._derivation.digits), self._notation)

    def _product(self, numbers: list[float]) -> str:
        first, *others = [self._number(x) for x in numbers]
        return self._times([f"{first:PRODUCT}", *[f"{x:POWER}" for x in others]])

    def _times(self, factors: list[str]) -> str:
        return self._notation.times.join(factors)

    def _label(self, name: str) -> str:
        return self._notation.label(name)

    def _derivative(self, of: str, wrt: str, held: tuple[str, ...] = ()) -> str:
        return self._notation.derivative(of, wrt, held)
