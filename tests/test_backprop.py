"""backward, forward and the order of nodes: what adds up, what is replaced, what survives."""

from __future__ import annotations

import copy
import math
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from optional import numpy

import autograd
from autograd import Op, Value, gradient, sin, topological_order, where

# --- what backward adds up and replaces -------------------------------------------------


def test_gradient_of_a_shared_node_called_twice() -> None:
    x = Value(3.0)
    y = x * x
    z = y + y
    z.backward()
    assert (x.grad, y.grad, z.grad) == (12.0, 2.0, 1.0)
    z.backward()
    assert (x.grad, y.grad, z.grad) == (24.0, 2.0, 1.0)


def test_two_losses_that_share_weights_add_up() -> None:
    w = Value(2.0)
    first, second = w * w, 3.0 * w
    first.backward()
    second.backward()
    assert w.grad == 4.0 + 3.0
    w.grad = 0.0
    first.backward()
    assert w.grad == 4.0


def test_inner_gradients_are_those_of_the_latest_call() -> None:
    x = Value(2.0)
    shared = x * 3.0
    one, other = shared * 5.0, sin(shared)
    one.backward()
    assert shared.grad == 5.0
    other.backward()
    assert shared.grad == math.cos(6.0)
    assert one.grad == 1.0, "not below the second output: left as it was"
    assert x.grad == 15.0 + 3.0 * math.cos(6.0)


def test_backward_through_an_output_that_is_used_further() -> None:
    x = Value(2.0)
    y = x * x
    z = y * 10.0
    z.backward()
    y.backward()
    assert (x.grad, y.grad) == (44.0, 1.0)


def test_seed() -> None:
    x = Value(3.0)
    y = x * x
    y.backward(seed=-0.5)
    y.backward(2)
    assert (x.grad, y.grad) == (-3.0 + 12.0, 2.0)
    with pytest.raises(TypeError, match=r"backward\(seed\) needs a real number, got '1'"):
        y.backward("1")
    assert x.grad == 9.0


def test_backward_from_a_leaf() -> None:
    x = Value(3.0)
    x.backward()
    x.backward(2.5)
    assert x.grad == 3.5


def test_constants_and_nodes_of_other_graphs_are_left_alone() -> None:
    x, other = Value(3.0), Value(1.0)
    other.grad = 7.0
    y = x * 2.0
    _ = x * other
    y.backward()
    assert (x.grad, other.grad) == (2.0, 7.0)


def test_same_operand_in_every_place() -> None:
    x = Value(2.0)
    autograd.dot([x, x, 3.0], [x, 1.0, x]).backward()
    assert x.grad == 2 * 2.0 + 1.0 + 3.0
    x.grad = 0.0
    where(x > x, x, x).backward()
    assert x.grad == 1.0
    x.grad = 0.0
    autograd.logsumexp([x, x, x]).backward()
    assert x.grad == pytest.approx(1.0, rel=1e-15)
    x.grad = 0.0
    autograd.clamp(x, x, x).backward()
    assert x.grad == 1.0


# What may stand in a row of `sum` or `dot`, made of two leaves, a recorded node and numbers.
ROWS: dict[str, Callable[[Value, Value, Value], list[object]]] = {
    "leaves": lambda x, y, z: [x, y, x],
    "recorded nodes": lambda x, y, z: [z, z, z],
    "leaves, then recorded nodes": lambda x, y, z: [x, z, y],
    "recorded nodes, then leaves": lambda x, y, z: [z, y, x],
    "numbers": lambda x, y, z: [2.0, -3.0, 5.0],
    "numbers first": lambda x, y, z: [2.0, x, z],
    "numbers last": lambda x, y, z: [x, y, 4.0],
    "numbers between": lambda x, y, z: [x, 3.0, z],
    "whole numbers and bools": lambda x, y, z: [y, 3, True],
    "conditions": lambda x, y, z: [x, x > y, z],
}


@pytest.mark.parametrize("left", ROWS)
@pytest.mark.parametrize("right", ROWS)
def test_rows_of_any_kind_are_products_written_out(left: str, right: str) -> None:
    def gradients(of_rows: Callable[[list[Any], list[Any]], Any]) -> list[float]:
        x, y = Value(2.0), Value(-3.0)
        z = x * y
        output = of_rows(ROWS[left](x, y, z), ROWS[right](x, y, z)) + x * z
        for _ in range(2):  # the second pass finds what the first has left behind
            output.backward()
        return [output.data, x.grad, y.grad, z.grad]

    exact = gradients(lambda us, vs: us[0] * vs[0] + us[1] * vs[1] + us[2] * vs[2] + sum(us))
    assert gradients(lambda us, vs: autograd.dot(us, vs) + autograd.sum(us)) == exact


