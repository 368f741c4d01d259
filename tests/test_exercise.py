"""Exercises: what is left out, what is given, and numbers that a student can compute with."""

from __future__ import annotations

import math
import random
import re
from pathlib import Path
from typing import Any

import pytest
from derivations import every_operation, networks, random_graph
from test_explanation import labelled
from typesetting import TEX, complaints

import autograd
from autograd import Value, explain, gradient, log, relu, sqrt, topological_order, where
from nn import explain_update, worked_example
from nn.__main__ import main
from nn.optim import SGD

GAP = re.compile("_{8,}")


def example(digits: int = 6) -> Any:
    return worked_example.derivation(worked_example.build_net(), digits)


def equations(page: Any) -> list[list[str]]:
    """Return the cells of each line that holds an equation, without those of the exercise's own."""
    lines = [line for line in str(page).splitlines() if " = " in line and "Given" not in line]
    return [re.split(r"\s+=\s+", line.strip()) for line in lines]


# --- what is left out ---------------------------------------------------------------------


@pytest.mark.parametrize("hide", ["values", "formulas", "both"])
def test_a_sheet_is_its_solution_with_gaps(hide: str) -> None:
    exercise = explain(example().question.output, digits=4).exercise(hide)
    sheet = str(exercise).partition("\n\n")[2].splitlines()
    solution = str(exercise.solution).splitlines()
    assert str(exercise.solution).startswith("Forward pass") and not GAP.search("".join(solution))
    words = [line for line in solution if " = " not in line]
    assert words == [line for line in sheet if " = " not in line]
    names = [cells[0] for cells in equations("\n".join(solution)) if cells[0]]
    assert [cells[0] for cells in equations("\n".join(sheet)) if cells[0]] == names
    backward = str(exercise).partition("Backward pass")[2]
    numbers = re.findall(r"\d+\.\d+", re.sub(r"Given.*\n.*\.", "", str(exercise)))
    assert bool(numbers) == (hide == "formulas")
    assert ("out_o1·(1 − out_o1)" in backward) == (hide == "values")


def test_formulas_of_the_forward_pass_stay() -> None:
    x = Value(0.5, "x")
    y = labelled(x.sigmoid() * x, "y")
    for hide in ("formulas", "both"):
        forward = str(explain(y).exercise(hide)).split("Forward pass")[1].split("Backward")[0]
        assert "y = sigmoid(x)·x" in forward
    assert "0.5" in str(explain(y).exercise("formulas")) and "∂y/∂x = ____" in str(
        explain(y).exercise("formulas")
    )


def test_an_update_is_an_exercise_too() -> None:
    w = Value(0.4, "w5")
    w.grad = 0.25
    sheet = str(explain_update(SGD([w], lr=0.5), w).derivation.exercise("formulas"))
    assert "Given: w5 = 0.4, η = 0.5, ∂E/∂w5 = 0.25." in sheet
    assert re.search(r"w5⁺ = _+ = 0.4 − 0.5 · 0.25 = 0.275", sheet)


def test_what_is_given_is_all_that_the_formulas_start_from() -> None:
    E = example().question.output
    w = {x.label: x for x in topological_order(E)}
    given = dict(explain(E, w["w5"]).given)
    assert given.keys() == {"w5", "w6", "b2", "out_h1", "out_h2", "E_o2", "t1"}
    assert given["out_h1"] == w["out_h1"].data
    assert dict(example().given).keys() == {x for x in w if w[x].op is None}


# --- other numbers ------------------------------------------------------------------------


def test_seed_0_is_the_derivation_itself_and_other_seeds_are_others() -> None:
    whole = example()
    assert whole.exercise().solution is whole
    sheets = [str(whole.exercise(seed=k)) for k in range(6)]
    assert len(set(sheets)) == 6 and str(whole.exercise(seed=3)) == sheets[3]
    assert str(example().exercise(seed=3)) == sheets[3]


