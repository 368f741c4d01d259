"""The fuzzer: random graphs of the whole table against PyTorch in float64, and mpmath.

    python -m tests.fuzz --graphs N --seed S

A graph's value and gradient are compared with PyTorch's, every fourth also to second order.
Where they differ, and now and then where they do not, mpmath judges at 100 digits. A mismatch
is ours if we differ from mpmath; it is shrunk and printed as a program of at most ten lines.
"""

from __future__ import annotations

import argparse
import builtins
import random
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import mpmath

sys.path.insert(0, str(Path(__file__).parent))

from test_random_graphs import (
    OPERANDS,
    STEPS,
    Program,
    error_scales,
    near_a_kink,
    pytorch_library,
)

import autograd
from autograd import Value, gradient

TOLERANCE = 1e-10  # of what the gradient would be if nothing cancelled
JUDGED = 50  # of so many graphs one goes to mpmath though PyTorch agrees


def random_program(draw: random.Random) -> Program:
    leaves = [draw.randint(-200, 200) / 64 for _ in range(draw.randint(1, 4))]
    steps = []
    for count in range(draw.randint(1, 9)):
        name = draw.choice(list(STEPS))
        last = len(leaves) + count - 1
        steps.append((name, [draw.randint(0, last) for _ in range(OPERANDS[name])]))
    return Program(leaves, steps)


# --- mpmath as a library -----------------------------------------------------------------


def _mpmath_library() -> SimpleNamespace:
    mp = mpmath

    def sigmoid(x: Any) -> Any:
        return 1 / (1 + mp.exp(-x))

    def where(condition: Any, x: Any, y: Any) -> Any:
        return x if condition else y

    names = "exp expm1 log log1p sqrt sin cos tan asin acos atan atan2 hypot sinh cosh tanh"
    names += " asinh acosh atanh erf erfc erfinv sign floor ceil"
    return SimpleNamespace(
        **{name: getattr(mp, name) for name in names.split()},
        sigmoid=sigmoid, where=where,
        relu=lambda x: x if x > 0 else mp.mpf(0),
        leaky_relu=lambda x, slope=0.01: x if x > 0 else slope * x,
        elu=lambda x, alpha=1.0: x if x > 0 else alpha * mp.expm1(x),
        softplus=lambda x: mp.log1p(mp.exp(x)), silu=lambda x: x * sigmoid(x),
        log_sigmoid=lambda x: -mp.log1p(mp.exp(-x)),
        mish=lambda x: x * mp.tanh(mp.log1p(mp.exp(x))), softsign=lambda x: x / (1 + abs(x)),
        gelu=lambda x: x * mp.ncdf(x), square=lambda x: x * x, reciprocal=lambda x: 1 / x,
        cbrt=lambda x: mp.cbrt(x) if x > 0 else -mp.cbrt(-x),
        trunc=lambda x: mp.sign(x) * mp.floor(abs(x)),
        exp2=lambda x: mp.mpf(2) ** x, log2=lambda x: mp.log(x, 2), log10=mp.log10,
        lgamma=mp.loggamma, digamma=mp.digamma, polygamma=lambda n, x: mp.polygamma(int(n), x),
        remainder=lambda x, y: x - mp.floor(x / y) * y, floor_divide=lambda x, y: mp.floor(x / y),
        maximum=max, minimum=min, max=max, min=min, sum=mp.fsum,
        clamp=lambda x, low, high: min(max(x, low), high),
        dot=lambda xs, ys: mp.fsum(x * y for x, y in zip(xs, ys)),
        mean=lambda xs: mp.fsum(xs) / len(xs), prod=lambda xs: mp.fprod(xs),
        norm=lambda xs: mp.sqrt(mp.fsum(x * x for x in xs)),
        logsumexp=lambda xs: mp.log(mp.fsum(map(mp.exp, xs))),
        softmax=lambda xs: [mp.exp(x) / mp.fsum(map(mp.exp, xs)) for x in xs],
    )  # fmt: skip


EXACT = _mpmath_library()


def judged(program: Program, squashed: list[bool], leaves: list[Any]) -> list[Any]:
    """Return the value and the gradient as mpmath has them, from differences at 100 digits."""
    results = [program.run(EXACT, leaves, squashed)]
    h = mpmath.mpf(10) ** -25
    for place in range(len(leaves)):
        sides = [program.run(EXACT, moved, squashed) for moved in _beside(leaves, place, h)]
        results.append((sides[1] - sides[0]) / (2 * h))
    return results


def judged_again(program: Program, squashed: list[bool], leaves: list[Any]) -> list[Any]:
    """Return the gradient of the sum of sin(d) over a gradient's d."""
    h = mpmath.mpf(10) ** -15
    results = []
    for place in range(len(leaves)):
        sides = [
            mpmath.fsum(mpmath.sin(d) for d in judged(program, squashed, moved)[1:])
            for moved in _beside(leaves, place, h)
        ]
        results.append((sides[1] - sides[0]) / (2 * h))
    return results


def _beside(leaves: list[Any], place: int, h: Any) -> list[list[Any]]:
    """Return the leaves with one of them moved down, and up."""
    return [[x + step * (k == place) for k, x in enumerate(leaves)] for step in (-h, h)]


# --- one graph ----------------------------------------------------------------------------


def ours(program: Program) -> tuple[Value, list[Value], list[bool]]:
    squashed = program.squashes()
    leaves = [Value(x) for x in program.leaves]
    output = program.run(autograd, leaves, squashed)
    output.backward()
    return output, leaves, squashed


