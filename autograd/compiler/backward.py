"""Pass 5, backward: the gradient of each block handed on to what it was computed from."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.compiler.blocks import Block, Call, Index, Part, Products, Sum
from autograd.compiler.codes import is_row_wise
from autograd.compiler.forward import (
    Forward,
    constant_value,
    is_batched,
    is_inner,
    is_square,
    scaled,
    transposed,
)
from autograd.compiler.gradients import Gradients
from autograd.compiler.rules import Derivatives, Term, number, partials_function
from autograd.op import CALL, PRODUCT


class Backward:
    """Writes the gradients, from the output's back to those of what the program is given."""

    def __init__(self, forward: Forward) -> None:
        self.forward = forward
        self.source = forward.source
        self.views = forward.views
        self.gradients = Gradients(forward.source)
        self._ones = ""
        self._rules: dict[tuple[object, ...], Derivatives | None] = {}

    def start(self, output: Sum) -> None:
        """Hand on the output's derivative with respect to itself: 1 for every sample."""
        if not output.needs_gradient:
            return
        if output.is_batched == self.forward.batched:
            self._ones = "np.ones((1, N))" if output.is_batched else "np.ones(1)"
            self._sum(output, "")
        else:
            self._sum(output, self.source.variable("np.full(1, float(N))"))

    def write(self, block: Block) -> None:
        """Hand on the gradient of a block, if one has reached it."""
        if not block.needs_gradient or not self.gradients.has(block):
            return
        if isinstance(block, Call):
            self._call(block)
        elif isinstance(block, Sum):
            self._sum(block, self.gradients.name(block))

    # --- calls ------------------------------------------------------------------------

    def _call(self, block: Call) -> None:
        wanted = [k for k, part in enumerate(block.operands) if part.block.needs_gradient]
        if is_row_wise(block.op):
            self._row_wise(block, wanted)
            return
        name, gradient = self.source.name[block.number], self.gradients.name(block)
        numbers = [constant_value(part) for part in block.operands]
        operands = self.forward.operands(block)
        rule = self._rule(block, numbers)
        if rule is not None:
            texts = ["" if isinstance(x, float) else x.text for x in operands]
            terms = rule.write([name, *texts], wanted, self.source.variable)
        else:
            terms = self._call_rule(block, operands, wanted)
        for k, term in zip(wanted, terms):
            if term is not None:
                self._add(block.operands[k], block, times(gradient, term))

    def _rule(self, block: Call, numbers: Sequence[float | None]) -> Derivatives | None:
        """Return the operation's derivatives; None if its rule cannot be printed."""
        key = (block.op, *map(repr, numbers))
        if key not in self._rules:
            try:
                self._rules[key] = Derivatives(block.op, numbers, rows=is_row_wise(block.op))
            except Exception:
                self._rules[key] = None  # a rule with branches, or calls of `math`
        return self._rules[key]

    def _call_rule(
        self, block: Call, operands: Sequence[Term | float], wanted: Sequence[int]
    ) -> list[Term | float | None]:
        """Let the rule itself run on the arrays, where it cannot be printed."""
        op, count = block.op, len(operands)
        function = self.source.function(
            (op, "partials", count), partials_function(op, count), f"{op.name}_partials"
        )
        texts = [number(x).text if isinstance(x, float) else x.text for x in operands]
        name = self.source.name[block.number]
        result = self.source.variable(f"{function}({name}, {', '.join(texts)})", "partials")
        return [Term(f"{result}[{k}]") for k in wanted]

    def _row_wise(self, block: Call, wanted: Sequence[int]) -> None:
        name, gradient = self.source.name[block.number], self.gradients.name(block)
        rows = self.source.variable(self.forward.rows(block), "terms")
        rule = self._rule(block, [None])
        if rule is None:
            raise TypeError(
                f"Op {block.op.name!r} has an array form, so its rule must run on one array "
                "of all operands, the terms along the first axis"
            )
        (term,) = rule.write([name, rows], [0], self.source.variable)
        assert term is not None
        product = times(gradient, term)
        if len(block.operands) == 1:
            part = block.operands[0]
            terms, size = part.index.shape
            last = ", -1" if block.is_batched else ""
            text = f"{product.atom()}.reshape({terms * size}{last})"
            self.gradients.add(part.block, part.index.ravel(), text)
            return
        result = self.source.variable(product.text, "partials")
        for k in wanted:
            self._add(block.operands[k], block, Term(f"{result}[{k}]"))

    def _add(self, part: Part, block: Block, term: Term) -> None:
        """Add a term of the shape of a block to the gradient of what it came from."""
        text = term.text
        if block.is_batched and not part.block.is_batched:
            text = f"{term.atom()}.sum(1)"
        self.gradients.add(part.block, part.index.ravel(), text)

    # --- sums -------------------------------------------------------------------------

    def _sum(self, block: Sum, gradient: str) -> None:
        """Hand on the gradient of a block of sums; "" stands for 1, that of the output."""
        products = [product for product in block.products if _needs_gradient(product)]
        shared = [p for p in products if block.is_batched and not is_batched(p)]
        reduced = f"{gradient}.sum(1)" if gradient else "np.full(1, float(N))"
        if len(shared) > 1:
            reduced = self.source.variable(reduced, f"{gradient or 'g'}_sum")
        for product in products:
            self._product(block, product, reduced if product in shared else gradient)

    def _upstream(self, product: Products, g: str, other: Part | None) -> str:
        """Return an upstream gradient of 1 as an array where the other factor is none."""
        is_array = (
            other is not None
            and constant_value(other) is None
            and other.block.is_batched == is_batched(product)
        )
        if g or is_array:
            return g
        if self._ones.startswith("np."):
            self._ones = self.source.variable(self._ones, "ones")
        return self._ones

    def _product(self, block: Sum, product: Products, g: str) -> None:
        if product.owner is not None:
            self._ragged(product, g)
        elif is_inner(product):
            self._inner(product, g)
        elif product.matrix is not None:
            self._matrix_product(product, self._upstream(product, g, None))
        elif product.u.index.shape[1] == 1:
            self._single(product, g)
        else:
            self._row_sums(product, g)

    def _factors(self, product: Products) -> list[tuple[Part, Part | None, float]]:
        """Return each factor that needs a gradient, the other one, and how often it counts."""
        u, v = product.u, product.v
        if v is not None and is_square(product):
            return [(u, v, 2.0)]
        pairs = [(u, v)] if v is None else [(u, v), (v, u)]
        return [(part, other, 1.0) for part, other in pairs if part.block.needs_gradient]

    def _coefficient(self, product: Products, count: float) -> float:
        return count * product.coefficient if isinstance(product.coefficient, float) else count

    def _single(self, product: Products, g: str) -> None:
        batched = is_batched(product)
        for part, other, count in self._factors(product):
            upstream = self._upstream(product, g, other)
            term = Term(upstream)
            if other is not None:
                column = self.views.column(other.block, other.index[:, 0], batched)
                term = times(upstream, column)
            if not isinstance(product.coefficient, float):
                term = times(self.forward._coefficients(product, batched), term)
            self._add_scaled(part, batched, self._coefficient(product, count), term)

    def _add_scaled(self, part: Part, batched: bool, coefficient: float, term: Term) -> None:
        if batched and not part.block.is_batched:
            term = Term(f"{term.atom()}.sum(1)")
        term = scaled(coefficient, term)
        self.gradients.add(part.block, part.index.ravel(), term.text)

    def _row_sums(self, product: Products, g: str) -> None:
        batched = is_batched(product)
        rows, terms = product.u.index.shape
        for part, other, count in self._factors(product):
            g = self._upstream(product, g, None)
            spread = g if rows == 1 else f"{g}[:, None]"
            if other is not None:
                text = f"{spread}*{self.forward.terms(product, other)}"
                if not isinstance(product.coefficient, float):
                    text = f"{self.forward._coefficients(product, batched)}*{text}"
            elif not isinstance(product.coefficient, float):
                text = f"{spread}*{self.forward._coefficients(product, batched)}"
            else:
                text = f"np.repeat({g}, {terms}, axis=0)"
            if batched and not part.block.is_batched:
                text = f"({text}).sum(-1)"
            if rows > 1 and other is not None:
                last = ", -1" if part.block.is_batched else ""
                text = f"({text}).reshape({rows * terms}{last})"
            term = scaled(self._coefficient(product, count), Term(text, PRODUCT))
            self.gradients.add(part.block, part.index.ravel(), term.text)

    def _ragged(self, product: Products, g: str) -> None:
        assert product.owner is not None
        g = self._upstream(product, g, None)
        batched = is_batched(product)
        spread = f"{g}[{self.source.array(product.owner)}]"
        for part, other, count in self._factors(product):
            term = Term(spread)
            if other is not None:
                text = self.views.full(other.block, other.index)
                if batched and not other.block.is_batched:
                    text += "[:, None]"
                term = times(spread, Term(text))
            if not isinstance(product.coefficient, float):
                term = times(self.forward._coefficients(product, batched), term)
            self._add_scaled(part, batched, self._coefficient(product, count), term)

    # --- matrix products ----------------------------------------------------------------

    def _inner(self, product: Products, g: str) -> None:
        """Hand on through the product of one row with another."""
        for part, other, count in self._factors(product):
            assert other is not None
            text = self.views.full(other.block, other.index.ravel())
            term = times(self._upstream(product, g, other), Term(text))
            term = scaled(self._coefficient(product, count), term)
            self.gradients.add(part.block, part.index.ravel(), term.text)

    def _matrix_product(self, product: Products, g: str) -> None:
        matrix, u, v = product.matrix, product.u, product.v
        assert matrix is not None and v is not None
        if u.block.is_batched:
            self._both_batched(product, g)
            return
        (rows, _), columns = matrix.left.shape, len(matrix.right)
        many = columns > 1
        if u.block.needs_gradient:
            self._left_factor(product, f"{g}.reshape({rows}, -1)" if many else g)
        if v.block.needs_gradient:
            self._right_factor(product, f"{g}.reshape({rows}, -1)" if many else g)

    def _left_factor(self, product: Products, g: str) -> None:
        """Add g @ right to the gradient of the left factor, which all samples share."""
        matrix, u, v = product.matrix, product.u, product.v
        assert matrix is not None and v is not None
        is_outer = False
        if v.block.is_batched:
            right = transposed(self.forward.columns(product))
        elif len(matrix.right) > 1:
            right = self.views.matrix(v.block, matrix.right)
        else:
            right, is_outer = self.views.full(v.block, matrix.right[0]), True
        self._add_matrix(u, matrix.left, product, (g, right), is_outer)

    def _right_factor(self, product: Products, g: str) -> None:
        """Add left.T @ g to the gradient of the right factor."""
        matrix, u, v = product.matrix, product.u, product.v
        assert matrix is not None and v is not None
        columns, terms = matrix.right.shape
        if columns > 1 and not v.block.is_batched:
            left = self.views.matrix(u.block, matrix.left)
            self._add_matrix(v, matrix.right, product, (transposed(g), left), is_outer=False)
            return
        left = transposed(self.views.matrix(u.block, matrix.left))
        term = scaled(self._coefficient(product, 1.0), Term(f"{left} @ {g}", PRODUCT))
        text = term.text if columns == 1 else f"({term.text}).reshape({terms * columns}, -1)"
        self.gradients.add(v.block, matrix.right.T.ravel(), text)

    def _add_matrix(
        self, part: Part, index: Index, product: Products, factors: tuple[str, str], is_outer: bool
    ) -> None:
        """Add the product of two factors to the gradient of scalars that stand in a matrix."""
        block, name = part.block, self.source.name[part.block.number]
        whole = self.views.matrix(block, index)
        a, b = factors
        if whole == f"{name}.T":  # (a @ b).T
            a, b = (b, a) if is_outer else (transposed(b), transposed(a))
        term = Term(f"np.outer({a}, {b})") if is_outer else Term(f"{a} @ {b}", PRODUCT)
        term = scaled(self._coefficient(product, 1.0), term)
        if whole in (name, f"{name}.T"):
            self.gradients.add_whole(block, term.text)
        elif self.views.some_columns(block, index, name):
            target = self.views.some_columns(block, index, self.gradients.own(block))
            self.source.write(f"{target} += {term.text}")
        else:
            self.gradients.add(block, index.ravel(), f"{term.atom()}.reshape(-1)")

    def _both_batched(self, product: Products, g: str) -> None:
        matrix, v = product.matrix, product.v
        assert matrix is not None and v is not None
        rows, columns = len(matrix.left), len(matrix.right)
        left, right = self.forward.sample_matrices(product)
        spread = f"{g}.reshape({rows}, {columns}, -1)"
        for part, index, text in (
            (product.u, matrix.left, f"np.einsum('ijn,jkn->ikn', {spread}, {right})"),
            (v, matrix.right, f"np.einsum('ijn,ikn->jkn', {spread}, {left})"),
        ):
            if part.block.needs_gradient:
                term = scaled(self._coefficient(product, 1.0), Term(text))
                reshaped = f"{term.atom()}.reshape({index.size}, -1)"
                self.gradients.add(part.block, index.ravel(), reshaped)


def _needs_gradient(product: Products) -> bool:
    parts = (product.u, product.v)
    return any(part.block.needs_gradient for part in parts if part is not None)


def times(gradient: str, factor: Term | float) -> Term:
    """Return gradient·factor as source."""
    if isinstance(factor, float):
        return scaled(factor, Term(gradient))
    if not gradient:
        return factor
    if factor.text.startswith("-") and factor.precedence == PRODUCT:
        rest = Term(factor.text[1:], CALL if factor.text[1:].isidentifier() else PRODUCT)
        return Term(f"-{gradient}*{rest:POWER}", PRODUCT)  # in brackets: g*x may overflow
    return Term(f"{gradient}*{factor:POWER}", PRODUCT)
