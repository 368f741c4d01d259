"""What is written on the boxes of a drawing: operations, formulas and numbers."""

from __future__ import annotations

from collections.abc import Mapping

from autograd import ops
from autograd.expression.formula import Apply, Symbol, Term
from autograd.expression.formula_reader import FormulaReader
from autograd.expression.notation import Textbook, decimal
from autograd.expression.printing import write
from autograd.language import phrases
from autograd.node import Node
from autograd.op import CALL
from autograd.value import Value

# A longer formula is drawn as the operations it consists of.
MAX_FORMULA = 36

_SIGNS = {ops.add: "+", ops.subtract: "−", ops.multiply: "×", ops.true_divide: "÷"}
_NAMES = {
    ops.negative: "×−1", ops.sigmoid: "σ", ops.sqrt: "√", ops.where: "if",
    ops.maximum: "max", ops.minimum: "min",
    ops.logical_and: "and", ops.logical_or: "or", ops.logical_not: "not",
}  # fmt: skip


class _Picture(Textbook):
    """A textbook's text in characters that common fonts have.

    They have ² and ³, but no superscript minus, which some programs leave out without a word:
    3×10⁻⁹ then reads 3×10⁹.
    """

    def superscript(self, text: str, precedence: int) -> str:
        if text in ("2", "3"):
            return super().superscript(text, precedence)
        return f"^{text}" if precedence == CALL or text.isalnum() else f"^({text})"

    def number(self, x: float, digits: int | None) -> tuple[str, int]:
        text, precedence = super().number(x, digits)
        _, mantissa, exponent = decimal(x, digits)
        if exponent is not None:
            text = f"{'−' if x < 0.0 else ''}{mantissa}e{_exponent(exponent)}"
        return text, precedence

    def _spelled(self, label: str) -> str:
        return label  # as on the box

    def _label(self, label: str) -> str:
        return super()._label(label).translate(_BRACKETS)


_BRACKETS = str.maketrans("⟨⟩", "‹›")
PICTURE = _Picture()


def operation_text(node: Node) -> str:
    """Return one operation in the fewest signs; plain numbers among its operands show.

    >>> x = Value(2.0)
    >>> [operation_text(y) for y in (x + 1, 1 / x, x * -1, -x, x**2, x.exp(), x * x)]
    ['+1', '1/x', '×−1', '×−1', 'x²', 'exp', '×']
    """
    op, operands = node.op, node.operands
    assert op is not None
    numbers = [float(x) for x in operands if not isinstance(x, Value)]
    if op is ops.dot:
        return "Σ w·x + b" if numbers else "Σ w·x"
    if op is ops.sum:
        return " + ".join(["Σ", *[PICTURE.number(x, None)[0] for x in numbers]])
    if not numbers:
        if op in _SIGNS or op in _NAMES or op.textbook is None:
            return _SIGNS.get(op) or _NAMES.get(op) or op.name
    elif op in (ops.add, ops.multiply) or (op in _SIGNS and isinstance(operands[0], Value)):
        return _SIGNS[op] + PICTURE.number(numbers[0], None)[0]
    letters = iter("xyzuvw")
    nodes = {id(x): x for x in operands if isinstance(x, Value)}
    names = {key: "c" if is_condition(x) else next(letters, "x") for key, x in nodes.items()}
    return write(FormulaReader(names).definition(node).term, PICTURE)[0]


def is_condition(node: Node) -> bool:
    """Tell whether a node is a comparison or made of such, which passes no gradient."""
    return node.op in ops.CONDITIONS


def formula_text(node: Node, ends: Mapping[int, str]) -> str | None:
    """Return the formula of a node down to the ends; None where it is too long to draw.

    Args:
        node: the node.
        ends: what to call the nodes at which the formula stops, by id.
    """
    term = FormulaReader(ends).definition(node).term
    text, is_shortened = write(term, PICTURE)
    text = text.replace("½·", "½")
    if len(text) <= MAX_FORMULA and not is_shortened:
        return text
    return _weighted_sum(term)


def _weighted_sum(term: Term) -> str | None:
    """Return a short form for a long sum of products of names; None for all else."""
    if not isinstance(term, Apply) or term.op is not ops.sum:
        return None
    products = [x for x in term.operands if isinstance(x, Apply) and x.op is ops.multiply]
    rest = [x for x in term.operands if not isinstance(x, Apply)]
    are_simple = all(isinstance(y, Symbol) for x in products for y in x.operands)
    if not are_simple or len(products) < 2 or len(products) + len(rest) < len(term.operands):
        return None
    return "Σ w·x + b" if rest else "Σ w·x"


def truth(x: float, language: str) -> str:
    """Return the value of a condition, which is 1 or 0."""
    return (phrases.TRUE if x else phrases.FALSE).say(language)


def number_text(x: float, digits: int, *, signed: bool = False, minus: str = "−") -> str:
    """Return a number as drawings write it.

    Args:
        x: the number.
        digits: how many after the point; fewer where they are exact, more for the first
            three that are not 0, and a power of ten for the very large and very small.
        signed: put a plus sign before a positive number too.
        minus: the minus sign.

    >>> [number_text(x, 4) for x in (0.05, 0.5932699, -0.0226025, 0.000438568, 2.5e-7, 3e8)]
    ['0.05', '0.5933', '−0.0226', '0.000439', '2.5e−7', '3e8']
    >>> number_text(0.1966, 2, signed=True), number_text(float("-inf"), 2)
    ('+0.20', '−∞')
    """
    if x != x:
        return "nan"
    sign = minus if x < 0.0 else "+" if signed and x > 0.0 else ""
    return sign + _magnitude(abs(x), digits)


def _magnitude(x: float, digits: int) -> str:
    if x == float("inf"):
        return "∞"
    fixed = f"{x:.{digits}f}"
    if x < 1e6 and abs(float(fixed) - x) <= 1e-12 * x:
        return fixed.rstrip("0").rstrip(".") if "." in fixed else fixed
    if 10.0 ** (1 - digits) <= x < 1e6:
        return fixed
    mantissa, _, exponent = f"{x:.3g}".partition("e")
    return mantissa + (f"e{_exponent(int(exponent))}" if exponent else "")


def _exponent(exponent: int) -> str:
    return str(exponent).replace("-", "−")
