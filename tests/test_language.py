"""Every sentence in every language, and nothing of one in another."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from types import ModuleType
from typing import Any

import pytest
from derivations import derivations
from typesetting import TEX, complaints

import nn
from autograd import Value, draw, explain, no_grad, relu, where
from autograd import command_line as autograd_command
from autograd.language import LANGUAGES, Phrase, display_width, phrases
from nn import SGD, comparison, explain_update, worked_example
from nn import __main__ as nn_command
from nn import phrases as nn_phrases

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # inf and nan are shown too

ROOT = Path(__file__).parent.parent
TABLES = [phrases, nn_phrases]
_CHINESE = re.compile("[\u4e00-\u9fff]")
# Signs that belong to one language; Chinese text has its own.
_ENGLISH_SIGNS = re.compile(r"[,:;.!?](?=\s|$)|[\u4e00-\u9fff][,:;()]|[,:;()][\u4e00-\u9fff]")


def rows_of(table: ModuleType) -> dict[str, Phrase]:
    return {name: x for name, x in vars(table).items() if isinstance(x, Phrase)}


def places(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_each_phrase_has_every_language_and_the_same_places(table: ModuleType) -> None:
    assert tuple(LANGUAGES) == Phrase._fields
    for name, phrase in rows_of(table).items():
        assert all(text.strip() for text in phrase), name
        assert len({tuple(places(text)) for text in phrase}) == 1, name
        words = re.sub(r"\{\w+\}", "", phrase.zh)
        assert _CHINESE.search(words) or not re.search("[A-Za-z]", words), name
        assert not _CHINESE.search(phrase.en) and not _ENGLISH_SIGNS.search(phrase.zh), name


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_each_phrase_is_said_somewhere_and_every_one_is_known(table: ModuleType) -> None:
    package = table.__name__.partition(".")[0]
    said = set()
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "phrases":
                said.add(node.attr)
    assert said == set(rows_of(table))


# --- what is said in Chinese ------------------------------------------------------------


def english_words() -> set[str]:
    """Return the words of the English columns that no formula or name holds."""
    texts = [re.sub(r"\{\w+\}", "", x.en) for table in TABLES for x in rows_of(table).values()]
    words = {word for text in texts for word in re.findall("[A-Za-z]{2,}", text)}
    names = {"max_terms", "no_grad", "max", "no", "net", "Matt", "Mazur", "grad", "terms", "sum"}
    return words - names - {"by", "Step", "Backpropagation", "Example"}


def english_in(text: str) -> list[str]:
    return sorted(set(re.findall(r"(?<![\w\\{])[A-Za-z]{2,}(?![\w}])", text)) & english_words())


def chinese_explanations() -> Iterator[Any]:
    net = worked_example.build_net()
    E = worked_example.total_error(net)
    w = net.parameters()
    E.backward()
    yield explain(E, w[0], language="zh")
    yield explain(E, w, delta_rule=True, language="zh")
    x, q = Value(2.0, "x"), Value(1.0, "q")
    y = relu(x * 3) * where(x > 0, x, q)
    y.label = "y"
    yield explain(y, x, primitive=True, language="zh")
    yield explain(y, (x > 0).node, language="zh")
    yield explain(y, Value(1.0, "z"), language="zh")
    yield explain(x, language="zh")
    yield explain(x, (), language="zh")
    with no_grad():
        yield explain(x * 2, x, language="zh")
    many = [x * k for k in range(2, 20)]
    for k, v in enumerate(many):
        v.label = f"v{k}"
    s = sum(many, Value(0.0, "s"))
    yield explain(s, x, language="zh")
    yield explain_update(SGD(w, lr=0.5, momentum=0.9, weight_decay=0.1), w[0], language="zh")


def test_a_chinese_explanation_holds_no_english() -> None:
    said = ""
    for derivation in chinese_explanations():
        for text in (str(derivation), derivation.to_markdown(), derivation.to_latex()):
            assert not english_in(text), text
            assert not re.search(r"\*\*\S[^*\n]*\*\*[^\s]", text), "Markdown would not see bold"
            said += text
    for name in ("FORWARD_PASS", "CONSUMERS", "ONLY_THROUGH", "SHORTENED", "LEAF_ALONE", "SINCE"):
        start = re.split(r"\{\w+\}", rows_of(phrases)[name].zh)
        assert all(words in said for words in start), name


def test_formulas_and_numbers_are_those_of_english() -> None:
    for name, derivation in derivations().items():
        if not hasattr(derivation, "output"):
            continue
        chinese = type(derivation)(**{**vars(derivation), "language": "zh"})
        rows = [equations(str(x)) for x in (derivation, chinese)]
        assert rows[0] == rows[1], name


def equations(page: str) -> list[str]:
    """Return the lines of a page that are formulas and numbers, without notes in words."""
    notes = "|".join(text for phrase in (phrases.SINCE, phrases.LEFT_OUT) for text in phrase)
    lines = [re.sub(rf"   .*({notes}).*", "", line) for line in page.splitlines()]
    words = re.compile("[\u4e00-\u9fff]|[a-z]{2,} [a-z]{2,} ")
    return [line for line in lines if " = " in line and not words.search(line)]


def test_a_chinese_drawing_holds_no_english() -> None:
    net = worked_example.build_net()
    E = worked_example.total_error(net)
    E.backward()
    drawing = draw(E, collapse=True, highlight=net.parameters()[0], language="zh")
    assert "计算图" in drawing.title and "局部导数" in drawing.svg
    x = Value(2.0, "x")
    y = where(x > 0, x * 2, x) + 1
    y.backward()
    steps = draw(y, steps=True, language="zh")
    assert steps[0].step is not None and steps[0].step.text == phrases.GIVEN.zh
    for text in (drawing.svg, steps[-1].svg, steps._repr_html_().partition("<svg")[0]):
        words = " ".join(re.findall(">([^<>]+)<", text))
        assert _CHINESE.search(words)
        assert set(english_in(words)) <= {"neuron"}, words  # a scope's name


@pytest.mark.parametrize("options", [[], ["--steps", "3"]])
def test_the_worked_example_in_chinese(
    options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    figures = worked_example.train(worked_example.build_net(), 3, progress=False)
    figures |= {f.quantity: 0.5 for rows in worked_example.FIGURES.values() for f in rows}
    monkeypatch.setattr(worked_example, "train", lambda *_: figures)
    nn_command.main([*options, "--language", "zh", "--svg", str(tmp_path / "net.svg")])
    out = capsys.readouterr().out
    assert "学习率" in out or options
    lines = [line for line in out.splitlines() if "Matt Mazur" not in line and "svg" not in line]
    assert not english_in("\n".join(lines))
    right = {f.quantity: float(f.correct or f.printed or 0) for f in comparison._figures()}
    text, agree = comparison.compare(right, "zh")
    assert agree and "笔误 3" in text


def test_the_command_line_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    for formula, code in (("sigmoid(x)*x", 0), ("relu(x - 1)", 1)):
        assert autograd_command.main([formula, "x=1", "--check", "--explain", "x",
                                      "--language", "zh"]) == code  # fmt: skip
        out = capsys.readouterr().out
        assert "反向传播" in out and "梯度" in out and not english_in(out)
        header, row = out.splitlines()[2:4]
        assert display_width(header) == display_width(row)


# --- a language that there is not ---------------------------------------------------------


def test_an_unknown_language_is_an_error_that_names_the_known() -> None:
    x = Value(2.0, "x")
    y = x * x
    known = r"knows no language 'fr': there are 'en' \(English\) and 'zh' \(Chinese\)"
    for call in (
        lambda: explain(y, language="fr"),
        lambda: draw(y, language="fr"),
        lambda: explain_update(SGD([x], lr=0.1), x, language="fr"),
    ):
        with pytest.raises(ValueError, match=known):
            call()
    for main in (nn_command.main, lambda a: autograd_command.main(["x", "x=1", *a])):
        with pytest.raises(SystemExit) as stop:
            main(["--language", "fr"])
        assert stop.value.code == 2


# --- LaTeX ----------------------------------------------------------------------------------


@pytest.mark.parametrize("program", [x for x in TEX if x != "pdflatex"])
def test_chinese_latex_compiles(program: str, tmp_path: Path) -> None:
    pages = [derivation.to_latex() for derivation in chinese_explanations()]
    wrong = [
        line
        for lines in complaints(program, pages, tmp_path)
        for line in lines
        if "Missing character" not in line
    ]
    assert not wrong, "\n".join(wrong[:20])


def test_nn_says_what_autograd_says() -> None:
    assert nn.explain_update.__kwdefaults__["language"] == "en"
