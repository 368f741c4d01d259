"""The command line: its table, its options, and what it refuses."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, command_line
from autograd.command_line import main
from autograd.expression import to_text
from autograd.expression.formula_parser import FUNCTIONS, FormulaError, evaluate, parse

NEURON = ["sigmoid(w0*x0 + w1*x1 + w2)", "w0=2", "x0=-1", "w1=-3", "x1=-2", "w2=-3"]
GATES = ["1/(1 + exp(-(w0*x0 + w1*x1 + w2)))", *NEURON[1:]]


def output_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def refusal_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line on stderr of what is refused with exit code 2."""
    try:
        code = main(arguments)
    except SystemExit as stop:  # argparse's own way out
        code = int(str(stop.code))
    captured = capsys.readouterr()
    assert code == 2 and captured.out == "" and captured.err.count("\n") == 1
    return captured.err


# --- what it prints ---------------------------------------------------------------------


def test_value_and_gradients(capsys: pytest.CaptureFixture[str]) -> None:
    lines = output_of(capsys, *NEURON).splitlines()
    assert lines[0] == "sigmoid(w0*x0 + w1*x1 + w2) = 0.731059"
    rows = {line.split()[0]: line.split()[1:] for line in lines[3:]}
    assert rows == {
        "w0": ["2.000000", "-0.196612"],
        "x0": ["-1.000000", "0.393224"],
        "w1": ["-3.000000", "-0.393224"],
        "x1": ["-2.000000", "-0.589836"],
        "w2": ["-3.000000", "0.196612"],
    }


def test_digits(capsys: pytest.CaptureFixture[str]) -> None:
    assert "0.73" in output_of(capsys, *NEURON, "--digits", "2").splitlines()[0]
    assert "0.7310585786300049" in output_of(capsys, *NEURON, "--digits=16")


def test_explain(capsys: pytest.CaptureFixture[str]) -> None:
    text = output_of(capsys, *NEURON, "--explain", "w0", "--explain", "x1")
    assert "∂f/∂w0 = f·(1 − f)·x0 = 0.731059·(1 − 0.731059)·(−1) = −0.196612" in text
    assert "∂f/∂x1 = f·(1 − f)·w1" in text and "∂f/∂w2" not in text


def test_steps_of_document_002(capsys: pytest.CaptureFixture[str]) -> None:
    text = output_of(capsys, *GATES, "--steps", "--digits", "4")
    for line in ["v6 = exp(v5) = exp(−1)", "∂f/∂v7 = −1/v7² = −1/1.3679² = −0.5344",
                 "∂f/∂v6 = ∂f/∂v7 · ∂v7/∂v6 = (−0.5344) · 1 = −0.5344",
                 "∂f/∂v5 = ∂f/∂v6 · ∂v6/∂v5 = (−0.5344) · 0.3679 = −0.1966"]:  # fmt: skip
        assert line in text


def test_latex(capsys: pytest.CaptureFixture[str]) -> None:
    formula = output_of(capsys, *NEURON, "--latex")
    assert formula == r"\sigma\left(w_{0} \cdot x_{0} + w_{1} \cdot x_{1} + w_{2}\right)" + "\n"
    page = output_of(capsys, *NEURON, "--latex", "--explain", "w0")
    assert page.startswith(r"\noindent") and r"\frac{\partial f}{\partial w_{0}} &=" in page


def test_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert "agrees" in output_of(capsys, *NEURON, "--check")
    both = output_of(capsys, *NEURON, "--latex", "--check")
    assert both.startswith("\\sigma") and "agrees" in both
    assert main(["relu(x)", "x=0", "--check"]) == 1
    assert "DIFFERS" in capsys.readouterr().out


