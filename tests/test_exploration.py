"""The explorer's page in a real browser: its numbers against the engine's, and its manners."""

from __future__ import annotations

import json
import math
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from browser import pages

import nn
from autograd import (
    GraphSizeError,
    Op,
    Value,
    clamp,
    draw,
    exp,
    explore,
    logsumexp,
    maximum,
    norm,
    ops,
    prod,
    relu,
    scope,
    sigmoid,
    softmax,
    sqrt,
    where,
)
from autograd import sum as sum_of
from autograd.drawing.gate import number_text
from autograd.exploration.modules import bundled
from nn import worked_example

ROOT = Path(__file__).parent.parent
Opened = Callable[..., Any]


@pytest.fixture(scope="module")
def new_page() -> Iterator[Opened]:
    with pages() as open_page:
        yield open_page


@pytest.fixture
def opened(new_page: Opened, tmp_path: Path) -> Iterator[Opened]:
    """Opens the page of a value; an error or a complaint in it is a failure."""
    complaints: list[str] = []
    open_pages = []

    def open_it(output: Value, address: str = "", **options: Any) -> Any:
        path = tmp_path / "page.html"
        explore(output).save(path)
        found = new_page(**options)
        open_pages.append(found)
        found.on("pageerror", lambda error: complaints.append(str(error)))
        found.on("console", lambda message: complaints.append(message.text))
        found.goto(path.as_uri() + address)
        return found

    yield open_it
    for one in open_pages:
        one.close()
    assert complaints == []


def example() -> tuple[worked_example.Example, Value]:
    net = worked_example.build_net()
    return net, worked_example.total_error(net)


def leaves(output: Value) -> dict[str, Value]:
    from autograd import topological_order

    return {x.label: x for x in topological_order(output) if x.label and x.op is None}


def close(ours: float, theirs: float, tolerance: float) -> bool:
    return ours == theirs or abs(ours - theirs) <= tolerance * max(1.0, abs(theirs))


def compare(page: Any, output: Value) -> None:
    from autograd import topological_order

    values, gradients = page.evaluate("[explorer.values(), explorer.gradients()]")
    labelled = [x for x in topological_order(output) if x.label]
    assert labelled
    for x in labelled:
        assert close(values[x.label], x.data, 1e-11), x
        assert close(gradients[x.label], x.grad, 1e-11), x


def test_a_hundred_changes_agree_with_the_engine(opened: Opened) -> None:
    _, output = example()
    page = opened(output)
    numbers = random.Random(0)
    own = leaves(output)
    for _ in range(100):
        label, x = numbers.choice(list(own)), numbers.uniform(-3.0, 3.0)
        own[label].data = x
        output.forward()
        for leaf in own.values():
            leaf.grad = 0.0
        output.backward()
        page.evaluate("([label, x]) => explorer.set(label, x)", [label, x])
        compare(page, output)


def test_learning_is_gradient_descent(opened: Opened) -> None:
    net, output = example()
    page = opened(output)
    page.evaluate("explorer.learn(0.5, 20)")
    optimizer = nn.SGD(net.parameters(), 0.5)
    for _ in range(20):
        optimizer.zero_grad()
        worked_example.total_error(net).backward()
        optimizer.step()
    values = page.evaluate("explorer.values()")
    for x in net.parameters():
        assert abs(values[x.label] - x.data) <= 1e-9
    assert values["b1"] == 0.35 and values["i1"] == 0.05


def test_the_first_numbers_are_the_engines_own_and_grad_stays(opened: Opened) -> None:
    _, output = example()
    page = opened(output)
    assert output.grad == 0.0
    values = page.evaluate("explorer.values()")
    assert all(values[x.label] == x.data for x in leaves(output).values())
    assert values["E"] == output.data


def test_sentences_are_those_of_drawings(opened: Opened) -> None:
    _, output = example()
    output.backward()
    page = opened(output)
    said = page.evaluate("""() => Array.from({length: explorer.steps}, (_, k) => {
        explorer.goto(k);
        return document.querySelector("[data-role=sentence]").textContent;
    })""")
    assert said == [drawing.step.text for drawing in draw(output, steps=True)]


