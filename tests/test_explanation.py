"""Explanations: the documents' derivations step for step, and the numbers of random graphs."""

from __future__ import annotations

import dataclasses
import math
import os
import re
import subprocess
import sys
import warnings
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_expression import FUNCTIONS, HOSTILE, assert_well_formed

import autograd
from autograd import (
    GraphSizeError,
    StaleGraphError,
    Value,
    clamp,
    cos,
    detect_anomaly,
    dot,
    exp,
    explain,
    gradient,
    logsumexp,
    maximum,
    no_grad,
    ops,
    relu,
    sigmoid,
    sin,
    tanh,
    where,
)  # fmt: skip
from autograd.explanation.derivation import Step
from nn import SGD, Adam, explain_update


def labelled(v: Any, label: str | None) -> Value:
    v.label = label
    return v


def two_two_two() -> tuple[Value, dict[str, Value]]:
    """The net of document 000."""
    numbers = {
        "i1": 0.05, "i2": 0.10, "t1": 0.01, "t2": 0.99, "b1": 0.35, "b2": 0.60, "w1": 0.15,
        "w2": 0.20, "w3": 0.25, "w4": 0.30, "w5": 0.40, "w6": 0.45, "w7": 0.50, "w8": 0.55,
    }  # fmt: skip
    v = {name: Value(x, name) for name, x in numbers.items()}
    for j, (a, b) in enumerate([("w1", "w2"), ("w3", "w4")], start=1):
        net = dot((v[a], v[b], v["b1"]), (v["i1"], v["i2"], 1.0))
        v[f"net_h{j}"] = labelled(net, f"net_h{j}")
        v[f"out_h{j}"] = labelled(sigmoid(net), f"out_h{j}")
    for j, (a, b) in enumerate([("w5", "w6"), ("w7", "w8")], start=1):
        net = dot((v[a], v[b], v["b2"]), (v["out_h1"], v["out_h2"], 1.0))
        v[f"net_o{j}"] = labelled(net, f"net_o{j}")
        v[f"out_o{j}"] = labelled(sigmoid(net), f"out_o{j}")
        v[f"E_o{j}"] = labelled(0.5 * (v[f"t{j}"] - v[f"out_o{j}"]) ** 2, f"E_o{j}")
    return labelled(v["E_o1"] + v["E_o2"], "E"), v


def step_of(steps: tuple[Step, ...], name: str) -> Step:
    (step,) = [step for step in steps if step.name == name]
    return step


# --- document 000 -----------------------------------------------------------------------


def test_output_layer_as_in_document_000() -> None:
    E, v = two_two_two()
    text = str(explain(E, v["w5"], digits=9))
    for line in [
        "∂E/∂w5 = ∂E/∂out_o1 · ∂out_o1/∂net_o1 · ∂net_o1/∂w5",
        "∂E/∂out_o1 = ∂E_o1/∂out_o1",
        "∂E/∂out_o1      = −(t1 − out_o1)      = −(0.01 − 0.751365070)         = 0.741365070",
        "∂out_o1/∂net_o1 = out_o1·(1 − out_o1) = 0.751365070·(1 − 0.751365070) = 0.186815602",
        "∂net_o1/∂w5     = out_h1                                              = 0.593269992",
        "∂E/∂w5 = 0.741365070 · 0.186815602 · 0.593269992 = 0.082167041",
        "w5·out_h1 + w6·out_h2 + b2 = 0.4·0.593269992 + 0.45·0.596884378 + 0.6 = 1.105905967",
        "½·(t1 − out_o1)²           = ½·(0.01 − 0.751365070)²                  = 0.274811083",
        "= 0.298371109",
    ]:
        assert line in text


