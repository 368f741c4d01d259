"""How things look: colours, sizes of text, and what a step or a highlight changes.

Everything that paints takes its colours from here: pictures, DOT text, Jupyter's displays.
"""

from __future__ import annotations

from dataclasses import dataclass

from autograd.drawing.diagram import ALIKE, CONDITION, LEAF, SCOPE, Box, Diagram, Edge, Step

VALUE, GRADIENT, DERIVATIVE = "#0b7a4b", "#c4311d", "#6a4fc3"
INK, NAME, LINE, FADED = "#24292f", "#57606a", "#8c959f", "#ccd2d9"
ACCENT = "#b35900"
# Faces with the same advance widths, so that a text fits wherever it is shown.
FONT = "Helvetica, Arial, Liberation Sans, Arimo, Nimbus Sans, sans-serif"

_FILLS = {LEAF: "#ffffff", CONDITION: "#f3f0fa", SCOPE: "#eef3f8", ALIKE: "#ffffff"}
_OPERATION_FILL, _FADED_FILL = "#e8f1fb", "#fbfcfd"
FRAME_FILLS = ("#f6f8fa", "#eceff3")


@dataclass(frozen=True)
class Look:
    """How a box or a line is drawn."""

    line: str
    width: float = 1.0
    fill: str = "none"
    is_dashed: bool = False
    is_faded: bool = False


class Looks:
    """The look of each part of a diagram, at one step of the passes.

    Args:
        diagram: what is shown.
        step: show only what is known after this step; None for all.
    """

    def __init__(self, diagram: Diagram, step: Step | None) -> None:
        self._highlight = diagram.highlight
        self._output = diagram.output
        self._step = step

    def box(self, box: Box) -> Look:
        """Return the look of a box: strong where it is the output or stands out."""
        fill = _FILLS.get(box.kind, _OPERATION_FILL)
        width = 1.8 if box.kind == SCOPE or box.id == self._output else 1.0
        is_dashed = box.kind == CONDITION
        if self._highlight is not None and box.id not in self._highlight.boxes:
            return Look(FADED, width, _FADED_FILL, is_dashed, is_faded=True)
        if self._highlight is not None or (self._step is not None and box.id == self._step.box):
            return Look(ACCENT, 2.2, fill, is_dashed)
        return Look(LINE, width, fill, is_dashed)

    def edge(self, index: int, edge: Edge) -> Look:
        """Return the look of an edge: dashed where it carries no gradient."""
        is_dashed = not edge.carries_gradient
        if self._highlight is not None and index not in self._highlight.edges:
            return Look(FADED, is_dashed=is_dashed, is_faded=True)
        if self._highlight is not None or (self._step is not None and index in self._step.edges):
            return Look(ACCENT, 2.0, is_dashed=is_dashed)
        return Look(LINE, is_dashed=is_dashed)

    def is_known(self, role: str, box: str) -> bool:
        """Tell whether a number of a box is shown: its value, gradient or local derivatives."""
        if self._step is None or role not in (VALUE, GRADIENT, DERIVATIVE):
            return True
        return box in (self._step.gradients if role == GRADIENT else self._step.values)
