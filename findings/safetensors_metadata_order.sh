#!/usr/bin/env bash
# safetensors 0.8.0 writes the entries of `metadata` in another order from process to process, so
# that the same arrays with the same metadata are not the same file.
#
# Guessed before: that a file has metadata in the order given, or sorted, since tensors are sorted;
# the format is made to be hashed and deduplicated.
# Seen (November 2026): six entries in several orders over ten processes; the arrays' part is the same.
# What follows: one entry of metadata, such as a JSON text, where a file is to be reproducible.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet safetensors==0.8.0 numpy==2.2.6
write() { # ENTRIES: print the header and the hash of what ten processes write
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        PYTHONHASHSEED=0 "$work/venv/bin/python" - "$1" <<'PYTHON'
import hashlib
import sys

import numpy as np
from safetensors.numpy import save

metadata = {f"key{k}": "value" for k in range(int(sys.argv[1]))}
print(hashlib.sha256(save({"weight": np.zeros(4)}, metadata=metadata)).hexdigest()[:16])
PYTHON
    done | sort -u | wc -l
}
one=$(write 1) six=$(write 6)
echo "different files of ten with one entry: $one, with six: $six"
[ "$one" = 1 ] && [ "$six" -gt 1 ]
