"""The SVG of drawings over random graphs: well formed, and every text inside its box.

Text is measured by fontTools on Liberation Sans, not by our own table.
"""

from __future__ import annotations

import math
import re
import unicodedata
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from gallery_drawings import shown
from generate_widths import FOLDER, generate
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value, cos, draw, scope, sigmoid, tanh, where
from autograd import sum as total
from autograd.drawing import Drawing
from autograd.drawing.edge_numbers import points_backwards
from autograd.drawing.layout import Curve
from nn import MLP, draw_network, half_squared_error, worked_example

SVG = "{http://www.w3.org/2000/svg}"
LABELS = [
    "x", "w1", "net_h1", "θ₁", "ŷ", "Σ", "δ⁽¹⁾", "∂E/∂w5", "标签", "一个很长的标签名字", "ϵ",
    "learning_rate_of_the_second_layer", "W" * 60, "i" * 60, "<b>&amp;", "עברית", "🙂", "a b", "∇f",
    "x′", "", "line\nbreak", "\u202egnp", "e\u0301", "\\N",
]  # fmt: skip
NUMBERS = [0.0, -0.0, 1.0, -0.5, 1e-300, 3e-9, -2.5e7, 1e300, math.pi, 1 / 3]


@st.composite
def graphs(draws: Any) -> Value:
    """A random graph with labels on some of its nodes, some of them in scopes."""
    label = st.sampled_from(LABELS)
    number = st.sampled_from(NUMBERS)
    nodes = [Value(draws(number), draws(label)) for _ in range(draws(st.integers(1, 4)))]
    for _ in range(draws(st.integers(1, 7))):
        x, y = draws(st.sampled_from(nodes)), draws(st.sampled_from(nodes))
        make = draws(st.sampled_from([
            lambda x, y: x + y, lambda x, y: x * y, lambda x, y: x**4, lambda x, y: tanh(x) - y,
            lambda x, y: where(x > y, x, y), lambda x, y: total([x, y, 3e-9]), lambda x, y: cos(x),
            lambda x, y: 3e-9 * x + 1e30 * y,
        ]))  # fmt: skip
        with scope(draws(label).replace("/", "|") or "scope"):
            node = make(x, y)
        if draws(st.booleans()):
            node.label = draws(label)
        nodes.append(node)
    return nodes[-1]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@settings(max_examples=60)
@given(graphs(), st.sampled_from([{}, {"collapse": True}, {"primitive": True}]))
def test_random_graphs(output: Value, how: dict[str, Any]) -> None:
    output.backward()
    drawing = draw(output, **how)
    check_svg(drawing.svg)
    check_fits(drawing.svg)


@pytest.mark.parametrize("how", [{}, {"collapse": True}, {"primitive": True}, {"steps": True}])
def test_the_worked_example(how: dict[str, Any]) -> None:
    E = _worked_example()
    drawings = draw(E, **how) if "steps" in how else [draw(E, **how)]
    for drawing in drawings:
        check_svg(drawing.svg)
        check_fits(drawing.svg)


def test_a_network() -> None:
    net = MLP(3, [4, 2], seed=0)
    half_squared_error(net([1e-9, 0.2, 3e8]), [1.0, 0.0]).backward()
    drawing = draw_network(net)
    check_svg(drawing.svg)
    check_fits(drawing.svg)
    assert drawing.svg.count("<title>w1: weight ") == 2  # the line and the number on it


def _worked_example() -> Value:
    net = worked_example.build_net()
    E: Value = worked_example.total_error(net)
    E.backward()
    return E


# --- what every program reads -----------------------------------------------------------


