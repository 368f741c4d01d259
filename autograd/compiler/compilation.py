"""`compile`: the passes in a row."""

from __future__ import annotations

import builtins
import importlib.util
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from autograd.compiler.blocks import ArrayProgram, Sum
from autograd.compiler.canonicalise import canonicalise
from autograd.compiler.copies import clear
from autograd.compiler.emit import Emitted, emit
from autograd.compiler.jax_source import JAX, check_jax, check_pure, jitted
from autograd.compiler.kernel import can_run, emit_kernel
from autograd.compiler.pieces import Pieces, samples_at_once
from autograd.compiler.program import Program
from autograd.compiler.record import Declaration, Recording, record
from autograd.compiler.schedule import schedule
from autograd.compiler.source import NUMPY
from autograd.compiler.summary import Summary
from autograd.compiler.vectorise import vectorise
from autograd.compiler.watch import Watch
from autograd.recording import RECORDING
from autograd.value import Value

Shape = tuple[int, ...]


def compile(
    f: Callable[..., Any],
    inputs: Mapping[str, Shape],
    parameters: Mapping[str, Any] | None = None,
    per_sample: Mapping[str, Shape] | None = None,
    *,
    batch: bool = True,
    wrt: Sequence[str] | None = None,
    reduce: str | None = "sum",
    backend: str = "numpy",
) -> Program:
    """Turn a scalar function into array code that computes its value and its gradients.

    The function runs once, on placeholders for one sample, so a Python `if` on plain data
    is decided once and for all; one on a computed value is an error that names `where`.
    Derivatives may be taken inside: `grad`, `hessian`, `jvp` and the like record what they
    compute, so a loss may contain a gradient, and f may be `hessian(g)` itself.

    Import it by name: `from autograd import *` leaves Python's own `compile` as it is, which
    says "compile() missing required argument 'mode'" or the like of such a call.

    Args:
        f: a function of scalars and nested lists that returns one scalar, such as the loss
            of one sample. Arguments named like an input, per-sample parameter or parameter
            get that; the others get the inputs and per-sample parameters in order.
        inputs: names and shapes of the inputs of one sample; () for a scalar.
        parameters: names and values of what all samples share: a Value or number, nested
            lists of them, or an array; a tuple of ints is a shape, to be filled in later.
            Values that f uses and that are not declared here are constants.
        per_sample: names and shapes of parameters of which every sample has its own.
        batch: the program takes many samples along the first axis and adds f up over them,
            so a penalty on the parameters inside f counts once a sample. False: one sample.
        wrt: names to differentiate with respect to; default: all parameters, also those
            per sample. Inputs may be named too.
        reduce: "sum" for one scalar and its gradients; None for all that f returns, be it
            scalars in nested lists, tuples, dicts or arrays, and no gradients.
        backend: "numpy"; "jax" for the same program on JAX, jitted; "tape" for graphs
            without regularity, a Numba kernel that is compiled for seconds once for each
            set of operations; "auto" picks "numpy" or "tape".

    Returns:
        A `Program`: `program(X, T) -> (value, gradients)`; with reduce=None, what f returns
        with an array for each number or rectangular list, its samples along the first axis.

    Raises:
        TypeError: f does not fit the declarations, returns something else than one scalar,
            or branches on a value.
        ValueError: names or shapes do not fit, or an operation does not run on the backend.
        ModuleNotFoundError: JAX or Numba is asked for and not installed.

    >>> from autograd import Value
    >>> w = [Value(2.0), Value(-1.0)]
    >>> program = compile(lambda x: (w[0] * x[0] + w[1] * x[1]) ** 2, {"x": (2,)}, {"w": w})
    >>> value, gradients = program([[1.0, 1.0], [0.0, 3.0]])
    >>> value, gradients["w"]
    (10.0, array([  2., -16.]))

    The Hessian of each of many samples:

    >>> from autograd import hessian
    >>> curvature = compile(hessian(lambda x: x[0] ** 2 * x[1]), {"x": (2,)}, reduce=None)
    >>> curvature([[1.0, 2.0], [3.0, 4.0]]).tolist()
    [[[4.0, 2.0], [2.0, 0.0]], [[8.0, 6.0], [6.0, 0.0]]]
    """
    if backend not in ("numpy", "jax", "tape", "auto"):
        raise ValueError(
            f"compile has no backend {backend!r}; there are 'numpy', 'jax', 'tape' and 'auto'"
        )
    if not callable(f):
        raise TypeError(f"compile needs a function, got {type(f).__name__}")
    declarations = declare(inputs, parameters or {}, per_sample or {})
    if reduce is None:
        _check_unreduced(wrt, backend)
    elif reduce != "sum":
        raise ValueError(f"compile has no reduce={reduce!r:.40}; there are 'sum' and None")
    wanted = [] if reduce is None else _wanted(declarations, wrt)
    batched = batch and any(d.kind != "parameter" for d in declarations)
    token = RECORDING.set(True)  # also inside no_grad
    try:
        return _run_passes(f, declarations, wanted, batched, reduce == "sum", backend)
    finally:
        RECORDING.reset(token)


