"""Where drawings go: files of every kind, sequences, notebooks; and which engine lays out."""

from __future__ import annotations

import base64
import math
import re
import shutil
import struct
import sys
from pathlib import Path
from typing import Any

import pytest
from optional import needs_format

from autograd import Value, draw
from autograd.drawing import Drawings, engine, export
from autograd.drawing.engine import LayoutError
from autograd.drawing.layout import lay_out


def gate() -> Value:
    x, w = Value(0.5, "x"), Value(-1.2, "w")
    y = (w * x).tanh()
    y.label = "y"
    y.backward()
    return y


# --- PNG and PDF --------------------------------------------------------------------------


def size_in_points(svg: str) -> tuple[float, float]:
    width, height = re.search(r'width="([\d.]+)pt" height="([\d.]+)pt"', svg).groups()  # type: ignore[union-attr]
    return float(width), float(height)


def test_a_png_says_how_large_it_is(tmp_path: Path) -> None:
    needs_format("png")
    drawing = draw(gate())
    drawing.save(tmp_path / "g.png")
    data = (tmp_path / "g.png").read_bytes()
    chunks, at = {}, 8
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        chunks[kind] = data[at + 8 : at + 8 + length]
        at += 12 + length
    pixels = struct.unpack(">II", chunks[b"IHDR"][:8])
    per_metre, _, unit = struct.unpack(">IIB", chunks[b"pHYs"])
    assert unit == 1
    for size, natural in zip(pixels, size_in_points(drawing.svg)):
        assert abs(size / per_metre / 0.0254 * 72 - natural) < 1.0


def test_a_pdf_is_as_large_as_the_picture_and_has_its_text(tmp_path: Path) -> None:
    needs_format("pdf")
    drawing = draw(gate())
    for name in ("a.pdf", "b.pdf"):
        drawing.save(tmp_path / name)
    data = (tmp_path / "a.pdf").read_bytes()
    assert data == (tmp_path / "b.pdf").read_bytes()
    box = re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", data)
    assert box is not None
    for side, natural in zip(map(float, box.groups()), size_in_points(drawing.svg)):
        assert abs(side - natural) < 0.01


def fonts_in(data: bytes) -> set[str]:
    return {x.decode() for x in re.findall(rb"/BaseFont /(?:[A-Z]{6}\+)?([\w-]+)", data)}


def test_a_pdf_brings_its_fonts_and_has_each_sign(tmp_path: Path) -> None:
    pytest.importorskip("svglib", reason="pip install 'scalar-autograd[pdf]'")
    if not {"liberationsans-regular", "dejavusans"} <= set(export._faces(False)):
        pytest.skip("needs Liberation Sans and DejaVu Sans")
    x = Value(-2.0, "x")
    y = x * x.tanh()
    y.label = "δ⁽¹⁾ᵀ"
    y.backward()
    draw(y).save(tmp_path / "signs.pdf")
    fonts = fonts_in((tmp_path / "signs.pdf").read_bytes())
    assert {"LiberationSans", "LiberationSans-Bold", "DejaVuSans"} <= fonts
    assert "Symbol" not in fonts


def test_a_minus_stays_in_a_pdf_without_fonts(tmp_path: Path, monkeypatch: Any) -> None:
    pytest.importorskip("svglib", reason="pip install 'scalar-autograd[pdf]'")
    monkeypatch.setattr(export, "_faces", lambda is_bold: {})
    draw(Value(-0.5, "x") * 2).save(tmp_path / "g.pdf")
    assert fonts_in((tmp_path / "g.pdf").read_bytes()) == {"Helvetica", "Helvetica-Bold"}


def test_without_a_font_there_is_no_png(tmp_path: Path, monkeypatch: Any) -> None:
    pytest.importorskip("resvg_py")
    monkeypatch.setattr(export, "_has_fonts", lambda: False)
    with pytest.raises(RuntimeError, match=r"no font.*fonts-liberation.*save as \.svg"):
        draw(gate()).save(tmp_path / "g.png")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "module, name, remedy",
    [
        ("resvg_py", "g.png", "pip install resvg-py"),
        ("svglib.svglib", "g.pdf", r"scalar-autograd\[pdf\]"),
    ],
)
def test_what_a_format_needs_is_named(
    module: str, name: str, remedy: str, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=remedy):
        draw(gate()).save(tmp_path / name)
    assert not list(tmp_path.iterdir())


# --- sequences -------------------------------------------------------------------------------


