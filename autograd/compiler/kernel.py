"""Backend "tape": a Numba kernel that walks the tape forward and back.

For graphs without regularity, where array code would be a line for every few scalars. The
kernel is printed from the table: a branch for each operation that the tape contains.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from autograd import special
from autograd.compiler.codes import FIRST_OP, NUMBER, is_row_wise
from autograd.compiler.emit import Emitted
from autograd.compiler.record import Floats, Recording
from autograd.compiler.rules import Derivatives, Term, operation
from autograd.compiler.uses import find_live
from autograd.op import Op
from autograd.ops import TABLE

# Values and gradients of so many scalars at once: some tens of megabytes.
_SCALARS = 2**22
_COMPILED: dict[str, Callable[..., None]] = {}

_HEAD = '''
def kernel(code, a, b, operands, values, gradients, first, output):
    """Compute all values from those of the leaves, then all gradients; a column a sample."""
    size, samples = values.shape
    for i in range(first, size):
        p, q = a[i], b[i]
'''
_MIDDLE = """
    reached = np.zeros({shape}, np.bool_)
    reached[output] = True
    gradients[:] = 0.0
    gradients[output] = 1.0
    for i in range(size - 1, first - 1, -1):
        if not reached[i]{any}:
            continue
        p, q = a[i], b[i]
