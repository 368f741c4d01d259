"""How a derivation is laid out: the forward pass, then each step of the chain rule."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from autograd.explanation.cells import Cells
from autograd.explanation.derivation import Contribution, LocalDerivative, Step
from autograd.explanation.page import Block, Inline
from autograd.explanation.residue import Residue
from autograd.explanation.rows import Computed, Derived, Row
from autograd.expression import algebra, formula
from autograd.expression.formula import ONE, Symbol, Term
from autograd.expression.notation import Notation, Written
from autograd.language import Phrase, listed, phrases

if TYPE_CHECKING:
    from autograd.explanation.explanation import Derivation


class DerivationWriter(Cells):
    """Writes a derivation in one notation.

    Args:
        derivation: what to write.
        notation: plain text or LaTeX.
    """

    def __init__(self, derivation: Derivation, notation: Notation) -> None:
        super().__init__(derivation, notation)
        self._output = derivation.output
        self._has_direct_part = False  # whether one was explained

    def blocks(self) -> list[Block]:
        """Return the page."""
        derivation = self._derivation
        forward = self._definition_rows()
        if not derivation.steps and not derivation.independent:
            rows = [Row(tuple(map(self._spread, row.cells))) for row in forward]
            alone = self._prose(phrases.LEAF_ALONE, output=self._name(self._output))
            return [_equations(rows, indent=0) if rows else alone]
        blocks = [self._heading(phrases.FORWARD_PASS), _given(forward)] if forward else []
        blocks.append(self._heading(phrases.BACKWARD_PASS))
        wanted = [step for step in derivation.steps if step.is_wanted]
        if len(wanted) == 1 and len(derivation.steps) > 1:
            blocks += [_equations([self._headline(wanted[0])]), *self._direct_part(wanted[0])]
        for i, step in enumerate(derivation.steps, start=1):
            if len(derivation.steps) > 1:
                blocks.append(
                    self._heading(
                        phrases.STEP, i=str(i), gradient=Inline(self._gradient(step.name))
                    )
                )
            blocks += self._step(step)
        for name in derivation.independent:
            is_leaf = not derivation.steps and not derivation.definitions
            reason = phrases.LEAF_WITHOUT_RECORD if is_leaf else phrases.INDEPENDENT
            blocks.append(self._prose(reason, output=self._name(self._output), x=self._name(name)))
            blocks.append(_equations([Row((self._derivative(self._output, name), Computed("0")))]))
        blocks += self._sums()
        if self._is_shortened:
            blocks.append(self._heading(phrases.SHORTENED, n=str(derivation.max_terms)))
        return blocks

    def assignment(self, task: Phrase) -> list[Block]:
        """Return what stands above an exercise: the numbers that are given, and what to do."""
        derivation = self._derivation
        equal = [
            Inline(f"{self._label(name)} = {self._notation.given(x, derivation.digits)[0]}")
            for name, x in derivation.given
        ]
        numbers = listed(equal, derivation.language, phrases.LISTED)
        given = [self._prose(phrases.GIVEN_NUMBERS, numbers=numbers)]
        to_do = self._prose(task, n=str(derivation.digits))
        return [self._heading(phrases.EXERCISE), *(given if equal else []), to_do]

    # --- one step ---------------------------------------------------------------------

    def _step(self, step: Step) -> list[Block]:
        if not step.contributions:  # the output itself, or what no gradient reaches
            row = Row((self._gradient(step.name), self._computed(step.value)))
            if step.name == self._output:
                return [_equations([row])]
            names = {"x": self._name(step.name), "output": self._name(self._output)}
            return [self._prose(phrases.NO_GRADIENT_PASSES, **names), _equations([row])]
        return self._sum_step(step) if step.is_sum else self._chain_step(step)

    def _chain_step(self, step: Step) -> list[Block]:
        """A product along one chain of nodes."""
        (contribution,) = step.contributions
        headline = self._headline(step)
        rows = [self._factor_row(step, x) for x in contribution.factors]
        reason = self._only_through(step, contribution)
        if len(rows) == 1 and contribution.is_top:
            return [_equations([Row(headline.cells + rows[0].cells[1:], rows[0].note)]), *reason]
        result = self._result(step)
        if len(rows) == 1:
            whole = Row(headline.cells + result.cells[1:])
            return [_equations(rows, indent=2), _equations([whole])]
        return [
            _equations([headline]), *reason, _equations(rows, indent=2), _equations([result]),
        ]  # fmt: skip

    def _sum_step(self, step: Step) -> list[Block]:
        """A sum over the consumers of a node, handed on along one chain."""
        names = [self._name(x.upstream) for x in step.contributions]
        phrase, count = phrases.CONSUMERS, {}
        if step.omitted:
            names.insert(-1, Inline(self._notation.dots))
            count = {"n": str(len(step.contributions) + step.omitted)}
            phrase = phrases.MANY_CONSUMERS
        consumers = listed(names, self._derivation.language)
        sentence = self._prose(phrase, x=self._name(step.junction), consumers=consumers, **count)
        blocks = [sentence, _equations([self._headline(step)]), *self._direct_part(step)]
        factors = [x for c in step.contributions for x in c.factors] + list(step.tail)
        blocks.append(_equations([self._factor_row(step, x) for x in factors], indent=2))
        products = [self._handed_back(step, x) for x in step.contributions if not x.is_top]
        if products and not step.tail:
            blocks.append(_equations(products, indent=2))
        return [*blocks, _equations([self._result(step)])]

    def _direct_part(self, step: Step) -> list[Block]:
        """Say what it means that something is held fixed, where that first occurs."""
        parts = [y for x in step.contributions for y in x.factors[:1] if y.held]
        if not parts or self._has_direct_part:
            return []
        self._has_direct_part = True
        (part, *_) = parts
        return [
            self._prose(
                phrases.DIRECT,
                direct=Inline(self._derivative(part.of, part.wrt, part.held)),
                total=Inline(self._derivative(part.of, part.wrt)),
                held=listed([self._name(x) for x in part.held], self._derivation.language),
            )
        ]

    def _only_through(self, step: Step, contribution: Contribution) -> list[Block]:
        """Say why a derivative of the whole is one of a part: d E / d x = d E_o1 / d x."""
        through, first = contribution.through, contribution.factors[0]
        if not contribution.is_top or through == self._output:
            return []
        x = first.wrt if step.is_wanted else step.name
        parts = {
            "x": self._name(x), "output": self._name(self._output), "through": self._name(through),
            "unit": Inline(f"{self._derivative(self._output, through)} = 1"),
        }  # fmt: skip
        if not step.is_wanted or len(contribution.factors) == 1:  # the headline says the rest
            return [self._prose(phrases.ONLY_THROUGH, **parts)]
        equal = Inline(f"{self._derivative(self._output, x)} = {self._derivative(through, x)}")
        return [self._prose(phrases.ONLY_THROUGH_SO, **parts, equal=equal)]

    # --- rows -------------------------------------------------------------------------

    def _headline(self, step: Step) -> Row:
        """The derivative in symbols: a chain, or a sum of what the consumers hand back."""
        cells = [self._gradient(step.name)]
        if step.name in self._derivation.deltas:
            cells.append(self._derivative(self._output, step.name))
        if not step.is_wanted:
            cells.append(self._derivative(step.through, step.name))
        if step.is_sum:
            terms = [self._term(step, x) for x in step.contributions]
            if step.omitted or len(terms) > 4:
                terms = [*terms[:-1][:2], self._notation.dots, terms[-1]]
            total = self._notation.plus.join(terms)
            tail = [self._derivative(x.of, x.wrt) for x in step.tail]
            cells.append(self._times([self._notation.bracketed(total), *tail]) if tail else total)
        elif step.contributions:
            (contribution,) = step.contributions
            cells.append(self._times(self._symbols(step, contribution)))
        first, *others = dict.fromkeys(cells)
        return Row((first, *map(Derived, others)))

    def _symbols(self, step: Step, contribution: Contribution) -> list[str]:
        """The factors of one contribution, from the top down."""
        factors = [self._factor_symbol(step, x) for x in contribution.factors]
        if not contribution.is_top:
            return [self._gradient(contribution.upstream), *factors]
        if len(factors) == 1:
            (factor,) = contribution.factors
            return [self._derivative(contribution.through, factor.wrt, factor.held)]
        return factors

    def _factor_symbol(self, step: Step, x: LocalDerivative) -> str:
        """d of / d wrt; what is d E_o1 / d out in a part is d E / d out in the whole."""
        (first, *_) = step.contributions
        is_first = first.is_top and x is first.factors[0] and len(first.factors) > 1
        of = self._output if step.is_wanted and not step.is_sum and is_first else x.of
        return self._derivative(of, x.wrt, x.held)

    def _term(self, step: Step, contribution: Contribution) -> str:
        """One term of a sum: d E_o1 / d out where no two consumers act through the same node."""
        if self._is_split(step):
            return self._derivative(contribution.through, step.junction)
        return self._times(self._symbols(step, contribution))

    def _is_split(self, step: Step) -> bool:
        ways = {x.through for x in step.contributions} - {self._output}
        is_plain = not step.omitted and not step.tail and not self._derivation.deltas
        return is_plain and len(ways) == len(step.contributions)

    def _definition_rows(self) -> list[Row]:
        rows = []
        for whole, group in groupby(self._derivation.definitions, key=lambda x: x.whole):
            parts = list(group)
            if whole is None:
                rows += [self._row(self._label(x.name), x.formula, x.value) for x in parts]
            else:
                name, formula = whole
                rows.append(self._row(self._label(name), formula, [x.value for x in parts]))
        return rows

    def _factor_row(self, step: Step, x: LocalDerivative) -> Row:
        return self._row(self._factor_symbol(step, x), x.formula, x.value)

    def _handed_back(self, step: Step, x: Contribution) -> Row:
        """What one consumer hands back, as a product."""
        (factor,) = x.factors
        cells = [self._times(self._symbols(step, x))]
        if self._is_split(step):
            pair = [self._derivative(x.through, x.upstream), self._factor_symbol(step, factor)]
            cells = [self._term(step, x), self._times(pair)]
        numbers = self._product([x.upstream_value, factor.value])
        first, *others = cells
        result = Computed(self._number(x.value).text)
        return Row((first, *map(Derived, others), Computed(numbers), result))

    def _result(self, step: Step) -> Row:
        """The numbers multiplied or added; by the delta rule also what they stand for."""
        cells = [self._gradient(step.name)]
        if self._derivation.deltas:
            term = self._in_deltas(step)
            cells += [Derived(self._write(term)), Computed(self._write(term, with_numbers=True))]
        elif step.short is not None:
            numbers = self._write(step.short.term, with_numbers=True)
            cells += [Derived(self._write(step.short.term)), Computed(numbers)]
        elif step.is_sum:
            values = [x.value for x in step.contributions]
            if step.omitted:
                values.insert(-1, step.omitted_value)
            terms = [f"{self._number(x):PRODUCT}" for x in values]
            cells.append(Computed(self._notation.plus.join(terms)))
        else:
            (contribution,) = step.contributions
            upstream = [] if contribution.is_top else [contribution.upstream_value]
            factors = [x.value for x in contribution.factors]
            cells.append(Computed(self._product([*upstream, *factors])))
        is_nothing = all(isinstance(x.value, Residue) or not x.value for x in step.contributions)
        cells.append(self._computed(0.0 if is_nothing and not step.omitted else step.value))
        note = ""
        if step.omitted:
            rest = self._number(step.omitted_value).text
            note = f"{rest} {self._words(phrases.LEFT_OUT)}"
        return Row(tuple(dict.fromkeys(cells)), note)

    def _in_deltas(self, step: Step) -> Term:
        """Return the derivative as a formula in the deltas of earlier steps."""
        terms = []
        for x in step.contributions:
            upstream = Symbol(Written(self._gradient(x.upstream)), x.upstream_value)
            term: Term = ONE if x.is_top else upstream
            for factor in x.factors:
                local = factor.formula.term  # before the delta where it is a weight, as in BP2
                term = algebra.times(*((local, term) if step.is_sum else (term, local)))
            terms.append(term)
        if step.omitted:
            terms.insert(-1, Symbol(Written(self._notation.dots), step.omitted_value))
        term = formula.total(terms)
        for factor in step.tail:
            term = algebra.times(term, factor.formula.term)
        return term

    def _gradient(self, name: str) -> str:
        """d output / d name, or its delta."""
        delta = self._derivation.deltas.get(name)
        return self._derivative(self._output, name) if delta is None else self._label(delta)

    def _sums(self) -> list[Block]:
        """Say which grads are more than these derivatives, and what to do about it."""
        derivation = self._derivation
        if len(derivation.sums) == 1:
            ((name, grad, n),) = derivation.sums
            number = Inline(self._number(grad).text)
            facts = {"x": self._name(name), "grad": number, "n": str(n)}
            return [self._note(phrases.GRAD_IS_A_SUM, **facts)]
        blocks = []
        for n in sorted({n for _, _, n in derivation.sums}):
            names = [self._name(name) for name, _, k in derivation.sums if k == n]
            if len(names) > derivation.max_terms:
                names[derivation.max_terms - 2 : -1] = [Inline(self._notation.dots)]
            row = listed(names, derivation.language)
            blocks.append(self._note(phrases.GRADS_ARE_SUMS, names=row, n=str(n)))
        return blocks

    # --- words --------------------------------------------------------------------------

    def _name(self, name: str) -> Inline:
        return Inline(self._label(name))

    def _words(self, phrase: Phrase) -> str:
        """Return words as they stand in a formula."""
        return self._notation.words(phrase.say(self._derivation.language))

    def _prose(self, phrase: Phrase, **values: str | list[str]) -> Block:
        """Return a sentence with names and formulas put in."""
        parts = phrase.parts(self._derivation.language, **values)
        return Block("prose", tuple(parts), indent=1)

    def _note(self, phrase: Phrase, **values: str | list[str]) -> Block:
        return Block("note", tuple(phrase.parts(self._derivation.language, **values)))

    def _heading(self, phrase: Phrase, **values: str | list[str]) -> Block:
        return Block("heading", tuple(phrase.parts(self._derivation.language, **values)))


def _equations(rows: list[Row], indent: int = 1) -> Block:
    return Block("equations", rows=tuple(rows), indent=indent)


def _given(rows: list[Row]) -> Block:
    """Return definitions: their formulas are what an exercise is about, and never left out."""
    cells = [tuple(str(x) if isinstance(x, Derived) else x for x in row.cells) for row in rows]
    return _equations([Row(x, row.note) for x, row in zip(cells, rows)])
