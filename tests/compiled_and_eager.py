"""Compares a compiled program with the eager engine, sample by sample."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograd import Value, compile


def nested(values: list[Any], shape: tuple[int, ...]) -> Any:
    for extent in reversed(shape[1:]):
        values = [values[i : i + extent] for i in range(0, len(values), extent)]
    return values if shape else values[0]


def eager(
    f: Callable[..., Any],
    inputs: Mapping[str, np.ndarray],
    parameters: Mapping[str, np.ndarray],
    wrt: Sequence[str],
) -> tuple[float, dict[str, np.ndarray]]:
    """Return the sum over the samples and its gradients; inputs have an axis of samples."""
    samples = len(next(iter(inputs.values()))) if inputs else 1
    shared = {n: [Value(v) for v in x.ravel().tolist()] for n, x in parameters.items()}
    total, collected = 0.0, {n: [] for n in inputs}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for k in range(samples):
            own = {n: [Value(v) for v in x[k].ravel().tolist()] for n, x in inputs.items()}
            arguments = {n: nested(v, inputs[n].shape[1:]) for n, v in own.items()}
            arguments |= {n: nested(v, parameters[n].shape) for n, v in shared.items()}
            output = f(**arguments)
            output.backward()
            total += output.data
            for n, v in own.items():
                collected[n].append([x.grad for x in v])
    gradients = {n: np.reshape([v.grad for v in x], parameters[n].shape) for n, x in shared.items()}
    gradients |= {n: np.reshape(g, inputs[n].shape) for n, g in collected.items()}
    return total, {n: gradients[n] for n in wrt}


def compiled(
    f: Callable[..., Any],
    inputs: Mapping[str, np.ndarray],
    parameters: Mapping[str, np.ndarray],
    wrt: Sequence[str],
    batch: bool = True,
    backend: str = "numpy",
) -> tuple[float, dict[str, np.ndarray]]:
    shapes = {n: x.shape[1:] for n, x in inputs.items()}
    options = {} if backend == "numpy" else {"backend": backend}
    program = compile(f, shapes, parameters, wrt=wrt, batch=batch, **options)
    arrays = inputs if batch else {n: x[0] for n, x in inputs.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        value, gradients = program(**arrays)
    if not batch:
        gradients = {n: g[None] if n in inputs else g for n, g in gradients.items()}
    return value, gradients


@np.errstate(all="ignore")
def check(
    f: Callable[..., Any],
    inputs: Mapping[str, np.ndarray],
    parameters: Mapping[str, np.ndarray],
    batch: bool = True,
    rtol: float = 1e-12,
    conditioned: bool = False,
    backend: str = "numpy",
    any_infinity: bool = False,
) -> None:
    """Assert that value and all gradients agree.

    Args:
        conditioned: allow for what perturbing the operands in their last places changes.
        any_infinity: take inf, -inf and nan for the same.
    """
    wrt = [*inputs, *parameters]
    expected = eager(f, inputs, parameters, wrt)
    got = compiled(f, inputs, parameters, wrt, batch, backend)
    slack = [0.0] * (1 + len(wrt))
    if conditioned:
        for seed in range(3):
            slack = [
                np.fmax(s, np.abs(np.subtract(a, b)))
                for s, a, b in zip(
                    slack,
                    _row(eager(f, _nudged(inputs, seed), _nudged(parameters, seed + 9), wrt)),
                    _row(expected),
                )
            ]
    for name, a, b, s in zip(["value", *wrt], _row(got), _row(expected), slack):
        a, b, s = np.asarray(a, float), np.asarray(b, float), np.asarray(s)
        assert a.shape == b.shape, name
        if any_infinity:
            a, b = (np.where(np.isfinite(x), x, np.nan) for x in (a, b))
        assert np.array_equal(np.isnan(a), np.isnan(b)), (name, a, b)
        finite = np.isfinite(b)
        assert np.array_equal(a[~finite & ~np.isnan(b)], b[~finite & ~np.isnan(b)]), (name, a, b)
        a, b, s = a[finite], b[finite], np.broadcast_to(s, b.shape)[finite]
        scale = np.abs(b).max(initial=0.0)
        allowed = rtol * np.maximum(np.abs(b), scale * 1e-2) + 1e3 * np.nan_to_num(s) + 1e-300
        assert (np.abs(a - b) <= allowed).all(), (name, a, b, allowed)


def _row(result: tuple[float, dict[str, np.ndarray]]) -> list[Any]:
    return [result[0], *result[1].values()]


def _nudged(arrays: Mapping[str, np.ndarray], seed: int) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    return {
        n: x * (1 + 1e-14 * random.choice([-1.0, 1.0], size=x.shape)) for n, x in arrays.items()
    }
