"""What mypy, pyright and an editor know of the package without running it."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import typing
from pathlib import Path
from typing import Any

import pytest

import autograd

TESTS = Path(__file__).parent
ROOT = Path(autograd.__file__).parent.parent
CASES = TESTS / "typing_cases.py"
HEAD = """
import math
import autograd
from autograd import Value, clamp, dot, exp, where
a, b = Value(1.0), Value(2.0)
"""
# Each line is a mistake that must be told.
WRONG = [
    "(a * 2).bakward()",
    "(a + b).data.backward()",
    "exp(a).tahn()",
    "exp('1')",
    "exp(a, b)",
    "clamp(a, lo=0.0)",
    "where(a > b, a)",
    "a + 'text'",
    "math.exp(a)",
    "float(a)",
    "int(a)",
    "a @ b",
    "x: float = a * 2",
    "x: float = exp(a)",
    "x: Value = exp(1.0)",
    "dot(a, b)",
    "autograd.max(a, b)",
    "autograd.sum(a)",
    "Value('1.0')",
    "a.clamp(low='0')",
    "autograd.expp(a)",
    "a.backward(seed='1')",
]


def stubs() -> Any:
    specification = importlib.util.spec_from_file_location("stubs", TESTS / "stubs.py")
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_stubs_are_as_printed() -> None:
    pytest.importorskip("ruff")
    if TESTS.parent != ROOT:
        pytest.skip("an installed package: its stubs are printed where its source is")
    for name, stub in stubs().STUBS.items():
        assert (ROOT / "autograd" / name).read_text("utf-8") == stub(), "run python tests/stubs.py"


def test_cases_hold_at_run_time(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = Any

    def check(x: object, kind: Any) -> None:
        origin = typing.get_origin(kind) or kind
        assert isinstance(x, origin), f"{x!r} is no {kind}"
        if origin is list:
            assert all(isinstance(y, typing.get_args(kind)) for y in x)  # type: ignore[attr-defined]

    pytest.importorskip("numpy")
    monkeypatch.setattr(typing, "assert_type", check)
    namespace: dict[str, Any] = {"__name__": "typing_cases", "kinds": kinds}
    exec(compile(CASES.read_text("utf-8"), str(CASES), "exec"), namespace)
    namespace["main"]()


# --- mypy and pyright -------------------------------------------------------------------------


def mypy(path: Path) -> list[str]:
    """Return the lines of mypy's errors, strict, for one program."""
    pytest.importorskip("mypy")
    options = ["--strict", "--config-file=", "--follow-imports=silent", "--no-error-summary"]
    options.append(f"--cache-dir={path.parent}")
    # mypy finds an installed package itself, and refuses to be told where.
    is_installed = ROOT.name == "site-packages"
    sources = {} if is_installed else {"MYPYPATH": str(ROOT)}
    result = subprocess.run(
        [sys.executable, "-m", "mypy", *options, str(path)],
        capture_output=True, text=True, env={**os.environ, **sources},
    )  # fmt: skip
    errors = [x for x in result.stdout.splitlines() if path.name in x and "error:" in x]
    assert result.returncode == bool(errors), result.stdout + result.stderr
    return errors


def pyright(path: Path) -> list[str]:
    """Return pyright's errors, strict but for what it cannot know, for one program."""
    pytest.importorskip("pyright")
    settings = {
        "typeCheckingMode": "strict", "extraPaths": [str(ROOT)], "include": [path.name],
        "reportUnusedExpression": False, "reportUnknownMemberType": False,
        "reportUnusedCallResult": False, "reportUnknownVariableType": False,
    }  # fmt: skip
    (path.parent / "pyrightconfig.json").write_text(json.dumps(settings), "utf-8")
    command = [sys.executable, "-m", "pyright", "--outputjson", "--project", str(path.parent)]
    result = subprocess.run(command, capture_output=True, text=True)
    if not result.stdout.lstrip().startswith("{"):
        pytest.skip(f"pyright cannot run here, it needs Node: {result.stderr[-200:]}")
    errors = [
        x for x in json.loads(result.stdout)["generalDiagnostics"] if x["severity"] == "error"
    ]
    return [f":{x['range']['start']['line'] + 1}: {x['message']}" for x in errors]


CHECKERS = pytest.mark.parametrize("checker", [mypy, pyright])


@CHECKERS
def test_right_programs_pass(checker: Any, tmp_path: Path) -> None:
    path = tmp_path / "cases.py"
    path.write_text(CASES.read_text("utf-8"), "utf-8")
    assert checker(path) == []


@CHECKERS
def test_wrong_programs_do_not(checker: Any, tmp_path: Path) -> None:
    path = tmp_path / "wrong.py"
    bodies = [f"def f{k}() -> None:\n    {line}\n" for k, line in enumerate(WRONG)]
    path.write_text(HEAD + "".join(bodies), "utf-8")
    found = "\n".join(checker(path))
    first = HEAD.count("\n") + 2
    missed = [line for k, line in enumerate(WRONG) if f":{first + 2 * k}:" not in found]
    assert not missed, found


def test_the_code_behind_a_stub_is_checked_too() -> None:
    if TESTS.parent != ROOT:
        pytest.skip("an installed package: its source may be compiled")
    pytest.importorskip("mypy")
    command = [sys.executable, "-m", "mypy", "--config-file=pyproject.toml", "autograd/value.py"]
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert result.returncode == 0, result.stdout


# --- an editor --------------------------------------------------------------------------------


def test_completion_without_running_code() -> None:
    jedi = pytest.importorskip("jedi")
    project = jedi.Project(str(ROOT))
    source = "import autograd\na = autograd.Value(1.0)\nautograd."
    names = {x.name for x in jedi.Script(source, project=project).complete(3, 9)}
    assert names >= {*autograd.__all__, "sum", "max", "min", "compile", "Drawing", "Program"}
    methods = jedi.Script(f"{source}exp(a * 2).", project=project).complete(3, 20)
    assert {"backward", "data", "grad", "tanh", "log2"} <= {x.name for x in methods}
    (signature, *_) = jedi.Script(f"{source}clamp(", project=project).get_signatures(3, 15)
    assert [x.name for x in signature.params] == ["x", "low", "high"]
