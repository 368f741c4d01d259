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
from autograd.compiler.gradients import Gradients, Masks
from autograd.compiler.presence import Presence
from autograd.compiler.rules import Derivatives, Term, number, partials_function
from autograd.op import CALL, PRODUCT
from autograd.ops import TABLE


class Backward:
    """Writes the gradients, from the output's back to those of what the program is given.

    Beside some gradients stands a mask, which is not 0 where there is one: see `presence`.
    """

    def __init__(self, forward: Forward, blocks: Sequence[Block], trusts: bool) -> None:
        self.forward = forward
        self.source = forward.source
        self.views = forward.views
        self.gradients = Gradients(forward.source)
        self.masks = Masks(forward.source)
        self._ones = ""
        self._rules: dict[tuple[object, ...], Derivatives | None] = {}
        self.presence = Presence(blocks, self._rule_of, trusts)

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
        present = self._present(block)
        if isinstance(block, Call):
            self._call(block, present)
        elif isinstance(block, Sum):
            self._sum(block, self.gradients.name(block), present)

    def _present(self, block: Block) -> str:
        """Return the mask of a block's gradient; "" if there is none, or it does not matter."""
        if not self.presence.is_tracked(block):
            return ""
        sure = self.presence.sure[block.number]
        if sure.any():
            text = self.source.array(sure, "C") + ("[:, None]" if block.is_batched else "")
            if not self.masks.has(block) and block.is_batched:
                text = f"np.broadcast_to({text}, {self.gradients.name(block)}.shape)"
            self.masks.add_whole(block, text)
        return self.masks.name(block)

    # --- calls ------------------------------------------------------------------------

    def _call(self, block: Call, present: str) -> None:
        wanted = [k for k, part in enumerate(block.operands) if part.block.needs_gradient]
        if is_row_wise(block.op):
            self._row_wise(block, wanted, present)
            return
        name, gradient = self.source.name[block.number], self.gradients.name(block)
        operands = self.forward.operands(block)
        rule = self._rule_of(block)
        if rule is None:
            result = self._call_rule(block, operands)
            for k in wanted:
                term = times(gradient, Term(f"{result}[{k}]"))
                self._hand_on(block, k, term, present, f"{result}[{len(operands) + k}]")
            return
        texts = ["" if isinstance(x, float) else x.text for x in operands]
        if texts[0] and block.op is TABLE["where"] and not is_condition(block.operands[0].block):
            texts[0] = f"({texts[0]} != 0)"
        apart = [k for k in wanted if self._needs_condition(block, k)]
        terms = rule.write([name, *texts], wanted, self.source.shared, apart)
        for k, term in zip(wanted, terms):
            if k in apart:
                condition = self._full(block, term[0])
                self._hand_on(block, k, times(gradient, term[1]), present, condition)
            elif term is not None:
                self._hand_on(block, k, times(gradient, term), present, "")

    def _needs_condition(self, block: Call, k: int) -> bool:
        """Tell whether the code must say where a derivative is there: a factor 0 will not do."""
        edge, rule = self.presence.edge(block, k), self._rule_of(block)
        if edge is None or rule is None or not rule.decides(0 if is_row_wise(block.op) else k):
            return False
        is_finite = not edge.wild and self.presence.is_finite[block.number]
        return not is_finite or self.presence.is_tracked(edge.part.block)

    def _full(self, block: Call, condition: Term) -> str:
        """Return a condition as a variable of the shape of a block."""
        varying = [x for x in block.operands if constant_value(x) is None]
        if block.is_batched and not all(x.block.is_batched for x in varying):
            shape = f"{self.gradients.name(block)}.shape"
            condition = Term(f"np.broadcast_to({condition.text}, {shape})")
        if condition.text.isidentifier():
            return condition.text
        return self.source.variable(condition.text, f"c_{self.source.name[block.number]}")

    def _hand_on(self, block: Call, k: int, term: Term, present: str, condition: str) -> None:
        """Add a term to the gradient of an operand, only where it is there."""
        part = block.operands[k]
        self._add(part, block, self._where_there(block, k, term, present, condition))
        reach = both(present, condition)
        if reach and self.presence.is_tracked(part.block):
            text = f"({reach}).sum(1)" if block.is_batched and not part.block.is_batched else reach
            self.masks.add(part.block, part.index.ravel(), text)

    def _where_there(self, block: Call, k: int, term: Term, present: str, condition: str) -> Term:
        """Return a term that is 0 where the gradient of the block, or this way on, is missing."""
        edge = self.presence.edge(block, k)
        wild = edge is not None and edge.wild
        finite = edge is None or self.presence.is_finite[block.number]
        if condition and (wild or not finite):
            return only(both(present, condition) if wild else condition, term)
        if condition:
            return Term(f"{term:PRODUCT}*{condition}", PRODUCT)
        return only(present, term) if wild else term

    def _rule_of(self, block: Call) -> Derivatives | None:
        numbers = [constant_value(part) for part in block.operands]
        return self._rule(block, [None] if is_row_wise(block.op) else numbers)

    def _rule(self, block: Call, numbers: Sequence[float | None]) -> Derivatives | None:
        """Return the operation's derivatives; None if its rule cannot be printed."""
        key = (block.op, *map(repr, numbers))
        if key not in self._rules:
            try:
                self._rules[key] = Derivatives(block.op, numbers, rows=is_row_wise(block.op))
            except Exception:
                self._rules[key] = None  # a rule with branches, or calls of `math`
        return self._rules[key]

    def _call_rule(self, block: Call, operands: Sequence[Term | float]) -> str:
        """Let the rule itself run on the arrays, where it cannot be printed."""
        op, count = block.op, len(operands)
        function = self.source.function(
            (op, "partials", count), partials_function(op, count), f"{op.name}_partials"
        )
        texts = [number(x).text if isinstance(x, float) else x.text for x in operands]
        name = self.source.name[block.number]
        return self.source.variable(f"{function}({name}, {', '.join(texts)})", "partials")

    def _row_wise(self, block: Call, wanted: Sequence[int], present: str) -> None:
        name, gradient = self.source.name[block.number], self.gradients.name(block)
        rows = self.source.variable(self.forward.rows(block), "terms")
        rule = self._rule(block, [None])
        if rule is None:
            raise TypeError(
                f"Op {block.op.name!r} has an array form, so its rule must run on one array "
                "of all operands, the terms along the first axis"
            )
        apart = [0] if any(self._needs_condition(block, k) for k in wanted) else []
        (term,) = rule.write([name, rows], [0], self.source.shared, apart)
        condition = ""
        if apart:
            condition, term = self.source.variable(term[0].text, f"c_{name}"), term[1]
        term = self._where_there(block, 0, times(gradient, term), present, condition)
        reach = both(present, condition)
        if len(block.operands) == 1:
            part = block.operands[0]
            terms, size = part.index.shape
            last = ", -1" if block.is_batched else ""
            text = f"{term.atom()}.reshape({terms * size}{last})"
            self.gradients.add(part.block, part.index.ravel(), text)
            if reach and self.presence.is_tracked(part.block):
                text = f"np.tile({present}, {f'({terms}, 1)' if block.is_batched else terms})"
                if apart:
                    text = f"({reach}).reshape({terms * size}{last})"
                self.masks.add(part.block, part.index.ravel(), text)
            return
        result = self.source.variable(term.text, "partials")
        for k in wanted:
            part = block.operands[k]
            self._add(part, block, Term(f"{result}[{k}]"))
            self._mark(part, block.is_batched, f"({reach})[{k}]" if apart else reach)

    def _add(self, part: Part, block: Block, term: Term) -> None:
        """Add a term of the shape of a block to the gradient of what it came from."""
        text = term.text
        if block.is_batched and not part.block.is_batched:
            text = f"{term.atom()}.sum(1)"
        self.gradients.add(part.block, part.index.ravel(), text)

    # --- sums -------------------------------------------------------------------------

    def _sum(self, block: Sum, gradient: str, present: str = "") -> None:
        """Hand on the gradient of a block of sums; "" stands for 1, that of the output."""
        products = [product for product in block.products if _needs_gradient(product)]
        shared = [p for p in products if block.is_batched and not is_batched(p)]
        reduced = f"{gradient}.sum(1)" if gradient else "np.full(1, float(N))"
        if len(shared) > 1:
            reduced = self.source.variable(reduced, f"{gradient or 'g'}_sum")
        for product in products:
            if product in shared:
                self._product(block, product, reduced, present and f"{present}.sum(1)")
            else:
                self._product(block, product, gradient, present)

    def _mark(self, part: Part, batched: bool, present: str) -> None:
        """Note where a contribution of the shape of a part, over a batch or not, is there."""
        if present and self.presence.is_tracked(part.block):
            text = f"{present}.sum(1)" if batched and not part.block.is_batched else present
            self.masks.add(part.block, part.index.ravel(), text)

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

    def _product(self, block: Sum, product: Products, g: str, present: str) -> None:
        if product.owner is not None:
            self._ragged(product, g, present)
        elif is_inner(product):
            self._inner(product, g, present)
        elif product.matrix is not None:
            self._matrix_product(product, self._upstream(product, g, None), present)
        elif product.u.index.shape[1] == 1:
            self._single(product, g, present)
        else:
            self._row_sums(product, g, present)

    def _only(self, present: str, other: Part | None, term: Term) -> Term:
        """Return a term that is 0 where it is not there, if the other factor may be infinite."""
        return only(present, term) if self.presence.is_wild(other) else term

    def _factors(self, product: Products) -> list[tuple[Part, Part | None, float]]:
        """Return each factor that needs a gradient, the other one, and how often it counts."""
        u, v = product.u, product.v
        if v is not None and is_square(product):
            return [(u, v, 2.0)]
        pairs = [(u, v)] if v is None else [(u, v), (v, u)]
        return [(part, other, 1.0) for part, other in pairs if part.block.needs_gradient]

    def _coefficient(self, product: Products, count: float) -> float:
        return count * product.coefficient if isinstance(product.coefficient, float) else count

    def _single(self, product: Products, g: str, present: str) -> None:
        batched = is_batched(product)
        for part, other, count in self._factors(product):
            upstream = self._upstream(product, g, other)
            term = Term(upstream)
            if other is not None:
                column = self.views.column(other.block, other.index[:, 0], batched)
                term = times(upstream, column)
            if not isinstance(product.coefficient, float):
                term = times(self.forward._coefficients(product, batched), term)
            term = self._only(present, other, term)
            self._add_scaled(part, batched, self._coefficient(product, count), term)
            self._mark(part, batched, present)

    def _add_scaled(self, part: Part, batched: bool, coefficient: float, term: Term) -> None:
        if batched and not part.block.is_batched:
            term = Term(f"{term.atom()}.sum(1)")
        term = scaled(coefficient, term)
        self.gradients.add(part.block, part.index.ravel(), term.text)

    def _row_sums(self, product: Products, g: str, present: str) -> None:
        batched = is_batched(product)
        rows, terms = product.u.index.shape
        where = present if rows == 1 or not present else f"{present}[:, None]"
        for part, other, count in self._factors(product):
            g = self._upstream(product, g, None)
            spread = g if rows == 1 else f"{g}[:, None]"
            if other is not None:
                text = f"{spread}*{self.forward.terms(product, other)}"
                if not isinstance(product.coefficient, float):
                    text = f"{self.forward._coefficients(product, batched)}*{text}"
                text = self._only(where, other, Term(text)).text
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
            self._mark(part, batched, present and f"np.repeat({present}, {terms}, axis=0)")

    def _ragged(self, product: Products, g: str, present: str) -> None:
        assert product.owner is not None
        g = self._upstream(product, g, None)
        batched = is_batched(product)
        spread = f"{g}[{self.source.array(product.owner)}]"
        present = present and f"{present}[{self.source.array(product.owner)}]"
        for part, other, count in self._factors(product):
            term = Term(spread)
            if other is not None:
                text = self.views.full(other.block, other.index)
                if batched and not other.block.is_batched:
                    text += "[:, None]"
                term = times(spread, Term(text))
            if not isinstance(product.coefficient, float):
                term = times(self.forward._coefficients(product, batched), term)
            term = self._only(present, other, term)
            self._add_scaled(part, batched, self._coefficient(product, count), term)
            self._mark(part, batched, present)

    # --- matrix products ----------------------------------------------------------------

    def _inner(self, product: Products, g: str, present: str) -> None:
        """Hand on through the product of one row with another."""
        for part, other, count in self._factors(product):
            assert other is not None
            text = self.views.full(other.block, other.index.ravel())
            term = times(self._upstream(product, g, other), Term(text))
            term = scaled(self._coefficient(product, count), self._only(present, other, term))
            self.gradients.add(part.block, part.index.ravel(), term.text)
            terms = part.index.size
            self._mark(part, False, present and f"np.repeat({present}, {terms}, axis=0)")

    def _matrix_product(self, product: Products, g: str, present: str) -> None:
        matrix, u, v = product.matrix, product.u, product.v
        assert matrix is not None and v is not None
        if u.block.is_batched:
            self._both_batched(product, g, present)
            return
        rows, columns = len(matrix.left), len(matrix.right)
        if present:
            self._mark_factors(product, present)
        if columns > 1:
            g = f"{g}.reshape({rows}, -1)"
            present = present and f"{present}.reshape({rows}, -1)"
        if u.block.needs_gradient:
            self._left_factor(product, g, present if self.presence.is_wild(v) else "")
        if v.block.needs_gradient:
            self._right_factor(product, g, present if self.presence.is_wild(u) else "")

    def _mark_factors(self, product: Products, present: str) -> None:
        """Note which factors of a matrix product get a contribution: from any row, any column."""
        matrix, u, v = product.matrix, product.u, product.v
        assert matrix is not None and v is not None
        (rows, terms), columns = matrix.left.shape, len(matrix.right)
        last = ", -1" if is_batched(product) else ""
        table = f"{present}.reshape({rows}, {columns}{last})"
        for part, index, axis in ((u, matrix.left, 1), (v, matrix.right, 0)):
            batched = part.block.is_batched
            over = f"({axis}, 2)" if last and not batched else str(axis)
            text = f"np.repeat({table}.sum({over}), {terms}, axis=0)"
            self._mark(Part(part.block, index), batched, text)

    def _left_factor(self, product: Products, g: str, present: str) -> None:
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
        self._add_matrix(u, matrix.left, product, (g, right), is_outer, present)

    def _right_factor(self, product: Products, g: str, present: str) -> None:
        """Add left.T @ g to the gradient of the right factor."""
        matrix, u, v = product.matrix, product.u, product.v
        assert matrix is not None and v is not None
        columns, terms = matrix.right.shape
        left = self.views.matrix(u.block, matrix.left)
        if columns > 1 and not v.block.is_batched:
            there = present and f"{present}.T"
            self._add_matrix(v, matrix.right, product, (transposed(g), left), False, there)
            return
        term = Term(f"{transposed(left)} @ {g}", PRODUCT)
        if present:
            helper = self.source.helper("masked_matmul")
            rows = "[:, None]" if not v.block.is_batched else ""
            term = Term(f"{helper}({g}{rows}.T, {present}{rows}.T, {left}).T")
            term = Term(f"{term.text}[:, 0]") if rows else term
        term = scaled(self._coefficient(product, 1.0), term)
        text = term.text if columns == 1 else f"({term.text}).reshape({terms * columns}, -1)"
        self.gradients.add(v.block, matrix.right.T.ravel(), text)

    def _add_matrix(
        self,
        part: Part,
        index: Index,
        product: Products,
        factors: tuple[str, str],
        is_outer: bool,
        present: str,
    ) -> None:
        """Add the product of two factors to the gradient of scalars that stand in a matrix."""
        block, name = part.block, self.source.name[part.block.number]
        whole = self.views.matrix(block, index)
        a, b = factors
        if present:
            if is_outer:
                term = only(f"{present}[:, None]", _outer(a, b))
            else:
                term = Term(f"{self.source.helper('masked_matmul')}({a}, {present}, {b})")
            term = Term(f"{term.text}.T") if whole == f"{name}.T" else term
        else:
            if whole == f"{name}.T":  # (a @ b).T
                a, b = (b, a) if is_outer else (transposed(b), transposed(a))
            term = _outer(a, b) if is_outer else Term(f"{a} @ {b}", PRODUCT)
        term = scaled(self._coefficient(product, 1.0), term)
        if whole in (name, f"{name}.T"):
            self.gradients.add_whole(block, term.text)
        elif self.views.some_columns(block, index, name):
            target = self.views.some_columns(block, index, self.gradients.own(block))
            self.source.write(f"{target} += {term.text}")
        else:
            self.gradients.add(block, index.ravel(), f"{term.atom()}.reshape(-1)")

    def _both_batched(self, product: Products, g: str, present: str) -> None:
        matrix, v = product.matrix, product.v
        assert matrix is not None and v is not None
        rows, columns = len(matrix.left), len(matrix.right)
        left, right = self.forward.sample_matrices(product)
        spread = f"{g}.reshape({rows}, {columns}, -1)"
        there = f"{present}.reshape({rows}, {columns}, -1)[:, :, None]"
        if present:
            self._mark_factors(product, present)
        for part, index, other, text, expanded in (
            (product.u, matrix.left, v, f"np.einsum('ijn,jkn->ikn', {spread}, {right})",
             (f"{spread}[:, :, None]*{right}", 1)),
            (v, matrix.right, product.u, f"np.einsum('ijn,ikn->jkn', {spread}, {left})",
             (f"{spread}[:, :, None]*{left}[:, None]", 0)),
        ):  # fmt: skip
            if part.block.needs_gradient:
                term = Term(text)
                if present and self.presence.is_wild(other):
                    term = only(there, Term(expanded[0], PRODUCT))
                    term = Term(f"{term.text}.sum({expanded[1]})")
                term = scaled(self._coefficient(product, 1.0), term)
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


def _outer(column: str, row: str) -> Term:
    """Return the product of a column and a row; np.outer takes twice the time for small ones."""
    return Term(f"{column}[:, None]*{row}", PRODUCT)


def is_condition(block: Block) -> bool:
    """Tell whether a block holds truth values, not numbers that stand for them."""
    return isinstance(block, Call) and block.op.partials is None and block.op in TABLE.values()


def only(present: str, term: Term) -> Term:
    """Return a term where it is there, else 0: a factor 0 would not do for inf and nan."""
    return Term(f"np.where({present}, {term.text}, 0)") if present else term


def both(present: str, condition: str) -> str:
    """Return a mask that is not 0 where both are not, which may be everywhere: ""."""
    return f"{present}*{condition}" if present and condition else present or condition