def test_hidden_layer_as_in_document_000() -> None:
    E, v = two_two_two()
    text = str(explain(E, v["w1"], digits=9))
    for line in [
        "∂E/∂w1 = ∂E/∂out_h1 · ∂out_h1/∂net_h1 · ∂net_h1/∂w1",
        "∂E/∂out_h1 = ∂E_o1/∂out_h1 + ∂E_o2/∂out_h1",
        "∂E_o1/∂out_h1 = ∂E_o1/∂net_o1 · ∂net_o1/∂out_h1 = 0.138498562 · 0.4    = 0.055399425",
        "∂E_o2/∂out_h1 = ∂E_o2/∂net_o2 · ∂net_o2/∂out_h1 = (−0.038098237) · 0.5 = −0.019049118",
        "∂E_o1/∂net_o1 = ∂E_o1/∂out_o1 · ∂out_o1/∂net_o1",
        "0.741365070 · 0.186815602 = 0.138498562",
        "∂E/∂out_h1 = 0.055399425 + (−0.019049118) = 0.036350306",
        "= 0.241300709",
        "∂E/∂w1 = 0.036350306 · 0.241300709 · 0.05 = 0.000438568",
        "net_h1 = w1·i1 + w2·i2 + b1",
    ]:
        assert line in text
    assert text.index("Step 1: ∂E/∂net_o1") < text.index("Step 2: ∂E/∂net_o2")


# The exact figures belonging to document 000, to 1e-12.
_WEIGHTS = {
    "w1": 0.0004385677344743465, "w2": 0.000877135468948693, "w3": 0.0004977127352608599,
    "w4": 0.0009954254705217198, "w5": 0.08216704056423077, "w6": 0.08266762784753325,
    "w7": -0.02260254047747507, "w8": -0.022740242215978222,
}  # fmt: skip


@pytest.mark.parametrize("delta_rule", [False, True])
def test_all_eight_weights(delta_rule: bool) -> None:
    E, v = two_two_two()
    together = explain(E, [v[name] for name in _WEIGHTS], 9, delta_rule)
    for name, expected in _WEIGHTS.items():
        alone = explain(E, v[name], 9, delta_rule)
        for derivation in (alone, together):
            step = step_of(derivation.steps, name)
            assert step.is_wanted and step.value == pytest.approx(expected, rel=1e-12)
            assert_adds_up(step)
    names = [step.name for step in together.steps]
    assert len(set(names)) == len(names), "what is shared is derived once"
    assert {"net_o1", "net_o2"} < set(names)


def test_delta_rule_shows_the_sum_of_bp2() -> None:
    E, v = two_two_two()
    derivation = explain(E, v["w1"], digits=9, delta_rule=True)
    text = str(derivation)
    for line in [
        "δ_o1 = ∂E/∂net_o1",
        "δ_o1 = −(t1 − out_o1)·out_o1·(1 − out_o1)",
        "δ_h1 = ∂E/∂net_h1 = (δ_o1 · ∂net_o1/∂out_h1 + δ_o2 · ∂net_o2/∂out_h1) · ∂out_h1/∂net_h1",
        "(w5·δ_o1 + w7·δ_o2)·out_h1·(1 − out_h1)",
        "∂E/∂w1 = δ_h1 · ∂net_h1/∂w1",
        "= δ_h1·i1 =",
        "0.138498562",
        "−0.038098237",
        "= 0.000438568",
    ]:
        assert line in text
    assert derivation.deltas == {"net_o1": "δ_o1", "net_o2": "δ_o2", "net_h1": "δ_h1"}
    assert str(explain(E, v["w5"], 9, delta_rule=True)).count("δ_o1·out_h1") == 1


def test_every_labelled_leaf_without_wrt() -> None:
    E, v = two_two_two()
    derivation = explain(E)
    leaves = {name for name, x in v.items() if x.op is None}
    assert {step.name for step in derivation.steps if step.is_wanted} == leaves
    E.backward()
    for name in leaves:
        assert step_of(derivation.steps, name).value == pytest.approx(v[name].grad, rel=1e-12)


# --- documents 002, 003 and 004 ---------------------------------------------------------


