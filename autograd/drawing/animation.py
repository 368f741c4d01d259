"""Both passes as a picture that plays itself: which part is seen when, in CSS alone.

What is written in the file is the finished picture. The style sheet only delays its numbers and
lets pulses run along its edges, so it is right wherever no style sheet is read, where motion is
not wanted, and at the end. (Chromium does not tell pictures in an <img> what their reader wants.)
No script: pages that show pictures of others run none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from autograd.drawing import svg
from autograd.drawing.diagram import Step
from autograd.drawing.layout import Curve
from autograd.drawing.style import ACCENT, DERIVATIVE, GRADIENT, VALUE

# Seconds that a step has, so that its sentence can be read; a long animation hurries.
_STEP, _LEAST, _WHOLE = 1.0, 0.2, 60.0
_KEYFRAMES = {
    "appears": "0%,55%{opacity:0}",
    "now": "0%,to{opacity:0}10%,90%{opacity:1}",
    # A pulse is a dash of 20 on a path of 100, from just before it to just behind it.
    "flows": "0%{opacity:1;stroke-dashoffset:20}55%,to{opacity:1;stroke-dashoffset:-100}",
    "returns": "0%{opacity:1;stroke-dashoffset:-100}55%,to{opacity:1;stroke-dashoffset:20}",
}
_PASSING = ("now", "flows", "returns")  # what is not there in the finished picture


class Animation:
    """The moments at which the parts of a diagram are seen.

    Args:
        steps: both passes; what the first knows is seen from the start.
    """

    def __init__(self, steps: Sequence[Step]) -> None:
        self.steps = steps
        self._values = _first(steps, lambda step: step.values)
        self._gradients = _first(steps, lambda step: step.gradients)
        self._seconds = max(_LEAST, min(_STEP, _WHOLE / len(steps)))

    def number(self, role: str, box: str, element: str) -> str:
        """Return a number of a box so that it appears when it is known."""
        if role not in (VALUE, GRADIENT, DERIVATIVE):
            return element
        moment = (self._gradients if role == GRADIENT else self._values).get(box, 0)
        if not moment:
            return element
        return svg.wrapped([element], **{"class": _classes("appears", moment)})

    def pulse(self, moment: int, curve: Curve) -> str:
        """Return what runs along an edge, in the backward pass from its arrow to its start."""
        kind = "flows" if self.steps[moment].phase == "forward" else "returns"
        return svg.element(
            "path", d=svg.path(curve.points), fill="none", stroke=ACCENT, stroke_width=3.0,
            pathLength=100.0, stroke_dasharray="20,200", stroke_dashoffset=20.0, display="none",
            **{"class": _classes(kind, moment)},
        )  # fmt: skip

    def now(self, moment: int, *elements: str) -> str:
        """Return what is seen in one step alone."""
        return svg.wrapped(elements, display="none", **{"class": _classes("now", moment)})

    def style(self) -> str:
        """Return the style sheet."""
        passing = ",".join(f".{svg.PREFIX}{kind}" for kind in _PASSING)
        rules = [f"{passing}{{display:inline;opacity:0}}"]
        for kind, frames in _KEYFRAMES.items():
            name = svg.PREFIX + kind
            fill = "" if kind in _PASSING else " backwards"
            rules.append(f"@keyframes {name}{{{frames}}}")
            rules.append(f".{name}{{animation:{name} {self._seconds:.3g}s{fill}}}")
        for moment in range(len(self.steps)):
            delay = moment * self._seconds
            rules.append(f".{svg.PREFIX}{moment}{{animation-delay:{delay:.4g}s}}")
        # Who knows no such question, prints, or wants no motion has the finished picture.
        return "\n".join(["@media screen and (prefers-reduced-motion:no-preference){", *rules, "}"])


def _classes(kind: str, moment: int) -> str:
    return f"{svg.PREFIX}{kind} {svg.PREFIX}{moment}"


def _first(steps: Sequence[Step], known: Callable[[Step], Collection[str]]) -> dict[str, int]:
    """Return for each box the first step that knows a number of it."""
    found: dict[str, int] = {}
    for moment, step in enumerate(steps):
        for box in known(step):
            found.setdefault(box, moment)
    return found
