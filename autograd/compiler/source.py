"""What emission writes into: lines, names and the arrays that the source refers to."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.compiler.blocks import ArrayProgram, Block, Call, Given
from autograd.compiler.names import Names, comment, common_stem
from autograd.compiler.record import Recording

# Written out in the source up to this size, beyond it packed.
_SHORT = 60

_ASSIGNMENT = re.compile(r"(\w+) = (.*?)(?:  #.*)?")
# An array that already has a name, or a part of one. All else makes an array of its own.
VIEW = re.compile(r"\(*(\w+)(?:\)|\.T|\[[^\]]*\]|\.(?:reshape|swapaxes)\([^()]*\))*")
_RESHAPED_AGAIN = re.compile(r"\.reshape\([^()]*\)(?=\.reshape\()")

HELPERS = {
    "segment_sum": '''
def segment_sum(x, starts, rows, size):
    """Sum the stretches of x from each start to the next into these rows of an array."""
    out = np.zeros((size,) + x.shape[1:])
    out[rows] = np.add.reduceat(x, starts, axis=0)
    return out
''',
    "scatter_add": '''
def scatter_add(out, order, starts, rows, x):
    """Add x[k] to out[i[k]] where rows repeat in i: sorted by row, then summed."""
    out[rows] += np.add.reduceat(x[order], starts, axis=0)
''',
    "masked_matmul": '''
def masked_matmul(g, present, x):
    """Return g @ x, where what is not present adds nothing, though 0*inf is nan."""
    is_wild = ~np.isfinite(x)
    total = g @ np.where(is_wild, 0, x)
    rows = ((present != 0) @ (1.0*is_wild)).any(1)
    for i in np.flatnonzero(rows):
        total[i] = np.where(present[i][:, None], g[i][:, None]*x, 0).sum(0)
    return total
''',
    "unpack": '''
def unpack(text, dtype, shape):
    """Return an array that was packed as text."""
    return np.frombuffer(base64.b85decode(text), dtype).reshape(shape)
''',
}


_MODULES = ["np", "math", "special", "base64"]
_JAX_NAMES = ["jax", "jnp", "added", "logaddexp_reduce", "hypot_reduce", "polygamma"]


@dataclass(frozen=True)
class Dialect:
    """The library whose arrays the emitted module computes with.

    Attributes:
        imports: the lines that import it, of which only those that are needed are written.
        helpers: the functions that emitted lines may call.
        translate: turns a line written for NumPy into one for this library.
        take: the line that makes an array of this library of an argument; "" for none.
        index_type: the type of index arrays, where it must be told.
    """

    imports: Sequence[str]
    helpers: Mapping[str, str]
    translate: Callable[[str], str]
    take: str = ""
    index_type: str = ""


NUMPY = Dialect(("import numpy as np",), HELPERS, lambda line: line)


class Source:
    """The emitted module, as far as it is written.

    Attributes:
        lines: the body of the function.
        name: of each block's array, by block number.
        arrays: the index arrays and numbers the lines refer to.
        computed: how many blocks are computed; the others are given.
        functions: operations without an array form, which only this process can run.
    """

    def __init__(self, tape: Recording, program: ArrayProgram) -> None:
        self.lines: list[str] = []
        self.arrays: dict[str, NDArray[Any]] = {}
        self.functions: dict[str, Callable[..., Any]] = {}
        self.helpers: set[str] = set()
        self.names = Names([*_MODULES, "N", "program", *HELPERS, *_JAX_NAMES])
        self._known: dict[Any, str] = {}
        self.name: dict[int, str] = {}
        self.computed = 0
        self._comments: dict[int, str] = {}
        self._behind: dict[str, str] = {}  # what a variable is another name for
        for block in program.blocks:
            self._name(tape, block)

    def _name(self, tape: Recording, block: Block) -> None:
        if isinstance(block, Given):
            self.name[block.number] = self.names.give(block.name)
        elif block.number:
            labels = []
            if tape.labels:
                labels = [tape.labels[k] for k in block.places.tolist() if k in tape.labels]
            wish = common_stem(labels) if labels else ""
            self.computed += 1
            self.name[block.number] = self.names.give(wish or f"v{self.computed}")
            self._comments[block.number] = comment(labels)

    def comment(self, block: Block) -> str:
        """Return what a block stands for in the scalar program."""
        labels = self._comments[block.number]
        what = block.op.name if isinstance(block, Call) else "sum"
        count = f"{block.size} x {what}"
        return f"  # {labels or count}"

    def write(self, line: str) -> None:
        """Append a line, in which of two reshapes in a row only the second one counts."""
        line = _RESHAPED_AGAIN.sub("", line)
        self.lines.append(line)
        if assignment := _ASSIGNMENT.fullmatch(line):
            name, text = assignment[1], assignment[2]
            view = VIEW.fullmatch(text)
            if view is None:
                self._behind.pop(name, None)
            elif view[1] != name:
                self._behind[name] = view[1]

    def array_behind(self, name: str) -> str:
        """Return the first name of the array that a variable is, or is a part of."""
        while name in self._behind:
            name = self._behind[name]
        return name

    def variable(self, text: str, wish: str = "s") -> str:
        """Put an expression into a new variable and return its name."""
        name = self.names.give(wish)
        self.write(f"{name} = {text}")
        return name

    def shared(self, text: str, wish: str = "s") -> str:
        """Return the variable of an expression in what never changes: the one it has, or a new."""
        if text not in self._known:
            self._known[text] = self.variable(text, wish)
        return self._known[text]

    def array(self, values: NDArray[Any], wish: str = "I") -> str:
        """Return the name of an array of indices or numbers, of which equal ones share one."""
        values = np.ascontiguousarray(values)
        if values.dtype.kind == "i":
            values = values.astype(np.int64)
        key = (values.dtype.str, values.shape, values.tobytes())
        if key not in self._known:
            name = self.names.give(f"{wish}{len(self.arrays)}")
            self._known[key] = name
            self.arrays[name] = values
        return self._known[key]

    def function(self, key: Any, function: Callable[..., Any], wish: str) -> str:
        """Return the name under which the source can call a Python function."""
        if key not in self._known:
            self._known[key] = self.names.give(wish)
            self.functions[self._known[key]] = function
        return self._known[key]

    def helper(self, name: str) -> str:
        self.helpers.add(name)
        return name

    def translate(self, dialect: Dialect, arguments: Sequence[str]) -> None:
        """Turn all lines, written for NumPy, into those for another library."""
        taken = [dialect.take.format(name) for name in arguments if dialect.take]
        self.lines = [*taken, *[dialect.translate(line) for line in self.lines]]
        called = re.findall(r"\b(\w+)\(", "\n".join(self.lines))
        self.helpers.update(dialect.helpers.keys() & called)

    def definitions(self, dialect: Dialect) -> str:
        """Return the source of all arrays and helpers that are used."""
        arrays = [f"{name} = {self._literal(x, dialect)}" for name, x in self.arrays.items()]
        helpers = [text.lstrip() for name, text in dialect.helpers.items() if name in self.helpers]
        return "\n\n".join([*helpers, "\n".join(arrays) + "\n"] if arrays else helpers)

    def _literal(self, x: NDArray[Any], dialect: Dialect) -> str:
        if x.size <= _SHORT and np.isfinite(x).all():
            kind = dialect.index_type if x.dtype.kind == "i" else ""
            return f"np.array({x.tolist()!r}{kind and ', '}{kind})"
        self.helper("unpack")
        small = x.astype(np.int32) if x.dtype.kind == "i" else x
        packed = base64.b85encode(small.astype(small.dtype.newbyteorder("<")).tobytes()).decode()
        return f"unpack({packed!r}, {small.dtype.newbyteorder('<').str!r}, {x.shape})"
