"""What stands in a box and where: its name, what it computes, the value and the gradient.

Places are measured here, in points from the middle of the box, y downwards; the layout engine
is told the size of the box alone, and where edges end at its sides: to the left and right, or
above and below in a drawing that goes from top to bottom.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

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
        room: a text for which there must be room too: numbers change in a page.
    """

    text: str
    color: str
    size: float
    bold: bool = False
    x: float = 0.0
    y: float = 0.0
    room: str = ""

    @property
    def width(self) -> float:
        texts = (self.text, self.room)
        return max(text_width(x, self.size, bold=self.bold) for x in texts)

    @property
    def height(self) -> float:
        return 1.2 * self.size + 2.0


@dataclass(frozen=True)
class Rung:
    """A stretch of the sides where edges arrive and leave, and the names of their ends there."""

    length: int
    into: str | None = None
    out_of: str | None = None


@dataclass(frozen=True)
class Content:
    """All that stands in one box.

    Args:
        width, height: of the box, whole points.
        runs: the texts in it.
        rungs: where edges end, if they have places of their own; their lengths add up.
        is_round: whether it is a circle.
    """

    width: int
    height: int
    runs: tuple[Run, ...]
    rungs: tuple[Rung, ...] = ()
    is_round: bool = False


def contents(diagram: Diagram, digits: int, room: str = "") -> dict[str, Content]:
    """Return what stands in each box of a diagram, by its id.

    Args:
        diagram: what is shown.
        digits: digits after the point.
        room: a number for which there is room in place of any other.
    """
    own = _own_leaves(diagram)
    scope = _upright_scope if diagram.is_upright else _scope
    return {
        box.id: scope(box, diagram.language, digits, room)
        if box.kind == SCOPE
        else _content(box, diagram, digits, own.get(box.id, ()), room)
        for box in diagram.boxes
    }


def _own_leaves(diagram: Diagram) -> dict[str, list[str]]:
    """Return for each box the leaves of its scope that it alone uses, in reading order.

    The edges from these end one beside the other, so that they keep their order.
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


def _content(box: Box, diagram: Diagram, digits: int, leaves: Sequence[str], room: str) -> Content:
    """Return what stands in a box; the edges from its own leaves have places of their own."""
    runs = []
    if box.label:
        runs.append(Run(one_line(box.label), NAME, 10.0))
    if box.text:
        runs.append(Run(box.text, INK, 14.0 if len(box.text) < 4 else 12.0))
    if box.data is not None:
        is_condition = box.kind == CONDITION
        text = truth(box.data, diagram.language) if is_condition else number_text(box.data, digits)
        runs.append(Run(text, VALUE, 11.0, bold=True, room=room))
    if box.grad is not None:
        text = number_text(box.grad, digits, signed=True)
        runs.append(Run(text, GRADIENT, 11.0, room=room))
    if box.passes > 1:
        text = phrases.SUM_OF_PASSES.say(diagram.language, n=str(box.passes))
        runs.append(Run(text, NAME, 9.0))
    runs = stacked(runs)
    height = math.fsum(run.height for run in runs)
    if box.kind == GATE:
        side = 2 * math.ceil(max(_reach(run) for run in runs))
        return Content(side, side, tuple(runs), is_round=True)
    width = max(run.width for run in runs) + 2 * _MARGIN_X
    height = max(height + 2 * _MARGIN_Y, _LEAST_HEIGHT)
    if not leaves:
        return Content(_even(max(width, _LEAST_WIDTH)), _even(height), tuple(runs))
    across = width if diagram.is_upright else height
    step = max(5, 60 // len(leaves), math.ceil(across / len(leaves)))
    rungs = tuple([Rung(step, leaf) for leaf in leaves])
    sides = _even(width), step * len(leaves)
    if diagram.is_upright:
        sides = step * len(leaves), _even(height)
    return Content(*sides, tuple(runs), rungs)


def _scope(box: Box, language: str, digits: int, room: str) -> Content:
    """Return a folded scope: its name, its inputs to the left and outputs to the right."""
    inputs, outputs = _inputs(box, language), _outputs(box, language, digits, room)
    rows = list(zip_longest(inputs, outputs, fillvalue=()))
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


def _upright_scope(box: Box, language: str, digits: int, room: str) -> Content:
    """Return a folded scope: its inputs along the top, its name, its outputs along the bottom."""
    heads, feet = _inputs(box, language), _outputs(box, language, digits, room)
    columns = max(len(heads), len(feet))
    # Where there are fewer of one kind, they stand in the middle.
    first_in, first_out = (columns - len(heads)) // 2, (columns - len(feet)) // 2
    title, footer = Run(one_line(box.label), INK, 12.0, bold=True), Run(box.text, NAME, 9.0)
    least = max(title.width, footer.width) + 2 * _MARGIN_X
    widest = max((run.width for cell in (*heads, *feet) for run in cell), default=0.0) + _GAP
    step = _even(max(widest, least / columns))
    head, middle = 18.0, 38.0
    foot = max((math.fsum(run.height for run in cell) for cell in feet), default=0.0) + 4.0
    height = _even(head + middle + foot)
    top, left = -height / 2, (1 - columns) / 2 * step
    runs = [replace(title, y=top + head + 10.0), replace(footer, y=top + head + 27.0)]
    for i, cell in enumerate(heads, first_in):
        runs += [replace(run, x=left + i * step, y=top + 10.0) for run in cell]
    for i, cell in enumerate(feet, first_out):
        y = -top - foot / 2
        runs += [replace(run, x=left + i * step, y=y + run.y) for run in stacked(cell)]
    rungs = [
        Rung(step, _end("i", i - first_in, heads), _end("o", i - first_out, feet))
        for i in range(columns)
    ]
    return Content(step * columns, height, tuple(runs), tuple(rungs))


def _end(kind: str, i: int, cells: Sequence[object]) -> str | None:
    return f"{kind}{i}" if 0 <= i < len(cells) else None


def _inputs(box: Box, language: str) -> list[list[Run]]:
    return [[Run(name, NAME, 10.0)] for name in _names(box.inputs, language)]


def _outputs(box: Box, language: str, digits: int, room: str) -> list[list[Run]]:
    """Return what is written for each output: its name and numbers."""
    cells = [[Run(name, NAME, 10.0)] for name in _names(box.outputs, language)]
    written = MAX_PORTS - 1 if len(box.outputs) > MAX_PORTS else MAX_PORTS
    for cell, port in zip(cells, box.outputs[:written]):
        cell += _numbers(port, digits, room)
    return cells


def _numbers(port: Port, digits: int, room: str) -> list[Run]:
    runs = [Run(number_text(port.data, digits), VALUE, 11.0, bold=True, room=room)]
    if port.grad is not None:
        text = number_text(port.grad, digits, signed=True)
        runs.append(Run(text, GRADIENT, 11.0, room=room))
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
