"""A diagram with all that a picture of it needs: texts, sizes and places.

Each part is made when it is first asked for: DOT text needs no layout, and the steps through
a graph share one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from autograd.drawing.content import Content, Run, contents, frame_title, in_a_row, one_line
from autograd.drawing.diagram import SCOPE, Diagram, Step
from autograd.drawing.dot_text import DotText
from autograd.drawing.dot_writer import DotWriter, LyingWriter, frame_names
from autograd.drawing.edge_numbers import place_numbers
from autograd.drawing.gate import number_text
from autograd.drawing.layout import Layout, Place, lay_out, transposed
from autograd.drawing.routing import straightened
from autograd.drawing.style import DERIVATIVE, GRADIENT, INK, VALUE
from autograd.drawing.svg import line_length
from autograd.expression.notation import visible
from autograd.language import listed, phrases

_NUMBER_SIZE = 9.0
_MAX_LISTED = 6  # names in a sentence below the drawing
# Between two columns stand an arrowhead, a number, and line enough to follow.
_ARROW_AND_LINE, _LEAST_DISTANCE = 22.0, 36.0
_TITLE_ROOM = 14.0  # above a frame, for its name
_ROOM_FOR_TURNS = 40.0  # where lines leave and enter a box straight, and turn in between


@dataclass(frozen=True)
class Frame:
    """The frame around a scope, and its name; depth 0 is the outermost."""

    title: Run
    depth: int
    place: Place

    @property
    def title_place(self) -> Place:
        left, top = self.place.x - self.place.width / 2, self.place.y - self.place.height / 2
        width, height = self.title.width + 4.0, self.title.height
        return Place(left + 6.0 + width / 2, top + 3.0 + height / 2, width, height)


class Scene:
    """A diagram, and where its parts lie.

    Args:
        diagram: what is shown.
        digits: digits after the point.
        steps: those of the passes that are shown, each in a picture as wide as the others.
        room: a number for which there is room in place of any other.
    """

    def __init__(
        self, diagram: Diagram, digits: int, steps: Sequence[Step] = (), room: str = ""
    ) -> None:
        self.diagram = diagram
        self.digits = digits
        self._steps = steps
        self._room = room

    @cached_property
    def contents(self) -> dict[str, Content]:
        """What stands in each box, by its id."""
        return contents(self.diagram, self.digits, self._room)

    @cached_property
    def layout(self) -> Layout:
        """Where boxes, edges ("e0", "e1", ...) and frames lie."""
        parts = (self.diagram, self.contents, self._distance)
        writer = LyingWriter(*parts) if self.diagram.is_upright else DotWriter(*parts)
        circles = {key for key, content in self.contents.items() if content.is_round}
        found = lay_out(writer.text())
        if self.diagram.is_upright:
            found = self._with_room_for_titles(transposed(found))
        titles = [frame.title_place for frame in self._frames(found)]
        return straightened(found, writer.ends(), circles, titles)

    @cached_property
    def frames(self) -> tuple[Frame, ...]:
        """The frames, outer ones first."""
        return self._frames(self.layout)

    def _with_room_for_titles(self, layout: Layout) -> Layout:
        """Let frames grow upwards by a line for their name, and for those of frames inside."""
        scopes = frame_names(self.diagram)
        frames = {}
        for name, place in layout.frames.items():
            depth = len(scopes[name])
            inside = max(len(x) for x in scopes.values() if x[:depth] == scopes[name])
            more = _TITLE_ROOM * (inside - depth + 1)
            frames[name] = replace(place, y=place.y - more / 2, height=place.height + more)
        return replace(layout, frames=frames)

    def _frames(self, layout: Layout) -> tuple[Frame, ...]:
        return tuple(
            Frame(frame_title(scope[-1]), len(scope) - 1, layout.frames[name])
            for name, scope in frame_names(self.diagram).items()
        )

    @cached_property
    def numbers(self) -> dict[int, Run]:
        """The local derivatives on the edges, by the index of the edge."""
        return {
            i: Run(
                number_text(edge.derivative, self.digits),
                DERIVATIVE,
                _NUMBER_SIZE,
                room=self._room,
            )
            for i, edge in enumerate(self.diagram.edges)
            if edge.derivative is not None
        }

    @cached_property
    def number_places(self) -> dict[int, Place]:
        """Where they stand, each on its own line."""
        drawn = {i: run for i, run in self.numbers.items() if f"e{i}" in self.layout.curves}
        sizes = {f"e{i}": (run.width + 3.0, run.size + 2.0) for i, run in drawn.items()}
        places = place_numbers(self.layout, sizes, [x.title_place for x in self.frames])
        return {i: places[f"e{i}"] for i in drawn}

    @cached_property
    def _distance(self) -> float:
        is_upright = self.diagram.is_upright
        sizes = [x.size if is_upright else x.width for x in self.numbers.values()]
        widest = max(sizes, default=0.0)
        has_ports = any(box.kind == SCOPE for box in self.diagram.boxes)
        room = _ROOM_FOR_TURNS * has_ports
        if is_upright:
            room += _TITLE_ROOM * max(map(len, frame_names(self.diagram).values()), default=0)
        return max(widest + _ARROW_AND_LINE, _LEAST_DISTANCE) + room

    def dot(self, step: Step | None = None) -> str:
        """Return the diagram as DOT text, with all that is written and coloured."""
        legend = [self.legend(), *self.notes(step)]
        parts = (self.diagram, self.contents, self._distance, self.numbers)
        return DotText(*parts, legend, step).text()

    def legend(self) -> list[Run]:
        """Return what the colours mean."""
        language = self.diagram.language
        entries = [Run(phrases.VALUE.say(language), VALUE, 10.0, bold=True)]
        if any(box.grad is not None for box in self.diagram.boxes):
            output = one_line(self.diagram.output_name)
            text = phrases.LEGEND_GRADIENT.say(language, output=output)
            entries.append(Run(text, GRADIENT, 10.0))
        if any(edge.derivative is not None for edge in self.diagram.edges):
            entries.append(Run(phrases.LEGEND_DERIVATIVE.say(language), DERIVATIVE, 10.0))
        return in_a_row(entries)

    @cached_property
    def legend_width(self) -> float:
        """How much room the legend and all notes have."""
        notes = [line for step in self._steps or (None,) for line in self.notes(step)]
        return max(map(line_length, [self.legend(), *notes]))

    def notes(self, step: Step | None) -> list[list[Run]]:
        """Return the lines that say what a step or a highlight shows."""
        highlight = self.diagram.highlight
        texts = [step.text] if step is not None else highlight.text if highlight else ()
        return [[Run(visible(text), INK, 10.0)] for text in (*texts, *self._sums())]

    def _sums(self) -> list[str]:
        """Return sentences that say which gradients are sums of several passes."""
        language = self.diagram.language
        sums = [box for box in self.diagram.boxes if box.passes > 1]
        sentences = []
        for n in sorted({box.passes for box in sums}):
            names = [one_line(box.label or box.id) for box in sums if box.passes == n]
            if len(names) == 1:
                grad = next(box.grad for box in sums if box.passes == n)
                assert grad is not None
                facts = {"x": names[0], "grad": number_text(grad, self.digits), "n": str(n)}
                sentences.append(phrases.GRAD_IS_A_SUM.say(language, **facts))
                continue
            if len(names) > _MAX_LISTED:
                names[_MAX_LISTED - 1 : -1] = ["…"]
            row = listed(names, language)
            sentences.append(phrases.GRADS_ARE_SUMS.say(language, names=row, n=str(n)))
        return sentences
