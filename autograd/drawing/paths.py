"""The paths along which a gradient flows: counted, and written out where they are few.

The number of paths can double with every node, so they are counted by adding up, node by
node, and listed only after the count is known to be small.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograd.drawing.folding import Part
from autograd.drawing.gate import number_text
from autograd.language import phrases
from autograd.node import Node
from autograd.op import NOTHING

MAX_LISTED = 6
# A longer path is shortened in the middle.
_MAX_FACTORS = 9


@dataclass(frozen=True)
class Paths:
    """All paths from a node to the output.

    Args:
        count: how many there are.
        derivative: d output / d node, the sum of the products along them.
        nodes: ids of the nodes on them.
        edges: (id of a part's node, position of the operand) of the edges on them.
        listed: the edges of each path from the node on; empty where there are many.
    """

    count: int
    derivative: float
    nodes: frozenset[int]
    edges: frozenset[tuple[int, int]]
    listed: tuple[tuple[tuple[int, int], ...], ...]


def find_paths(parts: Sequence[Part], output: Node, start: Node) -> Paths:
    """Return the paths that carry the gradient of a node.

    Args:
        parts: the graph, in topological order.
        output, start: the nodes of two parts.
    """
    counts = {id(start): 1}
    sums = {id(start): 1.0}
    reached: list[tuple[int, int, int]] = []  # edges that come from the start, operands first
    for part in parts:
        target = id(part.node)
        for position, x in enumerate(part.operands):
            if x.derivative is not None and id(x.node) in counts:
                counts[target] = counts.get(target, 0) + counts[id(x.node)]
                change = sums[id(x.node)] * x.derivative
                sums[target] = sums.get(target, NOTHING) + change
                reached.append((id(x.node), target, position))
    count = counts.get(id(output), 0)
    leading = {id(output)} if count else set()
    following: dict[int, list[tuple[int, int]]] = {}
    for source, target, position in reversed(reached):
        if target in leading:
            leading.add(source)
            following.setdefault(source, []).append((target, position))
    edges = frozenset(edge for row in following.values() for edge in row)
    listed = _list(id(start), id(output), following) if 0 < count <= MAX_LISTED else ()
    return Paths(count, sums.get(id(output), 0.0), frozenset(leading), edges, listed)


def _list(
    start: int, output: int, following: Mapping[int, Sequence[tuple[int, int]]]
) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Return the edges of each path, in reading order."""
    listed = []
    stack: list[tuple[int, tuple[tuple[int, int], ...]]] = [(start, ())]
    while stack:
        node, path = stack.pop()
        while node != output:
            first, *rest = reversed(following[node])
            stack += [(target, (*path, (target, i))) for target, i in reversed(rest)]
            node, path = first[0], (*path, first)
        listed.append(path)
    return tuple(listed)


def describe(
    paths: Paths, parts: Sequence[Part], output: Node, start: Node, language: str
) -> tuple[str, ...]:
    """Return what a drawing says about paths: their number, products and sum."""
    by_node = {id(part.node): part for part in parts}
    whole = f"∂{_title(by_node[id(output)])}/∂{_title(by_node[id(start)])}"
    if not paths.count:
        return (phrases.NO_PATH.say(language, gradient=whole),)
    total = number_text(paths.derivative, 6)
    if not paths.listed:
        count = f"{paths.count:,}".replace(",", " ")
        facts = {"gradient": whole, "total": total, "n": count}
        return (phrases.SUM_OF_MANY_PATHS.say(language, **facts),)
    lines = [_product(path, by_node, start, language) for path in paths.listed]
    if len(lines) == 1:
        return (f"{whole} = {lines[0]}",)
    facts = {"gradient": whole, "total": total, "n": str(len(lines))}
    return (*lines, phrases.SUM_OF_PATHS.say(language, **facts))


def _product(
    path: Sequence[tuple[int, int]], by_node: Mapping[int, Part], start: Node, language: str
) -> str:
    names, product = [_title(by_node[id(start)])], 1.0
    factors: list[str] = []
    for target, position in path:
        derivative = by_node[target].operands[position].derivative
        assert derivative is not None
        names.append(_title(by_node[target]))
        text = number_text(derivative, 4)
        factors.append(f"({text})" if derivative < 0.0 and factors else text)
        product *= derivative
    if not factors:
        return "1"
    result = number_text(product, 6)
    if len(factors) > 1:
        result = f"{' · '.join(_cut(factors))} = {result}"
    return phrases.ONE_PATH.say(language, product=result, path=" → ".join(_cut(names)))


def _cut(texts: list[str]) -> list[str]:
    if len(texts) <= _MAX_FACTORS + 1:
        return texts
    half = _MAX_FACTORS // 2
    return [*texts[:half], "…", *texts[-half:]]


def _title(part: Part) -> str:
    """Return a short name for a part: its label, or else what it computes."""
    return (part.node.label or part.text or number_text(part.node.data, 4))[:24]