def test_svg(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("autograd.drawing")
    path = tmp_path / "out.svg"
    output_of(capsys, *NEURON, "--svg", str(path))
    assert "<svg" in path.read_text(encoding="utf-8")
    assert main([*NEURON, "--svg", str(tmp_path / "missing" / "out.svg")]) == 1
    assert capsys.readouterr().err.startswith("error: ")


@pytest.mark.parametrize(
    ("arguments", "first_line"),
    [
        (["-x**2", "x=3"], "-x**2 = -9.000000"),
        (["1 + 2*pi"], "1 + 2*pi = 7.283185"),
        (["e*x", "e=1", "x=2"], "e*x = 2.000000"),
        (["x*x", "x=pi/2"], "x*x = 2.467401"),
        (
            ["where(x > 0 and not x >= 5, x, -x)", "x=-2"],
            "where(x > 0 and not x >= 5, x, -x) = 2.0",
        ),
        (
            ["where((0 < x <= 3) | ~(x < 9), 1, 2)", "x=3"],
            "where((0 < x <= 3) | ~(x < 9), 1, 2) = 1",
        ),
        (["dot([x, 1], [2, y])", "x=3", "y=4"], "dot([x, 1], [2, y]) = 10.0"),
        (["x**-1", "x=4"], "x**-1 = 0.25"),
        (["exp(x)", "x=-100"], "exp(x) = 3.720076e-44"),
        (["x", "x=1e3"], "x = 1000.0"),
    ],
)
def test_formulas(
    arguments: list[str], first_line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert output_of(capsys, *arguments).startswith(first_line)


def test_a_warning_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["log(x)", "x=-1"]) == 0
    captured = capsys.readouterr()
    assert "log(x) = nan" in captured.out
    assert captured.err.startswith("warning: log(x) needs x > 0") and captured.err.count("\n") == 1


# --- what it refuses --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("x.real", "an attribute is not allowed at column 1"),
        ("x^2", "a power is written with **"),
        ("x.__class__.__mro__", "an attribute"),
        ("(lambda: x)()", "a call of anything but a function"),
        ("lambda x: x", "a lambda"),
        ("'text'", "a str"),
        ("f'{x}'", "a string"),
        ("x[0]", "an index"),
        ("[x]", "a list outside of sum"),
        ("{x: 1}", "a dictionary"),
        ("1j*x", "a complex"),
        ("True*x", "a bool"),
        ("x if x > 0 else 1", "use where"),
        ("(x := 2)", "an assignment"),
        ("x == 1", "this comparison"),
        ("x << 2", "this operator"),
        ("[y for y in x]", "listcomp"),
        ("__import__('os')", "no function '__import__'"),
        ("open(x)", "no function 'open'"),
        ("tnah(x)", "did you mean tanh"),
        ("exp(x, x)", "exp takes 1 argument, got 2"),
        ("clamp()*x", "clamp takes 1 to 3 arguments, got 0"),
        ("exp(x=1)", "named arguments"),
        ("exp(*x)", "a star"),
        ("sum(x)", "takes lists"),
        ("exp([x])", "list"),
        ("dot([x], [x, x])", "equal length"),
        ("x > 0", "belongs inside where"),
        ("(x > 0) + 1", "belongs inside where"),
        ("exp(x > 0)", "belongs inside where"),
        ("where(x, 1, 2)", "a comparison such as x > 0 is needed"),
        ("x*9**9**9**9", "beyond every float"),
        ("10**400*x", "beyond every float"),
        ("1" * 400, "too large for a float"),
        ("1e999*x", "too large"),
        ("9" * 5000, "too large"),
        pytest.param(
            "(" * 300 + "x" + ")" * 300,
            "misspelt",
            marks=pytest.mark.skipif(
                sys.implementation.name == "pypy", reason="PyPy reads any number of parentheses"
            ),
        ),
        ("-+" * 2000 + "x", "nested more than"),
        ("x" + "+x" * 250, "nested"),
        ("x" * 20_000, "10000 are allowed"),
        ("x +", "not complete"),
        ("", "not complete"),
        ("x; x", "misspelt"),
        ("x\x00", "misspelt"),
        ("import os", "misspelt"),
    ],
)
def test_refusals(formula: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert message in refusal_of(capsys, formula, "x=1")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["x*yy", "x=1", "y=2"], "no value for yy: add yy=NUMBER; did you mean y?"),
        (["x*y", "x=1"], "no value for y: add y=NUMBER"),
        (["weight*x", "x=1", "weight=2", "wieght=2"], "wieght is not in the formula; did you mean"),
        (["x", "x=1", "x=2"], "x is given twice"),
        (["x", "x=one"], "x needs a number, got 'one'"),
        (["x", "x="], "x needs a number"),
        (["x", "x=__import__('os')"], "x needs a number"),
        (["x", "5"], "name=number"),
        (["x", "lambda=5"], "lambda is a word of Python's own and cannot be a variable"),
        (["x*y", "x=1", "y=2", "--explain", "z"], "--explain: no variable 'z'"),
        (["x", "x=1", "--digits", "99"], "--digits must lie between 0 and 17"),
        (["x", "x=1", "--digits", "many"], "invalid int value"),
        (["x", "x=1", "--frobnicate"], "unrecognized arguments: --frobnicate"),
        ([], "required: formula"),
    ],
)
def test_refused_arguments(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert message in refusal_of(capsys, *arguments)


@given(st.text(max_size=40) | st.text("xy0189.+-*/()[],<>=&|~ whereinto", max_size=40))
def test_any_text_is_understood_or_refused(text: str) -> None:
    try:
        result = evaluate(parse(text), {"x": 0.5, "y": -1.5})
    except (FormulaError, KeyError):  # the command line names missing variables before
        return
    assert isinstance(result, float)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_can_be_typed(name: str) -> None:
    op = FUNCTIONS[name]
    count = op.arity or 1
    arguments = {"where": "x > y, x, y", "dot": "[x], [y]", "polygamma": "2, x"}
    usual = ", ".join(["x", "y", "z"][:count]) if op.arity else "[x, y]"
    text = arguments.get(name, usual)
    values = {"x": 1.5 if name == "acosh" else 0.3, "y": 0.2, "z": 0.9}
    assert isinstance(evaluate(parse(f"{name}({text})"), values), float)


def test_softmax_gives_a_list() -> None:
    values = {"x": Value(1.0), "y": Value(2.0)}
    one = evaluate(parse("softmax([x, y])[1]"), values)
    assert one.data == pytest.approx(1.0 / (1.0 + math.exp(-1.0)), rel=1e-15)
    assert evaluate(parse("sum(softmax([x, y, 3]))"), values).data == pytest.approx(1.0)
    for text, message in (
        ("softmax([x, y])", "take one of it"),
        ("softmax([x, y])[2]", "places 0 to 1"),
        ("softmax(x)[0]", "takes lists"),
        ("max(x, y)", r"write max\(\[x, y\]\)"),
        ("[x, y][0]", "an index is not allowed"),
    ):
        with pytest.raises(FormulaError, match=message):
            evaluate(parse(text), values)


def test_remainder_and_whole_division_bind_as_in_python() -> None:
    for text in ("-x % y", "x // y * 2 % 3", "x - y % 2 // x", "-(x % y)", "round(x, 1) % y"):
        x, y = Value(7.25, "x"), Value(2.5, "y")
        ours = evaluate(parse(text), {"x": x, "y": y})
        assert ours.data == eval(text, {"x": 7.25, "y": 2.5})
        again = evaluate(parse(to_text(ours)), {"x": 7.25, "y": 2.5})
        assert again == ours.data, to_text(ours)


# --- the process ------------------------------------------------------------------------


def test_interrupt_and_closed_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: Any) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(command_line, "_run", interrupted)
    assert main(["x", "x=1"]) == 130


def test_as_a_module() -> None:
    command = [sys.executable, "-m", "autograd", *NEURON, "--explain", "w0"]
    root = Path(__file__).parent.parent
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, capture_output=True, cwd=root, env=environment, check=True)
    assert "∂f/∂w0" in done.stdout.decode() and done.stderr == b""
    refused = subprocess.run([*command[:3], "x.y"], capture_output=True, cwd=root)
    assert refused.returncode == 2 and b"Traceback" not in refused.stderr
    ascii_only = {**environment, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, capture_output=True, cwd=root, env=ascii_only, check=True)
    assert b"?f/?w0" in done.stdout


@pytest.mark.parametrize(
    ("formula", "hint"),
    [
        ("2x", "write 2*x for 2x"), ("sin x", "sin(x) for sin x"), ("ln(x)", "did you mean log?"),
        ("σ(x)", "did you mean sigmoid?"), ("x^2", "a power is written with **"),
    ],
)  # fmt: skip
def test_mathematics_as_it_is_written_by_hand(
    formula: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([formula, "x=1"]) == 2
    assert hint in capsys.readouterr().err
