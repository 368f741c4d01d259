"""The forward and the backward pass, one box at a time, as data."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.drawing.diagram import LEAF, Box, Diagram, Edge, Step
from autograd.drawing.gate import number_text
from autograd.language import phrases


def steps(diagram: Diagram, digits: int) -> list[Step]:
    """Return what a reader learns box by box: values forwards, then gradients backwards.

    The first step knows the leaves. There is no backward pass in a diagram without gradients.
    """
    by_id = {box.id: box for box in diagram.boxes}
    values = {box.id for box in diagram.boxes if box.kind == LEAF}
    given = phrases.GIVEN.say(diagram.language)
    result = [_step("forward", "", given, values, (), ())]
    into: dict[str, list[int]] = {}
    out_of: dict[str, list[int]] = {}
    for i, edge in enumerate(diagram.edges):
        into.setdefault(edge.target, []).append(i)
        out_of.setdefault(edge.source, []).append(i)
    for box in diagram.boxes:
        if box.kind != LEAF:
            values.add(box.id)
            sources = [_title(by_id[diagram.edges[i].source]) for i in into.get(box.id, ())]
            text = _forward_text(box, sources, diagram.language, digits)
            result.append(_step("forward", box.id, text, values, (), into.get(box.id, ())))
    gradients: set[str] = set()
    for box in reversed(diagram.boxes):
        if box.grad is None and not any(port.grad is not None for port in box.outputs):
            continue
        edges = [i for i in out_of.get(box.id, ()) if diagram.edges[i].carries_gradient]
        gradients.add(box.id)
        used = [diagram.edges[i] for i in edges]
        text = _backward_text(box, diagram, used, by_id, digits)
        result.append(_step("backward", box.id, text, values, gradients, edges))
    return result


def _step(
    phase: str,
    box: str,
    text: str,
    values: set[str],
    gradients: set[str] | tuple[()],
    edges: Sequence[int],
) -> Step:
    return Step(phase, box, text, frozenset(values), frozenset(gradients), frozenset(edges))


def _title(box: Box) -> str:
    return (box.label or box.text or box.id)[:24]


def _forward_text(box: Box, sources: Sequence[str], language: str, digits: int) -> str:
    """Return what is computed, with the names of the operands where it has room for them."""
    if box.data is None:
        unnamed = phrases.OUTPUT.say(language)
        outputs = [f"{x.label or unnamed} = {number_text(x.data, digits)}" for x in box.outputs]
        return f"{_title(box)}: {', '.join(outputs[:4])}"
    formula = box.text
    if len(sources) <= 4 and box.text in ("+", "−", "×", "÷"):
        formula = f" {box.text} ".join(sources)
    elif len(sources) <= 4 and box.text.isidentifier():
        formula = f"{box.text}({', '.join(sources)})"
    name = f"{_title(box)} = " if box.label else ""
    return f"{name}{formula} = {number_text(box.data, digits)}"


def _backward_text(
    box: Box, diagram: Diagram, edges: Sequence[Edge], by_id: dict[str, Box], digits: int
) -> str:
    """Return the sum over the consumers: upstream gradient times local derivative."""
    if box.grad is None:
        return phrases.FLOWS_THROUGH.say(diagram.language, box=_title(box))
    whole = f"∂{diagram.output_name[:24]}/∂{_title(box)}"
    terms: list[str] = []
    own = 0.0
    for edge in edges:
        upstream = by_id[edge.target].grad
        if edge.derivative is None or upstream is None:
            terms, own = [], box.grad / box.passes
            break
        factors = (number_text(x, digits) for x in (upstream, edge.derivative))
        terms.append(" · ".join(f"({x})" if x.startswith("−") else x for x in factors))
        own += upstream * edge.derivative
    known = [" + ".join(terms)] if 0 < len(terms) <= 4 else []
    result = box.grad if box.passes == 1 else own
    sentence = " = ".join([whole, *known, number_text(result, digits)])
    if box.passes == 1:
        return sentence
    facts = {"sentence": sentence, "box": _title(box), "n": str(box.passes)}
    grad = number_text(box.grad, digits)
    return phrases.WITH_EARLIER_PASSES.say(diagram.language, grad=grad, **facts)
