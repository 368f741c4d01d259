"""Pass 5, forward: each block as a line of NumPy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd.compiler.blocks import Block, Call, Constants, Part, Products, Sum
from autograd.compiler.codes import is_row_wise
from autograd.compiler.rules import Term, forward_function, number, operation
from autograd.compiler.source import Source
from autograd.compiler.views import Views
from autograd.op import PRODUCT
from autograd.ops import CONDITIONS, TABLE

_MOST_TERMS = 20
_LOGICAL = {TABLE[name] for name in ("logical_and", "logical_or", "logical_not")}


def is_square(product: Products) -> bool:
    """Tell whether both factors are the same scalars."""
    u, v = product.u, product.v
    return v is not None and u.block is v.block and np.array_equal(u.index, v.index)


def is_batched(product: Products) -> bool:
    return product.u.block.is_batched or (product.v is not None and product.v.block.is_batched)


def is_inner(product: Products) -> bool:
    """Tell whether this is one row times one row, of all samples or of each."""
    v = product.v
    return (
        product.matrix is not None
        and len(product.matrix.left) == len(product.matrix.right) == 1
        and v is not None
        and product.u.block.is_batched == v.block.is_batched
    )


class Forward:
    """Writes the blocks' values, and remembers the arrays that the backward pass needs again."""

    def __init__(
        self, source: Source, views: Views, batched: bool, blocks: Sequence[Block]
    ) -> None:
        self.source = source
        self.views = views
        self.batched = batched
        self._numeric = used_as_numbers(blocks)
        self.kept: dict[int, str] = {}  # by id of Products: columns of a matrix product

    def write(self, block: Block) -> None:
        if isinstance(block, Call):
            term = self.call(block)
            # NumPy adds and multiplies its booleans as such, and raises them to half precision.
            if block.op in CONDITIONS and block.number in self._numeric:
                term = Term(f"1.0*{term.atom()}", PRODUCT)
            text = term.text
        elif isinstance(block, Sum):
            text = self.sum(block)
        else:
            return
        name = self.source.name[block.number]
        self.source.write(f"{name} = {text}{self.source.comment(block)}")

    # --- calls ------------------------------------------------------------------------

    def call(self, block: Call) -> Term:
        operands = self.operands(block)
        term = operation(block.op, operands, self.source.shared)
        if term is not None and not all(isinstance(x, float) for x in operands):
            return term
        texts = [number(x).text if isinstance(x, float) else x.text for x in operands]
        op = block.op
        name = self.source.function(op, forward_function(op), op.name)
        return Term(f"{name}({', '.join(texts)})")

    def operands(self, block: Call) -> list[Term | float]:
        """Return the operands as source; a row-wise operation has one, of shape (terms, ...)."""
        if is_row_wise(block.op):
            return [Term(self.rows(block))]
        operands: list[Term | float] = []
        for part in block.operands:
            value = constant_value(part)
            if value is not None:
                operands.append(value)
            else:
                operands.append(self.views.column(part.block, part.index, block.is_batched))
        return operands

    def rows(self, block: Call) -> str:
        """Return the operands of a row-wise operation as one array, the terms first."""
        if len(block.operands) == 1 and block.operands[0].index.ndim == 2:
            part = block.operands[0]
            terms, size = part.index.shape
            text = self.views.full(part.block, part.index.ravel())
            return f"{text}.reshape({terms}, {size}{', -1' if block.is_batched else ''})"
        texts = []
        for part in block.operands:
            text = self.views.full(part.block, part.index)
            if block.is_batched and not part.block.is_batched:
                text += "[:, None]"
            texts.append(text)
        if any(part.block.is_batched != block.is_batched for part in block.operands):
            return f"np.stack(np.broadcast_arrays({', '.join(texts)}))"
        return f"np.stack([{', '.join(texts)}])"

    # --- sums -------------------------------------------------------------------------

    def sum(self, block: Sum) -> str:
        """Return a sum of products; matrix products come first."""
        pieces = []
        for product in sorted(block.products, key=lambda product: product.matrix is None):
            term = self.product(product, block.size)
            if block.is_batched and not is_batched(product):
                term = lifted(term)
            pieces.append((product.coefficient, term))
        text = self.joined(pieces)
        if block.constants is not None:
            text = self._plus_constants(text, block)
        return text

    def joined(self, pieces: Sequence[tuple[float | object, Term]]) -> str:
        """Return Σ coefficient·term; one that is long goes into variables, some terms each.

        Python's own compiler recurses over an expression.
        """
        text = ""
        for k, (coefficient, term) in enumerate(pieces, 1):
            text = joined(text, coefficient, term)
            if k % _MOST_TERMS == 0 and k < len(pieces):
                text = self.source.variable(text, "subtotal")
        return text

    def _plus_constants(self, text: str, block: Sum) -> str:
        assert block.constants is not None
        values = block.constants
        if (values == values[0]).all():
            value = float(values[0])
            sign = "-" if value < 0 else "+"
            return f"{text} {sign} {number(abs(value)).text}"
        name = self.source.array(values, "C")
        return f"{text} + {name}{'[:, None]' if block.is_batched else ''}"

    def product(self, product: Products, size: int) -> Term:
        """Return Σ u·v without its coefficient, of shape (size,) or (size, N)."""
        if product.owner is not None:
            return self._ragged(product, size)
        if product.matrix is not None:
            return self.matrix_product(product, size)
        if product.u.index.shape[1] == 1:
            return self._single(product)
        return self._row_sums(product, size)

    def _single(self, product: Products) -> Term:
        batched = is_batched(product)
        u, v = product.u, product.v
        left = self.views.column(u.block, u.index[:, 0], batched)
        if v is None:
            term = left
        elif is_square(product):
            term = Term(f"{left.atom()}**2", PRODUCT)
        else:
            right = self.views.column(v.block, v.index[:, 0], batched)
            term = Term(f"{left.atom()}*{right.atom()}", PRODUCT)
        if isinstance(product.coefficient, float):
            return term
        return Term(f"{self._coefficients(product, batched)}*{term:PRODUCT}", PRODUCT)

    def _coefficients(self, product: Products, batched: bool) -> str:
        assert not isinstance(product.coefficient, float)
        values = product.coefficient
        if values.ndim == 2 and 1 in values.shape:  # one term a row, or one row
            values = values.ravel()
        return self.source.array(values, "C") + ("[..., None]" if batched else "")

    def _row_sums(self, product: Products, size: int) -> Term:
        """Return sums over each row's terms, with an axis of terms in between."""
        texts = [self.terms(product, part) for part in (product.u, product.v) if part is not None]
        text = "*".join(texts)
        if is_square(product):
            text = f"{texts[0]}**2"
        if not isinstance(product.coefficient, float):
            text = f"{self._coefficients(product, is_batched(product))}*{text}"
        if len(texts) > 1 or not isinstance(product.coefficient, float):
            text = f"({text})"
        if size == 1:
            return Term(f"{text}.sum(0, keepdims=True)")
        return Term(f"{text}.sum(1)")

    def terms(self, product: Products, part: Part) -> str:
        """Return one factor of all terms: (rows, terms), over a batch (rows, terms, N or 1).

        A single row has no axis of rows.
        """
        rows, terms = part.index.shape
        batched = is_batched(product)
        text = self.views.full(part.block, part.index.ravel())
        if rows == 1:
            return text + ("[:, None]" if batched and not part.block.is_batched else "")
        last = "" if not batched else ", -1" if part.block.is_batched else ", 1"
        return f"{text}.reshape({rows}, {terms}{last})"

    def _ragged(self, product: Products, size: int) -> Term:
        owner = product.owner
        assert owner is not None
        batched = is_batched(product)
        texts = []
        for part in (product.u, product.v):
            if part is not None:
                text = self.views.full(part.block, part.index)
                texts.append(text + ("[:, None]" if batched and not part.block.is_batched else ""))
        text = "*".join(texts)
        if not isinstance(product.coefficient, float):
            text = f"{self._coefficients(product, batched)}*{text}"
        starts = np.flatnonzero(np.concatenate([[True], owner[1:] != owner[:-1]]))
        helper, array = self.source.helper("segment_sum"), self.source.array
        return Term(f"{helper}({text}, {array(starts)}, {array(owner[starts])}, {size})")

    # --- matrix products ----------------------------------------------------------------

    def matrix_product(self, product: Products, size: int) -> Term:
        """Return all rows as one product of matrices."""
        matrix, u, v = product.matrix, product.u, product.v
        assert matrix is not None and v is not None
        rows, columns = len(matrix.left), len(matrix.right)
        if is_inner(product):
            return self._inner(product)
        if u.block.is_batched:
            left, right = self.sample_matrices(product)
            text = f"np.einsum('ikn,jkn->ijn', {left}, {right})"
            return Term(f"{text}.reshape({rows * columns}, -1)")
        if not v.block.is_batched:
            if columns == 1:
                left = self.views.matrix(u.block, matrix.left)
                return Term(f"{left} @ {self.views.full(v.block, matrix.right[0])}", PRODUCT)
            right = self.views.matrix(v.block, matrix.right)
            if rows == 1:
                return Term(f"{right} @ {self.views.full(u.block, matrix.left[0])}", PRODUCT)
            left = self.views.matrix(u.block, matrix.left)
            return Term(f"({left} @ {transposed(right)}).reshape(-1)")
        left = self.views.matrix(u.block, matrix.left)
        text = f"{left} @ {self.columns(product)}"
        return Term(text, PRODUCT) if columns == 1 else Term(f"({text}).reshape({size}, -1)")

    def columns(self, product: Products) -> str:
        """Return the batched right factors as a matrix (terms, columns·N)."""
        matrix, v = product.matrix, product.v
        assert matrix is not None and v is not None
        if len(matrix.right) == 1:
            return self.views.full(v.block, matrix.right[0])
        if id(product) not in self.kept:
            text = self.views.full(v.block, matrix.right.T.ravel())
            terms = matrix.right.shape[1]
            self.kept[id(product)] = self.source.variable(f"{text}.reshape({terms}, -1)", "columns")
        return self.kept[id(product)]

    def _inner(self, product: Products) -> Term:
        u, v = product.u, product.v
        assert v is not None
        left = self.views.full(u.block, u.index.ravel())
        if is_square(product):
            return Term(f"({left}**2).sum(0, keepdims=True)")
        right = self.views.full(v.block, v.index.ravel())
        return Term(f"({left}*{right}).sum(0, keepdims=True)")

    def sample_matrices(self, product: Products) -> tuple[str, str]:
        """Return both factors with shape (rows, terms, N)."""
        matrix, v = product.matrix, product.v
        assert matrix is not None and v is not None
        texts = []
        for block, index in ((product.u.block, matrix.left), (v.block, matrix.right)):
            rows, terms = index.shape
            texts.append(f"{self.views.full(block, index.ravel())}.reshape({rows}, {terms}, -1)")
        return texts[0], texts[1]


