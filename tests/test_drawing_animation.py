"""One picture that plays both passes: what is seen when, and that it ends as the finished one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from browser import pages
from optional import needs_format
from test_drawing import worked_example
from test_drawing_samples import xor_loss

from autograd import Value, draw
from autograd.drawing import Drawing

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def new_page() -> Iterator[Any]:
    with pages(viewport={"width": 1500, "height": 900}) as new:
        yield new


def finished(drawing: Drawing) -> str:
    """The picture as a program sees it that reads no style sheet and shows nothing hidden."""
    root = ElementTree.fromstring(drawing.svg)
    parents = {child: parent for parent in root.iter() for child in parent}
    for x in list(root.iter()):
        if x.tag == f"{SVG}style" or x.get("display") == "none":
            parents[x].remove(x)
    return ElementTree.tostring(root, "unicode")


def words(svg: str) -> list[str]:
    root = ElementTree.fromstring(svg)
    return ["".join(x.itertext()) for x in root.iter(f"{SVG}text")]


def test_without_a_style_sheet_it_is_the_finished_picture() -> None:
    still, moving = draw(worked_example()), draw(worked_example(), animate=True)
    assert words(finished(moving)) == words(still.svg)
    for tag in ("path", "rect", "circle", "polygon"):
        shapes = [
            [x.attrib for x in ElementTree.fromstring(svg).iter(SVG + tag)][1:]  # not the ground
            for svg in (finished(moving), still.svg)
        ]
        assert shapes[0] == shapes[1]


def test_it_has_no_script_and_asks_for_nothing() -> None:
    svg = draw(worked_example(), animate=True).svg
    assert "<script" not in svg and "url(" not in svg and "@import" not in svg
    assert not re.search(r"\son\w+=", svg)
    assert "\0" not in svg
    root = ElementTree.fromstring(svg)
    style = next(root.iter(f"{SVG}style")).text or ""
    assert style.strip().startswith("@media screen and (prefers-reduced-motion:no-preference){")
    names = re.findall(r"\.(ag\w+-\w+)", style) + re.findall(r"@keyframes ([^{]+)\{", style)
    assert all(re.fullmatch(r"ag[0-9a-f]{10}-\w+", name) for name in names)


SEEN = """() => [...document.querySelectorAll('[data-role]')].filter(x => {
  for (let e = x; e && e.tagName !== 'svg'; e = e.parentElement)
    if (getComputedStyle(e).display === 'none' || +getComputedStyle(e).opacity < 0.5) return false;
  return true; }).map(x => x.textContent)"""
AT = "t => document.getAnimations().forEach(a => { a.pause(); a.currentTime = t; })"
ALL = "() => Math.max(...document.getAnimations().map(a => a.effect.getComputedTiming().endTime))"
SENTENCES = """() => [...document.querySelectorAll('.ag-legend > g')]
  .filter(x => +getComputedStyle(x).opacity > 0.5).map(x => x.textContent.trim())"""


def test_numbers_appear_in_the_order_of_the_passes(new_page: Any) -> None:
    steps = draw(worked_example(), steps=True)
    page = new_page()
    page.set_content(draw(worked_example(), animate=True).svg)
    end = page.evaluate(ALL)
    length = end / len(steps)
    assert 30e3 < end < 60e3
    for i, drawing in enumerate(steps):
        page.evaluate(AT, (i + 0.95) * length - 60)
        root = ElementTree.fromstring(drawing.svg)
        wanted = ["".join(x.itertext()) for x in root.iter(f"{SVG}text") if x.get("data-role")]
        assert sorted(page.evaluate(SEEN)) == sorted(wanted)
        page.evaluate(AT, (i + 0.5) * length)
        assert drawing.step is not None
        assert page.evaluate(SENTENCES) == [drawing.step.text]
    page.evaluate(AT, end + 1)
    everything = list(words(draw(worked_example()).svg))
    assert all(x in everything for x in page.evaluate(SEEN))
    assert page.evaluate(SENTENCES) == []


def test_as_an_image_it_plays_without_scripts(new_page: Any) -> None:
    """GitHub shows an image. Chromium does not tell images that their reader wants no motion."""
    page = new_page(java_script_enabled=False)
    clip = {"x": 0, "y": 0, "width": 1300, "height": 740}
    shown = []
    for animate in (False, True):
        page.set_content(draw(worked_example(), animate=animate)._repr_html_())
        page.wait_for_timeout(300)
        shown.append(page.screenshot(clip=clip))
    assert shown[0] != shown[1]


def test_inline_it_stands_still_for_who_wants_no_motion(new_page: Any) -> None:
    for how, moves in (({"reduced_motion": "reduce"}, False), ({}, True)):
        page = new_page(**how)
        page.set_content(draw(worked_example(), animate=True).svg)
        assert page.evaluate("document.getAnimations().length > 0") is moves


def test_in_print_it_is_finished(new_page: Any) -> None:
    page = new_page()
    page.emulate_media(media="print")
    page.set_content(draw(worked_example(), animate=True).svg)
    assert page.evaluate("document.getAnimations().length") == 0
    assert "+0.0822" in page.evaluate(SEEN)


def test_in_other_formats_it_is_finished(tmp_path: Path) -> None:
    needs_format("png")
    draw(worked_example(), animate=True).save(tmp_path / "moving.png")
    assert (tmp_path / "moving.png").stat().st_size > 1000
    assert draw(worked_example(), animate=True).dot == draw(worked_example()).dot


@pytest.mark.parametrize("how", [
    {"collapse": True}, {"direction": "TB"}, {"language": "zh"}, {"size": (60, 60)},
    {"primitive": True},
])  # fmt: skip
def test_it_goes_with_all_else(how: dict[str, Any]) -> None:
    svg = draw(worked_example(), animate=True, **how).svg
    assert ElementTree.fromstring(svg) is not None and "@keyframes" in svg


def test_before_a_backward_pass_it_plays_the_forward_pass() -> None:
    x = Value(2.0, "x")
    svg = draw(x * x + 1, animate=True).svg
    assert "flows" in svg and "returns ag" not in svg
    assert ElementTree.fromstring(draw(Value(1.0, "x"), animate=True).svg) is not None


def test_a_long_animation_hurries(new_page: Any) -> None:
    page = new_page()
    page.set_content(draw(xor_loss([4, 1]), animate=True, fold_samples=False).svg)
    assert page.evaluate(ALL) <= 60.1e3


def test_steps_and_animate_are_a_choice() -> None:
    with pytest.raises(ValueError, match="steps=True draws many pictures, animate=True one"):
        draw(Value(1.0), steps=True, animate=True)  # type: ignore[call-overload]


def test_hostile_labels_stay_out_of_the_style_sheet() -> None:
    x = Value(2.0, "</style><script>alert(1)</script>{}*/")
    y = x * x
    y.backward()
    svg = draw(y, animate=True).svg
    assert "<script" not in svg and svg.count("</style>") == 1