@pytest.mark.parametrize("digits", [0, 1, 2, 4, 9])
def test_numbers_are_written_as_drawings_write_them(new_page: Opened, digits: int) -> None:
    numbers = random.Random(digits)
    xs = [0.0, 0.5, 1.5, 2.5, 0.125, 0.375, 1e6, 999999.5, 1e-5, 123456.789, 3e8, 1e300, 5e-324]
    xs += [numbers.uniform(-1, 1) * 10.0 ** numbers.randint(-12, 12) for _ in range(300)]
    page = new_page()
    script = (
        f"xs => {{ {bundled('numbers')}; return xs.map(x => numbers_js.numberText(x, {digits})) }}"
    )
    assert page.evaluate(script, xs) == [number_text(x, digits) for x in xs]
    page.close()


def test_a_branch_not_taken_adds_nothing(opened: Opened) -> None:
    x = Value(1.0, label="x")
    y = where(x > 0, sqrt(x), 0.0) + relu(x)
    y.label = "y"
    page = opened(y)
    page.evaluate("explorer.set('x', -4)")
    assert page.evaluate("[explorer.values().y, explorer.gradients().x]") == [0.0, 0.0]


def _samples() -> Value:
    w = Value(0.3, label="w")
    terms = []
    for k in range(20):
        with scope(f"sample {k}"):
            terms.append((w * Value(k / 10.0, label=f"x{k}") - 0.5) ** 2)
    return sum_of(terms)


def _net() -> Value:
    net = nn.MLP(3, [9, 2], activation="tanh", seed=3)
    return nn.half_squared_error(net([0.1, 0.2, 0.3]), [0.5, -0.5])


def _gates() -> Value:
    w, x, b = Value(2.0, "w"), Value(-1.0, "x"), Value(3.0, "b")
    return 1 / (1 + exp(-(w * x + b)))


def _branches() -> Value:
    a, b = Value(0.7, "a"), Value(-0.4, "b")
    return where(a > b, a * b, -a) + maximum(a, b) + clamp(a, -0.5, 0.5) + relu(b)


def _rows() -> Value:
    a, b, c = Value(0.7, "a"), Value(-0.4, "b"), Value(1.5, "c")
    p = softmax([a, b, c])[1]
    p.label = "p"
    q = prod([a, b, c]) + norm([a, b]) * logsumexp([b, c])
    q.label = "q"
    return p * q + sigmoid(p) / q


GRAPHS: dict[str, tuple[Callable[[], Value], Any]] = {
    "formulas": (lambda: example()[1], False),
    "every scope as one box": (lambda: example()[1], True),
    "one scope as one box": (lambda: example()[1], ["neuron h1"]),
    "scopes of many inputs": (_net, True),
    "gates": (_gates, False),
    "branches": (_branches, False),
    "rows": (_rows, False),
    "samples": (_samples, False),
}


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("change", [0.0, 0.21, -1.7], ids=["as recorded", "near", "far"])
def test_a_changed_page_shows_what_draw_shows_then(
    new_page: Opened, name: str, change: float
) -> None:
    build, collapse = GRAPHS[name]
    output = build()
    output.label = "y"
    page = new_page()
    page.set_content(explore(output, collapse=collapse).html)
    for k, (label, leaf) in enumerate(leaves(output).items()):
        if change and k % 2 == 0:
            leaf.data += change
            page.evaluate("([label, x]) => explorer.set(label, x)", [label, leaf.data])
    output.forward()
    output.backward()
    text = page.evaluate("""() => [...document.querySelectorAll("figure [data-role]")].map(x =>
        [x.closest("[data-node], [data-edge]").outerHTML.match(/data-(node|edge)="(\\w+)"/)[2],
         x.dataset.role, x.textContent])""")
    svg = draw(output, collapse=collapse).svg
    expected = []
    for group in re.findall(r'<g [^>]*data-(?:node|edge)="\w+".*?</g>', svg, re.DOTALL):
        own = re.findall(r'data-(?:node|edge)="(\w+)"', group)[0]
        roles = re.findall(r'data-role="(\w+)"[^>]*>([^<]*)<', group)
        expected += [[own, role, number] for role, number in roles]
    assert text == expected
    page.close()


