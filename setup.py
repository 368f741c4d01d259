"""The optional native build: mypyc compiles the core of `autograd` where it can.

Without a C compiler or Python's headers, on PyPy, or with AUTOGRAD_PURE=1, the same package
is pure Python; so is an editable install, in order that an edit takes effect. What is needed
at run time depends on this too, so it stands here; everything else is in pyproject.toml.
"""

import ast
import os
import re
import shutil
import sys
import sysconfig
from pathlib import Path

from setuptools import setup
from setuptools.command.build_ext import build_ext

# What runs at every operation; the table of operations stays in Python.
CORE = [f"autograd/{name}.py" for name in
        ("recording", "ieee", "kernel", "kernels", "function", "scalar", "condition", "node",
         "operands", "order", "backprop", "replay", "value", "rules", "chain",
         "compiler/placeholder", "compiler/tape")]  # fmt: skip

# Functions of `math` that mypyc would call as Python functions, with boxed numbers. They are
# C's own, which raise nothing: what the table catches from Python's is inf or nan already.
C_FUNCTIONS = {1: "acos acosh asin asinh atan atanh cbrt cosh erf erfc exp2 expm1 log1p sinh tanh",
               2: "atan2"}  # fmt: skip


def wants_native() -> bool:
    """Tell whether to compile: in CPython alone, not for an editable install, with a compiler."""
    compiler = (os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc").split()[0]
    return (
        os.environ.get("AUTOGRAD_PURE") != "1"
        and sys.implementation.name == "cpython"
        and sys.platform != "emscripten"
        and "editable_wheel" not in sys.argv
        and "develop" not in sys.argv
        and (sys.platform == "win32" or shutil.which(compiler) is not None)
        and Path(sysconfig.get_path("include"), "Python.h").exists()
    )


def dependencies() -> list[str]:
    """Return what is needed at run time, where there are wheels of it."""
    cpython = 'platform_python_implementation == "CPython"'
    desktop = (
        'sys_platform in "linux darwin win32" '
        'and platform_machine in "x86_64 AMD64 aarch64 arm64 ARM64"'
    )
    needed = [
        "graphviz>=0.20",  # the text of a drawing in the DOT language
        f"graphviz-pure>=0.2.2; {desktop}",  # a program that lays drawings out
        f"resvg-py>=0.5; {cpython} and {desktop}",  # drawings as PNG
        f"numpy>=1.26; {cpython}",  # what `compile` writes
        f"safetensors>=0.4.3; {cpython} and {desktop}",  # saved weights
        "tqdm>=4.66",  # the progress of training
    ]
    return [*needed, "librt>=0.17,<1"] if wants_native() else needed  # mypyc's arrays


def warn_pure(reason: object) -> None:
    print(f"warning: building pure Python, six times slower: {reason}", file=sys.stderr)


class OptionalBuild(build_ext):
    """Leaves the package in pure Python, and says so, where compiling fails."""

    def run(self) -> None:
        try:
            super().run()
        except Exception as error:
            warn_pure(f"compiling failed, {error}")
            for extension in self.extensions:
                Path(self.get_ext_fullpath(extension.name)).unlink(missing_ok=True)
            self.extensions = []


# Where mypyc's C source has room for the docstring of a function or method, of a property,
# and of a class: after the text signature, if there is one.
ROOM = re.compile(
    r"""(CPyPy_(\w+),[^"{}]*?|\(getter\)(\w+),[^,]*,\s*|\.tp_doc = )"""
    r"""(?:NULL|PyDoc_STR\("((\w+)(?:[^"\\]|\\.)*)"\))"""
)


def docstrings() -> dict[str, str]:
    """Return the docstrings of the core by the names that mypyc gives their owners in C."""
    found = {}

    def add(node: ast.ClassDef | ast.FunctionDef, *names: str) -> None:
        text = ast.get_docstring(node)
        if text is not None:
            found.update(dict.fromkeys(names, c_string(text)))

    for path in map(Path, CORE):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                add(node, f"{path.stem}___{node.name}")
            elif isinstance(node, ast.ClassDef):
                add(node, node.name)
                owner = f"{path.stem}___{node.name}"
                for method in node.body:
                    if isinstance(method, ast.FunctionDef):
                        add(method, f"{owner}___{method.name}", f"{owner}_get_{method.name}")
    return found


def c_string(text: str) -> str:
    """Escape a text for C: in octal, which ends after three digits, as hexadecimal does not."""
    plain = {*range(32, 127)} - set(b'"\\?')
    return "".join(chr(c) if c in plain else f"\\{c:03o}" for c in text.encode())


def document(modules: list) -> None:
    """Write the docstrings of the core into its C source, from which mypyc leaves them out."""
    texts = docstrings()

    def documented(match: re.Match) -> str:
        before, function, method, signature, kind = match.groups()
        text = texts.get(function or method or kind)
        return match[0] if text is None else f'{before}PyDoc_STR("{signature or ""}{text}")'

    for path in {Path(source) for module in modules for source in module.sources}:
        path.write_text(ROOM.sub(documented, path.read_text("utf-8")), "utf-8")


def call_c_functions() -> None:
    """Let mypyc call these functions of C on its unboxed numbers, as it does sin and exp."""
    from mypyc.ir.ops import ERR_NEVER
    from mypyc.ir.rtypes import float_rprimitive
    from mypyc.primitives.registry import function_op

    for arity, names in C_FUNCTIONS.items():
        for name in names.split():
            function_op(
                name=f"math.{name}",
                arg_types=[float_rprimitive] * arity,
                return_type=float_rprimitive,
                c_function_name=name,
                error_kind=ERR_NEVER,
            )


def extensions() -> list:
    if not {"bdist_wheel", "build_ext", "build"} & set(sys.argv):
        return []
    if not wants_native():
        if sys.implementation.name == "cpython" and os.environ.get("AUTOGRAD_PURE") != "1":
            warn_pure("no C compiler, or no headers of Python")
        return []
    try:
        from mypyc.build import mypycify

        call_c_functions()
        # What is imported lazily (NumPy, JAX) would take mypy minutes to read, for nothing.
        options = ["--no-site-packages", "--ignore-missing-imports", "--follow-imports=silent",
                   "--no-warn-return-any",
                   "--disable-error-code=overload-cannot-match"]  # fmt: skip
        modules = mypycify([*options, *CORE], opt_level="3")
        document(modules)
    except (Exception, SystemExit) as error:
        warn_pure(f"compiling failed, {error}")
        return []
    if sys.platform != "win32":
        for module in modules:  # calls within the core are its own business: inline them
            module.extra_compile_args.append("-fno-semantic-interposition")
    return modules


setup(
    install_requires=dependencies(),
    setup_requires=["mypy[mypyc]>=2.4,<2.5"] if wants_native() else [],
    ext_modules=extensions(),
    cmdclass={"build_ext": OptionalBuild},
)
