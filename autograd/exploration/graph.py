"""What a page computes and shows, as plain data: a program, and what its boxes stand for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from autograd import ops
from autograd.drawing import Picture
from autograd.exploration.symbols import written_operation
from autograd.node import Node
from autograd.op import Op
from autograd.order import topological_order
from autograd.value import Value


class Recording:
    """A graph as a program: nodes by their places in topological order, then the numbers.

    Args:
        outputs: what is computed; the gradients are those of the first.

    Attributes:
        place: of a node, by its id.
        functions: the user's own operations in JavaScript, by the name that they have there.
        frozen: names of the operations for which there is no code.
    """

    def __init__(self, *outputs: Node) -> None:
        self.order = _ordered(outputs)
        self.place = {id(node): i for i, node in enumerate(self.order)}
        self.functions: dict[str, str] = {}
        self.frozen: list[str] = []
        self._output = outputs[0]
        self._names: dict[tuple[int, int], str] = {}
        self._choosers: list[str] = []
        self._numbers: list[float] = []

    def program(self) -> dict[str, Any]:
        """Return the program as JSON takes it."""
        nodes = [self._node(node) for node in self.order]
        data = [plain(x) for x in (*[node.data for node in self.order], *self._numbers)]
        return {
            "data": data,
            "nodes": [*nodes, *[None] * len(self._numbers)],
            "output": self.place[id(self._output)],
            "choosers": self._choosers,
        }

    def _node(self, node: Node) -> list[Any] | None:
        op = node.op
        if op is None:
            return None
        operands = node.operands
        return [self._name(op, len(operands)), *[self._operand(x) for x in operands]]

    def _operand(self, x: Any) -> int:
        if isinstance(x, Node):
            return self.place[id(x)]
        self._numbers.append(float(x))
        return len(self.order) + len(self._numbers) - 1

    def _name(self, op: Op, count: int) -> str:
        if ops.TABLE.get(op.name) is op:
            return op.name
        key = id(op), count
        if key not in self._names:
            name = self._names[key] = f"own{len(self._names)}"
            function = written_operation(op, count)
            if function is None:
                self.frozen.append(op.name)
            else:
                self.functions[name] = function
            self._choosers += [name] if op.leaves_out else []
        return self._names[key]


def _ordered(outputs: Sequence[Node]) -> list[Node]:
    found: dict[int, Node] = {}
    for output in outputs:
        found.update((id(node), node) for node in topological_order(output))
    return list(found.values())


def plain(x: float) -> float | str:
    """Return a number as JSON has it, which knows finite ones alone."""
    return x if x - x == 0.0 else repr(x)


def shown(picture: Picture, recording: Recording) -> dict[str, Any]:
    """Return what the boxes and edges of a picture stand for."""
    diagram, assembly = picture.scene.diagram, picture.assembly
    parts = {id(part.node): part for part in picture.parts}
    nodes: dict[str, list[Node]] = {}
    for key, name in assembly.box_of.items():
        nodes.setdefault(name, []).append(parts[key].node)
    place = recording.place
    boxes = []
    for box in diagram.boxes:
        own = nodes[box.id]
        row = assembly.outputs_of(id(own[0])) or own
        terms = parts[id(row[0])].alike if len(row) == 1 and id(row[0]) in parts else ()
        boxes.append({
            "id": box.id, "kind": box.kind, "label": box.label, "text": box.text,
            "scope": list(box.scope),
            "nodes": [place[id(x)] for x in terms or row if id(x) in place],
            "names": [x.label or "" for x in row], "isSum": bool(terms),
        })  # fmt: skip
    return {"boxes": boxes, "edges": _edges(picture, place)}


def _edges(picture: Picture, place: dict[int, int]) -> list[dict[str, Any]]:
    """Return for each edge how its derivative is found: at a place, or through some nodes."""
    assembly, diagram = picture.assembly, picture.scene.diagram
    found: list[dict[str, Any]] = [
        {"source": x.source, "target": x.target, "carries": x.carries_gradient}
        for x in diagram.edges
    ]
    ends = {id(part.node) for part in picture.parts}
    terms = {id(part.node): part.alike for part in picture.parts if part.alike}
    ends.update(id(x) for row in terms.values() for x in row)
    for part in picture.parts:
        positions = _positions(part.node)
        for k, x in enumerate(part.operands):
            index = assembly.edge_of.get((id(part.node), k))
            derivative = None if index is None else diagram.edges[index].derivative
            if index is None or derivative is None:
                continue
            edge = found[index]
            source = terms[id(x.node)][0] if id(x.node) in terms else x.node
            edge["recorded"] = plain(derivative)
            edge["from"] = place[id(source)]
            (root,) = assembly.outputs_of(id(part.node)) or (part.node,)
            edge["of"] = place[id(root)]
            is_single = root is part.node and not part.is_formula
            is_single = is_single and len(positions) == len(part.operands)
            if is_single and root.operands[positions[k]] is x.node:
                edge["position"] = positions[k]
            else:
                stops = ends - assembly.inside_with(id(part.node))
                edge["inside"] = _between(root, stops, place)
    return found


def _positions(node: Node) -> list[int]:
    """Return the positions of the operands that are nodes, in the order in which they are drawn."""
    row = [i if isinstance(x, Value) else None for i, x in enumerate(node.operands)]
    if node.op is ops.dot:
        half = len(row) // 2
        row = [x for pair in zip(row[:half], row[half:]) for x in pair]
    return [x for x in row if x is not None]


def _between(root: Node, stops: Iterable[int], place: dict[int, int]) -> list[int]:
    """Return the places of a node and of all below it, down to where others begin."""
    stops, found, waiting = set(stops), set[int](), [root]
    while waiting:
        node = waiting.pop()
        if place[id(node)] not in found:
            found.add(place[id(node)])
            waiting += [x for x in node._inputs() if id(x) not in stops and x.op is not None]
    return sorted(found)
