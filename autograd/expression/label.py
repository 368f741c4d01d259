r"""`Label`: a label that brings its own LaTeX.

It is a str with one attribute more, so that a node is no larger for it, and so that all
that handles labels, copies and pickles them, needs to know nothing of it.
"""

from __future__ import annotations

import re

from autograd.expression.latex_items import TOKEN, Reader, measure
from autograd.expression.symbols import COMMANDS, WITH_ARGUMENT, WITH_TWO

_LONGEST, _WIDEST = 200, 20.0
_KNOWN = COMMANDS | WITH_ARGUMENT | WITH_TWO | set("+-*/=<>,.;:!?()|'{}_^") | {"", "\\"}
_TEXT = re.compile(r"\\text\{([^{}]*)\}")
_NO_WORDS = frozenset('\\$&#%_^~<>*`[]|"')


class Label(str):
    r"""A label of a Value, with the LaTeX by which derivations show it.

    Args:
        text: the label, as it stands in drawings and in plain text.
        latex: one formula by itself, of what LaTeX with amsmath, KaTeX and MathJax all know.

    Raises:
        TypeError: the LaTeX is no str.
        ValueError: it could not stand in any formula as a name does: its braces do not match,
            it holds a sign or a command that reaches beyond it, or it is very long.

    >>> from autograd import Label, Value
    >>> rate = Value(0.1, Label("lr", latex=r"\eta"))
    >>> rate.label, (2 * rate).to_latex()
    ('lr', '2 \\cdot \\eta')
    """

    __slots__ = ("latex",)
    latex: str

    def __new__(cls, text: str, latex: str) -> Label:
        self = super().__new__(cls, text)
        self.latex = _checked(text, latex)
        return self

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        return str(self), self.latex


def _checked(text: str, latex: str) -> str:
    if not isinstance(latex, str):
        raise TypeError(f"Label {text!r:.60} needs its LaTeX as a str, got {type(latex).__name__}")
    fault = _fault(latex)
    if fault:
        raise ValueError(
            f"Label {text!r:.60}: its LaTeX {latex!r:.60} {fault}; it must be a whole formula by "
            r"itself, such as r'\eta' or r'\mathbf{w}_{1}'"
        )
    return latex.strip().replace("<", "{<}").replace("*", r"\ast ")  # no HTML, no Markdown


def _fault(latex: str) -> str:
    """Return what is wrong with the LaTeX of a label; "" if nothing is."""
    if not latex.strip():
        return "is empty"
    if len(latex) > _LONGEST:
        return f"has {len(latex)} characters, more than {_LONGEST}"
    reader = Reader(latex)
    reader.items()
    if reader.fault:
        return reader.fault
    rest = latex
    for words in _TEXT.findall(latex):
        rest = rest.replace(rf"\text{{{words}}}", "")
        if not words.isprintable() or any(c in _NO_WORDS for c in words):
            return f"holds {words!r} as text, which has signs of LaTeX, Markdown or HTML in it"
    for token in [x.strip(" ") for x in TOKEN.findall(rest)]:
        if token not in _KNOWN and not (token.isascii() and token.replace(".", "").isalnum()):
            return f"holds {token!r}, which is not among the signs and commands of names"
    return f"is wider than {_WIDEST:g} em" if measure(latex) > _WIDEST else ""
