"""How wide a text is, by our own table, so that a drawing is the same on every machine."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from autograd.drawing.widths import CHARACTERS

_ADVANCES = {c: widths for widths, characters in CHARACTERS.items() for c in characters}
# A sign that the table lacks comes from another font, or as its sign for a missing one.
_UNKNOWN = (750, 750)
_WIDE = (1000, 1000)
_NOTHING = (0, 0)


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return how much room a text takes in a line, in points.

    Args:
        text: one line.
        size: the font's size in points.
        bold: whether it is set in bold.

    >>> text_width("0.5933", 10.0), text_width("标签", 10.0)
    (30.58, 20.0)
    """
    return sum([_advance(c)[bold] for c in text]) * size / 1000


@lru_cache(maxsize=1024)
def _advance(character: str) -> tuple[int, int]:
    if character in _ADVANCES:
        return _ADVANCES[character]
    if unicodedata.east_asian_width(character) in "WF":
        return _WIDE
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):  # stands on another, or is unseen
        return _NOTHING
    return _UNKNOWN
