"""Which scopes are drawn as one box each: those that were asked for, and what must be to fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from autograd.drawing.boxes import Assembly, Scope, all_scopes
from autograd.drawing.folding import Part
from autograd.errors import GraphSizeError
from autograd.node import Node

# Nothing or everything, one scope, several, or several that share a box by its name.
Collapse = bool | str | Iterable[str] | Mapping[str, Iterable[str]]
# With more edges than these a drawing is a black area, and takes minutes to lay out.
EDGES_PER_BOX = 4


def assemble(
    parts: Sequence[Part], output: Node, collapse: Collapse, max_nodes: int, language: str
) -> Assembly:
    """Return the boxes and edges; scopes are collapsed as asked, and further if need be.

    Args:
        parts: what to draw, in topological order.
        output: the node that the gradients are of.
        collapse: as for `draw`.
        max_nodes: how many boxes there may be.
        language: of the words on them.

    Raises:
        ValueError: there is no such scope.
        GraphSizeError: there are more boxes or edges, whatever is collapsed.
    """
    scopes = all_scopes(parts)
    asked = _asked_for(scopes, collapse)
    size = f"{len(parts)} boxes"
    if len(parts) <= max_nodes or asked:
        assembly = Assembly(parts, output, asked, language)
        if _fits(assembly, max_nodes):
            return assembly
        size = _size(assembly)
    for depth in range(max(map(len, scopes), default=0), 0, -1):
        deep = {x: x for x in scopes if len(x) == depth}
        assembly = Assembly(parts, output, deep | asked, language)
        if _fits(assembly, max_nodes):
            return assembly
        size = _size(assembly)
    raise GraphSizeError(
        f"the drawing of this graph needs {size}"
        f"{', even with every scope as one box' if scopes else ' and has no scopes to collapse'}; "
        f"max_nodes={max_nodes} allows as many boxes and {EDGES_PER_BOX} times as many edges. "
        'Record parts of the graph under `with scope("name"):`, so that each can be one box; or '
        'let scopes share one, collapse={"layer": [names]}; or draw a value further inside; or '
        "pass a larger max_nodes, which takes long to lay out"
    )


def _asked_for(scopes: Sequence[Scope], collapse: Collapse) -> dict[Scope, Scope]:
    """Return the scopes to collapse, each with the box that it becomes (part of)."""
    if isinstance(collapse, bool):
        return {x: x for x in scopes} if collapse else {}
    known = {"/".join(x): x for x in scopes}
    if isinstance(collapse, Mapping):
        shared = {name: box for box, names in collapse.items() for name in _names(names)}
        return {_known(name, known): (box,) for name, box in shared.items()}
    found = [_known(name, known) for name in _names(collapse)]
    return {x: x for x in found}


def _names(names: str | Iterable[str]) -> list[str]:
    if not isinstance(names, Iterable):
        raise TypeError(
            "collapse takes True, the names of scopes, or a dict of boxes with such names; "
            f"got {names!r:.60}"
        )
    return [names] if isinstance(names, str) else list(names)


def _known(name: str, known: Mapping[str, Scope]) -> Scope:
    if name not in known:
        listed = ", ".join(map(repr, list(known)[:10])) or "none"
        more = f" and {len(known) - 10} more" if len(known) > 10 else ""
        raise ValueError(f"no scope {name!r} in this graph; it has {listed}{more}")
    return known[name]


def _size(assembly: Assembly) -> str:
    return f"{len(assembly.boxes)} boxes and {len(assembly.edges)} edges"


def _fits(assembly: Assembly, max_nodes: int) -> bool:
    return len(assembly.boxes) <= max_nodes and len(assembly.edges) <= EDGES_PER_BOX * max_nodes
