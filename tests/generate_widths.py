"""Writes `autograd/drawing/widths.py` from the metrics of Liberation Sans.

    python tests/generate_widths.py [FOLDER of LiberationSans-*.ttf] > autograd/drawing/widths.py

Helvetica, Arial, Liberation Sans, Arimo and Nimbus Sans have the same advance widths, so one
of them, free and to be had everywhere, speaks for all. It needs the package fonttools.
"""

from __future__ import annotations

import sys
from pathlib import Path

FOLDER = Path("/usr/share/fonts/truetype/liberation")
HEAD = '''"""How wide the characters of Helvetica and its like are: generated, see the last line.

In thousandths of the font's size, for each pair of widths, regular and bold, the characters
that have it. Arial, Liberation Sans, Arimo and Nimbus Sans agree with them.
"""

CHARACTERS: dict[tuple[int, int], str] = {
'''
TAIL = "}\n# written by tests/generate_widths.py\n"
# Beyond these Liberation Sans has private signs and ligatures.
LAST = 0x2FFF


def generate(folder: Path = FOLDER) -> str:
    """Return the source text of the module."""
    from fontTools.ttLib import TTFont

    regular, bold = (advances(TTFont(folder / f"LiberationSans-{face}.ttf"))
                     for face in ("Regular", "Bold"))  # fmt: skip
    groups: dict[tuple[int, int], list[str]] = {}
    for code in sorted(regular.keys() & bold.keys()):
        if code <= LAST:
            groups.setdefault((regular[code], bold[code]), []).append(chr(code))
    lines = []
    for widths, characters in sorted(groups.items()):
        rows = [characters[i : i + 60] for i in range(0, len(characters), 60)]
        texts = [literal("".join(row)) for row in rows]
        if len(texts) == 1:
            lines.append(f"    {widths}: {texts[0]},\n")
        else:
            inside = "".join(f"        {text}\n" for text in texts)
            lines.append(f"    {widths}: (\n{inside}    ),\n")
    return HEAD + "".join(lines) + TAIL


def advances(font) -> dict[int, int]:  # type: ignore[no-untyped-def]
    """Return the advance width of each character, in thousandths of the font's size."""
    units = font["head"].unitsPerEm
    return {
        code: round(1000 * font["hmtx"][glyph][0] / units)
        for code, glyph in font.getBestCmap().items()
    }


def literal(text: str) -> str:
    """Return a text as Python's source with the signs that print as they are."""
    quote = "'" if '"' in text else '"'
    doubled = text.replace("\\", "\\\\")
    escaped = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in doubled)
    return f"{quote}{escaped}{quote}"


if __name__ == "__main__":
    sys.stdout.write(generate(*map(Path, sys.argv[1:])))
