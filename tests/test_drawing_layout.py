"""Where things lie: edges that go straight or around, both directions, and sizes."""

from __future__ import annotations

import math
import warnings
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from optional import needs_format
from test_drawing import boxes, edges, position, worked_example
from test_drawing_svg import SVG, gallery, lines_and_numbers

from autograd import Value, draw, scope
from autograd import sum as total
from autograd.command_line import main
from autograd.drawing import Drawing
from autograd.drawing.layout import Curve, Ends, Layout, Place
from autograd.drawing.routing import straightened
from nn import MLP, draw_network, half_squared_error

Rectangle = tuple[float, float, float, float]


def rectangles(drawing: Drawing) -> dict[str, Rectangle]:
    """The sides of each box: left, top, right, bottom; of a circle, of a square inside of it."""
    found = {}
    for group in ElementTree.fromstring(drawing.svg).iter(f"{SVG}g"):
        if group.attrib["class"] != "ag-node":
            continue
        rect, circle = group.find(f"{SVG}rect"), group.find(f"{SVG}circle")
        if rect is not None:
            x, y, w, h = (float(rect.attrib[k]) for k in ("x", "y", "width", "height"))
        else:
            assert circle is not None
            cx, cy, r = (float(circle.attrib[k]) for k in ("cx", "cy", "r"))
            half = r / math.sqrt(2)
            x, y, w, h = cx - half, cy - half, 2 * half, 2 * half
        found[group.attrib["data-node"]] = (x, y, x + w, y + h)
    return found


def is_inside(point: tuple[float, float], box: Rectangle) -> bool:
    return box[0] < point[0] < box[2] and box[1] < point[1] < box[3]


def assert_lines_keep_off_boxes(drawing: Drawing) -> None:
    lines, _ = lines_and_numbers(drawing.svg)
    sides = rectangles(drawing)
    for (source, target), line in zip(edges(drawing), lines.values()):
        for key, box in sides.items():
            if key not in (source, target):
                assert not any(is_inside(x, box) for x in line), (drawing, source, target, key)


# --- edges -----------------------------------------------------------------------------------


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("how", [{}, {"collapse": True}, {"primitive": True}])
def test_lines_keep_off_other_boxes(direction: str, how: dict[str, Any]) -> None:
    assert_lines_keep_off_boxes(draw(worked_example(), direction=direction, **how))


def test_in_the_gallery_lines_keep_off_other_boxes() -> None:
    for drawing in gallery():
        assert_lines_keep_off_boxes(drawing)


def test_most_edges_are_straight() -> None:
    lines, _ = lines_and_numbers(draw(worked_example()).svg)
    straight = 0
    for line in lines.values():
        length = sum(math.dist(a, b) for a, b in pairwise(line))
        assert length < 1.25 * math.dist(line[0], line[-1])  # no detour around half the picture
        straight += length < 1.001 * math.dist(line[0], line[-1])
    assert straight > 0.6 * len(lines)


def test_a_barred_line_bends_around_the_box() -> None:
    boxes = {"a": Place(0, 0, 20, 20), "b": Place(100, 4, 20, 20), "c": Place(200, 0, 20, 20)}
    far = Curve(((10, 0), (60, 500), (120, 500), (183, 0)), (190, 0))
    layout = Layout(210, 500, boxes, {"e0": far}, {})
    found = straightened(layout, {"e0": Ends("a", "c")}, (), ())
    heights = [y for _, y in found.curves["e0"].points]
    assert found.height < 60  # cut to what is left
    top = found.boxes["b"].y - found.boxes["b"].height / 2
    assert top - 15 < min(heights) <= top  # the shorter way, above it


def test_lines_that_meet_end_apart() -> None:
    x = [Value(0.1 * k, f"x{k}") for k in range(6)]
    lines, _ = lines_and_numbers(draw(total(x)).svg)
    tips = [line[0] for line in lines.values()]
    assert min(math.dist(a, b) for a, b in combinations(tips, 2)) > 7.0


# --- direction -------------------------------------------------------------------------------


def test_from_top_to_bottom_it_reads_from_left_to_right() -> None:
    drawing = draw(worked_example(), direction="TB")
    places = {text[0]: position(drawing, key) for key, text in boxes(drawing).items()}
    for row in (
        ("i1", "i2", "b1"), ("w1", "w2", "w3", "w4"), ("net_h1", "net_h2"),
        ("w5", "w6", "w7", "w8"), ("out_o1", "out_o2"), ("E_o1", "E_o2"),
    ):  # fmt: skip
        xs = [places[label][0] for label in row]
        assert xs == sorted(xs), row
    ys = [places[x][1] for x in ("i1", "w1", "net_h1", "out_h1", "net_o1", "out_o1", "E_o1", "E")]
    assert ys == sorted(ys)
    assert sorted(boxes(drawing).values()) == sorted(boxes(draw(worked_example())).values())


