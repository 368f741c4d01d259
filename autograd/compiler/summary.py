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
        fixed_bytes, sample_bytes: memory of a call, per call and per sample of a batch.
        seconds: of each pass, in order.
    """

    operations: int
    instructions: int
    blocks: int
    matrix_products: int
    gathered: int
    fixed_bytes: int
    sample_bytes: int
    seconds: dict[str, float]

    def bytes_for(self, samples: int) -> int:
        """Return about how many bytes a call on so many samples takes."""
        return self.fixed_bytes + samples * self.sample_bytes

    def __str__(self) -> str:
        passes = ", ".join(f"{name} {t * 1e3:.1f}" for name, t in self.seconds.items())
        total = sum(self.seconds.values()) * 1e3
        return (
            f"{self.operations:,} scalar operations a sample became {self.instructions:,} lines "
            f"and {self.blocks:,} arrays\n"
            f"  matrix products recovered: {self.matrix_products}; "
            f"index arrays left: {self.gathered}\n"
            f"  memory of a call: {self.fixed_bytes:,} bytes, and {self.sample_bytes:,} a sample\n"
            f"  compiled in {total:.1f} ms ({passes})"
        )

    __repr__ = __str__