def test_a_users_operation_follows_where_it_can_be_written_down(opened: Opened) -> None:
    cube = Op("cube", lambda x: x**3, lambda out, x: (3 * x**2,))
    x = Value(2.0, label="x")
    y = cube(x) * 2
    y.label = "y"
    page = opened(y)
    page.evaluate("explorer.set('x', 3)")
    assert page.evaluate("[explorer.values().y, explorer.gradients().x]") == [54, 54]


def test_a_users_operation_may_call_others(opened: Opened) -> None:
    double = Op("double", lambda x: x + x, lambda out, x: (2.0,))
    bump = Op(
        "bump", lambda x, y: double(exp(-x * x)) * y,
        lambda out, x, y: (-2.0 * x * out, double(exp(-x * x))),
    )  # fmt: skip
    x, y = Value(0.3, label="x"), Value(-2.0, label="y")
    z = bump(x, y)
    z.label = "z"
    page = opened(z)
    page.evaluate("explorer.set('x', 0.7)")
    x.data = 0.7
    z.forward()
    z.backward()
    compare(page, z)


def test_an_operation_without_code_freezes_what_depends_on_it(opened: Opened) -> None:
    odd = Op("odd", lambda x: math.sin(x), lambda out, x: (math.cos(x),))
    x = Value(2.0, label="x")
    with_it = odd(x)
    with_it.label = "s"
    y = with_it + x
    y.label = "y"
    page = opened(y)
    page.evaluate("explorer.set('x', 3)")
    assert page.evaluate("explorer.values().y") == y.data
    notice = page.locator("[data-role=notice]")
    assert notice.is_visible() and "odd" in notice.inner_text()
    page.click("[data-node=n0]")
    y.backward()
    derivative = number_text(math.cos(2.0), 4)
    assert f"\t{derivative}\t{derivative}" in page.locator("[data-role=card]").inner_text()


def test_keys_and_buttons_do_the_same(opened: Opened) -> None:
    page = opened(example()[1])
    last = page.evaluate("explorer.steps") - 1
    for key, step in [("ArrowRight", 1), ("End", last), ("ArrowLeft", last - 1), ("Home", 0)]:
        page.keyboard.press(key)
        assert page.evaluate("explorer.step") == step
    for action, step in [("forward", 1), ("last", last), ("back", last - 1), ("first", 0)]:
        page.click(f"[data-action={action}]")
        assert page.evaluate("explorer.step") == step
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Space")
    page.wait_for_timeout(600)
    assert page.evaluate("explorer.step") == 1


def test_the_whole_page_can_be_used_from_the_keyboard(opened: Opened) -> None:
    page = opened(example()[1])
    reached = set()
    for _ in range(140):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate("""() => {
            const x = document.activeElement;
            return x.dataset.action ?? x.dataset.node ?? x.dataset.leaf ?? x.dataset.role ?? "";
        }""")
        )
    assert {"first", "play", "last", "timeline", "n0", "w5", "learn", "reset"} <= reached
    page.focus('input[data-leaf="w5"]')
    page.keyboard.press("Control+A")
    page.keyboard.type("0.9")
    assert page.evaluate("explorer.values().w5") == 0.9
    page.focus('[data-action="undo"]')
    page.keyboard.press("Enter")
    assert page.evaluate("explorer.values().w5") == 0.4


LOOKS = [{"viewport": {"width": 1400, "height": 850}}, {"viewport": {"width": 390, "height": 844}},
         {"viewport": {"width": 1400, "height": 850}, "color_scheme": "dark"}]  # fmt: skip


