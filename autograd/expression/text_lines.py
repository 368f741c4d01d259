"""A formula in plain text, divided into lines before its signs of addition."""

from __future__ import annotations

from autograd.language import display_width

# Where a line may end, the better the smaller: before a sign, between factors, after a comma,
# and at the worst behind a bracket or within a derivative.
_ENDS = {" + ": 0, " − ": 0, " · ": 1, "·": 2, "/∂": 5, "/": 2, ", ": 1, " ": 3, "(": 4}
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
    while places:
        room = width - len(margin)
        if display_width(text[start : start + room + 1]) <= room:
            break
        best = _best_end(text, start, places, room)
        while places and places[-1][1] <= best[1]:
            places.pop()
        (depth, _), place = best
        lines.append(margin + text[start:place].rstrip())
        start = place + (text[place] == " ")
        margin = " " * _INDENT * (depth + (text[start] not in "+−"))
    return [*lines, margin + text[start:]]


def _best_end(
    text: str, start: int, places: list[tuple[tuple[int, int], int]], room: int
) -> tuple[tuple[int, int], int]:
    """Return the least deep place that leaves no line nearly empty; of equal ones the last."""
    fitting: list[tuple[tuple[int, int], int]] = []
    for place in reversed(places):
        if fitting and display_width(text[start : place[1]]) > room:
            break
        fitting.append(place)
    full = [x for x in fitting if display_width(text[start : x[1]]) > room // 3] or fitting
    return min(full, key=lambda x: (x[0], -x[1]))


def _places(text: str) -> list[tuple[tuple[int, int], int]]:
    """Return where lines may end, the last first: how deep, how good the place is, and where."""
    places = []
    depth = 0
    for i, c in enumerate(text):
        depth += (c in _OPENING) - (c in _CLOSING)
        for sign, rank in _ENDS.items():
            if i and text.startswith(sign, i):
                places.append(((depth, rank), i + (sign in (", ", "("))))
                break
    return places[::-1]