ODD: list[Any] = [3, True, Fraction(1, 2), "condition"]
ODD += [numpy.float64(0.25), numpy.int64(7)] if numpy else []


@pytest.mark.parametrize("first", ["leaf", "recorded", "number"])
@pytest.mark.parametrize("odd", ODD)
def test_any_number_may_stand_anywhere_in_a_row(first: str, odd: Any) -> None:
    x = Value(2.0)
    z = x * x
    row = [{"leaf": x, "recorded": z, "number": 1.5}[first], z, x]
    number = x > 1.0 if odd == "condition" else odd
    for place in range(4):
        operands = [*row[:place], number, *row[place:]]
        expected = sum(v.data if isinstance(v, Value) else float(v) for v in operands)
        assert autograd.sum(operands).data == expected
        assert autograd.dot(operands, [2.0] * 4).data == 2.0 * expected
        assert autograd.dot([z] * 4, operands).data == 4.0 * expected
        with pytest.raises(TypeError, match="sum needs a real number, got None"):
            autograd.sum([*row[:place], None, *row[place:]])


def test_gradient_by_what_the_output_does_not_depend_on() -> None:
    x = Value(2.0)
    beside = 3.0 * x
    beside.backward()
    assert gradient(x * x, [beside, Value(1.0), x]) == [0.0, 0.0, 4.0]
    assert beside.grad == 1.0, "of the earlier pass"


def test_a_value_in_two_places_of_which_one_passes_no_gradient() -> None:
    x, y = Value(2.0), Value(3.0)
    node = where(x, x, y)
    assert node.local_derivatives == (0.0, 1.0, 0.0)
    assert [g.data for g in gradient(node, [x, y], create_graph=True)] == [1.0, 0.0]


def test_a_leaf_that_is_copied_during_a_pass_starts_afresh() -> None:
    x, y = Value(2.0), Value(3.0)
    x._da = 5.0  # what another thread's pass has gathered so far
    twin = copy.deepcopy(x)
    x._da = 0.0
    autograd.sum([twin, y]).backward()
    assert (twin.grad, y.grad) == (1.0, 1.0)


def test_wide_and_diamond_graphs() -> None:
    x = Value(1.0)
    layer = [x * float(i) for i in range(1000)]
    autograd.sum(layer).backward()
    assert x.grad == sum(range(1000))
    y = x
    for _ in range(60):  # 2**60 paths
        y = y + y
    x.grad = 0.0
    y.backward()
    assert x.grad == 2.0**60


# --- data that change after recording ---------------------------------------------------


def test_gradient_is_taken_at_the_recorded_values() -> None:
    x, y = Value(2.0), Value(5.0)
    z = x * y + autograd.exp(x) + autograd.dot([x, y], [y, x])
    exact = [y.data + math.exp(2.0) + 2 * y.data, 3 * x.data]
    x.data, y.data, z.data = 100.0, -7.0, 0.0
    z.operands[0].data = 1e9
    z.backward()
    assert [x.grad, y.grad] == exact
    assert gradient(z, [x, y]) == exact


def test_forward_recomputes_from_the_leaves() -> None:
    x, y = Value(2.0), Value(5.0)
    z = sin(x * y) + autograd.sum([x, y, 1.0]) ** 2
    x.data, y.data = 0.5, 0.25
    z.operands[0].data = 1e9  # an inner node's data are recomputed
    assert z.forward() == z.data == math.sin(0.125) + 1.75**2
    z.backward()
    assert x.grad == pytest.approx(0.25 * math.cos(0.125) + 3.5, rel=1e-15)


def test_forward_decides_conditions_again() -> None:
    x, y = Value(2.0), Value(1.0)
    z = where((x > y) & ~(x > 10.0) | (y >= 5.0), x * 10.0, y * 100.0)
    assert z.data == 20.0
    for x.data, expected, slope in ((0.5, 100.0, 0.0), (3.0, 30.0, 10.0), (11.0, 100.0, 0.0)):
        assert z.forward() == expected
        assert gradient(z, [x]) == [slope]
    y.data = 5.0
    assert z.forward() == 110.0


def test_forward_of_a_leaf_is_its_data() -> None:
    assert Value(3.0).forward() == 3.0


