"""Parts of arrays as source: slices and reshaped views where possible, gathers last."""

from __future__ import annotations

import numpy as np

from autograd.compiler.blocks import Block, Constants, Given, Index
from autograd.compiler.rules import Term, number
from autograd.compiler.source import Source


def is_whole(index: Index, size: int) -> bool:
    return len(index) == size and is_arithmetic(index, 0, 1)


def is_arithmetic(index: Index, start: int, step: int) -> bool:
    return bool(index[0] == start and (np.diff(index) == step).all())


def is_constant(index: Index) -> bool:
    return bool((index == index[0]).all())


def slice_text(index: Index, size: int) -> str | None:
    """Return "" for all, "[a:b]" or "[a:b:c]" for an ascending slice; None for none of these."""
    first, last = int(index[0]), int(index[-1])
    if len(index) == 1:
        return "" if size == 1 else f"[{first}:{first + 1}]"
    step = int(index[1]) - first
    if step <= 0 or not is_arithmetic(index, first, step):
        return None
    if step == 1:
        return "" if len(index) == size else f"[{first}:{last + 1}]"
    return f"[{first}:{last + 1}:{step}]"


def grid(index: Index) -> tuple[int, int, int, int] | None:
    """Return (rows, columns, row step, column step) of an index first + i·step + j·step.

    It has at least two rows and two columns; None if it is no such grid.
    """
    step = int(index[1]) - int(index[0]) if len(index) > 1 else 0
    breaks = np.flatnonzero(np.diff(index) != step)
    columns = int(breaks[0]) + 1 if len(breaks) else len(index)
    if columns < 2 or columns == len(index) or len(index) % columns:
        return None
    table = index.reshape(-1, columns)
    row_step = int(table[1, 0]) - int(table[0, 0])
    rows = len(table)
    places = row_step * np.arange(rows)[:, None] + step * np.arange(columns)
    if not np.array_equal(table, table[0, 0] + places):
        return None
    return rows, columns, row_step, step


def keeps_shape(block: Block) -> bool:
    """Tell whether a block's array has the user's shape: other arrays are flat."""
    return isinstance(block, Given) and not block.is_batched and len(block.shape) > 1


class Views:
    """Parts of blocks as source text. Flat arrays have shape (n,), or (n, N) over a batch."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def flat(self, block: Block, name: str = "") -> str:
        name = name or self.source.name[block.number]
        return f"{name}.reshape(-1)" if keeps_shape(block) else name

    def column(self, block: Block, index: Index, batched: bool) -> Term:
        """Return scalars that broadcast to shape (n,), or (n, N) if batched."""
        if isinstance(block, Constants):
            values = block.values[index]
            if (values.view(np.int64) == values.view(np.int64)[0]).all():
                return number(float(values[0]), in_sum=False)
            text = self.source.array(values, "C")
        elif is_constant(index):
            k = int(index[0])
            text = self.flat(block) + ("" if block.size == 1 else f"[{k}:{k + 1}]")
        else:
            text = self._picked(block, index)
        return Term(text + "[:, None]" if batched and not block.is_batched else text)

    def full(self, block: Block, index: Index) -> str:
        """Return scalars as an array of shape (n,), or (n, N) for a batched block."""
        if isinstance(block, Constants):
            return self.source.array(block.values[index], "C")
        return self._picked(block, index)

    def _picked(self, block: Block, index: Index) -> str:
        text = slice_text(index, block.size)
        if text is not None:
            return self.flat(block) + text
        if is_constant(index):
            one = self.flat(block) + (slice_text(index[:1], block.size) or "")
            return f"np.repeat({one}, {len(index)}, axis=0)"
        return self._on_grid(block, index) or f"{self.flat(block)}[{self.source.array(index)}]"

    def _on_grid(self, block: Block, index: Index) -> str | None:
        """Return scalars that repeat, or stand in the transposed order of a matrix."""
        found = grid(index)
        if found is None:
            return None
        rows, columns, row_step, column_step = found
        table = index.reshape(rows, columns)
        if column_step == 0 and row_step > 0:
            return f"np.repeat({self._picked(block, table[:, 0])}, {columns}, axis=0)"
        if row_step == 0 and column_step > 0:
            repeats = f"({rows}, 1)" if block.is_batched else str(rows)
            return f"np.tile({self._picked(block, table[0])}, {repeats})"
        part = slice_text(np.sort(index), block.size)
        if part is None or row_step <= 0 or column_step <= row_step:
            return None
        if not block.is_batched:
            if keeps_shape(block) and block.shape == (columns, rows):  # type: ignore[attr-defined]
                return f"{self.source.name[block.number]}.T.reshape(-1)"
            return f"{self.flat(block)}{part}.reshape({columns}, {rows}).T.reshape(-1)"
        shaped = f"{self.flat(block)}{part}.reshape({columns}, {rows}, -1)"
        return f"{shaped}.swapaxes(0, 1).reshape({rows * columns}, -1)"

    def some_columns(self, block: Block, index: Index, name: str) -> str:
        """Return scalars as some columns of a matrix; "" if they are no such thing.

        Args:
            name: of the block's array, or of another of the same shape: the gradient.
        """
        text = self._lattice(self.flat(block, name), block.size, index) or ""
        return text if text.endswith("]") else ""

    def matrix(self, block: Block, index: Index) -> str:
        """Return scalars that are the same for all samples as an array of shape (n, m)."""
        if isinstance(block, Constants):
            return self.source.array(block.values[index], "C")
        rows, columns = index.shape
        for shape, wanted, end in (
            ((rows, columns), index, ""), ((columns, rows), index.T, ".T"),
        ):  # fmt: skip
            flat = wanted.ravel()
            if is_whole(flat, block.size):
                if keeps_shape(block) and block.shape == shape:  # type: ignore[attr-defined]
                    return self.source.name[block.number] + end
                return f"{self.flat(block)}.reshape({shape[0]}, {shape[1]}){end}"
            lattice = self._lattice(self.flat(block), block.size, wanted)
            if lattice is not None:
                return lattice + end
        return f"{self.flat(block)}[{self.source.array(index)}]"

    def _lattice(self, flat: str, size: int, index: Index) -> str | None:
        """Return rows of equal length at equal distances, as slices of a reshaped view."""
        rows, columns = index.shape
        first = int(index[0, 0])
        step = int(index[1, 0]) - first if rows > 1 else columns
        places = first + step * np.arange(rows)[:, None] + np.arange(columns)
        if step < columns or not np.array_equal(index, places):
            return None
        if step == columns:
            return f"{flat}[{first}:{first + rows * step}].reshape({rows}, {columns})"
        start = max(0, min(first, size - rows * step))
        offset = first - start
        if start + rows * step > size or offset + columns > step:
            return None
        whole_rows = f"{flat}[{start}:{start + rows * step}].reshape({rows}, {step})"
        return f"{whole_rows}[:, {offset}:{offset + columns}]"
