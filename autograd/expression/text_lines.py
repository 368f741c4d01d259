"""A formula in plain text, divided into lines before its signs of addition."""

from __future__ import annotations

from autograd.language import display_width

# Where a line may end, the better the earlier: before a sign, between factors, after a comma.
_ENDS = {" + ": 0, " − ": 0, " · ": 1, "·": 2, "/": 2, ", ": 1, " ": 3}
_OPENING, _CLOSING = "([{⟨⌊⌈", ")]}⟩⌋⌉"
_INDENT = 2


def divide_text(text: str, width: int) -> list[str]:
    """Return a formula as lines of at most so many columns, as far as it can be divided.

    What is added stands below what it is added to; inside of brackets it is indented.

    >>> divide_text("a·(b + c) − d", 10)
    ['a·(b + c)', '− d']
    >>> divide_text("a·(b + c) − d", 7)
    ['a·(b', '  + c)', '− d']
    """
    if display_width(text) <= width:
        return [text]
    lines = []
    places = _places(text)
    start, margin = 0, ""
    while display_width(margin + text[start:]) > width:
        room = width - len(margin)
        fitting = [x for x in places if start < x[1] and display_width(text[start : x[1]]) <= room]
        if not fitting:
            fitting = [x for x in places if start < x[1]][:1]
        if not fitting:
            break
        # The least deep of those that do not leave a line nearly empty; of equal ones the last.
        full = [x for x in fitting if display_width(text[start : x[1]]) > room // 3] or fitting
        rank, place = min(full, key=lambda x: (x[0], -x[1]))
        lines.append(margin + text[start:place].rstrip())
        start = place + (text[place] == " ")
        margin = " " * _INDENT * (rank[0] + (text[start] not in "+−"))
    return [*lines, margin + text[start:]]


def _places(text: str) -> list[tuple[tuple[int, int], int]]:
    """Return where lines may end: how deep in brackets, how good the place is, and where."""
    places = []
    depth = 0
    for i, c in enumerate(text):
        depth += (c in _OPENING) - (c in _CLOSING)
        for sign, rank in _ENDS.items():
            if i and text.startswith(sign, i) and text[i : i + 2] != "/∂":
                places.append(((depth, rank), i + (sign == ", ")))
                break
    return places
