"""What an operation is: a forward function, its local derivatives, and how it prints."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from keyword import iskeyword
from types import CodeType

from autograd.errors import to_float
from autograd.function import Function
from autograd.function import as_tuple as as_tuple
from autograd.ieee_float import evaluate
from autograd.recording import RECORDERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# How tightly a printed operation binds. Unary minus binds as a product does: -a*b, -(a + b).
CHOICE, OR, AND, COMPARISON, SUM, PRODUCT, POWER, CALL = range(8)


class _Nothing(float):
    """What an edge that is not there hands back: 0, whatever it is multiplied by."""

    __slots__ = ()

    def __mul__(self, other: float) -> float:
        return self

    def __add__(self, other: float) -> float:
        return other

    __rmul__, __radd__ = __mul__, __add__

    def __reduce__(self) -> str:
        return "NOTHING"


NOTHING = _Nothing(0.0)


class Masked:
    """A choice between derivatives that is not made once and for all, with NOTHING among them.

    Args:
        condition: decides; a recorded comparison or a placeholder.
        x: the derivative where it holds, which may be NOTHING or itself be masked.
        y: the derivative elsewhere.
    """

    __slots__ = ("condition", "x", "y")

    def __init__(self, condition: Any, x: Any, y: Any) -> None:
        self.condition = condition
        self.x = x
        self.y = y


class Form:
    """How an operation is printed in one style.

    Args:
        template: such as "{0:SUM} > {1:SUM}"; the word after the colon names how tightly an
            operand must bind to stand there without brackets, none where anything may stand.
        precedence: how tightly the whole binds.
    """

    __slots__ = ("precedence", "template")

    def __init__(self, template: str, precedence: int) -> None:
        self.template = template
        self.precedence = precedence


class _Signature:
    """The signature of an operation, made when it is asked for."""

    def __get__(self, op: Op | None, owner: type) -> Any:
        if op is None:
            return None
        from inspect import Parameter, Signature

        if op.parameters == ("*xs",):
            return Signature([Parameter("xs", Parameter.VAR_POSITIONAL)])
        kind, required = Parameter.POSITIONAL_OR_KEYWORD, len(op.parameters) - len(op.defaults)
        defaults = [*[Parameter.empty] * required, *op.defaults]
        named = zip(op.parameters, defaults)
        return Signature([Parameter(name, kind, default=default) for name, default in named])


class Op(Function):
    """One operation, callable on numbers, Values, arrays and recording placeholders.

    Args:
        name: the operation's name; a valid Python name.
        forward: computes the result from float operands.
        partials: `partials(out, *operands)` returns one local derivative per operand, as they
            are computed; None where the operation is piecewise constant and passes no gradient,
            be it as a whole or to this operand.
        written: the same derivatives as a textbook writes them, where `partials` computes
            another form, which keeps its digits: `explain` prints this one.
        again: the same derivatives in the form that keeps its digits when it is itself
            differentiated; derivatives of higher order record this one.
        definition: the same of other operations, as a textbook spells it out in a formula.
        symbol: the sign drawn for the operation; default: its name.
        precedence: how tightly the printed forms bind, where they are not a `Form`.
        python: the form as Python source, see `Form`; default: a call such as "tanh({0})".
        textbook: the form in plain text for a reader; default: as `python`.
        latex: such as r"\\sqrt{{{0}}}"; default: a call with the name in upright letters.
        array: NumPy source text such as "np.exp({0})"; default: forward, element by element.
            What it needs twice may come first: "e = np.exp({0}); e/(1 + e)".
        domain: what the operands must satisfy, in words, for a finite result.
        defaults: values of the last operands where they are left out.
        chooses: it takes some of its operands: the rule gives `autograd.op.NOTHING`, unlike 0 no
            edge at all, for those that are not taken; of a fixed number it takes two at most.
        doc: the docstring of the function.

    A user's own operation is one line, and everything else then knows it:

    >>> cube = Op("cube", lambda x: x**3, lambda out, x: (3 * x**2,))
    >>> cube(2.0)
    8.0
    """

    _noun = "operand"

    def __init__(
        self,
        name: str,
        forward: Callable[..., float],
        partials: Callable[..., tuple[Any, ...]] | None,
        *,
        written: Callable[..., tuple[Any, ...]] | None = None,
        again: Callable[..., tuple[Any, ...]] | None = None,
        definition: Callable[..., Any] | None = None,
        symbol: str | None = None,
        precedence: int = CALL,
        python: str | Form | None = None,
        textbook: str | Form | None = None,
        latex: str | Form | None = None,
        array: str | None = None,
        domain: str | None = None,
        defaults: tuple[float, ...] = (),
        chooses: bool = False,
        doc: str | None = None,
    ) -> None:
        if not name.isidentifier() or iskeyword(name):
            raise ValueError(f"Op needs a name that is a valid Python name, got {name!r}")
        super().__init__(name, forward, partials, chooses)
        self.written = written or partials
        self.again = again or partials
        self.definition = definition
        self.symbol = symbol
        self.python = _form(python, precedence)
        self.textbook = _form(textbook or python, precedence)
        self.latex = _form(latex, precedence)
        self.array = array
        self.domain = domain
        self.defaults = defaults
        self.arity = _arity(forward, partials)
        _check_rule(name, forward, partials, self.arity)
        self.parameters = self._parameter_names()
        self._array_function: Callable[..., Any] | None = None
        self.__module__ = _defining_module()
        doc = doc or f"Return {name} of the operands, recording it for Values."
        self.__doc__ = f"{self._call_text()}\n\n{doc}"

    def _parameter_names(self) -> tuple[str, ...]:
        """Return the names of the operands: those of the functions' own parameters."""
        for function, before in ((self.forward, 0), (self.partials, 1)):
            code = getattr(function, "__code__", None)
            if code is None or code.co_flags & 0x04:
                continue
            if code.co_argcount - before == self.arity:
                return tuple(code.co_varnames[before : code.co_argcount])
        return ("*xs",) if self.arity is None else tuple(_plain_names(self.arity))

    def _call_text(self) -> str:
        """Return such as "clamp(x, low=-inf, high=inf)": C functions' docstrings begin so."""
        required = len(self.parameters) - len(self.defaults)
        given = [f"{x}={y!r}" for x, y in zip(self.parameters[required:], self.defaults)]
        return f"{self.name}({', '.join([*self.parameters[:required], *given])})"

    # For `inspect.signature`, which looks here first, on the class as well as on an operation.
    __signature__ = _Signature()

    def _dispatch(self, operands: tuple[Any, ...]) -> Any:
        """Hand over to the operands' own hook, to the array form, or run on floats."""
        if RECORDERS.count:
            for x in operands:
                record = getattr(type(x), "__record_op__", None)
                if record is not None:
                    return record(self, operands)
        for x in operands:
            apply = getattr(type(x), "__apply_op__", None)
            if apply is not None:
                return apply(self, operands)
        for x in operands:
            if hasattr(type(x), "__array_ufunc__") and getattr(x, "ndim", None):
                return self.array_function()(*operands)
        numbers = [x if type(x) is bool else to_float(x, self.name) for x in operands]
        return evaluate(self.forward, numbers)

    def complete(self, operands: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
        """Return all operands in order: those given by name, and defaults, in their places.

        Raises:
            TypeError: an operand is missing, unknown or given twice.
        """
        names, count = self.parameters, len(operands)
        for name in named:
            if name not in names:
                taken = ", ".join(names)
                raise TypeError(f"{self.name} has no operand {name!r}: it takes {taken}")
            if name in names[:count]:
                raise TypeError(f"{self.name} got {name!r} twice: in its place and by name")
        known = dict(zip(names[len(names) - len(self.defaults) :], self.defaults)) | named
        missing = [name for name in names[count:] if name not in known]
        if missing or count > len(names):
            takes, got = len(names), count + len(named)
            noun = self._noun + "s" * (takes != 1)
            hint = f": {' and '.join(missing)} missing" if named else ""
            if names == ("xs",) and got > 1:
                hint = f": write {self.name}([a, b, ...])"
            raise TypeError(f"{self.name} takes {takes} {noun}, got {got}{hint}")
        return operands + tuple([known[name] for name in names[count:]])

    def operand_names(self, count: int) -> list[str]:
        """Return the names of the operands; of sequences x, y, z or x0, x1, ..."""
        return list(self.parameters) if self.arity == count else _plain_names(count)

    def array_function(self) -> Callable[..., Any]:
        """Return the NumPy form as a function; arrays of objects go element by element."""
        if self._array_function is None:
            import numpy

            each = numpy.frompyfunc(self, self.arity or 1, 1)
            function = numpy.vectorize(self.forward, otypes=[float])
            if self.array is not None:
                from autograd import special

                scope: dict[str, Any] = {"np": numpy, "math": math, "special": special}
                exec(self._array_source(), scope)
                function = scope["form"]

            def on_arrays(*operands: Any) -> Any:
                if any(numpy.asarray(x).dtype.kind == "O" for x in operands):
                    return each(*operands)
                with numpy.errstate(all="ignore"):
                    return function(*operands)

            self._array_function = on_arrays
        return self._array_function

    def _array_source(self) -> str:
        assert self.array is not None
        names = [f"x{i}" for i in range(self.arity or 1)]
        *first, result = self.array.format(*names).split("; ")
        return f"def form({', '.join(names)}): {'; '.join([*first, f'return {result}'])}"

    def __repr__(self) -> str:
        return f"<Op {self.name}>"

    def __reduce__(self) -> str:
        return self.name  # pickled as the global variable it stands in, like a function


class Reduction(Op):
    """An operation on one or more sequences of operands, such as `sum` and `dot`.

    A node of it has the operands of all sequences in a row. Its array form, if it has one,
    takes them as one array with the terms along the first axis; the rule must then give the
    right derivatives when it is called with that array as the only operand.

    Args:
        name: the operation's name.
        sequences: how many it takes.
        expand: the same of other operations, which is what is compiled: for one that has no
            array form, or need not have any.
        args, kwargs: as `Op` takes them.
    """

    _noun = "sequence"

    def __init__(
        self,
        name: str,
        sequences: int,
        *args: Any,
        expand: Callable[..., Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.sequences = sequences
        self.expand = expand
        super().__init__(name, *args, **kwargs)
        self.arity = None

    def _parameter_names(self) -> tuple[str, ...]:
        return ("xs",) if self.sequences == 1 else tuple(_plain_names(self.sequences))

    def _array_source(self) -> str:
        assert self.array is not None
        row = "np.stack(np.broadcast_arrays(*terms))"
        return f"def form(*terms): return {self.array.format(row)}"


def _form(form: str | Form | None, precedence: int) -> Form | None:
    return Form(form, precedence) if isinstance(form, str) else form


def _arity(forward: Callable[..., Any], partials: Any) -> int | None:
    """Return how many operands a function takes; None where it takes any number."""
    code, result = getattr(forward, "__code__", None), 0
    if not isinstance(code, CodeType):  # a function of `math`, which does not tell: its rule may
        code, result = getattr(partials, "__code__", None), 1
    if code is None:
        return 1
    variadic = code.co_flags & 0x04
    return None if variadic else code.co_argcount - result


def _plain_names(count: int) -> list[str]:
    return ["x", "y", "z"][:count] if count < 4 else [f"x{i}" for i in range(count)]


def _check_rule(name: str, forward: Any, partials: Any, arity: int | None) -> None:
    if not callable(forward) or not (partials is None or callable(partials)):
        raise TypeError(
            f"Op {name!r} needs functions for forward and partials, such as lambda x: x * x and "
            f"lambda out, x: (2 * x,); got {forward!r:.60} and {partials!r:.60}"
        )
    code = getattr(partials, "__code__", None)
    if code is None or arity is None or code.co_flags & 0x04 or hasattr(partials, "__self__"):
        return
    required = code.co_argcount - len(partials.__defaults__ or ())
    if not required <= arity + 1 <= code.co_argcount:
        raise TypeError(
            f"Op {name!r}: partials takes the result and the operands of forward, {arity + 1} in "
            f"all, such as lambda out, x: (...,); got a function of {code.co_argcount}"
        )


def _defining_module() -> str:
    """Return the name of the module that is making an Op: pickle looks it up there."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__") == __name__:
        frame = frame.f_back
    return str(frame.f_globals.get("__name__", "__main__"))
