"""A drawing in words: for those who cannot see it, and shown when the mouse rests on a part."""

from __future__ import annotations

from autograd.drawing.diagram import CONDITION, LEAF, SCOPE, Box, Diagram, Edge, Step
from autograd.drawing.gate import number_text, truth
from autograd.expression.notation import shortened
from autograd.language import phrases


def descriptions(diagram: Diagram, digits: int, step: Step | None = None) -> dict[str, str]:
    """Return one line for each box and edge, by its id; numbers have ASCII signs.

    Args:
        diagram: what is drawn.
        digits: digits after the point.
        step: say only what is known after this step.
    """
    boxes = {box.id: box for box in diagram.boxes}
    language = diagram.language
    lines = {box.id: _box(box, language, digits, step) for box in diagram.boxes}
    for i, edge in enumerate(diagram.edges):
        is_known = step is None or edge.target in step.values
        lines[f"e{i}"] = _edge(edge, boxes, language, digits if is_known else None)
    return lines


def _box(box: Box, language: str, digits: int, step: Step | None) -> str:
    title = _title(box, language)
    if box.kind == SCOPE:
        return f"{title}: {box.text}"
    computed = f" = {box.text}" if box.label and box.kind != LEAF else ""
    facts = []
    if box.data is not None and (step is None or box.id in step.values):
        is_condition = box.kind == CONDITION
        value = truth(box.data, language) if is_condition else _number(box.data, digits)
        facts.append(phrases.BOX_VALUE.say(language, x=value))
    if box.grad is not None and (step is None or box.id in step.gradients):
        facts.append(phrases.BOX_GRADIENT.say(language, x=_number(box.grad, digits)))
        if box.passes > 1:
            facts.append(phrases.SUM_OF_PASSES.say(language, n=str(box.passes)))
    return f"{title}{computed}: {', '.join(facts)}" if facts else title + computed


def _edge(edge: Edge, boxes: dict[str, Box], language: str, digits: int | None) -> str:
    ends = f"{_title(boxes[edge.source], language)} → {_title(boxes[edge.target], language)}"
    if not edge.carries_gradient:
        return phrases.EDGE_WITHOUT_GRADIENT.say(language, edge=ends)
    if edge.derivative is None or digits is None:
        return ends
    derivative = _number(edge.derivative, digits)
    return phrases.EDGE_DERIVATIVE.say(language, edge=ends, x=derivative)


def _number(x: float, digits: int) -> str:
    return number_text(x, digits, minus="-")


def _title(box: Box, language: str) -> str:
    return shortened(box.label or box.text) or phrases.LEAF.say(language)
