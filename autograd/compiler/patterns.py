"""Finding equal rows in ragged arrays: hashed to find candidates, then compared exactly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from autograd.compiler.blocks import Index

Unsigned = NDArray[np.uint64]
_MULTIPLIERS = [np.zeros(0, np.uint64)]
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9))


def distinct_rows(columns: Sequence[NDArray[np.int64]], first: Index) -> tuple[Index, Index]:
    """Find equal rows of a ragged array.

    Args:
        columns: arrays of equal length; an entry is what all of them hold at one place.
        first: row k has the entries first[k]:first[k + 1].

    Returns:
        One row of each kind, in order of first appearance, and the kind of every row.
    """
    lengths = np.diff(first)
    if len(lengths) == 1:
        return np.zeros(1, np.int64), np.zeros(1, np.int64)
    hashes = _hashes(columns, first, lengths)
    _, seen, kind = np.unique(hashes, return_index=True, return_inverse=True)
    order = np.argsort(seen)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    representatives, kind = seen[order], rank[kind]
    if len(representatives) < len(lengths) and not _are_equal(
        columns, first, lengths, representatives[kind]
    ):
        return _distinct_rows_exactly(columns, first)
    return representatives, kind


def _hashes(columns: Sequence[NDArray[np.int64]], first: Index, lengths: Index) -> Unsigned:
    longest = int(lengths.max(initial=0))
    multipliers = _MULTIPLIERS[0]  # another thread may put shorter ones there
    if len(multipliers) < longest:
        random = np.random.default_rng(0)
        multipliers = random.integers(1, 2**63, 2 * longest, dtype=np.uint64) | np.uint64(1)
        _MULTIPLIERS[0] = multipliers
    position = np.arange(first[-1]) - np.repeat(first[:-1], lengths)
    mixed = np.zeros(len(position), np.uint64)
    for column in columns:
        mixed = (mixed ^ column.view(np.uint64)) * _MIX[0]
        mixed ^= mixed >> np.uint64(31)
    mixed *= multipliers[position]
    mixed ^= mixed >> np.uint64(29)
    totals = np.zeros(len(lengths), np.uint64)
    filled = lengths > 0
    totals[filled] = np.add.reduceat(mixed, first[:-1][filled]) if filled.any() else 0
    return totals * _MIX[1] + lengths.astype(np.uint64)


def _are_equal(
    columns: Sequence[NDArray[np.int64]], first: Index, lengths: Index, others: Index
) -> bool:
    """Tell whether every row equals the other row named for it."""
    if not np.array_equal(lengths, lengths[others]):
        return False
    shift = np.repeat(first[:-1][others] - first[:-1], lengths)
    entries = np.arange(first[-1]) + shift
    return all(np.array_equal(column, column[entries]) for column in columns)


def _distinct_rows_exactly(
    columns: Sequence[NDArray[np.int64]], first: Index
) -> tuple[Index, Index]:
    """The same without hashes of our own, after two different rows had the same one."""
    entries = np.stack(columns, 1)
    kinds: dict[bytes, int] = {}
    representatives, kind = [], []
    for k in range(len(first) - 1):
        row = entries[first[k] : first[k + 1]].tobytes()
        if row not in kinds:
            kinds[row] = len(kinds)
            representatives.append(k)
        kind.append(kinds[row])
    return np.array(representatives), np.array(kind)


def distinct_matrix_rows(matrix: Index) -> tuple[Index, Index]:
    """Find equal rows of a matrix, see `distinct_rows`."""
    rows, width = matrix.shape
    return distinct_rows([np.ascontiguousarray(matrix).ravel()], np.arange(rows + 1) * width)


def compact(keys: Index) -> tuple[Index, Index]:
    """Return the distinct keys in ascending order, and for each key its number among them."""
    low, high = int(keys.min()), int(keys.max())
    if high - low > 4 * len(keys) + 1000:
        distinct, number = np.unique(keys, return_inverse=True)
        return distinct, number
    present = np.zeros(high - low + 1, np.bool_)
    present[keys - low] = True
    numbers = np.cumsum(present) - 1
    return np.flatnonzero(present) + low, numbers[keys - low]