def test_numbers_are_short_and_of_the_same_kind() -> None:
    before = dict(example().given)
    for seed in range(1, 30):
        solution = example().exercise(seed=seed).solution
        for name, x in solution.given:
            assert len(f"{x!r}") <= 4 and 0.0 < x < 1.0 and 0.05 <= x / before[name] <= 20.0
        assert max(map(len, str(solution).splitlines())) <= 110
        assert "10⁻" not in str(solution).partition("Backward")[0]


def test_the_graph_itself_stays_as_it_is() -> None:
    whole = example()
    E = whole.question.output
    E.backward()
    before = [(x.data, x.grad, x.label) for x in topological_order(E)]
    whole.exercise(seed=5)
    assert [(x.data, x.grad, x.label) for x in topological_order(E)] == before


def solved(seed: int) -> dict[str, float]:
    """Return the gradients of the worked example, built anew from the numbers of a sheet."""
    given = dict(example().exercise(seed=seed).solution.given)
    net = worked_example.build_net(
        weights=[given[f"w{k}"] for k in range(1, 9)],
        inputs=[given["i1"], given["i2"]],
        targets=[given["t1"], given["t2"]],
    )
    for k, layer in enumerate(net.layers, 1):
        assert layer.bias is not None
        layer.bias.data = given[f"b{k}"]
    E = worked_example.total_error(net)
    nodes = [x for x in topological_order(E) if isinstance(x, Value)]
    return {str(x.label): g for x, g in zip(nodes, gradient(E, nodes))}


@pytest.mark.parametrize("seed", range(4))
def test_the_solution_is_what_the_numbers_of_the_sheet_give(seed: int) -> None:
    found = solved(seed)
    steps = example().exercise(seed=seed).solution.steps
    assert len(steps) == 12
    for step in steps:
        assert step.value == pytest.approx(found[step.name], rel=1e-12)


def graphs() -> list[Value]:
    nets = [d.question.output for d in networks().values()]
    table = [x for x in every_operation() if x.op is not None and x.op.partials is not None]
    return [*table, *[random_graph(seed) for seed in range(20)], *nets]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_solutions_of_many_graphs_are_gradients_and_finite_where_they_were() -> None:
    for y in graphs():
        for seed in (1, 2):
            question = explain(y).exercise(seed=seed).solution.question
            assert question is not None and question.output is not y
            nodes = [x for x in topological_order(question.output) if isinstance(x, Value)]
            old = [x for x in topological_order(y) if isinstance(x, Value)]
            assert [math.isfinite(x.data) for x in nodes] == [math.isfinite(x.data) for x in old]
            steps = question.answer().steps
            leaves = [x for x in question.targets if isinstance(x, Value)]
            by_name = {str(x.label): g for x, g in zip(leaves, gradient(question.output, leaves))}
            for step in steps:
                if step.name in by_name and len(by_name) == len(leaves):
                    expected = pytest.approx(by_name[step.name], rel=1e-9, abs=1e-12, nan_ok=True)
                    assert step.value == expected


def test_numbers_stay_in_their_domain_and_gradients_alive() -> None:
    x, p, z, n = Value(0.25, "x"), Value(0.9, "p"), Value(0.5, "z"), Value(2.0, "n")
    bit, one = Value(0.0, "bit"), Value(1.0, "one")
    y = log(1 - p) + sqrt(x - 0.2) + relu(z - 0.4) + where(z > 0.3, z, 0.0) * n + bit * one
    y.label = "y"
    for seed in range(1, 20):
        solution = explain(y).exercise(seed=seed).solution
        given = dict(solution.given)
        assert all(math.isfinite(step.value) for step in solution.steps)
        assert given["bit"] == 0.0 and given["one"] == 1.0 and given["n"] in (3.0, 4.0, 5.0)
        assert 0.2 < given["x"] < 1.0 and 0.0 < given["p"] < 1.0 and given["z"] > 0.4
        assert {step.name for step in solution.steps if step.value} >= {"x", "p", "z", "n"}