def has_tie(output: Value) -> bool:
    """Tell whether a choice is between equals: there PyTorch's conventions hold, not mpmath."""
    for node in autograd.topological_order(output):
        if node.op is not None and (node.op.chooses or node.op.partials is None):
            numbers = [0.0, *[getattr(x, "data", x) for x in node.operands]]
            if len(set(numbers)) < len(numbers):
                return True
    return False


def differs(numbers: Sequence[float], expected: Sequence[Any], scales: Sequence[float]) -> bool:
    return any(
        not abs(x - y) <= TOLERANCE * (1.0 + scale) and not (x != x and y != y)
        for x, y, scale in zip(numbers, expected, scales, strict=True)
    )


def mismatch(program: Program, torch: Any, second: bool, judge: bool) -> str:
    """Return "" where all agree, else who is wrong: "ours", or "PyTorch" as mpmath finds."""
    output, leaves, squashed = ours(program)
    if near_a_kink(output):
        return ""
    scales = [abs(output.data), *error_scales(output, leaves)]
    numbers = [output.data, *[x.grad for x in leaves]]
    tensors = [torch.tensor(x) for x in program.leaves]
    result = program.run(torch, tensors, squashed)
    slopes = torch.grad(result, tensors, materialize_grads=True, create_graph=second)
    expected = [result.item(), *[d.item() for d in slopes]]
    wrong = differs(numbers, expected, scales)
    tie = has_tie(output)
    if (wrong or judge) and not tie:
        with mpmath.workdps(100):
            exact = judged(program, squashed, [mpmath.mpf(x) for x in program.leaves])
            if differs(numbers, exact, scales):
                return "ours"
        return "PyTorch" if wrong else ""
    if wrong:
        return "ours"
    # At a kink there is no second derivative.
    return _second_order(program, torch, slopes, tensors) if second and not tie else ""


def _second_order(program: Program, torch: Any, slopes: Any, tensors: Any) -> str:
    leaves, squashed = [Value(x) for x in program.leaves], program.squashes()
    output = program.run(autograd, leaves, squashed)
    total = autograd.sum([autograd.sin(d) for d in gradient(output, leaves, create_graph=True)])
    total.backward()
    theirs = builtins.sum(torch.sin(d) for d in slopes)
    if not theirs.requires_grad:
        return "ours, second order" if any(x.grad for x in leaves) else ""
    second = torch.grad(theirs, tensors, materialize_grads=True, allow_unused=True)
    scales, numbers = error_scales(total, leaves), [x.grad for x in leaves]
    if not differs(numbers, [d.item() for d in second], scales):
        return ""
    with mpmath.workdps(100):
        exact = judged_again(program, squashed, [mpmath.mpf(x) for x in program.leaves])
        return "ours, second order" if differs(numbers, exact, scales) else "PyTorch"


# --- shrinking ------------------------------------------------------------------------------


def shrunk(program: Program, is_wrong: Callable[[Program], bool]) -> Program:
    """Return the smallest program found that is still wrong."""
    while True:
        for smaller in _smaller(program):
            try:
                if is_wrong(smaller):
                    program = smaller
                    break
            except (ArithmeticError, ValueError, RuntimeError):
                continue
        else:
            return program


def _smaller(program: Program) -> list[Program]:
    found, first = [], len(program.leaves)
    for place in range(first, first + len(program.steps)):  # leave a step out
        for other in range(place):
            steps = [
                (name, [_moved(x, place, other) for x in places])
                for k, (name, places) in enumerate(program.steps)
                if k != place - first
            ]
            if steps:
                found.append(Program(program.leaves, steps))
    for place, x in enumerate(program.leaves):  # a rounder number
        for rounder in (0.0, 1.0, float(round(x)), round(4.0 * x) / 4.0):
            if (rounder % 1 != 0, abs(rounder)) < (x % 1 != 0, abs(x)):
                leaves = [rounder if k == place else y for k, y in enumerate(program.leaves)]
                found.append(Program(leaves, program.steps))
    return found


def _moved(x: int, gone: int, other: int) -> int:
    return other if x == gone else x - (x > gone)


def text(program: Program) -> str:
    """Return a program as Python, a line a step."""
    first = len(program.leaves)
    names = ", ".join(f"x{k}" for k in range(first))
    lines = [f"{names} = {', '.join(f'Value({x!r})' for x in program.leaves)}"]
    for k, (name, places) in enumerate(program.steps, first):
        operands = ", ".join(f"x{x}" for x in places)
        lines.append(f"x{k} = STEPS[{name!r}](autograd, {operands})")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--graphs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="the number of the first graph")
    options = parser.parse_args(arguments)
    torch, counts = pytorch_library(), Counter[str]()
    warnings.simplefilter("ignore", RuntimeWarning)
    for number in range(options.first, options.first + options.graphs):
        draw = random.Random(options.seed * 1_000_003 + number)
        program = random_program(draw)
        second, judge = number % 4 == 0, number % JUDGED == 0
        verdict = mismatch(program, torch, second, judge)
        counts[verdict] += 1
        counts.update(f"{name} used" for name, _ in program.steps)
        if verdict.startswith("ours"):

            def is_wrong(smaller: Program, kind: str = verdict) -> bool:
                return mismatch(smaller, torch, second=True, judge=True) == kind

            smallest = shrunk(program, is_wrong)
            print(f"graph {number}, {verdict}:\n{text(smallest)}\n", flush=True)
    bad = sum(count for verdict, count in counts.items() if verdict.startswith("ours"))
    unused = [name for name in STEPS if not counts[f"{name} used"]]
    print(
        f"{options.graphs} graphs, seed {options.seed}: {bad} unexplained mismatches; "
        f"{counts['PyTorch']} where mpmath finds PyTorch wrong and us right"
        + (f"; not used: {', '.join(unused)}" if unused else "")
    )
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
