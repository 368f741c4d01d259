"""What is kept of a program or a derivative: pickles, other processes, and saved modules."""

from __future__ import annotations

import copy
import importlib.util
import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import (
    Value,
    compile,
    detect_anomaly,
    exp,
    grad,
    hessian,
    jacobian,
    value_and_grad,
)

POINTS = np.random.default_rng(0).normal(size=(7, 2))
cube = autograd.Op("cube", lambda x: x**3, lambda out, x: (3.0 * x * x,))


def loss(x: Any, w: Any) -> Any:
    return exp(x[0] * w[0]) * w[1] + x[1] ** 2


def shifted(x: Any, shift: float = 0.0) -> Any:
    return cube(x) + shift * x


@grad
def decorated(x: Any) -> Any:
    return x**4


def roundtrip(x: Any) -> Any:
    return pickle.loads(pickle.dumps(x))


def same(results: Any, expected: Any) -> None:
    """Check that nested results are equal to the last bit."""
    if isinstance(expected, (tuple, list)):
        assert len(results) == len(expected)
        for pair in zip(results, expected):
            same(*pair)
    elif isinstance(expected, dict):
        assert results.keys() == expected.keys()
        for name in expected:
            same(results[name], expected[name])
    else:
        assert type(results) is type(expected) and np.array_equal(results, expected)


@pytest.mark.parametrize("duplicate", [roundtrip, copy.deepcopy], ids=["pickle", "copy"])
@pytest.mark.parametrize("backend", ["numpy", "auto", "jax", "tape"])
def test_a_program_is_the_same_afterwards(backend: str, duplicate: Any) -> None:
    if backend in ("jax", "tape"):
        pytest.importorskip({"jax": "jax", "tape": "numba"}[backend])
    program = compile(loss, {"x": (2,)}, {"w": [0.5, 2.0]}, backend=backend)
    program.parameters["w"][0] = -0.25
    twin = duplicate(program)
    same(twin(POINTS), program(POINTS))
    assert (twin.source, repr(twin)) == (program.source, repr(program))
    twin.parameters["w"][0] = 9.0
    assert program.parameters["w"][0] == -0.25


def test_other_forms_of_programs() -> None:
    curvature = compile(hessian(loss), {"x": (2,)}, {"w": (2,)}, reduce=None)
    twin = roundtrip(curvature)
    with pytest.raises(ValueError, match="declared by its shape and has no numbers yet"):
        twin(POINTS)
    same(twin(POINTS, w=[1.0, 2.0]), curvature(POINTS, w=[1.0, 2.0]))
    one = compile(lambda x, s: cube(x) * s, {"x": ()}, per_sample={"s": ()}, batch=False, wrt=["x"])
    same(roundtrip(one)(2.0, 3.0), one(2.0, 3.0))


def test_values_pickled_beside_a_program_are_its_parameters() -> None:
    w = [Value(0.5, "w1"), Value(2.0, "w2")]
    w2, program2 = roundtrip((w, compile(loss, {"x": (2,)}, {"w": w})))
    w2[0].data = -1.0
    program2.pull()
    assert program2.parameters["w"].tolist() == [-1.0, 2.0]
    assert w[0].data == 0.5


def test_a_copy_names_operations_as_before() -> None:
    program = compile(lambda x: autograd.log(x) * 2.0, {"x": ()}, wrt=["x"])
    for one in (program, roundtrip(program)):
        with pytest.warns(RuntimeWarning, match=r"log.*sample 1 of the compiled function"):
            one([1.0, 0.0])
        with pytest.raises(autograd.AnomalyError, match="log"), detect_anomaly():
            one([1.0, 0.0])


DERIVATIVES = {
    "grad": grad(shifted),
    "second": grad(grad(shifted)),
    "value_and_grad": value_and_grad(shifted, argnums=(0, 1)),
    "jacobian": jacobian(shifted),
    "hessian": hessian(shifted, (0, 1)),
    "decorated": decorated,
}


@pytest.mark.parametrize("name", DERIVATIVES)
def test_derivatives_of_a_modules_function_pickle(name: str) -> None:
    f = DERIVATIVES[name]
    arguments = (0.5,) if name == "decorated" else (0.5, 2.0)
    assert roundtrip(f)(*arguments) == f(*arguments)
    assert f.__name__ == ("decorated" if name == "decorated" else "shifted")


def test_a_decorated_method_stays_one() -> None:
    class Spring:
        stiffness = 3.0

        def energy(self, x: Any) -> Any:
            return 0.5 * self.stiffness * x * x

        force = grad(energy, argnums=1)

    assert Spring().force(2.0) == 6.0


def test_processes_share_the_work() -> None:
    program = compile(loss, {"x": (2,)}, {"w": [0.5, 2.0]})
    batches = np.split(POINTS[:6], 3)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=spawn) as pool:
        same(list(pool.map(program, batches)), list(map(program, batches)))
        same(list(pool.map(grad(shifted), [0.5, 1.0])), [0.75, 3.0])


# --- modules ---------------------------------------------------------------------------------


def saved(program: Any, path: Path) -> Any:
    program.save(path)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_saved_module_has_its_parameters(tmp_path: Path) -> None:
    arrays = {"w": np.array([[0.1, 1e300], [np.inf, np.nan]]), "s": np.array(0.5)}
    big = np.random.default_rng(1).normal(size=2000)
    program = compile(
        lambda x, w, s, big: x * s + w[0][0] + big[3], {"x": ()}, {**arrays, "big": big}
    )
    module = saved(program, tmp_path / "model.py")
    assert list(module.parameters) == ["w", "s", "big"]
    for name, numbers in {**arrays, "big": big}.items():
        assert np.array_equal(module.parameters[name], numbers, equal_nan=True)
    same(module.program([1.0, 2.0], **module.parameters)[0], np.float64(program([1.0, 2.0])[0]))
    module.parameters["big"] -= 1.0  # they can be trained on


def test_a_saved_module_takes_plain_numbers_and_lists(tmp_path: Path) -> None:
    one = compile(lambda x, w: exp(x) * w[1], {"x": ()}, {"w": [1.0, 2.0]}, batch=False)
    module = saved(one, tmp_path / "one.py")
    assert module.program(0, [1, 2])[0] == 2.0
    assert module.program(0.5, **module.parameters)[0] == one(0.5)[0]
    many = saved(compile(loss, {"x": (2,)}, {"w": (2,)}), tmp_path / "many.py")
    assert many.program([[0, 1], [2, 3]], [0, 1])[0] == 12.0
    assert not hasattr(many, "parameters")
    assert "Not here, as only their shapes were declared: w." in (tmp_path / "many.py").read_text()


def test_a_saved_module_on_jax_has_them_too(tmp_path: Path) -> None:
    pytest.importorskip("jax")
    program = compile(loss, {"x": (2,)}, {"w": [0.5, 2.0]}, backend="jax")
    module = saved(program, tmp_path / "model.py")
    value, _ = module.program(POINTS.tolist(), **module.parameters)
    assert float(value) == pytest.approx(program(POINTS)[0], rel=1e-5)
