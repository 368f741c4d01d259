"""README.md: its code runs, and prints what it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from nn.__main__ import main as nn_main

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
# An indented block quotes what a program before it has printed.
PROGRAMS = [block for block in BLOCKS if not block.startswith(" ")]
QUOTED = [block for block in BLOCKS if block.startswith(" ")]


def test_the_first_picture_is_what_the_command_draws(tmp_path: Path) -> None:
    (command,) = re.findall(r"python -m nn (--svg .*)", TEXT)
    _, name, *how = command.split()
    assert nn_main(["--steps", "0", "--svg", str(tmp_path / name), *how]) == 0
    (picture,) = re.findall(r"!\[.*\]\((.*worked_example\.svg)\)", TEXT)
    assert (tmp_path / name).read_text("utf-8") == (ROOT / picture).read_text("utf-8")


def test_the_programs_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("numpy")
    monkeypatch.chdir(tmp_path)
    assert len(PROGRAMS) >= 3 and len(QUOTED) == 1
    names: dict[str, Any] = {}  # a reader types one block after the other
    for program in PROGRAMS:
        exec(compile(program, "README.md", "exec"), names)
        printed = capsys.readouterr().out
        for line in program.splitlines():
            call, _, comment = line.partition("  # ")
            if call.startswith("print(f") or call.startswith("print(df"):
                assert comment.strip() in printed
        if "program.source" in program:
            for line in QUOTED[0].splitlines():
                assert line in printed
    assert (tmp_path / "f.svg").read_text("utf-8").startswith("<")
