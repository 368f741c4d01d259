"""Small sets of points in the plane to train on: plain lists, the same for the same seed."""

from __future__ import annotations

import math
from numbers import Integral, Real
from random import Random

Points = list[list[float]]


def xor() -> tuple[Points, list[int]]:
    """Return the four corners of the unit square, and 1 where exactly one coordinate is 1.

    Returns:
        4 points of 2 coordinates, and 4 classes 0 or 1. No linear net separates them.

    >>> xor()
    ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0])
    """
    return [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0]


def moons(n: int = 100, noise: float = 0.1, seed: int | None = 0) -> tuple[Points, list[int]]:
    """Return two half circles that interlock.

    Args:
        n: the number of points, of both classes together.
        noise: the standard deviation of each coordinate; the circles' radius is 1.
        seed: for the noise; None draws a new set each time.

    Returns:
        n points of 2 coordinates, and n classes 0 or 1, in turn.

    Raises:
        ValueError: n is less than 2, or the noise is negative.

    >>> points, classes = moons(4, noise=0.0)
    >>> points[0], classes
    ([1.0, 0.0], [0, 1, 0, 1])
    """
    _check(n, 2, noise)
    generator = Random(seed)
    points = []
    for k in range(n):
        upper, angle = k % 2 == 0, math.pi * _part(k // 2, (n + 1 - k % 2) // 2)
        x, y = math.cos(angle), math.sin(angle)
        points.append(_blur([x, y] if upper else [1.0 - x, 0.5 - y], noise, generator))
    return points, [k % 2 for k in range(n)]


def spirals(
    n: int = 100, classes: int = 2, turns: float = 1.0, noise: float = 0.02, seed: int | None = 0
) -> tuple[Points, list[int]]:
    """Return arms that wind around the origin, one for each class.

    Args:
        n: the number of points, of all classes together.
        classes: the number of arms.
        turns: how often each arm goes round.
        noise: the standard deviation of each coordinate; the arms' outer radius is 1.
        seed: for the noise; None draws a new set each time.

    Returns:
        n points of 2 coordinates, and n classes 0, 1, ..., in turn.

    Raises:
        ValueError: there are fewer points than classes, less than 1 class, or negative noise.

    >>> points, labels = spirals(6, classes=3, noise=0.0)
    >>> labels
    [0, 1, 2, 0, 1, 2]
    """
    if classes < 1:
        raise ValueError(f"spirals needs at least 1 class, got {classes}")
    _check(n, classes, noise)
    generator = Random(seed)
    points = []
    for k in range(n):
        arm, size = k % classes, len(range(k % classes, n, classes))
        radius = 0.1 + 0.9 * _part(k // classes, size)  # not from 0, where all arms meet
        angle = 2 * math.pi * (turns * radius + arm / classes)
        point = [radius * math.cos(angle), radius * math.sin(angle)]
        points.append(_blur(point, noise, generator))
    return points, [k % classes for k in range(n)]


def _part(k: int, size: int) -> float:
    """Return where point k of `size` lies on its curve, from 0 to 1."""
    return k / (size - 1) if size > 1 else 0.0


def _blur(point: list[float], noise: float, generator: Random) -> list[float]:
    return [x + generator.gauss(0.0, noise) for x in point] if noise else point


def _check(n: int, least: int, noise: float) -> None:
    if not isinstance(n, Integral):
        raise TypeError(f"a data set has a whole number of points, got n={n!r:.60}")
    if not isinstance(noise, Real):
        raise TypeError(f"noise is a number, the standard deviation, got {noise!r:.60}")
    if n < least:
        raise ValueError(f"a data set of {least} classes needs at least {least} points, got {n}")
    if not noise >= 0.0:
        raise ValueError(f"noise is a standard deviation and cannot be {noise}")
