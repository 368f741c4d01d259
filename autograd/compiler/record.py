"""Pass 1: run the function once on placeholders, which note every operation on a tape."""

from __future__ import annotations

import gc
import inspect
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.compiler.codes import FIRST_OP
from autograd.compiler.differentiate import Differentiator
from autograd.compiler.placeholder import Placeholder, placeholder
from autograd.compiler.results import Results, taken_apart
from autograd.compiler.tape import Leaf, Tape
from autograd.condition import Condition
from autograd.op import Op
from autograd.ops import TABLE
from autograd.recording import COMPILING, RECORDERS
from autograd.value import Value

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(eq=False)
class Recording:
    """A finished tape as NumPy arrays, see `Tape`.

    Attributes:
        outputs: the places of the results.
        results: how they are nested; None for one scalar, to be added up over the samples.
    """

    code: NDArray[np.int16]
    a: Ints
    b: Ints
    operands: Ints
    numbers: Floats
    ops: list[Op]
    labels: dict[int, str]
    leaves: list[Leaf]
    outputs: Ints
    results: Results | None = None

    @property
    def output(self) -> int:
        """The place of the one result."""
        return int(self.outputs[0])

    def op(self, place: int) -> Op:
        return self.ops[int(self.code[place]) - FIRST_OP]

    @property
    def operations(self) -> int:
        """How many scalar operations were recorded."""
        return int(np.count_nonzero(self.code >= FIRST_OP))


