"""Two ways of writing numbers, names and operations, Python and a textbook; `latex` is a third."""

from __future__ import annotations

import keyword
import math
import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

from autograd.expression.numbers import LONG, as_fraction, fraction_text
from autograd.expression.symbols import GREEK
from autograd.op import CALL, POWER, PRODUCT, SUM, Form, Op, Reduction

# A longer label would hide the formula around it.
LABEL_LENGTH = 40
# From here on, and below the third last printed digit, numbers are written with a power of ten.
_HUGE = 1e9


class Written(str):
    """A name that is in the notation already and is printed as it is."""


class Notation(ABC):
    """One way of writing; text and how tightly it binds go together."""

    plus, minus, times, dots = " + ", " - ", " * ", "..."
    left, right = "(", ")"
    # How deep operations are nested before the rest is left out; Python nests 200 brackets.
    depth = 150

    @abstractmethod
    def form(self, op: Op) -> Form | None:
        """Return how the table prints an operation; None for an ordinary call."""

    def label(self, label: str) -> str:
        """Return a label such that nothing in it can be taken for notation."""
        if isinstance(label, Written):
            return label
        gradient = GRADIENT.fullmatch(label)
        return self.derivative(gradient[1], gradient[2]) if gradient else self._label(label)

    def spread(self, text: str) -> str:
        """Return a formula with more room between its factors, where that can be had."""
        return text

    def label_precedence(self, label: str) -> int:
        """Return how tightly a label binds: ∂E/∂w and w⁺ need brackets before an exponent."""
        return POWER if GRADIENT.fullmatch(label) or label[-1:] in _SUPERSCRIPT_SIGNS else CALL

    @abstractmethod
    def _label(self, label: str) -> str:
        """Return a label that is not written yet."""

    @abstractmethod
    def number(self, x: float, digits: int | None) -> tuple[str, int]:
        """Return a number and how tightly its text binds.

        Args:
            x: the number.
            digits: how many after the point; None for all that the float has.
        """

    def constant(self, x: float, digits: int | None) -> tuple[str, int]:
        """Return a constant of a program, which is short and printed as it is, or of a rule."""
        return self.number(x, None if len(repr(x)) < LONG else digits)

    def given(self, x: float, digits: int | None) -> tuple[str, int]:
        """Return the number of a leaf, which may be a constant such as π/6."""
        return self.number(x, digits) if len(repr(x)) < LONG else self.constant(x, digits)

    def call(self, op: Op, rows: list[list[str]]) -> str:
        """Return a call of an operation; a row per sequence of operands."""
        return f"{op.name}({', '.join(x for row in rows for x in row)})"

    def item(self, name: str, row: list[str], place: int) -> str:
        """Return one of the results of a function of a row."""
        return f"{name}({', '.join(row)}){str(place + 1).translate(_SUBSCRIPTS)}"

    def bracketed(self, text: str) -> str:
        return f"{self.left}{text}{self.right}"

    def superscript(self, text: str, precedence: int) -> str:
        """Return text as an exponent."""
        raise NotImplementedError

    def gap(self, letters: int) -> str:
        """Return a line to write about so many letters on."""
        return "_" * letters

    def derivative(self, of: str, wrt: str, held: tuple[str, ...] = ()) -> str:
        """Return d of / d wrt, for two labels, with what is held fixed behind a bar."""
        return self._label(f"∂{of}/∂{wrt}")

    def _listed(self, labels: tuple[str, ...], comma: str) -> str:
        """Return labels in a row, with dots in the middle of many."""
        names = [self.label(x) for x in labels]
        return comma.join(names if len(names) < 4 else [names[0], self.dots, names[-1]])

    def words(self, text: str) -> str:
        """Return words as they stand in a formula."""
        return text


# A label such as ∂E/∂w5 is written as what it means.
GRADIENT = re.compile(r"∂([^∂]+)/∂([^∂]+)")


class Python(Notation):
    """Source text that gives the same number when evaluated, where labels are names."""

    def form(self, op: Op) -> Form | None:
        return op.python

    def _label(self, label: str) -> str:
        parts = re.split(r"[.\[\], ]+", label.removesuffix("]"))
        is_name = label.isidentifier() and not keyword.iskeyword(label)
        is_place = bool(_PLACE.fullmatch(label)) and not any(map(keyword.iskeyword, parts))
        text = shortened(label)
        return text if text is label and (is_name or is_place) else repr(text)

    def number(self, x: float, digits: int | None) -> tuple[str, int]:
        text = repr(x) if digits is None else f"{x:.{digits}g}"
        if text != "-0.0":  # as an int it would lose its sign
            text = text.removesuffix(".0")
        return text, SUM if text.startswith("-") else CALL

    def item(self, name: str, row: list[str], place: int) -> str:
        return f"{name}([{', '.join(row)}])[{place}]"

    def call(self, op: Op, rows: list[list[str]]) -> str:
        texts = [", ".join(row) for row in rows]
        if isinstance(op, Reduction):
            texts = [f"[{text}]" for text in texts]
        return f"{op.name}({', '.join(texts)})"


_PLACE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*|\[\w+(, ?\w+)*\])+")