def _check_unreduced(wrt: Sequence[str] | None, backend: str) -> None:
    if wrt is not None:
        raise ValueError(
            "reduce=None gives what the function returns, and wrt has no meaning there: "
            "compile grad(f), jacobian(f) or value_and_grad(f) instead of f"
        )
    if backend == "tape":
        raise ValueError('backend="tape" adds up over the samples: reduce=None needs "numpy"')


def _wanted(declarations: Sequence[Declaration], wrt: Sequence[str] | None) -> list[str]:
    """Return the names to differentiate with respect to, each once."""
    if wrt is None:
        return [d.name for d in declarations if d.kind != "input"]
    if isinstance(wrt, str):
        raise TypeError(f"wrt is a list of names, got a str: wrt=[{wrt!r:.60}]")
    names = [d.name for d in declarations]
    for name in wrt:
        if name not in names:
            raise ValueError(f"wrt names {name!r}, which is neither an input nor a parameter")
    return list(dict.fromkeys(wrt))


def _run_passes(
    f: Callable[..., Any],
    declarations: list[Declaration],
    wrt: list[str],
    batched: bool,
    reduces: bool,
    backend: str,
) -> Program:
    clock = _Clock()
    tape = record(f, declarations, reduces)
    clear(tape)
    clock.stop("record")
    title = getattr(f, "__name__", type(f).__name__)
    return compile_recording(tape, title, wrt, batched, backend, declarations, clock)


def compile_recording(
    tape: Recording,
    title: str,
    wrt: list[str],
    batched: bool,
    backend: str,
    declarations: list[Declaration],
    clock: _Clock | None = None,
) -> Program:
    """Run the passes after recording; a program that was pickled begins here.

    Args:
        tape: what the user's function does.
        title: its name.
        wrt: names to differentiate with respect to.
        batched: inputs have an axis of samples.
        backend: see `compile`.
        declarations: what the program is given.
        clock: what has measured the recording.
    """
    clock = clock or _Clock()
    make_careful = None
    if backend == "tape":
        emitted, program = (
            emit_kernel(tape, wrt, batched),
            ArrayProgram([]),
        )
    else:
        canonical = canonicalise(tape)
        clock.stop("canonicalise")
        levels = schedule(canonical)
        clock.stop("schedule")
        program = vectorise(tape, canonical, levels, frozenset(wrt), batched)
        clock.stop("vectorise")
        if backend == "auto" and tape.results is None and _is_irregular(tape, program):
            emitted = emit_kernel(tape, wrt, batched)
        else:
            dialect = JAX if backend == "jax" else NUMPY
            emitted = emit(tape, program, wrt, batched, title, dialect)
            if backend == "jax":
                check_jax()
                check_pure(emitted.functions)
            if emitted.trusts:

                def make_careful() -> Callable[..., Any]:
                    careful = emit(tape, program, wrt, batched, title, dialect, trusts=False)
                    return _runnable(_load(careful), backend)

    function = emitted.function or _load(emitted)
    clock.stop("emit")
    in_pieces = batched and backend != "jax" and emitted.function is None
    summary = _summary(tape, program, emitted, wrt, in_pieces, clock.seconds)
    run = _runnable(function, backend)
    has_samples = [batched and d.kind != "parameter" for d in declarations]
    if in_pieces:
        own = {d.name for d, has in zip(declarations, has_samples) if has}
        adds_up = [True, *[name not in own for name in wrt]]
        if tape.results is not None:
            adds_up = [False] * len(tape.results.shapes)
        assert summary.samples_at_once is not None
        run = Pieces(run, has_samples, adds_up, summary.samples_at_once)
    return Program(
        declarations, batched, emitted, function, run, dict(zip(emitted.results, wrt)),
        tape.results, summary,
        Watch(title, tape, declarations, wrt, batched, make_careful),
        partial(compile_recording, tape, title, wrt, batched, backend),
    )  # fmt: skip


def _runnable(function: Callable[..., Any], backend: str) -> Callable[..., Any]:
    """Return a function of NumPy arrays."""
    return jitted(function) if backend == "jax" else function


def _is_irregular(tape: Recording, program: ArrayProgram) -> bool:
    """Tell whether a block holds too few scalars for array code, and a kernel can run."""
    if not 2000 < tape.operations < 250 * len(program.blocks):
        return False
    return importlib.util.find_spec("numba") is not None and can_run(tape)


