"""A formula in LaTeX, read into items: what a line of it may be made of, and how wide that is.

An item is a letter with its exponent, a fraction, or a pair of brackets with what they hold.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from autograd.expression.symbols import WITH_ARGUMENT, WITH_TWO, words

_BINARY = words(r"+ - * \cdot \times \pm \mp \div \land \lor \ast \circ \wedge \vee \bmod")
_RELATION = words(r"= < > \ge \le \ne \approx \equiv \sim \in \to \leftarrow \mid")
_OPENING = words(r"( [ \lbrack \lfloor \lceil \langle \lVert \lvert \{")
_FUNCTION = words(
    r"\sin \cos \tan \arcsin \arccos \arctan \sinh \cosh \tanh \exp \ln \log \max \min"
)
_SPACE = {r"\quad": 1.0, "\\": 0.3, r"\;": 0.3, r"\:": 0.25, r"\,": 0.2, r"\!": -0.2}
_ENDS = words(r"} \right \end & \\ ^ _")
_NO_ARGUMENT = {"", r"\left", *_ENDS, *WITH_ARGUMENT, *WITH_TWO}
_DELIMITERS = words(r"""
    ( ) . | / \lbrack \rbrack \{ \} \| \vert \Vert \lvert \rvert \lVert \rVert \langle \rangle
    \lfloor \rfloor \lceil \rceil
