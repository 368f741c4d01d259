"""A derivation with gaps: what a teacher hands out, and its solution."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograd.explanation.derivation_writer import DerivationWriter
from autograd.explanation.page import Block, as_latex, as_markdown, as_text
from autograd.explanation.rows import Computed, Derived, Row
from autograd.expression.notation import Notation
from autograd.files import replace_file
from autograd.language import Phrase, phrases

if TYPE_CHECKING:
    from autograd.explanation.explanation import Derivation

# By what is left out: the kinds of cells, and what the reader is told to do.
HIDDEN: dict[str, tuple[tuple[type[str], ...], Phrase]] = {
    "values": ((Computed,), phrases.FILL_IN_NUMBERS),
    "formulas": ((Derived,), phrases.FILL_IN_FORMULAS),
    "both": ((Computed, Derived), phrases.FILL_IN_BOTH),
}
# Room for a formula or a calculation, and for its result, in letters.
_WIDE, _NARROW = 20, 8


@dataclass(frozen=True, repr=False)
class Exercise:
    """A derivation with gaps: it prints as text; Jupyter shows LaTeX.

    Attributes:
        solution: the derivation without gaps.
        hide: what is left out: "values", "formulas" or "both".
    """

    solution: Derivation
    hide: str

    def __str__(self) -> str:
        return as_text(self._blocks(self.solution.text_notation()))

    __repr__ = __str__

    def to_latex(self) -> str:
        """Return the exercise as LaTeX, as `Derivation.to_latex` returns the solution."""
        return as_latex(self._blocks(self.solution.latex_notation()))

    def to_markdown(self) -> str:
        """Return the exercise as Markdown with its formulas in LaTeX."""
        return as_markdown(self._blocks(self.solution.latex_notation()))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the sheet to a file, and its solution to another beside it.

        Args:
            path: a name that ends in .tex for a document to compile, .md or .txt. The
                solution of "sheet.tex" is "sheet-solution.tex".

        Returns:
            The path of the solution. Each file is either complete or as it was before.

        Raises:
            ValueError: another suffix.
            OSError: a file cannot be written.
        """
        target = Path(path)
        if target.suffix.lower() not in _WRITERS:
            known = ", ".join(_WRITERS)
            raise ValueError(f"cannot save an exercise as {target.name!r}: it must end in {known}")
        write = _WRITERS[target.suffix.lower()]
        solution = target.with_name(f"{target.stem}-solution{target.suffix}")
        pages = {target: write(self), solution: write(self.solution)}  # all before any is kept
        for file, page in pages.items():
            replace_file(file, f"{page}\n".encode(), "exercise")
        return solution

    def _repr_markdown_(self) -> str:
        return self.to_markdown()

    def _blocks(self, notation: Notation) -> list[Block]:
        solution = self.solution
        kinds, task = HIDDEN[self.hide]
        writer = DerivationWriter(solution, notation)

        def gap(cell: str, is_last: bool) -> str:
            if not (isinstance(cell, kinds) and cell):
                return cell
            return notation.gap(_NARROW if is_last and isinstance(cell, Computed) else _WIDE)

        def with_gaps(row: Row) -> Row:
            last = len(row.cells) - 1
            return replace(row, cells=tuple(gap(x, i == last) for i, x in enumerate(row.cells)))

        page = [replace(x, rows=tuple(map(with_gaps, x.rows))) for x in writer.blocks()]
        return [*writer.assignment(task), *page]


_DOCUMENT = r"""\documentclass{article}
\usepackage{amsmath}%s
\setlength{\jot}{8pt} %% room to write between the rows
\begin{document}

%s

\end{document}"""
_CHINESE = "\n\\usepackage{ctex} % needs xelatex or lualatex"


def _document(page: Derivation | Exercise) -> str:
    body = page.to_latex()
    has_chinese = any(unicodedata.east_asian_width(c) in "WF" for c in body)
    return _DOCUMENT % (_CHINESE if has_chinese else "", body)


_WRITERS: dict[str, Callable[[Any], str]] = {
    ".tex": _document,
    ".md": lambda page: str(page.to_markdown()),
    ".txt": str,
}


def check_hidden(hide: object) -> None:
    """Raise a ValueError unless that can be left out."""
    if hide not in HIDDEN:
        known = ", ".join(map(repr, HIDDEN))
        raise ValueError(f"exercise can hide {known}; got hide={hide!r:.60}")
