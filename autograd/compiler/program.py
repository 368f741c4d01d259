"""`Program`: what `compile` returns."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.compiler.emit import Emitted
from autograd.compiler.pieces import available_bytes, check_memory
from autograd.compiler.record import Declaration, Floats
from autograd.compiler.results import Results
from autograd.compiler.saved import module_text
from autograd.compiler.summary import Summary
from autograd.compiler.watch import Watch

_FLOAT64 = np.dtype(np.float64)


class Parameters(MutableMapping[str, Floats]):
    """A program's parameters by name: float64 arrays, to be changed in place or assigned."""

    def __init__(self, declarations: Sequence[Declaration]) -> None:
        self._shapes = {d.name: d.shape for d in declarations}
        self._arrays = {
            d.name: np.array(d.data, dtype=float, order="C")
            for d in declarations
            if d.data is not None
        }

    def __getitem__(self, name: str) -> Floats:
        array = self._arrays.get(name)
        if array is not None:
            return array
        self._check_name(name)
        raise ValueError(
            f"parameter {name!r} was declared by its shape and has no numbers yet: "
            f"program.parameters[{name!r}] = array of shape {self._shapes[name]}"
        )

    def __setitem__(self, name: str, numbers: Any) -> None:
        if numbers is self._arrays.get(name):
            return  # the end of `parameters[name] -= ...`, which has happened in place
        self._check_name(name)
        array = as_floats(f"parameter {name!r}", numbers)
        if array.shape != self._shapes[name]:
            raise ValueError(
                f"parameter {name!r} has shape {self._shapes[name]}, got {array.shape}"
            )
        self._arrays[name] = np.array(array, order="C")

    def _check_name(self, name: str) -> None:
        if name not in self._shapes:
            raise KeyError(f"no parameter {name!r}; there are {_listed(self._shapes)}")

    def __delitem__(self, name: str) -> None:
        raise TypeError("a program's parameters cannot be deleted")

    def __iter__(self) -> Iterator[str]:
        return iter(self._shapes)

    def __len__(self) -> int:
        return len(self._shapes)

    @property
    def known(self) -> dict[str, Floats]:
        """The arrays of those that have numbers."""
        return dict(self._arrays)

    def __repr__(self) -> str:
        return f"Parameters({', '.join(f'{n}: {s}' for n, s in self._shapes.items())})"


