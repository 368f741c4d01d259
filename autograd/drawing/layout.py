"""Where everything lies, as plain numbers: what a picture and a page are painted from.

In points; x to the right, y downwards, from the upper left corner of the graph.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograd.drawing.engine import positions

Point = tuple[float, float]
_OUTLINE = 1.5


@dataclass(frozen=True)
class Place:
    """A rectangle by its middle and its size."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Curve:
    """An edge: cubic Bézier curves in a row, and the tip of its arrow.

    Args:
        points: the start, then two control points and the end of each curve.
        tip: where the arrow ends, a little beyond the last curve.
    """

    points: tuple[Point, ...]
    tip: Point


@dataclass(frozen=True)
class Ends:
    """The boxes that an edge joins, and whether it has a place of its own at their sides."""

    source: str
    target: str
    is_start_fixed: bool = False
    is_end_fixed: bool = False


@dataclass(frozen=True)
class Layout:
    """Places of the parts of a graph.

    Args:
        width, height: of the whole.
        boxes: by the name of the node.
        curves: by the id of the edge.
        frames: by the name of the cluster, outer ones first.
    """

    width: float
    height: float
    boxes: Mapping[str, Place]
    curves: Mapping[str, Curve]
    frames: Mapping[str, Place]


def lay_out(dot: str) -> Layout:
    """Return the layout of a graph whose nodes have fixed sizes.

    Args:
        dot: the graph in the DOT language; edges to be returned have an id.

    Raises:
        ImportError: there is no layout engine.
        LayoutError: the engine refuses the graph.
    """
    graph = positions(dot)
    left, bottom, right, top = map(float, graph["bb"].split(","))

    def point(x: float, y: float) -> Point:
        return round(x - left, 2), round(top - y, 2)

    boxes: dict[str, Place] = {}
    frames: dict[str, Place] = {}
    curves: dict[str, Curve] = {}
    for item in graph.get("objects", ()):
        if "_draw_" not in item:  # a column of leaves
            continue
        place = _place([point(x, y) for x, y in _drawn(item, "pPeE")])
        (frames if "bb" in item else boxes)[item["name"]] = place
    for item in graph.get("edges", ()):
        if "id" in item:
            points = [point(x, y) for x, y in _drawn(item, "bB")]
            if "_tdraw_" in item:  # drawn backwards, from its arrow on
                points.reverse()
            arrow = "_tdraw_" if "_tdraw_" in item else "_hdraw_"
            tip = point(*_drawn(item, "pP", arrow)[1])
            curves[item["id"]] = Curve(tuple(points), _lengthened(points[-1], tip))
    return Layout(right - left, top - bottom, boxes, curves, frames)


def transposed(layout: Layout) -> Layout:
    """Return a layout from top to bottom for one from left to right."""

    def swapped(point: Point) -> Point:
        return point[1], point[0]

    def at(place: Place) -> Place:
        return Place(place.y, place.x, place.height, place.width)

    return Layout(
        layout.height,
        layout.width,
        {key: at(place) for key, place in layout.boxes.items()},
        {
            key: Curve(tuple([swapped(x) for x in curve.points]), swapped(curve.tip))
            for key, curve in layout.curves.items()
        },
        {key: at(place) for key, place in layout.frames.items()},
    )


def cropped(layout: Layout) -> Layout:
    """Return a layout that begins at its first part and ends at its last."""
    corners = [
        (place.x + sx * place.width / 2, place.y + sy * place.height / 2)
        for place in (*layout.boxes.values(), *layout.frames.values())
        for sx, sy in ((-1, -1), (1, 1))
    ]
    points = [
        *corners,
        *(x for curve in layout.curves.values() for x in (*curve.points, curve.tip)),
    ]
    left, top = (min(x[i] for x in points) for i in (0, 1))
    right, bottom = (max(x[i] for x in points) for i in (0, 1))

    def moved(point: Point) -> Point:
        return round(point[0] - left, 2), round(point[1] - top, 2)

    def at(place: Place) -> Place:
        return Place(*moved((place.x, place.y)), place.width, place.height)

    return Layout(
        round(right - left, 2),
        round(bottom - top, 2),
        {key: at(place) for key, place in layout.boxes.items()},
        {
            key: Curve(tuple([moved(x) for x in curve.points]), moved(curve.tip))
            for key, curve in layout.curves.items()
        },
        {key: at(place) for key, place in layout.frames.items()},
    )


def _drawn(item: Any, kinds: str, part: str = "_draw_") -> list[Point]:
    """Return the points of the shape that is drawn for an item.

    Its position says the same with five digits in all, which are too few in a large graph.
    """
    shape = next(x for x in item[part] if x["op"] in kinds)
    if "rect" in shape:  # the middle of an ellipse, and half its axes
        x, y, a, b = shape["rect"]
        return [(x - a, y - b), (x + a, y + b)]
    return [tuple(x) for x in shape["points"]]


def _place(corners: Sequence[Point]) -> Place:
    left, right = (pick(x for x, _ in corners) for pick in (min, max))
    top, bottom = (pick(y for _, y in corners) for pick in (min, max))
    middle = round((left + right) / 2, 2), round((top + bottom) / 2, 2)
    return Place(*middle, round(right - left, 2), round(bottom - top, 2))


def _lengthened(end: Point, tip: Point) -> Point:
    """Return the tip of an arrow that is filled alone: Graphviz leaves room for its outline."""
    (x, y), (x_tip, y_tip) = end, tip
    part = _OUTLINE / (math.dist(end, tip) or 1.0)
    return round(x_tip + part * (x_tip - x), 2), round(y_tip + part * (y_tip - y), 2)
