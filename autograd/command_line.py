"""The command line: a formula's value and gradients, its explanation and its picture."""

from __future__ import annotations

import argparse
import ast
import io
import keyword
import os
import sys
import warnings
from collections.abc import Sequence
from typing import Any, NoReturn

from autograd import ops
from autograd.explanation import explain
from autograd.explanation.value_table import Table, fixed
from autograd.expression import to_latex
from autograd.expression.formula_parser import (
    CONSTANTS,
    FormulaError,
    evaluate,
    parse,
    suggestion,
    variables,
)
from autograd.language import LANGUAGES, phrases
from autograd.order import topological_order
from autograd.value import Value

_EXAMPLE = 'python -m autograd "sigmoid(w0*x0 + w1*x1 + w2)" w0=2 x0=-1 w1=-3 x1=-2 w2=-3'
# The step of a central difference, relative to max(1, |x|), and the error allowed to it.
_STEP, _TOLERANCE = 6e-6, 1e-6


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"error: {message:.200} (--help shows an example)\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: without the program's name; None for those of this process.

    Returns:
        The exit code: 0; 1 where --check finds a difference or a file cannot be written;
        2 for a formula or an option that is not understood.
    """
    options = _options(sys.argv[1:] if arguments is None else arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that has no ∂ shows ?
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            code = _run(options)
        for message in dict.fromkeys(str(warning.message) for warning in caught):
            print(f"warning: {message}", file=sys.stderr)
        sys.stdout.flush()
        return code
    except ValueError as error:  # FormulaError and GraphSizeError among them
        print(f"error: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        path = error.filename or options.svg or options.html
        print(f"error: {path}: {error.strerror or error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = _Parser(
        prog="python -m autograd",
        description="Print the value and the gradients of a formula.",
        epilog=f"example: {_EXAMPLE}",
    )
    parser.add_argument(
        "formula", help="names, numbers, + - * / // %% **, and functions such as tanh"
    )
    parser.add_argument("values", nargs="*", metavar="name=number", help="one for every name")
    parser.add_argument(
        "--explain", action="append", default=[], metavar="NAME",
        help="write out the derivative for this name by the chain rule; may be repeated",
    )  # fmt: skip
    parser.add_argument("--steps", action="store_true", help="every operation, forward and back")
    parser.add_argument("--latex", action="store_true", help="print LaTeX")
    parser.add_argument("--svg", metavar="FILE", help="draw the graph")
    parser.add_argument("--animate", action="store_true", help="let it play both passes")
    parser.add_argument(
        "--direction", choices=("LR", "TB"), default="LR",
        help="draw from left to right, or from top to bottom (LR)",
    )  # fmt: skip
    parser.add_argument("--html", metavar="FILE", help="save a page to explore the graph")
    parser.add_argument("--check", action="store_true", help="compare with central differences")
    parser.add_argument("--digits", type=int, default=6, help="digits after the point (6)")
    parser.add_argument(
        "--language", choices=LANGUAGES, default="en", help="of what is printed and drawn (en)"
    )
    known = [option for action in parser._actions for option in action.option_strings]
    # A formula such as -x**2 is no option; argparse takes what holds a space for a value.
    safe = [x if _is_option(x, known) else f" {x}" for x in arguments]
    options = parser.parse_intermixed_args(safe)  # values may follow options
    if not 0 <= options.digits <= 17:
        parser.error(f"--digits must lie between 0 and 17, got {options.digits}")
    return options


def _is_option(argument: str, known: list[str]) -> bool:
    name = argument.partition("=")[0]
    return not argument.startswith("-") or name in known or argument.startswith("--")


def _run(options: argparse.Namespace) -> int:
    _refuse_equation(options.formula, options.values)
    tree = parse(options.formula)
    source = " ".join(options.formula.split())
    numbers = _numbers(tree, options.values)
    values = {name: Value(x, label=name) for name, x in numbers.items()}
    result = evaluate(tree, values)
    output = result if isinstance(result, Value) else Value(result)
    unknown = [name for name in options.explain if name not in values]
    if unknown:
        raise FormulaError(f"--explain: no variable {unknown[0]!r}{suggestion(unknown[0], values)}")
    output.backward()
    code = 0
    if options.latex and not (options.explain or options.steps):
        print(to_latex(output))
    if options.check or not options.latex:
        code = _print_table(tree, source, output, values, options)
    if options.explain or options.steps:
        _print_explanation(output, [values[name] for name in options.explain], options)
    if options.svg:
        from autograd.drawing import draw

        how = {name: getattr(options, name) for name in ("direction", "animate", "language")}
        draw(output, **how).save(options.svg)
    if options.html:
        from autograd.exploration import explore

        explore(output, digits=min(options.digits, 6)).save(options.html)
    return code


def _refuse_equation(formula: str, others: list[str]) -> None:
    """Say what to write where a formula is "f = x*y", or comes after its values."""
    name, equals, rest = map(str.strip, formula.partition("="))
    if not equals or not name.isidentifier() or rest.startswith("="):
        return
    after = [x.strip() for x in others if not _is_assignment(x)]
    if after and _is_assignment(formula):
        values = [formula, *[x for x in others if _is_assignment(x)]]
        raise FormulaError(
            f'the formula comes first, then the values: "{after[0]}" {" ".join(values)}'
        )
    raise FormulaError(f'a formula has no name before it: write "{rest}" for "{formula.strip()}"')


def _is_assignment(text: str) -> bool:
    name, equals, _ = text.partition("=")
    return bool(equals) and name.strip().isidentifier()


def _numbers(tree: ast.expr, assignments: list[str]) -> dict[str, float]:
    """Return the number for each variable of a formula; the command line must name them all."""
    used = variables(tree)
    given: dict[str, float] = {}
    for text in assignments:
        name, equals, number = text.strip().partition("=")
        if keyword.iskeyword(name):
            raise FormulaError(f"{name} is a word of Python's own and cannot be a variable")
        if not equals or not name.isidentifier():
            raise FormulaError(f"a value is given as name=number, such as x=1.5; got {text!r:.60}")
        if name in given:
            raise FormulaError(f"{name} is given twice")
        given[name] = _number(name, number)
    unused = [name for name in given if name not in used]
    missing = [name for name in used if name not in given and name not in CONSTANTS]
    if missing:
        names = ", ".join(missing)
        near = suggestion(missing[0], unused)
        raise FormulaError(f"no value for {names}: add {missing[0]}=NUMBER{near}")
    if unused:
        raise FormulaError(f"{unused[0]} is not in the formula{suggestion(unused[0], used)}")
    return {name: given[name] for name in used if name in given}


def _number(name: str, text: str) -> float:
    try:
        tree = parse(text)
        unknown = [x for x in variables(tree) if x not in CONSTANTS]
        if not unknown:
            return float(evaluate(tree, {}))
    except FormulaError:
        pass
    raise FormulaError(f"{name} needs a number, got {text!r:.60}")


# --- output ---------------------------------------------------------------------------


def _print_table(
    tree: ast.expr,
    source: str,
    output: Value,
    values: dict[str, Value],
    options: argparse.Namespace,
) -> int:
    print(f"{source} = {fixed(output.data, options.digits)}")
    if not values:
        return 0
    language = options.language
    header = [phrases.VALUE.say(language), phrases.GRADIENT.say(language)]
    rows = []
    for name, v in values.items():
        rows.append([name, fixed(v.data, options.digits), fixed(v.grad, options.digits)])
    differs = False
    if options.check:
        header += [phrases.DIFFERENCE.say(language), phrases.ERROR.say(language)]
        for row, (name, v) in zip(rows, values.items()):
            difference = _central_difference(tree, values, name)
            error = abs(v.grad - difference)
            agrees = error <= _TOLERANCE * max(1.0, abs(difference))
            differs = differs or not agrees
            row += [fixed(difference, options.digits), f"{error:.1e}"]
    print(f"\n{Table(('', *header), tuple(map(tuple, rows)))}")
    if options.check:
        verdict = phrases.DIFFERS if differs else phrases.AGREES
        print(f"\n{verdict.say(language)}")
    return int(differs)


def _central_difference(tree: ast.expr, values: dict[str, Value], name: str) -> float:
    numbers = {other: v.data for other, v in values.items()}
    step = _STEP * max(1.0, abs(numbers[name]))
    above, below = numbers[name] + step, numbers[name] - step
    high, low = (float(evaluate(tree, {**numbers, name: x})) for x in (above, below))
    return (high - low) / (above - below)


def _print_explanation(output: Value, wrt: list[Value], options: argparse.Namespace) -> None:
    if not options.latex:
        print()
    targets: list[Any] = wrt
    if options.steps and not wrt:
        nodes = topological_order(output)
        targets = [x for x in nodes if x.op not in ops.CONDITIONS]
    how = {"primitive": options.steps, "language": options.language}
    derivation = explain(output, targets, options.digits, **how)
    print(derivation.to_latex() if options.latex else derivation)
