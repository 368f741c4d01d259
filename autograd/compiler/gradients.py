"""The gradients of the blocks while the backward pass is written: where each one stands."""

from __future__ import annotations

import re

import numpy as np

from autograd.compiler.blocks import Block, Given, Index
from autograd.compiler.source import VIEW, Source
from autograd.compiler.views import (
    grid,
    is_arithmetic,
    is_constant,
    is_whole,
    keeps_shape,
    slice_text,
)


class Gradients:
    """Adds contributions up, in place wherever the array is this gradient's alone.

    Args:
        prefix: of the arrays' names, before that of the block.

    Several blocks may first get one and the same array, for `g_a = g_b` costs nothing; it
    is copied before a part of it changes.
    """

    def __init__(self, source: Source, prefix: str = "g") -> None:
        self.source = source
        self._prefix = prefix
        self._name: dict[int, str] = {}
        self._is_own: dict[int, bool] = {}

    def has(self, block: Block) -> bool:
        return block.number in self._name

    def name(self, block: Block) -> str:
        return self._name[block.number]

    def is_own(self, block: Block) -> bool:
        return self._is_own[block.number]

    def array(self, block: Block) -> str:
        """Return the first name of the array that a gradient is, or is a part of."""
        return self.source.array_behind(self.name(block))

    def add(self, block: Block, index: Index, text: str) -> None:
        """Add an array to the gradient of some scalars of a block.

        Args:
            index: of shape (n,).
            text: of shape (n,), or (n, N) for a batched block.
        """
        if block.size == 1 and len(index) > 1:
            text = f"{_bracketed(text)}.sum(0, keepdims=True)"
            index = index[:1]
        if is_whole(index, block.size):
            if keeps_shape(block):
                assert isinstance(block, Given)
                text = f"{_bracketed(text)}.reshape({', '.join(map(str, block.shape))})"
            self.add_whole(block, text)
            return
        if self._add_on_grid(block, index, text):
            return
        name = self.own(block) + (".reshape(-1)" if keeps_shape(block) else "")
        part = slice_text(index, block.size)
        write, array = self.source.write, self.source.array
        if is_constant(index) and len(index) > 1:
            write(f"{name}[{index[0]}] += {_bracketed(text)}.sum(0)")
        elif part is not None:
            write(f"{name}{part} += {text}")
        elif len(np.unique(index)) == len(index):
            write(f"{name}[{array(index)}] += {text}")
        else:
            order = np.argsort(index, kind="stable")
            rows, starts = np.unique(index[order], return_index=True)
            helper = self.source.helper("scatter_add")
            write(f"{helper}({name}, {array(order)}, {array(starts)}, {array(rows)}, {text})")

    def add_whole(self, block: Block, text: str) -> None:
        """Add an array of the block's own shape to its gradient."""
        if not self.has(block):
            self._begin(block, text)
        elif self.is_own(block):
            self.source.write(f"{self.name(block)} += {text}")
        else:
            self._write_own(block, f"{self.name(block)} + {text}")

    def _begin(self, block: Block, text: str) -> None:
        self._name[block.number] = f"{self._prefix}_{self.source.name[block.number]}"
        self._name[block.number] = self.source.names.give(self._name[block.number])
        self.source.write(f"{self.name(block)} = {text}")
        self._is_own[block.number] = VIEW.fullmatch(text) is None

    def _write_own(self, block: Block, text: str) -> None:
        """Write an array that can then be changed in place."""
        self.source.write(f"{self.name(block)} = {text}")
        self._is_own[block.number] = True

    def _add_on_grid(self, block: Block, index: Index, text: str) -> bool:
        """Add to scalars that repeat, or stand in the transposed order of a matrix."""
        found = grid(index)
        if found is None:
            return False
        rows, columns, row_step, column_step = found
        table, last = index.reshape(rows, columns), ", -1" if block.is_batched else ""
        shaped = f"{_bracketed(text)}.reshape({rows}, {columns}{last})"
        if column_step == 0 and row_step > 0:
            self.add(block, table[:, 0], f"{shaped}.sum(1)")
        elif row_step == 0 and column_step > 0:
            self.add(block, table[0], f"{shaped}.sum(0)")
        elif column_step > row_step > 0 and is_arithmetic(np.sort(index), int(index[0]), 1):
            self.add(block, np.sort(index), f"{shaped}.swapaxes(0, 1).reshape({len(index)}{last})")
        else:
            return False
        return True

    def own(self, block: Block) -> str:
        """Return the name of an array whose parts can be changed in place."""
        if not self.has(block):
            name = self.source.name[block.number]
            # In the user's shape the order must be C, whatever that of the user's array is:
            # only then `reshape(-1)` is a view. Otherwise the same order adds up faster.
            zeros = f"np.zeros({name}.shape)" if keeps_shape(block) else f"np.zeros_like({name})"
            self.add_whole(block, zeros)
        elif not self.is_own(block):
            self._write_own(block, f"{self.name(block)}.copy()")
        return self.name(block)


class Masks(Gradients):
    """Adds up for how many ways a gradient is there; 0 where there is none.

    The first way may be an array of truth values, to which none can be added in place; and
    what has a name keeps it.
    """

    def __init__(self, source: Source) -> None:
        super().__init__(source, prefix="m")

    def _begin(self, block: Block, text: str) -> None:
        if text.isidentifier():
            self._name[block.number] = text
        else:
            super()._begin(block, text)
        self._is_own[block.number] = False

    def _write_own(self, block: Block, text: str) -> None:
        super()._begin(block, f"1.0*{text}" if text.endswith(".copy()") else text)
        self._is_own[block.number] = text.endswith(".copy()")


def _bracketed(text: str) -> str:
    return text if _SIMPLE.fullmatch(text) else f"({text})"


_SIMPLE = re.compile(r"\w+(\.\w+(\([\w, -]*\))?)*")
