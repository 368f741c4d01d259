"""Names of arguments that there are not: what was meant."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from typing import Any

# As other libraries call the learning rate.
_LEARNING_RATES = ("lr", "learning_rate", "eta", "alpha", "step_size", "rate")


def refuse_unknown(name: str, function: Callable[..., Any], unknown: Mapping[str, Any]) -> None:
    """Raise a TypeError that says what was meant, if there are unknown arguments.

    Args:
        name: what the function is called.
        function: what they were given to.
        unknown: its `**unknown`.
    """
    if not unknown:
        return
    code = function.__code__
    known = [
        x for x in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount] if x != "self"
    ]
    given = next(iter(unknown))
    near = difflib.get_close_matches(given, known, 1)
    remedy = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
    if given in _LEARNING_RATES:
        remedy = (
            "did you mean 'lr'?"
            if "lr" in known
            else "it is the optimizer's, as in optimizer=nn.Adam(net.parameters(), lr=0.1)"
        )
    raise TypeError(f"{name} has no argument {given!r}: {remedy}")