@pytest.mark.parametrize("look", LOOKS, ids=["wide", "phone", "dark"])
def test_axe_finds_no_serious_fault(opened: Opened, look: dict[str, Any]) -> None:
    command = ["node", "-p", "require.resolve('axe-core/axe.min.js')"]
    try:
        found = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("needs Node.js, and on NODE_PATH what `npm install axe-core` installs")
    page = opened(example()[1], bypass_csp=True, reduced_motion="reduce", **look)
    page.add_script_tag(path=found.strip())
    for moment in ("explorer.goto(0)", "explorer.goto(20)", "explorer.learn(0.5, 3)"):
        page.evaluate(moment)
        page.focus('[data-label="out_h1"]')
        violations = page.evaluate("axe.run().then(found => found.violations)")
        serious = [x for x in violations if x["impact"] in ("serious", "critical")]
        assert [(x["id"], x["nodes"][0]["html"]) for x in serious] == []


def test_a_phone_scrolls_the_picture_and_not_the_page(opened: Opened) -> None:
    page = opened(example()[1], viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.click("[data-action=last]")
    page.wait_for_timeout(500)
    place = page.locator("[data-node].now").bounding_box()
    assert place and place["x"] >= 0 and place["x"] + place["width"] <= 390


def test_boxes_have_room_for_other_numbers_and_stay_where_they_are(opened: Opened) -> None:
    page = opened(example()[1])
    places = "[...document.querySelectorAll('[data-node] > rect')].map(x => x.outerHTML)"
    before = page.evaluate(places)
    page.evaluate("explorer.set('w5', -1.23456)")
    page.evaluate("explorer.goto(36)")
    widths = page.evaluate("""[...document.querySelectorAll("[data-node]")].map(x =>
        [...x.querySelectorAll("text[data-role]")].every(y =>
            y.getBBox().width <= x.querySelector("rect").getBBox().width))""")
    assert page.evaluate(places) == before and all(widths)


def test_reduced_motion_moves_nothing(opened: Opened) -> None:
    page = opened(example()[1], reduced_motion="reduce")
    page.evaluate("explorer.goto(19)")
    page.keyboard.press("ArrowRight")
    assert page.locator(".dot").count() == 0


def test_undo_and_reset_bring_the_recorded_numbers_back(opened: Opened) -> None:
    page = opened(example()[1])
    start = page.evaluate("explorer.values()")
    page.evaluate("explorer.set('w5', 2)")
    page.evaluate("explorer.learn(0.5, 3)")
    page.click("[data-action=undo]")
    assert page.evaluate("explorer.values().w5") == 2
    page.click("[data-action=undo]")
    assert page.evaluate("explorer.values()") == pytest.approx(start, rel=1e-15)
    page.evaluate("explorer.learn(0.5, 3)")
    page.click("[data-action=reset]")
    assert page.evaluate("explorer.values()") == pytest.approx(start, rel=1e-15)


def test_a_chosen_box_shows_its_chain_rule(opened: Opened) -> None:
    page = opened(example()[1])
    page.click('[data-label="out_h1"]')
    card = page.locator("[data-role=card]").inner_text()
    assert "0.0554" in card and "−0.0190" in card and "0.0364" in card
    page.click('[data-label="w5"]')
    assert "gradient · h = 0.000822" in page.locator("[data-role=card]").inner_text()


def test_the_address_links_to_a_moment(opened: Opened) -> None:
    page = opened(example()[1], "#step=12&w5=0.45")
    assert page.evaluate("[explorer.step, explorer.values().w5]") == [12, 0.45]
    page.evaluate("explorer.set('w6', 0.5)")
    page.wait_for_timeout(500)
    assert "w6=0.5" in page.url


HOSTILE = ["</script><script>window.hit=1</script>", '"><img src=x onerror="window.hit=1">',
           "${window.hit=1}`", "javascript:window.hit=1", "\u202eltr", "__proto__", "x" * 10_000,
           "<!--", "]]>", "'; window.hit=1; '", "\u2028"]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_users_name_stays_text(opened: Opened, text: str) -> None:
    x = Value(2.0, label=text)
    with scope(text.replace("/", "∕")):
        y = x * x
        y.label = f"{text} 2"
    z = y + 1
    page = opened(z, viewport={"width": 1200, "height": 800})
    page.evaluate("label => explorer.set(label, 3)", text)
    page.click("[data-node=n0]")
    assert page.evaluate("window.hit") is None
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.querySelectorAll('script').length") == 2


def test_a_hostile_operation_name_stays_text(opened: Opened) -> None:
    op = Op("constructor", lambda x: x * 2, lambda out, x: (2.0,))
    x = Value(2.0, label="x")
    page = opened(op(x))
    page.evaluate("explorer.set('x', 3)")
    assert page.evaluate("explorer.gradients().x") == 2


def test_the_policy_lets_nothing_in_or_out(new_page: Opened, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    html = explore(example()[1]).html
    asked: list[str] = []

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    with HTTPServer(("127.0.0.1", 0), Server) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        extra = f"<script>window.hit=1</script><img src='{address}/image'>"
        extra += f"<script src='{address}/script'></script><p onclick='window.hit=1'>x</p>"
        path.write_text(html.replace("</body>", extra + "</body>"), "utf-8")
        page = new_page()
        page.goto(path.as_uri())
        page.evaluate(f"fetch('{address}/data').catch(() => 0)")
        page.click("p[onclick]")
        assert page.evaluate("window.hit") is None
        assert page.evaluate("explorer.step") == 0
        page.close()
        server.shutdown()
    assert asked == []
    assert re.findall(r"(?:src|href)=", html) == []


def test_a_large_graph_is_refused_as_draw_refuses_it() -> None:
    x = Value(1.0, label="x")
    y = x
    for _ in range(5000):
        y = y * 1.0001
    with pytest.raises(GraphSizeError) as ours:
        explore(y)
    with pytest.raises(GraphSizeError) as theirs:
        draw(y)
    assert str(ours.value) == str(theirs.value)


def test_frames_do_not_disturb_each_other(new_page: Opened, tmp_path: Path) -> None:
    x = Value(2.0, label="x")
    frames = explore(x * x)._repr_html_() + explore(x * 3)._repr_html_()
    path = tmp_path / "two.html"
    path.write_text(f"<!DOCTYPE html><meta charset=utf-8>{frames}", "utf-8")
    page = new_page()
    page.goto(path.as_uri())
    first, second = page.frames[1:]
    first.evaluate("explorer.set('x', 5)")
    assert second.evaluate("explorer.values().x") == 2
    page.close()


def test_the_page_is_small() -> None:
    html = explore(example()[1]).html
    data = re.search(r'id="data">(.*?)</script>', html)
    picture = re.search(r"<figure>.*?</figure>", html, re.DOTALL)
    assert data and picture
    assert json.loads(data[1])["digits"] == 4
    assert len(html.encode()) - len(data[1]) <= 150_000


def test_saving_is_whole_or_not_at_all(tmp_path: Path) -> None:
    page = explore(Value(1.0, label="x") * 2)
    with pytest.raises(ValueError, match=r"\.html"):
        page.save(tmp_path / "page.txt")
    page.save(tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text("utf-8") == page.html


def test_wrong_arguments_are_named() -> None:
    with pytest.raises(TypeError, match="explore takes one Value"):
        explore(3.0)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="digits"):
        explore(Value(1.0), digits=99)


@pytest.mark.parametrize("command", [
    ["autograd", "x*y + 1", "x=2", "y=3"], ["nn", "--steps", "1", "--svg", "x.svg"],
], ids=["autograd", "nn"])  # fmt: skip
def test_the_command_lines_save_a_page(command: list[str], tmp_path: Path) -> None:
    arguments = [sys.executable, "-m", *command, "--html", "page.html"]
    environment = {"PYTHONPATH": str(ROOT)}
    subprocess.run(arguments, cwd=tmp_path, env=environment, check=True, capture_output=True)
    assert "window, { explorer" in (tmp_path / "page.html").read_text("utf-8")


def test_every_operation_is_in_the_page() -> None:
    from autograd.exploration.modules import resource

    assert all(f"  {name}: (" in resource("table.js") for name in ops.TABLE)
