"""A batch in pieces: as many samples at a time as fit the cache, and never more than memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autograd.compiler.results import leaves, mapped
from autograd.compiler.summary import Summary

# What a piece may take: arrays that a processor's cache does not hold cost twice the time.
_PIECE_BYTES = 8 << 20
# Below this, a call does not ask how much memory there is.
_SMALL = 256 << 20


def samples_at_once(fixed_bytes: int, sample_bytes: int) -> int:
    """Return how many samples a piece has; adding up its gradients should cost next to nothing."""
    return max(1, max(_PIECE_BYTES, 4 * fixed_bytes) // max(sample_bytes, 1))


class Pieces:
    """Runs a function of a batch on some samples at a time, and puts the results together.

    Args:
        run: the function; its results are arrays in tuples, lists and dicts.
        has_samples: of each argument, whether its first axis is that of samples.
        adds_up: of each array of the results, whether it is a sum over the samples.
        most: samples at a time.
    """

    def __init__(
        self,
        run: Callable[..., Any],
        has_samples: Sequence[bool],
        adds_up: Sequence[bool],
        most: int,
    ) -> None:
        self._run = run
        self._has_samples = has_samples
        self._adds_up = adds_up
        self._most = most

    def __call__(self, *arguments: Any) -> Any:
        samples = next(len(x) for x, own in zip(arguments, self._has_samples) if own)
        if samples <= self._most:
            return self._run(*arguments)
        first = self._piece(arguments, 0)
        totals = [
            x if adds_up else np.empty((samples, *x.shape[1:]), x.dtype)
            for x, adds_up in zip(leaves(first), self._adds_up)
        ]
        for start in range(0, samples, self._most):
            part = self._piece(arguments, start) if start else first
            for k, x in enumerate(leaves(part)):
                if not self._adds_up[k]:
                    totals[k][start : start + self._most] = x
                elif start:
                    totals[k] = totals[k] + x
        whole = iter(totals)
        return mapped(lambda _: next(whole), first)

    def _piece(self, arguments: Sequence[Any], start: int) -> Any:
        part = slice(start, start + self._most)
        return self._run(*[x[part] if own else x for x, own in zip(arguments, self._has_samples)])


def check_memory(summary: Summary, samples: int) -> None:
    """Raise a MemoryError before a call takes more memory than there is.

    A system that promises more than it has would kill the process instead.
    """
    needed = summary.bytes_for(samples)
    if needed < _SMALL:
        return
    available = available_bytes()
    if available is not None and needed > available:
        raise MemoryError(f"{available:,} bytes are available")


def available_bytes() -> int | None:
    """Return how much memory can be taken without swapping; None where nobody tells."""
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
    except OSError:
        return None
    found = [line.split()[1] for line in lines if line.startswith("MemAvailable:")]
    return 1024 * int(found[0]) if found else None
