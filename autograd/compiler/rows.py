"""Sums of products as blocks: rows of the same form, and the matrix products among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from autograd.compiler.blocks import Constants, Index, Matrix, Part, Products, Sum
from autograd.compiler.patterns import compact, distinct_matrix_rows, distinct_rows
from autograd.compiler.record import Floats, Ints
from autograd.compiler.uses import ranges

if TYPE_CHECKING:
    from autograd.compiler.vectorise import Builder

# With more coefficients than these on one level they are data, not part of the rows' form.
_MAX_COEFFICIENTS = 4
# From so many forms on, with fewer rows each than this, rows are joined whatever their form.
_MANY_FORMS, _FEW_ROWS = 16, 8


@dataclass(eq=False)
class Terms:
    """Rows of one level; row k has the terms first[k]:first[k + 1]."""

    places: Ints
    constants: Floats
    first: Index
    u: Ints
    v: Ints
    coefficients: Floats


@dataclass(eq=False)
class _Located:
    """The terms' factors as block and slot, sorted within each row.

    Attributes:
        kind: of each term: which blocks, and which coefficient, where that belongs to the form.
    """

    kind: Index
    u_block: Ints
    u_slot: Index
    v_block: Ints  # -1 where there is no second factor
    v_slot: Index
    coefficients: Floats


def add_sums(builder: Builder, terms: Terms) -> None:
    """Add the rows of one level to the blocks."""
    located = _located(builder, terms)
    lengths = np.diff(terms.first)
    same = _equal_rows(terms, located)
    kept, kind_of_row = same
    first = terms.first
    entries = ranges(first[kept], lengths[kept])
    new_first = np.concatenate([[0], np.cumsum(lengths[kept])])
    forms, form = distinct_rows([located.kind[entries]], new_first)
    places = np.full(len(kept), -1, np.int64)
    places[kind_of_row] = terms.places  # one of the places of each distinct row
    if len(forms) > _MANY_FORMS and len(kept) < _FEW_ROWS * len(forms):
        order = np.arange(len(kept))
        _add_ragged(builder, terms, located, kept, places)
        _note_equal_rows(builder, terms, kept, kind_of_row, order)
        return
    for number in range(len(forms)):
        rows = np.flatnonzero(form == number)
        matrix = first[kept[rows]][:, None] + np.arange(lengths[kept[rows[0]]])
        order = _add_regular(builder, terms, located, kept[rows], places[rows], matrix)
        mine = np.flatnonzero(form[kind_of_row] == number)
        slot = np.empty(len(kept), np.int64)
        slot[rows[order]] = np.arange(len(rows))
        builder.block[terms.places[mine]] = builder.blocks[-1].number
        builder.slot[terms.places[mine]] = slot[kind_of_row[mine]]


def _note_equal_rows(
    builder: Builder, terms: Terms, kept: Index, kind_of_row: Index, slots: Index
) -> None:
    builder.block[terms.places] = builder.blocks[-1].number
    builder.slot[terms.places] = slots[kind_of_row]


# --- terms ----------------------------------------------------------------------------


def _located(builder: Builder, terms: Terms) -> _Located:
    u_block, v_block = builder.block[terms.u], builder.block[terms.v]
    u_slot, v_slot = builder.slot[terms.u], builder.slot[terms.v]
    # Factors of a product in a fixed order: what is the same for all samples first.
    rank = builder.rank
    swap = (v_block >= 0) & (
        (rank[v_block] < rank[u_block]) | ((v_block == u_block) & (v_slot < u_slot))
    )
    if swap.any():
        u_block, v_block = np.where(swap, v_block, u_block), np.where(swap, u_block, v_block)
        u_slot, v_slot = np.where(swap, v_slot, u_slot), np.where(swap, u_slot, v_slot)
    blocks = len(builder.blocks) + 1
    _, kind = compact(u_block.astype(np.int64) * blocks + v_block + 1)
    coefficients = terms.coefficients
    if not (coefficients == coefficients[0]).all():
        bits = coefficients.view(np.int64)
        distinct, number = np.unique(bits, return_inverse=True)
        if len(distinct) <= _MAX_COEFFICIENTS:
            _, kind = compact(kind * len(distinct) + number)
    # Terms in a fixed order within each row; mostly they are in it already.
    row = np.repeat(np.arange(len(terms.places)), np.diff(terms.first))
    same_row = row[1:] == row[:-1]
    falls = kind[1:] < kind[:-1]
    ties = kind[1:] == kind[:-1]
    falls |= ties & (v_slot[1:] < v_slot[:-1])
    ties &= v_slot[1:] == v_slot[:-1]
    falls |= ties & (u_slot[1:] < u_slot[:-1])
    if (falls & same_row).any():
        order = np.lexsort((u_slot, v_slot, kind, row))
        columns = (kind, u_block, u_slot, v_block, v_slot, coefficients)
        return _Located(*[column[order] for column in columns])  # type: ignore[arg-type]
    return _Located(kind, u_block, u_slot, v_block, v_slot, coefficients)


def _equal_rows(terms: Terms, located: _Located) -> tuple[Index, Index]:
    """Return one row of each content, and the content of every row."""
    lengths = np.diff(terms.first)
    constants = np.repeat(terms.constants, lengths)
    columns = [
        located.kind.astype(np.int64), located.u_slot, located.v_slot,
        located.coefficients.view(np.int64), constants.view(np.int64),
    ]  # fmt: skip
    return distinct_rows(columns, terms.first)


# --- blocks ---------------------------------------------------------------------------


def _add_regular(
    builder: Builder, terms: Terms, located: _Located, rows: Index, places: Index, matrix: Index
) -> Index:
    """Add rows of the same form as one block; return their order in it.

    Args:
        matrix: the places of their terms, of shape (rows, terms).
    """
    kinds = located.kind[matrix[0]]
    bounds = np.concatenate([[0], np.flatnonzero(np.diff(kinds)) + 1, [len(kinds)]])
    products = [
        _products(builder, located, matrix[:, start:end])
        for start, end in zip(bounds[:-1].tolist(), bounds[1:].tolist())
    ]
    order = _order_rows(products)
    for product in products:
        product.u.index = product.u.index[order]
        if product.v is not None:
            product.v.index = product.v.index[order]
        if not isinstance(product.coefficient, float):
            product.coefficient = product.coefficient[order]
    _add_sum(builder, products, terms.constants[rows][order], places[order])
    return order


def _add_sum(builder: Builder, products: list[Products], constants: Floats, places: Index) -> None:
    parts = [part for product in products for part in (product.u, product.v)]
    block = Sum(
        len(builder.blocks), len(places), places, builder.is_batched(*parts),
        builder.needs_gradient(*parts), products, constants if constants.any() else None,
    )  # fmt: skip
    builder.append(block)


def _products(builder: Builder, located: _Located, matrix: Index) -> Products:
    """Return the terms of one kind of all rows."""
    one = matrix.flat[0]
    u = Part(builder.blocks[located.u_block[one]], located.u_slot[matrix])
    v = None
    if located.v_block[one] >= 0:
        v = Part(builder.blocks[located.v_block[one]], located.v_slot[matrix])
    coefficients = located.coefficients[matrix]
    if (coefficients == coefficients.flat[0]).all():
        return Products(u, v, float(coefficients.flat[0]))
    if v is None:  # numbers times scalars: a product with constants
        return Products(_constants(builder, coefficients), u, 1.0)
    return Products(u, v, coefficients)


def _constants(builder: Builder, values: Floats) -> Part:
    """Return numbers as a part of a block of constants."""
    distinct, index = np.unique(values.view(np.int64), return_inverse=True)
    block = Constants(
        0, len(distinct), np.zeros(0, np.int64), False, False, distinct.view(np.float64)
    )
    return Part(block, index.reshape(values.shape))


def _order_rows(products: list[Products]) -> Index:
    """Find the matrix products, and the order of rows in which they come out."""
    order: Index | None = None
    for product in products:
        if product.v is None or not isinstance(product.coefficient, float):
            continue
        left, left_row = distinct_matrix_rows(product.u.index)
        right, right_row = distinct_matrix_rows(product.v.index)
        place = left_row * len(right) + right_row
        rows = len(place)
        is_outer = len(left) > 1 and len(right) > 1
        if len(left) * len(right) != rows or (product.u.index.shape[1] == 1 and not is_outer):
            continue
        own_order = np.argsort(place, kind="stable")
        if not np.array_equal(place[own_order], np.arange(rows)):
            continue
        if order is None or np.array_equal(order, own_order):
            order = own_order
            product.matrix = Matrix(product.u.index[left], product.v.index[right])
    return _order_by_latest(products) if order is None else order


def _order_by_latest(products: list[Products]) -> Index:
    """Put rows in the order of the latest block they are computed from, if that is one."""
    rows = products[0].u.index.shape[0]
    latest, order = 0, np.arange(rows)
    for product in products:
        for part in (product.u, product.v):
            if part is None or part.block.number <= latest or part.index.shape[1] != 1:
                continue
            column = part.index[:, 0]
            candidate = np.argsort(column, kind="stable")
            if (np.diff(column[candidate]) > 0).all():
                latest, order = part.block.number, candidate
    return order


def _add_ragged(
    builder: Builder, terms: Terms, located: _Located, rows: Index, places: Index
) -> None:
    """Add rows of many forms as one block, with a list of terms for each kind."""
    lengths = terms.first[rows + 1] - terms.first[rows]
    entries = ranges(terms.first[rows], lengths)
    owner = np.repeat(np.arange(len(rows)), lengths)
    products = []
    for kind in np.unique(located.kind[entries]).tolist():
        mine = np.flatnonzero(located.kind[entries] == kind)
        product = _products(builder, located, entries[mine])
        product.owner = owner[mine]
        products.append(product)
    _add_sum(builder, products, terms.constants[rows], places)
