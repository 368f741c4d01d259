"""Reading formulas off a graph, down to the nodes that have a name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from autograd import ops
from autograd.expression import algebra, formula
from autograd.expression.formula import EQUAL, Apply, Number, Symbol, Term
from autograd.expression.latex import LATEX
from autograd.expression.notation import PYTHON, TEXTBOOK
from autograd.expression.printing import write
from autograd.ieee import inf
from autograd.node import Node
from autograd.op import Op
from autograd.value import Value


@dataclass(frozen=True, eq=False)
class Formula:
    """A formula, and the relations under which it is the one that holds.

    `str()` is a textbook's text, `to_text()` Python source, `to_latex()` for math mode. That of
    a derivative may be nothing: a 0 that remains 0 in any product.
    """

    term: Term
    given: tuple[Term, ...] = ()
    is_nothing: bool = False

    def __str__(self) -> str:
        return write(self.term, TEXTBOOK)[0]

    def to_text(self) -> str:
        """Return the formula as Python source."""
        return write(self.term, PYTHON)[0]

    def to_latex(self) -> str:
        """Return the formula as LaTeX for math mode."""
        return write(self.term, LATEX)[0]

    def times(self, other: Formula, keep_zeros: bool = False) -> Formula:
        """Return the product, for the chain rule; 0 times what is finite is 0."""
        given = _union(self.given, other.given)
        for factor in (self, other):
            if factor.is_nothing:
                return Formula(factor.term, given, is_nothing=True)
        for term in (self.term, other.term):
            if isinstance(term, Number) and term.value == 0.0 and not keep_zeros:
                return Formula(term, given)
        return Formula(algebra.times(self.term, other.term), given)

    def as_nothing(self) -> Formula:
        """Return 0, and that it is an edge which is not there."""
        return Formula(Number(0.0), self.given, is_nothing=True)

    def simplified(self) -> Formula:
        """Return the formula in its shortest form."""
        return Formula(algebra.simplified(self.term), self.given, self.is_nothing)

    @staticmethod
    def total(formulas: list[Formula]) -> Formula:
        """Return the sum over the ways through a graph."""
        if len(formulas) == 1:
            return formulas[0]
        term = algebra.collected(x.term for x in formulas)
        given = _union(*[x.given for x in formulas])
        return Formula(term, given, all(x.is_nothing for x in formulas))


class FormulaReader:
    """Turns nodes into formulas; each node is read once.

    Args:
        names: the names of nodes by id; a formula goes down to these.
        shared: ids of nodes that several others use: a sum among these keeps its brackets,
            since a long row of terms would else be copied into each user.
        aliases: gives the name of a node that is written by it though it has none in `names`.
        spellings: make nodes again of other operations, as they are to be written; given at
            all, operations are written as a textbook defines them: a mean as a sum over n.
        decide: write of each `where` only the branch that the recorded data take, and
            note the relation that decided.
    """

    def __init__(
        self,
        names: Mapping[int, str],
        shared: Collection[int] = (),
        aliases: Callable[[Node], str | None] = lambda node: None,
        spellings: Mapping[int, Callable[[], Any]] | None = None,
        decide: bool = False,
    ) -> None:
        self._names = names
        self._shared = shared
        self._aliases = aliases
        self._spellings = spellings
        self._decide = decide
        self._spelled: dict[int, Any] = {}
        # The node is kept with its formula so that its id stays its own.
        self._read: dict[int, tuple[Value, Formula]] = {}

    def read(self, x: Any) -> Formula:
        """Return the formula of a node, which is its name where it has one, or of a number."""
        self._read_all([x])
        return self._known(x)

    def definition(self, node: Node) -> Formula:
        """Return what a node is computed from, even if it has a name."""
        self._read_all(self._parts(node))
        return self._combine(node)

    def _read_all(self, xs: list[Any]) -> None:
        stack = [x for x in xs if isinstance(x, Value)]
        while stack:
            node = stack[-1]
            if id(node) in self._read:
                stack.pop()
                continue
            name = self._names.get(id(node)) or self._aliases(node)
            is_end = name is not None or node.op is None
            parts = [] if is_end else self._parts(node)
            waiting = [x for x in parts if isinstance(x, Value) and id(x) not in self._read]
            if waiting:
                stack.extend(reversed(waiting))
                continue
            stack.pop()
            end = Formula(Symbol(name, node.data, is_given=node.op is None))
            self._read[id(node)] = (node, end if is_end else self._combine(node))

    def _known(self, x: Any) -> Formula:
        return self._read[id(x)][1] if isinstance(x, Value) else Formula(Number(float(x)))

    def _parts(self, node: Node) -> list[Any]:
        """Return the nodes and numbers whose formulas make up the node's."""
        if self._decide and node.op is ops.where:
            condition, taken = _decision(node)
            return [taken, *[x for relation in _comparisons(condition) for x in relation]]
        if node.op in _ROWS:
            return [x for _, factors in self._row(node) for x in factors]
        if self._spell(node):
            return [self._spelled[id(node)]]
        return list(node.operands)

    def _spell(self, node: Node) -> bool:
        """Make a node again of the operations by which it is written, if of others."""
        if id(node) not in self._spelled and self._spellings is not None:
            assert node.op is not None
            if id(node) in self._spellings:
                self._spelled[id(node)] = self._spellings[id(node)]()
            elif node.op.definition is not None:
                self._spelled[id(node)] = node.op.definition(*node.operands)
        return id(node) in self._spelled

    def _combine(self, node: Node) -> Formula:
        """Put the node's formula together from those of its parts."""
        if self._decide and node.op is ops.where:
            condition, taken = _decision(node)
            relations = [self._relation(*sides) for sides in _comparisons(condition)]
            decided = [x for x in relations if x is not None]
            return Formula(self._known(taken).term, _union(decided, self._known(taken).given))
        given = _union(*[self._known(x).given for x in self._parts(node)])
        if node.op in _ROWS:
            terms = []
            for is_negative, factors in self._row(node):
                parts = [self._known(x).term for x in factors]
                term = formula.product(*parts) if len(parts) == 2 else parts[0]
                terms.append(formula.negated(term) if is_negative else term)
            return Formula(formula.total(terms), given)
        if id(node) in self._spelled:
            return Formula(self._known(self._spelled[id(node)]).term, given)
        assert node.op is not None
        operands = tuple([self._known(x).term for x in node.operands])
        return Formula(formula.apply(node.op, operands), given)

    def _row(self, node: Node) -> list[tuple[bool, tuple[Any, ...]]]:
        """Return the terms of a sum: whether each is negative, and its one or two factors.

        A sum that begins with another, as a + b + c does, continues in the same row.
        """
        row: list[tuple[bool, tuple[Any, ...]]] = []
        while True:
            assert node.op is not None
            terms = _ROWS[node.op](node.operands)
            row.extend(reversed(terms[1:]))
            if not terms:
                break
            first = terms[0][1][0]
            if len(terms[0][1]) == 1 and self._continues(first):
                node = first
                continue
            row.append(terms[0])
            break
        row.reverse()
        return row

    def _continues(self, x: Any) -> bool:
        return (
            isinstance(x, Value)
            and x.op in _ROWS
            and id(x) not in self._names
            and id(x) not in self._shared
        )

    def _relation(self, x: Any, y: Any) -> Term | None:
        """Return how two compared values stand to each other; None where that is no news."""
        if all(not isinstance(z, Value) for z in (x, y)) or inf in (x, y) or -inf in (x, y):
            return None
        sides = self._known(x).term, self._known(y).term
        a, b = (z.data if isinstance(z, Value) else float(z) for z in (x, y))
        if a != a or b != b:
            return Apply(ops.logical_not, (Apply(EQUAL, sides),))
        return Apply(ops.greater if a > b else ops.less if a < b else EQUAL, sides)


