"""`draw`: a computation graph as a picture."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, overload

from autograd.drawing.animation import Animation
from autograd.drawing.boxes import Assembly
from autograd.drawing.collapsing import Collapse, assemble
from autograd.drawing.diagram import Diagram, Highlight, Step
from autograd.drawing.fitting import check_direction, check_size, fitted
from autograd.drawing.folding import Part, fold
from autograd.drawing.painter import paint
from autograd.drawing.paths import describe, find_paths
from autograd.drawing.picture import Drawing, Drawings
from autograd.drawing.samples import sum_of_samples, with_samples_folded
from autograd.drawing.scene import Scene
from autograd.drawing.steps import steps as passes
from autograd.errors import user_frame
from autograd.expression.notation import check_digits, shortened
from autograd.language import check_language, phrases
from autograd.order import topological_order
from autograd.rules import data_now, differ
from autograd.value import Value


@overload
def draw(
    output: Value, *, digits: int = ..., primitive: bool = ..., collapse: Collapse = ...,
    highlight: Value | None = ..., max_nodes: int = ..., steps: Literal[False] = ...,
    animate: bool = ..., fold_samples: bool = ..., direction: str = ...,
    size: tuple[float, float] | None = ..., language: str = ...,
) -> Drawing: ...  # fmt: skip
@overload
def draw(
    output: Value, *, digits: int = ..., primitive: bool = ..., collapse: Collapse = ...,
    highlight: Value | None = ..., max_nodes: int = ..., steps: Literal[True],
    animate: bool = ..., fold_samples: bool = ..., direction: str = ...,
    size: tuple[float, float] | None = ..., language: str = ...,
) -> Drawings: ...  # fmt: skip
def draw(
    output: Value,
    *,
    digits: int = 4,
    primitive: bool = False,
    collapse: Collapse = False,
    highlight: Value | None = None,
    max_nodes: int = 500,
    steps: bool = False,
    animate: bool = False,
    fold_samples: bool = True,
    direction: str = "LR",
    size: tuple[float, float] | None = None,
    language: str = "en",
) -> Drawing | Drawings:
    """Draw the graph of a value: values, gradients, and local derivatives on the edges.

    The unlabelled operations that lead to a labelled node are shown as its formula, where it
    is short. In a graph where only leaves and the output have labels, every step is shown.
    Gradients are those of the latest `backward()`; before it, none are drawn.

    Args:
        output: the value.
        digits: digits after the point, 0 to 17.
        primitive: show every operation, also those between labelled nodes.
        collapse: draw scopes as one box each, with their inputs and outputs: the name of one
            ("hidden", "hidden/h1"), several names, or True for all; or several as one box,
            {"hidden layer": ["neuron h1", "neuron h2"]}.
        fold_samples: in a graph of more than 40 nodes, draw of the terms of a sum that are alike,
            as the samples of a loss are, the first in full, and the others as one box with their
            sum. Terms are alike that do the same operations, under the same labels and scopes, on
            the leaves that they share. Gradients are those of all samples; with `highlight` none
            is folded.
        direction: "LR", from left to right, or "TB", from top to bottom.
        size: width and height in centimetres that the picture is scaled into, such as a slide's.
        highlight: a node below the output: the paths that carry its gradient stand out.
        max_nodes: in a larger drawing scopes are collapsed.
        steps: return a drawing for each step of the forward and then the backward pass; what
            it shows is data in its `step`.
        animate: return one picture that plays these steps by itself and ends as the finished one,
            which it also is in print, for readers who want no motion, and in programs that know
            no animation. It needs no script, so it plays as an image on any page.
        language: of its words: "en", or "zh" for Chinese.

    Returns:
        A `Drawing`, which shows itself in Jupyter and saves as .svg, .pdf, .png or .dot; with
        `steps` `Drawings`, a sequence of them that shows itself too and saves as one .html.

    Raises:
        TypeError: output or highlight is not a Value.
        ValueError: no such scope, language or direction, digits or size out of range, highlight
            not in the graph, or both steps and animate.
        GraphSizeError: more than max_nodes boxes, even with all scopes collapsed.

    Source: document 002 has values in green and gradients in red.

    >>> x = Value(3.0, label="x")
    >>> y = x * x + 1
    >>> y.backward()
    >>> drawing = draw(y)
    >>> drawing
    <Drawing: computation graph of a value, 3 boxes>
    >>> "+6" in drawing.svg
    True
    """
    check_value(output, "draw takes one Value")
    check_digits("draw", digits)
    check_language("draw", language)
    check_direction("draw", direction)
    check_size("draw", size)
    if steps and animate:
        raise ValueError("steps=True draws many pictures, animate=True one that moves: choose one")
    if highlight is not None:
        check_value(highlight, "highlight takes a Value")
    warn_of_other_data(output, "draw")
    parts = _parts(output, primitive, highlight, folds_samples=fold_samples)
    assembly = assemble(parts, output, collapse, max_nodes, language)
    marked = None if highlight is None else _highlight(assembly, parts, output, highlight, language)
    diagram = _diagram(assembly, output, marked, language, direction)
    if not steps and not animate:
        return _drawing(Scene(diagram, digits), size)
    scene = Scene(diagram, digits, shown := passes(diagram, digits))
    if animate:
        return _drawing(scene, size, animation=Animation(shown))
    return Drawings(diagram.title, [_drawing(scene, size, step) for step in shown], language)


@dataclass(frozen=True)
class Picture:
    """A scene, and the parts of the graph that it shows."""

    scene: Scene
    assembly: Assembly
    parts: Sequence[Part]


def compose(
    output: Value, digits: int, primitive: bool, collapse: Collapse, max_nodes: int, room: str
) -> Picture:
    """Return what `draw` paints, for a page: its numbers may become others.

    Args:
        output, digits, primitive, collapse, max_nodes: as for `draw`, which says what is raised.
        room: a number for which there is room in place of any other.
    """
    parts = _parts(output, primitive, None, folds_samples=True)
    assembly = assemble(parts, output, collapse, max_nodes, "en")
    scene = Scene(_diagram(assembly, output, None, "en", "LR"), digits, room=room)
    return Picture(scene, assembly, parts)


def _diagram(
    assembly: Assembly, output: Value, highlight: Highlight | None, language: str, direction: str
) -> Diagram:
    name = shortened(output.label or phrases.A_VALUE.say(language))
    title = phrases.COMPUTATION_GRAPH.say(language, output=name, n=str(len(assembly.boxes)))
    box, label = assembly.box_of[id(output)], output.label or ""
    boxes, edges = assembly.boxes, assembly.edges
    return Diagram(title, boxes, edges, box, label, highlight, language, direction)


def _parts(
    output: Value, primitive: bool, highlight: Value | None, *, folds_samples: bool
) -> list[Part]:
    if highlight is not None:  # its gradient comes from all samples
        return fold(output, primitive=primitive, keep=[highlight])
    total = sum_of_samples(output) if folds_samples else None
    if total is None:
        return fold(output, primitive=primitive)
    return with_samples_folded(fold(output, primitive=primitive, keep=[total]), total, output)


def warn_of_other_data(output: Value, what: str) -> None:
    """Issue a RuntimeWarning if data changed since the graph was recorded."""
    for node in topological_order(output):
        now = data_now(node)
        if node.op is not None and differ(now, node.data):
            name = node.label or node.op.name
            warnings.warn(
                f"{what} shows data that do not fit together: {shortened(name)} holds "
                f"{node.data!r}, and its operands now give {now!r}. Call forward() on the output, "
                "and backward() again, after changing data",
                RuntimeWarning,
                stacklevel=user_frame()[1],
            )
            return


def check_value(x: object, rule: str) -> None:
    if not isinstance(x, Value):
        remedy = "; for several outputs, draw each or their sum" if isinstance(x, list) else ""
        raise TypeError(f"{rule}, got {type(x).__name__}{remedy}")


def _highlight(
    assembly: Assembly, parts: Sequence[Part], output: Value, start: Value, language: str
) -> Highlight:
    if id(start) not in assembly.box_of:
        raise ValueError(
            f"highlight={start!r} is not in the graph of {output!r}: pass a node below it"
        )
    paths = find_paths(parts, output, start)
    boxes = {assembly.box_of[x] for x in paths.nodes} | {assembly.box_of[id(start)]}
    edges = {assembly.edge_of[x] for x in paths.edges if x in assembly.edge_of}
    text = describe(paths, parts, output, start, language)
    return Highlight(frozenset(boxes), frozenset(edges), text)


def _drawing(
    scene: Scene,
    size: tuple[float, float] | None,
    step: Step | None = None,
    animation: Animation | None = None,
) -> Drawing:
    title = scene.diagram.title if step is None else f"{scene.diagram.title}: {step.text}"

    def svg() -> str:
        return fitted(paint(scene, title, step, animation), size)

    return Drawing(title, svg, lambda: scene.dot(step), step)