def used_as_numbers(blocks: Sequence[Block]) -> set[int]:
    """Return which blocks are used otherwise than as a condition, by their numbers."""
    parts: list[Part | None] = []
    for block in blocks:
        if isinstance(block, Sum):
            parts += [part for product in block.products for part in (product.u, product.v)]
        elif isinstance(block, Call) and block.op not in _LOGICAL:
            parts += block.operands[block.op is TABLE["where"] :]
    return {part.block.number for part in parts if part is not None}


def constant_value(part: Part) -> float | None:
    """Return the number that all scalars of a part are, if they are one."""
    if isinstance(part.block, Constants):
        values = part.block.values[part.index].ravel()
        if (values.view(np.int64) == values.view(np.int64)[0]).all():
            return float(values[0])
    return None


def transposed(text: str) -> str:
    return text[:-2] if text.endswith(".T") else f"{text}.T"


def lifted(term: Term) -> Term:
    """Give an array of shape (n,) an axis of samples."""
    return Term(f"{term.atom()}[:, None]")


def joined(text: str, coefficient: float | object, term: Term) -> str:
    """Return text + coefficient·term."""
    c = coefficient if isinstance(coefficient, float) else 1.0
    if not text:
        return scaled(c, term).text
    sign = "-" if c < 0 else "+"
    return f"{text} {sign} {scaled(abs(c), term):SUM}"


def scaled(coefficient: float, term: Term) -> Term:
    """Return coefficient·term."""
    if coefficient == 1.0:
        return term
    if coefficient == -1.0:
        return Term(f"-{term.atom() if '@' in term.text else format(term, 'PRODUCT')}", PRODUCT)
    factor = number(coefficient)
    body = term.atom() if "@" in term.text else f"{term:PRODUCT}"
    return Term(f"{factor.text}*{body}", PRODUCT)
