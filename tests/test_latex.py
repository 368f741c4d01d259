"""What is printed as LaTeX and Markdown is shown by the programs that people put it into.

Each program is asked about all derivations and labels at once; where it is missing, its
tests are skipped. `typesetting` runs the programs, `derivations` has what they are given.
"""

from __future__ import annotations

import pickle
import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from derivations import FOREIGN, NAMES, OWN, derivations, every_operation, neuron, wide_graphs
from test_expression import HOSTILE
from typesetting import TEX, WEB, complaints, typeset

import autograd
from autograd import Label, Op, Value, explain, ops, where
from autograd.explanation.page import Block, Inline, as_latex, as_markdown
from autograd.expression import to_latex
from autograd.expression.latex_items import items_of, measure
from autograd.expression.latex_lines import LINE_WIDTH, divide
from autograd.expression.latex_names import latex_name, told_apart
from autograd.expression.symbols import COMMANDS, SYMBOLS, WITH_ARGUMENT, WITH_TWO

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # inf and nan are shown too

_DISPLAY = re.compile(r"\\begin\{align\*\}.*?\\end\{align\*\}|\$\$(.*?)\$\$", re.S)
_INLINE = re.compile(r"(?<!\\)\$((?:[^$\\]|\\.)+)\$")
_FOREIGN = re.compile(r"[^\x00-\xff]|þ")
# The narrowest text of LaTeX's article class, which has 12-point type: 390 of 11.75 points.
_PAGE_WIDTH = 33.2


@cache
def pages() -> dict[str, Any]:
    return derivations()


def formulas() -> list[str]:
    """Return single formulas: every operation, wide ones, and each label as a name."""
    a, b, c = (Value(0.6, label) for label in ("a", "b_1", "out_o1"))
    values = [ops.softmax([a, b])[0], where(~((a > b) | (b >= c)), a**-2, c), *wide_graphs()]
    for v in every_operation():
        values += [v, -(v**2) / (1e-30 * v)]
    for label in (*NAMES, *HOSTILE, *FOREIGN):
        values += [Value(2.0, label), neuron(label, "y"), a ** Value(1.5, label)]
    return [to_latex(v) for v in values]


def displays_of(page: str) -> list[str]:
    return [found[1] or found[0] for found in _DISPLAY.finditer(page)]


def inline_of(page: str) -> list[str]:
    return _INLINE.findall(_DISPLAY.sub("", page))


# --- the programs -----------------------------------------------------------------------


@pytest.mark.parametrize("program", WEB)
def test_the_web_shows_every_formula(program: str) -> None:
    displays, inline = formulas(), list[str]()
    for k, derivation in enumerate(pages().values()):
        page = derivation.to_latex() if k % 10 == 0 else derivation._repr_markdown_()
        displays += displays_of(page)
        inline += inline_of(page)
    displays, inline = list(dict.fromkeys(displays)), list(dict.fromkeys(inline))
    found = typeset(program, displays + inline, short=250)
    wrong = [f"{x.error}: {text}" for x, text in zip(found, displays + inline) if x.error]
    assert not wrong, "\n".join(wrong[:20])
    wide = [text for x, text in zip(found, displays) if (x.width or 0.0) > _PAGE_WIDTH]
    assert not wide, "\n".join(wide[:20])
    assert len(pages()) >= 135 and len(displays) > 843 and len(NAMES) >= 60


@pytest.mark.parametrize("program", WEB)
def test_the_web_tells_wrong_formulas(program: str) -> None:
    found = typeset(program, [r"\frac{a}{b}", r"\frac{a}{b", r"\unknown", "a_1_2", r"\left(x"])
    assert [x.error is None for x in found] == [True, False, False, False, False]


@pytest.mark.parametrize("program", TEX)
def test_latex_compiles_every_page(program: str, tmp_path: Path) -> None:
    texts = {name: derivation.to_latex() for name, derivation in pages().items()}
    texts |= {formula: rf"\[ {formula} \]" for formula in formulas()}
    if program == "pdflatex":  # an error for each letter that its font lacks, and 100 end it
        texts = {name: text for name, text in texts.items() if not _FOREIGN.search(text)}
    wrong = []
    for name, lines in zip(texts, complaints(program, list(texts.values()), tmp_path)):
        wrong += [f"{name:.60}: {line}" for line in lines if not _FOREIGN.search(line)]
    assert not wrong, "\n".join(wrong[:20])