def test_steps_are_a_sequence() -> None:
    steps = draw(gate(), steps=True)
    assert isinstance(steps, Drawings)
    assert len(steps) == len(list(steps)) == 7
    assert repr(steps) == "<7 drawings: computation graph of y, 4 boxes>"
    part = steps[2:4]
    assert isinstance(part, Drawings) and part[0] is steps[2] and steps[-1] is steps[6]
    with pytest.raises(IndexError):
        steps[7]


def test_a_sequence_shows_itself_with_what_happens() -> None:
    html = draw(gate(), steps=True)._repr_html_()
    assert html.count("<img ") == html.count("<figure ") == 7
    assert "<figcaption>1 of 7: The values of the leaves are given.</figcaption>" in html
    assert "<figcaption>4 of 7: ∂y/∂y = 1</figcaption>" in html


def test_a_sequence_is_saved_as_one_page_or_as_files(tmp_path: Path) -> None:
    steps = draw(gate(), steps=True)
    steps.save(tmp_path / "steps.html")
    page = (tmp_path / "steps.html").read_text("utf-8")
    assert page.startswith("<!DOCTYPE html>") and page.count("<img ") == 7
    assert "http" not in re.sub('base64,[^"]*', "", page)
    steps.save(tmp_path / "step.svg")
    names = sorted(x.name for x in tmp_path.iterdir())
    assert names == [*(f"step-{i}.svg" for i in range(1, 8)), "steps.html"]
    with pytest.raises(ValueError, match=r"must end in \.svg"):
        steps.save(tmp_path / "steps.gif")


def test_hostile_words_stay_words_in_a_page() -> None:
    x = Value(1.0, "<script>alert(1)</script>")
    html = draw(x * x, steps=True)._repr_html_()
    assert "<script" not in html
    for data in re.findall('base64,([^"]*)', html):
        assert b"<script" not in base64.b64decode(data)


# --- engines -----------------------------------------------------------------------------------


def without(monkeypatch: Any, *missing: str) -> None:
    """Take layout engines away."""
    for name in missing:
        monkeypatch.setattr(engine, f"_{name}", lambda: None)


@pytest.mark.parametrize("name", ["dot", "pygraphviz"])
def test_another_engine_is_used_where_the_usual_one_is_missing(name: str, monkeypatch: Any) -> None:
    if name == "dot" and shutil.which("dot") is None:
        pytest.skip("no dot on this machine")
    if name == "pygraphviz":
        pytest.importorskip("pygraphviz")
    usual = draw(gate()).svg
    without(monkeypatch, "graphviz_pure", *({"dot", "pygraphviz"} - {name}))
    other = draw(gate()).svg
    assert re.findall("data-node", other) == re.findall("data-node", usual)


def test_without_an_engine_a_drawing_is_its_dot_text(monkeypatch: Any) -> None:
    without(monkeypatch, "graphviz_pure", "dot", "pygraphviz")
    drawing = draw(gate())
    with pytest.raises(ImportError, match=r'layout engine.*"pip install graphviz-pure"'):
        _ = drawing.svg
    assert drawing.dot.startswith("digraph")
    shown = drawing._repr_html_()
    assert "pip install graphviz-pure" in shown and "digraph" in shown
    assert drawing._repr_svg_() is None


def test_a_missing_package_is_named(monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "graphviz", None)
    with pytest.raises(ImportError, match='install it with "pip install graphviz"'):
        _ = draw(gate()).svg


def test_an_engine_that_fails_says_why(monkeypatch: Any, tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match=r"could not lay the graph out: .*syntax error"):
        engine.positions("digraph{")
    broken = tmp_path / "program"
    broken.write_text("")
    monkeypatch.setattr(engine, "_installed_program", lambda name: str(broken))
    with pytest.raises(LayoutError, match="cannot run the layout engine"):
        _ = draw(gate()).svg


def test_an_edge_that_the_engine_draws_backwards_has_its_arrow_at_its_end() -> None:
    """In one column, between two scopes, Graphviz may turn an edge round."""
    dot = """digraph { rankdir=LR; node [fixedsize=true margin=0 shape=circle label=""];
        n0 [shape=box]; subgraph cluster0 { n4; n2; n1 } subgraph cluster1 { n3 }
        n0 -> n1 [id=e0]; n0 -> n2 [id=e1]; n0 -> n3:nw [id=e2]; n2 -> n3:sw [id=e3];
        n1 -> n4:nw [id=e4]; n3 -> n4:sw [id=e5] }"""
    assert any("_tdraw_" in edge for edge in engine.positions(dot)["edges"])
    found = lay_out(dot)
    for key, target in (("e0", "n1"), ("e1", "n2"), ("e2", "n3"), ("e3", "n3"), ("e5", "n4")):
        place, tip = found.boxes[target], found.curves[key].tip
        assert math.dist(tip, (place.x, place.y)) < 0.6 * place.width