@dataclass
class Declaration:
    """An array that the program is given: its kind, shape and, if known, its numbers.

    Args:
        kind: "input", "per-sample parameter" or "parameter".
        shape: of one sample.
        values: the Values that hold its numbers, in a row; None for plain numbers.
        data: its numbers; None where only the shape is known.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    values: list[Value] | None = None
    data: Floats | None = field(default=None, repr=False)


def record(
    f: Callable[..., Any], declarations: Sequence[Declaration], reduces: bool = True
) -> Recording:
    """Run a function on placeholders and return what it did.

    Args:
        f: a function of scalars and nested lists of them.
        declarations: what the program is given, in order.
        reduces: f returns one scalar; else any structure of them.

    Raises:
        TypeError: f takes other arguments, returns something else, or branches on a value.
    """
    tape = Tape()
    leaves = {d.name: tape.leaf(d.name, d.kind, d.shape) for d in declarations}
    for d in declarations:
        for i, value in enumerate(d.values or ()):
            if tape.is_bound(value):
                raise ValueError(
                    f"{value!r} occurs twice among the parameters (the second time in "
                    f"{d.name!r}): declare a shared Value once"
                )
            tape.bind(value, leaves[d.name].start + i)
    arguments, named = _arguments(f, declarations)
    try:
        with _recording(tape):
            result = f(
                *[_nested(tape, leaves[name]) for name in arguments],
                **{name: _nested(tape, leaves[name]) for name in named},
            )
            if reduces:
                return finished(tape, [_output(tape, result)])
            results, scalars = taken_apart(result)
            return finished(tape, [_result(tape, x) for x in scalars], results)
    finally:
        tape.close()


@contextmanager
def _recording(tape: Tape) -> Iterator[None]:
    """Pause the cyclic collector, which would walk over all placeholders again and again."""
    was_enabled, outer = gc.isenabled(), COMPILING.get()
    RECORDERS.count += 1
    try:
        gc.disable()
        COMPILING.set(Differentiator(tape))
        yield
    finally:
        COMPILING.set(outer)
        RECORDERS.count -= 1
        if was_enabled:
            gc.enable()


ONE_SCALAR = "a function to compile must return one scalar that depends on what it is given"


def _output(tape: Tape, result: Any) -> int:
    """Append the result by itself, so that it is a sum of its own with no other consumer."""
    rule = ONE_SCALAR
    if isinstance(result, np.ndarray) and result.shape == ():
        result = result.item()
    if isinstance(result, (Placeholder, Value)):
        if tape.is_constant(result):
            raise TypeError(f"{rule}; got {result!r:.60}, which does not")
        output = tape.apply(TABLE["identity"], (result,))
        output.label = result.label
        return output._place
    if hasattr(result, "__len__") and not isinstance(result, str):
        raise TypeError(f"{rule}; got {len(result)} in a {type(result).__name__}: return their sum")
    if isinstance(result, Condition):
        raise TypeError(f"{rule}; got a Condition: return where(condition, 1.0, 0.0)")
    if result is None:
        raise TypeError(f"{rule}; got None: is a return statement missing?")
    raise TypeError(f"{rule}; got {result!r:.60} of type {type(result).__name__}")


def _result(tape: Tape, x: Any) -> int:
    """Append one of several results; a number stays where it is."""
    place = tape.place(x, TABLE["identity"])
    if tape.number_at(place) is not None:
        return place
    copy = tape.apply(TABLE["identity"], (x,))
    copy.label = getattr(x, "label", None)
    return copy._place


def finished(tape: Tape, outputs: list[int], results: Results | None = None) -> Recording:
    """Return a tape as arrays."""
    pages = tape.pages()

    def column(k: int, kind: type[Any]) -> NDArray[Any]:
        parts = [np.array(page[k], kind) for page in pages]
        return np.concatenate([np.zeros(tape.given, kind), *parts])

    return Recording(
        column(0, np.int16),
        column(1, np.int32),
        column(2, np.int32),
        np.array(tape.operands, np.int32),
        np.array(tape.numbers, np.float64),
        tape.ops,
        tape.labels,
        tape.leaves,
        np.array(outputs, np.int32),
        results,
    )


def _nested(tape: Tape, leaf: Leaf) -> Any:
    """Return the placeholders of a leaf as a scalar or as nested lists of its shape."""
    items: list[Any] = [placeholder(tape, leaf.start + k) for k in range(leaf.size)]
    for axis in range(len(leaf.shape) - 1, 0, -1):
        extent, rows = leaf.shape[axis], math.prod(leaf.shape[:axis])
        items = [items[i * extent : (i + 1) * extent] for i in range(rows)]
    return items if leaf.shape else items[0]


def _arguments(
    f: Callable[..., Any], declarations: Sequence[Declaration]
) -> tuple[list[str], list[str]]:
    """Return which declarations f gets by position and which by keyword.

    An argument gets what is declared under its name; the others get the inputs and
    per-sample parameters that are left, in order. Parameters are passed only by name:
    a function may as well use their Values directly.
    """
    given = [d.name for d in declarations if d.kind != "parameter"]
    known = [d.name for d in declarations]
    try:
        signature: Mapping[str, inspect.Parameter] = inspect.signature(f).parameters
    except (TypeError, ValueError):
        return given, []
    kinds = inspect.Parameter
    variadic = (kinds.VAR_POSITIONAL, kinds.VAR_KEYWORD)
    names = [name for name, p in signature.items() if p.kind not in variadic]
    left = [name for name in given if name not in names]
    positional, named = [], []
    by_keyword = False  # once an argument in between keeps its default
    for name in names:
        parameter = signature[name]
        is_keyword = parameter.kind is kinds.KEYWORD_ONLY
        if name not in known:
            if parameter.default is not kinds.empty and (is_keyword or not left):
                by_keyword = True
                continue
            if is_keyword or not left:
                raise TypeError(
                    f"the function's argument {name!r} is neither an input nor a parameter; "
                    f"declared are {', '.join(map(repr, known)) or 'none'}"
                )
        source = name if name in known else left.pop(0)
        if is_keyword or by_keyword:
            named.append(source)
        else:
            positional.append(source)
    variadic_kinds = {p.kind for p in signature.values()}
    if kinds.VAR_KEYWORD in variadic_kinds:
        named += [name for name in known if name not in positional + named]
    elif kinds.VAR_POSITIONAL in variadic_kinds:
        positional += left
    left = [name for name in left if name not in positional + named]
    if left:
        raise TypeError(f"the function takes no argument for {', '.join(map(repr, left))}")
    return positional, named
