"""`draw`: what the pictures say, checked in the DOT text and in the SVG as XML."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from optional import needs_format

from autograd import (
    GraphSizeError,
    Value,
    dot,
    draw,
    exp,
    leaky_relu,
    scope,
    sigmoid,
    tanh,
    topological_order,
    where,
)
from autograd import sum as total
from autograd.drawing import Drawing

SVG = "{http://www.w3.org/2000/svg}"


# --- reading a drawing back -----------------------------------------------------------


def groups(svg: str, kind: str) -> dict[str, ElementTree.Element]:
    """The groups of a class, by what they show."""
    root = ElementTree.fromstring(svg)
    found = [g for g in root.iter(f"{SVG}g") if g.attrib["class"] == f"ag-{kind}"]
    return {g.get(f"data-{kind}") or g.get("data-edge") or str(i): g for i, g in enumerate(found)}


def lines(group: ElementTree.Element) -> list[str]:
    return ["".join(x.itertext()) for x in group.iter(f"{SVG}text")]


def boxes(drawing: Drawing) -> dict[str, list[str]]:
    return {key: lines(group) for key, group in groups(drawing.svg, "node").items()}


def box(drawing: Drawing, first_line: str) -> list[str]:
    return next(text for text in boxes(drawing).values() if text and text[0] == first_line)


def edges(drawing: Drawing) -> list[tuple[str, str]]:
    """The edges as pairs of ids."""
    found = groups(drawing.svg, "edge").values()
    return [(x.attrib["data-source"], x.attrib["data-target"]) for x in found]


def numbers(drawing: Drawing) -> list[list[str]]:
    """What stands on each edge, in their order."""
    return [lines(x) for x in groups(drawing.svg, "number").values()]


def scopes(drawing: Drawing) -> list[str]:
    return [text for x in groups(drawing.svg, "frame-title").values() for text in lines(x)]


def legend(drawing: Drawing) -> list[str]:
    return [x for group in groups(drawing.svg, "legend").values() for x in lines(group)]


def position(drawing: Drawing, key: str) -> tuple[float, float]:
    text = next(groups(drawing.svg, "node")[key].iter(f"{SVG}text"))
    return float(text.attrib["x"]), float(text.attrib["y"])


# --- graphs -----------------------------------------------------------------------------


def worked_example() -> Value:
    """The 2-2-2 net of document 000."""
    inputs = Value(0.05, "i1"), Value(0.10, "i2")
    targets = Value(0.01, "t1"), Value(0.99, "t2")
    b1, b2 = Value(0.35, "b1"), Value(0.60, "b2")

    def neuron(name: str, first: int, numbers: list[float], xs: Any, bias: Value) -> Value:
        with scope(f"neuron {name}"):
            weights = [Value(x, f"w{first + k}") for k, x in enumerate(numbers)]
            net = dot((*weights, bias), (*xs, 1.0))
            out = sigmoid(net)
        net.label, out.label = f"net_{name}", f"out_{name}"
        return out  # type: ignore[no-any-return]

    h = [neuron("h1", 1, [0.15, 0.20], inputs, b1), neuron("h2", 3, [0.25, 0.30], inputs, b1)]
    o = [neuron("o1", 5, [0.40, 0.45], h, b2), neuron("o2", 7, [0.50, 0.55], h, b2)]
    errors = [0.5 * (t - out) ** 2 for t, out in zip(targets, o)]
    errors[0].label, errors[1].label = "E_o1", "E_o2"
    E: Value = errors[0] + errors[1]
    E.label = "E"
    E.backward()
    return E


def document_002(label: str | None = "f") -> Value:
    w0, x0, w1, x1, w2 = (
        Value(x, name)
        for x, name in zip((2.0, -1.0, -3.0, -2.0, -3.0), ("w0", "x0", "w1", "x1", "w2"))
    )
    f: Value = 1 / (1 + exp(-(w0 * x0 + w1 * x1 + w2)))
    f.label = label
    f.backward()
    return f


def by_label(output: Value) -> dict[str | None, Any]:
    return {node.label: node for node in topological_order(output)}


# --- document 000 ---------------------------------------------------------------------


def test_worked_example_shows_the_documents_figures() -> None:
    drawing = draw(worked_example())
    assert box(drawing, "net_h1") == ["net_h1", "Σ w·x + b", "0.3775", "+0.0088"]
    assert box(drawing, "out_h1") == ["out_h1", "σ", "0.5933", "+0.0364"]
    assert box(drawing, "out_o1") == ["out_o1", "σ", "0.7514", "+0.7414"]
    assert box(drawing, "w5") == ["w5", "0.4", "+0.0822"]
    assert box(drawing, "w7") == ["w7", "0.5", "−0.0226"]
    assert box(drawing, "E_o1") == ["E_o1", "½(t1 − out_o1)²", "0.2748", "+1"]
    assert box(drawing, "E") == ["E", "+", "0.2984", "+1"]
    shown = [line for texts in numbers(drawing) for line in texts]
    for derivative in ("0.7414", "0.1868", "0.5933", "−0.2171", "0.1755", "0.2413"):
        assert derivative in shown


def test_worked_example_has_one_box_per_labelled_node() -> None:
    E = worked_example()
    labels = {node.label for node in topological_order(E) if node.label}
    drawing = draw(E)
    assert {text[0] for text in boxes(drawing).values()} == labels
    assert len(boxes(drawing)) == 25
    assert len(edges(drawing)) == 4 * 5 + 4 + 4 + 2


def test_worked_example_boxes_its_neurons() -> None:
    names = scopes(draw(worked_example()))
    assert sorted(names) == [f"neuron {x}" for x in ("h1", "h2", "o1", "o2")]


def test_worked_example_reads_from_top_to_bottom() -> None:
    drawing = draw(worked_example())
    places = {text[0]: position(drawing, key) for key, text in boxes(drawing).items()}
    columns = [
        ("i1", "i2", "b1"), ("w1", "w2", "w3", "w4"), ("net_h1", "net_h2"),
        ("w5", "w6", "w7", "w8"), ("out_o1", "out_o2"), ("t1", "t2"), ("E_o1", "E_o2"),
    ]  # fmt: skip
    for column in columns:
        heights = [places[label][1] for label in column]
        assert heights == sorted(heights), column
    row = [places[x][0] for x in ("i1", "w1", "net_h1", "out_h1", "net_o1", "out_o1", "E_o1", "E")]
    assert row == sorted(row)


def test_nested_scopes_are_boxes_in_boxes() -> None:
    with scope("hidden"), scope("h1"):
        y = Value(1.0, "x") * 2.0
    assert scopes(draw(y + 1.0)) == ["hidden", "h1"]


# --- document 002 ---------------------------------------------------------------------


@pytest.mark.parametrize("label", ["f", None])
def test_document_002_shows_every_primitive_step(label: str | None) -> None:
    drawing = draw(document_002(label), digits=2)
    texts = list(boxes(drawing).values())
    assert box(drawing, "w0") == ["w0", "2", "−0.20"]
    assert box(drawing, "x0") == ["x0", "−1", "+0.39"]
    assert box(drawing, "w1") == ["w1", "−3", "−0.39"]
    assert box(drawing, "x1") == ["x1", "−2", "−0.59"]
    assert box(drawing, "w2") == ["w2", "−3", "+0.20"]
    assert ["×−1", "−1", "−0.20"] in texts
    assert ["exp", "0.37", "−0.53"] in texts
    assert ["+1", "1.37", "−0.53"] in texts
    assert [*([label] if label else []), "1/x", "0.73", "+1"] in texts
    assert len(texts) == 5 + 8


def test_document_002_as_one_sigmoid() -> None:
    w0, x0 = Value(2.0, "w0"), Value(-1.0, "x0")
    f = sigmoid(w0 * x0 + 3.0)
    f.backward()
    drawing = draw(f, digits=2)
    assert ["σ", "0.73", "+1"] in boxes(drawing).values()
    assert ["+3", "1", "+0.20"] in boxes(drawing).values()


def test_titles_of_parts_have_numbers_that_can_be_searched() -> None:
    drawing = draw(document_002(), digits=2)
    assert "<title>w0: value 2, gradient -0.20</title>" in drawing.svg
    assert "<title>exp: value 0.37, gradient -0.53</title>" in drawing.svg
    assert "<title>w0 → ×: local derivative -1</title>" in drawing.svg


# --- nodes and edges --------------------------------------------------------------------


def test_ids_follow_the_topological_order() -> None:
    x, y = Value(2.0, "x"), Value(3.0, "y")
    drawing = draw((x + y) * x)
    assert [boxes(drawing)[f"n{i}"][0] for i in range(4)] == ["x", "y", "+", "×"]
    assert edges(drawing) == [("n0", "n2"), ("n1", "n2"), ("n2", "n3"), ("n0", "n3")]


def test_each_operand_position_has_an_edge() -> None:
    x = Value(3.0, "x")
    drawing = draw(x * x)
    assert edges(drawing) == [("n0", "n1"), ("n0", "n1")]
    assert numbers(drawing) == [["3"], ["3"]]


def test_plain_numbers_stand_in_the_operation() -> None:
    x = Value(4.0, "x")
    cases = [
        (x + 1, "+1"), (1 - x, "1 − x"), (x * -1, "×−1"), (-x, "×−1"), (1 / x, "1/x"),
        (x / 2, "÷2"), (x**2, "x²"), (x**0.5, "x^½"), (x**3, "x³"), (x**4, "x^4"),
        (x**-2, "x^(−2)"), (2**x, "2^x"), (tanh(x), "tanh"),
        (leaky_relu(x), "leaky_relu(x, 0.01)"), (abs(x), "|x|"),
    ]  # fmt: skip
    for node, text in cases:
        assert list(boxes(draw(node)).values())[1][0] == text
        assert len(boxes(draw(node))) == 2


def test_sums_and_dots_name_what_they_add() -> None:
    x, y = Value(2.0, "x"), Value(3.0, "y")
    cases = [
        (total([x, y]), "Σ"), (total([x, 3.0]), "Σ + 3"), (dot([x], [y]), "Σ w·x"),
        (dot([x, y], [y, 1.0]), "Σ w·x + b"), (where(x > 0, x, 1.0), "x if c else 1"),
        ((x > 0) & (y > 0), "and"),
    ]  # fmt: skip
    for node, expected in cases:
        output = node if isinstance(node, Value) else where(node, x, y)
        assert expected in [text[0].strip("()") for text in boxes(draw(output)).values()]


def test_a_condition_is_dashed_and_carries_no_gradient() -> None:
    x = Value(1.5, "x")
    y = where(x > 0, x * x, 0.5 * x)
    y.backward()
    drawing = draw(y)
    assert box(drawing, "x > 0") == ["x > 0", "true"]
    dashed = [x for x in drawing.dot.splitlines() if "->" in x and "style=dashed" in x]
    assert len(dashed) == 2
    assert not any("label=" in line for line in dashed)
    assert drawing.svg.count("carries no gradient") == 2


def test_gradients_are_drawn_only_after_backward() -> None:
    x = Value(3.0, "x")
    y = x * x
    assert box(draw(y), "x") == ["x", "3"]
    assert not any("gradient" in text for text in legend(draw(y)))
    y.backward()
    assert box(draw(y), "x") == ["x", "3", "+6"]
    assert any("gradient" in text for text in legend(draw(y)))


def test_numbers_that_are_tiny_huge_or_not_finite() -> None:
    x = Value(1e-9, "x")
    y = x * 1e30
    y.backward()
    assert box(draw(y), "x") == ["x", "1e−9", "+1e30"]
    with pytest.warns(RuntimeWarning):
        infinite = Value(-1.0, "x") / 0.0
    assert "−∞" in list(boxes(draw(infinite)).values())[1]


def test_a_leaf_alone() -> None:
    assert list(boxes(draw(Value(2.0))).values()) == [["2"]]


# --- formulas between labels --------------------------------------------------------------


def test_unlabelled_steps_fold_into_a_labelled_node() -> None:
    t, out = Value(1.0, "t"), Value(0.25, "out")
    E = 0.5 * (t - out) ** 2
    E.label = "E"
    loss = E * 3.0
    loss.backward()
    drawing = draw(loss)
    assert box(drawing, "E") == ["E", "½(t − out)²", "0.2812", "+3"]
    # d E / d t and d E / d out are one number each.
    assert numbers(drawing) == [["0.75"], ["−0.75"], ["3"]]
    assert len(boxes(draw(loss, primitive=True))) == len(topological_order(loss))


def test_a_node_that_two_formulas_share_is_a_box() -> None:
    x = Value(0.5, "x")
    shared = x * x
    a, b = shared + 1.0, shared * 2.0
    a.label, b.label = "a", "b"
    assert len(boxes(draw(a * b))) == 5  # x, its square, a, b and the product


def test_a_long_formula_stays_in_steps_unless_it_is_a_weighted_sum() -> None:
    xs = [Value(float(k), f"input_{k}") for k in range(6)]
    ws = [Value(float(k), f"weight_{k}") for k in range(6)]
    net = sum((w * x for w, x in zip(ws[1:], xs[1:])), ws[0] * xs[0])
    net.label = "net"
    drawing = draw(net + 1.0)
    assert box(drawing, "net")[1] == "Σ w·x"
    assert len(boxes(drawing)) == 14
    y = xs[1]
    for _ in range(20):
        y = tanh(y)
    y.label = "y"
    assert len(boxes(draw(y + 1.0))) == 22


def test_nodes_of_different_scopes_do_not_fold_into_each_other() -> None:
    x = Value(0.5, "x")
    with scope("inner"):
        y = x * x
    z = y + 1.0
    z.label = "z"
    assert len(boxes(draw(z * 2.0))) == 4


# --- collapsed scopes -----------------------------------------------------------------------


def test_a_collapsed_scope_shows_its_inputs_and_outputs() -> None:
    E = worked_example()
    drawing = draw(E, collapse="neuron h1")
    assert box(drawing, "neuron h1") == [
        "neuron h1", "i1", "out_h1", "0.5933", "+0.0364", "i2", "b1",
        "2 operations, 2 leaves",
    ]  # fmt: skip
    assert len(scopes(drawing)) == 3
    inside = {"w1", "w2", "net_h1", "out_h1"}
    assert not inside & {text[0] for text in boxes(drawing).values()}


def test_the_edge_into_a_collapsed_scope_has_the_derivative_through_it() -> None:
    E = worked_example()
    drawing = draw(E, collapse=True)
    h1 = next(key for key, text in boxes(drawing).items() if text[0] == "neuron h1")
    derivatives = {
        title.text
        for group in groups(drawing.svg, "edge").values()
        for title in group.iter(f"{SVG}title")
    }
    # w1 * out_h1 * (1 - out_h1), and the same for the weight 0.2
    assert "i1 → neuron h1: local derivative 0.0362" in derivatives
    assert "i2 → neuron h1: local derivative 0.0483" in derivatives
    assert sum(target == h1 for _, target in edges(drawing)) == 3


def test_collapsing_an_outer_scope_swallows_the_inner_ones() -> None:
    x = Value(1.0, "x")
    with scope("a"), scope("b"):
        y = x * 2.0
    with scope("a"):
        z = tanh(y)
    drawing = draw(z + 1.0, collapse="a")
    assert [text[0] for text in boxes(drawing).values()] == ["x", "a", "+1"]
    inner = draw(z + 1.0, collapse=["a/b"])
    assert sorted(text[0] for text in boxes(inner).values()) == ["+1", "b", "tanh", "x"]


def test_several_scopes_share_a_box() -> None:
    layers = {
        "hidden": ["neuron h1", "neuron h2"],
        "output": ["neuron o1", "neuron o2"],
    }
    drawing = draw(worked_example(), collapse=layers)
    assert box(drawing, "hidden") == [
        "hidden", "i1", "out_h1", "0.5933", "+0.0364",
        "i2", "out_h2", "0.5969", "+0.0414", "b1", "4 operations, 4 leaves",
    ]  # fmt: skip
    assert not groups(drawing.svg, "cluster")
    with pytest.raises(ValueError, match="no scope 'neuron x'"):
        draw(worked_example(), collapse={"hidden": "neuron x"})


def test_many_inputs_of_a_collapsed_scope_are_shortened() -> None:
    xs = [Value(1.0, f"x{k}") for k in range(20)]
    with scope("s"):
        ys = [x * 2.0 for x in xs]
        y = dot(ys, ys)
    drawing = draw(y + 1.0, collapse=True)
    text = box(drawing, "s")
    assert "x6" in text and "x7" not in text and "… 13 more" in text
    assert len(edges(drawing)) == 21


def test_rows_that_stand_for_many_are_joined_by_one_edge() -> None:
    with scope("first"):
        xs = [Value(1.0, f"x{k}") * 2.0 for k in range(20)]
    with scope("second"):
        y = dot(xs, xs)
    drawing = draw(y, collapse=True)
    assert len(edges(drawing)) == 7 + 1
    starts = [g[1].attrib["d"].split("C")[0] for g in groups(drawing.svg, "edge").values()]
    rows = [float(start.split(",")[1]) for start in starts]
    assert rows == sorted(rows)


def test_a_scope_that_a_path_leaves_and_enters_again() -> None:
    with scope("s"):
        x = Value(1.0, "x") * 2.0
    y = tanh(x)
    with scope("s"):
        z = y * x
    drawing = draw(z, collapse=True)
    assert sorted(edges(drawing)) == [("n0", "n1"), ("n1", "n0")]
    assert ElementTree.fromstring(drawing.svg) is not None


def test_an_unknown_scope_is_named_with_those_that_exist() -> None:
    with pytest.raises(ValueError, match="no scope 'h1' in this graph; it has 'neuron o1', 'neuro"):
        draw(worked_example(), collapse="h1")


# --- highlighted paths --------------------------------------------------------------------


def test_highlight_lists_the_paths_and_their_products() -> None:
    E = worked_example()
    notes = legend(draw(E, highlight=by_label(E)["w1"]))
    assert any(
        x.startswith("0.05 · 0.2413 · 0.4 · 0.1868 · 0.7414 · 1 = 0.000668  along w1 → net_h1")
        for x in notes
    )
    assert any(x.endswith("→ net_o2 → out_o2 → E_o2 → E") for x in notes)
    assert "∂E/∂w1 = 0.000439, the sum over these 2 paths" in notes


def test_highlight_marks_just_the_boxes_and_edges_on_a_path() -> None:
    E = worked_example()
    drawing = draw(E, highlight=by_label(E)["w5"])
    marked = {
        text[0]
        for key, group in groups(drawing.svg, "node").items()
        if 'stroke="#b35900"' in ElementTree.tostring(group, "unicode")
        for text in [lines(group)]
    }
    assert marked == {"w5", "net_o1", "out_o1", "E_o1", "E"}
    marked_edges = [x for x in drawing.dot.splitlines() if "->" in x and "#b35900" in x]
    assert len(marked_edges) == 4


def test_paths_are_counted_not_walked() -> None:
    x = Value(1.0, "x")
    y = x
    for _ in range(50):
        y = y + y
    y.label = "y"
    notes = legend(draw(y, highlight=x))
    count = "1 125 899 906 842 624"
    assert any(line.endswith(f"the sum over {count} paths") for line in notes)


def test_a_square_has_two_paths() -> None:
    x = Value(3.0, "x")
    notes = legend(draw(x * x, highlight=x))
    assert notes[-1] == "∂×/∂x = 6, the sum over these 2 paths"


def test_a_highlighted_node_stays_visible() -> None:
    t, out = Value(1.0, "t"), Value(0.25, "out")
    difference = t - out
    E = 0.5 * difference**2
    E.label = "E"
    loss = E * 3.0
    drawing = draw(loss, highlight=difference)
    assert ["−", "0.75"] in boxes(drawing).values()
    assert box(drawing, "E")[1] == "½□²"


def test_a_long_path_is_shortened_in_the_middle() -> None:
    x = Value(0.5, "x")
    y = x
    for _ in range(40):
        y = y * 2.0
    (note,) = [line for line in legend(draw(y, highlight=x)) if line.startswith("∂")]
    assert note.startswith("∂×2/∂x = 2 · 2 · 2 · 2 · … · 2 · 2 · 2 · 2 = 1.1e12  along x → ×2")
    (note,) = [line for line in legend(draw(y, highlight=y)) if line.startswith("∂")]
    assert note == "∂×2/∂×2 = 1"


def test_highlight_without_a_path_and_of_a_stranger() -> None:
    x = Value(1.0, "x")
    y = where(x > 0, Value(2.0, "a"), Value(3.0, "b"))
    notes = legend(draw(y, highlight=x))
    assert notes[-1].endswith("= 0: no path carries a gradient from there")
    with pytest.raises(ValueError, match="is not in the graph"):
        draw(y, highlight=Value(1.0))


def test_highlight_inside_a_collapsed_scope_marks_its_box() -> None:
    E = worked_example()
    drawing = draw(E, highlight=by_label(E)["w1"], collapse=True)
    assert any("along w1 → net_h1" in line for line in legend(drawing))
    faded = [x for x in drawing.dot.splitlines() if "->" in x and "#ccd2d9" in x]
    assert len(faded) == len(edges(drawing)) - 6


# --- steps --------------------------------------------------------------------------------


def test_steps_go_forward_and_then_backward() -> None:
    a, b = Value(2.0, "a"), Value(3.0, "b")
    L = a * b
    L.label = "L"
    L.backward()
    drawings = draw(L, steps=True)
    steps = [x.step for x in drawings if x.step]
    assert [(x.phase, x.box) for x in steps] == [
        ("forward", ""), ("forward", "n2"), ("backward", "n2"), ("backward", "n1"),
        ("backward", "n0"),
    ]  # fmt: skip
    assert steps[1].text == "L = a × b = 6"
    assert steps[3].text == "∂L/∂b = 1 · 2 = 2"
    assert [len(x.values) for x in steps] == [2, 3, 3, 3, 3]
    assert [len(x.gradients) for x in steps] == [0, 0, 1, 2, 3]
    assert box(drawings[0], "a") == ["a", "2"]
    assert box(drawings[0], "L") == ["L", "×"]
    assert box(drawings[3], "a") == ["a", "2"]
    assert box(drawings[4], "a") == ["a", "2", "+3"]


def test_all_steps_have_one_layout() -> None:
    drawings = draw(worked_example(), steps=True)
    sizes = {ElementTree.fromstring(x.svg).attrib["width"] for x in drawings[::9]}
    assert len(sizes) == 1
    keys = groups(drawings[0].svg, "node")
    assert [position(drawings[0], key) for key in keys] == [
        position(drawings[-1], key) for key in keys
    ]


def test_the_last_step_of_a_graph_without_gradients_is_the_output() -> None:
    x = Value(2.0, "x")
    steps = draw(tanh(x * x), steps=True)
    assert [x.step.phase for x in steps if x.step] == ["forward"] * 3


def test_steps_through_collapsed_scopes() -> None:
    steps = draw(worked_example(), steps=True, collapse=True)
    texts = [x.step.text for x in steps if x.step]
    assert "neuron h1: out_h1 = 0.5933" in texts
    assert ElementTree.fromstring(steps[-1].svg) is not None


# --- size -----------------------------------------------------------------------------------


def test_ten_thousand_nodes_are_refused_with_the_remedy() -> None:
    y = Value(1.0)
    for _ in range(10_000):
        y = y * 1.0
    with pytest.raises(GraphSizeError, match=r"needs 10001 boxes and has no scopes.*scope\("):
        draw(y)


def test_a_large_graph_folds_its_scopes_until_it_fits() -> None:
    y = Value(1.0, "x")
    for k in range(10):
        with scope(f"layer {k}"):
            for j in range(10):
                with scope(f"unit {j}"):
                    for _ in range(10):
                        y = y * 0.9
    assert len(boxes(draw(y, max_nodes=200))) == 101
    assert len(boxes(draw(y, max_nodes=50))) == 11
    with pytest.raises(GraphSizeError, match="even with every scope as one box"):
        draw(y, max_nodes=5)


def test_a_thousand_nodes_draw_when_asked_for() -> None:
    y = Value(1.0, "x")
    for _ in range(999):
        y = y * 1.0
    assert len(groups(draw(y, max_nodes=1000).svg, "node")) == 1000


# --- labels ---------------------------------------------------------------------------------


def test_data_that_do_not_fit_together_are_told() -> None:
    x = Value(2.0, "x")
    y = x * x + 1
    x.data = 3.0
    with pytest.warns(RuntimeWarning, match="holds 4.0, and its operands now give 9.0.*forward"):
        draw(y)
    y.forward()
    draw(y)  # warnings are errors here


HOSTILE = [
    "<script>alert(1)</script>", "a < b & c > d", "\"double\" 'single'", "\\N \\G \\n \\\\",
    "line\nbreak\ttab", "x" * 10_000, "中文标签", "🙂", "עברית", "\x00\x1b[31m", "\ud800",
    "--> ]]>", "<b>", "&amp;", "%s {0} $x$", "<", " ", "n0", "\u202egnp.exe",
]  # fmt: skip


@pytest.mark.parametrize("label", HOSTILE)
def test_any_label_is_safe(label: str) -> None:
    with scope(label.replace("/", "|")):
        x = Value(2.0, label)
        y = x * x
    y.label = label
    y.backward()
    z = y + x
    z.label = label
    for drawing in (draw(z), draw(z, collapse=True), draw(z, highlight=x)):
        root = ElementTree.fromstring(drawing.svg)
        tags = {element.tag.removeprefix(SVG) for element in root.iter()}
        assert tags <= {"svg", "g", "title", "text", "tspan", "path", "polygon", "rect", "circle"}
        assert not any(
            "href" in key or key.startswith("on") for e in root.iter() for key in e.attrib
        )
        drawing.dot.encode()


def test_labels_are_shown_as_they_are() -> None:
    for label in [*HOSTILE[:2], "\\N \\G", "中文标签", "<b>", "&amp;"]:
        assert box(draw(Value(1.0, label) * 2.0), label)[0] == label
    assert box(draw(Value(1.0, "line\nbreak") * 2.0), "line\\nbreak")
    long = box(draw(Value(1.0, "x" * 10_000) * 2.0), "x" * 20 + "…" + "x" * 20)
    assert len(long[0]) == 41


def test_svg_stands_alone() -> None:
    svg = draw(worked_example()).svg
    root = ElementTree.fromstring(svg)
    assert root.tag == f"{SVG}svg" and root.attrib["role"] == "img"
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == "computation graph of E, 25 boxes"
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")
    assert "<!" not in svg and "<?" not in svg


# --- files and errors -----------------------------------------------------------------------


HEADS = [("svg", b"<svg"), ("pdf", b"%PDF"), ("png", b"\x89PNG"), ("dot", b"digraph")]


@pytest.mark.parametrize(("suffix", "head"), HEADS)
def test_saving_in_every_format(suffix: str, head: bytes, tmp_path: Path) -> None:
    needs_format(suffix)
    drawing = draw(document_002())
    drawing.save(tmp_path / f"g.{suffix}")
    drawing.save(str(tmp_path / f"UPPER.{suffix.upper()}"))
    for path in tmp_path.iterdir():
        assert path.read_bytes().startswith(head)
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("name", ["g.gif", "g", ".svg", "g.svg.txt"])
def test_an_unknown_suffix_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match=r"must end in \.svg, \.pdf, \.png or \.dot"):
        draw(Value(1.0)).save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_an_unwritable_path_leaves_nothing_behind(tmp_path: Path) -> None:
    drawing = draw(Value(1.0))
    with pytest.raises(FileNotFoundError, match="cannot write the drawing: No such file"):
        drawing.save(tmp_path / "missing" / "g.svg")
    (tmp_path / "folder.svg").mkdir()
    with pytest.raises(IsADirectoryError, match="cannot write the drawing"):
        drawing.save(tmp_path / "folder.svg")
    assert [x.name for x in tmp_path.iterdir()] == ["folder.svg"]


def test_a_failed_write_keeps_the_old_file(tmp_path: Path, monkeypatch: Any) -> None:
    target = tmp_path / "g.svg"
    target.write_text("old")

    def full(self: Path, mode: str) -> Any:
        self.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(OSError, match="cannot write the drawing: No space left on device"):
        draw(Value(1.0)).save(target)
    monkeypatch.undo()
    assert target.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_protected_file_is_kept(tmp_path: Path, monkeypatch: Any) -> None:
    target = tmp_path / "g.svg"
    target.write_text("old")
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(PermissionError, match="cannot write the drawing: Permission denied"):
        draw(Value(1.0)).save(target)
    assert target.read_text() == "old"


def test_what_is_no_value_is_refused() -> None:
    with pytest.raises(TypeError, match="draw takes one Value, got list; for several outputs"):
        draw([Value(1.0)])  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="highlight takes a Value, got str"):
        draw(Value(1.0), highlight="x")  # type: ignore[call-overload]


def test_nothing_is_printed(capfd: Any) -> None:
    assert draw(worked_example()).svg
    assert capfd.readouterr() == ("", "")


# --- Jupyter and reproducibility --------------------------------------------------------------


def test_in_jupyter_a_drawing_is_its_svg() -> None:
    drawing = draw(document_002())
    assert drawing._repr_svg_() == drawing.svg
    image = drawing._repr_html_()
    assert image.startswith('<img alt="computation graph of f, 13 boxes" style="max-width:100%;')
    data = image.partition("base64,")[2].partition('"')[0]
    assert base64.b64decode(data).decode() == drawing.svg
    assert repr(drawing) == "<Drawing: computation graph of f, 13 boxes>"


def test_in_jupyter_a_value_is_green_and_its_gradient_red() -> None:
    from autograd.jupyter import value_html

    x = Value(-0.5, "<x>")
    x.grad = 0.25
    html = value_html(x)
    assert "&lt;x&gt;" in html and "<x>" not in html
    assert re.search(r"color:#0b7a4b[^>]*>−0\.5<", html)
    assert re.search(r"color:#c4311d[^>]*> gradient \+0\.25<", html)
    assert "gradient" in value_html(Value(1.0))


def test_the_drawing_does_not_depend_on_hash_seeds() -> None:
    program = (
        "import hashlib; from test_drawing import worked_example; from autograd import draw\n"
        "for how in ({}, {'collapse': True}, {'primitive': True}):\n"
        "    drawing = draw(worked_example(), **how)\n"
        "    print(hashlib.sha256((drawing.dot + drawing.svg).encode()).hexdigest())\n"
    )
    outputs = set()
    for seed in ("0", "1", "random"):
        path = os.pathsep.join(sys.path)
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path}
        outputs.add(
            subprocess.run(
                [sys.executable, "-c", program], env=environment, check=True, capture_output=True,
                text=True,
            ).stdout
        )  # fmt: skip
    assert len(outputs) == 1
    assert len(outputs.pop().split()) == 3
