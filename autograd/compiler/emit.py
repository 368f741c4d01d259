"""Pass 5: the array program as the source of a Python module of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from autograd.compiler.backward import Backward
from autograd.compiler.blocks import ArrayProgram, Given, Sum
from autograd.compiler.forward import Forward
from autograd.compiler.names import in_docstring
from autograd.compiler.outputs import gradients_text, results_text, total
from autograd.compiler.record import Recording
from autograd.compiler.source import NUMPY, Dialect, Source
from autograd.compiler.views import Views

_SPECIAL = "from autograd import special"


@dataclass(eq=False)
class Emitted:
    """The module's source, and what running it takes beyond what it imports.

    Attributes:
        text: the source.
        results: the keys of the gradients it returns, in the order of `wrt`.
        functions: Python functions the source calls; empty if it stands alone.
        instructions: how many lines it computes in.
        function: what runs, where that is not the source's own `program`.
        memory: then its bytes for a call, and for each sample of a batch.
        trusts: it takes what it is given for finite, and that makes a difference.
    """

    text: str
    results: list[str]
    functions: dict[str, Any]
    arrays: dict[str, NDArray[Any]]
    instructions: int
    function: Callable[..., Any] | None = None
    memory: tuple[int, int] | None = None
    trusts: bool = False


def emit(
    tape: Recording,
    program: ArrayProgram,
    wrt: Sequence[str],
    batched: bool,
    title: str,
    dialect: Dialect = NUMPY,
    trusts: bool = True,
) -> Emitted:
    """Return the source of a program that computes the value and the gradients, or the results.

    Args:
        wrt: the names of what to differentiate with respect to, in the order of the result.
        batched: inputs have an axis of samples, the first.
        title: the name of the function, for the docstring.
        dialect: the library to compute with.
        trusts: take what is given for finite, see `presence`.
    """
    source = Source(tape, program)
    views = Views(source)
    given = {b.name: b for b in program.blocks if isinstance(b, Given)}
    forward = Forward(source, views, batched, program.blocks)
    arguments = [given[leaf.name] for leaf in tape.leaves]
    for argument in arguments:
        _flatten(source, argument)
    chooses = False
    if tape.results is None:
        backward = Backward(forward, program.blocks, trusts)
        chooses = backward.presence.chooses
        _write_sum(forward, backward, program, arguments, [given[n] for n in wrt])
    else:
        for block in program.blocks:
            forward.write(block)
        source.write(f"return {results_text(forward, program, tape.results, arguments)}")
    if source.lines[0].startswith("N =") and not re.search(r"\bN\b", "".join(source.lines[1:])):
        del source.lines[0]
    instructions = len(source.lines) - 2
    source.translate(dialect, [source.name[block.number] for block in arguments])
    text = _module(source, dialect, arguments, batched, title, tape.results is None)
    return Emitted(
        text, [source.name[given[n].number] for n in wrt], source.functions, source.arrays,
        instructions, trusts=trusts and chooses,
    )  # fmt: skip


def _write_sum(
    forward: Forward,
    backward: Backward,
    program: ArrayProgram,
    arguments: list[Given],
    wanted: list[Given],
) -> None:
    """Write one result, added up over the samples, and its gradients."""
    source = forward.source
    *blocks, output = program.blocks
    assert isinstance(output, Sum)
    for block in blocks:
        forward.write(block)
    name = source.name[output.number]
    source.write(f"{name} = {total(forward, output)}{source.comment(output)}")
    if wanted:
        source.write("# backward")
        backward.start(output)
        for block in reversed(blocks):
            backward.write(block)
    source.write(f"return {name}, {{{gradients_text(source, backward, arguments, wanted)}}}")


def _module(
    source: Source,
    dialect: Dialect,
    arguments: list[Given],
    batched: bool,
    title: str,
    reduces: bool,
) -> str:
    names = ", ".join(source.name[block.number] for block in arguments)
    shapes = [f"        {source.name[b.number]}: {b.kind} of shape {_shape(b)}." for b in arguments]
    samples = ", summed over N samples," if batched else ""
    summary = f"Return the value{samples} and a dict of gradients."
    gradient = "; g_a is the gradient of a"
    if not reduces:
        samples = ", with its N samples along the first axis of each array" if batched else ""
        summary, gradient = f"Return what the function returns{samples}.", ""
    columns = " and a column for each sample" if batched else ""
    body = "\n".join(f"    {line}" for line in source.lines)
    definitions = source.definitions(dialect)
    definitions = f"\n\n{definitions}" if definitions else ""
    groups = [
        [
            line
            for line in lines
            if re.search(rf"(?<![\w.]){line.split()[-1]}\.", body + definitions)
        ]
        for lines in (("import base64", "import math"), dialect.imports, (_SPECIAL,))
    ]
    imports = "\n\n".join("\n".join(lines) for lines in groups if lines)
    return f'''"""Array code of the scalar function {in_docstring(title)}, compiled by autograd."""

{imports}


def program({names}):
    """{summary}

    Comments name the scalars behind a line: their labels, or how many of which operation.
    Arrays have a row for each of them{columns}{gradient}.

    Args:
{chr(10).join(shapes)}
    """
{body}
{definitions}'''


def _shape(block: Given) -> str:
    sizes = ["N"] * block.is_batched + [str(n) for n in block.shape]
    return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"


def _flatten(source: Source, block: Given) -> None:
    """Write how an argument becomes an array of shape (n,) or (n, N)."""
    name = source.name[block.number]
    if block.is_batched:
        if not source.lines or source.lines[0][:3] != "N =":
            source.lines.insert(0, f"N = len({name})")
        if len(block.shape) == 1:
            source.write(f"{name} = {name}.T")
        else:
            source.write(f"{name} = {name}.reshape(N, {block.size}).T")
    elif not block.shape:
        source.write(f"{name} = {name}.reshape(1)")
