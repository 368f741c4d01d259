"""A drawing in words: for those who cannot see it, and shown when the mouse rests on a part."""

from __future__ import annotations

from autograd.drawing.diagram import CONDITION, LEAF, SCOPE, Box, Diagram, Edge, Step
from autograd.drawing.gate import number_text
from autograd.expression.notation import shortened


def descriptions(diagram: Diagram, digits: int, step: Step | None = None) -> dict[str, str]:
    """Return one line for each box and edge, by its id; numbers have ASCII signs.

    Args:
        diagram: what is drawn.
        digits: digits after the point.
        step: say only what is known after this step.
    """
    boxes = {box.id: box for box in diagram.boxes}
    lines = {box.id: _box(box, digits, step) for box in diagram.boxes}
    for i, edge in enumerate(diagram.edges):
        is_known = step is None or edge.target in step.values
        lines[f"e{i}"] = _edge(edge, boxes, digits if is_known else None)
    return lines


def _box(box: Box, digits: int, step: Step | None) -> str:
    if box.kind == SCOPE:
        return f"{_title(box)}: {box.text}"
    computed = f" = {box.text}" if box.label and box.kind != LEAF else ""
    facts = []
    if box.data is not None and (step is None or box.id in step.values):
        value = ("true" if box.data else "false") if box.kind == CONDITION else None
        facts.append(f"value {value or _number(box.data, digits)}")
    if box.grad is not None and (step is None or box.id in step.gradients):
        facts.append(f"gradient {_number(box.grad, digits)}")
    return f"{_title(box)}{computed}: {', '.join(facts)}" if facts else _title(box) + computed


def _edge(edge: Edge, boxes: dict[str, Box], digits: int | None) -> str:
    ends = f"{_title(boxes[edge.source])} → {_title(boxes[edge.target])}"
    if not edge.carries_gradient:
        return f"{ends}: carries no gradient"
    if edge.derivative is None or digits is None:
        return ends
    return f"{ends}: local derivative {_number(edge.derivative, digits)}"


def _number(x: float, digits: int) -> str:
    return number_text(x, digits, minus="-")


def _title(box: Box) -> str:
    return shortened(box.label or box.text) or "leaf"
