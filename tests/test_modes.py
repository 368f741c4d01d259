"""no_grad, scope and detect_anomaly: what they change, where, and that they end."""

from __future__ import annotations

import asyncio
import math
import threading
import warnings
from collections.abc import Callable
from typing import Any

import pytest

import autograd
from autograd import (
    AnomalyError,
    DomainError,
    Value,
    detect_anomaly,
    exp,
    grad,
    gradient,
    log,
    no_grad,
    scope,
    sqrt,
    where,
)

# --- no_grad ----------------------------------------------------------------------------


def test_no_grad_records_nothing() -> None:
    x = Value(3.0)
    with no_grad():
        results = [
            x * x, x + 1.0, 2.0**x, -x, exp(x), x.sin(), autograd.sum([x]), autograd.dot([x], [x]),
            where(x > 0, x, 0.0), autograd.clamp(x, 0.0, 1.0), x / x, (x > 0).node,
        ]  # fmt: skip
    for result in results:
        assert (result.op, result.operands, result.local_derivatives) == (None, (), ())
    assert [r.data for r in results[:3]] == [9.0, 4.0, 8.0]
    results[0].backward()
    assert x.grad == 0.0
    (x * x).backward()
    assert x.grad == 6.0, "recording goes on after the block"


def test_no_grad_decorates_and_ends_after_an_exception() -> None:
    x = Value(3.0)

    @no_grad()
    def predict(x: Value) -> Any:
        return x * x

    assert predict(x).op is None and predict.__name__ == "predict"
    with pytest.raises(KeyError), no_grad():
        raise KeyError
    assert (x * x).op is not None


def test_modes_nest_and_can_be_entered_again() -> None:
    x = Value(3.0)
    mode = no_grad()
    with mode:
        with mode:
            pass
        assert (x * x).op is None
    assert (x * x).op is not None


def test_calls_of_a_decorated_function_may_overlap_in_threads() -> None:
    entered, leave = threading.Event(), threading.Event()
    results: list[Any] = []

    @no_grad()
    def f(wait: bool) -> None:
        if wait:
            entered.set()
            assert leave.wait(10.0)
        results.append(Value(2.0) * 3.0)

    thread = threading.Thread(target=f, args=(True,))
    thread.start()
    assert entered.wait(10.0)
    f(False)
    leave.set()
    thread.join()
    assert [y.op for y in results] == [None, None]
    assert (Value(2.0) * 3.0).op is not None


def test_modes_belong_to_their_thread() -> None:
    x = Value(3.0)
    seen: list[Any] = []
    with no_grad(), scope("here"):
        thread = threading.Thread(target=lambda: seen.append(x * x))
        thread.start()
        thread.join()
    assert (seen[0].op.name, seen[0].scope) == ("multiply", "")


def test_modes_belong_to_their_task() -> None:
    x = Value(3.0)

    async def inside() -> Any:
        with no_grad():
            await asyncio.sleep(0.001)
            return (x * x).op

    async def beside() -> Any:
        await asyncio.sleep(0.0005)
        return (x * x).op

    async def both() -> list[Any]:
        return await asyncio.gather(inside(), beside())

    inner, outer = asyncio.run(both())
    assert inner is None and outer is not None


# --- scope ------------------------------------------------------------------------------


def test_scopes_join() -> None:
    x = Value(1.0)
    with scope("hidden[0]"):
        outer = x * 2.0
        with scope("h1"):
            inner, leaf = exp(x), Value(2.0)
    after = x * 3.0
    assert [v.scope for v in (x, outer, inner, leaf, after)] == [
        "", "hidden[0]", "hidden[0]/h1", "hidden[0]/h1", "",
    ]  # fmt: skip
    assert autograd.sum([inner, outer]).scope == ""
    with scope("s"):
        assert autograd.sum([inner, outer]).scope == "s"
        assert (x > 0).node.scope == "s"


def test_scope_decorates_and_needs_a_name() -> None:
    @scope("layer")
    def layer(x: Value) -> Any:
        return x * x

    assert layer(Value(2.0)).scope == "layer"
    for name in (3, None):
        with pytest.raises(TypeError, match="scope needs a name of type str"):
            scope(name)  # type: ignore[arg-type]


def test_a_label_in_a_scope() -> None:
    with scope("layer"):
        v = Value(1.0, label="w")
    assert (v.label, v.scope) == ("w", "layer")
    assert repr(v) == "Value(data=1.0, grad=0.0, label='w')"


# --- warnings without a mode ------------------------------------------------------------

