"""A diagram in the DOT language: what lies where, with nothing said about how it looks.

`DotWriter` has what all DOT text of a diagram shares: boxes of fixed sizes, frames, the ends of
edges, the order. As it is, it writes the skeleton that the layout engine gets: without any text,
so that no engine's idea of a font comes into the layout. `dot_text` adds what is seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from autograd.drawing.content import MAX_PORTS, Content, frame_title
from autograd.drawing.diagram import GATE, LEAF, SCOPE, Box, Diagram, Edge
from autograd.drawing.layout import Ends
from autograd.drawing.markup import blank, html, table, with_rungs

_SWIFT_LAYOUT = {"nslimit": "2"}  # of more boxes than these, half as long for 1000 boxes
_MAX_SLOW_LAYOUT = 300


class DotWriter:
    """Writes the skeleton of a diagram.

    Args:
        diagram: what to show.
        contents: what stands in each box, by its id.
        distance: between two columns, in points.
    """

    def __init__(self, diagram: Diagram, contents: Mapping[str, Content], distance: float) -> None:
        self._diagram = diagram
        self._contents = contents
        self._distance = distance
        self._is_upright = diagram.is_upright
        self._boxes = {box.id: box for box in diagram.boxes}
        self._frames = {scope: name for name, scope in frame_names(diagram).items()}
        self._operands: dict[str, list[Edge]] = {}
        for edge in diagram.edges:
            self._operands.setdefault(edge.target, []).append(edge)

    def text(self) -> str:
        """Return the DOT text."""
        graph = import_graphviz().Digraph(
            name="graph",
            graph_attr={
                "rankdir": self._diagram.direction,
                "nodesep": "0.18", "ranksep": f"{self._distance / 72:.3f}",
                "labeljust": "l", **self._graph(),
                **(_SWIFT_LAYOUT if len(self._boxes) > _MAX_SLOW_LAYOUT else {}),
            },
            node_attr={"shape": "box", "fixedsize": "true", "margin": "0"},
            edge_attr={"arrowsize": "0.6"},
        )  # fmt: skip
        self._add_boxes(graph, self._diagram.boxes, 0)
        for i, edge in self._drawn_edges():
            attributes = {"id": f"e{i}", **self._length(edge), **self._edge(i, edge)}
            graph.edge(*self._ends(edge), **attributes)
        for row in self._equal_leaves():
            with graph.subgraph(graph_attr={"rank": "same"}) as column:
                for upper, lower in pairwise(row):
                    column.edge(upper, lower, style="invis")
        return str(graph.source)

    def ends(self) -> dict[str, Ends]:
        """Return what each drawn edge joins, by its id."""
        return {
            f"e{i}": Ends(
                edge.source, edge.target, edge.source_port is not None,
                edge.target_port is not None or self._has_rung(edge),
            )
            for i, edge in self._drawn_edges()
        }  # fmt: skip

    # --- what is seen, in more than a skeleton -----------------------------------------

    def _graph(self) -> dict[str, str]:
        return {}

    def _box(self, box: Box) -> dict[str, str]:
        content = self._contents[box.id]
        if not content.rungs:
            return {"label": ""}
        size = (8, content.height - 6) if self._is_upright else (content.width - 6, 8)
        return {"label": html(with_rungs(content, blank(*size), is_upright=self._is_upright))}

    def _frame(self, scope: str, depth: int) -> dict[str, str]:
        title = frame_title(scope)
        return {"label": html(table(blank(title.width, title.height)))}

    def _edge(self, index: int, edge: Edge) -> dict[str, str]:
        return {}

    # --- boxes ------------------------------------------------------------------------

    def _add_boxes(self, graph: Any, boxes: Sequence[Box], depth: int) -> None:
        """Add boxes in order, and those of an inner scope in a frame around them."""
        groups: dict[str | None, list[Box]] = {}
        for box in boxes:
            scope = box.scope[depth] if len(box.scope) > depth else None
            groups.setdefault(scope, []).append(box)
        # Inside of a scope, Graphviz puts what comes last on top.
        for scope, inner in reversed(groups.items()) if depth else groups.items():
            if scope is None:
                for box in reversed(inner) if depth else inner:
                    graph.node(box.id, **self._size(box), **self._box(box))
                continue
            with graph.subgraph(name=self._frames[inner[0].scope[: depth + 1]]) as cluster:
                cluster.attr(labelloc="t", labeljust="l", **self._frame(scope, depth))
                self._add_boxes(cluster, inner, depth + 1)

    def _size(self, box: Box) -> dict[str, str]:
        content = self._contents[box.id]
        size = {"width": f"{content.width / 72:.5g}", "height": f"{content.height / 72:.5g}"}
        return {"shape": "circle", **size} if content.is_round else size

    # --- edges ------------------------------------------------------------------------

    def _drawn_edges(self) -> Iterator[tuple[int, Edge]]:
        """Yield the edges; of those from one row "33 more" to another just one."""
        bundles: set[tuple[str, str]] = set()
        for i, edge in enumerate(self._diagram.edges):
            ends = self._ends(edge)
            if edge.source_port is not None and edge.target_port is not None:
                if ends in bundles:
                    continue
                bundles.add(ends)
            yield i, edge

    def _equal_leaves(self) -> list[list[str]]:
        """Return the leaves that the same boxes use, in reading order; none of those in frames.

        Where several boxes share several leaves, as the neurons of a layer do, every order has
        as many crossings as any other. So they are drawn from top to bottom as they are read.
        """
        users: dict[str, list[str]] = {}
        for edge in self._diagram.edges:
            users.setdefault(edge.source, []).append(edge.target)
        equal: dict[frozenset[str], list[str]] = {}
        for edge in self._diagram.edges:
            leaf = self._boxes[edge.source]
            # Graphviz takes what shall lie in one column out of its frame, or fails.
            if leaf.kind == LEAF and not leaf.scope and len(users[leaf.id]) > 1:
                row = equal.setdefault(frozenset(users[leaf.id]), [])
                if leaf.id not in row:
                    row.append(leaf.id)
        return [row for row in equal.values() if len(row) > 1]

    def _ends(self, edge: Edge) -> tuple[str, str]:
        source, target = edge.source, edge.target
        into, out_of, second = ("n", "s", "ne") if self._is_upright else ("w", "e", "sw")
        if edge.source_port is not None:
            source = f"{source}:o{min(edge.source_port, MAX_PORTS - 1)}:{out_of}"
        if edge.target_port is not None:
            target = f"{target}:i{min(edge.target_port, MAX_PORTS - 1)}:{into}"
        elif self._has_rung(edge):
            target = f"{target}:{source}:{into}"
        elif self._boxes[target].kind == GATE and len(self._operands[target]) == 2:
            target += ":nw" if self._operands[target][0] is edge else f":{second}"
        return source, target

    def _has_rung(self, edge: Edge) -> bool:
        return edge.source in [rung.into for rung in self._contents[edge.target].rungs]

    def _length(self, edge: Edge) -> dict[str, str]:
        """Put what comes from outside of a scope one column before the leaves inside it."""
        source, target = self._boxes[edge.source], self._boxes[edge.target]
        has_leaves = target.kind != SCOPE and bool(self._contents[edge.target].rungs)
        return {"minlen": "2"} if has_leaves and source.scope != target.scope else {}


class LyingWriter(DotWriter):
    """Writes the skeleton of a diagram from top to bottom as if it went from left to right.

    So both have the same order: where Graphviz goes from top to bottom itself, it prefers others.
    The names of frames get their room later, above them.
    """

    def __init__(self, diagram: Diagram, contents: Mapping[str, Content], distance: float) -> None:
        lying = {
            key: replace(content, width=content.height, height=content.width)
            for key, content in contents.items()
        }
        super().__init__(replace(diagram, direction="LR"), lying, distance)

    def _frame(self, scope: str, depth: int) -> dict[str, str]:
        return {}


def frame_names(diagram: Diagram) -> dict[str, tuple[str, ...]]:
    """Return what DOT text calls the frames, outer ones first, and the scopes they are around."""
    prefixes = (box.scope[:k] for box in diagram.boxes for k in range(1, len(box.scope) + 1))
    return {f"cluster{i}": scope for i, scope in enumerate(dict.fromkeys(prefixes))}


def import_graphviz() -> Any:
    """Import the package that writes DOT text, or say how to install it."""
    try:
        import graphviz
    except ImportError as error:
        raise ImportError(
            f"drawing needs the Python package graphviz ({error}): install it with "
            '"pip install graphviz"; no Graphviz program is needed',
            name="graphviz",
        ) from error
    return graphviz