def test_a_graph_of_ones_alone_gets_other_numbers_too() -> None:
    x = Value(1.0, "x")
    assert dict(explain(x * x).exercise(seed=1).solution.given)["x"] in (2.0, 3.0, 4.0, 5.0)


def test_large_and_precise_numbers_become_round() -> None:
    draw = random.Random(0)
    values = [Value(10 ** draw.uniform(-3, 4), f"x{k}") for k in range(30)]
    solution = explain(autograd.sum([v * v for v in values])).exercise(seed=1).solution
    assert len(solution.given) == 30
    for _, x in solution.given:
        assert float(f"{x:.2g}") == x


def test_a_graph_that_other_numbers_break_says_so() -> None:
    x = Value(0.9375, "x")
    y = labelled(sqrt(x - 0.9375) * 0.0 + sqrt(0.9375 - x), "y")
    with pytest.raises(ValueError, match="no other numbers for the leaves at which y is finite"):
        explain(y).exercise(seed=1)
    assert explain(y).exercise().solution.given == (("x", 0.9375),)


# --- what is refused ----------------------------------------------------------------------


def test_wrong_arguments_are_refused() -> None:
    whole = example()
    with pytest.raises(ValueError, match=r"'values', 'formulas', 'both'; got hide='numbers'"):
        whole.exercise("numbers")
    for seed in (1.5, "1", True):
        with pytest.raises(TypeError, match="whole number as seed"):
            whole.exercise(seed=seed)
    with pytest.raises(ValueError, match=r"must end in \.tex, \.md, \.txt"):
        whole.exercise().save("sheet.pdf")


# --- sheets -------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["tex", "md", "txt"])
def test_a_sheet_and_its_key_are_saved(suffix: str, tmp_path: Path) -> None:
    exercise = example(4).exercise("both", seed=2)
    key = exercise.save(tmp_path / f"sheet.{suffix}")
    sheet = (tmp_path / f"sheet.{suffix}").read_text("utf-8")
    assert key == tmp_path / f"sheet-solution.{suffix}"
    solution = key.read_text("utf-8")
    gap = GAP if suffix == "txt" else re.compile(r"\\underline")
    assert len(gap.findall(sheet)) > 40 and not gap.findall(solution)
    assert (r"\documentclass" in sheet) == (suffix == "tex")
    assert "ctex" not in sheet and "ctex" in _saved(tmp_path, "zh")
    with pytest.raises(OSError, match="cannot write the exercise"):
        exercise.save(tmp_path / "missing" / "sheet.tex")


def _saved(folder: Path, language: str) -> str:
    net = worked_example.build_net()
    worked_example.derivation(net, 4, language).exercise("both").save(folder / "other.tex")
    return (folder / "other.tex").read_text("utf-8")


@pytest.mark.parametrize("program", TEX)
def test_a_sheet_compiles(program: str, tmp_path: Path) -> None:
    for name in ("sheet", "sheet-solution"):
        example(4).exercise("both", seed=2).save(tmp_path / "sheet.tex")
        page = (tmp_path / f"{name}.tex").read_text("utf-8")
        body = page.split(r"\begin{document}")[1].split(r"\end{document}")[0]
        assert complaints(program, [rf"\setlength{{\jot}}{{8pt}}{body}"], tmp_path) == [[]]


