"""What a drawing shows, as data: boxes, edges, and the steps that lead there.

Nothing here knows how a box looks or where it stands; a test or a web page can use it as is.
"""

from __future__ import annotations

from dataclasses import dataclass

from autograd.language import phrases

# What a box stands for: a gate is one operation without a label of its own, and alike are terms
# of a sum that do the same as another one.
LEAF, GATE, OPERATION, CONDITION, SCOPE = "leaf", "gate", "operation", "condition", "scope"
ALIKE = "alike"


@dataclass(frozen=True)
class Port:
    """An input or output of a folded scope."""

    label: str
    data: float
    grad: float | None


@dataclass(frozen=True)
class Box:
    """A leaf, an operation, a formula of several operations, or a folded scope.

    Args:
        id: "n0", "n1", ... in topological order.
        kind: LEAF, GATE, OPERATION, CONDITION, SCOPE or ALIKE.
        label: the node's label or the scope's name; "" where there is none.
        text: what is computed, such as "+1" or "½(t1 − out_o1)²"; "" for a leaf.
        data, grad: the numbers; None where there is none to show.
        scope: the names of the scopes around, the outermost first.
        passes: how many backward passes the gradient is the sum of.
        inputs, outputs: of a folded scope.
    """

    id: str
    kind: str
    label: str
    text: str
    data: float | None
    grad: float | None
    scope: tuple[str, ...]
    inputs: tuple[Port, ...] = ()
    outputs: tuple[Port, ...] = ()
    passes: int = 1


@dataclass(frozen=True)
class Edge:
    """One operand of one box.

    Args:
        source, target: ids of the operand's box and of the box that uses it.
        derivative: d target / d source as recorded; None where no single number says it.
        carries_gradient: False for the condition of a `where` and what decides it.
        source_port, target_port: which output and input, at folded scopes.
    """

    source: str
    target: str
    derivative: float | None
    carries_gradient: bool = True
    source_port: int | None = None
    target_port: int | None = None


@dataclass(frozen=True)
class Highlight:
    """The paths that carry the gradient of one box.

    Args:
        boxes: ids of the boxes on a path, the highlighted one among them.
        edges: indices of the edges on a path.
        text: lines that say how many paths there are and, of a few, their products.
    """

    boxes: frozenset[str]
    edges: frozenset[int]
    text: tuple[str, ...]


@dataclass(frozen=True)
class Diagram:
    """All that one drawing shows.

    Args:
        title: what it shows, in words.
        boxes, edges: the graph.
        output: the id of the box that the gradients are of, or of the scope that holds it.
        output_label: the name of the output itself; "" where it has none.
        highlight: what stands out.
        language: of the words in the drawing.
        direction: "LR", from left to right, or "TB", from top to bottom.
    """

    title: str
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    output: str
    output_label: str = ""
    highlight: Highlight | None = None
    language: str = "en"
    direction: str = "LR"

    @property
    def is_upright(self) -> bool:
        """Whether it goes from top to bottom."""
        return self.direction == "TB"

    @property
    def output_name(self) -> str:
        """What gradients are said to be of: the output's label, or a word."""
        return self.output_label or phrases.OUTPUT.say(self.language)


@dataclass(frozen=True)
class Step:
    """One moment of the forward or the backward pass: what is known, and what is new.

    Args:
        phase: "forward" or "backward".
        box: the id of the box that is computed in this step.
        text: what happens, in one line.
        values, gradients: ids of the boxes whose number is known after this step.
        edges: indices of the edges along which this step's numbers come.
    """

    phase: str
    box: str
    text: str
    values: frozenset[str]
    gradients: frozenset[str]
    edges: frozenset[int]
