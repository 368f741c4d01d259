"""Formulas: what nodes compute, as trees ready to be printed.

A formula ends at nodes that have a name and at numbers. Only what a reader would do
without thinking is simplified: x*1, x*(-1), x + 0, -(-x), x**1, 0.5*2, x*x, (a/b)/b.
Formulas are equal where they are written alike. `algebra` simplifies further.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeGuard

from autograd import ops
from autograd.ieee import nan, power
from autograd.ieee_float import evaluate
from autograd.op import COMPARISON, Op, Reduction


@dataclass(frozen=True)
class Number:
    """A constant, written in the program or found by a rule."""

    value: float


@dataclass(frozen=True, eq=False)
class Symbol:
    """A node taken as a whole: its name, or None for an unnamed leaf, and its data.

    Attributes:
        is_given: whether it is a leaf, whose number somebody wrote.
    """

    name: str | None
    value: float
    is_given: bool = False

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, Symbol) and self.name is not None and self.name == other.name

    def __hash__(self) -> int:
        return id(self) if self.name is None else hash(self.name)


@dataclass(frozen=True, eq=False)
class Apply:
    """An operation on formulas. Differences are sums of negatives, dots are sums of products."""

    op: Op
    operands: tuple[Term, ...]

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return (
            isinstance(other, Apply)
            and self._hash == other._hash
            and self.op is other.op
            and self.operands == other.operands
        )

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.op.name, self.operands))

    @cached_property
    def value(self) -> float:
        """What the formula gives for the data of its symbols."""
        return float(evaluate(self.op.forward, [x.value for x in self.operands]))

    @cached_property
    def divides(self) -> bool:
        """Whether there is a quotient in it."""
        inside = any(isinstance(x, Apply) and x.divides for x in self.operands)
        return inside or self.op in (ops.true_divide, ops.reciprocal)

    @cached_property
    def size(self) -> int:
        """How many operations and operands there are."""
        return 1 + sum(x.size if isinstance(x, Apply) else 1 for x in self.operands)


Term = Number | Symbol | Apply

ZERO, ONE = Number(0.0), Number(1.0)

# Not in the table: equality of Values goes by identity, so no graph records it.
EQUAL = Op(
    "equal", lambda x, y: float(x == y), None, precedence=COMPARISON,
    python="{0:SUM} == {1:SUM}", textbook="{0:SUM} = {1:SUM}", latex="{0:SUM} = {1:SUM}",
)  # fmt: skip
# Nor is softmax one operation: its outputs are nodes each.
SOFTMAX = Reduction("softmax", 1, lambda *xs: nan, None)


# --- simplification -----------------------------------------------------------------


def negated(x: Term) -> Term:
    """Return -x."""
    if isinstance(x, Number):
        return Number(-x.value)
    if is_call(x, ops.negative):
        return x.operands[0]
    return Apply(ops.negative, (x,))


def product(x: Term, y: Term) -> Term:
    """Return x*y: the sign in front, then the constant, then the rest in order."""
    (c, rest_x), (d, rest_y) = _coefficient_and_rest(x), _coefficient_and_rest(y)
    if rest_x is None or rest_y is None:
        return _scaled(c * d, rest_x or rest_y)
    if not 1e-300 < abs(c * d) < 1e300 and c and d:
        return Apply(ops.multiply, (x, y))  # the constants alone would overflow or vanish
    return _scaled(c * d, _product_of_powers(rest_x, rest_y))


def _coefficient_and_rest(x: Term) -> tuple[float, Term | None]:
    if isinstance(x, Number):
        return x.value, None
    if is_call(x, ops.negative):
        coefficient, rest = _coefficient_and_rest(x.operands[0])
        return -coefficient, rest
    if is_call(x, ops.multiply) and isinstance(x.operands[0], Number):
        return x.operands[0].value, x.operands[1]
    return 1.0, x


def _scaled(coefficient: float, x: Term | None) -> Term:
    if x is None:
        return Number(coefficient)
    if coefficient < 0.0:
        return negated(_scaled(-coefficient, x))
    return x if coefficient == 1.0 else Apply(ops.multiply, (Number(coefficient), x))


def _product_of_powers(x: Term, y: Term) -> Term:
    before, last = x.operands if is_call(x, ops.multiply) else (ONE, x)
    (base, m), (other, n) = _base_and_exponent(last), _base_and_exponent(y)
    if base is other and m > 0.0 and n > 0.0:
        return product(before, exponential(base, Number(m + n)))
    return Apply(ops.multiply, (x, y))


def quotient(x: Term, y: Term) -> Term:
    """Return x/y, the sign in front."""
    if isinstance(y, Number) and y.value == 1.0:
        return x
    if isinstance(x, Number) and isinstance(y, Number) and y.value != 0.0:
        return Number(x.value / y.value)
    if is_negative(x):
        return negated(quotient(negated(x), y))
    if is_negative(y):
        return negated(quotient(x, negated(y)))
    if is_call(x, ops.true_divide):
        (base, m), (other, n) = _base_and_exponent(x.operands[1]), _base_and_exponent(y)
        if base is other and m > 0.0 and n > 0.0:
            return quotient(x.operands[0], exponential(base, Number(m + n)))
    return Apply(ops.true_divide, (x, y))


def exponential(x: Term, y: Term) -> Term:
    """Return x**y."""
    if isinstance(y, Number):
        if y.value == 1.0:
            return x
        if y.value == 0.0:
            return ONE
        if isinstance(x, Number):
            return Number(power(x.value, y.value))
    return Apply(ops.pow, (x, y))


def total(terms: Iterable[Term]) -> Term:
    """Return the sum of the terms."""
    terms = tuple(terms)
    if all(isinstance(x, Number) for x in terms):
        return Number(sum(x.value for x in terms if isinstance(x, Number)))
    kept = tuple([x for x in terms if not (isinstance(x, Number) and x.value == 0.0)])
    return kept[0] if len(kept) == 1 else Apply(ops.sum, kept)


def chosen(condition: Term, x: Term, y: Term) -> Term:
    """Return x where the condition holds, else y."""
    if isinstance(condition, Number):
        return x if condition.value else y
    return Apply(ops.where, (condition, x, y))


def gaussian(x: Term) -> Term:
    """Return exp(-x**2), of d/√2 as exp(-d**2/2)."""
    if is_call(x, ops.true_divide) and isinstance(x.operands[1], Number):
        square = x.operands[1].value ** 2
        if abs(square - round(square)) < 1e-15 * square:
            above = exponential(x.operands[0], Number(2.0))
            return Apply(ops.exp, (negated(quotient(above, Number(float(round(square))))),))
    return Apply(ops.gaussian, (x,))


_SIMPLIFIED: dict[Op, Any] = {
    ops.negative: negated,
    ops.multiply: product,
    ops.true_divide: quotient,
    ops.pow: exponential,
    ops.where: chosen,
    ops.gaussian: gaussian,
    ops.identity: lambda x: x,
}


def apply(op: Op, operands: tuple[Term, ...]) -> Term:
    """Return an operation on formulas, simplified."""
    simplified = _SIMPLIFIED.get(op)
    return Apply(op, operands) if simplified is None else simplified(*operands)


def is_call(x: Term, op: Op) -> TypeGuard[Apply]:
    """Tell whether a formula is an application of an operation."""
    return isinstance(x, Apply) and x.op is op


def is_negative(x: Term) -> bool:
    """Tell whether a formula begins with a minus sign."""
    return x.value < 0.0 if isinstance(x, Number) else is_call(x, ops.negative)


def _base_and_exponent(x: Term) -> tuple[Term, float]:
    if is_call(x, ops.pow) and isinstance(x.operands[1], Number):
        exponent = x.operands[1].value
        if exponent.is_integer():
            return x.operands[0], exponent
    return x, 1.0