def check_svg(svg: str) -> None:
    """What some program or other was seen to stumble over is not there."""
    root = ElementTree.fromstring(svg)
    assert root.attrib["direction"] == "ltr" and root.attrib["role"] == "img"
    width, height = (root.attrib[key] for key in ("width", "height"))
    size = [width.removesuffix("pt"), height.removesuffix("pt")]
    assert root.attrib["viewBox"].split()[2:] == size
    assert "<style" not in svg and "style=" not in svg and "\xa0" not in svg
    assert not re.search(r"&(?!amp;|lt;|gt;|quot;|#x27;|#39;)", svg)
    identifiers = [x.attrib["id"] for x in root.iter() if "id" in x.attrib]
    assert len(identifiers) == len(set(identifiers))
    assert all(re.fullmatch(r"ag[0-9a-f]{10}-\w+", x) for x in identifiers)
    for group in root.iter(f"{SVG}g"):
        assert group.attrib["class"].startswith("ag-")
        if group.attrib["class"] in ("ag-node", "ag-edge", "ag-number"):
            assert group[0].tag == f"{SVG}title" and group[0].text
    for text in root.iter(f"{SVG}text"):
        assert text.attrib["text-anchor"] == "middle" and text.attrib["stroke"] == "none"
        written = "".join(text.itertext())
        assert written.strip(), "a text of spaces alone"
        assert "  " not in written
        # CairoSVG, svglib and MuPDF put a part without a place of its own around the middle of
        # the whole; Qt knows no places of parts, and needs the space between them.
        parts = list(text)
        assert all("x" in part.attrib for part in parts)
        assert [part.tail for part in parts[:-1]] == [" "] * (len(parts) - 1)
        assert not parts or not (text.text or parts[-1].tail)
    # MuPDF inherits no font from the root; ImageMagick outlines what has no stroke in black.
    assert [x.tag for x in root] == [f"{SVG}title", f"{SVG}g"]
    assert "font-family" in root[1].attrib and root[1].attrib["stroke"] == "none"


def test_our_own_numbers_and_formulas_have_common_characters_alone() -> None:
    x = Value(3e-9, "x")
    y = x**4 + x**-3 + 2.5e-7 * x
    y.label = "y"
    z = y * 1.5
    z.backward()
    for drawing in (draw(z), draw(z, primitive=True)):
        shown = "".join("".join(t.itertext()) for t in _texts(drawing))
        assert not re.search("[⁰⁴-⁹⁻⁺₀-₉⟨⟩⋮×]10|[⁰⁴-⁹⁻⁺₀-₉⟨⟩⋮]", shown)
        assert "3e−9" in shown


def test_ids_differ_between_the_drawings_of_a_page() -> None:
    E = _worked_example()
    pages = [draw(E), draw(E, collapse=True), draw(E, digits=2), *draw(E, steps=True)[:3]]
    found = [set(re.findall(r' id="([^"]+)"', page.svg)) for page in pages]
    assert len(set().union(*found)) == sum(map(len, found))


def _texts(drawing: Drawing) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(drawing.svg).iter(f"{SVG}text"))


# --- every text inside its box ------------------------------------------------------------


@cache
def _fonts() -> tuple[Any, Any]:
    ttlib = pytest.importorskip("fontTools.ttLib", reason="pip install fonttools")
    paths = [Path(FOLDER, f"LiberationSans-{face}.ttf") for face in ("Regular", "Bold")]
    if not all(path.exists() for path in paths):
        pytest.skip("needs Liberation Sans: apt install fonts-liberation")
    return tuple(ttlib.TTFont(path) for path in paths)  # type: ignore[return-value]


def measured(element: ElementTree.Element, bold: bool = False, size: float = 0.0) -> float:
    """The width of a text, with its parts in other weights and sizes."""
    bold = element.get("font-weight", "bold" if bold else "") == "bold"
    size = float(element.get("font-size", size))
    width = _width(element.text or "", bold, size)
    for part in element:
        width += measured(part, bold, size) + _width(part.tail or "", bold, size)
    return width


def _width(text: str, bold: bool, size: float) -> float:
    font = _fonts()[bold]
    advances, names, unit = font["hmtx"], font.getBestCmap(), font["head"].unitsPerEm
    width = 0.0
    for c in text:
        if ord(c) in names:
            width += advances[names[ord(c)]][0] * size / unit
        elif unicodedata.east_asian_width(c) in "WF":
            width += size
        elif unicodedata.category(c) not in ("Mn", "Me", "Cf"):  # such take no room
            width += advances[".notdef"][0] * size / unit
    return width


def check_fits(svg: str) -> None:
    root = ElementTree.fromstring(svg)
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    for group in root.iter(f"{SVG}g"):
        shape = next((x for x in group if x.tag in (f"{SVG}rect", f"{SVG}circle")), None)
        for text in group.findall(f"{SVG}text"):
            x, y = float(text.attrib["x"]), float(text.attrib["y"])
            half = measured(text) / 2
            assert left <= x - half and x + half <= left + width, "outside of the picture"
            assert top <= y <= top + height
            if group.attrib["class"] == "ag-legend" or len(text):
                check_room(text, left, left + width)
            if group.attrib["class"] != "ag-node" or shape is None:
                continue
            if shape.tag == f"{SVG}rect":
                x0, w = float(shape.attrib["x"]), float(shape.attrib["width"])
                assert x0 < x - half and x + half < x0 + w, "".join(text.itertext())
            else:
                # Letters and digits reach from the line they stand on to 0.75 of their size.
                cx, cy, r = (float(shape.attrib[key]) for key in ("cx", "cy", "r"))
                rise = 0.75 * float(text.attrib["font-size"])
                for corner in (y, y - rise):
                    reach = math.hypot(abs(x - cx) + half, corner - cy)
                    assert reach < r or group.attrib["data-node"].startswith("one")


