"""Pass 5, the return statement: a sum over the samples and its gradients, or all results."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

import numpy as np

from autograd.compiler.backward import Backward
from autograd.compiler.blocks import ArrayProgram, Block, Constants, Given, Index, Products, Sum
from autograd.compiler.forward import Forward, is_batched, is_inner, is_square
from autograd.compiler.results import Results, Shape, literal
from autograd.compiler.rules import Term, number
from autograd.compiler.source import VIEW, Source
from autograd.compiler.views import is_constant
from autograd.op import PRODUCT

# Up to so many parts, an array is put together of them in order; else it is picked from blocks.
_MOST_PARTS = 12
# What is longer gets a line of its own before the return.
_LONG = 40


def total(forward: Forward, output: Sum) -> str:
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


def gradients_text(
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


# --- results that are not added up ----------------------------------------------------------


def results_text(
    forward: Forward, program: ArrayProgram, results: Results, arguments: Sequence[Given]
) -> str:
    """Return the results, with an array for each of theirs, the samples along the first axis."""
    source = forward.source
    taken = {source.name[block.number] for block in arguments}
    texts, start = [], 0
    for shape, size in zip(results.shapes, results.sizes()):
        numbers, slots = program.outputs[:, start : start + size]
        start += size
        text = _rows(forward, program.blocks, numbers, slots)
        if view := VIEW.fullmatch(text):  # it may be memory that somebody else refers to
            array = source.array_behind(view[1])
            text += ".copy()" if array in taken or array in source.arrays else ""
            taken.add(array)
        text += _of_samples(shape, forward.batched)
        texts.append(text if len(text) < _LONG else source.variable(text, "result"))
    text = literal(results.tree, texts)
    return text[1:-1] if text[0] == "(" and len(results.tree) > 1 else text


def _rows(forward: Forward, blocks: Sequence[Block], numbers: Index, slots: Index) -> str:
    """Return scalars of several blocks as one array of shape (n,), or (n, N) over a batch."""
    if not len(numbers):
        return "np.empty((0, N))" if forward.batched else "np.empty(0)"
    cuts = np.flatnonzero(np.diff(numbers)) + 1
    distinct = np.unique(numbers)
    if len(cuts) < max(_MOST_PARTS, 2 * len(distinct)):
        parts = zip(np.split(numbers, cuts), np.split(slots, cuts))
        return _joined(forward, [(blocks[int(k[0])], part) for k, part in parts])
    owns = [numbers == k for k in distinct]
    text = _joined(forward, [(blocks[int(k)], slots[own]) for k, own in zip(distinct, owns)])
    order = np.argsort(np.concatenate([np.flatnonzero(own) for own in owns]))
    return f"{text}[{forward.source.array(order)}]"


def _joined(forward: Forward, parts: Sequence[tuple[Block, Index]]) -> str:
    texts = []
    for block, index in parts:
        if forward.batched and not block.is_batched:
            texts.append(_repeated(forward, block, index))
        else:
            texts.append(forward.views.full(block, index))
    return texts[0] if len(texts) == 1 else f"np.concatenate([{', '.join(texts)}])"


def _repeated(forward: Forward, block: Block, index: Index) -> str:
    """Return what is the same for all samples with a column for each."""
    if isinstance(block, Constants) and is_constant(block.values[index].view(np.int64)):
        value = float(block.values[index[0]])
        text = f"{value!r}" if isfinite(value) else number(value).text
        return f"np.full(({len(index)}, N), {text})"
    return f"np.repeat({forward.views.full(block, index)}[:, None], N, axis=1)"


def _of_samples(shape: Shape, batched: bool) -> str:
    """Return how an array of shape (n,) or (n, N) gets the shape of the results."""
    if not batched:
        return "" if len(shape) == 1 else f".reshape({', '.join(map(str, shape)) or '()'})"
    if not shape:
        return "[0]"
    return ".T" if len(shape) == 1 else f".T.reshape({', '.join(['N', *map(str, shape)])})"
