"""README.md: its code runs, and prints what it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

TEXT = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
# An indented block quotes what a program before it has printed.
PROGRAMS = [block for block in BLOCKS if not block.startswith(" ")]
QUOTED = [block for block in BLOCKS if block.startswith(" ")]


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
