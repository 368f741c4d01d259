"""Products and sums as one simplifies them on paper: what the chain rule multiplies and adds.

A product is a coefficient and powers: factors are put together, and cancel where that is
right for the recorded data; what divides stands below one line. Of a product and what it
is multiplied out the shorter one is taken. Formulas that a program computes are left as
they were written; they are `formula`'s.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from autograd import ops
from autograd.expression import formula
from autograd.expression.formula import Apply, Number, Term, is_call, is_negative, negated
from autograd.expression.numbers import as_ratio

# Longer sums are not multiplied out: nobody would.
_MOST_TERMS = 12
# Of shorter formulas, in operations and operands, nothing would be gained.
_SHORT = 9


@dataclass
class Product:
    """coefficient * base**exponent * ...

    Attributes:
        coefficient: the constants, collected.
        powers: the exponent of each base, which is no product itself, in order.
    """

    coefficient: float = 1.0
    powers: dict[Term, float] = field(default_factory=dict)

    def multiply(self, x: Term, exponent: float = 1.0) -> bool:
        """Multiply by x**exponent; False where a simplified product would not be the same."""
        is_whole = exponent.is_integer()
        match x:
            case Number() if is_whole:
                return self._scale(x.value, exponent)
            case Apply(op=ops.negative) if is_whole:
                self.coefficient *= (-1.0) ** exponent
                return self.multiply(x.operands[0], exponent)
            case Apply(op=ops.multiply) if is_whole:
                return all(self.multiply(y, exponent) for y in x.operands)
            case Apply(op=ops.true_divide) if is_whole:
                above, below = x.operands
                return self.multiply(above, exponent) and self.multiply(below, -exponent)
            case Apply(op=ops.reciprocal) if is_whole:
                return self.multiply(x.operands[0], -exponent)
            case Apply(op=ops.square) if is_whole:
                return self.multiply(x.operands[0], 2.0 * exponent)
            case Apply(op=ops.sqrt):
                return self._raise(x.operands[0], 0.5 * exponent)
            case Apply(op=ops.pow, operands=(base, Number(value=n))) if is_whole:
                return self.multiply(base, n * exponent)
        return self._raise(x, exponent)

    def _scale(self, number: float, exponent: float) -> bool:
        if number == 0.0 or abs(exponent) > 64.0:
            return False
        self.coefficient *= number**exponent
        return 1e-300 < abs(self.coefficient) < 1e300

    def _raise(self, base: Term, exponent: float) -> bool:
        before = self.powers.get(base, 0.0)
        if before * exponent < 0.0 and not (base.value and math.isfinite(base.value)):
            return False  # 0/0 is no 1
        self.powers[base] = before + exponent
        if not self.powers[base]:
            del self.powers[base]
        return True

    def term(self) -> Term:
        """Return the product as a formula: the sign in front, all divisors below one line."""
        coefficient, powers = self._signs_collected()
        above = [_power(x, n) for x, n in powers.items() if n > 0.0]
        below = [_power(x, -n) for x, n in powers.items() if n < 0.0]
        numerator, denominator = as_ratio(abs(coefficient), bool(below))
        if numerator != 1.0 or not above:
            above.insert(0, Number(numerator))
        if denominator != 1.0:
            below.insert(0, Number(denominator))
        term = _row(above)
        if below:
            term = Apply(ops.true_divide, (term, _row(below)))
        return negated(term) if coefficient < 0.0 else term

    def _signs_collected(self) -> tuple[float, dict[Term, float]]:
        """Turn the sums of which every term is negative."""
        coefficient, powers = self.coefficient, {}
        for base, n in self.powers.items():
            if n.is_integer() and is_call(base, ops.sum) and all(map(is_negative, base.operands)):
                coefficient *= (-1.0) ** n
                base = _flipped(base)
            powers[base] = n
        return coefficient, powers


def product_of(*factors: Term) -> Product | None:
    """Return a product ready to be simplified; None where it must stay as it is."""
    product = Product()
    return product if all(product.multiply(x) for x in factors) else None


def times(x: Term, y: Term) -> Term:
    """Return x*y for the chain rule, which may take products and fractions apart."""
    product = product_of(x, y)
    return formula.product(x, y) if product is None else product.term()


def collected(terms: Iterable[Term]) -> Term:
    """Return the sum over the ways through a formula; like terms are added up."""
    first: dict[Term | frozenset[tuple[Term, float]], Term] = {}
    like: dict[Term | frozenset[tuple[Term, float]], list[Product]] = {}
    for term in _parts(terms):
        product = product_of(term)
        key = term if product is None else frozenset(product.powers.items())
        first.setdefault(key, term)
        like.setdefault(key, []).extend([] if product is None else [product])
    return formula.total(_added(like[key]) if len(like[key]) > 1 else first[key] for key in first)


def _added(products: list[Product]) -> Term:
    total = math.fsum(x.coefficient for x in products)
    largest = max(abs(x.coefficient) for x in products)
    if abs(total) < 1e-15 * largest:
        return formula.ZERO
    return Product(total, products[0].powers).term()


def simplified(term: Term) -> Term:
    """Return a formula, or what it is multiplied out where that is much shorter."""
    if size(term) < _SHORT:
        return _turned(term)
    best = term
    products = [product_of(x) for x in _parts([term])]
    while products := _multiplied_out(products):
        candidate = _positive_first(collected([x.term() for x in products if x]))
        candidate = min(candidate, _factored(candidate), key=size)
        if 3 * size(candidate) <= 2 * size(best):
            best = candidate
    return _turned(best)


def _multiplied_out(products: list[Product | None]) -> list[Product | None]:
    """Take one sum in a product apart, first one of quotients; none where none is left."""
    if len(products) > _MOST_TERMS or None in products:
        return []
    found = [(i, x) for i, product in enumerate(products) for x in _sums(product)]
    if not found:
        return []
    place, chosen = min(found, key=lambda pair: not _has_quotient(pair[1]))
    before = products[place]
    assert before is not None
    rest = Product(before.coefficient, {x: n for x, n in before.powers.items() if x is not chosen})
    expanded = [product_of(x, rest.term()) for x in chosen.operands]
    return [*products[:place], *expanded, *products[place + 1 :]]


def _factored(x: Term) -> Term:
    """Return a sum with what all its terms have in common in front of brackets."""
    products = [product_of(y) for y in _parts([x])]
    first, *others = products
    if first is None or None in others or not others:
        return x
    common = [
        base for base, n in first.powers.items()
        if all(y is not None and y.powers.get(base) == n for y in others)
    ]  # fmt: skip
    if not common:
        return x
    rest = [
        Product(y.coefficient, {base: n for base, n in y.powers.items() if base not in common})
        for y in products if y
    ]  # fmt: skip
    front = Product(1.0, {base: first.powers[base] for base in common})
    return times(formula.total(y.term() for y in rest), front.term())


def _sums(product: Product | None) -> list[Apply]:
    """Return the factors of a product that are sums, and not long ones."""
    powers = {} if product is None else product.powers
    others = len(powers) > 1 or (product is not None and abs(product.coefficient) != 1.0)
    return [
        x for x, n in powers.items()
        if n == 1.0 and is_call(x, ops.sum) and others and len(x.operands) <= _MOST_TERMS
    ]  # fmt: skip


def _has_quotient(x: Apply) -> bool:
    products = map(product_of, x.operands)
    return any(n < 0.0 for y in products if y for n in y.powers.values())


def size(x: Term) -> int:
    """Return about how long a formula is."""
    return x.size if isinstance(x, Apply) else 1


def _parts(terms: Iterable[Term]) -> Iterator[Term]:
    """Yield terms, of sums their terms."""
    for term in terms:
        yield from term.operands if is_call(term, ops.sum) else (term,)


def _positive_first(x: Term) -> Term:
    if not is_call(x, ops.sum) or not is_negative(x.operands[0]):
        return x
    first = next((y for y in x.operands if not is_negative(y)), x.operands[0])
    return Apply(ops.sum, (first, *[y for y in x.operands if y is not first]))


def _turned(x: Term) -> Term:
    """Return p - 1 for -(1 - p) and for -1 + p."""
    if is_call(x, ops.negative) and is_call(x.operands[0], ops.sum):
        first, *others = x.operands[0].operands
        if isinstance(first, Number) and first.value > 0.0 and all(map(is_negative, others)):
            return _flipped(x.operands[0])
    is_sum = is_call(x, ops.sum) and isinstance(x.operands[0], Number)
    return _positive_first(x) if is_sum else x


def _flipped(x: Term) -> Term:
    """Return minus a sum, as a sum."""
    assert isinstance(x, Apply)
    terms = tuple([negated(y) for y in x.operands])
    return _positive_first(Apply(ops.sum, terms))


def _row(factors: list[Term]) -> Term:
    """Return a product; a number in front stands by itself, as in 2*(a*b)."""
    if not factors:
        return formula.ONE
    has_number = isinstance(factors[0], Number) and len(factors) > 1
    term, *others = factors[has_number:]
    for x in others:
        term = Apply(ops.multiply, (term, x))
    return Apply(ops.multiply, (factors[0], term)) if has_number else term


def _power(base: Term, exponent: float) -> Term:
    if exponent.is_integer() or not (2.0 * exponent).is_integer():
        return formula.exponential(base, Number(exponent))
    return formula.exponential(Apply(ops.sqrt, (base,)), Number(2.0 * exponent))
