"""`to_text` and `to_latex`: what a value computes, as a formula of the labelled nodes below."""

from __future__ import annotations

from collections.abc import Callable, Collection

from autograd.expression.formula import Symbol
from autograd.expression.formula_reader import FormulaReader
from autograd.expression.label import Label
from autograd.expression.latex import Latex
from autograd.expression.latex_lines import aligned
from autograd.expression.notation import PYTHON, Notation
from autograd.expression.printing import MAX_TERMS, write
from autograd.node import Node
from autograd.order import topological_order
from autograd.value import Value


def to_text(v: Value, *, max_terms: int = MAX_TERMS) -> str:
    """Return the formula of a value as Python source, down to labelled nodes.

    Args:
        v: the value; its own label is not used.
        max_terms: write no more terms of a sum than these, and dots for the others.

    Returns:
        Source that gives v.data again, once the labels are bound to their data; unlabelled
        leaves are numbers. What is too long is shortened with dots, and a comment tells.

    >>> a, b, c = (Value(x, label=name) for x, name in zip((1.0, 2.0, 3.0), "abc"))
    >>> to_text(a - (b - c) / a**2), to_text((-a) ** 2 * 1.0)
    ('a - (b - c)/a**2', '(-a)**2')
    """
    text, omitted = _formula(v, lambda labels: PYTHON, max_terms)
    return f"{text}  # shortened: label inner nodes to divide the formula" if omitted else text


def to_latex(v: Value, *, max_terms: int = MAX_TERMS) -> str:
    r"""Return the formula of a value in LaTeX for math mode, down to labelled nodes.

    It needs amsmath alone, and KaTeX and MathJax show it too; letters of other scripts than
    Latin and Greek need a font that has them, such as `ctex` loads for Chinese. A formula
    wider than a page's text is several lines, in an `aligned` environment.

    Args:
        v: the value; its own label is not used.
        max_terms: write no more terms of a sum than these, and dots for the others.

    >>> net, target = Value(0.3, label="net_o1"), Value(0.01, label="t1")
    >>> to_latex(0.5 * (target - net.sigmoid()) ** 2)
    '\\tfrac{1}{2} \\cdot \\left(t_{1} - \\sigma\\left(\\mathrm{net}_{o1}\\right)\\right)^{2}'
    """
    text, omitted = _formula(v, Latex, max_terms)
    return aligned(rf"{text} \quad \text{{(shortened)}}" if omitted else text)


def _formula(
    v: Value, make_notation: Callable[[list[str]], Notation], max_terms: int
) -> tuple[str, bool]:
    if max_terms < 3:
        raise ValueError(f"a shortened sum has at least 3 terms; got max_terms={max_terms}")
    if not isinstance(v, Value):
        raise TypeError(f"a formula is printed of a Value, got {type(v).__name__}")
    if v.op is None:
        leaf = Symbol(v.label, v.data)
        return write(leaf, make_notation([]), max_terms=max_terms)
    nodes = topological_order(v)
    labelled = [x for x in nodes if x.label and x is not v]
    names = dict(zip(map(id, labelled), distinct([x.label or "" for x in labelled])))
    reader = FormulaReader(names, shared_nodes(nodes))
    notation = make_notation(list(names.values()))
    return write(reader.definition(v).term, notation, max_terms=max_terms)


def distinct(labels: list[str]) -> list[str]:
    """Return the labels; those that nodes before have too get a number behind them.

    >>> distinct(["w", "x", "w"])
    ['w', 'x', 'w_2']
    """
    taken = set(labels)
    counts: dict[str, int] = {}
    names = []
    for label in labels:
        name, count = label, counts.get(label, 0) + 1
        while count > 1 and (name := f"{label}_{count}") in taken:
            count += 1
        counts[label] = count
        if name != label and isinstance(label, Label):
            name = Label(name, f"{{{label.latex}}}_{{{count}}}")
        taken.add(name)
        names.append(name)
    return names


def shared_nodes(nodes: Collection[Node]) -> set[int]:
    """Return the ids of the nodes that are operands more than once."""
    once: set[int] = set()
    shared: set[int] = set()
    for node in nodes:
        for x in node.operands:
            if isinstance(x, Value):
                (shared if id(x) in once else once).add(id(x))
    return shared
