"""A sum over samples, drawn as one sample in full and the others as one box.

The samples of a loss do the same operations on the same parameters and differ in numbers alone.
Drawn all, they are a picture that no page holds and no reader can read.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from autograd import ops
from autograd.drawing.folding import Operand, Part
from autograd.node import Node
from autograd.order import topological_order
from autograd.value import Value

# A graph of fewer nodes fits a page as it is.
_FEW = 40
_MOST_SUMS = 8  # that may be the one over the samples, from the output back
_SUMS = (ops.sum, ops.mean)


def sum_of_samples(output: Node) -> Node | None:
    """Return the sum whose terms are alike, the nearest to the output; None where none is.

    Terms are alike that do the same operations, with the same labels and in the same scopes, on
    the leaves that they share, and on as many of their own. The name of a term itself, and those
    of its own leaves, may differ.
    """
    order = topological_order(output)
    if len(order) <= _FEW:
        return None
    users = _users(order)
    sums = [node for node in order if node.op in (*_SUMS, ops.add)]
    for node in sums[: -_MOST_SUMS - 1 : -1]:
        terms = _terms(node, users)
        if len(terms) > 1 and len(set(_kinds(order, node, terms))) < len(set(map(id, terms))):
            return node
    return None


def with_samples_folded(parts: Sequence[Part], total: Node, output: Node) -> list[Part]:
    """Return parts in which a box each stands for the terms of a sum that are alike but one.

    Args:
        parts: what to draw, in topological order, the sum among them.
        total: the sum.
        output: the node whose graph it is.
    """
    order = topological_order(output)
    terms = _terms(total, _users(order))
    by_node = {id(part.node): part for part in parts}
    if not all(id(x) in by_node for x in terms):
        return list(parts)
    groups: dict[int, list[Node]] = {}
    for kind, term in zip(_kinds(order, total, terms), terms):
        groups.setdefault(kind, []).append(term)
    derivative = by_node[id(total)].operands[0].derivative
    operands, boxes = [], []
    for first, *others in groups.values():
        operands.append(Operand(first, derivative))
        if others:
            box = _box(others)
            boxes.append(box)
            operands.append(Operand(box.node, derivative))
    text = by_node[id(total)].text if total.op in _SUMS else "Σ"
    changed = replace(by_node[id(total)], text=text, operands=tuple(operands))
    rest = [changed if part.node is total else part for part in parts]
    kept = _below(output, rest)
    rest = [part for part in rest if id(part.node) in kept]
    at = next(i for i, part in enumerate(rest) if part.node is total)
    return [*rest[:at], *boxes, *rest[at:]]


def _box(terms: Sequence[Node]) -> Part:
    """Return what stands for terms: a node with their sum, which has the gradient of each."""
    node = Value(math.fsum(x.data for x in terms))
    node.grad = terms[0].grad
    return Part(node, "", (), alike=tuple(terms))


def _users(order: Iterable[Node]) -> dict[int, int]:
    users: dict[int, int] = {}
    for node in order:
        for x in node._inputs():
            users[id(x)] = users.get(id(x), 0) + 1
    return users


def _terms(node: Node, users: dict[int, int]) -> list[Node]:
    """Return what a sum adds up: of a + b + c, three terms; nothing for other nodes."""
    if node.op in _SUMS:
        return [x for x in node.operands if isinstance(x, Value)]
    if node.op is not ops.add:
        return []
    terms: list[Node] = []
    waiting = [node]
    while waiting:
        x = waiting.pop()
        is_inner = x is node or (x.op is ops.add and not x.label and users[id(x)] == 1)
        has_number = any(not isinstance(y, Value) and y != 0.0 for y in x.operands)
        if is_inner and not has_number and x.scope == node.scope:
            waiting += [y for y in reversed(x.operands) if isinstance(y, Value)]
        else:
            terms.append(x)
    return terms


def _kinds(order: Sequence[Node], total: Node, terms: Sequence[Node]) -> list[int]:
    """Return a number for each term, the same for those that are alike.

    A term that shares nothing with others is like none.
    """
    owners = _owners(order, total, terms)
    tops = set(map(id, terms))
    known: dict[object, int] = {}
    kinds: dict[int, int] = {}
    shares: dict[int, bool] = {}
    for node in order:
        is_own = owners[id(node)] >= 0
        label = None if node.op is None or id(node) in tops else node.label
        below = [kinds[id(x)] if isinstance(x, Value) else None for x in node.operands]
        key = (node.op, label, node.scope, *below) if is_own else id(node)
        kinds[id(node)] = known.setdefault(key, len(known))
        shares[id(node)] = not is_own or any(shares[id(x)] for x in node._inputs())
    return [kinds[id(x)] if shares[id(x)] else -1 - i for i, x in enumerate(terms)]


def _owners(order: Sequence[Node], total: Node, terms: Sequence[Node]) -> dict[int, int]:
    """Return for each node the place of the only term that uses it; −1 where there is none."""
    owners: dict[int, int] = {}
    places = {id(term): i for i, term in enumerate(terms)}
    chain = _chain(total, places)
    for node in reversed(order):
        own = owners.setdefault(id(node), -1)
        for x in node._inputs():
            user = places.get(id(x), -1) if id(node) in chain else own
            owners[id(x)] = user if owners.get(id(x), user) == user else -1
    return owners


def _chain(total: Node, places: dict[int, int]) -> set[int]:
    """Return the additions that a sum consists of, down to its terms."""
    found: set[int] = set()
    waiting = [total]
    while waiting:
        node = waiting.pop()
        found.add(id(node))
        waiting += [x for x in node._inputs() if id(x) not in places and id(x) not in found]
    return found


def _below(output: Node, parts: Sequence[Part]) -> set[int]:
    found = {id(output)}
    for part in reversed(parts):
        if id(part.node) in found:
            found.update(id(x.node) for x in part.operands)
    return found
