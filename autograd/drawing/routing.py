"""How edges run: straight from middle to middle where the way is free, else as a taut string.

A layout engine keeps its lines within the columns that it thinks in, and rounds them so much
that a detour around one box sweeps through half a picture. Here a line that another box bars
bends around the corners of what bars it, and nowhere else.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from autograd.drawing.layout import Curve, Ends, Layout, Place, Point, cropped
from autograd.drawing.spreading import apart

_BOX_CLEARANCE, _TITLE_CLEARANCE = 5.0, 0.0  # between a line and what is not at its end
_MARGIN = 4.0  # beyond that, where a line bends around a corner
_NEXT, _MOST_BENDS = 5.0, 4  # the next lines bend further out
_ROUNDING = 24.0  # of a bend, along both of its sides
_APART = 13.0  # two lines between the same boxes: as high as a number on them
# A line that more boxes bar stays as the engine drew it; in larger graphs, to save time, sooner.
_MOST_OBSTACLES = {120: 16, 600: 8}
_CELL = 60.0
_ARROW = 7.5  # how long


def straightened(
    layout: Layout, ends: Mapping[str, Ends], circles: Collection[str], titles: Sequence[Place]
) -> Layout:
    """Return a layout with straighter edges, cut to what is drawn.

    Lines that meet at a box are routed once towards its middle, and again to places apart.

    Args:
        layout: where boxes and edges lie.
        ends: what each edge joins, by its id.
        circles: the names of the boxes that are round.
        titles: texts that no line may strike through.
    """
    along = Counter((x.source, x.target) for x in ends.values())
    seen: Counter[tuple[str, str]] = Counter()
    shifts = {}
    for key in layout.curves:
        pair = ends[key].source, ends[key].target
        shifts[key] = _APART * (seen[pair] - (along[pair] - 1) / 2)
        seen[pair] += 1
    curves = layout.curves
    for moved in (False, True) if len(curves) <= max(_MOST_OBSTACLES) else (False,):
        router = _Router(layout, circles, titles)
        tips = apart(layout, curves, ends, circles) if moved else {}
        wishes = {
            key: router.wish(layout.curves[key], ends[key], shift, tips.get(key))
            for key, shift in shifts.items()
        }
        order = sorted(wishes, key=lambda key: (math.dist(wishes[key].start, wishes[key].end), key))
        routes = {key: router.route(wishes[key]) for key in order}
        curves = {key: routes[key] or curve for key, curve in layout.curves.items()}
    return cropped(replace(layout, curves=curves))


@dataclass(frozen=True)
class _Wish:
    """An edge: where it would begin and end, inside of a box or at its side."""

    ends: Ends
    start: Point
    end: Point


@dataclass(frozen=True)
class _Obstacle:
    """What a line keeps off: a rectangle by its sides, with some air around it."""

    name: str
    left: float
    top: float
    right: float
    bottom: float

    def bars(self, a: Point, b: Point) -> bool:
        """Tell whether the straight line from a to b goes through it."""
        (x, y), (x_end, y_end) = a, b
        if x < x_end:
            if x_end <= self.left or x >= self.right:
                return False
        elif x <= self.left or x_end >= self.right:
            return False
        if y < y_end:
            if y_end <= self.top or y >= self.bottom:
                return False
        elif y <= self.top or y_end >= self.bottom:
            return False
        # Its corners lie on both sides of the line.
        dx, dy = x_end - x, y_end - y
        p, q = dx * (self.top - y), dx * (self.bottom - y)
        r, s = dy * (self.left - x), dy * (self.right - x)
        sides = (p - r, p - s, q - r, q - s)
        return min(sides) < 0.0 < max(sides)

    def corners(self, margin: float) -> Iterator[Point]:
        left, right = self.left - margin, self.right + margin
        top, bottom = self.top - margin, self.bottom + margin
        yield from ((left, top), (right, top), (right, bottom), (left, bottom))


def _obstacle(name: str, place: Place, air: float) -> _Obstacle:
    x, y = place.width / 2 + air, place.height / 2 + air
    return _Obstacle(name, place.x - x, place.y - y, place.x + x, place.y + y)


class _Router:
    def __init__(self, layout: Layout, circles: Collection[str], titles: Sequence[Place]) -> None:
        self._boxes = layout.boxes
        self._circles = circles
        self._bends: Counter[tuple[str, int]] = Counter()
        edges = len(layout.curves)
        self._most = next((n for size, n in _MOST_OBSTACLES.items() if edges <= size), 0)
        self._cells: dict[tuple[int, int], list[_Obstacle]] = {}
        boxes = [_obstacle(name, x, _BOX_CLEARANCE) for name, x in layout.boxes.items()]
        texts = [_obstacle(f"title {i}", x, _TITLE_CLEARANCE) for i, x in enumerate(titles)]
        for obstacle in [*boxes, *texts]:
            for i in _cells(obstacle.left, obstacle.right):
                for j in _cells(obstacle.top, obstacle.bottom):
                    self._cells.setdefault((i, j), []).append(obstacle)

    def wish(self, curve: Curve, ends: Ends, shift: float, tip: Point | None) -> _Wish:
        """Return how an edge would run, a little aside where others join the same boxes."""
        if tip is not None:
            curve, ends = replace(curve, tip=tip), replace(ends, is_end_fixed=True)
        source, target = self._boxes[ends.source], self._boxes[ends.target]
        (x, y), (x_end, y_end) = (source.x, source.y), (target.x, target.y)
        length = math.hypot(x_end - x, y_end - y) or 1.0
        aside = -(y_end - y) / length * shift, (x_end - x) / length * shift
        start = curve.points[0] if ends.is_start_fixed else (x + aside[0], y + aside[1])
        end = curve.tip if ends.is_end_fixed else (x_end + aside[0], y_end + aside[1])
        return _Wish(ends, start, end)

    def route(self, wish: _Wish) -> Curve | None:
        """Return the curve of an edge; None where there is no simple one."""
        corners = self._path(wish)
        if corners is None:
            return None
        ends = wish.ends
        if not ends.is_start_fixed:
            corners[0] = self._side(ends.source, corners[0], corners[1])
        if not ends.is_end_fixed:
            corners[-1] = self._side(ends.target, corners[-1], corners[-2])
        return _curve(corners)

    def _side(self, name: str, inside: Point, towards: Point) -> Point:
        """Return where a line from inside of a box leaves it."""
        place = self._boxes[name]
        (x, y), dx, dy = inside, towards[0] - inside[0], towards[1] - inside[1]
        x, y = x - place.x, y - place.y
        if name in self._circles:
            a, b, c = dx * dx + dy * dy, x * dx + y * dy, x * x + y * y - place.width**2 / 4
            part = (math.sqrt(max(b * b - a * c, 0.0)) - b) / (a or 1.0)
        else:
            sides = ((x, dx, place.width), (y, dy, place.height))
            part = min((math.copysign(s / 2, d) - p) / d for p, d, s in sides if d)
        part = min(max(part, 0.0), 1.0)
        return inside[0] + part * dx, inside[1] + part * dy

    # --- the way ----------------------------------------------------------------------

    def _path(self, wish: _Wish) -> list[Point] | None:
        """Return the corners of the shortest way that is free of all boxes but its own."""
        own = {wish.ends.source, wish.ends.target}
        known: dict[str, _Obstacle] = {}
        while True:
            path = self._shortest(wish, known)
            if path is None:
                return None
            barring = {
                x.name: x for (a, _), (b, _) in pairwise(path) for x in self._barring(a, b, own)
            }
            if not barring:
                self._bends.update(corner for _, corner in path if corner is not None)
                return [point for point, _ in path]
            known |= barring
            if len(known) > self._most:
                return None

    def _barring(self, a: Point, b: Point, own: set[str]) -> Iterator[_Obstacle]:
        """Yield what bars a straight line, column of cells by column."""
        left, right = sorted((a, b))
        slope = (right[1] - left[1]) / ((right[0] - left[0]) or 1.0)
        for i in _cells(left[0], right[0]):
            enter = max(i * _CELL, left[0])
            leave = min((i + 1) * _CELL, right[0])
            ys = left[1] + slope * (enter - left[0]), right[1] - slope * (right[0] - leave)
            for j in _cells(min(ys), max(ys)):
                for obstacle in self._cells.get((i, j), ()):
                    if obstacle.name not in own and obstacle.bars(a, b):
                        yield obstacle

    def _shortest(self, wish: _Wish, known: Mapping[str, _Obstacle]) -> list[_Turn] | None:
        """Return the shortest way past the obstacles that are known."""
        points: list[_Turn] = [(wish.start, None), (wish.end, None)]
        for name, obstacle in known.items():
            for i in range(4):
                bends = self._bends[name, i]
                if bends < _MOST_BENDS:
                    margin = _MARGIN + _NEXT * bends
                    points.append((list(obstacle.corners(margin))[i], (name, i)))
        lengths, before, done = {0: 0.0}, {0: 0}, set()
        queue = [(0.0, 0)]
        while queue:
            _, i = heapq.heappop(queue)
            if i == 1:
                break
            if i in done:
                continue
            done.add(i)
            for j, (point, _) in enumerate(points):
                length = lengths[i] + math.dist(points[i][0], point)
                if j in done or length >= lengths.get(j, math.inf):
                    continue
                if not any(x.bars(points[i][0], point) for x in known.values()):
                    lengths[j], before[j] = length, i
                    heapq.heappush(queue, (length + math.dist(point, wish.end), j))
        else:
            return None
        path = [1]
        while path[-1]:
            path.append(before[path[-1]])
        return [points[i] for i in reversed(path)]


_Turn = tuple[Point, tuple[str, int] | None]  # a point of a way, and the corner that it is at


def _cells(low: float, high: float) -> range:
    return range(int(low // _CELL), int(high // _CELL) + 1)


# --- the shape ------------------------------------------------------------------------


def _curve(corners: Sequence[Point]) -> Curve:
    """Return straight pieces with rounded corners, and an arrow at the end."""
    start, *bends, tip = corners
    bends = [x for x in bends if min(math.dist(x, start), math.dist(x, tip)) > 2 * _ARROW]
    *rest, before = start, *bends
    base = _towards(tip, before, _ARROW)
    points: list[Point] = [start]
    line = [*rest, before, base]
    for a, corner, b in zip(line, line[1:], line[2:]):
        near, far = (_towards(corner, x, min(_ROUNDING, math.dist(corner, x) / 2)) for x in (a, b))
        points += [*_straight(points[-1], near), near]
        points += [_towards(near, corner, 2 / 3, is_part=True),
                   _towards(far, corner, 2 / 3, is_part=True), far]  # fmt: skip
    points += [*_straight(points[-1], base), base]
    return Curve(tuple([_rounded(x) for x in points]), _rounded(tip))


def _straight(a: Point, b: Point) -> tuple[Point, Point]:
    return _towards(a, b, 1 / 3, is_part=True), _towards(a, b, 2 / 3, is_part=True)


def _towards(a: Point, b: Point, length: float, *, is_part: bool = False) -> Point:
    part = length if is_part else length / (math.dist(a, b) or 1.0)
    return a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1])


def _rounded(point: Point) -> Point:
    return round(point[0], 2), round(point[1], 2)
