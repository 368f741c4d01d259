"""`python -m autograd "sigmoid(w*x + b)" w=2 x=-1 b=0.5`: value and gradients of a formula."""

from __future__ import annotations

import sys

from autograd.command_line import main

if __name__ == "__main__":
    sys.exit(main())