def _load(emitted: Emitted) -> Callable[..., Any]:
    namespace: dict[str, Any] = dict(emitted.functions)
    exec(builtins.compile(emitted.text, "<compiled by autograd>", "exec"), namespace)
    return namespace["program"]  # type: ignore[no-any-return]


class _Clock:
    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._start = time.perf_counter()

    def stop(self, name: str) -> None:
        now = time.perf_counter()
        self.seconds[name] = now - self._start
        self._start = now


def _summary(
    tape: Recording,
    program: ArrayProgram,
    emitted: Emitted,
    wrt: list[str],
    in_pieces: bool,
    seconds: dict[str, float],
) -> Summary:
    computed = [b for b in program.blocks if b.number and not hasattr(b, "kind")]
    each = 8 if tape.results else 16  # a value, and where gradients are taken one of those
    fixed, sample = emitted.memory or [
        each * sum(b.size for b in program.blocks if b.is_batched == batched)
        for batched in (False, True)
    ]
    if tape.results:
        result = 8 * sum(tape.results.sizes())
    else:
        result = 8 * sum(x.size for x in tape.leaves if x.name in wrt and x.kind != "parameter")
    if emitted.memory:  # a kernel's samples take no more than their results
        sample, result = 0, sample
    products = [p for b in computed if isinstance(b, Sum) for p in b.products]
    return Summary(
        tape.operations, emitted.instructions, len(computed),
        sum(p.matrix is not None for p in products),
        sum(a.dtype.kind == "i" for a in emitted.arrays.values()),
        fixed, sample, result, samples_at_once(fixed, sample) if in_pieces else None, seconds,
    )  # fmt: skip


# --- declarations -----------------------------------------------------------------------


def declare(
    inputs: Mapping[str, Any], parameters: Mapping[str, Any], per_sample: Mapping[str, Any]
) -> list[Declaration]:
    """Return what a program is given: inputs, then per-sample parameters, then parameters."""
    result = []
    for kind, group in (("input", inputs), ("per-sample parameter", per_sample)):
        for name, shape in _items(kind, group):
            if not _is_shape(shape):
                raise TypeError(
                    f"{kind} {name!r} needs a shape such as (3,) or (), got {shape!r:.60}"
                )
            result.append(Declaration(name, kind, tuple(map(int, shape))))
    for name, numbers in _items("parameter", parameters):
        if _is_shape(numbers):
            result.append(Declaration(name, "parameter", tuple(map(int, numbers))))
        else:
            result.append(_declare_values(name, numbers))
    names = [d.name for d in result]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{name!r} is declared twice: inputs and parameters share their names")
    return result


def _items(kind: str, group: Any) -> list[tuple[str, Any]]:
    if not isinstance(group, Mapping):
        raise TypeError(f"{kind}s are a dict of names, got {type(group).__name__}")
    for name in group:
        if not isinstance(name, str):
            raise TypeError(f"{kind}s are a dict of names, which are str, got {name!r:.60}")
    return list(group.items())


def _is_shape(x: Any) -> bool:
    return isinstance(x, tuple) and all(isinstance(n, (int, np.integer)) and n >= 0 for n in x)


def _declare_values(name: str, numbers: Any) -> Declaration:
    if isinstance(numbers, np.ndarray) and numbers.dtype.kind in "fiub":
        return Declaration(name, "parameter", numbers.shape, None, numbers.astype(float))
    scalars: list[Any] = []
    shape = _shape(name, numbers, scalars)
    values = [x for x in scalars if isinstance(x, Value)]
    if values and len(values) < len(scalars):
        raise TypeError(f"parameter {name!r} mixes Values and plain numbers")
    data = np.array([x.data if isinstance(x, Value) else x for x in scalars], dtype=float)
    return Declaration(name, "parameter", shape, values or None, data.reshape(shape))


def _shape(name: str, x: Any, scalars: list[Any]) -> Shape:
    """Append the scalars of nested sequences in order, and return their shape."""
    if isinstance(x, Value):
        scalars.append(x)
        return ()
    if isinstance(x, np.ndarray):
        scalars.extend(x.ravel().tolist())
        return tuple(x.shape)
    if isinstance(x, (list, tuple)):
        shapes = {_shape(name, item, scalars) for item in x}
        if len(shapes) > 1:
            raise ValueError(
                f"parameter {name!r} has rows of different shapes {sorted(shapes)}: "
                "declare each under a name of its own"
            )
        return (len(x), *(shapes.pop() if shapes else ()))
    scalars.append(float(x) if isinstance(x, (int, float, np.number)) else Value(x).data)
    return ()
