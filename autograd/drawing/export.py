"""An SVG of ours as PNG or PDF, by other libraries: resvg draws the one, ReportLab the other."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache
from pathlib import Path
from typing import Any

# Twice the resolution of a common screen.
_DPI = 192
_IHDR_END = 33  # a PNG begins with a signature of 8 bytes and a header of 25
# Where systems keep their fonts, and the names of files with the widths of `metrics`, then of
# files with more signs: regular and bold.
_FOLDERS = [
    Path(x).expanduser()
    for x in (
        "/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts",
        "/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts", "C:/Windows/Fonts",
    )
]  # fmt: skip
_FACES = (
    ("liberationsans-regular", "liberationsans-bold"), ("arimo-regular", "arimo-bold"),
    ("arial", "arialbd"), ("arial", "arial bold"), ("dejavusans", "dejavusans-bold"),
    ("arial unicode", "arial unicode"), ("msyh", "msyhbd"), ("wqy-zenhei", "wqy-zenhei"),
    ("droidsansfallbackfull", "droidsansfallbackfull"),
)  # fmt: skip
_PROBE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
    '<text y="9" font-size="9">0</text></svg>'
)


def png(svg: str) -> bytes:
    """Return a picture as PNG, which says its resolution, so that text programs show its size.

    Args:
        svg: a picture with its width and height in points.

    Raises:
        ImportError: the library resvg-py is missing.
        RuntimeError: the machine has no font for its texts.
    """
    resvg = _resvg()
    if not _has_fonts():
        raise RuntimeError(
            "cannot write a PNG: this machine has no font, so every text would be missing. "
            "Install one, such as Liberation Sans (Debian: apt install fonts-liberation), or "
            "save as .svg or .pdf, which need none"
        )
    picture = bytes(resvg.svg_to_bytes(svg_string=svg, dpi=_DPI))
    per_metre = round(_DPI / 0.0254)
    chunk = b"pHYs" + struct.pack(">IIB", per_metre, per_metre, 1)
    sealed = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return picture[:_IHDR_END] + sealed + picture[_IHDR_END:]


def pdf(svg: str) -> bytes:
    """Return a picture as PDF, as large as the picture and with its text as text.

    A font of the machine is put into the file. Where there is none of those known here, the
    texts are in Helvetica, which each PDF reader has. Signs that it lacks are shown as boxes.

    Args:
        svg: a picture.

    Raises:
        ImportError: the extra "pdf" is not installed.
    """
    try:
        from reportlab import rl_config
        from reportlab.graphics import renderPDF
        from svglib.svglib import svg2rlg
    except ImportError as error:
        raise ImportError(
            f"saving a PDF needs svglib and ReportLab ({error}): "
            "pip install 'scalar-autograd[pdf]'; .svg and .png need neither",
            name=error.name,
        ) from error
    before, rl_config.invariant = rl_config.invariant, 1  # no date: the same file in each run
    try:
        picture = svg2rlg(io.BytesIO(svg.encode()))
        _set_fonts(picture)
        return bytes(renderPDF.drawToString(picture, autoSize=1))
    finally:
        rl_config.invariant = before


def _set_fonts(shape: Any) -> None:
    """Give each text of a picture the first font that has all its signs, or most of them."""
    for part in getattr(shape, "contents", ()):
        _set_fonts(part)
    if not hasattr(shape, "fontName"):
        return
    faces = _faces("Bold" in shape.fontName)
    if faces:
        shape.fontName = min(faces, key=lambda name: len(set(shape.text) - faces[name]))
    else:
        # Helvetica has no minus. That of the font Symbol stands in, which not all machines have.
        shape.text = shape.text.replace("−", "–")


@cache
def _faces(is_bold: bool) -> dict[str, set[str]]:
    """Return the fonts of the machine that are known here, best first, and the signs they have."""
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    files = {path.stem.lower(): path for x in _FOLDERS for path in sorted(x.rglob("*.tt[cf]"))}
    faces = {}
    for names in _FACES:
        name = names[is_bold]
        if name in files:
            try:
                registerFont(font := TTFont(name, files[name]))
            except (TTFError, OSError):  # not a font that a PDF can hold
                continue
            faces[name] = set(map(chr, font.face.charToGlyph))
    return faces


def _resvg() -> Any:
    try:
        import resvg_py
    except ImportError as error:
        raise ImportError(
            f'saving a PNG needs the Python package resvg-py ({error}): "pip install resvg-py"; '
            ".svg and .dot need nothing",
            name="resvg_py",
        ) from error
    return resvg_py


@cache
def _has_fonts() -> bool:
    """Tell whether there is a font at all: where there is none, texts are left out silently."""
    resvg = _resvg()
    without = resvg.svg_to_bytes(svg_string=_PROBE, skip_system_fonts=True)
    return bool(resvg.svg_to_bytes(svg_string=_PROBE) != without)
