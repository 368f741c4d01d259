"""Derivatives inside of a function that is being compiled: more scalars on the same tape.

`grad`, `jacobian`, `jvp` and the like come here while a function is recorded. The rules of the
table run on placeholders, as they run on Values for derivatives of higher order, so what they
give is recorded like any other operation, and can be differentiated again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from typing import Any

from autograd import masks
from autograd.compiler.placeholder import Placeholder, placeholder
from autograd.compiler.tape import Tape
from autograd.op import NOTHING, Op
from autograd.ops import TABLE
from autograd.value import Value

# What `gradient` returns without create_graph: a number, as far as derivatives go.
_DETACHED = Op("detached", lambda x: x, None, array="{0}")


class Differentiator:
    """Differentiates what stands on a tape."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape

    def variable(self, x: Any) -> Placeholder:
        """Return a scalar that is equal to a number, Value or placeholder, but not the same."""
        return self._tape.apply(TABLE["identity"], (x,))

    def gradient(self, output: Any, inputs: Sequence[Any], create_graph: bool) -> list[Any]:
        """Return d output / d input for each input, in reverse over the tape.

        Args:
            output: a placeholder, or a Value that stands for a parameter or follows from one.
            inputs: n of the same.
            create_graph: the results can be differentiated again; else they count as numbers.

        Raises:
            TypeError: an input is a number in the compiled function.
        """
        wanted = [self._place(x) for x in inputs]
        start = self._tape.place(output, TABLE["identity"])
        adjoints: dict[int, Any] = {start: 1.0}
        between = self._between(wanted, [start])
        for place in sorted(between, reverse=True):
            upstream = adjoints.get(place)
            if upstream is not None:
                for operand, derivative in self._edges(place, between):
                    term = masks.times(upstream, derivative)
                    adjoints[operand] = masks.plus(adjoints.get(operand, NOTHING), term)
        gradients = [masks.plain(adjoints.get(place, NOTHING)) for place in wanted]
        return gradients if create_graph else [self._tape.apply(_DETACHED, (g,)) for g in gradients]

    def push_forward(
        self, outputs: Sequence[Any], inputs: Sequence[Any], directions: Sequence[Any]
    ) -> list[Any]:
        """Return how each output moves when the inputs move along directions."""
        starts = [self._place(x) for x in inputs]
        ends = [self._tape.place(x, TABLE["identity"]) for x in outputs]
        tangents: dict[int, Any] = dict(zip(starts, directions))
        between = self._between(starts, ends)
        for place in sorted(between - {*starts}):  # nothing above an input moves it
            edges = [(x, d) for x, d in self._edges(place, between) if x in tangents]
            if edges:
                terms = [masks.times(tangents[x], d) for x, d in edges]
                tangents[place] = reduce(masks.plus, terms)
        return [masks.plain(tangents.get(place, NOTHING)) for place in ends]

    # --- the tape as a graph --------------------------------------------------------------

    def _place(self, x: Any) -> int:
        """Return where an input stands."""
        was_used = isinstance(x, Value) and self._tape.is_bound(x)
        if was_used and self._tape.is_constant(x):
            raise TypeError(
                f"{x!r:.60} is a number in the function that is being compiled, and nothing is "
                "differentiated by a number: declare it as a parameter, or pass it to grad"
            )
        return self._tape.place(x, TABLE["identity"])

    def _between(self, starts: Iterable[int], ends: Iterable[int]) -> set[int]:
        """Return the places on the ways from the starts to the ends, both included."""
        first, above = min(starts, default=0), set[int]()
        waiting = list(ends)
        while waiting:
            place = waiting.pop()
            if place >= first and place not in above:  # operands stand before what is of them
                above.add(place)
                waiting += self._tape.operands_at(place)
        moved = {*starts} & above
        for place in sorted(above):
            if not moved.isdisjoint(self._tape.operands_at(place)):
                moved.add(place)
        return moved

    def _edges(self, place: int, moved: set[int]) -> Iterator[tuple[int, Any]]:
        """Yield the operands among some places, and the derivatives with respect to them."""
        op = self._tape.op_at(place)
        operands = self._tape.operands_at(place)
        if op is None or op.again is None or moved.isdisjoint(operands):
            return
        try:
            rules = op.again(placeholder(self._tape, place), *map(self._operand, operands))
        except TypeError as error:
            raise TypeError(
                f"Op {op.name!r}: derivatives inside of a compiled function run its partials on "
                f"placeholders, and they raised: {error}"
            ) from error
        for operand, rule in zip(operands, rules):
            if operand in moved and rule is not None:
                yield operand, rule

    def _operand(self, place: int) -> Any:
        number = self._tape.number_at(place)
        return placeholder(self._tape, place) if number is None else number
