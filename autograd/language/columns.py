"""How wide text is in a terminal, where a Chinese letter takes two columns."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


def display_width(text: str) -> int:
    """Return how many columns of a terminal a text takes.

    >>> display_width("∂y/∂x"), display_width("梯度"), display_width("x̂")
    (5, 4, 1)
    """
    return len(text) if text.isascii() else sum(map(_width, text))


@lru_cache(2000)
def _width(c: str) -> int:
    if unicodedata.category(c) in ("Mn", "Cf"):  # stands on the letter before, or is not seen
        return 0
    return 2 if unicodedata.east_asian_width(c) in "WF" else 1


def padded(text: str, columns: int, *, right: bool = False) -> str:
    """Return text filled up with spaces, to stand at the left or at the right."""
    spaces = " " * (columns - display_width(text))
    return spaces + text if right else text + spaces
