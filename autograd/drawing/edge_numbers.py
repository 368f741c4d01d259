"""Where the number of each edge stands: on its own line, near the box it is the derivative of.

A number is tried at places along its line, from the arrow backwards, and stands where it
covers least: no box, no other number, as few other lines as can be.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from autograd.drawing.layout import Curve, Layout, Place, Point

_AIR = 1.5  # between a number and the arrow
_STRIDE = 5.0  # between the places that are tried, and between the points of a line
_CELL = 40.0
_MAX_TRIED = 40  # places for a number: further back it is no longer seen where it belongs
_MAX_AVOIDED = 400  # with more lines than these, each place has some
# What it costs to cover a thing, beside one point for each stride away from the arrow. Where
# another line goes through its very middle, nobody can tell whose number it is.
_BOX, _NUMBER, _MIDDLE, _LINE = 1000.0, 200.0, 100.0, 12.0
_FAR = 30.0  # what it costs to stand nearer to the start of the line than to its arrow


def place_numbers(
    layout: Layout, sizes: Mapping[str, Point], titles: Iterable[Place] = ()
) -> dict[str, Place]:
    """Return the place of the number of each edge.

    Args:
        layout: where boxes and edges lie.
        sizes: width and height of each number, by the id of its edge.
        titles: other texts to be kept free.
    """
    avoided = layout.curves if len(layout.curves) <= _MAX_AVOIDED else {}
    boxes, taken, trails = _Grid(), _Grid(), _Trails(avoided)
    for box in layout.boxes.values():
        boxes.add(box)
    for title in titles:
        taken.add(title)

    def covered(place: Place, own: str) -> float:
        hidden = _BOX * boxes.covered(place) + _NUMBER * taken.covered(place)
        return hidden + _MIDDLE * trails.through(place, own) + _LINE * trails.others(place, own)

    places = {}
    for key, size in sizes.items():
        least = math.inf
        for effort, place in _choices(layout.curves[key], size):
            if effort >= least:  # no later place can be better
                break
            cost = effort + covered(place, key)
            if cost < least:
                least, places[key] = cost, place
        taken.add(places[key])
    return places


def _choices(curve: Curve, size: Point) -> list[tuple[float, Place]]:
    """Return places on a line that leave its arrow free, the one next to it first, and its cost."""
    near = islice(points_backwards(curve), _MAX_TRIED)
    places = [Place(x, y, *size) for x, y in near][:-1]
    end = curve.points[-1]
    first = next((i for i, x in enumerate(places) if not _covers(x, end)), len(places) // 2)
    middle = len(places) / 2 if len(places) < _MAX_TRIED - 1 else math.inf
    return [
        (i - first + _FAR * (i > middle), place) for i, place in enumerate(places) if i >= first
    ]


def _covers(place: Place, point: Point) -> bool:
    dx, dy = abs(place.x - point[0]), abs(place.y - point[1])
    return dx < place.width / 2 + _AIR and dy < place.height / 2 + _AIR


def points_backwards(curve: Curve) -> Iterator[Point]:
    """Yield points of a curve a stride apart, from the tip of its arrow, and at last its start."""
    x, y = curve.tip
    left = _STRIDE  # until the next point
    for x_end, y_end in _corners_backwards(curve):
        length = math.hypot(x_end - x, y_end - y)
        while left <= length > 0.0:
            part = left / length
            x, y = x + part * (x_end - x), y + part * (y_end - y)
            yield x, y
            length, left = length - left, _STRIDE
        left -= length
        x, y = x_end, y_end
    yield curve.points[0]


def _corners_backwards(curve: Curve) -> Iterator[Point]:
    """Yield the corners of straight pieces that follow a curve."""
    yield curve.points[-1]
    for i in range(len(curve.points) - 4, -1, -3):
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = curve.points[i : i + 4]
        steps = max(4, math.ceil((abs(x3 - x0) + abs(y3 - y0)) / 12.0))
        for k in range(steps - 1, -1, -1):
            t = k / steps
            u = 1.0 - t
            a, b, c, d = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
            yield a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3


class _Grid:
    """Rectangles by the cells they touch, to find quickly what a place covers."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[Place]] = {}

    def add(self, place: Place) -> None:
        for cell in _cells(place, _CELL):
            self._cells.setdefault(cell, []).append(place)

    def covered(self, place: Place) -> int:
        """Return how many rectangles overlap a place."""
        near = {id(x): x for cell in _cells(place, _CELL) for x in self._cells.get(cell, ())}
        return len([x for x in near.values() if _overlap(place, x)])


class _Trails:
    """Lines as points, by the cells that these lie in."""

    def __init__(self, curves: Mapping[str, Curve]) -> None:
        self._cells: dict[tuple[int, int], dict[str, Point]] = {}
        for key, curve in curves.items():
            for x, y in points_backwards(curve):
                cell = int(x // _STRIDE), int(y // _STRIDE)
                self._cells.setdefault(cell, {})[key] = x, y

    def others(self, place: Place, own: str) -> int:
        """Return how many other lines go through a place."""
        found = [self._cells[cell] for cell in _cells(place, _STRIDE) if cell in self._cells]
        return len(set().union(*found) - {own})

    def through(self, place: Place, own: str) -> int:
        """Return how many other lines go through the middle of a place."""
        middle = Place(place.x, place.y, 2 * _STRIDE, 2 * _STRIDE)
        return len({
            key
            for cell in _cells(middle, _STRIDE)
            for key, point in self._cells.get(cell, {}).items()
            if key != own and math.dist(point, (place.x, place.y)) < _STRIDE
        })  # fmt: skip


def _overlap(a: Place, b: Place) -> bool:
    is_beside = abs(a.x - b.x) * 2 >= a.width + b.width
    return not is_beside and abs(a.y - b.y) * 2 < a.height + b.height


def _cells(place: Place, side: float) -> list[tuple[int, int]]:
    x, y, width, height = place.x, place.y, place.width / 2, place.height / 2
    columns = range(int((x - width) // side), int((x + width) // side) + 1)
    rows = range(int((y - height) // side), int((y + height) // side) + 1)
    return [(i, j) for i in columns for j in rows]
