"""`explain`: the chain rule written out for a graph, as a textbook does it by hand."""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Callable, Iterable, Sequence
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TypeVar

from autograd.explanation.derivation import Definition, Step
from autograd.explanation.derivation_writer import DerivationWriter
from autograd.explanation.exercise import Exercise, check_hidden
from autograd.explanation.named_graph import NamedGraph
from autograd.explanation.other_numbers import with_other_numbers
from autograd.explanation.page import as_latex, as_markdown, as_text
from autograd.explanation.plan import Plan, find_defined, find_definitions, find_steps
from autograd.expression.latex import Latex
from autograd.expression.notation import Textbook, check_digits
from autograd.language import check_language
from autograd.node import Node
from autograd.order import topological_order
from autograd.recording import DETECTING, RECORDING
from autograd.value import Value

T = TypeVar("T")


@dataclass(frozen=True, repr=False)
class Derivation:
    """A derivation by the chain rule: it prints as text, `steps` is data; Jupyter shows LaTeX.

    Attributes:
        output: the name of the quantity that is differentiated.
        definitions: the formulas of the forward pass that the steps differentiate.
        steps: the derivatives found one after the other, from the output down.
        independent: names that were asked for, but that the output does not depend on.
        deltas: by the delta rule, the names under which derivatives are known.
        digits: how many digits after the point are printed.
        max_terms: how many terms of a sum are printed.
        names: of all values on the way, in the order in which they were computed.
        language: of its sentences, "en" or "zh".
        given: names and numbers of what the definitions start from.
        sums: names and grads that several passes added up to, and how many did.
        question: what `explain` was asked; None where the derivation was put together by hand.
    """

    output: str
    definitions: tuple[Definition, ...]
    steps: tuple[Step, ...]
    independent: tuple[str, ...]
    deltas: dict[str, str]
    digits: int
    max_terms: int
    names: tuple[str, ...] = ()
    language: str = "en"
    given: tuple[tuple[str, float], ...] = ()
    sums: tuple[tuple[str, float, int], ...] = ()
    question: Question | None = field(default=None, repr=False, compare=False)

    def exercise(self, hide: str = "values", seed: int = 0) -> Exercise:
        """Return the derivation with gaps to fill in; its `solution` is the full one.

        Args:
            hide: what is left out: "values", "formulas" of the backward pass, or "both".
            seed: 0 for these numbers; each other whole number gives other ones at the leaves.

        Returns:
            An Exercise: str() of it is text, `to_latex()`, `to_markdown()` and `solution`.

        Raises:
            ValueError: hide is something else.
            TypeError: seed is not a whole number.

        >>> x = Value(2.0, label="x")
        >>> y = x * x * x
        >>> y.label = "y"
        >>> print(explain(y).exercise())
        Exercise
          Given: x = 2.
          Fill in the numbers, with 6 digits after the point.
        <BLANKLINE>
        Forward pass
          y = x³ = ____________________ = ________
        <BLANKLINE>
        Backward pass
          ∂y/∂x = 3·x² = ____________________ = ________
        >>> print(explain(y).exercise(seed=1).solution.given)
        (('x', 3.0),)
        """
        check_hidden(hide)
        if not isinstance(seed, int) or isinstance(seed, bool):
            raise TypeError(f"exercise needs a whole number as seed, got {seed!r:.60}")
        if not seed:
            return Exercise(self, hide)
        if self.question is None:
            raise ValueError("other numbers need the graph: use the derivation explain() returned")
        return Exercise(self.question.with_other_numbers(seed).answer(), hide)

    def __str__(self) -> str:
        return as_text(DerivationWriter(self, self.text_notation()).blocks())

    __repr__ = __str__  # at the prompt, what one wants to see

    def to_latex(self) -> str:
        """Return the derivation as LaTeX that needs only amsmath.

        Chinese sentences need a font that has their letters: `\\usepackage{ctex}` (or `xeCJK`),
        and xelatex or lualatex.
        """
        return as_latex(DerivationWriter(self, self.latex_notation()).blocks())

    def to_markdown(self) -> str:
        """Return the derivation as Markdown with its formulas in LaTeX."""
        return as_markdown(DerivationWriter(self, self.latex_notation()).blocks())

    def _repr_markdown_(self) -> str:
        return self.to_markdown()

    def latex_notation(self) -> Latex:
        """Return LaTeX in which no two names of this derivation look alike."""
        return Latex(self._labels())

    def text_notation(self) -> Textbook:
        """Return plain text in which no two names of this derivation look alike."""
        return Textbook(self._labels())

    def _labels(self) -> list[str]:
        return [*self.names, *self.independent, *self.deltas.values()]


@dataclass(frozen=True)
class Question:
    """What `explain` was asked."""

    output: Value
    targets: tuple[Node, ...]
    digits: int
    delta_rule: bool
    max_terms: int
    max_steps: int
    primitive: bool
    language: str

    def answer(self) -> Derivation:
        """Return the derivation."""
        return _aside(lambda: _derive(self))

    def with_other_numbers(self, seed: int) -> Question:
        """Return the question about a copy of the graph with other numbers at its leaves."""
        output, targets = _aside(lambda: with_other_numbers(self.output, self.targets, seed))
        return replace(self, output=output, targets=tuple(targets))