def test_no_branch_is_taken_twice_in_python_code() -> None:
    x = Value(2.0)
    y = x * x if x > 1.0 else x
    x.data = 0.5
    assert y.forward() == 0.25, "an if of Python is decided once: `where` is for more"


# --- exceptions and Ctrl-C --------------------------------------------------------------


class Interrupt(BaseException):
    """Ctrl-C, told apart from a real one."""


def interrupted(call: Callable[[], object], seconds: float, times: int = 1) -> bool:
    """Interrupt a call after some time, at whatever instruction that is, if it is not over.

    More interrupts follow at once, and hit what the reverse pass does about the first.
    """
    armed = [True] * times

    def handler(_: int, frame: FrameType | None) -> None:
        if len(armed) == times or (armed and in_reverse_pass(frame)):
            armed.pop()
            signal.setitimer(signal.ITIMER_REAL, 1e-5 if armed else 0.0)
            raise Interrupt

    before = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        call()
        armed.clear()
        return False
    except Interrupt:
        return True
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


def in_reverse_pass(frame: FrameType | None) -> bool:
    while frame is not None and Path(frame.f_code.co_filename).name != "backprop.py":
        frame = frame.f_back
    return frame is not None


def interruptible_graph() -> tuple[Value, list[Value]]:
    leaves = [Value(0.5 + i % 7) for i in range(500)]
    y = leaves[0]
    for i in range(1500):
        y = y * 0.99 + leaves[i % 500] * leaves[i * 7 % 500]
    return y + autograd.sum(leaves), leaves


POSIX_TIMERS = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs POSIX timers")


@POSIX_TIMERS
@pytest.mark.parametrize(
    "check",
    [
        "interrupt_backward", "interrupt_clearing_up", "interrupt_gradient_and_forward",
        "interrupt_past_what_is_not_taken",
    ],
)  # fmt: skip
def test_ctrl_c(check: str) -> None:
    # In a process of its own: a coverage tracer interrupted inside its lock would never return.
    path = os.pathsep.join(sys.path)
    command = [sys.executable, "-P", "-c", f"import test_backprop; test_backprop.{check}()"]
    subprocess.run(command, check=True, timeout=120, env={**os.environ, "PYTHONPATH": path})


def interrupt_backward() -> None:
    """Ctrl-C at any instruction leaves all leaf gradients as before, or all complete."""
    y, leaves = interruptible_graph()
    exact = gradient(y, leaves)
    hits = complete = untouched = 0
    for attempt in range(1500):
        for x in leaves:
            x.grad = 1.0
        hits += interrupted(y.backward, 2e-5 + 2e-6 * attempt)
        grads = [x.grad for x in leaves]
        if grads == [1.0] * len(leaves):
            untouched += 1
        else:
            assert grads == [1.0 + d for d in exact], "some leaves have their gradient, some not"
            complete += 1
    assert hits > 0 and complete > 0
    # Compiled code is not interrupted: there Ctrl-C waits until the pass is complete.
    assert autograd.is_native or untouched > 0
    for x in leaves:
        x.grad = 0.0
    y.backward()
    assert [x.grad for x in leaves] == exact


def interrupt_past_what_is_not_taken() -> None:
    """Ctrl-C while gradients of an earlier pass are set to zero leaves the next pass right."""
    beside, leaves = interruptible_graph()
    exact = gradient(beside, leaves)
    y = where(leaves[0] > 0.0, 2.0 * leaves[0], beside)
    hits = 0
    for attempt in range(200):
        hits += interrupted(y.backward, 2e-5 + 5e-6 * attempt)
        assert gradient(beside, leaves) == exact
    assert autograd.is_native or hits > 0


def interrupt_clearing_up() -> None:
    """Several Ctrl-Cs in a row, also while an interrupted pass clears up, leave the next right."""
    y, leaves = interruptible_graph()
    exact = gradient(y, leaves)
    for attempt in range(500):
        interrupted(y.backward, 2e-5 + 6e-6 * attempt, times=4)
        for x in leaves:
            x.grad = 0.0
        y.backward()
        assert [x.grad for x in leaves] == exact


