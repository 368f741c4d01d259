"""The array program: blocks of scalars of the same form, each one array of the emitted code.

A block of n scalars is an array of shape (n,), or (n, N) over a batch of N samples. What
it is computed from are parts of earlier blocks, picked by index arrays.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from autograd.compiler.record import Floats
from autograd.op import Op

Index = NDArray[np.int64]


@dataclass(eq=False)
class Block:
    """One array of the program.

    Attributes:
        number: its place among the blocks.
        size: how many scalars of one sample it holds.
        places: where they stand on the tape; for names and comments.
        is_batched: they differ from sample to sample.
        needs_gradient: a gradient that was asked for passes through it.
    """

    number: int
    size: int
    places: Index = field(repr=False)
    is_batched: bool
    needs_gradient: bool


@dataclass(eq=False)
class Given(Block):
    """An input or parameter, under the user's name and in the user's shape."""

    name: str
    kind: str
    shape: tuple[int, ...]


@dataclass(eq=False)
class Constants(Block):
    """Numbers that the function contains."""

    values: Floats = field(repr=False)


@dataclass(eq=False)
class Part:
    """Scalars of a block, in the order and shape of an index array."""

    block: Block
    index: Index = field(repr=False)


@dataclass(eq=False)
class Call(Block):
    """An operation of the table, element by element.

    Operands have indices of shape (size,); that of a row-wise operation may be one Part
    of shape (terms, size).
    """

    op: Op
    operands: list[Part]


@dataclass(eq=False)
class Matrix:
    """The rows of a Sum's products as a matrix product.

    Row r of the block belongs to left row r // len(right) and right row r % len(right).
    """

    left: Index  # (rows, terms) in the block of the first factors
    right: Index  # (columns, terms) in the block of the second factors


@dataclass(eq=False)
class Products:
    """coefficient · Σ u·v, over the terms of each row.

    Indices have shape (rows, terms), or (terms,) where rows differ in length.

    Attributes:
        coefficient: one number, or an array of the shape of the indices.
        matrix: the same as a matrix product, where there is one.
        owner: the row of each term, ascending, where rows differ in length.
    """

    u: Part
    v: Part | None
    coefficient: float | Floats
    matrix: Matrix | None = None
    owner: Index | None = None


@dataclass(eq=False)
class Sum(Block):
    """Rows constant + products + ..."""

    products: list[Products]
    constants: Floats | None


@dataclass(eq=False)
class ArrayProgram:
    """Blocks in an order in which they can be computed.

    Attributes:
        outputs: the blocks' numbers and the places in them of the results, (2, n).
    """

    blocks: list[Block]
    outputs: Index = field(default_factory=lambda: np.zeros((2, 0), np.int64), repr=False)