NOT_FINITE: dict[str, tuple[Callable[[], Any], str]] = {
    "log": (
        lambda: log(Value(-2.0, label="z")),
        r"log\(x\) needs x > 0; got x = -2.0 \(node 'z'\)",
    ),
    "log of 0": (lambda: log(Value(0.0)), r"log\(x\) needs x > 0; got x = 0.0"),
    "sqrt": (lambda: sqrt(Value(-1.0)), r"sqrt\(x\) needs x >= 0; got x = -1.0"),
    "divide": (lambda: Value(1.0) / 0.0, r"true_divide\(x, y\) needs y != 0; got x = 1.0, y = 0.0"),
    "divide by": (lambda: 1 / Value(0.0, label="y"), r"got x = 1.0, y = 0.0 \(node 'y'\)"),
    "0**-1": (lambda: Value(0.0) ** -1, r"pow\(x, y\) needs .*; got x = 0.0, y = -1.0"),
    "root": (lambda: Value(-8.0) ** 0.5, r"pow\(x, y\) needs x > 0.*; got x = -8.0, y = 0.5"),
    "overflow": (lambda: exp(Value(1e3)), r"exp\(x\) is inf for x = 1000.0;"),
    "square": (lambda: Value(1e200) ** 2, r"pow\(x, y\) is inf for x = 1e\+200, y = 2.0;"),
    "quotient": (lambda: Value(1e200) / 1e-200, r"true_divide\(x, y\) is inf for x = 1e\+200"),
    "multiply": (lambda: Value(1e300) * -1e300, r"multiply\(x, y\) is -inf for x = 1e\+300"),
    "add": (lambda: Value(1.7e308) + 1e308, r"add\(x, y\) is inf"),
    "sum": (lambda: autograd.sum([Value(1.7e308)] * 6), r"sum\(.*\) is inf for .* and 2 more"),
    "dot": (lambda: autograd.dot([Value(1e300)], [1e300]), r"dot\(x, y\) is inf"),
    "atanh": (lambda: autograd.atanh(Value(1.0)), "atanh.*needs -1 < x < 1"),
    "acosh": (lambda: autograd.acosh(Value(0.5)), "acosh.*needs x >= 1"),
    "asin": (lambda: Value(2.0).asin(), "asin.*needs -1 <= x <= 1"),
}


@pytest.mark.parametrize("name", NOT_FINITE)
def test_a_non_finite_result_warns_at_the_users_line(name: str) -> None:
    make, message = NOT_FINITE[name]
    with pytest.warns(RuntimeWarning, match=message) as caught:
        result = make()
    assert not math.isfinite(result.data)
    assert len(caught) == 1 and caught[0].filename == __file__
    with pytest.raises(RuntimeWarning), warnings.catch_warnings():
        warnings.simplefilter("error")
        make()


def test_what_is_not_finite_already_does_not_warn_again() -> None:
    x, y = Value(math.inf), Value(math.nan)
    for result in (x * 2.0, x - x, y + 1.0, exp(x), log(y), autograd.sum([x, 1.0]), x**0.5):
        assert not math.isfinite(result.data)


# --- detect_anomaly ---------------------------------------------------------------------


@pytest.mark.parametrize("name", NOT_FINITE)
def test_anomaly_raises_and_names_the_line(name: str) -> None:
    make, message = NOT_FINITE[name]
    line = make.__code__.co_firstlineno
    with detect_anomaly(), pytest.raises(AnomalyError, match=message.rstrip(";")) as caught:
        make()
    assert f'made at File "{__file__}", line {line}' in str(caught.value)
    assert isinstance(caught.value, DomainError) is ("needs" in str(caught.value))


def test_anomaly_raises_at_the_first_non_finite_value_only() -> None:
    with detect_anomaly():
        x = Value(math.inf, label="x")
        with pytest.raises(AnomalyError, match=r"subtract\(x, y\) is nan for x = inf"):
            x - x


def test_anomaly_names_the_gradient() -> None:
    x = Value(0.0, label="x")
    x.grad = 3.0
    with detect_anomaly():
        root = sqrt(x)
        root.label = "root"
        y = root * 2.0
        for differentiate in (y.backward, lambda: gradient(y, [x])):
            with pytest.raises(AnomalyError) as caught:
                differentiate()
            text = str(caught.value)
            assert "node 'root' = sqrt(x = 0.0 (node 'x')) passes to node 'x' is inf" in text
            assert "upstream gradient 2.0 times local derivative inf" in text
            assert f'made at File "{__file__}"' in text
        with pytest.raises(AnomalyError, match="passes to its operand is inf"):
            grad(sqrt)(0.0)
    assert x.grad == 3.0


def test_anomaly_does_not_complain_of_a_branch_that_is_not_taken() -> None:
    def f(x: Any) -> Any:
        return where(x > 0, sqrt(x), 0.0) + autograd.clamp(sqrt(x), 1.0, 2.0)

    x = Value(0.0)
    with detect_anomaly():
        f(x).backward()
        assert (grad(f)(0.0), grad(grad(f))(0.0), grad(grad(grad(f)))(0.0)) == (0.0, 0.0, 0.0)
        assert autograd.hvp(f, 0.0, 1.0) == 0.0
        with pytest.raises(AnomalyError, match=r"sqrt\(x = 0.0\) passes to its operand is inf"):
            grad(grad(lambda x: where(x > 0, 0.0, sqrt(x))))(0.0)
    assert x.grad == 0.0


def test_anomaly_of_a_graph_made_outside() -> None:
    y = sqrt(Value(0.0))
    with detect_anomaly(), pytest.raises(AnomalyError, match="outside detect_anomaly"):
        y.backward()


def test_anomaly_lets_healthy_graphs_pass_and_changes_no_result() -> None:
    def run() -> tuple[float, float]:
        x = Value(0.7)
        y = autograd.logsumexp([x, exp(x), 2.0]) * log(x) + where(x > 0, x, 0.0)
        y.backward()
        return y.data, x.grad

    with detect_anomaly():
        checked = run()
    assert checked == run()
    with pytest.warns(RuntimeWarning):  # and no error: the mode has ended
        log(Value(-1.0))


def test_only_a_pole_is_told_as_one() -> None:
    with detect_anomaly():
        with pytest.raises(AnomalyError, match="is inf for") as caught:
            1.0 / Value(1e-310)
        assert not isinstance(caught.value, DomainError)
        with pytest.raises(DomainError, match="needs -1 < x < 1"):
            autograd.atanh(Value(1.0))
