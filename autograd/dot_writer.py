"""From a diagram to text in the DOT language: how boxes, edges and scopes look.

Every label is an HTML-like one with all of its text escaped, so no label can be taken for
markup. Values are bold and above, gradients always have their sign: colour alone says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import pairwise
from typing import Any

from autograd.diagram import CONDITION, GATE, LEAF, SCOPE, Box, Diagram, Edge, Port, Step
from autograd.gate import number_text
from autograd.layout import import_graphviz
from autograd.notation import shortened, visible

VALUE, GRADIENT, DERIVATIVE = "#0b7a4b", "#c4311d", "#6a4fc3"
INK, NAME, LINE, FADED = "#24292f", "#57606a", "#8c959f", "#d5dae0"
FONT = "Helvetica,Arial,sans-serif"
_FILLS = {LEAF: "#ffffff", GATE: "#e8f1fb", CONDITION: "#f3f0fa", SCOPE: "#eef3f8"}
_SCOPE_FILLS = ("#f6f8fa", "#eef1f5")
_HIGHLIGHT = "#b35900"
# Of a folded scope with more inputs or outputs, the last row stands for the rest.
_MAX_PORTS = 8


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
        self._boxes = {box.id: box for box in diagram.boxes}
        self._users: dict[str, list[str]] = {}
        for edge in diagram.edges:
            self._users.setdefault(edge.source, []).append(edge.target)

    def text(self) -> str:
        """Return the DOT text."""
        graph = import_graphviz("graphviz").Digraph(
            name="graph",
            graph_attr={
                "rankdir": "LR", "nodesep": "0.18", "ranksep": "0.5", "bgcolor": "white",
                "fontname": FONT, "fontsize": "10", "fontcolor": NAME, "labeljust": "l",
                "labelloc": "b", "label": self._legend(),
            },
            node_attr={
                "shape": "box", "style": "rounded,filled", "fontname": FONT, "fontsize": "11",
                "color": LINE, "margin": "0.09,0.05",
            },
            edge_attr={
                "color": LINE, "fontcolor": DERIVATIVE, "fontname": FONT, "fontsize": "9",
                "arrowsize": "0.6",
            },
        )  # fmt: skip
        self._add_boxes(graph, list(self._diagram.boxes), 0)
        for i, edge in enumerate(self._diagram.edges):
            graph.edge(self._end(edge, "source"), self._end(edge, "target"), **self._edge(i, edge))
        for source, target in _aligned(self._diagram.edges):
            graph.edge(source, target, style="invis", **self._length(source, target))
        return str(graph.source)

    # --- boxes and scopes ---------------------------------------------------------------

    def _add_boxes(self, graph: Any, boxes: Sequence[Box], depth: int) -> None:
        """Add boxes in order, and those of an inner scope in a box around them."""
        names = dict.fromkeys(x.scope[depth] if len(x.scope) > depth else None for x in boxes)
        for name in names:
            inner = [x for x in boxes if (x.scope[depth : depth + 1] or (None,))[0] == name]
            if name is None:
                # Graphviz puts what comes last in a scope on top.
                for box in reversed(inner) if depth else inner:
                    graph.node(box.id, **self._box(box))
                if depth:
                    self._add_columns(graph, inner)
                continue
            with graph.subgraph(name=f"cluster_{inner[0].id}_{depth}") as cluster:
                cluster.attr(
                    label=html(_font(name, NAME, 10)), labelloc="t", color=FADED,
                    style="rounded,filled", fillcolor=_SCOPE_FILLS[depth % 2],
                )  # fmt: skip
                self._add_boxes(cluster, inner, depth + 1)

    def _add_columns(self, graph: Any, boxes: Sequence[Box]) -> None:
        """Keep leaves that one box of their scope uses in order, one above the other."""
        columns: dict[str, list[str]] = {}
        for box in boxes:
            users = self._users.get(box.id, [])
            if box.kind == LEAF and len(users) == 1 and self._boxes[users[0]].scope == box.scope:
                columns.setdefault(users[0], []).append(box.id)
        for column in columns.values():
            with graph.subgraph(graph_attr={"rank": "same"}) as rank:
                for above, below in pairwise(column):
                    rank.edge(above, below, style="invis")

    def _box(self, box: Box) -> dict[str, str]:
        attributes = {"id": box.id, "fillcolor": _FILLS.get(box.kind, _FILLS[GATE])}
        if box.kind == GATE:
            attributes |= {"shape": "circle", "style": "filled", "margin": "0"}
        elif box.kind == CONDITION:
            attributes |= {"style": "rounded,filled,dashed"}
        elif box.kind == SCOPE:
            attributes |= {"penwidth": "1.6"}
        if box.id == self._diagram.output:
            attributes["penwidth"] = "1.8"
        if self._is_marked(box):
            attributes |= {"color": _HIGHLIGHT, "penwidth": "2.2"}
        label = self._scope_label(box) if box.kind == SCOPE else self._label(box)
        return attributes | {"label": html(label)}

    def _label(self, box: Box) -> str:
        rows = []
        if box.label:
            rows.append(_font(box.label, NAME, 10))
        if box.text:
            rows.append(_font(box.text, INK, 14 if len(box.text) < 4 else 12))
        if box.data is not None:
            rows.append(self._value(box))
        if box.grad is not None:
            rows.append(self._gradient(box.grad, box.id))
        return _table("".join(f"<TR><TD>{row}</TD></TR>" for row in rows))

    def _value(self, box: Box) -> str:
        assert box.data is not None
        text = number_text(box.data, self._digits)
        if box.kind == CONDITION:
            text = "true" if box.data else "false"
        is_known = self._step is None or box.id in self._step.values
        return f"<B>{_font(text, self._shade(VALUE, box.id) if is_known else 'transparent')}</B>"

    def _gradient(self, grad: float, box: str) -> str:
        is_known = self._step is None or box in self._step.gradients
        text = number_text(grad, self._digits, signed=True)
        return _font(text, self._shade(GRADIENT, box) if is_known else "transparent")

    def _scope_label(self, box: Box) -> str:
        """Return a folded scope: its name, its inputs to the left and outputs to the right."""
        inputs, outputs = _shown(box.inputs), _shown(box.outputs)
        rows = []
        for i in range(max(len(inputs), len(outputs))):
            cells = [_font(inputs[i].label or "·", NAME, 10) if i < len(inputs) else ""]
            cells.append(self._port(outputs[i], box.id) if i < len(outputs) else "")
            ports = (f"i{i}", f"o{i}")
            rows.append(
                "<TR>"
                + "".join(
                    f'<TD PORT="{port}" ALIGN="{side}">{cell}</TD>' if cell else "<TD></TD>"
                    for port, side, cell in zip(ports, ("LEFT", "RIGHT"), cells)
                )
                + "</TR>"
            )
        head = f'<TR><TD COLSPAN="2"><B>{_font(box.label, INK, 12)}</B></TD></TR>'
        note = f'<TR><TD COLSPAN="2">{_font(box.text, NAME, 9)}</TD></TR>'
        return _table(head + note + "".join(rows), spacing=3)

    def _port(self, port: Port, box: str) -> str:
        if port.data != port.data and port.label.startswith("…"):
            return _font(port.label, NAME, 10)
        is_known = self._step is None or box in self._step.values
        parts = [_font(f"{port.label or '·'} ", NAME, 10)]
        value = number_text(port.data, self._digits)
        parts.append(f"<B>{_font(value, VALUE if is_known else 'transparent')}</B>")
        if port.grad is not None:
            parts.append(" " + self._gradient(port.grad, box))
        return "".join(parts)

    # --- edges ------------------------------------------------------------------------

    def _edge(self, index: int, edge: Edge) -> dict[str, str]:
        attributes = {"id": f"e{index}", **self._length(edge.source, edge.target)}
        highlight = self._diagram.highlight
        is_faded = highlight is not None and index not in highlight.edges
        is_new = self._step is not None and index in self._step.edges
        if not edge.carries_gradient:
            attributes["style"] = "dashed"
        if is_faded:
            attributes["color"] = FADED
        elif highlight is not None or is_new:
            attributes |= {"color": _HIGHLIGHT, "penwidth": "2"}
        if edge.derivative is not None and self._shows_derivative(edge):
            text = number_text(edge.derivative, self._digits)
            attributes["label"] = html(_font(text, FADED if is_faded else DERIVATIVE, 9))
        return attributes

    def _shows_derivative(self, edge: Edge) -> bool:
        return self._step is None or edge.target in self._step.values

    def _end(self, edge: Edge, end: str) -> str:
        box, port = (
            (edge.source, edge.source_port) if end == "source" else (edge.target, edge.target_port)
        )
        if port is None:
            return box
        side = "o{}:e" if end == "source" else "i{}:w"
        return f"{box}:{side.format(min(port, _MAX_PORTS - 1))}"

    def _length(self, source: str, target: str) -> dict[str, str]:
        """Put what enters a scope from outside one column before the leaves inside it."""
        scope = self._boxes[target].scope
        inside = [
            self._boxes[e.source].kind == LEAF and self._boxes[e.source].scope == scope
            for e in self._diagram.edges
            if e.target == target
        ]
        enters = bool(scope) and self._boxes[source].scope != scope
        return {"minlen": "2"} if enters and any(inside) else {}

    # --- colours and legend -------------------------------------------------------------

    def _is_marked(self, box: Box) -> bool:
        if self._step is not None:
            return box.id == self._step.box
        return self._diagram.highlight is not None and box.id in self._diagram.highlight.boxes

    def _shade(self, color: str, box: str) -> str:
        return color

    def _legend(self) -> str:
        output = self._boxes[self._diagram.output].label or "output"
        entries = [f"<B>{_font('value', VALUE, 10)}</B>"]
        if any(box.grad is not None for box in self._diagram.boxes):
            entries.append(_font(f"± gradient ∂{shortened(output)}/∂node", GRADIENT, 10))
        if any(edge.derivative is not None for edge in self._diagram.edges):
            entries.append(_font("local derivative along an edge", DERIVATIVE, 10))
        lines = ["   ".join(entries)]
        lines += [_font(x, INK, 10) for x in self._notes()]
        rows = "".join(f'<TR><TD ALIGN="LEFT">{x}</TD></TR>' for x in lines)
        return html(_table(rows, spacing=2))

    def _notes(self) -> Iterable[str]:
        if self._step is not None:
            return [self._step.text]
        return self._diagram.highlight.text if self._diagram.highlight else ()


def _aligned(edges: Sequence[Edge]) -> list[tuple[str, str]]:
    """Return edges to count twice, so that equally good layouts come out in reading order.

    Where several boxes share several operands, as the neurons of a layer do, every order has
    as many crossings as any other. The first operand then goes to the first user, and the
    last to the last.
    """
    users: dict[str, list[str]] = {}
    operands: dict[str, list[str]] = {}
    for edge in edges:
        users.setdefault(edge.source, []).append(edge.target)
        operands.setdefault(edge.target, []).append(edge.source)
    aligned = []
    for target, row in operands.items():
        shared = [x for x in row if len(users[x]) > 1]
        if shared and users[shared[0]][0] == target:
            aligned.append((shared[0], target))
        if shared and users[shared[-1]][-1] == target:
            aligned.append((shared[-1], target))
    return aligned


def _shown(ports: Sequence[Port]) -> list[Port]:
    if len(ports) <= _MAX_PORTS:
        return list(ports)
    more = len(ports) - _MAX_PORTS + 1
    return [*ports[: _MAX_PORTS - 1], Port(f"… {more} more", float("nan"), None)]


def html(markup: str) -> str:
    """Return markup as a label that Graphviz reads as HTML."""
    return f"<{markup}>"


def _font(text: str, color: str, size: int | None = None) -> str:
    """Return text in a colour, escaped; a backslash would begin an escape of Graphviz's own."""
    safe = escape(visible(shortened(text) if len(text) > 200 else text)).replace("\\", "&#92;")
    points = "" if size is None else f' POINT-SIZE="{size}"'
    return f'<FONT COLOR="{color}"{points}>{safe}</FONT>'


def _table(rows: str, spacing: int = 0) -> str:
    attributes = f'BORDER="0" CELLBORDER="0" CELLSPACING="{spacing}" CELLPADDING="1"'
    return f"<TABLE {attributes}>{rows}</TABLE>"
