"""Where a gradient may be missing, and whether that matters.

An operation that chooses hands nothing to what it has not taken. In an array of gradients 0
stands for nothing, and 0 times what is finite is 0, so mostly no line has to say more than
`g*(v > 0)`. It has to where 0 may meet an infinite derivative further back. So this finds
which blocks may be inf or nan though all that is given is finite, which derivatives may be,
and, from there, of which blocks the emitted code must know where their gradient is missing.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import inf, isfinite, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.compiler.blocks import Block, Call, Constants, Given, Index, Part, Products, Sum
from autograd.compiler.forward import constant_value
from autograd.compiler.rules import Derivatives
from autograd.ieee_float import evaluate
from autograd.op import NOTHING, Op
from autograd.ops import TABLE

Bools = NDArray[np.bool_]

# Where an operation of the table that can give inf or nan does: at 0, 1, -1, outside of its
# domain, next to a pole, or by overflow of what grows faster than any power.
_FINITE = (-1e4, -2.0, -1.0, -0.5, -1e-320, 0.0, 1e-320, 0.5, 1.0, 2.0, 1e4)
_ANY = (*_FINITE, inf, -inf, nan)
_FEW = (-1e4, -1.0, 0.0, 0.5, 1e4)  # for three operands


@dataclass(frozen=True)
class Edge:
    """One way for a gradient from a block to what it is computed from.

    Attributes:
        part: where it leads.
        wild: its derivative may be inf or nan.
        decides: it is there only where a condition holds, or never.
    """

    part: Part
    wild: bool
    decides: bool


class Presence:
    """What is known about the gradients of blocks before any code is written.

    Args:
        blocks: operands first; the last is the output.
        rule: gives a call's derivatives; None where its rule cannot be printed.
        trusts: take all that is given for finite, and arithmetic not to overflow.

    Attributes:
        edges: of each block, by number: those that a gradient can take, in order.
        is_finite: the gradient is finite, by number.
        tracked: blocks of which the code must know where their gradient is missing.
        sure: of each tracked block, the scalars that always have a gradient.
    """

    def __init__(
        self, blocks: Sequence[Block], rule: Callable[[Call], Derivatives | None], trusts: bool
    ) -> None:
        self._rule = rule
        self._trusts = trusts
        self.edges: dict[int, list[Edge]] = {}
        self.is_finite: dict[int, bool] = {}
        self.tracked: set[int] = set()
        self.sure: dict[int, Bools] = {}
        self._values: dict[int, bool] = {}  # is finite
        self.chooses = any(isinstance(x, Call) and _leaves_out(x.op) for x in blocks)
        if not self.chooses:
            return
        for block in blocks:
            self._values[id(block)] = self._is_value_finite(block)
        for block in blocks:
            if block.needs_gradient:
                self.edges[block.number] = list(self._edges(block))
        self._find_finite(blocks)
        self._find_sure(blocks)
        self._find_tracked(blocks)

    def edge(self, block: Block, k: int) -> Edge | None:
        """Return the k-th of a block's edges; None where nothing in the program chooses."""
        return self.edges[block.number][k] if self.chooses else None

    def is_wild(self, part: Part | None) -> bool:
        """Tell whether a factor may be inf or nan."""
        return self.chooses and part is not None and not self._is_finite_part(part)

    def is_tracked(self, block: Block) -> bool:
        return block.number in self.tracked

    # --- values -----------------------------------------------------------------------

    def _is_finite_part(self, part: Part) -> bool:
        if isinstance(part.block, Constants):  # also those that stand among no blocks
            return bool(np.isfinite(part.block.values[part.index]).all())
        return self._values[id(part.block)]

    def _is_value_finite(self, block: Block) -> bool:
        if isinstance(block, (Given, Constants)):
            return self._trusts
        if isinstance(block, Call):
            if block.op.partials is None and block.op in _TABLE:
                return True  # a condition
            finite = all(map(self._is_finite_part, block.operands))
            return self._trusts and finite and _is_tame(block.op, _numbers(block), None, _FINITE)
        assert isinstance(block, Sum)
        parts = [x for p in block.products for x in (p.u, p.v) if x is not None]
        constants = [block.constants, *[p.coefficient for p in block.products]]
        finite = all(x is None or np.isfinite(x).all() for x in constants)
        return self._trusts and finite and all(map(self._is_finite_part, parts))

    # --- edges ------------------------------------------------------------------------

    def _edges(self, block: Block) -> Iterator[Edge]:
        """Yield the edges of a block: of each operand of a call, of each factor in a sum."""
        if isinstance(block, Sum):
            for product in block.products:
                for part, other in factors(product):
                    finite = np.isfinite(product.coefficient).all()
                    yield Edge(part, self.is_wild(other) or not finite, False)
        elif isinstance(block, Call):
            rule, numbers = self._rule(block), _numbers(block)
            known = self._trusts and all(map(self._is_finite_part, block.operands))
            points = _FINITE if known else _ANY
            for k, part in enumerate(block.operands):
                position = min(k, len(numbers) - 1)
                partial = None if rule is None else rule.partial(position)
                constant = isinstance(partial, float) and isfinite(partial)
                wild = not (constant or _is_tame(block.op, numbers, position, points))
                decides = rule is None or partial is None or rule.decides(position)
                yield Edge(part, rule is None or (wild and partial is not None), decides)

    # --- gradients --------------------------------------------------------------------

    def _find_finite(self, blocks: Sequence[Block]) -> None:
        for block in reversed(blocks):
            known = self.is_finite.setdefault(block.number, True)
            for edge in self.edges.get(block.number, ()):
                number = edge.part.block.number
                finite = known and self._trusts and not edge.wild
                self.is_finite[number] = self.is_finite.get(number, True) and finite

    def _find_sure(self, blocks: Sequence[Block]) -> None:
        """Find the scalars that have a gradient whatever is chosen."""
        sure = {block.number: np.zeros(block.size, np.bool_) for block in blocks}
        sure[blocks[-1].number][:] = True
        for block in reversed(blocks):
            own = sure[block.number]
            if not own.any():
                continue
            edges = self.edges.get(block.number, [])
            owners: list[Index | None] = [None] * len(edges)
            if isinstance(block, Sum):
                owners = [p.owner for p in block.products for _ in factors(p)]
            for edge, owner in zip(edges, owners):
                part = edge.part
                if not edge.decides and part.block.needs_gradient:
                    rows = own if owner is None else own[owner]
                    by_column = isinstance(block, Call) and part.index.ndim == 2
                    picked = part.index[:, rows] if by_column else part.index[rows]
                    sure[part.block.number][picked] = True
        self.sure = sure

    def _find_tracked(self, blocks: Sequence[Block]) -> None:
        wants: set[int] = set()
        for block in blocks:
            for edge in self.edges.get(block.number, ()):
                source = edge.part.block
                if source.needs_gradient and (edge.wild or source.number in wants):
                    wants.add(block.number)
                    if not self.sure[block.number].all():
                        self.tracked.add(block.number)


