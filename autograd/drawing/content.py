"""What stands in a box and where: its name, what it computes, the value and the gradient.

Places are measured here, in points from the middle of the box, y downwards; the layout engine
is told the size of the box alone, and where edges end at its sides.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from autograd.drawing.diagram import CONDITION, GATE, LEAF, SCOPE, Box, Diagram, Port
from autograd.drawing.gate import number_text, truth
from autograd.drawing.metrics import text_width
from autograd.drawing.style import GRADIENT, INK, NAME, VALUE
from autograd.expression.notation import shortened, visible
from autograd.language import phrases

# Of a folded scope with more inputs or outputs, the last row stands for the rest.
MAX_PORTS = 8
_MARGIN_X, _MARGIN_Y = 8.0, 4.0
_LEAST_WIDTH, _LEAST_HEIGHT = 54.0, 36.0
_GAP = 7.0  # between the numbers of a row


@dataclass(frozen=True)
class Run:
    """A piece of text in one look.

    Args:
        text: what it says.
        color: one of the colours of `style`, which tells what kind of thing it is.
        size: of the font, in points.
        bold: whether it is bold.
        x, y: the middle of its place.
    """

    text: str
    color: str
    size: float
    bold: bool = False
    x: float = 0.0
    y: float = 0.0

    @property
    def width(self) -> float:
        return text_width(self.text, self.size, bold=self.bold)

    @property
    def height(self) -> float:
        return 1.2 * self.size + 2.0


@dataclass(frozen=True)
class Rung:
    """A stretch of a box's sides, from top to bottom, and the names of the ends of edges there."""

    height: int
    left: str | None = None
    right: str | None = None


@dataclass(frozen=True)
class Content:
    """All that stands in one box.

    Args:
        width, height: of the box, whole points.
        runs: the texts in it.
        rungs: where edges end, if they have places of their own; their heights add up.
        is_round: whether it is a circle.
    """

    width: int
    height: int
    runs: tuple[Run, ...]
    rungs: tuple[Rung, ...] = ()
    is_round: bool = False


def contents(diagram: Diagram, digits: int) -> dict[str, Content]:
    """Return what stands in each box of a diagram, by its id."""
    own = _own_leaves(diagram)
    return {
        box.id: _scope(box, diagram.language, digits)
        if box.kind == SCOPE
        else _content(box, diagram.language, digits, own.get(box.id, ()))
        for box in diagram.boxes
    }


def _own_leaves(diagram: Diagram) -> dict[str, list[str]]:
    """Return for each box the leaves of its scope that it alone uses, in reading order.

    The edges from these end one below the other, so that they keep their order.
    """
    boxes = {box.id: box for box in diagram.boxes}
    uses = Counter(edge.source for edge in diagram.edges)
    found: dict[str, list[str]] = {}
    for edge in diagram.edges:
        source, target = boxes[edge.source], boxes[edge.target]
        is_alone = uses[edge.source] == 1 and source.kind == LEAF and bool(source.scope)
        if is_alone and source.scope == target.scope and target.kind not in (GATE, SCOPE):
            found.setdefault(edge.target, []).append(edge.source)
    return found


