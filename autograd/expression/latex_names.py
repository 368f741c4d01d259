r"""How a label is written in LaTeX: w1 as w_{1}, net_o1 as \mathrm{net}_{o1}, ŷ as \hat{y}.

A label that reads as a name, with indices behind underscores or as small digits, is set as
mathematics sets it; any other label stands as it was typed, in upright letters. Letters of
other scripts stand in \text and need a font that has them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, count, groupby
from typing import NamedTuple

from autograd.expression.label import Label
from autograd.expression.latex_items import measure
from autograd.expression.notation import shortened, visible
from autograd.expression.symbols import ACCENTS, FONTS, GREEK, SYMBOLS

# In em; a wider name would hide the formula around it, and could not be divided.
_LONGEST = 20.0
_SHORT_LABEL = 18
_GREEK_WORDS = {text[1:]: text for text in GREEK.values()}
_MARKS = {"hat": r"\hat", "bar": r"\bar", "tilde": r"\tilde"}
_PRIMES = {"'": 1, "′": 1, "″": 2, "‴": 3}
_MARKS_OF_LETTERS = frozenset(map(chr, range(0x300, 0x370)))
_LOOSE_MARKS = _MARKS_OF_LETTERS - ACCENTS.keys()
# Beside Greek and other letters these may be part of a name.
_OPERATORS = "∂∇∞∑∏∅…"
_SIGNS = {
    "\\": r"\backslash ", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"{\&}", "'": "{'}", "#": r"\#",
    "%": r"\%", "_": r"\_", "^": r"\wedge ", "~": r"\sim ", " ": r"\ ", "<": r"{<}",
    ">": r"{>}", "`": r"\prime ", "*": r"\ast ", "[": r"\lbrack ", "]": r"\rbrack ",
    "|": r"\vert ", "-": "{-}",
}  # fmt: skip


class Glyph(NamedTuple):
    """A letter or sign with its marks.

    Attributes:
        kind: "letter" of the Latin script, "digit", "symbol" such as a Greek letter, "below"
            and "above" for small ones, "foreign" for another script, "sign" for what is part
            of no name.
        latex: "" for what only a font can show.
        typed: as it stands in the label.
    """

    kind: str
    latex: str
    typed: str


def latex_name(label: str, known: Mapping[str, str] | None = None) -> str:
    r"""Return the LaTeX of a label.

    Args:
        label: any text.
        known: the LaTeX of other labels: that of w is a part of that of w⁺.

    >>> [latex_name(x) for x in ("w5", "net_o1", "theta1", "x̂", "learning rate")]
    ['w_{5}', '\\mathrm{net}_{o1}', '\\theta_{1}', '\\hat{x}', '\\mathrm{learning\\ rate}']
    """
    if isinstance(label, Label):
        return label.latex
    text = visible(shortened(unicodedata.normalize("NFC", label)))
    name = _name(list(_glyphs(text)), known or {}) or latex_as_typed(text)
    return name if measure(name) <= _LONGEST else latex_as_typed(shortened(text, _SHORT_LABEL))


def latex_as_typed(text: str) -> str:
    """Return text in upright letters, sign for sign."""
    parts = []
    for kind, run in groupby(_glyphs(visible(text)), _kind_in_text):
        glyphs = list(run)
        if kind == "font":
            parts.append(rf"\text{{{_typed(glyphs)}}}")
            continue
        latex = _joined(_SIGNS.get(x.typed, x.latex) for x in glyphs)
        script = {"below": "_", "above": "^"}.get(kind)
        parts.append(f"{{}}{script}{{{latex}}}" if script else latex)
    return rf"\mathrm{{{_joined(parts)}}}"


def told_apart(labels: Iterable[str]) -> dict[str, str]:
    r"""Return the LaTeX of labels; one that would look like another before looks otherwise.

    >>> told_apart(["w1", "w_1", "theta", "θ"])
    {'w1': 'w_{1}', 'w_1': '\\mathrm{w\\_1}', 'theta': '\\theta', 'θ': '{\\theta}^{(2)}'}
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for label in dict.fromkeys(labels):
        first = latex_name(label, names)
        choices = [first, latex_name(str(label), names)]
        if label.isascii():
            choices.append(latex_as_typed(shortened(label, _SHORT_LABEL)))
        numbered = (f"{{{first}}}^{{({i})}}" for i in count(2))
        name = next(x for x in chain(choices, numbered) if x not in taken)
        names[label] = name
        taken.add(name)
    return names


# --- names ----------------------------------------------------------------------------


def _name(glyphs: list[Glyph], known: Mapping[str, str]) -> str | None:
    """Return a name with its indices and exponents; None for what does not read as one."""
    core, above = _split_end(glyphs, "above")
    name = known.get(_typed(core)) if above else None
    if name is None:
        name = _indexed(core)
    elif "^" in name or "'" in name:
        name = f"{{{name}}}"
    if name is None or not above:
        return name
    return f"{name}^{{{_joined(x.latex for x in above)}}}"


