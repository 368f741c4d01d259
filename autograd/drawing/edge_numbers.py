"""Where the number of each edge stands: on its own line, near the box it is the derivative of.

A number is tried at places along its line, from the arrow backwards, and stands where it
covers least: no box, no other number, as few other lines as can be.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from autograd.drawing.layout import Curve, Layout, Place, Point

_AIR = 1.5  # between a number and the arrow
_STRIDE = 5.0  # between the places that are tried, and between the points of a line
_CELL = 16.0
# What it costs to cover a thing, beside one point for each stride away from the arrow. Where
# another line goes through its very middle, nobody can tell whose number it is.
_BOX, _NUMBER, _MIDDLE, _LINE = 1000.0, 200.0, 100.0, 12.0


def place_numbers(
    layout: Layout, sizes: Mapping[str, Point], titles: Iterable[Place] = ()
) -> dict[str, Place]:
    """Return the place of the number of each edge.

    Args:
        layout: where boxes and edges lie.
        sizes: width and height of each number, by the id of its edge.
        titles: other texts to be kept free.
    """
    lines = {key: points_along(curve) for key, curve in layout.curves.items()}
    boxes, taken = Grid(), Grid()
    for key, box in layout.boxes.items():
        boxes.add(key, box)
    for i, title in enumerate(titles):
        taken.add(f"title {i}", title)
    crossed = Grid()
    for key, points in lines.items():
        for x, y in points:
            crossed.add(key, Place(x, y, 0.0, 0.0))
    places = {}
    for key, size in sizes.items():
        choices = _choices(lines[key], layout.curves[key].points[-1], size)

        def cost(choice: tuple[int, Place], own: str = key) -> float:
            strides, place = choice
            middle = Place(place.x, place.y, 2 * _STRIDE, 2 * _STRIDE)
            hidden = _BOX * len(boxes.touched(place)) + _NUMBER * len(taken.touched(place))
            through = len(crossed.touched(middle) - {own})
            near = len(crossed.touched(place) - {own})
            return hidden + _MIDDLE * through + _LINE * near + strides

        places[key] = min(choices, key=cost)[1]
        taken.add(key, places[key])
    return places


def _choices(points: Sequence[Point], end: Point, size: Point) -> list[tuple[int, Place]]:
    """Return places on a line that leave its arrow free, with how far they are from the first."""
    places = [Place(x, y, *size) for x, y in reversed(points[1:-1])]
    free = [place for place in places if not _covers(place, end)]
    return list(enumerate(free or places[len(places) // 2 :]))


def _covers(place: Place, point: Point) -> bool:
    dx, dy = abs(place.x - point[0]), abs(place.y - point[1])
    return dx < place.width / 2 + _AIR and dy < place.height / 2 + _AIR


def points_along(curve: Curve) -> list[Point]:
    """Return points of a curve at even distances of a few points, both its ends among them."""
    rough = [curve.points[0], *_bezier_points(curve), curve.tip]
    lengths = [math.dist(a, b) for a, b in pairwise(rough)]
    total = math.fsum(lengths)
    count = max(2, math.ceil(total / _STRIDE))
    points, passed, i = [], 0.0, 0
    for k in range(count + 1):
        at = total * k / count
        while i < len(lengths) - 1 and passed + lengths[i] < at:
            passed += lengths[i]
            i += 1
        part = (at - passed) / lengths[i] if lengths[i] else 0.0
        (x0, y0), (x1, y1) = rough[i], rough[i + 1]
        points.append((x0 + part * (x1 - x0), y0 + part * (y1 - y0)))
    return points


def _bezier_points(curve: Curve) -> Iterator[Point]:
    for i in range(0, len(curve.points) - 3, 3):
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = curve.points[i : i + 4]
        steps = max(4, math.ceil((abs(x3 - x0) + abs(y3 - y0)) / 12.0))
        for k in range(1, steps + 1):
            t = k / steps
            u = 1.0 - t
            a, b, c, d = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
            yield a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3


class Grid:
    """Rectangles by the cells they touch, to find quickly what a place covers."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[tuple[str, Place]]] = {}

    def add(self, key: str, place: Place) -> None:
        for cell in _cells(place):
            self._cells.setdefault(cell, []).append((key, place))

    def touched(self, place: Place) -> set[str]:
        """Return the keys of what overlaps a place."""
        return {
            key
            for cell in _cells(place)
            for key, other in self._cells.get(cell, ())
            if abs(place.x - other.x) * 2 < place.width + other.width
            and abs(place.y - other.y) * 2 < place.height + other.height
        }


def _cells(place: Place) -> Iterator[tuple[int, int]]:
    columns, rows = (
        range(int((at - size / 2) // _CELL), int((at + size / 2) // _CELL) + 1)
        for at, size in ((place.x, place.width), (place.y, place.height))
    )
    return ((i, j) for i in columns for j in rows)
