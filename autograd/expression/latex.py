"""The third way of writing: LaTeX for math mode."""

from __future__ import annotations

from collections.abc import Iterable

from autograd.expression.label import Label
from autograd.expression.latex_items import items_of
from autograd.expression.latex_names import latex_as_typed, latex_name, told_apart
from autograd.expression.notation import GRADIENT, Notation, decimal, number_precedence
from autograd.expression.numbers import as_fraction
from autograd.op import CALL, POWER, PRODUCT, SUM, Form, Op


class Latex(Notation):
    """LaTeX for math mode; amsmath is enough for it, KaTeX and MathJax show it too.

    Args:
        labels: of all that is written together, in the order in which they claim a spelling:
            where w1 and w_1 both occur, the second does not look like the first.
    """

    times, dots = r" \cdot ", r"\dots"
    left, right = r"\left(", r"\right)"
    depth = 40  # TeX nests 255 groups, and some operations take several

    def __init__(self, labels: Iterable[str] = ()) -> None:
        names = (x for x in labels if isinstance(x, Label) or not GRADIENT.fullmatch(x))
        self._names = told_apart(names)

    def form(self, op: Op) -> Form | None:
        return op.latex

    def label(self, label: str) -> str:
        return self._label(label) if isinstance(label, Label) else super().label(label)

    def _label(self, label: str) -> str:
        return self._names.get(label) or latex_name(label, self._names)

    def label_precedence(self, label: str) -> int:
        return _precedence(self.label(label))

    def number(self, x: float, digits: int | None) -> tuple[str, int]:
        sign, mantissa, exponent = decimal(x, digits)
        special = {"inf": r"\infty", "nan": r"\mathrm{nan}"}
        is_half = digits is None and mantissa == "0.5"
        text = sign + (r"\tfrac{1}{2}" if is_half else special.get(mantissa, mantissa))
        if exponent is not None:
            power = f"10^{{{exponent}}}"
            text = sign + power if mantissa == "1" else rf"{text} \times {power}"
        return text, number_precedence(sign, exponent, is_half, mantissa == "1")

    def constant(self, x: float, digits: int | None) -> tuple[str, int]:
        fraction = as_fraction(abs(x))
        if fraction is None:
            return super().constant(x, digits)
        above, below = (
            f"{number}{_SIGNS[sign]}" for number, sign in (fraction.above, fraction.below)
        )
        text = above
        if below:
            is_small = not (fraction.sign or fraction.sign_below)
            text = rf"\{'t' * is_small}frac{{{above}}}{{{below}}}"
        if x < 0.0:
            return f"-{text}", SUM
        return text, PRODUCT if not below and fraction.whole > 1 else POWER

    def call(self, op: Op, rows: list[list[str]]) -> str:
        operands = self.bracketed(", ".join(x for row in rows for x in row))
        name = latex_as_typed(op.name).removeprefix(r"\mathrm")
        return rf"\operatorname{name}{operands}"

    def item(self, name: str, row: list[str], place: int) -> str:
        return rf"\operatorname{{{name}}}{self.bracketed(', '.join(row))}_{{{place + 1}}}"

    def derivative(self, of: str, wrt: str, held: tuple[str, ...] = ()) -> str:
        text = rf"\frac{{\partial {self.label(of)}}}{{\partial {self.label(wrt)}}}"
        return rf"\left.{text}\right|_{{{self._listed(held, ', ')}}}" if held else text

    def gap(self, letters: int) -> str:
        return r"\underline{" + r"\quad" * (letters // 2) + "}"

    def words(self, text: str) -> str:
        return rf"\text{{ {text} }}"  # maths drops the spaces around


_SIGNS = {"": "", "π": r"\pi", "e": "e", "√π": r"\sqrt{\pi}", "√(2π)": r"\sqrt{2\pi}"} | {
    **{f"√{n}": rf"\sqrt{{{n}}}" for n in range(2, 11)},
    **{f"ln {n}": rf"\ln {n}" for n in (2, 10)},
}


def _precedence(name: str) -> int:
    """Return how tightly a name binds: E and w_1 need no brackets before an exponent."""
    items = items_of(name)
    if any(x.kind for x in items):
        return SUM
    is_one_letter = len(items) == 1 and "^" not in items[0].scripts and items[0].shape != r"\frac"
    return CALL if is_one_letter else POWER


LATEX = Latex()
