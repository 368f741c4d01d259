"""A scene as SVG."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from autograd.drawing import svg
from autograd.drawing.animation import Animation
from autograd.drawing.content import Content, Run
from autograd.drawing.description import descriptions
from autograd.drawing.diagram import ALIKE, Box, Edge, Step
from autograd.drawing.layout import Place, Point
from autograd.drawing.scene import Frame, Scene
from autograd.drawing.style import (
    ACCENT,
    DERIVATIVE,
    FADED,
    FRAME_FILLS,
    GRADIENT,
    VALUE,
    Look,
    Looks,
)

_ROUNDING = 8.0
_SHEET = 3.0  # how far one sheet of a pile looks out under the next
_ARROW_WIDTH = 0.35  # of its length, to either side
_ROLES = {VALUE: {"role": "value"}, GRADIENT: {"role": "gradient"}}


def paint(
    scene: Scene, title: str, step: Step | None = None, animation: Animation | None = None
) -> str:
    """Return a scene as SVG.

    Args:
        scene: what is shown.
        title: the same in words.
        step: show only what is known after this step of the passes.
        animation: let it play both passes by itself.
    """
    return _Painter(scene, step, animation).page(title)


class _Painter:
    def __init__(self, scene: Scene, step: Step | None, animation: Animation | None) -> None:
        self._scene = scene
        self._animation = animation
        self._looks = Looks(scene.diagram, step)
        self._step = step
        self._words = descriptions(scene.diagram, scene.digits, step)

    def page(self, title: str) -> str:
        scene, layout = self._scene, self._scene.layout
        drawn = [(i, x) for i, x in enumerate(scene.diagram.edges) if f"e{i}" in layout.curves]
        body = [
            *(self._frame(frame) for frame in scene.frames),
            *(self._edge(i, edge) for i, edge in drawn),
            *(self._frame_title(frame) for frame in scene.frames),
            *(self._number(i, edge) for i, edge in drawn
              if i in scene.numbers and self._looks.is_known(DERIVATIVE, edge.target)),
            *(self._box(box) for box in scene.diagram.boxes),
        ]  # fmt: skip
        width = max(layout.width, scene.legend_width)
        legend = [scene.legend(), *scene.notes(self._step)]
        if self._animation is None:
            return svg.page(width, layout.height, title, body, legend)
        moves = [x for i in range(len(self._animation.steps)) for x in self._moment(i)]
        y = svg.line_below(layout.height, len(legend))
        sentences = [
            self._animation.now(i, svg.text(run, width / 2, y))
            for i, step in enumerate(self._animation.steps)
            for (run,) in scene.notes(step)
        ]
        body += [svg.group("moves", moves)]
        style = self._animation.style()
        return svg.page(width, layout.height, title, body, legend, style=style, sentences=sentences)

    def _moment(self, index: int) -> Iterator[str]:
        """Yield what moves in one step of an animation."""
        animation, scene = self._animation, self._scene
        assert animation is not None
        step = animation.steps[index]
        for i in sorted(step.edges):
            if f"e{i}" in scene.layout.curves:
                yield animation.pulse(index, scene.layout.curves[f"e{i}"])
        if step.box:
            look = Look(ACCENT, 2.2)
            shape = _shape(scene.layout.boxes[step.box], scene.contents[step.box], look)
            yield animation.now(index, shape)

    # --- frames and boxes -------------------------------------------------------------

    def _frame(self, frame: Frame) -> str:
        shape = _rectangle(frame.place, Look(FADED, fill=FRAME_FILLS[frame.depth % 2]))
        return svg.group("frame", [shape], title=frame.title.text)

    def _frame_title(self, frame: Frame) -> str:
        place, title = frame.title_place, frame.title
        background = FRAME_FILLS[frame.depth % 2]
        halo = svg.halo(place.x, place.y, place.width, place.height, background)
        text = svg.text(title, place.x, place.y)
        return svg.group("frame-title", [halo, text], title=title.text)

    def _box(self, box: Box) -> str:
        place, content = self._scene.layout.boxes[box.id], self._scene.contents[box.id]
        look = self._looks.box(box)
        texts = [
            self._known_later(run.color, box.id, svg.text(
                _faded(run, look), place.x + run.x, place.y + run.y, **_ROLES.get(run.color, {})
            ))
            for run in content.runs
            if self._looks.is_known(run.color, box.id)
        ]  # fmt: skip
        data = {"node": box.id, "label": box.label} if box.label else {"node": box.id}
        return svg.group(
            "node", [*_pile(box, place, look), _shape(place, content, look), *texts],
            title=self._words[box.id], id=box.id, **data,
        )  # fmt: skip

    # --- edges ------------------------------------------------------------------------

    def _edge(self, index: int, edge: Edge) -> str:
        curve, look = self._scene.layout.curves[f"e{index}"], self._looks.edge(index, edge)
        line = svg.element("path", d=svg.path(curve.points), fill="none", **_stroke(look))
        arrow = _arrow(curve.points[-1], curve.tip, look)
        return svg.group(
            "edge", [line, arrow], title=self._words[f"e{index}"], id=f"e{index}",
            edge=f"e{index}", source=edge.source, target=edge.target,
        )  # fmt: skip

    def _number(self, index: int, edge: Edge) -> str:
        place, run = self._scene.number_places[index], self._scene.numbers[index]
        halo = svg.halo(place.x, place.y, place.width, place.height, self._background(place))
        run = _faded(run, self._looks.edge(index, edge))
        number = svg.text(run, place.x, place.y, role="derivative")
        title = self._words[f"e{index}"]
        written = svg.group("number", [halo, number], title=title, edge=f"e{index}")
        return self._known_later(DERIVATIVE, edge.target, written)

    def _known_later(self, role: str, box: str, element: str) -> str:
        return element if self._animation is None else self._animation.number(role, box, element)

    def _background(self, place: Place) -> str:
        inside = [frame for frame in self._scene.frames if _is_inside(place, frame.place)]
        depth = max((frame.depth for frame in inside), default=None)
        return "white" if depth is None else FRAME_FILLS[depth % 2]


def _faded(run: Run, look: Look) -> Run:
    return replace(run, color=FADED) if look.is_faded else run


def _pile(box: Box, place: Place, look: Look) -> list[str]:
    """Return the sheets that lie under a box that stands for many."""
    if box.kind != ALIKE:
        return []
    return [
        _rectangle(replace(place, x=place.x + shift, y=place.y - shift), look)
        for shift in (2 * _SHEET, _SHEET)
    ]


def _shape(place: Place, content: Content, look: Look) -> str:
    if not content.is_round:
        return _rectangle(place, look)
    radius = place.width / 2
    return svg.element("circle", cx=place.x, cy=place.y, r=radius, fill=look.fill, **_stroke(look))


def _rectangle(place: Place, look: Look) -> str:
    return svg.rectangle(
        place.x, place.y, place.width, place.height, _ROUNDING, fill=look.fill, **_stroke(look)
    )


def _arrow(end: Point, tip: Point, look: Look) -> str:
    (x, y), (dx, dy) = end, (tip[0] - end[0], tip[1] - end[1])
    side = (-dy * _ARROW_WIDTH, dx * _ARROW_WIDTH)
    points = svg.corners([(x + side[0], y + side[1]), tip, (x - side[0], y - side[1])])
    return svg.element("polygon", points=points, fill=look.line)


def _stroke(look: Look) -> dict[str, str | float]:
    dashes = {"stroke_dasharray": "5,3"} if look.is_dashed else {}
    return {"stroke": look.line, "stroke_width": look.width, **dashes}


def _is_inside(inner: Place, outer: Place) -> bool:
    return abs(inner.x - outer.x) * 2 < outer.width and abs(inner.y - outer.y) * 2 < outer.height