def _indexed(glyphs: list[Glyph]) -> str | None:
    pieces: list[list[Glyph]] = [[]]
    for glyph in glyphs:
        if glyph.typed == "_":
            pieces.append([])
        elif glyph.kind in ("sign", "above"):
            return None
        else:
            pieces[-1].append(glyph)
    base, small = _split_end(pieces[0], "below")
    base, digits = _split_end(base, "digit")
    kinds = [x.kind for x in base]
    if not all(pieces) or not base or kinds[0] == "digit" or "below" in kinds:
        return None
    name = _word(base)
    if len(pieces) > 1 and len(base) == 1 and _typed(pieces[1]) in _MARKS:
        name = f"{_MARKS[_typed(pieces.pop(1))]}{{{name}}}"
    indices = [_index(x) for x in (digits, small, *pieces[1:]) if x]
    return f"{name}_{{{','.join(indices)}}}" if indices else name


def _word(glyphs: list[Glyph]) -> str:
    """Return the letters of a name: Greek where they spell it, upright if they are several."""
    parts = []
    for kind, run in groupby(glyphs, lambda x: "letter" if x.kind == "digit" else x.kind):
        letters = list(run)
        typed = _typed(letters)
        if kind == "foreign" or not all(x.latex for x in letters):
            parts.append(rf"\text{{{typed}}}")
        elif kind == "letter" and typed in _GREEK_WORDS:
            parts.append(_GREEK_WORDS[typed])
        else:
            word = _joined(x.latex for x in letters)
            is_upright = kind == "letter" and len(letters) > 1 and not typed.isdigit()
            parts.append(rf"\mathrm{{{word}}}" if is_upright else word)
    return _joined(parts)


def _index(glyphs: list[Glyph]) -> str:
    """Return an index: o1 and ij are several indices in a row, a longer word is a word."""
    if re.fullmatch("[A-Za-z]{0,2}[0-9]*", _typed(glyphs)) and _typed(glyphs) not in _GREEK_WORDS:
        return _typed(glyphs)
    letters, digits = _split_end(glyphs, "digit")
    return _joined([_word(letters), _typed(digits)]) if letters else _typed(digits)


def _split_end(glyphs: list[Glyph], kind: str) -> tuple[list[Glyph], list[Glyph]]:
    """Return glyphs in two parts; the second is all that is of a kind at the end."""
    end = len(glyphs)
    while end and glyphs[end - 1].kind == kind:
        end -= 1
    return glyphs[:end], glyphs[end:]


def _kind_in_text(x: Glyph) -> str:
    return "font" if not x.latex else x.kind if x.typed not in _SIGNS else "sign"


def _typed(glyphs: Iterable[Glyph]) -> str:
    return "".join(x.typed for x in glyphs)


def _joined(parts: Iterable[str]) -> str:
    """Return LaTeX side by side, with a space where a command would swallow a letter."""
    text = ""
    for part in parts:
        needs_space = part[:1].isalpha() and re.search(r"\\[A-Za-z]+$", text)
        text += f" {part}" if needs_space else part
    return text


# --- glyphs ---------------------------------------------------------------------------


def _glyphs(text: str) -> Iterator[Glyph]:
    start = 0
    for end in range(1, len(text) + 1):
        is_mark = end < len(text) and unicodedata.category(text[end]) in ("Mn", "Me")
        if not is_mark or text[end] in _LOOSE_MARKS:
            yield _glyph(text[start:end])
            start = end


def _glyph(typed: str) -> Glyph:
    """Return a letter or sign, with the marks that follow it in the label."""
    if len(typed) == 1 and typed.isascii() and typed not in _PRIMES:
        kind = "letter" if typed.isalpha() else "digit" if typed.isdigit() else "sign"
        return Glyph(kind, _SIGNS.get(typed, typed), typed)
    if typed in _PRIMES:
        return Glyph("above", r"\prime" * _PRIMES[typed], typed)
    if typed in SYMBOLS:
        is_letter = typed.isalpha() or typed in _OPERATORS
        return Glyph("symbol" if is_letter else "sign", SYMBOLS[typed], typed)
    if typed[0] in _MARKS_OF_LETTERS:  # without a letter, or one that mathematics has not
        return Glyph("sign", rf"\backslash {ascii(typed)[2:-1]}", typed)
    base, *marks = list(unicodedata.normalize("NFD", typed))
    if marks and all(mark in ACCENTS for mark in marks):
        kind, latex, _ = _glyph(base)
        for mark in marks if latex else ():
            latex = f"{ACCENTS[mark]}{{{latex}}}"
        return Glyph(kind if latex else "foreign", latex, typed)
    plain = unicodedata.normalize("NFKC", typed)
    if plain != typed:
        return _variant(typed, [_glyph(c) for c in plain])
    is_latin = unicodedata.name(base, "").startswith("LATIN")
    return Glyph("letter" if is_latin else "foreign", "", typed)


def _variant(typed: str, plain: list[Glyph]) -> Glyph:
    """Return a letter that is a plain one raised, lowered or in another font."""
    tag = unicodedata.decomposition(typed[0]).partition(" ")[0]
    if not all(x.latex for x in plain):
        return Glyph("foreign", "", typed)
    latex = _joined(x.latex for x in plain)
    if tag in ("<sub>", "<super>"):
        return Glyph("below" if tag == "<sub>" else "above", latex, typed)
    name = unicodedata.name(typed[0])
    font = next((FONTS[word] for word in FONTS if word in name), None) if tag == "<font>" else None
    if font is None:
        return Glyph(plain[0].kind, latex, typed)
    if plain[0].kind == "symbol":
        font = r"\boldsymbol"  # the other fonts have no Greek
    return Glyph("symbol", f"{font}{{{latex}}}", typed)