def test_the_gates_of_document_002() -> None:
    v = {
        name: Value(x, name) for name, x in zip(("w0", "x0", "w1", "x1", "w2"), (2, -1, -3, -2, -3))
    }
    q = labelled(v["w0"] * v["x0"] + v["w1"] * v["x1"] + v["w2"], "q")
    m = labelled(-q, "m")
    h = labelled(exp(m), "h")
    z = labelled(h + 1, "z")
    f = labelled(1 / z, "f")
    text = str(explain(f, v["w0"], digits=4))
    for line in [
        "∂f/∂z = −1/z² = −1/1.3679² = −0.5344",
        "∂z/∂h = 1",
        "∂h/∂m = h = 0.3679",
        "∂m/∂q = −1",
        "∂q/∂w0 = x0 = −1",
        "= −0.1966",
    ]:
        assert line in re.sub(" +", " ", text)
    gates = explain(f, [z, h, m, q], digits=2)
    assert [round(step.value, 2) for step in gates.steps] == [-0.53, -0.53, -0.2, 0.2]
    whole = labelled(sigmoid(q), "f")
    assert "∂f/∂q = f·(1 − f) = 0.731059·(1 − 0.731059) = 0.196612" in str(explain(whole, q))


def test_primitive_steps_need_no_labels() -> None:
    w, x = Value(2.0, "w"), Value(-1.0, "x")
    f = 1 / (1 + exp(-(w * x)))
    derivation = explain(f, w, primitive=True)
    assert [str(d.formula) for d in derivation.definitions] == [
        "w·x", "−v1", "exp(v2)", "1 + v3", "1/v4",
    ]  # fmt: skip
    (step,) = derivation.steps
    assert [str(x.formula) for x in step.contributions[0].factors] == [
        "−1/v4²",
        "1",
        "v3",
        "−1",
        "x",
    ]


def test_a_net_by_hand_as_in_document_004() -> None:
    v = {
        name: Value(0.1 * i + 0.1, name)
        for i, name in enumerate(["w11", "w12", "w13", "w14", "w21", "w22", "b11", "b12", "b21"])
    }
    x1, x2, y = Value(0.3, "x1"), Value(-0.6, "x2"), Value(0.9, "y")
    h1 = labelled(v["w11"] * x1 + v["w13"] * x2 + v["b11"], "h1")
    h2 = labelled(v["w12"] * x1 + v["w14"] * x2 + v["b12"], "h2")
    a1, a2 = labelled(sigmoid(h1), "α1"), labelled(sigmoid(h2), "α2")
    z = labelled(v["w21"] * a1 + v["w22"] * a2 + v["b21"], "z")
    out = labelled(sigmoid(z), "out")
    E = labelled(0.5 * (out - y) ** 2, "E")
    o = out.data
    delta = (o - 0.9) * o * (1 - o)
    hidden = {
        n: delta * v[w].data * a.data * (1 - a.data)
        for n, w, a in (("1", "w21", a1), ("2", "w22", a2))
    }
    by_hand = {
        "w21": delta * a1.data, "w22": delta * a2.data, "b21": delta,
        "w11": hidden["1"] * 0.3, "w13": hidden["1"] * -0.6, "b11": hidden["1"],
        "w12": hidden["2"] * 0.3, "w14": hidden["2"] * -0.6, "b12": hidden["2"],
    }  # fmt: skip
    derivation = explain(E, list(v.values()))
    for name, expected in by_hand.items():
        assert step_of(derivation.steps, name).value == pytest.approx(expected, rel=1e-12)
    chain = step_of(explain(E, v["w11"]).steps, "w11").contributions[0].factors
    assert [str(x.formula) for x in chain] == [
        "out − y",
        "out·(1 − out)",
        "w21",
        "α1·(1 − α1)",
        "x1",
    ]