def _content(box: Box, language: str, digits: int, leaves: Sequence[str]) -> Content:
    """Return what stands in a box; the edges from its own leaves have places of their own."""
    runs = []
    if box.label:
        runs.append(Run(one_line(box.label), NAME, 10.0))
    if box.text:
        runs.append(Run(box.text, INK, 14.0 if len(box.text) < 4 else 12.0))
    if box.data is not None:
        is_condition = box.kind == CONDITION
        text = truth(box.data, language) if is_condition else number_text(box.data, digits)
        runs.append(Run(text, VALUE, 11.0, bold=True))
    if box.grad is not None:
        runs.append(Run(number_text(box.grad, digits, signed=True), GRADIENT, 11.0))
    runs = stacked(runs)
    height = math.fsum(run.height for run in runs)
    if box.kind == GATE:
        side = 2 * math.ceil(max(_reach(run) for run in runs))
        return Content(side, side, tuple(runs), is_round=True)
    width = max(run.width for run in runs) + 2 * _MARGIN_X
    height = max(height + 2 * _MARGIN_Y, _LEAST_HEIGHT)
    if not leaves:
        return Content(_even(max(width, _LEAST_WIDTH)), _even(height), tuple(runs))
    step = max(5, 60 // len(leaves), math.ceil(height / len(leaves)))
    rungs = [Rung(step, leaf) for leaf in leaves]
    return Content(_even(width), step * len(leaves), tuple(runs), tuple(rungs))


def _scope(box: Box, language: str, digits: int) -> Content:
    """Return a folded scope: its name, its inputs to the left and outputs to the right."""
    rows: list[tuple[list[Run], list[Run]]] = []
    names = [_names(box.inputs, language), _names(box.outputs, language)]
    for i in range(max(map(len, names))):
        left, right = ([Run(side[i], NAME, 10.0)] if i < len(side) else [] for side in names)
        if i < len(box.outputs) and (i < MAX_PORTS - 1 or len(box.outputs) <= MAX_PORTS):
            right += _numbers(box.outputs[i], digits)
        rows.append((left, right))
    title, footer = Run(one_line(box.label), INK, 12.0, bold=True), Run(box.text, NAME, 9.0)
    widths = [_length(left) + _length(right) + 2 * _GAP for left, right in rows]
    width = _even(max(title.width, footer.width, *widths) + 2 * _MARGIN_X)
    row_height, head, foot = 18, 22, 20
    height = head + row_height * len(rows) + foot
    top = -height / 2
    runs = [replace(title, y=top + head / 2 + 1)]
    for i, (left, right) in enumerate(rows):
        y = top + head + (i + 0.5) * row_height
        runs += _in_line(left, -width / 2 + _MARGIN_X, y)
        runs += _in_line(right, width / 2 - _MARGIN_X - _length(right), y)
    runs.append(replace(footer, y=-top - foot / 2))
    rungs = [Rung(head)]
    for i, (left, right) in enumerate(rows):
        rungs.append(Rung(row_height, f"i{i}" if left else None, f"o{i}" if right else None))
    return Content(width, height, tuple(runs), (*rungs, Rung(foot)))


def _numbers(port: Port, digits: int) -> list[Run]:
    runs = [Run(number_text(port.data, digits), VALUE, 11.0, bold=True)]
    if port.grad is not None:
        runs.append(Run(number_text(port.grad, digits, signed=True), GRADIENT, 11.0))
    return runs


def _names(ports: Sequence[Port], language: str) -> list[str]:
    names = [one_line(port.label) or "·" for port in ports]
    if len(names) <= MAX_PORTS:
        return names
    more = phrases.MORE.say(language, n=str(len(names) - MAX_PORTS + 1))
    return [*names[: MAX_PORTS - 1], more]


def one_line(label: str) -> str:
    """Return a label as it stands in a drawing: short, and with nothing in it unseen."""
    return visible(shortened(label))


def frame_title(scope: str) -> Run:
    """Return the name that stands on the frame around a scope."""
    return Run(one_line(scope), NAME, 10.0)


def in_a_row(entries: Sequence[Run]) -> list[Run]:
    """Return the entries of a legend with dots between them."""
    dotted = [x for entry in entries for x in (Run("·", NAME, entry.size), entry)]
    return dotted[1:]


# --- places ---------------------------------------------------------------------------


def stacked(runs: Sequence[Run]) -> list[Run]:
    """Return texts one below the other around a middle."""
    top = -math.fsum(run.height for run in runs) / 2
    placed = []
    for run in runs:
        placed.append(replace(run, y=top + run.height / 2))
        top += run.height
    return placed


def _in_line(runs: Sequence[Run], left: float, y: float) -> list[Run]:
    """Return texts one after the other."""
    placed = []
    for run in runs:
        placed.append(replace(run, x=left + run.width / 2, y=y))
        left += run.width + _GAP
    return placed


def _length(runs: Sequence[Run]) -> float:
    return sum(run.width for run in runs) + _GAP * max(len(runs) - 1, 0)


def _reach(run: Run) -> float:
    """Return how far from the middle of a circle a text comes: its letters, not its line."""
    return math.hypot(run.width / 2, abs(run.y) + 0.45 * run.size) + 3.0


def _even(x: float) -> int:
    return 2 * math.ceil(x / 2)
