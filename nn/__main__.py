"""`python -m nn`: run the 2-2-2 worked example and compare it with the document's figures."""

from __future__ import annotations

import argparse
import math
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from autograd.language import LANGUAGES
from nn import comparison, phrases, worked_example

_DEFAULTS: dict[str, Any] = {
    "steps": worked_example.STEPS,
    "learning_rate": worked_example.LEARNING_RATE,
    "biases": "fixed",
    "weights": [w for layer in worked_example.WEIGHTS for row in layer for w in row],
    "inputs": list(worked_example.INPUTS),
    "targets": list(worked_example.TARGETS),
    "svg": None,
    "html": None,
    "hide": "values",
    "seed": 0,
    "direction": "LR",
    "language": "en",
}
_EXERCISE_DIGITS = 4


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: error: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Returns:
        The exit code: 0; 1 where a figure disagrees with the document; 2 for bad arguments;
        130 after Ctrl-C.
    """
    parser = _make_parser()
    options = parser.parse_args(arguments)
    if hasattr(sys.stdout, "reconfigure"):  # a terminal without ∂ shows ? rather than failing
        sys.stdout.reconfigure(errors="replace")
    try:
        return _run(options, parser)
    except KeyboardInterrupt:
        print(f"{parser.prog}: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader, such as `head`, has left; nothing to tell it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _run(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    net = worked_example.build_net(
        options.biases, weights=options.weights, inputs=options.inputs, targets=options.targets
    )
    if options.exercise is not None:
        return _save_exercise(net, options, parser)
    try:
        # Before the long run: a path may turn out unwritable.
        if options.svg is not None:
            _save_drawing(net, options)
    except (OSError, ValueError) as error:
        parser.error(f"cannot write the drawing to {options.svg}: {_reason(error)}")
    if options.html is not None:
        _save_page(net, options, parser)
    is_documents_net = _is_default(options, "weights", "inputs", "targets", "biases")
    if not _is_default(options, "weights", "inputs", "targets"):
        print(comparison.show_derivation(net, options.learning_rate, options.language), end="\n\n")
    figures = worked_example.train(net, options.steps, options.learning_rate)
    agree = True
    if is_documents_net and _is_default(options, "steps", "learning_rate"):
        text, agree = comparison.compare(figures, options.language)
        print(text)
    else:
        print(comparison.list_figures(figures, options.language))
    if options.svg is not None:
        print(f"\n{phrases.DRAWN.say(options.language, path=options.svg)}", flush=True)
    return 0 if agree else 1


def _is_default(options: argparse.Namespace, *names: str) -> bool:
    return all(getattr(options, name) == _DEFAULTS[name] for name in names)


def _save_exercise(
    net: worked_example.Example, options: argparse.Namespace, parser: argparse.ArgumentParser
) -> int:
    derivation = worked_example.derivation(net, _EXERCISE_DIGITS, options.language)
    try:
        solution = derivation.exercise(options.hide, options.seed).save(options.exercise)
    except (OSError, ValueError) as error:
        parser.error(f"{options.exercise}: {_reason(error)}")
    paths = {"path": options.exercise, "solution": str(solution)}
    print(phrases.EXERCISE_SAVED.say(options.language, **paths))
    return 0


def _reason(error: Exception) -> object:
    return getattr(error, "strerror", None) or error


def _save_drawing(net: worked_example.Example, options: argparse.Namespace) -> None:
    from autograd import draw

    E = worked_example.total_error(net)
    E.backward()
    how = {name: getattr(options, name) for name in ("direction", "animate", "language")}
    draw(E, **how).save(options.svg)
    net.zero_grad()


def _save_page(
    net: worked_example.Example, options: argparse.Namespace, parser: argparse.ArgumentParser
) -> None:
    from autograd import explore

    try:
        explore(worked_example.total_error(net)).save(options.html)
    except (OSError, ValueError) as error:
        parser.error(f"cannot write the page to {options.html}: {_reason(error)}")


def _make_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m nn",
        description="Run the 2-2-2 worked example of back-propagation: print each figure of the "
        "document beside ours, train, and draw the graph. With other arguments than the "
        "document's, our figures stand alone; with other weights, inputs or targets the whole "
        "derivation is printed.",
    )
    parser.set_defaults(**_DEFAULTS)
    parser.add_argument(
        "--steps", type=_whole_number, metavar="N", help="number of updates (default: %(default)s)"
    )
    parser.add_argument(
        "--learning-rate", type=_positive, metavar="RATE",
        help="learning rate (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--biases", choices=("fixed", "neuron", "layer"),
        help="fixed: one per layer, not trained, as in the document; neuron: one each, trained; "
        "layer: one per layer, trained (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--weights", type=_number, nargs=8, metavar="W", help="w1 to w8 (default: the document's)"
    )
    parser.add_argument(
        "--inputs", type=_number, nargs=2, metavar="I", help="i1 and i2 (default: 0.05 0.1)"
    )
    parser.add_argument(
        "--targets", type=_number, nargs=2, metavar="T", help="t1 and t2 (default: 0.01 0.99)"
    )
    parser.add_argument(
        "--svg", type=_svg_path, metavar="PATH",
        help="draw the graph before the first update",
    )  # fmt: skip
    parser.add_argument("--animate", action="store_true", help="let the drawing play both passes")
    parser.add_argument(
        "--html", metavar="PATH", help="write a page to explore the graph in a browser"
    )
    parser.add_argument(
        "--exercise", metavar="PATH",
        help="instead write both passes as an exercise, sheet.tex (or .md, .txt), and its solution "
        "to sheet-solution.tex",
    )  # fmt: skip
    parser.add_argument(
        "--hide", choices=("values", "formulas", "both"),
        help="what the exercise leaves out (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--seed", type=_whole_number, metavar="N",
        help="0 for the numbers above; any other gives the exercise other ones "
        "(default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--direction", choices=("LR", "TB"),
        help="draw from left to right, or from top to bottom (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--language", choices=LANGUAGES,
        help="of what is printed, drawn and written: English or Chinese (default: %(default)s)",
    )  # fmt: skip
    return parser


def _whole_number(text: str) -> int:
    try:
        n = int(text)
    except ValueError:
        n = -1
    if n < 0:
        raise argparse.ArgumentTypeError(f"needs a whole number of at least 0, got {text!r}")
    return n


def _positive(text: str) -> float:
    try:
        x = float(text)
    except ValueError:
        x = math.nan
    if not 0.0 < x < math.inf:
        raise argparse.ArgumentTypeError(f"needs a number above 0, got {text!r}")
    return x


def _number(text: str) -> float:
    try:
        x = float(text)
    except ValueError:
        x = math.nan
    if not math.isfinite(x):
        raise argparse.ArgumentTypeError(f"needs a number, got {text!r}")
    return x


def _svg_path(text: str) -> str:
    if not text.lower().endswith(".svg"):
        raise argparse.ArgumentTypeError(f"needs a path that ends in .svg, got {text!r}")
    return text


if __name__ == "__main__":
    sys.exit(main())
