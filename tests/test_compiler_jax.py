"""Backend "jax": the structures of the other backends' tests, against the eager engine."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import compiled_and_eager
import numpy as np
import pytest
import test_compiler_recovery as recovery
from compiled_and_eager import check
from test_compiler_random import DIFFERENTIABLE, INTERIOR, apply

import autograd
from autograd import Op, compile

pytest.importorskip("jax")

STRUCTURES: list[Callable[[], None]] = [
    partial(recovery.test_dense_layers_however_written, "dot", True),
    recovery.test_a_bias_shared_by_a_layer,
    recovery.test_a_minibatch_unrolled_in_one_graph,
    recovery.test_weights_that_are_computed,
    recovery.test_softmax_and_cross_entropy_rows,
    recovery.test_means_and_sums_of_squares,
    recovery.test_neurons_in_one_flat_list,
    recovery.test_attention,
    partial(recovery.test_convolution, True),
    partial(recovery.test_sparse_layers_run_through_segments, 0.5),
    recovery.test_a_matrix_of_numbers,
    recovery.test_equal_rows_are_computed_once,
    recovery.test_regular_and_irregular_parts_mix,
]


def name(structure: Any) -> str:
    return getattr(structure, "func", structure).__name__.removeprefix("test_")


@pytest.mark.parametrize("structure", STRUCTURES, ids=name)
def test_structures_agree_with_the_eager_engine(
    structure: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = []

    def on_jax(*args: Any, **kwargs: Any) -> Any:
        program = compile(*args, **kwargs, backend="jax")
        sources.append(program.source)
        return program

    monkeypatch.setattr(compiled_and_eager, "compile", on_jax)
    structure()
    assert sources and all("jnp." in source for source in sources)


def test_every_operation_of_a_fixed_number_of_operands(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(1)
    x = np.array([
        [draw.uniform(*INTERIOR.get(op.name, (-2.0, 2.0)), 3) for op in DIFFERENTIABLE]
        for _ in range(3)
    ])  # fmt: skip

    def f(x):
        return autograd.sum([apply(op, row[: op.arity]) for op, row in zip(DIFFERENTIABLE, x)])

    monkeypatch.setattr(compiled_and_eager, "compile", partial(compile, backend="jax"))
    check(f, {"x": x}, {})


def test_parts_are_added_to_without_a_change_in_place() -> None:
    """All three ways of adding to a part of a gradient: a slice, a view, and places that repeat."""

    def f(x, w):
        left = [autograd.dot(w[k : k + 2], x) for k in range(0, 9, 3)]
        repeated = [w[k] * autograd.exp(w[j]) for k, j in [(0, 8), (3, 8), (0, 2), (7, 2), (1, 1)]]
        return autograd.sum([autograd.tanh(v) for v in left]) + w[4] * autograd.sum(repeated) ** 2

    x, w = np.random.default_rng(2).normal(size=(5, 2)), np.linspace(-1.0, 1.0, 9)
    program = compile(f, {"x": (2,)}, {"w": w}, wrt=["x", "w"], backend="jax")
    for form in (".at[", " = added(", " = scatter_add("):
        assert form in program.source
    ast.parse(program.source)
    value, gradients = program(x)
    expected, expected_gradients = compile(f, {"x": (2,)}, {"w": w}, wrt=["x", "w"])(x)
    assert value == pytest.approx(expected, rel=1e-13)
    for key, g in gradients.items():
        np.testing.assert_allclose(g, expected_gradients[key], rtol=1e-12)
        g += 1.0  # the caller's own


def test_the_function_is_pure() -> None:
    import jax

    program = compile(
        lambda x, w: autograd.tanh(autograd.dot(w, x)), {"x": (3,)}, {"w": (3,)}, backend="jax"
    )
    x, ws = np.eye(3), np.arange(6.0).reshape(2, 3)
    values, gradients = jax.jit(jax.vmap(program.function, in_axes=(None, 0)))(x, ws)
    np.testing.assert_allclose(values, np.tanh(ws).sum(1), rtol=1e-6)  # float32 unless asked
    np.testing.assert_allclose(gradients["w"], 1.0 - np.tanh(ws) ** 2, rtol=1e-5, atol=1e-6)


SHARDED = """
import jax, numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec
from autograd import compile, dot, sum, tanh

jax.config.update("jax_enable_x64", True)
f = lambda x, W: sum([tanh(dot(row, x)) for row in W])
W = np.random.default_rng(0).normal(size=(4, 3))
x = np.random.default_rng(1).normal(size=(16, 3))
program = compile(f, {"x": (3,)}, {"W": W}, backend="jax")
samples = NamedSharding(Mesh(jax.devices(), ("samples",)), PartitionSpec("samples"))
value, gradients = jax.jit(program.function)(jax.device_put(x, samples), W)
expected, exact = compile(f, {"x": (3,)}, {"W": W})(x)
np.testing.assert_allclose(float(value), expected, rtol=1e-13)
np.testing.assert_allclose(gradients["W"], exact["W"], rtol=1e-12)
print(len(jax.devices()), "devices")
"""


def test_samples_are_spread_over_devices() -> None:
    environment = os.environ | {
        "XLA_FLAGS": "--xla_force_host_platform_device_count=8",
        "JAX_PLATFORMS": "cpu",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    command = [sys.executable, "-P", "-c", SHARDED]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.stdout == "8 devices\n", done.stderr


def test_it_is_saved_as_a_module_that_needs_jax_alone(tmp_path: Path) -> None:
    program = compile(lambda x: x**2, {"x": ()}, wrt=["x"], backend="jax")
    program.save(tmp_path / "model.py")
    call = "import model; v, g = model.program(__import__('numpy').ones(3)); print(float(v))"
    command, environment = [sys.executable, "-c", call], {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "3.0\n"


def test_the_function_runs_beside_the_program_and_on_numpy_arrays() -> None:
    import jax

    w, x = np.arange(6.0), np.ones((4, 3))
    program = compile(
        lambda w, x, d: autograd.dot(w[:3], w[3:]) + autograd.dot(d, x) + d[0] ** 2 + w[0] ** 2,
        {"x": (3,)}, {"w": w}, {"d": (3,)}, backend="jax",
    )  # fmt: skip
    expected = program(x, x)[0]
    for function in (jax.jit(program.function), program.function):
        assert float(function(x, x, w)[0]) == pytest.approx(expected)
        assert program(x, x)[0] == expected


def test_array_forms_that_jax_does_not_know_are_refused() -> None:
    rule: Any = lambda out, x: (x,)  # noqa: E731
    step = Op("lgam", lambda x: x, rule, array="np.vectorize(math.lgamma)({0})")
    with pytest.raises(ValueError, match=r"cannot run 'np.vectorize\(math.lgamma\)'"):
        compile(step, {"x": ()}, backend="jax")
    rows = Op("rows", lambda x: x, rule, array="np.logaddexp.reduce(np.stack([{0}, {0}]), axis=0)")
    value, _ = compile(rows, {"x": ()}, wrt=[], backend="jax")([0.0])
    assert value == pytest.approx(np.log(2.0))


def test_an_operation_without_array_form_is_refused() -> None:
    step = Op("step_up", lambda x: x if x > 0 else 0.0, lambda out, x: (1.0 if x > 0 else 0.0,))
    with pytest.raises(ValueError, match=r"cannot run 'step_up'.*array form"):
        compile(lambda x: step(x), {"x": ()}, backend="jax")


def test_without_jax_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jax", None)
    with pytest.raises(ModuleNotFoundError, match=r"scalar-autograd\[jax\]"):
        compile(lambda x: x * x, {"x": ()}, backend="jax")