def test_pdflatex_says_which_letters_it_lacks(tmp_path: Path) -> None:
    names = [f"${latex_name(name)}$" for name in FOREIGN]
    for name, lines in zip(names, complaints("pdflatex", names, tmp_path)):
        assert all(re.search("Unicode character|unavailable in", line) for line in lines), name


@pytest.mark.parametrize("program", TEX)
def test_latex_tells_wrong_pages(program: str, tmp_path: Path) -> None:
    wide = rf"\[ {'x + ' * 60} x \]"
    found = complaints(program, ["fine", r"$\unknown$", "a_b", wide, "fine"], tmp_path)
    assert [bool(lines) for lines in found] == [False, True, True, True, False]


# --- lines ------------------------------------------------------------------------------


def test_what_is_too_wide_is_divided_at_its_operators() -> None:
    assert divide("a + b", 2.0) == ["a", r"\quad {} + b"]
    wide = r"-\left(a + b\right)^{2} \cdot \frac{c + d + e + f + g}{\sqrt{h + i + j + k + l}}"
    assert " ".join(divide(wide, 9.0)).replace(r"\quad {} ", "") == (
        r"- \left(a + b\right)^{2} \cdot \bigl( c + d + e + f + g \bigr) "
        r"\big/ \bigl( h + i + j + k + l \bigr)^{1/2}"
    )
    assert divide(r"e^{a + b + c + d + e + f}", 7.0)[0].startswith(r"\exp \bigl( a + b")
    assert divide(r"\frac{1}{\frac{a + b + c}{d + e + f}}", 3.0)[0].startswith(r"1 \big/ \bigl(")
    assert divide(wide, 100.0) == [wide]


def test_a_row_ends_before_the_end_of_the_text() -> None:
    words = [Value(1.0 + k, f"a rather long label, the {k}th") for k in range(5)]
    y = autograd.sum([x * z for x, z in pairwise(words)])
    y.label = "a label of many words on the left side of a row"
    rows = displays_of(explain(y, words[0]).to_latex())[0].split("\\\\\n")
    assert len(rows) > 3 and all(measure(row.replace("&", "")) < LINE_WIDTH for row in rows)


@pytest.mark.parametrize("program", ["mathjax"])
def test_the_width_is_what_a_program_finds(program: str) -> None:
    texts = [x for x in formulas() if "aligned" not in x and not _FOREIGN.search(x)]
    for text, found in zip(texts, typeset(program, texts)):
        assert found.width is not None
        assert 0.95 * found.width - 0.4 < measure(text) < 2.0 * found.width + 1.0, text


# --- labels -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "latex"),
    [
        ("ŷ", r"\hat{y}"),
        ("x̂_1", r"\hat{x}_{1}"),
        ("ẋ", r"\dot{x}"),
        ("x′", r"x^{\prime}"),
        ("m_hat", r"\hat{m}"),
        ("θ₁", r"\theta_{1}"),
        ("θ₁²", r"\theta_{1}^{2}"),
        ("w⁽¹⁾", "w^{(1)}"),
        ("alpha", r"\alpha"),
        ("theta1", r"\theta_{1}"),
        ("alpha_t", r"\alpha_{t}"),
        ("lambda_max", r"\lambda_{\mathrm{max}}"),
        ("alphabet", r"\mathrm{alphabet}"),
        ("learning_rate", r"\mathrm{learning}_{\mathrm{rate}}"),
        ("E_total", r"E_{\mathrm{total}}"),
        ("w_ij", "w_{ij}"),
        ("Σ", r"\Sigma"),
        ("ϵ", r"\epsilon"),
        ("ε", r"\varepsilon"),
        ("∇L", r"\nabla L"),
        ("Δx", r"\Delta x"),
        ("ℓ", r"\ell"),
        ("𝐱", r"\mathbf{x}"),
        ("café", r"\mathrm{caf\acute{e}}"),
        ("权重_1", r"\text{权重}_{1}"),
        ("Größe", r"\text{Größe}"),
        ("h₁→h₂", r"\mathrm{h{}_{1}\to h{}_{2}}"),
        ("a̷", r"\mathrm{a\backslash u0337}"),
    ],
)
def test_labels(label: str, latex: str) -> None:
    assert latex_name(label) == latex


