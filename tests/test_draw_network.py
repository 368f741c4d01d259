"""`draw_network`: the neurons, weights, biases and errors of any MLP."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from optional import needs_format

from nn import MLP, draw_network, half_squared_error

SVG = "{http://www.w3.org/2000/svg}"


def document_000(bias: str = "fixed") -> MLP:
    return MLP(
        2, [2, 2], "sigmoid", "sigmoid", bias=bias,
        weights=[[[0.15, 0.20], [0.25, 0.30]], [[0.40, 0.45], [0.50, 0.55]]],
        biases=[0.35, 0.60],
    )  # fmt: skip


def texts(svg: str) -> list[str]:
    return ["".join(x.itertext()) for x in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def centres(svg: str) -> dict[str, tuple[float, float]]:
    """The middle of each unit, from the first text that names it."""
    found = {}
    for group in ElementTree.fromstring(svg).iter(f"{SVG}g"):
        shape = group.find(f"{SVG}circle")
        if shape is not None:
            middle = (float(shape.attrib["cx"]), float(shape.attrib["cy"]))
            found[group.attrib["data-node"]] = middle
    return found


def edges(dot: str) -> list[tuple[str, str]]:
    return re.findall(r"^\t(\w+):e -> (\w+):w", dot, re.MULTILINE)


def test_the_net_of_document_000_after_a_backward_pass() -> None:
    net = document_000()
    half_squared_error(net([0.05, 0.10]), [0.01, 0.99]).backward()
    shown = texts(draw_network(net).svg)
    for label in ("i1", "i2", "h1", "h2", "o1", "o2", "1"):
        assert label in shown
    for value in ("0.05", "0.1", "0.5933", "0.5969", "0.7514", "0.7729"):
        assert value in shown
    for delta in ("δ +0.1385", "δ −0.0381", "δ +0.0088", "δ +0.0100"):
        assert delta in shown
    for weight in ("0.15", "0.2", "0.25", "0.3", "0.4", "0.45", "0.5", "0.55", "0.35", "0.6"):
        assert any(text.endswith(f" {weight}") for text in shown)
    assert "w5 0.4" in shown and "b2 0.6" in shown


def test_each_weight_and_bias_is_one_edge() -> None:
    drawn = edges(draw_network(document_000()).dot)
    assert len(drawn) == 8 + 4
    assert len(set(drawn)) == 12
    assert len(edges(draw_network(MLP(3, [4, 1], bias=None, seed=0)).dot)) == 16


def test_columns_go_from_left_to_right_and_neurons_from_top_to_bottom() -> None:
    places = centres(draw_network(MLP(3, [3, 4, 2], seed=0)).svg)
    for layer, size in ((1, 3), (2, 4), (3, 2)):
        column = [places[f"u{layer}_{j}"] for j in range(size)]
        assert len({x for x, _ in column}) == 1
        assert all(above[1] < below[1] for above, below in pairwise(column))
    assert places["u1_0"][0] < places["u2_0"][0] < places["u3_0"][0]


def test_sign_and_size_of_a_weight_show_in_its_line() -> None:
    net = MLP(2, [1], bias=None, weights=[[[2.0, -1.0]]])
    lines = [x for x in draw_network(net).dot.splitlines() if "->" in x]
    widths = [float(re.search(r"penwidth=([\d.]+)", x)[1]) for x in lines]  # type: ignore[index]
    assert widths[0] > widths[1]
    assert "dashed" not in lines[0] and "dashed" in lines[1]
    assert re.search(r'color="(#\w+)"', lines[0])[1] != re.search(r'color="(#\w+)"', lines[1])[1]  # type: ignore[index]


def test_a_net_that_was_not_called_shows_weights_alone() -> None:
    shown = texts(draw_network(document_000()).svg)
    assert "h1" in shown and "w1 0.15" in shown
    assert not any(x.startswith("δ") for x in shown)
    assert "output" not in shown


def test_large_layers_are_shortened() -> None:
    net = MLP(50, [30, 2], seed=0)
    net([0.1] * 50)
    drawing = draw_network(net, max_neurons=6)
    shown = texts(drawing.svg)
    assert "… 44 more" in shown and "… 24 more" in shown
    assert "h6" in shown and "h7" not in shown
    assert len(edges(drawing.dot)) == 6 * 6 + 6 + 6 * 2 + 2


@pytest.mark.parametrize("bias", ["neuron", "layer", "fixed", None])
def test_every_kind_of_bias_draws(bias: str | None) -> None:
    shown = texts(draw_network(MLP(2, [2, 1], bias=bias, seed=0)).svg)
    assert ("1" in shown) == (bias is not None)


def test_the_smallest_net_and_zero_weights() -> None:
    net = MLP(1, [1], bias=None, weights=[[[0.0]]])
    assert "w1 0" in texts(draw_network(net).svg)


def test_hostile_labels_of_inputs() -> None:
    from autograd import Value

    net = MLP(2, [1], seed=0)
    net([Value(1.0, "<script>x</script>"), Value(2.0, '\\N & "q"\n')])
    svg = draw_network(net).svg
    assert "<script" not in svg
    assert '\\N & "q"\\n' in texts(svg)


def test_what_is_no_network_is_refused() -> None:
    with pytest.raises(TypeError, match=r"takes an nn\.MLP, got list"):
        draw_network([1.0])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="max_neurons must be at least 1"):
        draw_network(document_000(), max_neurons=0)


def test_it_saves_as_a_picture(tmp_path) -> None:  # type: ignore[no-untyped-def]
    needs_format("png")
    draw_network(document_000()).save(tmp_path / "net.png")
    assert (tmp_path / "net.png").read_bytes().startswith(b"\x89PNG")
