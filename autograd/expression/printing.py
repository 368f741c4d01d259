"""Formulas put together as text: the one printer of all notations.

What an operation looks like stands in the table (`Form`), what a number or a name looks
like in the notation.
"""

from __future__ import annotations

from typing import NamedTuple

from autograd import op as op_module
from autograd import ops
from autograd.expression.formula import Apply, Number, Symbol, Term, is_negative, negated
from autograd.expression.notation import Notation
from autograd.op import CALL, SUM, Reduction

# Beyond this a formula is no longer read; Python's own parser nests no deeper than 200.
MAX_OPERATIONS = 150
MAX_TERMS = 75


class Piece(NamedTuple):
    """Printed text, and how tightly it binds; formatting it adds brackets where needed."""

    text: str
    precedence: int
    notation: Notation

    def __format__(self, place: str) -> str:
        if place == "SUPERSCRIPT":
            return self.notation.superscript(self.text, self.precedence)
        needed = getattr(op_module, place) if place else 0
        return self.notation.bracketed(self.text) if self.precedence < needed else self.text


_OMITTED = Symbol(None, 0.0)


def write(
    term: Term,
    notation: Notation,
    *,
    digits: int | None = None,
    with_numbers: bool = False,
    max_terms: int = MAX_TERMS,
) -> tuple[str, bool]:
    """Print a formula.

    Args:
        term: the formula.
        notation: how to write it.
        digits: how many digits of data after the point; None for all.
        with_numbers: put in the numbers for the names.
        max_terms: write no more terms of a sum or operands of a call than these.

    Returns:
        The text, and whether part of the formula was left out.
    """
    # Breadth first, so that what is left out of a long formula is what lies deepest.
    places: list[Term] = [term]
    depths = [0]
    children: list[list[int]] = []
    operations, omitted = 0, False
    for place, depth in zip(places, depths):  # both grow while they are walked
        operands: list[Term] = []
        if isinstance(place, Apply):
            operations += 1
            if operations <= max(MAX_OPERATIONS, 2 * max_terms) and depth < notation.depth:
                operands = [x for _, x in _shown(place, max_terms)]
            depth += place.op is not ops.multiply  # a product of products has no brackets
            omitted = omitted or _OMITTED in operands or not operands
        children.append(list(range(len(places), len(places) + len(operands))))
        places.extend(operands)
        depths.extend([depth] * len(operands))
    pieces: dict[int, Piece] = {}
    for i in reversed(range(len(places))):
        place, operand_pieces = places[i], [pieces[j] for j in children[i]]
        if place is _OMITTED or (isinstance(place, Apply) and not operand_pieces):
            text, precedence = notation.dots, CALL
        elif isinstance(place, Apply):
            text, precedence = _operation(place, operand_pieces, notation, max_terms)
        else:
            text, precedence = _end(place, notation, digits, with_numbers)
        pieces[i] = Piece(text, precedence, notation)
    return pieces[0].text, omitted


def _shown(x: Apply, max_terms: int) -> list[tuple[bool, Term]]:
    """Return the operands to print, and of a sum which of them are subtracted.

    Of many operands these are the first ones, dots, and the last.
    """
    operands = list(x.operands)
    if x.op is ops.multiply and isinstance(x.operands[0], Number):
        constant, rest = x.operands
        if isinstance(rest, Apply) and rest.op is ops.multiply:  # 2*(a*b) is written 2*a*b
            operands = [Apply(ops.multiply, (constant, rest.operands[0])), rest.operands[1]]
    if isinstance(x.op, Reduction) and len(operands) > max_terms:
        operands = [*operands[: max_terms - 2], _OMITTED, operands[-1]]
    if x.op is not ops.sum:
        return [(False, y) for y in operands]
    return [(True, negated(y)) if is_negative(y) else (False, y) for y in operands]


def _end(
    x: Number | Symbol, notation: Notation, digits: int | None, with_numbers: bool
) -> tuple[str, int]:
    if isinstance(x, Number):
        return notation.constant(x.value, digits)
    if x.name is None or with_numbers:
        return notation.given(x.value, digits) if x.is_given else notation.number(x.value, digits)
    return notation.label(x.name), notation.label_precedence(x.name)


def _operation(
    x: Apply, operands: list[Piece], notation: Notation, max_terms: int
) -> tuple[str, int]:
    if x.op is ops.sum:
        text = ""
        for (is_subtracted, _), piece in zip(_shown(x, max_terms), operands):
            sign = notation.minus if is_subtracted else notation.plus
            first = sign.strip() if is_subtracted else ""
            text += (sign if text else first) + f"{piece:PRODUCT}"
        return text, SUM
    form = notation.form(x.op)
    if form is not None:
        return form.template.format(*operands), form.precedence
    texts = [piece.text for piece in operands]
    match x:
        case Apply(ops.softmax_at, (Number(place), *_)):
            return notation.item("softmax", texts[1:], int(place)), CALL
    rows = x.op.sequences if isinstance(x.op, Reduction) else 1
    size = len(texts) // rows
    return notation.call(x.op, [texts[i * size : (i + 1) * size] for i in range(rows)]), CALL