def test_all_that_can_be_is_ascii() -> None:
    for label in NAMES:
        typed = re.sub(r"\\text\{[ -\xff]*\}", "", latex_name(label))
        assert typed.isascii(), label
    for sign in SYMBOLS:
        assert latex_name(f"a {sign}").isascii()


def test_labels_that_read_alike_are_told_apart_where_they_meet() -> None:
    labels = ["w1", "w_1", "w₁", "theta", "θ", "x'", "x′", "w1_2", "w_1_2", "W" * 50, "W" * 51]
    names = told_apart(labels)
    assert list(names) == labels and len(set(names.values())) == len(labels)
    values = [Value(1.0 + k, label) for k, label in enumerate(labels)]
    page = explain(autograd.sum([v * v for v in values]), values)
    for text in (page.to_latex(), page.to_markdown(), to_latex(autograd.sum(values))):
        assert all(name in text for name in names.values())
    assert to_latex(Value(1.0, "w_1")) == to_latex(Value(1.0, "w1")) == "w_{1}"


def test_powers_of_names_are_clear() -> None:
    squares = {
        "x′": r"\left(x^{\prime}\right)^{2}", "Δx": r"\left(\Delta x\right)^{2}",
        "w_1": "w_{1}^{2}", "ŷ": r"\hat{y}^{2}",
    }  # fmt: skip
    for label, latex in squares.items():
        assert to_latex(Value(2.0, label) ** 2) == latex


# --- labels with LaTeX of their own -----------------------------------------------------


def test_a_label_brings_its_own_latex() -> None:
    rate, w = Value(0.1, Label("lr", r"\eta")), Value(2.0, "w")
    y = rate * w**2
    assert rate.label == "lr" and y.to_latex() == r"\eta \cdot w^{2}"
    assert "lr·w²" in str(explain(y, w)) and r"\eta" in explain(y, w).to_markdown()
    again = pickle.loads(pickle.dumps(rate)).label
    assert isinstance(again, Label) and again == "lr" and again.latex == r"\eta"
    assert to_latex(Value(1.0, Label("s", "a + b")) ** 2) == r"\left(a + b\right)^{2}"
    twice = rate * Value(3.0, Label("lr", r"\eta"))
    assert twice.to_latex() == r"\eta \cdot {\eta}_{2}"


def test_what_is_made_of_a_label_has_its_latex() -> None:
    page = pages()["update 12"].to_latex()
    assert r"\mathbf{w}^{+} &= \mathbf{w}" in page
    assert r"\frac{\partial E}{\partial \mathbf{w}}" in page


@pytest.mark.parametrize(
    ("latex", "fault"),
    [
        (r"\eta}", "} without its beginning"),
        (r"{\eta", "lacks }"),
        (r"\left(x", r"lacks \right"),
        (r"x\right)", r"\right without its beginning"),
        (r"{\left(x}\right)", r"} without its beginning"),
        (r"\left", "lacks"),
        ("x^", "lacks what ^ is for"),
        ("^2", "^ without its beginning"),
        ("x_1_2", "_ twice"),
        (r"\frac{a}", r"lacks what \frac is for"),
        ("\\eta\\", "ends in a backslash"),
        ("", "is empty"),
        ("x" * 201, "201 characters"),
        ("W" * 40, "wider than 20 em"),
        ("a & b", "& without its beginning"),
        (r"a \\ b", r"\\ without"),
        ("$x$", "holds '$'"),
        ("50%", "holds '%'"),
        ("#1", "holds '#'"),
        ("a~b", "holds '~'"),
        ("η", "holds 'η'"),
        ("x\ny", "holds"),
        ("^^5cinput", "without its beginning"),
        ("x^^M", "lacks what"),
        ("[link](http://x)", r"holds '\['"),
        ("`x`", "holds '`'"),
        (r"\text{$x$}", "as text"),
        (r"\text{a\}", "lacks }"),
        (r"\text{<b>}", "as text"),
        (r"\end{align*}", r"\end without"),
        (r"\begin{x}", r"lacks what \end is for"),
        *[(rf"{command}{{x}}", "holds") for command in (
            r"\input", r"\write", r"\def", r"\csname", r"\href", r"\require", r"\unicode", r"\par",
            r"\htmlClass", r"\newcommand", r"\catcode", r"\special", r"\text{a}\let",
        )],
    ],
)  # fmt: skip
def test_latex_that_would_break_out_is_refused(latex: str, fault: str) -> None:
    with pytest.raises(ValueError, match=r"Label 'lr': its LaTeX") as caught:
        Label("lr", latex)
    assert re.search(fault if "\\[" in fault else re.escape(fault), str(caught.value))