class Program:
    """A compiled function: `program(X, T) -> (value, gradients)`. Made by `compile`.

    With reduce=None, `program(X, T)` gives what the function returns, for every sample.

    A call computes in float64, keeps nothing, and may run in several threads at once.

    Attributes:
        source: the code that runs; with backend "numpy" or "jax" a module of its own.
        function: the source's function of all inputs and parameters as arrays, unchecked.
            With backend="jax" it is pure, for `jax.jit`, `jax.vmap` and sharding.
        parameters: a mapping of names to arrays, which a call reads. They start as copies
            of the declared Values' data: `pull()` copies those again, `push()` copies back.
    """

    def __init__(
        self,
        declarations: Sequence[Declaration],
        batched: bool,
        emitted: Emitted,
        function: Callable[..., Any],
        run: Callable[..., Any],
        names: Mapping[str, str],
        results: Results | None,
        summary: Summary,
        watch: Watch,
        compile_again: Callable[[list[Declaration]], Program],
    ) -> None:
        self.source = emitted.text
        self.parameters = Parameters([d for d in declarations if d.kind == "parameter"])
        self._declarations = {d.name: d for d in declarations}
        self._given = [d for d in declarations if d.kind != "parameter"]
        self._batched = batched
        self.function = function
        self._run = run  # the function, or what calls it on NumPy arrays and in pieces
        self._names = names  # the user's name of each gradient
        self._results = results
        self._functions = list(emitted.functions)
        self._is_kernel = emitted.function is not None
        self._summary = summary
        self._watch = watch
        self._compile = compile_again  # what was recorded; for pickling

    def __call__(self, /, *arrays: Any, **named: Any) -> Any:
        """Compute the value and the gradients, or what the function returns.

        Args:
            arrays: the inputs and per-sample parameters in the order of their declaration,
                with the samples along the first axis if the program is one over a batch.
            named: the same by name; a parameter given here counts for this call only.

        Returns:
            The sum of the function over the samples, and its gradient with respect to each
            name of `wrt`: an array of the shape of a parameter, and over a batch of shape
            (N, ...) for inputs and per-sample parameters. With reduce=None, the function's
            results instead: an array of shape (N, ...) for each number or rectangular list,
            in the tuples, dicts and other lists that hold them; of one sample without N.

        Raises:
            TypeError: too few or too many arrays, or something that is no array of numbers.
            ValueError: a shape does not fit.
            MemoryError: the batch is too large; the message says how much it needs, and how
                many samples fit. Nothing has been computed then.
            AnomalyError: under `detect_anomaly`, a result is inf or nan though all that is
                given is finite. Else that is a RuntimeWarning, which names the operation.
        """
        arguments, samples = self._arguments(arrays, named)
        try:
            check_memory(self._summary, samples)
            with np.errstate(all="ignore"):
                results = self._watch.results(self._run, arguments)
        except MemoryError as error:
            raise MemoryError(self._too_large(samples)) from error
        if self._results is not None:
            return self._results.shown(results)
        value, gradients = results
        return float(value), {wanted: gradients[name] for name, wanted in self._names.items()}

    def _arguments(self, arrays: Sequence[Any], named: dict[str, Any]) -> tuple[list[Any], int]:
        """Return the arguments of the function in order, checked, and the number of samples."""
        given = self._by_name(arrays, named)
        arguments, samples = [], -1
        for d in self._declarations.values():
            x = given.get(d.name)
            if x is None:
                if d.kind != "parameter":
                    raise TypeError(f"the program needs an array for {d.kind} {d.name!r}")
                arguments.append(self.parameters[d.name])
                continue
            if type(x) is not np.ndarray or x.dtype is not _FLOAT64:
                x = as_floats(f"{d.kind} {d.name!r}", x)
            if d.kind == "parameter" or not self._batched:
                _check_shape(d, x, d.shape)
                x = np.require(x, requirements="C")
            else:
                first = samples < 0
                samples = len(x) if first and x.ndim else samples
                same = "" if first else f" with the same N = {samples} as before it"
                _check_shape(d, x, (samples, *d.shape), same)
            arguments.append(x)
        return arguments, max(samples, 1)

    def _too_large(self, samples: int) -> str:
        summary, available = self._summary, available_bytes()
        needed = f"{samples} samples need about {summary.bytes_for(samples):,} bytes"
        if available is not None:
            needed += (
                f", and {available:,} are there: {summary.samples_in(available):,} samples fit"
            )
        return f"{needed}. Call the program on fewer samples at a time"

    def _by_name(self, arrays: Sequence[Any], named: dict[str, Any]) -> dict[str, Any]:
        if len(arrays) > len(self._given):
            raise TypeError(
                f"the program takes {_listed([d.name for d in self._given])}, "
                f"got {len(arrays)} arrays"
            )
        given = {d.name: x for d, x in zip(self._given, arrays)}
        for name, x in named.items():
            if name not in self._declarations:
                raise TypeError(
                    f"the program has no input or parameter {name!r}; "
                    f"it has {_listed(self._declarations)}"
                )
            if name in given:
                raise TypeError(f"{name!r} was given twice")
            given[name] = x
        return given

    def pull(self) -> None:
        """Set the parameters that were declared as Values to those Values' data."""
        for d in self._declarations.values():
            if d.values is not None:
                data = [value.data for value in d.values]
                self.parameters[d.name][...] = np.reshape(data, d.shape)

    def push(self, gradients: Mapping[str, Any] | None = None) -> None:
        """Set the Values to the parameters' numbers, and their grads to gradients if given."""
        for d in self._declarations.values():
            if d.values is None:
                continue
            for value, x in zip(d.values, self.parameters[d.name].ravel().tolist()):
                value.data = x
            if gradients is not None and d.name in gradients:
                for value, g in zip(d.values, np.ravel(gradients[d.name]).tolist()):
                    value.grad = g

    def summary(self) -> Summary:
        """Return what was recorded, found and emitted, and how long each pass took."""
        return self._summary

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the source as a Python module that needs NumPy alone, or JAX.

        Its function `program` takes the inputs and parameters as arrays, lists or numbers, in
        the order of its signature, and does not check their shapes. Its dict `parameters` has
        the parameters' numbers of now: `program(X, T, **parameters)`. On JAX it computes in
        float32 unless `jax.config.update("jax_enable_x64", True)` was called.

        Raises:
            ValueError: the program calls operations that have no array form, or runs on Numba.
        """
        if self._is_kernel:
            raise ValueError('backend="tape" runs on Numba: compile with backend="numpy" to save')
        if self._functions:
            raise ValueError(
                f"{_listed(self._functions)} cannot be written as NumPy source: give the Op "
                'an array form, such as array="np.exp({0})", and a rule without branches'
            )
        text = module_text(self.source, self._declarations, self.parameters.known)
        Path(path).write_text(text, encoding="utf-8")

    def __reduce__(self) -> Any:
        """Pickle what was recorded and the parameters' numbers; reading it runs the passes."""
        known = self.parameters.known
        declarations = [replace(d, data=known.get(d.name)) for d in self._declarations.values()]
        return self._compile, (declarations,)

    def __repr__(self) -> str:
        given = ", ".join(d.name for d in self._given)
        returned = "(value, gradients)" if self._results is None else "results"
        return f"<Program ({given}) -> {returned}, {self._summary.instructions} lines>"


def as_floats(what: str, x: Any) -> Floats:
    """Return real numbers as a float64 array; a TypeError for everything else."""
    try:
        array: NDArray[Any] = np.asarray(x)
    except ValueError as error:
        raise ValueError(f"{what} needs an array of numbers: {error}") from None
    if array.dtype == np.float64:
        return array
    if array.dtype.kind == "O" and array.size:
        kind = type(array.flat[0]).__name__
        remedy = ": pass its .data" if kind == "Value" else ""
        raise TypeError(f"{what} needs real numbers, got an object such as a {kind}{remedy}")
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{what} needs real numbers, got an array of {array.dtype}")
    return array.astype(np.float64)


def _check_shape(
    d: Declaration, x: Floats, expected: tuple[int, ...], samples: str | None = None
) -> None:
    """Check a shape; `samples` is what is known of N, where the first axis is that of samples."""
    if x.shape != expected:
        wanted = str(d.shape) if samples is None else str(("N", *d.shape)).replace("'", "")
        raise ValueError(f"{d.kind} {d.name!r} needs shape {wanted}{samples or ''}, got {x.shape}")


def _listed(names: Any) -> str:
    return ", ".join(repr(name) for name in names) or "none"
