"""Programs that show mathematics, run on what is printed: LaTeX, KaTeX and MathJax."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

WEB = {"katex": "katex", "mathjax": "mathjax@3", "mathjax4": "mathjax4@npm:mathjax@4"}
TEX = ("pdflatex", "xelatex", "lualatex")
_PREAMBLE = r"""\documentclass{article}
\usepackage{amsmath}
\begin{document}
"""
_COMPLAINT = re.compile(r"^(?:! |Overfull \\[hv]box|Missing character)")


class Typeset(NamedTuple):
    """What a program says of one formula: an error or None, and its width in em if it tells."""

    error: str | None
    width: float | None


def typeset(program: str, formulas: list[str], short: int = 0) -> list[Typeset]:
    """Show formulas in display style by a program for web pages; skip where it is missing.

    Args:
        program: of those in `WEB`.
        formulas: in LaTeX.
        short: the width is not asked of a formula of fewer characters, as it takes long.
    """
    find = f"require.resolve('{program}/package.json')"
    try:
        subprocess.run(["node", "-e", find], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip(f"needs Node.js, and on NODE_PATH what `npm install {WEB[program]}` installs")
    script = Path(__file__).with_name("typeset.js")
    command = ["node", str(script), program, str(short)]
    given = json.dumps(formulas)
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=True)
    return [Typeset(*result) for result in json.loads(done.stdout)]


def complaints(program: str, pages: list[str], folder: Path) -> list[list[str]]:
    """Compile pages by a LaTeX with amsmath alone; skip where it is missing.

    Returns:
        For each page the lines of the log that tell of errors, of lines wider than the text
        and of characters that the font lacks.
    """
    if shutil.which(program) is None:
        pytest.skip(f"needs {program}, which Debian has in texlive-latex-base, -xetex, -luatex")
    marked = [f"\\typeout{{PAGE}}\n{page}\n\\par\n" for page in pages]
    source = folder / "pages.tex"
    source.write_text(_PREAMBLE + "\n".join(marked) + "\\end{document}\n", encoding="utf-8")
    environment = {**os.environ, "max_print_line": "10000"}
    command = [program, "-interaction=nonstopmode", source.name]
    subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    log = source.with_suffix(".log").read_text(encoding="utf-8", errors="replace")
    _, *parts = re.split(r"^PAGE$", log, flags=re.M)
    assert len(parts) == len(pages), log[-2000:]
    return [[line for line in part.splitlines() if _COMPLAINT.match(line)] for part in parts]