def factors(product: Products) -> list[tuple[Part, Part | None]]:
    """Return each factor of a product with the other one."""
    u, v = product.u, product.v
    return [(u, None)] if v is None else [(u, v), (v, u)]


_TABLE = set(TABLE.values())


def _leaves_out(op: Op) -> bool:
    """Tell whether an operation may have operands that no gradient reaches."""
    return op.chooses or op.partials is None or op not in _TABLE


def _numbers(block: Call) -> tuple[Any, ...]:
    """Return the operands that are numbers, None for the others; one None for rows of them."""
    if block.op.arity is None:
        return (None,)
    return tuple([None if (x := constant_value(part)) is None else x for part in block.operands])


def _is_tame(op: Op, numbers: Sequence[float | None], k: int | None, points: Any) -> bool:
    """Tell whether an operation, or its derivative by operand k, is finite at these points.

    Of a user's operation nobody knows where to look.
    """
    if op not in _TABLE:
        return False
    return _is_tame_at(op, tuple([None if x is None else repr(x) for x in numbers]), k, points)


@cache
def _is_tame_at(op: Op, numbers: tuple[str | None, ...], k: int | None, points: Any) -> bool:
    if op.arity is None:
        numbers = (None, None)
    elif len(numbers) > 2:
        points = (*_FEW, *[x for x in points if not isfinite(x)])
    choices = [points if x is None else (float(x),) for x in numbers]
    return all(_is_finite_at(op, xs, k) for xs in itertools.product(*choices))


def _is_finite_at(op: Op, xs: tuple[float, ...], k: int | None) -> bool:
    out = evaluate(op.forward, xs)
    if k is None:
        return isfinite(out)
    assert op.partials is not None
    derivative = evaluate(op.partials, (out, *xs))[k]
    return derivative is None or derivative is NOTHING or isfinite(derivative)