def test_latex_of_a_label_is_text() -> None:
    with pytest.raises(TypeError, match="Label 'lr' needs its LaTeX as a str, got NoneType"):
        Label("lr", None)  # type: ignore[arg-type]


def test_latex_of_labels_holds_no_markup() -> None:
    assert Label("k", "x_{<t} * y").latex == r"x_{{<}t} \ast  y"
    for text, latex in OWN.items():
        assert Label(text, latex).latex.replace(" ", "")


def all_commands() -> list[str]:
    plain = COMMANDS - {r"\left", r"\right", r"\lVert", r"\rVert", r"\lvert", r"\rvert"}
    found = [f"x {command} y" for command in sorted(plain)]
    found += [rf"{command}{{x}}" for command in sorted(WITH_ARGUMENT)]
    found += [rf"{command}{{x}}{{y}}" for command in sorted(WITH_TWO)]
    return [*found, r"\left\lVert x \right\rVert", r"\lvert x \rvert", *SYMBOLS.values()]


@pytest.mark.parametrize("program", WEB)
def test_the_web_knows_every_command(program: str) -> None:
    texts = all_commands()
    errors = [(x.error, text) for x, text in zip(typeset(program, texts), texts) if x.error]
    assert not errors


@pytest.mark.parametrize("program", TEX)
def test_latex_knows_every_command(program: str, tmp_path: Path) -> None:
    texts = [f"${text}$" for text in all_commands()]
    found = zip(complaints(program, texts, tmp_path), texts)
    assert not [(lines, text) for lines, text in found if lines]


# --- prose ------------------------------------------------------------------------------


def test_prose_is_escaped_and_headings_end_before_mathematics() -> None:
    signs = r"_{}$&#%\^~<>*`[]|"
    blocks = [Block("heading", ("Step 1: ", Inline("x_{1}"))), Block("prose", (signs, Inline("y")))]
    assert as_markdown(blocks).startswith(r"**Step 1:** $\displaystyle x_{1}$")
    assert all(rf"\{sign}" in as_markdown(blocks) for sign in "_$&#\\<*`[]|~")
    assert as_latex(blocks).startswith(r"\noindent\textbf{Step 1:} $\displaystyle x_{1}$")
    pages()  # which the programs compile; among them a heading of more than 8 terms
    assert r"a max\_terms above 8" in pages()["many"].to_latex()


@pytest.mark.parametrize("program", TEX[:1])
def test_latex_shows_all_signs_in_prose(program: str, tmp_path: Path) -> None:
    page = as_latex([Block("prose", (r"_{}$&#%\^~<>*`[]|",)), Block("heading", ("50% & x_1",))])
    assert complaints(program, [page], tmp_path) == [[]]


def test_no_mathematics_stands_in_bold() -> None:
    for derivation in pages().values():
        page = derivation.to_markdown()
        assert not re.search(r"\*\*[^*\n]*\$[^*\n]*\*\*", _DISPLAY.sub("", page))


def test_a_users_form_that_is_not_in_order_is_printed_as_it_is() -> None:
    odd = Op("odd", lambda x: x, lambda out, x: (1.0,), latex=r"\left( {0} }} \right")
    assert to_latex(odd(Value(1.0, "x"))) == r"\left( x } \right"
    assert [item.text.strip() for item in items_of("a}b")] == ["a", "}", "b"]
