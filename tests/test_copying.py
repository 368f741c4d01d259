"""Copies and pickles, of small graphs and of a chain of a million operations."""

from __future__ import annotations

import copy
import math
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import autograd
from autograd import Op, Value, gradient, scope, tanh, topological_order, where

square = Op("square", lambda x: x * x, lambda out, x: (2.0 * x,))


def roundtrip(x: Any) -> Any:
    return pickle.loads(pickle.dumps(x))


COPIES = pytest.mark.parametrize("duplicate", [copy.deepcopy, roundtrip], ids=["copy", "pickle"])


def example() -> tuple[Value, Value]:
    """A graph with every kind of node: plain numbers, a condition, a reduction, a scope."""
    x = Value(0.5, label="x")
    with scope("layer"):
        y = (x * 3.0 - 1.0) ** 2
        y.label = "y"
    z = autograd.dot([x, y, 2.0], [y, 0.25, x]) + autograd.sum([x, 1.0, y])
    z = where((x > 0.25) & ~(y > x), autograd.clamp(z, -10.0, x * 100.0), square(x))
    z.backward()
    return x, z


@COPIES
def test_a_copy_holds_the_same_and_is_apart(duplicate: Callable[[Any], Any]) -> None:
    x, z = example()
    x2, z2 = duplicate((x, z))
    nodes, twins = topological_order(z), topological_order(z2)
    assert len(nodes) == len(twins) and not set(nodes) & set(twins)
    assert x2 in twins, "a leaf that two copies share is shared afterwards"
    for node, twin in zip(nodes, twins):
        assert repr(twin) == repr(node)
        assert (twin.scope, twin.op, type(twin)) == (node.scope, node.op, type(node))
        assert twin.local_derivatives == node.local_derivatives
        assert [repr(o) for o in twin.operands] == [repr(o) for o in node.operands]
    slopes = gradient(z, [x])
    assert gradient(z2, [x2]) == slopes
    x2.data = 0.125
    assert z2.forward() == 0.125**2 != z.data, "the condition is decided again"
    assert x.data == 0.5 and gradient(z, [x]) == slopes


@COPIES
def test_several_outputs_keep_sharing(duplicate: Callable[[Any], Any]) -> None:
    x = Value(2.0)
    model = {"weights": [x], "losses": [x * x, x * 3.0], "condition": x > 1.0}
    twin = duplicate(model)
    for loss in twin["losses"]:
        loss.backward()
    assert twin["weights"][0].grad == 7.0
    assert x.grad == 0.0
    assert twin["condition"] == True  # noqa: E712 (a Condition equals a bool)


DUMPS = {
    "C": pickle.dumps,
    "Python": lambda x: pickle._dumps(x),  # type: ignore[attr-defined]
    "protocol 2": lambda x: pickle.dumps(x, 2),
}


@pytest.mark.parametrize("dumps", DUMPS.values(), ids=DUMPS)
@pytest.mark.parametrize("depth", [0, 1, 30_000])
def test_outputs_pickled_together_share_what_lies_between(
    dumps: Callable[[Any], bytes], depth: int
) -> None:
    x, h = Value(0.5), Value(0.25)
    trunk = autograd.dot([x, h], [h, x])
    for _ in range(depth):
        trunk = trunk * 1.00001 + x
    losses = [trunk * 2.0, where(trunk > 0.0, trunk, x), autograd.sum([trunk, trunk * trunk, x])]
    twin = pickle.loads(dumps({"losses": losses, "trunk": trunk, "again": losses}))
    shared = twin["trunk"]
    assert twin["losses"][0].operands[0] is shared
    assert twin["losses"][2].operands[0] is shared
    assert twin["again"] is twin["losses"]
    nodes = {id(node) for loss in losses for node in topological_order(loss)}
    twins = {id(node) for loss in twin["losses"] for node in topological_order(loss)}
    assert len(twins) == len(nodes)
    for loss, copied in zip(losses, twin["losses"]):
        assert gradient(copied, [shared]) == gradient(loss, [trunk])