"""


def emit_kernel(tape: Recording, wrt: Sequence[str], batched: bool) -> Emitted:
    """Return the kernel for a tape, and the function that runs it on arrays of its leaves.

    Args:
        wrt: names to differentiate with respect to: the keys of the gradients.
        batched: inputs have an axis of samples.

    Raises:
        ModuleNotFoundError: Numba is not installed.
        ValueError: the tape has an operation that cannot be printed for Numba.
    """
    code = np.where(find_live(tape), tape.code, -1).astype(np.int16)
    source = kernel_source(tape, sorted(set(code[code >= FIRST_OP].tolist())))
    run = _Runner(tape, code, _compiled(source), wrt, batched)
    return Emitted(source, list(wrt), {}, {}, source.count("\n"), run, run.memory)


class _Runner:
    """Runs a kernel over a batch, some samples at a time."""

    def __init__(
        self, tape: Recording, code: Any, kernel: Callable[..., None], wrt: Sequence[str],
        batched: bool,
    ) -> None:  # fmt: skip
        self._tape, self._code, self._kernel, self._wrt = tape, code, kernel, wrt
        self._first = sum(leaf.size for leaf in tape.leaves)
        self._is_batched = [batched and leaf.kind != "parameter" for leaf in tape.leaves]
        self._numbers = np.flatnonzero(tape.code == NUMBER)
        self._most = max(1, min(64, _SCALARS // len(code)))  # samples at once

    @property
    def memory(self) -> tuple[int, int]:
        """Return about how many bytes a call takes, and each sample: its gradients."""
        own = sum(x.size for x, batched in zip(self._tape.leaves, self._is_batched) if batched)
        return 16 * len(self._code) * self._most, 8 * own

    def __call__(self, *arrays: Floats) -> tuple[float, dict[str, Floats]]:
        leaves, own = self._tape.leaves, self._is_batched
        samples = next((len(x) for x, batched in zip(arrays, own) if batched), 1)
        step = max(1, min(self._most, samples))
        values, gradients = np.empty((2, len(self._code), step))
        results = {
            leaf.name: np.zeros((samples, leaf.size) if batched else (1, leaf.size))
            for leaf, batched in zip(leaves, own)
        }
        value = 0.0
        for start in range(0, samples, step):
            chunk = slice(start, min(start + step, samples))
            part = slice(0, chunk.stop - start)
            self._run(arrays, chunk, values[:, part], gradients[:, part])
            value += float(values[self._tape.output, part].sum())
            for leaf, batched in zip(leaves, own):
                g = gradients[leaf.start : leaf.start + leaf.size, part]
                if batched:
                    results[leaf.name][chunk] = g.T
                else:
                    results[leaf.name][0] += g.sum(1)
        shapes = {
            leaf.name: (samples, *leaf.shape) if batched else leaf.shape
            for leaf, batched in zip(leaves, own)
        }
        return value, {name: results[name].reshape(shapes[name]) for name in self._wrt}

    def _run(
        self, arrays: tuple[Floats, ...], chunk: slice, values: Floats, gradients: Floats
    ) -> None:
        tape = self._tape
        for leaf, x, batched in zip(tape.leaves, arrays, self._is_batched):
            rows = x[chunk].reshape(len(x[chunk]), leaf.size).T if batched else x.reshape(-1, 1)
            values[leaf.start : leaf.start + leaf.size] = rows
        values[self._numbers] = tape.numbers[tape.a[self._numbers], None]
        self._kernel(
            self._code, tape.a, tape.b, tape.operands, values, gradients, self._first, tape.output
        )


def _compiled(source: str) -> Callable[..., None]:
    if source not in _COMPILED:
        try:
            from numba import njit
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(
                'backend="tape" needs Numba: pip install "scalar-autograd[numba]"'
            ) from error
        import math

        jit = njit(error_model="numpy")
        namespace: dict[str, Any] = {"np": np, "math": math}
        if "special." in source:
            namespace["special"] = _jitted(special, jit)
        namespace |= {name: jit(function) for name, function in _REDUCTIONS.items()}
        exec(compile(source, "<kernel>", "exec"), namespace)
        _COMPILED[source] = jit(namespace["kernel"])
    return _COMPILED[source]


def _jitted(module: ModuleType, jit: Callable[..., Any]) -> ModuleType:
    """Return a copy of a module whose functions Numba compiles, those that they call too."""
    copy = ModuleType(module.__name__)
    exec(inspect.getsource(module), copy.__dict__)
    for name, x in [*vars(copy).items()]:
        if inspect.isfunction(x):
            setattr(copy, name, jit(x))
    return copy


def _logaddexp_reduce(x: Any) -> Any:
    largest = x.max()
    if not np.isfinite(largest):
        return x.sum()
    return largest + np.log(np.exp(x - largest).sum())


def _hypot_reduce(x: Any) -> Any:
    total = 0.0
    for y in x:
        total = np.hypot(total, y)
    return total


def _max_reduce(x: Any) -> Any:
    largest = x[0]
    for y in x:
        largest = np.maximum(largest, y)
    return largest


def _min_reduce(x: Any) -> Any:
    smallest = x[0]
    for y in x:
        smallest = np.minimum(smallest, y)
    return smallest


# What Numba lacks of the table's array forms, for one row of terms.
_REDUCTIONS = {
    function.__name__: function
    for function in (_logaddexp_reduce, _hypot_reduce, _max_reduce, _min_reduce)
}

# --- the kernel's source ------------------------------------------------------------------


def kernel_source(tape: Recording, codes: Sequence[int]) -> str:
    """Return the kernel for a tape that contains these codes.

    Where operations choose, it notes for each sample which scalars a gradient reaches.
    """
    ops = [(code, tape.ops[code - FIRST_OP]) for code in codes]
    by_sample = any(op.chooses for _, op in ops)
    forward = [_branch(code, _forward(op)) for code, op in ops]
    backward = [_branch(code, _backward(op, by_sample)) for code, op in ops if op.partials]
    shape, is_any = ("(size, samples)", ".any()") if by_sample else ("size", "")
    middle = _MIDDLE.format(shape=shape, any=is_any)
    return _HEAD.lstrip() + "".join(forward) + middle + "".join(backward)


def can_run(tape: Recording) -> bool:
    """Tell whether a kernel can be printed for all operations of a tape."""
    try:
        kernel_source(tape, sorted(set(tape.code[tape.code >= FIRST_OP].tolist())))
    except Exception:
        return False  # an operation of any number of operands, or a rule with branches
    return True


def _branch(code: int, lines: list[str]) -> str:
    body = "".join(f"            {line}\n" for line in lines)
    return f"        if code[i] == {code}:\n{body}"


def _places(op: Op) -> list[str]:
    """Return where an operation's operands stand."""
    if op.arity is None:
        raise ValueError(
            f'backend="tape" cannot run {op.name!r}, which takes any number of operands: '
            'use backend="numpy"'
        )
    if op.arity < 3:
        return ["p", "q"][: op.arity]
    return [f"operands[p + {k}]" for k in range(op.arity)]


def _scalar(text: str) -> str:
    """Return array source in the words that Numba has for scalars."""
    text = re.sub(r"np\.vectorize\(((math|special)\.\w+), otypes=\[float\]\)", r"\1", text)
    text = re.sub(r"np\.(logaddexp|hypot)\.reduce\(", r"_\1_reduce(", text)
    text = re.sub(
        r"np\.clip\((.+?), (-?\d+), (-?\d+)\)", r"np.minimum(np.maximum(\1, \2), \3)", text
    )
    text = re.sub(r"np\.(max|min)\((\w+), axis=0\)", r"_\1_reduce(\2)", text)
    return text.replace("np.float_power(", "np.power(").replace(".sum(0)", ".sum()")


# The operands of a row-wise operation of one sample, in an array.
_ROW = ["terms = np.empty(q)"]
_TERMS = ["    for k in range(q):", "        terms[k] = values[operands[p + k], s]"]


def _operands(places: list[str]) -> list[str]:
    return [f"x{k} = values[{place}, s]" for k, place in enumerate(places)]