def check_room(text: ElementTree.Element, left: float, right: float) -> None:
    """A line of a legend has room in a font that is wider, and so has each part of a line."""
    bold, size = text.get("font-weight") == "bold", float(text.attrib["font-size"])
    for part in list(text) or [text]:
        x, half = float(part.attrib["x"]), 1.12 * measured(part, bold, size) / 2
        assert left <= x - half, "".join(text.itertext())
        left = x + half if part is not text else left
    assert x + half <= right


def test_the_table_of_widths_is_fresh() -> None:
    _fonts()
    path = Path(__file__).parent.parent / "autograd" / "drawing" / "widths.py"
    assert path.read_text("utf-8") == generate()


# --- numbers on edges ----------------------------------------------------------------------


def lines_and_numbers(svg: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The points of each edge, and the middle of its number."""
    lines, numbers = {}, {}
    for group in ElementTree.fromstring(svg).iter(f"{SVG}g"):
        path, text = group.find(f"{SVG}path"), group.find(f"{SVG}text")
        if path is not None:
            flat = [float(x) for x in re.findall(r"-?[\d.]+", path.attrib["d"])]
            points = tuple(zip(flat[::2], flat[1::2]))
            line = list(points_backwards(Curve(points, points[-1])))
            lines[group.attrib["data-edge"]] = [points[-1], *line]
        elif text is not None and "data-edge" in group.attrib:
            y = float(text.attrib["y"]) - 0.35 * float(text.attrib["font-size"])
            numbers[group.attrib["data-edge"]] = (float(text.attrib["x"]), y)
    return lines, numbers


def distance_to(line: Any, place: Any) -> float:
    """The distance of a point to a line of straight pieces."""
    least = math.inf
    for (x0, y0), (x1, y1) in pairwise(line):
        dx, dy = x1 - x0, y1 - y0
        part = ((place[0] - x0) * dx + (place[1] - y0) * dy) / ((dx * dx + dy * dy) or 1.0)
        part = min(max(part, 0.0), 1.0)
        least = min(least, math.dist(place, (x0 + part * dx, y0 + part * dy)))
    return least


@pytest.mark.parametrize("how", [{}, {"collapse": True}, {"primitive": True}])
def test_each_number_stands_on_its_own_edge(how: dict[str, Any]) -> None:
    lines, numbers = lines_and_numbers(draw(_worked_example(), **how).svg)
    assert numbers
    for key, place in numbers.items():
        distance = {k: distance_to(line, place) for k, line in lines.items()}
        assert distance[key] == min(distance.values()) <= 1.0, key


def gallery() -> list[Any]:
    pytest.importorskip("numpy")
    return [x for x in shown() if hasattr(x, "svg") and "computation graph" in x.title]


def test_in_the_gallery_each_number_is_nearest_to_its_own_edge() -> None:
    drawings = [*gallery(), draw(_worked_example())]
    assert len(drawings) > 12
    for drawing in drawings:
        lines, numbers = lines_and_numbers(drawing.svg)
        for key, place in numbers.items():
            own = distance_to(lines[key], place)
            others = [distance_to(line, place) for k, line in lines.items() if k != key]
            assert own < min(others, default=math.inf) and own <= 10.0, (drawing, key)
            towards = math.dist(place, lines[key][0]), math.dist(place, lines[key][-1])
            assert towards[0] < 1.5 * towards[1], (drawing, key)  # near the arrow


def test_numbers_do_not_hide_each_other_or_a_box() -> None:
    x = [Value(0.1 * k, f"x{k}") for k in range(8)]
    hidden = [sigmoid(total([a * (0.3 + k) for a in x])) for k in range(4)]
    y = total(hidden)
    y.backward()
    root = ElementTree.fromstring(draw(y).svg)
    halos = [g.find(f"{SVG}rect") for g in root.iter(f"{SVG}g") if g.attrib["class"] == "ag-number"]
    places = [tuple(float(h.attrib[k]) for k in ("x", "y", "width", "height")) for h in halos]  # type: ignore[union-attr]
    hidden_pairs = [
        (a, b) for i, a in enumerate(places) for b in places[:i]
        if a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]
    ]  # fmt: skip
    assert len(hidden_pairs) <= len(places) // 20