_ROWS: dict[Op, Any] = {
    ops.add: lambda operands: [(False, (x,)) for x in operands],
    ops.subtract: lambda operands: [(False, operands[:1]), (True, operands[1:])],
    ops.sum: lambda operands: [(False, (x,)) for x in operands],
    ops.dot: lambda operands: [
        (False, pair)
        for pair in zip(operands[: len(operands) // 2], operands[len(operands) // 2 :])
    ],
}


def _decision(node: Node) -> tuple[Any, Any]:
    """Return the condition of a `where`, and the branch taken."""
    condition, x, y = node.operands
    return condition, x if bool(condition) else y


def _comparisons(condition: Any) -> list[tuple[Any, Any]]:
    """Return the pairs that a condition compares, from left to right."""
    pairs: list[tuple[Any, Any]] = []
    stack = [condition]
    while stack:
        x = stack.pop()
        if not isinstance(x, Value):
            continue
        if x.op in (ops.logical_and, ops.logical_or, ops.logical_not):
            stack.extend(reversed(x.operands))
        elif x.op in ops.CONDITIONS:
            pairs.append((x.operands[0], x.operands[1]))
        else:
            pairs.append((x, 0.0))  # a number in the place of a condition holds if not 0
    return pairs


def _union(*relations: Iterable[Term]) -> tuple[Term, ...]:
    """Return all relations, each once, in order."""
    return tuple({_key(x): x for row in relations for x in row}.values())


def _key(x: Term) -> Any:
    if isinstance(x, Number):
        return x.value
    if isinstance(x, Symbol):
        return id(x)
    return (x.op, *[_key(y) if isinstance(y, (Number, Symbol)) else id(y) for y in x.operands])