# --- what a step says -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "line"),
    [
        (lambda a, b: relu(a * b), "∂y/∂a = 0   since a·b < 0"),
        (lambda a, b: relu(-a), "∂y/∂a = −1   since −a > 0"),
        (lambda a, b: maximum(a, b), "∂y/∂a = 0   since a < b"),
        (lambda a, b: maximum(a, a + 0.0), "∂y/∂a"),
        (lambda a, b: where(a > 0, b, 0.1 * a), "∂y/∂a = 0.1   since a < 0"),
        (lambda a, b: clamp(a, -1.0, 1.0), "∂y/∂a = 0   since a < −1"),
        (lambda a, b: clamp(a), "∂y/∂a = 1"),
        (lambda a, b: abs(a), "∂y/∂a = −1   since a < 0"),
        (lambda a, b: b**a, "∂y/∂a = y·log(b)"),
        (lambda a, b: a * a * a, "∂y/∂a = 3·a² = 3·(−2)² = 12"),
        (lambda a, b: a * b + a, "∂y/∂a = b + 1 = 3 + 1 = 4"),
        (lambda a, b: tanh(a), "∂y/∂a = 1 − y²"),
        (lambda a, b: (a - b) / b, "∂y/∂a = 1/b"),
        (lambda a, b: (a * a + b).sqrt(), "∂y/∂a = a/y"),
        (lambda a, b: exp(a * b), "∂y/∂a = y·b"),
    ],
)
def test_local_derivatives_read_as_in_a_textbook(make: Any, line: str) -> None:
    a, b = Value(-2.0, "a"), Value(3.0, "b")
    assert line in str(explain(labelled(make(a, b), "y"), a))


def test_what_does_not_matter_and_what_is_itself() -> None:
    a, b = Value(2.0, "a"), Value(3.0, "b")
    y = labelled(a * a, "y")
    assert "y does not depend on b.\n  ∂y/∂b = 0" in str(explain(y, [a, b]))
    assert "∂y/∂y = 1" in str(explain(y, y))
    assert "∂a/∂a = 1" in str(explain(a, a))
    assert str(explain(y, ())) == "y = a² = 2² = 4"


def test_unlabelled_graphs_get_names() -> None:
    x, z = Value(2.0), Value(3.0)
    text = str(explain(x * z + x.sin()))
    assert "f = x1·x2 + sin(x1) = 2·3 + sin(2)" in text and "∂f/∂x1 = " in text
    taken = labelled(Value(1.0) * x, "f") * 2.0
    assert "v1 = 2·f" in str(explain(taken))


def test_equal_labels_are_told_apart() -> None:
    a, b = Value(2.0, "w"), Value(3.0, "w")
    text = str(explain(labelled(a * b, "y")))
    assert "y = w·w_2" in text and "∂y/∂w = w_2" in text and "∂y/∂w_2 = w = 2" in text


def test_a_value_used_by_many_shows_some_and_the_sum_of_the_rest() -> None:
    b = Value(0.5, "b")
    zs = [labelled((0.1 * i) * b, f"z{i}") for i in range(20)]
    loss = labelled(ops.sum([z**2 for z in zs]), "loss")
    derivation = explain(loss, b)
    step = step_of(derivation.steps, "b")
    assert len(step.contributions) == 7 and step.omitted == 13
    assert_adds_up(step)
    assert step.value == pytest.approx(gradient(loss, [b])[0], rel=1e-12)
    text = str(derivation)
    assert "b feeds z0, z1, z2, z3, z4, z5, … and z19 (20 in all)" in text
    assert "is the sum of those left out" in text and "max_terms above 8" in text
    assert len(step_of(explain(loss, b, max_terms=20).steps, "b").contributions) == 20


def test_long_sums_are_shortened() -> None:
    ws = [Value(1.0 + i, f"w{i}") for i in range(784)]
    y = labelled(dot(ws, [0.5] * 784), "y")
    text = str(explain(y, ws[3], max_terms=4))
    assert "½·w0 + ½·w1 + … + ½·w783" in text and "Dots stand for terms left out" in text
    assert "Dots" not in str(explain(y, ws[3], max_terms=784))


def test_tiny_huge_and_non_finite_numbers() -> None:
    x = Value(-50.0, "x")
    assert "×10⁻²²" in str(explain(labelled(exp(x), "y")))
    assert r"\times 10^{-22}" in explain(labelled(exp(x), "y")).to_latex()
    zero = Value(0.0, "x")
    with pytest.warns(RuntimeWarning):
        infinite = labelled(1 / zero, "y")
    assert "∂y/∂x = −1/x² = −1/0² = −∞" in str(explain(infinite))
    not_taken = labelled(where(zero > 0, zero.sqrt(), 0.0), "y")
    text = str(explain(not_taken))
    assert "∂y/∂x = 0   since x = 0" in text and "nan" not in text
    text = str(explain(labelled(zero * zero.sqrt() + where(zero > 0, zero.sqrt(), 0.0), "y")))
    assert "nan" in text and "since x = 0" in text, "a true 0 * inf"
    nan = labelled(Value(math.nan, "x") * 2.0, "y")
    assert "∂y/∂x = 2" in str(explain(nan)) and r"\mathrm{nan}" in explain(nan).to_latex()


