"""How a picture lies in a page: its direction, and the size that it is scaled into."""

from __future__ import annotations

import re
from math import inf
from typing import Any

from autograd.drawing.svg import number
from autograd.errors import warn

_POINTS_PER_CM = 72 / 2.54
_READABLE = 5.0  # points: what smaller texts have, print and projectors lose
_SIZE = re.compile(r'width="([\d.]+)pt" height="([\d.]+)pt"')
_FONT_SIZE = re.compile(r'font-size="([\d.]+)"')


def check_direction(what: str, direction: object) -> None:
    """Raise a ValueError unless there is such a direction.

    >>> check_direction("draw", "RL")
    Traceback (most recent call last):
    ValueError: draw knows no direction 'RL': 'LR' goes from left to right, 'TB' from top to bottom
    """
    if direction not in ("LR", "TB"):
        raise ValueError(
            f"{what} knows no direction {direction!r:.40}: 'LR' goes from left to right, "
            "'TB' from top to bottom"
        )


def check_size(what: str, size: Any) -> None:
    """Raise an error unless it is None or a width and a height.

    >>> check_size("draw", (16, -9))
    Traceback (most recent call last):
    ValueError: draw: size is a width and a height in centimetres, such as (16, 9); got (16, -9)
    """
    if size is None:
        return
    rule = "size is a width and a height in centimetres, such as (16, 9)"
    is_pair = isinstance(size, tuple | list) and len(size) == 2
    if not is_pair or not all(isinstance(x, int | float) for x in size):
        raise TypeError(f"{what}: {rule}; got {size!r:.60}")
    if not all(0.0 < x < inf for x in size):
        raise ValueError(f"{what}: {rule}; got {size!r:.60}")


def fitted(svg: str, size: tuple[float, float] | None) -> str:
    """Return a picture scaled into a size; a RuntimeWarning says where that makes it unreadable.

    Args:
        svg: the picture, as `svg.page` writes it.
        size: width and height in centimetres; None leaves it as it is.
    """
    if size is None:
        return svg
    found = _SIZE.search(svg)
    assert found is not None
    width, height = map(float, found.groups())
    scale = min(size[0] * _POINTS_PER_CM / width, size[1] * _POINTS_PER_CM / height)
    smallest = scale * min(map(float, _FONT_SIZE.findall(svg)), default=inf)
    if smallest < _READABLE:
        warn(
            f"in {size[0]:g} × {size[1]:g} cm the smallest text of this drawing is "
            f"{smallest:.1f} points high, and {_READABLE:g} can be read: give it a larger size or "
            "the other direction, collapse scopes, or draw a part of the graph"
        )
    shown = f'width="{number(scale * width)}pt" height="{number(scale * height)}pt"'
    return svg.replace(found.group(), shown, 1)