def _forward(op: Op) -> list[str]:
    loop = "for s in range(samples):"
    if op is TABLE["sum"] or op is TABLE["dot"]:
        terms, factor = "q", ""
        if op is TABLE["dot"]:
            terms, factor = "q // 2", "*values[operands[k + q // 2], s]"
        return [
            loop, "    total = 0.0", f"    for k in range(p, p + {terms}):",
            f"        total += values[operands[k], s]{factor}", "    values[i, s] = total",
        ]  # fmt: skip
    if is_row_wise(op):
        assert op.array is not None
        form = _scalar(op.array.format("terms"))
        return [*_ROW, loop, *_TERMS, f"    values[i, s] = {form}"]
    places = _places(op)
    lines = _operands(places)

    def assign(text: str, name: str) -> str:
        lines.append(f"{name} = {_scalar(text)}")
        return name

    term = operation(op, [Term(f"x{k}") for k in range(len(places))], assign)
    if term is None:
        raise ValueError(
            f'backend="tape" cannot run {op.name!r}, which has no array form: use backend="numpy"'
        )
    lines.append(f"values[i, s] = {_scalar(term.text)}")
    return [loop, *_indented(lines)]


def _backward(op: Op, by_sample: bool) -> list[str]:
    """Return the lines that hand gradients on, and note which scalars they reach.

    Args:
        by_sample: note it for each sample: only where a gradient has come is one handed on.
    """
    if op is TABLE["sum"]:
        steps = [("operands[k]", "gradients[i, s]", "")]
        return ["for k in range(p, p + q):", *_indented(_hand_on([], steps, by_sample))]
    if op is TABLE["dot"]:
        steps = [
            (f"operands[{one}]", f"gradients[i, s]*values[operands[{other}], s]", "")
            for one, other in (("k", "k + half"), ("k + half", "k"))
        ]
        lines = [line for step in steps for line in _hand_on([], [step], by_sample)]
        return ["half = q // 2", "for k in range(p, p + half):", *_indented(lines)]
    variables: list[str] = []

    def assign(text: str) -> str:
        variables.append(f"t{len(variables)} = {_scalar(text)}")
        return f"t{len(variables) - 1}"

    if is_row_wise(op):
        rule = Derivatives(op, [None], rows=True)
        (term,) = rule.write(["out", "terms"], [0], assign, [0] if rule.decides(0) else [])
        added = ["gradients[operands[p + k], s] += partials[k]"]
        if by_sample:
            added.append("reached[operands[p + k], s] = True")
        if rule.decides(0):
            variables.append(f"there = {_scalar(term[0].text)}")
            term = Term(f"np.where(there, {term[1]}, 0.0)")
            added = ["if there[k]:", *_indented(added)]
        noted = [] if by_sample else ["for k in range(q):", "    reached[operands[p + k]] = True"]
        body = [
            *[line[4:] for line in _TERMS], "out = values[i, s]", *variables,
            f"partials = gradients[i, s]*{_scalar(term.atom())}",
            "for k in range(q):", *_indented(added),
        ]  # fmt: skip
        if by_sample:
            body = ["if reached[i, s]:", *_indented(body)]
        return [*_ROW, *noted, "for s in range(samples):", *_indented(body)]
    places = _places(op)
    rule = Derivatives(op, [None] * len(places))
    names = ["out", *[f"x{k}" for k in range(len(places))]]
    apart = [k for k in range(len(places)) if rule.decides(k)]
    steps = []
    for k, term in enumerate(rule.write(names, range(len(places)), assign, apart)):
        condition, derivative = term if k in apart else (None, term)
        if derivative is not None:
            factor = (
                repr(derivative) if isinstance(derivative, float) else _scalar(derivative.atom())
            )
            steps.append((places[k], f"g*{factor}", "" if condition is None else condition.text))
    body = [*_operands(places), "out = values[i, s]", "g = gradients[i, s]", *variables]
    return _hand_on(body, steps, by_sample)


def _hand_on(body: list[str], steps: Sequence[tuple[str, str, str]], by_sample: bool) -> list[str]:
    """Return the loop over the samples that adds terms to gradients.

    Args:
        body: lines that come first.
        steps: (place, term, condition or "" for none) of each.
    """
    noted = [] if by_sample else [f"reached[{place}] = True" for place, _, _ in steps]
    lines = list(body)
    for place, term, condition in steps:
        added = [f"gradients[{place}, s] += {term}"]
        if by_sample:
            added.append(f"reached[{place}, s] = True")
        lines += [f"if {_scalar(condition)}:", *_indented(added)] if condition else added
    if by_sample:
        lines = ["if reached[i, s]:", *_indented(lines)]
    return [*noted, "for s in range(samples):", *_indented(lines)]


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" for line in lines]