# --- errors -----------------------------------------------------------------------------


def test_stale_graphs_are_refused() -> None:
    E, v = two_two_two()
    v["w5"].data = 0.9
    with pytest.raises(StaleGraphError, match=r"net_o1.*forward\(\)"):
        explain(E, v["w1"])
    E.forward()
    assert "0.9" in str(explain(E, v["w1"]))


def test_large_graphs_are_refused_in_words() -> None:
    x = Value(0.5, "x")
    v = x
    for _ in range(100_000):
        v = v.sin()
    with pytest.raises(GraphSizeError, match=r"wrt=.*max_steps"):
        explain(v, x)
    ws = [Value(float(i), f"w{i}") for i in range(1000)]
    with pytest.raises(GraphSizeError, match="fewer nodes in wrt="):
        explain(ops.sum([w * w for w in ws]))
    assert "2·w5" in str(explain(ops.sum([w * w for w in ws]), ws[5]))


def test_paths_are_not_enumerated() -> None:
    x = v = Value(0.5, "x")
    for i in range(60):  # 2**60 paths
        v = labelled(0.5 * (v.sin() + v), f"a{i}")
    derivation = explain(v, x, max_steps=100)
    assert step_of(derivation.steps, "x").value == pytest.approx(gradient(v, [x])[0], rel=1e-12)


