"""`python -m nn`: run the 2-2-2 worked example and compare it with the document's figures."""

from __future__ import annotations

import argparse
import math
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from autograd.language import LANGUAGES
from nn import comparison, phrases, worked_example
from nn.layers import MLP

_DEFAULT_SVG = "worked_example.svg"


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
    net = worked_example.build_net(options.biases)
    try:
        _save_drawing(
            net, options.svg, options.language
        )  # before the long run: a path may turn out unwritable
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        parser.error(f"cannot write the drawing to {options.svg}: {reason}")
    figures = worked_example.train(net, options.steps, options.learning_rate)
    is_documents = (options.steps, options.learning_rate, options.biases) == (
        worked_example.STEPS, worked_example.LEARNING_RATE, "fixed",
    )  # fmt: skip
    agree = True
    if is_documents:
        text, agree = comparison.compare(figures, options.language)
        print(text)
    else:
        print(comparison.list_figures(figures, options.language))
    print(f"\n{phrases.DRAWN.say(options.language, path=options.svg)}", flush=True)
    return 0 if agree else 1


def _save_drawing(net: MLP, path: str, language: str) -> None:
    from autograd import draw

    E = worked_example.total_error(net)
    E.backward()
    draw(E, language=language).save(path)
    net.zero_grad()


def _make_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m nn",
        description="Run the 2-2-2 worked example of back-propagation: print each figure of the "
        "document beside ours, train, and draw the graph. With other arguments than the "
        "document's, our figures stand alone.",
    )
    parser.add_argument(
        "--steps", type=_whole_number, default=worked_example.STEPS, metavar="N",
        help="number of updates (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--learning-rate", type=_positive, default=worked_example.LEARNING_RATE, metavar="RATE",
        help="learning rate (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--biases", choices=("fixed", "neuron", "layer"), default="fixed",
        help="fixed: one per layer, not trained, as in the document; neuron: one each, trained; "
        "layer: one per layer, trained (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--svg", type=_svg_path, default=_DEFAULT_SVG, metavar="PATH",
        help="where to write the drawing (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--language", choices=LANGUAGES, default="en",
        help="of what is printed and drawn: English or Chinese (default: %(default)s)",
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


def _svg_path(text: str) -> str:
    if not text.lower().endswith(".svg"):
        raise argparse.ArgumentTypeError(f"needs a path that ends in .svg, got {text!r}")
    return text


if __name__ == "__main__":
    sys.exit(main())