class Textbook(Notation):
    """Plain Unicode text for a reader.

    Args:
        labels: of all that is written together: where sigma and σ both occur, the second
            stands as it was typed.
    """

    minus, times, dots = " − ", " · ", "…"

    def __init__(self, labels: Iterable[str] = ()) -> None:
        self._names: dict[str, str] = {}
        labels = dict.fromkeys(labels)
        for label in labels:
            name = greek(label)
            self._names[label] = label if name in labels else name

    def form(self, op: Op) -> Form | None:
        return op.textbook

    def _label(self, label: str) -> str:
        text = self._names.get(label) or self._spelled(label)
        text = visible(shortened(text))
        if any(unicodedata.bidirectional(c) in ("R", "AL") for c in text):
            text = f"\u2068{text}\u2069"  # else the digits that follow would change places
        return f"⟨{text}⟩" if not text or _NOTATION.search(text) else text

    def number(self, x: float, digits: int | None) -> tuple[str, int]:
        sign, mantissa, exponent = decimal(x, digits)
        text = {"inf": "∞", "0.5": "½"}.get(mantissa, mantissa) if digits is None else mantissa
        text = sign.replace("-", "−") + text.replace("inf", "∞")
        if exponent is not None:
            power = f"10{str(exponent).translate(_SUPERSCRIPTS)}"
            text = text.removesuffix("1") + power if mantissa == "1" else f"{text}×{power}"
        return text, number_precedence(sign, exponent, text.endswith("½"), mantissa == "1")

    def _spelled(self, label: str) -> str:
        return greek(label)

    def constant(self, x: float, digits: int | None) -> tuple[str, int]:
        fraction = as_fraction(abs(x))
        if fraction is None:
            return super().constant(x, digits)
        text, precedence = fraction_text(fraction)
        return (f"−{text}", SUM) if x < 0.0 else (text, precedence)

    def superscript(self, text: str, precedence: int) -> str:
        if all(c in "−0123456789" for c in text):
            return text.translate(_SUPERSCRIPTS)
        return f"^{text}" if precedence == CALL else f"^({text})"

    def derivative(self, of: str, wrt: str, held: tuple[str, ...] = ()) -> str:
        bar = f"|{self._listed(held, ',')}" if held else ""
        return f"∂{self.label(of)}/∂{self.label(wrt)}{bar}"

    def spread(self, text: str) -> str:
        return text.replace("·", self.times)


# Signs in a label that would read as part of the formula around it.
_NOTATION = re.compile(r"[\s+*/^=<>·−∂-]")
_SUPERSCRIPT_SIGNS = tuple("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SUPERSCRIPTS = str.maketrans("0123456789-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")


PYTHON, TEXTBOOK = Python(), Textbook()


# --- numbers ------------------------------------------------------------------------


def decimal(x: float, digits: int | None) -> tuple[str, str, int | None]:
    """Return the sign, the decimal digits and the power of ten, if one is needed.

    A number that has fewer digits than asked for is written short: 0.4, while 0.741365070
    was rounded.

    >>> decimal(0.4, 9), decimal(-0.74136506955, 9), decimal(0.0000438568, 6)
    (('', '0.4', None), ('-', '0.741365070', None), ('', '4.38568', -5))
    """
    sign = "-" if x < 0.0 else ""
    x = abs(x)
    if not math.isfinite(x):
        return sign, repr(x), None
    if digits is None:
        mantissa, _, exponent = repr(x).partition("e")
        return sign, mantissa.removesuffix(".0"), int(exponent) if exponent else None
    short = f"{x:.{digits}f}"
    # 0.6000000000000001 is 0.6 too.
    if x < _HUGE and abs(float(short) - x) <= x * min(1e-12, 10.0 ** (-3 - digits)):
        return sign, short.rstrip("0").rstrip(".") if "." in short else short, None
    if min(10.0 ** (3 - digits), 10.0 ** -min(digits, 2)) <= x < _HUGE:
        return sign, short, None
    mantissa, _, exponent = f"{x:.{digits}e}".partition("e")
    if float(f"{mantissa}e{exponent}") == x and "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return sign, mantissa, int(exponent)


def number_precedence(
    sign: str, exponent: int | None, is_fraction: bool, is_one: bool = False
) -> int:
    """Return how tightly a number binds: 2×10⁻⁵ is a product, 10⁻⁵ a power."""
    if sign:
        return SUM
    if exponent is None:
        return POWER if is_fraction else CALL
    return POWER if is_one else PRODUCT


# --- labels -------------------------------------------------------------------------


def check_digits(what: str, digits: Any) -> None:
    """Raise a ValueError unless so many digits after the point can be printed."""
    if not (isinstance(digits, int) and 0 <= digits <= 17):
        raise ValueError(f"{what} needs digits from 0 to 17, got {digits!r}")


def greek(label: str) -> str:
    """Return a label with the names of Greek letters, and of indices, as letters.

    >>> [greek(label) for label in ("sigma", "theta1", "mu_x", "w_beta", "psi_max", "beta2z")]
    ['σ', 'θ1', 'μ_x', 'w_β', 'ψ_max', 'beta2z']
    """
    parts = [_GREEK_NAME.fullmatch(part) for part in label.split("_")]
    letters = [_GREEK_LETTERS.get(x[1]) if x else None for x in parts]
    pairs = zip(label.split("_"), letters, parts)
    return "_".join(letter + x[2] if letter and x else part for part, letter, x in pairs)


_GREEK_NAME = re.compile(r"([A-Za-z]+)(\d*)")
_GREEK_LETTERS = {name.removeprefix("\\"): letter for letter, name in GREEK.items()}
_GREEK_LETTERS |= {"epsilon": "ε", "phi": "φ"}


def shortened(label: str, length: int = LABEL_LENGTH) -> str:
    """Return a label, cut in the middle where it is very long."""
    if len(label) <= length:
        return label
    half = length // 2
    return f"{label[:half]}…{label[-half:]}"


def visible(text: str) -> str:
    """Return text with all that does not print, or reorders what does, as an escape."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