def test_from_top_to_bottom_names_of_frames_hide_nothing() -> None:
    with scope("outer"), scope("inner"):
        x = Value(2.0, "x")
        y = x * x
    y.label = "y"
    drawing = draw(y, direction="TB")
    sides = rectangles(drawing)
    for group in ElementTree.fromstring(drawing.svg).iter(f"{SVG}g"):
        text = group.find(f"{SVG}text")
        if group.attrib["class"] == "ag-frame-title" and text is not None:
            middle = float(text.attrib["x"]), float(text.attrib["y"])
            assert not any(is_inside(middle, box) for box in sides.values())


@pytest.mark.parametrize("steps", [False, True])
def test_a_folded_scope_from_top_to_bottom(steps: bool) -> None:
    drawing: Any = draw(worked_example(), direction="TB", collapse=True, steps=steps)
    last = drawing[-1] if steps else drawing
    (neuron,) = (x for x in boxes(last).values() if "neuron h1" in x)
    assert neuron[2:] == ["i1", "i2", "b1", "out_h1", "0.5933", "+0.0364"]
    assert "rankdir=TB" in last.dot


def test_another_direction_is_refused() -> None:
    with pytest.raises(ValueError, match=r"draw knows no direction 'up': 'LR'.*'TB'"):
        draw(Value(1.0), direction="up")
    with pytest.raises(ValueError, match="draw_network knows no direction"):
        draw_network(MLP(2, [1], seed=0), direction="RL")


@pytest.mark.parametrize("sizes", [[2, 2], [3, 1], [8, 1], [1]])
def test_a_network_from_top_to_bottom(sizes: list[int]) -> None:
    net = MLP(2, sizes, seed=1)
    half_squared_error(net([0.5, 0.25]), [0.0] * sizes[-1]).backward()
    drawing = draw_network(net, direction="TB")
    rows: dict[str, set[float]] = {}
    for key in boxes(drawing):
        if key.startswith("u"):
            rows.setdefault(key.partition("_")[0], set()).add(round(position(drawing, key)[1]))
    assert [len(ys) for ys in rows.values()] == [1] * (len(sizes) + 1)
    halos = [
        tuple(float(x.attrib[k]) for k in ("x", "y", "width", "height"))
        for group in ElementTree.fromstring(drawing.svg).iter(f"{SVG}g")
        if group.attrib["class"] == "ag-number" and (x := group.find(f"{SVG}rect")) is not None
    ]
    for i, (x, y, w, h) in enumerate(halos):
        for x2, y2, w2, h2 in halos[:i]:
            assert not (x < x2 + w2 and x2 < x + w and y < y2 + h2 and y2 < y + h)


def test_the_command_line_knows_directions(tmp_path: Path, capsys: Any) -> None:
    for direction in ("LR", "TB"):
        path = str(tmp_path / f"{direction}.svg")
        assert main(["exp(x*x)", "x=0.5", "--svg", path, "--direction", direction]) == 0
    sizes = [
        float(ElementTree.parse(tmp_path / f"{x}.svg").getroot().attrib["height"][:-2])
        for x in ("LR", "TB")
    ]
    assert sizes[0] < sizes[1]


# --- size ------------------------------------------------------------------------------------


def shown_size(drawing: Drawing) -> list[float]:
    root = ElementTree.fromstring(drawing.svg)
    return [float(root.attrib[k].removesuffix("pt")) * 2.54 / 72 for k in ("width", "height")]


@pytest.mark.filterwarnings("ignore:in ")
@pytest.mark.parametrize("size", [(32.0, 18.0), (40, 8), (12.0, 30.0)])
def test_a_drawing_fits_into_its_size(size: tuple[float, float]) -> None:
    for make in (draw, lambda x, **how: draw(x, steps=True, **how)[-1]):
        width, height = shown_size(make(worked_example(), size=size))
        assert width == pytest.approx(size[0], abs=0.01) or height == pytest.approx(
            size[1], abs=0.01
        )
        assert width < size[0] + 0.01 and height < size[1] + 0.01
    width, height = shown_size(draw_network(MLP(2, [2], seed=0), size=size))
    assert width == pytest.approx(size[0], abs=0.01) or height == pytest.approx(size[1], abs=0.01)


def test_a_size_in_which_nothing_can_be_read_is_told() -> None:
    with pytest.warns(
        RuntimeWarning, match=r"in 8 × 4.5 cm the smallest text .* [12]\.\d points high"
    ):
        _ = draw(worked_example(), size=(8, 4.5)).svg
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _ = draw(worked_example(), collapse=True, size=(33.9, 19.1)).svg


def test_a_size_that_is_none_is_refused() -> None:
    for size in ((0, 1), (math.nan, 2.0), (-1.0, 3.0), (math.inf, 1.0)):
        with pytest.raises(ValueError, match="size is a width and a height in centimetres"):
            draw(Value(1.0), size=size)
    for size in (3, (1,), "ab", ("1", "2")):
        with pytest.raises(TypeError, match="size is a width and a height in centimetres"):
            draw(Value(1.0), size=size)  # type: ignore[arg-type]


def test_a_scaled_picture_is_scaled_in_every_format(tmp_path: Path) -> None:
    needs_format("png")
    draw(worked_example(), collapse=True, size=(20, 20)).save(tmp_path / "g.png")
    width = int.from_bytes((tmp_path / "g.png").read_bytes()[16:20], "big")
    assert width == pytest.approx(20 / 2.54 * 192, abs=2)
