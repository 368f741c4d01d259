"""A diagram as DOT text with all that is written and coloured, for a reader's own Graphviz."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from autograd.drawing.content import Content, Run, frame_title
from autograd.drawing.diagram import Box, Diagram, Edge, Step
from autograd.drawing.dot_writer import DotWriter
from autograd.drawing.markup import font, html, joined, rows, with_rungs
from autograd.drawing.style import DERIVATIVE, FADED, FONT, FRAME_FILLS, Looks

HIDDEN = "transparent"  # what is not known yet keeps its place


class DotText(DotWriter):
    """Writes a diagram in full.

    Args:
        diagram, contents, distance: as for the skeleton.
        numbers: the texts of the local derivatives, by the index of the edge.
        legend: the lines below the drawing.
        step: show only what is known after this step of the passes.
    """

    def __init__(
        self,
        diagram: Diagram,
        contents: Mapping[str, Content],
        distance: float,
        numbers: Mapping[int, Run],
        legend: Sequence[Sequence[Run]],
        step: Step | None,
    ) -> None:
        super().__init__(diagram, contents, distance)
        self._numbers = numbers
        self._legend = legend
        self._looks = Looks(diagram, step)

    def _graph(self) -> dict[str, str]:
        legend = html(rows(joined(line, " ") for line in self._legend))
        return {"bgcolor": "white", "fontname": FONT, "labelloc": "b", "label": legend}

    def _box(self, box: Box) -> dict[str, str]:
        content, look = self._contents[box.id], self._looks.box(box)

        def shown(run: Run) -> Run:
            color = FADED if look.is_faded else run.color
            return replace(run, color=color if self._looks.is_known(run.color, box.id) else HIDDEN)

        in_order = sorted(content.runs, key=lambda run: run.y)
        lines = [list(line) for _, line in groupby(in_order, key=lambda run: run.y)]
        text = rows(joined([shown(run) for run in line], "  ") for line in lines)
        label = text
        if content.rungs:
            label = with_rungs(content, f"<TD>{text}</TD>", is_upright=self._is_upright)
        style = "filled" if content.is_round else "rounded,filled"
        return {
            "id": box.id, "label": html(label), "fontname": FONT, "fillcolor": look.fill,
            "style": f"{style},dashed" if look.is_dashed else style,
            **_pen(look.line, look.width),
        }  # fmt: skip

    def _frame(self, scope: str, depth: int) -> dict[str, str]:
        return {
            "label": html(font(frame_title(scope))), "color": FADED, "style": "rounded,filled",
            "fillcolor": FRAME_FILLS[depth % 2],
        }  # fmt: skip

    def _edge(self, index: int, edge: Edge) -> dict[str, str]:
        look = self._looks.edge(index, edge)
        attributes = {"style": "dashed"} if look.is_dashed else {}
        if index in self._numbers:
            is_known = self._looks.is_known(DERIVATIVE, edge.target)
            color = FADED if look.is_faded else DERIVATIVE if is_known else HIDDEN
            label = html(font(replace(self._numbers[index], color=color)))
            attributes |= {"label": label, "fontname": FONT}
        return attributes | _pen(look.line, look.width)


def _pen(color: str, width: float) -> dict[str, str]:
    return {"color": color, "penwidth": f"{width:g}"}
