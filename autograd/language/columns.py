"""How wide text is in a terminal, where a Chinese letter takes two columns."""

from __future__ import annotations

import unicodedata


def display_width(text: str) -> int:
    """Return how many columns of a terminal a text takes.

    >>> display_width("∂y/∂x"), display_width("梯度"), display_width("x̂")
    (5, 4, 1)
    """
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.category(c) in ("Mn", "Cf") for c in text)


def padded(text: str, columns: int, *, right: bool = False) -> str:
    """Return text filled up with spaces, to stand at the left or at the right."""
    spaces = " " * (columns - display_width(text))
    return spaces + text if right else text + spaces