@pytest.mark.parametrize(
    ("arguments", "error", "match"),
    [
        ((1.0,), TypeError, "output"),
        ((Value(1.0), "x"), ValueError, "no node below the output has the label"),
        ((Value(1.0), 3), TypeError, "a Value or several in wrt, got int"),
        ((Value(1.0), None, 40), ValueError, "digits"),
        ((Value(1.0), None, -1), ValueError, "digits"),
    ],
)
def test_wrong_arguments(arguments: tuple[Any, ...], error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        explain(*arguments)
    with pytest.raises(ValueError, match="max_terms"):
        explain(Value(1.0), max_terms=2)


def test_modes_do_not_reach_into_an_explanation() -> None:
    x = Value(0.0, "x")
    y = labelled(x.sqrt(), "y")
    with no_grad():
        assert "∂y/∂x = 1/(2·y)" in str(explain(y))
    with detect_anomaly():
        assert "∞" in str(explain(y))


def test_what_was_not_recorded_is_told_apart_from_what_does_not_depend() -> None:
    x, other = Value(2.0, "x"), Value(1.0, "other")
    with no_grad():
        y = labelled(x * x, "y")
    assert "y is a leaf, as made under no_grad: it has no record of x." in str(explain(y, x))
    assert "z does not depend on other." in str(explain(labelled(x * x, "z"), other))


def test_the_data_are_frozen_and_grads_untouched() -> None:
    E, v = two_two_two()
    E.backward()
    before = {name: x.grad for name, x in v.items()}
    derivation = explain(E)
    assert {name: x.grad for name, x in v.items()} == before
    with pytest.raises(dataclasses.FrozenInstanceError):
        derivation.steps[0].value = 1.0  # type: ignore[misc]


# --- updates ----------------------------------------------------------------------------


def test_the_update_of_document_000() -> None:
    E, v = two_two_two()
    E.backward()
    update = explain_update(SGD([v["w5"], v["w1"]], lr=0.5), v["w5"])
    assert repr(update) == str(update) and repr(update.derivation) == str(update.derivation)
    assert str(update).startswith("w5⁺ = w5 − η · ∂E/∂w5 = 0.4 − 0.5 · 0.082167041 = 0.35891648")
    assert update.value == pytest.approx(0.35891647971788465, rel=1e-12)
    assert v["w5"].data == 0.4 and v["w5"].grad == pytest.approx(0.08216704056423077)
    assert r"w_{5}^{+} &= w_{5} - \eta \cdot \frac{\partial E}{\partial w_{5}}" in update.to_latex()
    assert_latex_page(update._repr_markdown_())


@pytest.mark.parametrize(
    "make",
    [
        lambda w: SGD(w, lr=0.5),
        lambda w: SGD(w, lr=0.5, momentum=0.9, weight_decay=0.1),
        lambda w: Adam(w, lr=0.01),
        lambda w: Adam(w, lr=0.01, weight_decay=0.1),
    ],
)
def test_an_update_foretells_the_step(make: Any) -> None:
    w = Value(0.4, "w")
    optimizer = make([w])
    for gradient_now in (0.08, -0.3, 0.5):
        w.grad = gradient_now
        update = explain_update(optimizer, w)
        optimizer.step()
        assert update.value == pytest.approx(w.data, rel=1e-14)
        assert_printed_results_hold(str(update))


def test_updates_that_cannot_be_explained() -> None:
    w = Value(0.4)
    with pytest.raises(ValueError, match="does not train"):
        explain_update(SGD([w], lr=0.1), Value(0.4))
    with pytest.raises(TypeError, match="knows SGD and Adam"):
        explain_update(object(), w)  # type: ignore[arg-type]
    assert str(explain_update(SGD([w], lr=0.1), w)).startswith("w⁺ = w − η · ∂E/∂w")


# --- random graphs ----------------------------------------------------------------------


def assert_adds_up(step: Step) -> None:
    total = step.omitted_value
    for x in step.contributions:
        product = x.upstream_value
        for factor in x.factors:
            product *= factor.value
        assert x.value == pytest.approx(product, rel=1e-12, abs=1e-300)
        total += x.value
    for factor in step.tail:
        total *= factor.value
    if step.contributions:
        assert step.value == pytest.approx(total, rel=1e-9, abs=1e-12)


@st.composite
def graphs(draw: Any) -> tuple[Value, list[Value]]:
    """A random graph with labels on its leaves and on some of its inner nodes."""
    leaves = [Value(draw(st.floats(0.2, 2.0)), f"x{i}") for i in range(3)]
    pool = list(leaves)
    names = [
        "+", "-", "*", "/", "dot", "where", "tanh", "sigmoid", "exp", "sin", "softplus", "relu",
        "square", "max", "logsumexp",
    ]  # fmt: skip
    for i, name in enumerate(draw(st.lists(st.sampled_from(names), min_size=1, max_size=14))):
        x, y = (pool[draw(st.integers(0, len(pool) - 1))] for _ in range(2))
        table: dict[str, Any] = {
            "+": lambda x=x, y=y: x + y, "-": lambda x=x, y=y: x - y, "*": lambda x=x, y=y: x * y,
            "/": lambda x=x, y=y: x / (y * y + 1.0),
            "dot": lambda x=x, y=y: dot([x, y, x], [y, 2.0, 1.0]),
            "where": lambda x=x, y=y: where(x > y, x * y, y - 0.5),
            "square": lambda x=x: (x - 1.0) ** 2,
            "max": lambda x=x, y=y: maximum(x, y), "logsumexp": lambda x=x, y=y: logsumexp([x, y]),
        }  # fmt: skip
        v = table[name]() if name in table else ops.TABLE[name](x)
        if abs(v.data) < 1e3:
            pool.append(labelled(v, f"n{i}") if draw(st.booleans()) else v)
    output = pool[-1] if pool[-1].op is not None else pool[-1] * 1.5
    return output, leaves


@settings(deadline=None, max_examples=150)
@given(graphs(), st.booleans(), st.booleans())
def test_random_graphs(graph: tuple[Value, list[Value]], delta_rule: bool, primitive: bool) -> None:
    output, leaves = graph
    derivation = explain(output, leaves, 9, delta_rule, primitive=primitive)
    expected = dict(zip(("x0", "x1", "x2"), gradient(output, leaves)))
    data = {d.name: d.value for d in derivation.definitions} | {x.label: x.data for x in leaves}
    for step in derivation.steps:
        assert_adds_up(step)
        if step.name in expected:
            assert step.value == pytest.approx(expected[step.name], rel=1e-9, abs=1e-12)
        for x in [*step.tail, *[f for c in step.contributions for f in c.factors]]:
            number = eval(x.formula.to_text(), {**FUNCTIONS, **data})
            assert float(number) == pytest.approx(x.value, rel=1e-7, abs=1e-9)
    assert_printed_results_hold(str(derivation))
    for latex in (derivation.to_latex(), derivation.to_markdown()):
        assert_latex_page(latex)


def assert_printed_results_hold(text: str) -> None:
    """Each line ... = numbers = result: the printed numbers give the printed result."""
    for line in re.sub(r"\n +=", " =", text).splitlines():
        *before, last = re.split(" +since | {3}", re.sub(r"  +=", " =", line).strip())[0].split(
            " = "
        )
        if len(before) < 2 or not re.fullmatch("[0-9 ().·+−×⁰¹²³⁴⁵⁶⁷⁸⁹⁻½/]+", before[-1]):
            continue
        result, numbers = _number(last), _number(before[-1])
        sizes = [abs(_number(x)) for x in re.findall(r"[0-9.]+", before[-1])]
        assert result == pytest.approx(numbers, rel=1e-4, abs=1e-7 * max([1.0, *sizes]) ** 2)


def _number(text: str) -> float:
    text = re.sub("×10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)", lambda m: "*10**" + _plain(m[1]), text)
    text = re.sub("([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)", lambda m: "**" + _plain(m[1]), text)
    return float(eval(text.replace("−", "-").replace("·", "*").replace("½", "(0.5)")))


def _plain(superscript: str) -> str:
    digits = superscript.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
    return f"({digits})"


# --- LaTeX, Markdown and hostile labels -------------------------------------------------


def assert_latex_page(page: str) -> None:
    """Displays and inline formulas are closed, and every row of a display is well formed."""
    for begin, end in (
        (r"\begin{align*}", r"\end{align*}"),
        (r"\begin{aligned}", r"\end{aligned}"),
    ):
        assert page.count(begin) == page.count(end)
    displays = re.findall(r"\\begin\{align(?:ed|\*)\}\n(.*?)\n\\end\{align(?:ed|\*)\}", page, re.S)
    assert displays
    for display in displays:
        assert_well_formed(re.sub(r" \\\\\n|&", " ", display))
        for row in display.split(" \\\\\n"):
            assert "&" in row
    prose = re.sub(r"\\begin\{align(ed|\*)\}.*?\\end\{align(ed|\*)\}", "", page, flags=re.S)
    prose = prose.replace("$$\n\n$$", "")
    assert re.sub(r"\\\$", "", prose).count("$") % 2 == 0


def test_latex_of_the_worked_example() -> None:
    E, v = two_two_two()
    latex = explain(E, v["w5"], 9).to_latex()
    assert (
        r"\frac{\partial E}{\partial w_{5}} &= \frac{\partial E}{\partial \mathrm{out}_{o1}} \cdot"
        in latex
    )
    assert r"&= -\left(t_{1} - \mathrm{out}_{o1}\right) = -\left(0.01 - 0.751365070\right)" in latex
    assert_latex_page(latex)
    markdown = explain(E, v["w1"], 9)._repr_markdown_()
    assert "$$\n\\begin{aligned}" in markdown and "**Backward pass**" in markdown
    assert_latex_page(markdown)


@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_labels(label: str) -> None:
    x, b = Value(2.0, label), Value(0.5, "b")
    z1, z2 = labelled(x * b, label + "1"), labelled(x + b, label + "2")
    derivation = explain(labelled(tanh(z1) * z2, label + "y"), [x, b], delta_rule=True)
    text, latex, markdown = str(derivation), derivation.to_latex(), derivation.to_markdown()
    harmless = str(explain(labelled(tanh(Value(2.0, "x") * b), "y"), b))
    assert len(text) < 60 * len(harmless)
    for page in (text, latex, markdown):
        assert not any(ord(c) < 32 and c != "\n" for c in page)
        assert "\u202e" not in page
    assert text.count("\u2068") == text.count("\u2069"), "reordering ends with the label"
    for page in (latex, markdown):
        assert not re.search("<[a-zA-Z/!]", page)
        assert "](" not in page and "**b" not in page and "`" not in page
        assert_latex_page(page)
    lines = len(harmless.splitlines())
    assert len(text.splitlines()) < 12 * lines


def test_matplotlib_understands_the_pages() -> None:
    mathtext = pytest.importorskip("matplotlib.mathtext")
    parser = mathtext.MathTextParser("path")
    E, v = two_two_two()
    a, b = Value(0.3, "a b_c"), Value(-2.0, "50% & $<x>^2")
    pages = [
        explain(E, v["w1"], 9).to_latex(),
        explain(E, delta_rule=True).to_latex(),
        explain(labelled(relu(a / b) * exp(-a * b) ** 2, "y")).to_latex(),
    ]
    for page in pages:
        for display in re.findall(r"\\begin\{align\*\}\n(.*?)\n\\end", page, re.S):
            for row in display.split(" \\\\\n"):
                for lacking, other in (("&=", "="), (r"\tfrac", r"\frac"), (r"\&", "+")):
                    row = row.replace(lacking, other)
                parser.parse(f"${row}$")


def test_the_text_does_not_depend_on_hash_seeds() -> None:
    program = (
        f"import sys; sys.path.insert(0, {os.path.dirname(__file__)!r})\n"
        "from test_explanation import two_two_two, explain\n"
        "E, v = two_two_two(); print(explain(E).to_markdown(), explain(E, delta_rule=True))"
    )
    outputs = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"}
        command = [sys.executable, "-c", program]
        done = subprocess.run(command, env=environment, capture_output=True, check=True)
        outputs.add(done.stdout)
    assert len(outputs) == 1


def test_no_warning_escapes() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        explain(labelled(Value(0.0, "x").sqrt(), "y"))


# --- odd graphs ---------------------------------------------------------------------------


def test_what_no_gradient_reaches_has_derivative_zero() -> None:
    x, a = Value(2.0, label="x"), Value(3.0, label="a")
    page = explain(where(x > 0.0, a * a, 4.0), x)
    zero = "x acts on f only through operations that pass no gradient.\n  ∂f/∂x = 0"
    assert str(page).endswith(zero)
    assert page.to_latex().count(r"\frac{\partial f}{\partial x} &= 0") == 1
    condition = where(x > 0.0, x, 1.0).operands[0]
    assert str(explain(condition, x)).endswith(zero)


def test_the_delta_rule_without_weighted_sums_is_the_chain_rule() -> None:
    x = Value(0.5, label="x")
    u = x.exp()
    s, c = sin(u), cos(u)
    u.label, s.label, c.label = "u", "s", "c"
    assert str(explain(s / c, x, delta_rule=True)) == str(explain(s / c, x))


def test_three_terms_of_many_are_the_first_dots_and_the_last() -> None:
    u = Value(1.5, label="u")
    parts = [sin(u * k) for k in range(1, 7)]
    for k, part in enumerate(parts):
        part.label = f"s{k}"
    y = autograd.sum([part * part for part in parts])
    y.label = "y"
    assert "∂y/∂u = ∂y/∂s0 · ∂s0/∂u + … + ∂y/∂s5 · ∂s5/∂u\n" in str(explain(y, u, max_terms=3))


def test_a_target_outside_has_a_name_of_its_own() -> None:
    x = Value(2.0, label="x")
    page = str(explain(x * x, [x, Value(1.0)]))
    assert "∂f/∂x = 2·x = 2·2 = 4" in page
    assert "f does not depend on x1.\n  ∂f/∂x1 = 0" in page


def test_the_forward_pass_alone_needs_the_recorded_data_too() -> None:
    x = Value(2.0, label="x")
    y = x * x
    x.data = 5.0
    with pytest.raises(StaleGraphError):
        explain(y, ())


def test_nothing_to_explain() -> None:
    x = Value(2.0, label="x")
    assert str(explain(x, [])).strip() == "x is a leaf: there is nothing to explain."
    assert "begin" not in explain(x, []).to_latex()