def test_each_pickle_stands_for_itself() -> None:
    x = Value(0.5)
    y = x * 2.0
    first = pickle.dumps([y, y + 1.0])
    y.grad = 3.0
    y.label = "y"
    second = pickle.loads(pickle.dumps([y, y + 1.0]))[0]
    assert (second.grad, second.label) == (3.0, "y")
    assert pickle.loads(first)[0].grad == 0.0
    assert not autograd.copying._recorded, "nothing is kept once it is written"


def test_a_shallow_copy_shares_its_operands() -> None:
    x, z = example()
    twin = copy.copy(z)
    assert twin is not z and twin.operands == z.operands
    assert repr(twin) == repr(z)
    leaf = copy.copy(x)
    leaf.data = 9.0
    assert (x.data, leaf.label, leaf.grad) == (0.5, "x", x.grad)


class Parameter(Value):
    """A subclass with an attribute and another constructor."""

    def __init__(self, name: str, tags: list[str]) -> None:
        super().__init__(0.5, label=name)
        self.tags = tags


class Slotted(Parameter):
    __slots__ = ("note",)


@COPIES
def test_a_subclass_keeps_its_slots(duplicate: Callable[[Any], Any]) -> None:
    p = Slotted("w", [])
    twin = duplicate(p)
    assert not hasattr(twin, "note") and twin.tags == []
    p.note = "frozen"
    assert duplicate(p).note == "frozen"


@COPIES
def test_a_subclass_keeps_its_attributes(duplicate: Callable[[Any], Any]) -> None:
    p = Parameter("w", ["trained"])
    p2, y2 = duplicate((p, p * 2.0))
    assert type(p2) is Parameter and p2.tags == ["trained"] and p2.tags is not p.tags
    assert y2.operands[0] is p2 and p2.label == "w"


def test_functions_pickle_as_themselves() -> None:
    for op in autograd.ops.TABLE.values():
        assert roundtrip(op) is op and copy.deepcopy(op) is op
    assert roundtrip(square) is square


# --- a chain of a million operations ----------------------------------------------------

LENGTH = 1_000_000


@pytest.fixture(scope="module")
def chain() -> Iterator[tuple[Value, Value]]:
    x = Value(0.5, label="x")
    y = x
    for _ in range(LENGTH // 2):
        y = y * 1.000001 + 1e-7
    yield x, y


def slope(y: Any, x: Any) -> float:
    (result,) = gradient(y, [x])
    return result


def test_a_long_chain_back_propagates_and_prints(chain: tuple[Value, Value]) -> None:
    x, y = chain
    y.backward()
    assert x.grad == pytest.approx(1.000001 ** (LENGTH // 2), rel=1e-9)
    x.grad = 0.0
    assert repr(y) == f"Value(data={y.data!r}, grad=1.0)"
    assert len(topological_order(y)) == LENGTH + 1


def test_a_long_chain_is_recomputed(chain: tuple[Value, Value]) -> None:
    x, y = chain
    before = y.data
    x.data = 0.25
    assert y.forward() < before
    x.data = 0.5
    assert y.forward() == before


def test_a_long_chain_is_copied_and_freed(chain: tuple[Value, Value]) -> None:
    x, y = chain
    twin = copy.deepcopy(y)
    assert twin.data == y.data and twin is not y
    twin.backward()
    assert x.grad == 0.0, "the copy has a leaf of its own"
    del twin


def test_a_long_chain_is_pickled_and_freed(chain: tuple[Value, Value]) -> None:
    x, y = chain
    leaf, twin = pickle.loads(pickle.dumps((x, y)))
    assert twin.data == y.data
    assert slope(twin, leaf) == slope(y, x)
    del twin


def test_a_long_chain_is_differentiated_twice() -> None:
    x = Value(0.5)
    y = x
    for _ in range(20_000):
        y = tanh(y) * 1.0001
    (first,) = gradient(y, [x], create_graph=True)
    assert first.data == pytest.approx(slope(y, x), rel=1e-9)
    assert math.isfinite(slope(first, x))