def _aside(work: Callable[[], T]) -> T:
    """Return what is computed for the explanation alone, whatever modes the caller is in.

    Rules are run on nodes: they must record, and may well give inf or nan.
    """
    context = copy_context()
    context.run(RECORDING.set, True)
    context.run(DETECTING.set, False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return context.run(work)


def explain(
    output: Value,
    wrt: Value | str | Sequence[Value | str] | None = None,
    digits: int = 6,
    delta_rule: bool = False,
    *,
    max_terms: int = 8,
    max_steps: int = 500,
    primitive: bool = False,
    language: str = "en",
) -> Derivation:
    """Write out, with formulas and numbers, how output depends on other values.

    Everything between two labelled nodes is one formula; what has no label and would make
    a formula too long gets a made-up name.

    Args:
        output: the value to differentiate.
        wrt: the value or values to differentiate for, or their labels; None for every labelled
            leaf, or for every leaf where none has a label; () for the forward pass alone.
        digits: how many digits after the point to print, 0 to 17.
        delta_rule: name the derivative for a weighted sum as the delta of its neuron, and
            write the others in terms of deltas.
        max_terms: of longer sums, and of more consumers of a node, print only so many.
        max_steps: how many local derivatives to print at the most.
        primitive: take every single operation as a step.
        language: of the sentences: "en", or "zh" for Chinese.

    Returns:
        A Derivation: str() of it is text, `to_latex()`, `to_markdown()` and `steps`.

    Raises:
        TypeError: output or wrt is no Value.
        ValueError: a label is of no node or of several; output and wrt are the wrong way round;
            digits, max_terms or the language is none that there is.
        StaleGraphError: data changed since the graph was recorded; call forward().
        GraphSizeError: more than max_steps local derivatives would be needed.

    >>> x = Value(2.0, label="x")
    >>> y = x * x * x
    >>> y.label = "y"
    >>> print(explain(y))
    Forward pass
      y = x³ = 2³ = 8
    <BLANKLINE>
    Backward pass
      ∂y/∂x = 3·x² = 3·2² = 12
    """
    targets = _targets(output, wrt)
    check_digits("explain", digits)
    check_language("explain", language)
    if not (isinstance(max_terms, int) and max_terms >= 3):
        raise ValueError(f"explain needs max_terms of at least 3, got {max_terms!r}")
    question = Question(
        output, tuple(targets), digits, delta_rule, max_terms, max_steps, primitive, language
    )
    return question.answer()


def _targets(output: Value, wrt: Value | str | Sequence[Value | str] | None) -> list[Node]:
    """Return the values to differentiate for, each once."""
    if not isinstance(output, Value):
        raise TypeError(f"explain needs a Value as output, got {type(output).__name__}")
    if wrt is None:
        leaves = [x for x in topological_order(output) if x.op is None]
        return [x for x in leaves if x.label] or leaves
    given = list(wrt) if isinstance(wrt, Iterable) and not isinstance(wrt, str) else [wrt]
    targets: list[Value | Node] = [_by_label(output, x) if isinstance(x, str) else x for x in given]
    for x in targets:
        if not isinstance(x, Value):
            raise TypeError(f"explain needs a Value or several in wrt, got {type(x).__name__}")
        if output.op is None and x.op is not None and output in topological_order(x):
            raise ValueError(
                f"explain takes the output first, and {output!r} is a leaf that {x!r} depends on: "
                "write explain(output, leaf)"
            )
    return list({id(x): x for x in targets}.values())


def _by_label(output: Value, label: str) -> Node:
    """Return the one node below output that has this label."""
    nodes = topological_order(output)
    found = [x for x in nodes if x.label == label]
    if len(found) == 1:
        return found[0]
    if found:
        raise ValueError(
            f"{len(found)} nodes have the label {label!r}: hand the one that is meant to explain"
        )
    known = [x.label for x in nodes if x.label]
    near = difflib.get_close_matches(label, known, 1) or known[:6]
    names = ", ".join(map(repr, near)) or "none"
    raise ValueError(f"no node below the output has the label {label!r}; there are {names}")


def _derive(asked: Question) -> Derivation:
    targets = list(asked.targets)
    graph = NamedGraph(asked.output, targets, asked.primitive)
    wanted = [x for x in targets if id(x) in graph.names]
    plan = Plan(graph, wanted, asked.max_terms, asked.delta_rule, asked.max_steps)
    defined = find_defined(plan, everything=not targets)
    steps = find_steps(plan)
    return Derivation(
        output=graph.name(asked.output),
        definitions=tuple(find_definitions(graph, defined)),
        steps=tuple(steps),
        independent=tuple(_independent(graph, targets)),
        deltas=_deltas([graph.name(x) for x in plan.weighted_sums]),
        digits=asked.digits,
        max_terms=asked.max_terms,
        names=(*graph.names.values(), *graph.outputs.names()),
        language=asked.language,
        given=tuple((graph.name(x), x.data) for x in graph.ends_of(defined)),
        sums=tuple((graph.name(x), x.grad, x.passes) for x in wanted if x.passes > 1),
        question=asked,
    )


def _independent(graph: NamedGraph, targets: list[Node]) -> list[str]:
    """Return a name for each target outside of the graph: its label, or x, x1, ..."""
    taken = {*graph.names.values(), *[x.label for x in targets]}
    fresh = (name for i in count() if (name := f"x{i or ''}") not in taken)
    return [x.label or next(fresh) for x in targets if id(x) not in graph.names]


def _deltas(names: list[str]) -> dict[str, str]:
    """Return the name of the delta of each weighted sum: δ_o1 for net_o1."""
    short = [name.partition("_")[2] or name for name in names]
    if len(set(short)) < len(short):
        short = names
    return {name: f"δ_{suffix}" for name, suffix in zip(names, short)}
