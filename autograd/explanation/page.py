"""A page of headings, prose and aligned equations, put out as text, LaTeX or Markdown."""

from __future__ import annotations

from dataclasses import dataclass, field

from autograd.explanation.rows import TEXT_WIDTH, Row, latex_rows, text_rows
from autograd.expression.latex_items import measure
from autograd.expression.text_lines import divide_text
from autograd.language import display_width

# In em: a paragraph with a wider formula is hard to set.
_WIDE = 5.0
# Prose may be folded after these.
_GAPS = " ，、。：；"
# A longer display may go on on the next page.
_MANY_LINES = 8


class Inline(str):
    """A formula within prose; it is in a notation already."""


@dataclass(frozen=True)
class Block:
    """A heading, some lines of prose, or equations whose columns are aligned.

    Attributes:
        kind: "heading", "prose", "note" (prose that stands apart) or "equations".
        text: of all but equations: words, and formulas as `Inline`.
        rows: of equations.
        indent: how many levels further in, in plain text.
    """

    kind: str
    text: tuple[str, ...] = ()
    rows: tuple[Row, ...] = field(default=())
    indent: int = 0


def as_text(blocks: list[Block]) -> str:
    """Return a page as plain text whose lines fit a terminal."""
    lines: list[str] = []
    for block in blocks:
        margin = "  " * block.indent
        if block.kind == "equations":
            width = TEXT_WIDTH - len(margin)
            lines.extend(margin + line for line in text_rows(block.rows, width))
        else:
            if block.kind in ("heading", "note") and lines:
                lines.append("")
            lines += [margin + line for line in _folded(block.text, TEXT_WIDTH - len(margin))]
    return "\n".join(lines)


def _folded(text: tuple[str, ...], width: int) -> list[str]:
    """Return prose in lines; formulas stay whole, and Chinese is folded after its commas."""
    words: list[str] = [""]
    for part in text:
        if isinstance(part, Inline):
            first, *others = divide_text(part, width)  # whole, but for the longest
            words[-1] += first
            words += others
            continue
        for c in part:
            words[-1] += c
            if c in _GAPS:
                words.append("")
    lines = [""]
    for word in words:
        if lines[-1] and display_width(lines[-1] + word.rstrip()) > width:
            lines.append("")
        lines[-1] += word
    return [line.rstrip() for line in lines]


def as_latex(blocks: list[Block]) -> str:
    """Return a page as LaTeX paragraphs and `align*` displays, each in the one above it."""
    page = ""
    for block in blocks:
        if block.kind == "equations":
            rows = latex_rows(block.rows)
            display = f"\\begin{{align*}}\n{rows}\n\\end{{align*}}"
            is_long = rows.count("\n") > _MANY_LINES
            page += f"\n{{\\allowdisplaybreaks\n{display}}}" if is_long else f"\n{display}"
            continue
        words, formulas = _prose(block, _LATEX_SIGNS)
        if block.kind == "heading":
            words = rf"\noindent\textbf{{{words}}}"
        paragraph = words + formulas
        if any(isinstance(x, Inline) and measure(x) > _WIDE for x in block.text):
            paragraph = f"\\begin{{sloppypar}}{paragraph}\\end{{sloppypar}}"  # spaces may be wide
        page += f"\n\n{paragraph}"
    return page.strip()


def as_markdown(blocks: list[Block]) -> str:
    """Return a page as Markdown with displays between double dollars.

    Mathematics stands outside of what is bold: some renderers see none within it.
    """
    parts = []
    for block in blocks:
        if block.kind == "equations":
            rows = latex_rows(block.rows)
            parts.append(f"$$\n\\begin{{aligned}}\n{rows}\n\\end{{aligned}}\n$$")
            continue
        words, formulas = _prose(block, _MARKDOWN_SIGNS)
        parts.append((f"**{words}**" if block.kind == "heading" else words) + formulas)
    return "\n\n".join(parts)


def _prose(block: Block, signs: dict[int, str]) -> tuple[str, str]:
    """Return the words before mathematics, their signs escaped, and the rest."""
    style = r"\displaystyle " if block.kind == "heading" else ""  # fractions are small in a line
    words, rest = "", ""
    for x in block.text:
        if rest or isinstance(x, Inline):
            rest += f"${style}{x}$" if isinstance(x, Inline) else x.translate(signs)
        else:
            words += x.translate(signs)
    gap = words[len(words.rstrip()) :]
    if block.kind == "heading" and rest:  # or Markdown would not see where bold ends
        gap = " "
    return words.rstrip(), gap + rest


_MARKDOWN_SIGNS = {ord(sign): f"\\{sign}" for sign in r"\`*_[]<>#$&|~"}
_LATEX_SIGNS = {ord(sign): f"\\{sign}" for sign in r"_{}$&#%"} | {
    ord("\\"): r"\textbackslash{}", ord("^"): r"\textasciicircum{}", ord("~"): r"\textasciitilde{}",
    ord("<"): r"\textless{}", ord(">"): r"\textgreater{}",
}  # fmt: skip