def test_the_command_writes_a_sheet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tmp_path / "sheet.txt")
    numbers = ["--weights", *[f"0.{k}" for k in range(1, 9)], "--inputs", "-1", "2"]
    assert main(["--exercise", path, "--hide", "formulas", *numbers, "--targets", "0.3", "0"]) == 0
    out = capsys.readouterr().out
    assert out == f"The exercise is in {path}, its solution in {tmp_path}/sheet-solution.txt\n"
    sheet = Path(path).read_text("utf-8")
    for text in ("w8 = 0.8", "i1 = −1", "i2 = 2", "t1 = 0.3", "t2 = 0", "∂E/∂w8"):
        assert text in sheet
    assert [x.name for x in tmp_path.iterdir() if x.suffix == ".svg"] == []
    for arguments, words in (
        (["--exercise", "sheet.pdf"], "must end in .tex, .md, .txt"),
        (["--exercise", str(tmp_path / "no" / "sheet.tex")], "cannot write the exercise"),
        (["--weights", "1", "2"], "expected 8 arguments"),
        (["--inputs", "1", "x"], "needs a number, got 'x'"),
    ):
        with pytest.raises(SystemExit) as stop:
            main(arguments)
        assert stop.value.code == 2 and words in capsys.readouterr().err


def test_the_command_derives_other_nets(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    svg = ["--svg", str(tmp_path / "net.svg")]
    weights = [0.3, -0.2, 0.1, 0.5, 0.7, -0.6, 0.2, 0.9]
    assert main(["--weights", *map(str, weights), "--steps", "1", *svg]) == 0
    out = capsys.readouterr().out
    assert "Forward pass" in out and "printed" not in out and "DISAGREES" not in out
    net = worked_example.build_net(weights=weights)
    E = worked_example.total_error(net)
    for w, g in zip(net.parameters(), gradient(E, net.parameters())):
        printed = re.findall(rf"{w.label}⁺ = .* = (\S+)$", out.replace("−", "-"), re.M)
        assert float(printed[0]) == pytest.approx(w.data - 0.5 * g, abs=1e-9)


def test_a_net_of_other_numbers() -> None:
    net = worked_example.build_net(weights=range(8), inputs=[1, 2], targets=(0, 1))
    assert [w.data for w in net.parameters()] == list(range(8))
    E = worked_example.total_error(net)
    assert {x.label: x.data for x in topological_order(E) if x.label in ("i2", "t2")} == {
        "i2": 2.0, "t2": 1.0,
    }  # fmt: skip
    for wrong in ({"weights": [1, 2]}, {"inputs": [1]}, {"targets": [1, 2, 3]}):
        with pytest.raises(ValueError, match=r"of the worked example.*expected"):
            worked_example.build_net(**wrong)
    with pytest.raises(TypeError):
        worked_example.build_net(weights=[1, 2, 3, 4, 5, 6, 7, "8"])


# --- the table ----------------------------------------------------------------------------


def test_a_table_has_all_labelled_nodes() -> None:
    E = example().question.output
    assert "gradient" not in str(autograd.table(E))
    E.backward()
    rows = [line.split() for line in str(autograd.table(E, 9)).splitlines()[1:]]
    nodes = {x.label: x for x in topological_order(E) if x.label}
    assert len(rows) == 25 and {name for name, *_ in rows} == nodes.keys()
    for name, value, slope in rows:
        assert float(value) == pytest.approx(nodes[name].data, abs=1e-9)
        assert float(slope) == pytest.approx(nodes[name].grad, abs=1e-9)
    names = [name for name, *_ in rows]
    assert names[:7] == ["b1", "b2", "i1", "i2", "t1", "t2", "w1"] and names[-1] == "E"


def test_a_table_is_markdown_and_refuses_what_it_cannot_show() -> None:
    x = Value(2.0, "a|b")
    y = x * x
    y.backward()
    page = autograd.table(y, 2, language="zh").to_markdown()
    assert page.splitlines() == [
        "|  | 值 | 梯度 |", "| --- | --: | --: |", r"| a\|b | 2.00 | 4.00 |", "| f | 4.00 | 1.00 |",
    ]  # fmt: skip
    with pytest.raises(TypeError, match="table needs a Value, got float"):
        autograd.table(2.0)  # type: ignore[arg-type]
    for wrong in ({"digits": 18}, {"language": "fr"}):
        with pytest.raises(ValueError, match="table"):
            autograd.table(y, **wrong)  # type: ignore[arg-type]
