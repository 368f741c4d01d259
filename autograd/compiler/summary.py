"""What compiling found, in numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Summary:
    """Printed as a short report.

    Attributes:
        operations: scalar operations recorded for one sample.
        instructions: lines of array code they became, forward and backward.
        blocks: arrays computed on the way.
        matrix_products: sums of products that became one `@`.
        gathered: parts of arrays that are picked by an index array.
        fixed_bytes, sample_bytes: memory of a call, and of each sample of a piece of a batch.
        result_bytes: of the results, for each sample.
        samples_at_once: a larger batch is computed in pieces of so many; None for all at once.
        seconds: of each pass, in order.
    """

    operations: int
    instructions: int
    blocks: int
    matrix_products: int
    gathered: int
    fixed_bytes: int
    sample_bytes: int
    result_bytes: int
    samples_at_once: int | None
    seconds: dict[str, float]

    def bytes_for(self, samples: int) -> int:
        """Return about how many bytes a call on so many samples takes."""
        at_once = samples if self.samples_at_once is None else min(samples, self.samples_at_once)
        return self.fixed_bytes + at_once * self.sample_bytes + samples * self.result_bytes

    def samples_in(self, size: int) -> int:
        """Return about how many samples a call on so many bytes can have."""
        piece = self.samples_at_once
        each = max(self.sample_bytes + self.result_bytes, 1)
        samples = max(size - self.fixed_bytes, 0) // each
        if piece is None or samples <= piece:
            return samples
        rest = size - self.fixed_bytes - piece * self.sample_bytes
        return rest // self.result_bytes if self.result_bytes else samples

    def __str__(self) -> str:
        passes = ", ".join(f"{name} {t * 1e3:.1f}" for name, t in self.seconds.items())
        total = sum(self.seconds.values()) * 1e3
        piece = self.samples_at_once
        at_once = "" if piece is None else f" ({piece:,} at a time)"
        return (
            f"{self.operations:,} scalar operations a sample became {self.instructions:,} lines "
            f"and {self.blocks:,} arrays\n"
            f"  matrix products recovered: {self.matrix_products}; "
            f"index arrays left: {self.gathered}\n"
            f"  memory of a call: {self.fixed_bytes:,} bytes, and a sample {self.sample_bytes:,}"
            f"{at_once}, its results {self.result_bytes:,}\n"
            f"  compiled in {total:.1f} ms ({passes})"
        )

    __repr__ = __str__
