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


def keeps_shape(block: Block) -> bool:
    """Tell whether a block's array has the user's shape: other arrays are flat."""
    return isinstance(block, Given) and not block.is_batched and len(block.shape) > 1


class Views:
    """Parts of blocks as source text. Flat arrays have shape (n,), or (n, N) over a batch."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def flat(self, block: Block) -> str:
        name = self.source.name[block.number]
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
        return f"{self.flat(block)}[{self.source.array(index)}]"

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
                name = self.source.name[block.number]
                if keeps_shape(block) and block.shape == shape:  # type: ignore[attr-defined]
                    return name + end
                return f"{self.flat(block)}.reshape({shape[0]}, {shape[1]}){end}"
            lattice = self._lattice(block, wanted)
            if lattice is not None:
                return lattice + end
        return f"{self.flat(block)}[{self.source.array(index)}]"

    def _lattice(self, block: Block, index: Index) -> str | None:
        """Return rows of equal length at equal distances, as slices of a reshaped view."""
        rows, columns = index.shape
        first = int(index[0, 0])
        step = int(index[1, 0]) - first if rows > 1 else columns
        places = first + step * np.arange(rows)[:, None] + np.arange(columns)
        if step < columns or not np.array_equal(index, places):
            return None
        if step == columns:
            return f"{self.flat(block)}[{first}:{first + rows * step}].reshape({rows}, {columns})"
        start = max(0, min(first, block.size - rows * step))
        offset = first - start
        if start + rows * step > block.size or offset + columns > step:
            return None
        whole_rows = f"{self.flat(block)}[{start}:{start + rows * step}].reshape({rows}, {step})"
        return f"{whole_rows}[:, {offset}:{offset + columns}]"
