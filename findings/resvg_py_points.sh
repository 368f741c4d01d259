#!/usr/bin/env bash
# resvg-py 0.5.0 refuses a valid SVG whose width and height are in points (or in any unit of
# length but pixels), since its default of 0 dots per inch makes every such length zero.
#
# Guessed before: that it takes CSS's 96 dots per inch where none are given, as resvg itself does,
# so that 9pt is 12 pixels.
# Seen (November 2026): ValueError "SVG has an invalid size"; the same picture in pixels, or with
# dpi=96, is drawn.
# What follows: always pass dpi where a picture may have sizes in points.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet resvg-py==0.5.0
"$work/venv/bin/python" - <<'PYTHON'
import struct

import resvg_py


def size(unit, **options):
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="9{unit}" height="9{unit}"/>'
    try:
        return struct.unpack(">II", bytes(resvg_py.svg_to_bytes(svg_string=svg, **options))[16:24])
    except ValueError as error:
        return str(error)


results = [size("px"), size("pt", dpi=96), size("pt")]
print("9px:", results[0], "| 9pt with dpi=96:", results[1], "| 9pt:", results[2])
assert results[:2] == [(9, 9), (12, 12)]
assert "invalid size" in results[2]
PYTHON
