"""From a diagram to text in the DOT language: how boxes, edges and scopes look and line up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from autograd.drawing.box_label import HIDDEN, MAX_PORTS, BoxLabel
from autograd.drawing.diagram import CONDITION, GATE, LEAF, SCOPE, Box, Diagram, Edge, Step
from autograd.drawing.gate import number_text
from autograd.drawing.layout import import_graphviz
from autograd.drawing.markup import (
    ACCENT,
    DERIVATIVE,
    FADED,
    FONT,
    GRADIENT,
    INK,
    LINE,
    NAME,
    VALUE,
    font,
    html,
    row,
    table,
)  # fmt: skip
from autograd.expression.notation import shortened

_FILLS = {LEAF: "#ffffff", CONDITION: "#f3f0fa", SCOPE: "#eef3f8"}
_OPERATION_FILL = "#e8f1fb"
_SCOPE_FILLS = ("#f6f8fa", "#eceff3")
# In larger graphs lines do not line up anyway, and lining them up takes time.
_MAX_ALIGNED = 400
_SWIFT_LAYOUT = {"nslimit": "2"}  # of more boxes than these, half as long for 1000 boxes
_MAX_SLOW_LAYOUT = 300


class DotWriter:
    """Writes one diagram.

    Args:
        diagram: what to show.
        digits: digits after the point.
        step: show only what is known after this step of the passes.
    """

    def __init__(self, diagram: Diagram, digits: int, step: Step | None = None) -> None:
        self._diagram = diagram
        self._digits = digits
        self._step = step
        self._label = BoxLabel(digits, step)
        self._boxes = {box.id: box for box in diagram.boxes}
        self._users: dict[str, list[str]] = {}
        self._operands: dict[str, list[Edge]] = {}
        for edge in diagram.edges:
            self._users.setdefault(edge.source, []).append(edge.target)
            self._operands.setdefault(edge.target, []).append(edge)
        # Boxes with leaves of their own, whose edges keep their order from top to bottom.
        self._own_leaves: dict[str, list[str]] = {}
        for edge in diagram.edges:
            if self._is_own_leaf(edge):
                self._own_leaves.setdefault(edge.target, []).append(edge.source)

    def _is_own_leaf(self, edge: Edge) -> bool:
        """Tell whether the source is a leaf that belongs to the target alone."""
        source, target = self._boxes[edge.source], self._boxes[edge.target]
        is_alone = len(self._users[edge.source]) == 1
        return is_alone and source.kind == LEAF and bool(source.scope) and (
            source.scope == target.scope and target.kind not in (GATE, SCOPE)
        )  # fmt: skip

    def text(self) -> str:
        """Return the DOT text."""
        graph = import_graphviz("graphviz").Digraph(
            name="graph",
            graph_attr={
                "rankdir": "LR", "nodesep": "0.18", "ranksep": "0.5", "bgcolor": "white",
                "fontname": FONT, "fontsize": "10", "labeljust": "l", "labelloc": "b",
                "label": html(self._legend()),
                **(_SWIFT_LAYOUT if len(self._boxes) > _MAX_SLOW_LAYOUT else {}),
            },
            node_attr={
                "shape": "box", "style": "rounded,filled", "fontname": FONT, "fontsize": "11",
                "color": LINE, "margin": "0.09,0.05",
            },
            edge_attr={"color": LINE, "fontname": FONT, "fontsize": "9", "arrowsize": "0.6"},
        )  # fmt: skip
        self._add_boxes(graph, self._diagram.boxes, 0)
        bundles: set[tuple[str, str]] = set()
        for i, edge in enumerate(self._diagram.edges):
            ends = self._ends(edge)
            if edge.source_port is not None and edge.target_port is not None:
                if ends in bundles:  # from one row "33 more" to another
                    continue
                bundles.add(ends)
            graph.edge(*ends, **self._edge(i, edge))
        for edge in _aligned(self._diagram.edges):
            graph.edge(edge.source, edge.target, style="invis", weight="0", **self._length(edge))
        return str(graph.source)

    # --- boxes ------------------------------------------------------------------------

    def _add_boxes(self, graph: Any, boxes: Sequence[Box], depth: int) -> None:
        """Add boxes in order, and those of an inner scope in a box around them."""
        groups: dict[str | None, list[Box]] = {}
        for box in boxes:
            scope = box.scope[depth] if len(box.scope) > depth else None
            groups.setdefault(scope, []).append(box)
        # Inside of a scope, Graphviz puts what comes last on top.
        for scope, inner in reversed(groups.items()) if depth else groups.items():
            if scope is None:
                for box in reversed(inner) if depth else inner:
                    graph.node(box.id, **self._box(box))
                continue
            with graph.subgraph(name=f"cluster_{inner[0].id}_{depth}") as cluster:
                cluster.attr(
                    label=html(font(shortened(scope), NAME, 10)), labelloc="t", color=FADED,
                    style="rounded,filled", fillcolor=_SCOPE_FILLS[depth % 2],
                )  # fmt: skip
                self._add_boxes(cluster, inner, depth + 1)

    def _box(self, box: Box) -> dict[str, str]:
        ports = len(self._own_leaves.get(box.id, ()))
        highlight = self._diagram.highlight
        is_faded = highlight is not None and box.id not in highlight.boxes
        attributes = {
            "id": box.id,
            "fillcolor": _FILLS.get(box.kind, _OPERATION_FILL),
            "label": html(self._label.text(box, ports, is_faded=is_faded)),
        }
        if ports:  # they lie on the edge of the box
            attributes |= {"margin": "0", "width": "0", "height": "0"}
        if box.kind == GATE:
            attributes |= {"shape": "circle", "style": "filled", "margin": "0"}
        elif box.kind == CONDITION:
            attributes["style"] = "rounded,filled,dashed"
        if box.kind == SCOPE or box.id == self._diagram.output:
            attributes["penwidth"] = "1.8"
        if is_faded:
            attributes |= {"color": FADED, "fillcolor": "#fbfcfd"}
        elif highlight is not None or (self._step is not None and box.id == self._step.box):
            attributes |= {"color": ACCENT, "penwidth": "2.2"}
        return attributes

    # --- edges ------------------------------------------------------------------------

    def _edge(self, index: int, edge: Edge) -> dict[str, str]:
        attributes = {"id": f"e{index}", **self._length(edge)}
        highlight, step = self._diagram.highlight, self._step
        is_faded = highlight is not None and index not in highlight.edges
        if not edge.carries_gradient:
            attributes["style"] = "dashed"
        if is_faded:
            attributes["color"] = FADED
        elif highlight is not None or (step is not None and index in step.edges):
            attributes |= {"color": ACCENT, "penwidth": "2"}
        if edge.derivative is not None:
            is_known = step is None or edge.target in step.values
            color = HIDDEN if not is_known else FADED if is_faded else DERIVATIVE
            text = number_text(edge.derivative, self._digits)
            attributes["label"] = html(font(text, color, 9))
        return attributes

    def _ends(self, edge: Edge) -> tuple[str, str]:
        source, target = edge.source, edge.target
        if edge.source_port is not None:
            source = f"{source}:o{min(edge.source_port, MAX_PORTS - 1)}:e"
        if edge.target_port is not None:
            target = f"{target}:i{min(edge.target_port, MAX_PORTS - 1)}:w"
        elif self._is_own_leaf(edge):
            target = f"{target}:p{self._own_leaves[target].index(source)}:w"
        elif self._boxes[target].kind == GATE and len(self._operands[target]) == 2:
            target += ":nw" if self._operands[target][0] is edge else ":sw"
        return source, target

    def _length(self, edge: Edge) -> dict[str, str]:
        """Put what comes from outside of a scope one column before the leaves inside it."""
        enters = self._boxes[edge.source].scope != self._boxes[edge.target].scope
        return {"minlen": "2"} if enters and edge.target in self._own_leaves else {}

    # --- legend -----------------------------------------------------------------------

    def _legend(self) -> str:
        output = shortened(self._boxes[self._diagram.output].label) or "output"
        entries = [font("value", VALUE, 10, bold=True)]
        if any(box.grad is not None for box in self._diagram.boxes):
            entries.append(font(f"± gradient ∂{output}/∂node", GRADIENT, 10))
        if any(edge.derivative is not None for edge in self._diagram.edges):
            entries.append(font("local derivative, on the edge", DERIVATIVE, 10))
        notes = [font(text, INK, 10) for text in self._notes()]
        lines = ["    ".join(entries), *notes]
        return table("".join(row(line, align="LEFT") for line in lines), spacing=2)

    def _notes(self) -> Iterable[str]:
        if self._step is not None:
            return [self._step.text]
        return self._diagram.highlight.text if self._diagram.highlight else ()


def _aligned(edges: Sequence[Edge]) -> list[Edge]:
    """Return edges to count again, so that equally good layouts come out in reading order.

    Where several boxes share several operands, as the neurons of a layer do, every order has
    as many crossings as any other. So the first operand is drawn to the first user, the last
    to the last, and those between to what lies between.
    """
    if len(edges) > _MAX_ALIGNED:
        return []
    users: dict[str, list[str]] = {}
    for edge in edges:
        row = users.setdefault(edge.source, [])
        if edge.target not in row:
            row.append(edge.target)
    operands: dict[str, list[Edge]] = {}
    for edge in edges:
        if len(users[edge.source]) > 1:
            operands.setdefault(edge.target, []).append(edge)
    aligned = []
    for target, shared in operands.items():
        last = len(shared) - 1
        for i, edge in enumerate(shared):
            last_user = len(users[edge.source]) - 1
            place = round(i * last_user / max(last, 1))
            if users[edge.source].index(target) == place:
                aligned += [edge] * (3 if i in (0, last) and place in (0, last_user) else 1)
    return aligned
