"""The module that `Program.save` writes: the source, and what only someone without us needs."""

from __future__ import annotations

import ast
from collections.abc import Mapping

import numpy as np

from autograd.compiler.record import Declaration, Floats

_SHORT = 1000  # numbers of an array that are written as numbers


def module_text(
    source: str, declarations: Mapping[str, Declaration], parameters: Mapping[str, Floats]
) -> str:
    """Return a program's source with its parameters' numbers, and for plain numbers too.

    Args:
        source: a module with the function `program`.
        declarations: what that takes, in order, by the user's names.
        parameters: the numbers of those that are parameters, as far as they are known.
    """
    lines = source.rstrip().split("\n")
    function = next(x for x in ast.parse(source).body if getattr(x, "name", "") == "program")
    assert isinstance(function, ast.FunctionDef)
    arguments = [argument.arg for argument in function.args.args]
    own = dict(zip(declarations, arguments))  # a user's name need not be one of Python's
    if "import numpy as np" in lines:  # JAX has its own line for this
        start = function.body[1].lineno - 1
        lines[start:start] = [f"    {name} = np.asarray({name}, dtype=float)" for name in arguments]
    missing = [d.name for d in declarations.values() if d.kind == "parameter"]
    missing = [own[name] for name in missing if name not in parameters]
    if parameters:
        if "import numpy as np" not in lines:
            lines.insert(lines.index("import jax.numpy as jnp") + 1, "import numpy as np")
        others = [name for name in own if name not in parameters]
        call = ", ".join([*[own[name] for name in others], "**parameters"])
        lines += ["", "", f"# The numbers when this was saved: program({call})."]
        lines += ["parameters = {"]
        lines += [f"    {own[name]!r}: {_literal(x)}," for name, x in parameters.items()]
        lines += ["}"]
    if missing:
        lines += ["", f"# Not here, as only their shapes were declared: {', '.join(missing)}."]
    return "\n".join(lines) + "\n"


def _literal(x: Floats) -> str:
    if x.size <= _SHORT and np.isfinite(x).all():
        return f"np.array({x.tolist()!r})"
    packed = x.astype("<f8").tobytes().hex()
    return f"np.frombuffer(bytes.fromhex({packed!r}), '<f8').reshape({x.shape}).copy()"
