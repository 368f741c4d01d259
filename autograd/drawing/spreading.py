"""Lines that meet at a box, ending apart: so that each arrow and number is seen for itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import islice, pairwise

from autograd.drawing.edge_numbers import points_backwards
from autograd.drawing.layout import Curve, Ends, Layout, Place, Point

_LEAST = 11.0  # between the tips of two arrows, as high as a number
_LOOK_BACK = 30  # strides along a line, to see in which order lines arrive
_ROUNDS = 30  # of pushing apart; what has no room stays closer


def apart(
    layout: Layout, curves: Mapping[str, Curve], ends: Mapping[str, Ends], circles: Collection[str]
) -> dict[str, Point]:
    """Return where edges are to end at their boxes, by their ids, where they end too close.

    Args:
        layout: where boxes lie.
        curves: the edges as they end now.
        ends: what they join, and which of them cannot move.
        circles: the names of the boxes that are round, at which lines end apart by themselves.
    """
    arriving: dict[str, list[str]] = {}
    for key in curves:
        if ends[key].target not in circles:
            arriving.setdefault(ends[key].target, []).append(key)
    tips: dict[str, Point] = {}
    for name, keys in arriving.items():
        place = layout.boxes[name]
        at = {key: _along(place, curves[key].tip) for key in keys}
        free = [key for key in keys if not ends[key].is_end_fixed]
        free.sort(key=lambda key: _along(place, _side(place, _back(curves[key]))))
        at |= dict(zip(free, sorted(at[key] for key in free)))
        moved = _pushed(at, free)
        tips |= {
            key: _point(place, moved[key])
            for key in free
            if moved[key] != _along(place, curves[key].tip)
        }
    return tips


def _pushed(at: Mapping[str, float], free: Collection[str]) -> dict[str, float]:
    """Return places on a line, pushed apart in their order."""
    order = sorted(at, key=lambda key: (at[key], key))
    moved = dict(at)
    for _ in range(_ROUNDS):
        is_done = True
        for a, b in pairwise(order):
            lacking = _LEAST - (moved[b] - moved[a])
            movable = [key for key in (a, b) if key in free]
            if lacking <= 0.01 or not movable:
                continue
            is_done = False
            for key in movable:
                moved[key] += (lacking if key == b else -lacking) / len(movable)
        if is_done:
            break
    return moved


def _back(curve: Curve) -> Point:
    """Return where a line comes from, seen from its end."""
    *_, point = islice(points_backwards(curve), _LOOK_BACK)
    return point


# --- the outline of a box as a line, from the middle of its right side around ---------------


def _side(place: Place, point: Point) -> Point:
    """Return where the line from the middle of a box to a point leaves it."""
    dx, dy = point[0] - place.x, point[1] - place.y
    part = max(abs(dx) / place.width, abs(dy) / place.height, 0.5) * 2.0
    return place.x + dx / part, place.y + dy / part


def _along(place: Place, point: Point) -> float:
    """Return how far along the outline a point lies."""
    w, h = place.width, place.height
    x, y = point[0] - place.x, point[1] - place.y
    distances = {"top": abs(y + h / 2), "left": abs(x + w / 2), "bottom": abs(y - h / 2),
                 "right": abs(x - w / 2)}  # fmt: skip
    side = min(distances, key=lambda key: distances[key])
    if side == "top":
        return h / 2 + w / 2 - x
    if side == "left":
        return h + w + y
    if side == "bottom":
        return 3 * h / 2 + 3 * w / 2 + x
    return -y if y < 0.0 else 2 * (w + h) - y


def _point(place: Place, length: float) -> Point:
    w, h = place.width, place.height
    length %= 2 * (w + h)
    corners = [h / 2, h / 2 + w, 3 * h / 2 + w, 3 * h / 2 + 2 * w]
    left, top = place.x - w / 2, place.y - h / 2
    if length < corners[0]:
        return left + w, place.y - length
    if length < corners[1]:
        return left + w - (length - corners[0]), top
    if length < corners[2]:
        return left, top + length - corners[1]
    if length < corners[3]:
        return left + length - corners[2], top + h
    return left + w, top + h - (length - corners[3])
