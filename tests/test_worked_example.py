"""Document 000's worked example: its figures through the public API, and `python -m nn`."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from autograd import gradient
from nn import MLP, SGD, comparison, half_squared_error, worked_example
from nn.__main__ import main
from nn.worked_example import FIGURES, build_net, total_error, train

# Recomputed in float64 by two programs independent of this one.
EXACT = {
    "net_h1": 0.3775, "out_h1": 0.5932699921071872, "out_h2": 0.596884378259767,
    "net_o1": 1.10590596705977, "out_o1": 0.7513650695523157, "out_o2": 0.7729284653214625,
    "E": 0.2983711087600027, "∂E/∂out_o1": 0.7413650695523157,
    "∂out_o1/∂net_o1": 0.18681560180895948, "∂net_o1/∂w5": 0.5932699921071872,
    "∂E/∂w5": 0.08216704056423077, "δ_o1": 0.13849856162855695, "δ_o2": -0.038098236516556236,
    "∂E_o1/∂out_h1": 0.05539942465142278, "∂E_o2/∂out_h1": -0.019049118258278118,
    "∂E/∂out_h1": 0.03635030639314466, "∂E/∂w1": 0.0004385677344743465,
    "w1⁺": 0.1497807161327628, "w5⁺": 0.35891647971788465,
    "E after 1 update": 0.29102777369359933, "E after 9 999 updates": 3.510854812251261e-05,
    "E after 10 000 updates": 3.510187782978859e-05,
}  # fmt: skip
GRADIENTS = [
    0.0004385677344743465, 0.000877135468948693, 0.0004977127352608599, 0.0009954254705217198,
    0.08216704056423078, 0.08266762784753325, -0.02260254047747507, -0.022740242215978222,
]  # fmt: skip
# E after 1 update, after 10 000.
CONVENTIONS = {
    "fixed": (0.29102777369359933, 3.510187782978859e-05),
    "neuron": (0.28047144679143016, 2.4475622359322466e-06),
    "layer": (0.2857508866992965, 4.355321066163729e-06),
}


@pytest.fixture(scope="module")
def figures() -> dict[str, float]:
    return train(build_net(), progress=False)


def test_exact_figures(figures: dict[str, float]) -> None:
    assert {q: figures[q] for q in EXACT} == pytest.approx(EXACT, rel=1e-12)


def test_every_gradient_by_the_public_api() -> None:
    net = MLP(
        2, [2, 2], "sigmoid", "sigmoid", bias="fixed",
        weights=[[[0.15, 0.20], [0.25, 0.30]], [[0.40, 0.45], [0.50, 0.55]]], biases=[0.35, 0.60],
    )  # fmt: skip
    E = half_squared_error(net([0.05, 0.10]), [0.01, 0.99])
    E.backward()
    assert [w.grad for w in net.parameters()] == pytest.approx(GRADIENTS, rel=1e-12)
    assert gradient(E, net.parameters()) == [w.grad for w in net.parameters()]
    SGD(net.parameters(), lr=0.5).step()
    expected = [
        w - 0.5 * g for w, g in zip((0.15, 0.2, 0.25, 0.3, 0.4, 0.45, 0.5, 0.55), GRADIENTS)
    ]
    assert [w.data for w in net.parameters()] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("biases", CONVENTIONS)
def test_the_three_bias_conventions(biases: str) -> None:
    net = build_net(biases)
    optimizer = SGD(net.parameters(), lr=0.5)
    errors = []
    for _ in range(10_000):
        E = total_error(net)
        errors.append(E.data)
        optimizer.zero_grad()
        E.backward()
        optimizer.step()
    after_all = total_error(net)
    expected = CONVENTIONS[biases]
    assert [errors[1], after_all.data] == pytest.approx(expected, rel=1e-12)
    if biases == "fixed":
        outputs = [a.data for a in net.layers[-1].a]
        assert outputs == pytest.approx([0.01591362044355068, 0.9840642735146238], rel=1e-12)


# --- the comparison -------------------------------------------------------------------


def test_every_figure_agrees_in_the_digits_printed(figures: dict[str, float]) -> None:
    text, agree = comparison.compare(figures)
    assert agree
    assert "DISAGREES" not in text and "All figures agree in every printed digit" in text
    for section in FIGURES.values():
        for figure in section:
            row = next(
                line for line in text.splitlines() if line[2:].startswith(f"{figure.quantity} ")
            )
            assert repr(figures[figure.quantity]) in row
            assert not figure.printed or (figure.printed in row and figure.source in row)


def test_slips_are_listed_with_the_right_digits(figures: dict[str, float]) -> None:
    slips = {f.quantity: f for section in FIGURES.values() for f in section if f.slip}
    assert list(slips) == ["∂E_o2/∂out_h1", "E after 1 update", "E after 10 000 updates"]
    text, _ = comparison.compare(figures)
    for number, (quantity, figure) in enumerate(slips.items(), 1):
        assert figure.rounded(figures[quantity]) == figure.correct != figure.printed
        assert figure.slip and f"slip {number}: {quantity}: {figure.slip.en}" in text
    counter = next(f for f in FIGURES["Training"] if f.quantity == "E after 9 999 updates")
    assert counter.printed == slips["E after 10 000 updates"].printed
    assert not counter.slip and counter.agrees_with(figures[counter.quantity])


@pytest.mark.parametrize(
    "quantity", ["out_h1", "w8⁺", "E after 1 update", "E after 10 000 updates"]
)
def test_a_wrong_figure_is_found(figures: dict[str, float], quantity: str) -> None:
    text, agree = comparison.compare({**figures, quantity: figures[quantity] * (1 + 1e-4)})
    assert not agree
    line = next(line for line in text.splitlines() if line[2:].startswith(quantity))
    assert line.endswith("DISAGREES")
    assert text.endswith(f"disagree with the printed figures: {quantity}")


def test_a_slip_as_printed_would_be_wrong_too(figures: dict[str, float]) -> None:
    assert not comparison.compare({**figures, "E after 1 update": 0.291027924})[1]


def test_few_steps_have_few_figures() -> None:
    assert "w1⁺" not in train(build_net(), steps=0, progress=False)
    one = train(build_net(), steps=1, progress=False)
    assert [q for q in one if q.startswith("E after")] == ["E after 1 update"]
    two = train(build_net("neuron"), steps=2, learning_rate=0.1, progress=False)
    assert [q for q in two if q.startswith("E after")] == ["E after 1 update", "E after 2 updates"]
    assert "b_o2⁺" in two


# --- the command line -----------------------------------------------------------------


def _run(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "nn", *arguments], cwd=cwd, env={**os.environ, **environment},
        capture_output=True, encoding="utf-8",
    )  # fmt: skip


def test_the_command_writes_no_file_unasked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["--steps", "1"]) == 0
    assert "drawn" not in capsys.readouterr().out and not [*tmp_path.iterdir()]


def test_the_command_prints_the_table_and_draws(tmp_path: Path) -> None:
    result = _run("--svg", "worked_example.svg", cwd=tmp_path, PYTHONIOENCODING="utf-8")
    assert (result.returncode, result.stderr) == (0, "")  # piped: no progress bar
    assert re.search(r"∂E/∂w5 +0\.082167041 +0\.082167041 +0\.08216704056423", result.stdout)
    assert result.stdout.endswith("drawn in worked_example.svg\n")
    svg = (tmp_path / "worked_example.svg").read_text(encoding="utf-8")
    assert "neuron h1" in svg and "0.2984" in svg


def test_other_arguments_print_our_figures_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    svg = str(tmp_path / "net.svg")
    assert main(["--steps", "5", "--biases", "layer", "--svg", svg]) == 0
    out = capsys.readouterr().out
    assert "E after 5 updates" in out and "b2⁺" in out and svg in out
    assert "printed" not in out and "0.291027924" not in out
    assert main(["--steps", "1", "--learning-rate", "0.25", "--svg", svg]) == 0
    assert "w1⁺" in capsys.readouterr().out


def test_a_disagreement_is_the_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = {f.quantity: 0.5 for section in FIGURES.values() for f in section}
    monkeypatch.setattr(worked_example, "train", lambda *_: figures)
    assert main(["--svg", str(tmp_path / "net.svg")]) == 1
    assert "DISAGREES" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--steps", "-1"], "--steps: needs a whole number of at least 0, got '-1'"),
        (["--steps", "ten"], "got 'ten'"),
        (["--learning-rate", "0"], "--learning-rate: needs a number above 0"),
        (["--learning-rate", "fast"], "got 'fast'"),
        (["--learning-rate", "nan"], "got 'nan'"),
        (["--biases", "none"], "--biases: invalid choice: 'none'"),
        (["--svg", "net.png"], "needs a path that ends in .svg"),
        (["--svg", "missing/net.svg"], "cannot write the drawing to missing/net.svg"),
        (["--svg", "folder.svg"], "cannot write the drawing to folder.svg"),
        (["--speed", "9"], "unrecognized arguments: --speed 9"),
    ],
)
def test_bad_arguments_are_one_clear_line(
    arguments: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.svg").mkdir()
    with pytest.raises(SystemExit) as exit_info:
        main(arguments)
    shown = capsys.readouterr()
    assert exit_info.value.code == 2
    assert shown.out == "" and shown.err.count("\n") == 1
    assert shown.err.startswith("python -m nn: error: ") and words in shown.err
    assert [path.name for path in tmp_path.iterdir()] == ["folder.svg"]


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_info:
        main(["--help"])
    assert exit_info.value.code == 0
    out = capsys.readouterr().out
    for option in ("--steps", "--learning-rate", "--biases", "--svg"):
        assert option in out


def _start(*arguments: str, cwd: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "nn", *arguments], cwd=cwd, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_ctrl_c_leaves_no_traceback(tmp_path: Path) -> None:
    with _start("--steps", "100000000", "--svg", "worked_example.svg", cwd=tmp_path) as process:
        while not (tmp_path / "worked_example.svg").exists():  # written just before the updates
            assert process.poll() is None, process.communicate()
        process.send_signal(signal.SIGINT)
        try:
            out, err = process.communicate(timeout=30)
        finally:
            process.kill()  # it would run for days
    assert (process.returncode, out, err) == (130, "", "python -m nn: interrupted\n")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a Unix pipe")
def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    with _start("--steps", "10", cwd=tmp_path) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""


def test_a_terminal_without_greek_shows_question_marks(tmp_path: Path) -> None:
    result = _run("--steps", "1", cwd=tmp_path, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert result.returncode == 0
    assert "?E/?w5" in result.stdout
