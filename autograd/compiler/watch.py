"""What a program does when its results are not finite: nothing of that is silent.

Finite results are right as they are. Others may come from 0 * inf where the code took for
granted that what it is given is finite, so they are computed anew by code that does not. If
they stay, the first sample that has them is run on Values, and the operation of the user's
function that made them is named, as the eager engine would.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite
from typing import Any

import numpy as np

from autograd.anomaly import gradient_error, value_error
from autograd.compiler.codes import NUMBER
from autograd.compiler.record import Declaration, Recording
from autograd.compiler.results import leaves
from autograd.compiler.uses import find_live, has_many_operands, operands_of
from autograd.errors import AnomalyError, warn
from autograd.node import Node
from autograd.order import topological_order
from autograd.recording import QUIET, RECORDING, is_detecting_anomalies
from autograd.value import Value, record

Run = Callable[..., Any]


class Watch:
    """Looks at the results of every call of a program.

    Args:
        title: the name of the user's function.
        tape: what it did.
        declarations: what the program is given, in order.
        wrt: the names of what is differentiated with respect to.
        batched: inputs have an axis of samples.
        make_careful: makes the function that takes nothing for finite; None where the
            program's own is that function.
    """

    def __init__(
        self,
        title: str,
        tape: Recording,
        declarations: Sequence[Declaration],
        wrt: Sequence[str],
        batched: bool,
        make_careful: Callable[[], Run] | None,
    ) -> None:
        self._title = title
        self._tape = tape
        self._wrt = set(wrt)
        self._has_samples = [batched and d.kind != "parameter" for d in declarations]
        self._make_careful = make_careful
        self._careful: Run | None = None

    def results(self, run: Run, arguments: list[Any]) -> Any:
        """Return the results of a function of these arguments.

        Raises:
            AnomalyError: under `detect_anomaly`, they are not finite though the arguments are.
        """
        results = run(*arguments)
        if self._are_finite(results):
            return results
        if self._make_careful is not None:
            if self._careful is None:
                self._careful = self._make_careful()
            run = self._careful
            results = run(*arguments)
            if self._are_finite(results):
                return results
        if all(np.isfinite(x).all() for x in arguments):
            self._report(run, arguments)
        return results

    def _are_finite(self, results: Any) -> bool:
        """Tell whether all results are finite: by the sum of squares, which is quickest."""
        if self._tape.results is None:
            value, gradients = results
            return isfinite(value) and all(map(_is_finite, gradients.values()))
        return all(map(_is_finite, leaves(results)))

    def _report(self, run: Run, arguments: list[Any]) -> None:
        """Warn, or raise, about the operation that made a result inf or nan."""
        sample, raising = self._find_sample(run, arguments), is_detecting_anomalies()
        if sample is None:
            error: AnomalyError | None = AnomalyError(
                "the sum over the samples is inf or nan; that of each is finite"
            )
        else:
            numbers = self._of_sample(arguments, sample)
            error = self._find_error(numbers, raising)
        if error is None:
            return  # the function itself has inf or nan among its numbers
        place = f", in sample {sample}" if any(self._has_samples) and sample is not None else ","
        message = f"{error}{place} of the compiled function {self._title!r}"
        if raising:
            raise type(error)(message)
        warn(f"{message}; detect_anomaly() raises here instead")

    def _find_sample(self, run: Run, arguments: list[Any]) -> int | None:
        """Return the first sample with results that are not finite, by halving the batch."""
        if not any(self._has_samples):
            return 0
        samples = next(len(x) for x, own in zip(arguments, self._has_samples) if own)
        start, stop = 0, samples

        def is_finite(start: int, stop: int) -> bool:
            part = [x[start:stop] if own else x for x, own in zip(arguments, self._has_samples)]
            return self._are_finite(run(*part))

        while stop - start > 1:
            middle = (start + stop) // 2
            start, stop = (middle, stop) if is_finite(start, middle) else (start, middle)
        return None if is_finite(start, stop) else start

    def _of_sample(self, arguments: list[Any], sample: int) -> list[float]:
        """Return the numbers of all leaves, one after the other, as one sample has them."""
        numbers: list[float] = []
        for x, own in zip(arguments, self._has_samples):
            numbers += np.ravel(x[sample] if own else x).tolist()
        return numbers

    def _find_error(self, numbers: list[float], raising: bool) -> AnomalyError | None:
        """Name the operation at which inf or nan starts; raising, also from an inf or nan."""
        recording, quiet = RECORDING.set(True), QUIET.set(True)
        try:
            outputs, wanted = replay(self._tape, numbers, self._wrt)
            for output in outputs:
                if not isfinite(output.data):
                    return _error_of_value(output, raising)
            return _error_of_gradient(outputs[0], wanted, raising) if wanted else None
        finally:
            QUIET.reset(quiet)
            RECORDING.reset(recording)


def replay(tape: Recording, numbers: list[float], wrt: set[str]) -> tuple[list[Value], set[int]]:
    """Run a tape on Values.

    Args:
        numbers: of all leaves, one after the other.
        wrt: names of leaves.

    Returns:
        The outputs that are no constants, and the ids of the nodes of these leaves.
    """
    nodes: list[Any] = [Value(x) for x in numbers]
    wanted = {
        id(node)
        for leaf in tape.leaves
        if leaf.name in wrt
        for node in nodes[leaf.start : leaf.start + leaf.size]
    }
    live, many = find_live(tape), has_many_operands(tape)
    for place in range(len(nodes), len(tape.code)):
        if tape.code[place] == NUMBER:
            nodes.append(float(tape.numbers[tape.a[place]]))
        elif live[place]:
            _, operands = operands_of(tape, np.array([place]), many)
            nodes.append(_apply(tape, place, tuple([nodes[k] for k in operands.tolist()])))
        else:
            nodes.append(None)
    for place, label in tape.labels.items():
        if isinstance(nodes[place], Value):
            nodes[place].label = label
    return [nodes[k] for k in tape.outputs if isinstance(nodes[k], Value)], wanted


def _apply(tape: Recording, place: int, operands: tuple[Any, ...]) -> Any:
    op = tape.op(place)
    if any(isinstance(x, Value) for x in operands):
        return record(op, operands)
    return record(op, (Value(operands[0]), *operands[1:]))


def _error_of_value(output: Node, raising: bool) -> AnomalyError | None:
    """Name the operation where a non-finite value starts; through choices, what they took."""
    node = output
    while True:
        bad = [x for x in node._inputs() if not isfinite(x.data)]
        if not bad:
            break
        taken = {id(x) for x, _ in node._edges()}
        node = next((x for x in bad if id(x) in taken), bad[0])
    if node.op is None or not (raising or _has_finite_operands(node)):
        return None
    return value_error(node.op, node.operands, node.data)


def _has_finite_operands(node: Node) -> bool:
    return all(isfinite(getattr(x, "data", x)) for x in node.operands)


def _error_of_gradient(output: Node, wanted: set[int], raising: bool) -> AnomalyError | None:
    """Name the operation where a non-finite gradient on the way to wanted leaves starts."""
    order = topological_order(output)
    leads = set(wanted)
    for node in order:
        if any(id(x) in leads for x, _ in node._edges()):
            leads.add(id(node))
    gradients = {id(output): 1.0}
    for node in reversed(order):
        upstream = gradients.get(id(node))
        if upstream is None or node.op is None:
            continue
        for x, derivative in node._edges():
            if id(x) not in leads:
                continue
            if not isfinite(upstream * derivative):
                known = raising or _has_finite_operands(node)
                return gradient_error(node, x, upstream, derivative) if known else None
            gradients[id(x)] = gradients.get(id(x), 0.0) + upstream * derivative
    return None


def _is_finite(x: Any) -> bool:
    row = x.ravel("K")
    return bool(isfinite(row.dot(row)) or np.isfinite(row).all())