""")
SCRIPT = 0.72  # the size of an exponent
TOKEN = re.compile(r"\\[A-Za-z]+ ?|\\.|(?<![\^_])\d+(?:\.\d+)?|[^\\]", re.S)


@dataclass
class Item:
    """A part of a formula that stays together, unless it has to be opened.

    Attributes:
        text: its LaTeX.
        width: in em.
        kind: "binary", "relation", "comma", "open" or "" for all else.
        shape: the command that made it, "^" with an exponent alone, "_" with an index.
        parts: the contents of its arguments, cells or exponent.
        signs: of brackets the left and the right one.
        base, scripts: what has an exponent or index, and these.
    """

    text: str
    width: float
    kind: str = ""
    shape: str = ""
    parts: tuple[list[Item], ...] = ()
    signs: tuple[str, ...] = ()
    base: Item | None = None
    scripts: str = ""


def measure(latex: str) -> float:
    """Return the width of a formula in em, rather too wide than too narrow."""
    return width_of(items_of(latex))


@lru_cache(1000)
def items_of(latex: str) -> list[Item]:
    """Return the items of a formula; the list is shared and stays as it is."""
    return Reader(latex).items()


class Reader:
    """Reads a formula; what is not in order is read somehow.

    Attributes:
        fault: what is not in order, in words; "" if nothing is.
    """

    def __init__(self, latex: str) -> None:
        self._tokens: list[str] = [*TOKEN.findall(latex), ""]
        self._place = self._level = 0
        self.fault = "" if "".join(self._tokens) == latex else "ends in a backslash"

    def items(self, *ends: str) -> list[Item]:
        """Return the items up to one of some tokens, which is read too, or to the end."""
        items: list[Item] = []
        while self._peek():
            if self._peek() in ends:
                self._next()
                return items
            item = self._scripted(self._nucleus())
            if item.kind == "binary" and (not items or items[-1].kind):
                item.kind, item.width = "", item.width - 0.45  # a sign, not an operator
            items.append(item)
        if ends:
            self.fault = self.fault or f"lacks {' or '.join(ends)}"
        return items

    def _peek(self) -> str:
        while self._tokens[self._place] == " ":
            self._place += 1
        return self._tokens[self._place].strip(" ")

    def _next(self) -> str:
        token = self._peek()
        self._place += bool(token)
        return token

    def _argument(self, command: str) -> list[Item]:
        """Return what stands in the braces after a command, or the one sign that does."""
        if self._peek() != "{":
            if self._peek() in _NO_ARGUMENT:
                self.fault = self.fault or f"lacks what {command} is for"
            return [self._nucleus()]
        self._next()
        return self.items("}")

    def _nucleus(self) -> Item:
        self._peek()
        start = self._place
        token = self._next()
        if token in _ENDS:
            self.fault = self.fault or f"has {token} without its beginning"
        item = Item("", _sign_width(token), _kind(token), token)
        if token == "{":
            item.parts = (self.items("}"),)
            item.width = width_of(item.parts[0])
        elif token == r"\left":
            left, content, right = self._next(), self.items(r"\right"), self._next()
            if not {left, right} <= _DELIMITERS:
                self.fault = self.fault or r"lacks a bracket after \left or \right"
            is_tall = any(x.shape in (r"\frac", r"\begin") for x in content)
            width = width_of(content) + (1.6 if is_tall else 1.0)
            item = Item("", width, "", token, (content,), (left, right))
        elif token == r"\begin":
            item = self._environment()
        elif token in (r"\text", r"\operatorname"):
            self._argument(token)
            letters = "".join(self._tokens[start + 2 : self._place - 1])
            item.width = 0.2 + sum(map(_letter_width, letters))
        elif token in (r"\bigl", r"\bigr"):
            item = Item("", 0.6, _kind(self._next()), token)
        elif token in WITH_ARGUMENT:
            item.parts = (self._argument(token),)
            item.width = width_of(item.parts[0]) + (1.0 if token == r"\sqrt" else 0.1)
        elif token in WITH_TWO:
            item.parts = (self._argument(token), self._argument(token))
            size = SCRIPT if token == r"\tfrac" else 1.0
            item.width = max(map(width_of, item.parts)) * size + 0.3
        item.text = "".join(self._tokens[start : self._place])
        return item

    def _environment(self) -> Item:
        start = self._place + 1
        self._argument(r"\begin")
        name = "".join(self._tokens[start : self._place - 1])
        cells = []
        while self._peek() and self._tokens[self._place - 1].strip(" ") != r"\end":
            cells.append(self.items("&", r"\\", r"\end"))
        self._argument(r"\end")
        widths = [width_of(cell) for cell in cells]
        width = max(widths[::2], default=0.0) + max(widths[1::2], default=0.0) + 2.0
        return Item("", width, "", r"\begin", tuple(cells) if name == "cases" else ())

    def _scripted(self, item: Item) -> Item:
        """Return an item with the index and exponent that follow."""
        start = self._place
        scripts: dict[str, list[Item]] = {}
        while self._peek() in ("^", "_"):
            sign = self._next()
            if sign in scripts:
                self.fault = self.fault or f"has {sign} twice on one letter"
            self._level += 1
            scripts[sign] = self._argument(sign)
            self._level -= 1
        if not scripts:
            return item
        text = "".join(self._tokens[start : self._place])
        size = SCRIPT if self._level < 2 else 1.0  # TeX has two sizes of them
        width = size * max(map(width_of, scripts.values())) + 0.1
        shape = "^" if list(scripts) == ["^"] else "_"
        scripted = Item(item.text + text, item.width + width, "", shape)
        scripted.base, scripted.scripts, scripted.parts = item, text, tuple(scripts.values())
        return scripted


def width_of(items: list[Item]) -> float:
    return sum(item.width for item in items)


def _kind(token: str) -> str:
    if token in _BINARY or token in _RELATION:
        return "binary" if token in _BINARY else "relation"
    return "comma" if token == "," else "open" if token in _OPENING else ""


def _sign_width(token: str) -> float:
    if token in _SPACE:
        return _SPACE[token]
    if token in (r"\cdot", r"\ast", r"\circ"):
        return 0.75
    if token in _BINARY or token in _RELATION:
        return 2.8 if token == r"\bmod" else 1.3
    if token in _FUNCTION:
        return 0.55 * len(token)
    if token.startswith("\\"):
        is_wide = token[1].isupper() or token == r"\nabla"
        return 1.3 if token in (r"\dots", r"\ldots", r"\cdots") else 0.85 if is_wide else 0.65
    return sum(map(_letter_width, token)) + 0.2 * (token == ",")


def _letter_width(c: str) -> float:
    """Return about what a letter takes in Computer Modern, upright or italic."""
    if not c.isascii():
        return 1.0 if unicodedata.east_asian_width(c) in "WF" else 0.6
    if c.isdigit():
        return 0.5
    if c in "mwMW@%":
        return 0.95
    return 0.36 if c in "ijltI.,;:'|!()" else 0.8 if c.isupper() else 0.54