def interrupt_gradient_and_forward() -> None:
    """Ctrl-C in gradient() or forward() leaves the next call right."""
    y, leaves = interruptible_graph()
    exact, data = gradient(y, leaves), y.data
    nodes = topological_order(y)
    hits = 0
    for attempt in range(150):
        hits += interrupted(lambda: gradient(y, leaves), 2e-5 + 2e-5 * attempt)
        assert all(node.grad == 0.0 for node in nodes), "gradient() changes no grad"
        hits += interrupted(y.forward, 2e-5 + 5e-5 * attempt)
        hits += interrupted(lambda: topological_order(y), 2e-5 + 1e-5 * attempt)
        if attempt % 3 == 0:
            again = lambda: gradient(y, leaves, create_graph=True)  # noqa: E731
            hits += interrupted(again, 2e-5 + 5e-5 * attempt)
    assert hits > 0
    assert y.forward() == data
    assert gradient(y, leaves) == exact


def test_an_exception_in_a_forward_pass_leaves_the_next_one_right() -> None:
    broken = [False]

    def sometimes(x: float) -> float:
        if broken[0]:
            raise RuntimeError("the user's function failed")
        return 2.0 * x

    op = Op("sometimes", sometimes, lambda out, x: (2.0,))
    x = Value(1.0)
    y = op(x * 3.0) * x
    x.data, broken[0] = 5.0, True
    with pytest.raises(RuntimeError, match="the user's function failed"):
        y.forward()
    assert x.grad == 0.0
    broken[0] = False
    assert y.forward() == 150.0
    y.backward()
    assert x.grad == 60.0


def test_an_exception_in_a_backward_pass_changes_nothing() -> None:
    x = Value(0.0)
    x.grad = 7.0
    with autograd.detect_anomaly():
        y = autograd.sqrt(x) * 2.0 + x
        with pytest.raises(autograd.AnomalyError):
            y.backward()
    assert x.grad == 7.0
    y = x * 3.0 + x
    y.backward()
    assert x.grad == 11.0


# --- threads ----------------------------------------------------------------------------


def test_threads_share_leaves_and_outputs() -> None:
    leaves = [Value(1.0 + i) for i in range(20)]
    outputs = [autograd.sum([x * x for x in leaves]) * leaves[k] for k in range(3)]
    exact = [sum(column) for column in zip(*(gradient(y, leaves) for y in outputs))]

    def work(output: Value) -> None:
        for _ in range(100):
            output.backward()

    threads = [threading.Thread(target=work, args=(y,)) for y in outputs + outputs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [x.grad for x in leaves] == pytest.approx([200.0 * d for d in exact], rel=1e-12)


# --- the order of nodes -----------------------------------------------------------------


def test_topological_order_is_operands_first_and_each_once() -> None:
    x, y = Value(2.0, label="x"), Value(3.0, label="y")
    product = x * y
    z = product + product * x
    order = topological_order(z)
    assert [node.label or node.op.name for node in order] == [  # type: ignore[union-attr]
        "x", "y", "multiply", "multiply", "add",
    ]  # fmt: skip
    place = {node: i for i, node in enumerate(order)}
    for node in order:
        assert all(place[o] < place[node] for o in node.operands if isinstance(o, Value))
    assert topological_order(product, z) == order
    assert topological_order(x) == [x]


def test_topological_order_includes_conditions() -> None:
    x = Value(2.0)
    condition = x > 1.0
    order = topological_order(where(condition, 3.0, x))
    assert condition.node in order


def test_forward_warns_and_raises_as_recording_does() -> None:
    z = Value(2.0, label="z")
    y = autograd.log(z)
    z.data = -2.0
    with pytest.warns(RuntimeWarning, match="log"):
        y.forward()
    z.data = 3.0
    y.forward()
    z.data = -2.0
    with autograd.detect_anomaly(), pytest.raises(autograd.DomainError, match=r"x > 0.*'z'"):
        y.forward()
    assert y.data == math.log(3.0)


def test_a_failed_forward_pass_leaves_the_graph_as_it_was() -> None:
    broken = [False]

    def sometimes(x: float) -> float:
        if broken[0]:
            raise RuntimeError("the user's function failed")
        return x

    op = Op("sometimes", sometimes, lambda out, x: (1.0,))
    x = Value(2.0)
    square = x * x
    y = autograd.dot([square, x], [x, 3.0]) + op(square)
    before = [(node.data, node.local_derivatives) for node in (square, y.operands[0], y)]
    x.data, broken[0] = 5.0, True
    with pytest.raises(RuntimeError, match="failed"):
        y.forward()
    after = [(node.data, node.local_derivatives) for node in (square, y.operands[0], y)]
    assert after == before
    with pytest.raises(TypeError, match="topological_order needs Values, got float"):
        topological_order(3.0)  # type: ignore[arg-type]
