"""Pass 5: the array program as the source of a Python module of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from autograd.compiler.backward import Backward
from autograd.compiler.blocks import ArrayProgram, Given, Products, Sum
from autograd.compiler.forward import Forward, is_batched, is_inner, is_square
from autograd.compiler.names import in_docstring
from autograd.compiler.record import Recording
from autograd.compiler.rules import Term, number
from autograd.compiler.source import NUMPY, Dialect, Source
from autograd.compiler.views import Views
from autograd.op import PRODUCT

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
    """Return the source of a program that computes the value and the gradients.

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
    backward = Backward(forward, program.blocks, trusts)
    *blocks, output = program.blocks
    assert isinstance(output, Sum)
    arguments = [given[leaf.name] for leaf in tape.leaves]
    for argument in arguments:
        _flatten(source, argument)
    for block in blocks:
        forward.write(block)
    name = source.name[output.number]
    source.write(f"{name} = {_total(forward, output)}{source.comment(output)}")
    if wrt:
        source.write("# backward")
        backward.start(output)
        for block in reversed(blocks):
            backward.write(block)
    gradients = _results(source, backward, arguments, [given[n] for n in wrt])
    source.write(f"return {name}, {{{gradients}}}")
    if source.lines[0].startswith("N =") and not re.search(r"\bN\b", "".join(source.lines[1:])):
        del source.lines[0]
    instructions = len(source.lines) - 2
    source.translate(dialect, [source.name[block.number] for block in arguments])
    text = _module(source, dialect, arguments, batched, title)
    return Emitted(
        text, [source.name[given[n].number] for n in wrt], source.functions, source.arrays,
        instructions, trusts=trusts and backward.presence.chooses,
    )  # fmt: skip


def _module(
    source: Source, dialect: Dialect, arguments: list[Given], batched: bool, title: str
) -> str:
    names = ", ".join(source.name[block.number] for block in arguments)
    shapes = [f"        {source.name[b.number]}: {b.kind} of shape {_shape(b)}." for b in arguments]
    samples = ", summed over N samples," if batched else ""
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
    """Return the value{samples} and a dict of gradients.

    Comments name the scalars behind a line: their labels, or how many of which operation.
    Arrays have a row for each of them{columns}; g_a is the gradient of a.

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


# --- the output -------------------------------------------------------------------------


def _total(forward: Forward, output: Sum) -> str:
    """Return the output, a single row, summed over the samples."""
    pieces = []
    for product in output.products:
        if is_inner(product) and is_square(product) and not is_batched(product):
            total = _sum_of_squares(forward, product)
        else:
            total = _sum_of_all(forward.product(product, 1))
        if forward.batched and not is_batched(product):
            total = Term(f"N*{total.atom()}", PRODUCT)
        pieces.append((product.coefficient, total))
    text = forward.joined(pieces)
    if output.constants is not None:
        constant = number(float(output.constants[0]))
        text = f"{text} + {'N*' if forward.batched else ''}{constant.atom()}"
    return text


def _sum_of_squares(forward: Forward, product: Products) -> Term:
    """Return it without an array of the squares, in a quarter of the time for a few."""
    row = forward.views.full(product.u.block, product.u.index.ravel()).removesuffix(".reshape(-1)")
    return Term(f"np.vdot({row}, {row})")


def _sum_of_all(term: Term) -> Term:
    over_terms = ".sum(0, keepdims=True)"
    text = term.text.removesuffix(over_terms) if term.text.endswith(over_terms) else term.atom()
    return Term(f"{text}.sum()")


def _results(
    source: Source, backward: Backward, arguments: list[Given], blocks: list[Given]
) -> str:
    """Return the gradients in the user's shapes, as arrays that nothing else refers to."""
    taken = {source.name[block.number] for block in arguments} | set(source.arrays)
    entries = []
    for block in blocks:
        if not backward.gradients.has(block):
            backward.gradients.add_whole(block, f"np.zeros({source.name[block.number]}.shape)")
        name = backward.gradients.name(block)
        array = backward.gradients.array(block)
        if array in taken:
            name += ".copy()"
        taken.add(array)
        entries.append(f"{source.name[block.number]!r}: {name}{_in_shape(block)}")
    return ", ".join(entries)


def _in_shape(block: Given) -> str:
    if not block.is_batched:
        return "" if block.shape else ".reshape(())"
    if len(block.shape) == 1:
        return ".T"
    return f".T.reshape({', '.join(['N', *map(str, block.shape)])})"
