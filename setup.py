"""The optional native build: mypyc compiles the core of `autograd` where it can.

Without a C compiler, or with AUTOGRAD_PURE=1, the same package is pure Python; so is an
editable install, in order that an edit takes effect. Everything else is in pyproject.toml.
"""

import os
import shutil
import sys
import sysconfig
from pathlib import Path

from setuptools import setup
from setuptools.command.build_ext import build_ext

# What runs at every operation; the table of operations stays in Python.
CORE = [f"autograd/{name}.py" for name in
        ("recording", "ieee", "scalar", "node", "operands", "backprop", "value",
         "compiler/placeholder", "compiler/tape")]  # fmt: skip


def wants_native() -> bool:
    """Tell whether to compile: not for an editable install, nor without a compiler."""
    compiler = (os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc").split()[0]
    return (
        os.environ.get("AUTOGRAD_PURE") != "1"
        and "editable_wheel" not in sys.argv
        and "develop" not in sys.argv
        and (sys.platform == "win32" or shutil.which(compiler) is not None)
    )


def warn_pure(error: BaseException) -> None:
    print(f"warning: building pure Python, since compiling failed: {error}", file=sys.stderr)


class OptionalBuild(build_ext):
    """Leaves the package in pure Python, and says so, where compiling fails."""

    def run(self) -> None:
        try:
            super().run()
        except Exception as error:
            warn_pure(error)
            for extension in self.extensions:
                Path(self.get_ext_fullpath(extension.name)).unlink(missing_ok=True)
            self.extensions = []


def extensions() -> list:
    if not wants_native() or not {"bdist_wheel", "build_ext", "build"} & set(sys.argv):
        return []
    try:
        from mypyc.build import mypycify

        options = ["--ignore-missing-imports", "--follow-imports=silent", "--no-warn-return-any"]
        modules = mypycify([*options, *CORE], opt_level="3")
    except (Exception, SystemExit) as error:
        warn_pure(error)
        return []
    if sys.platform != "win32":
        for module in modules:  # calls within the core are its own business: inline them
            module.extra_compile_args.append("-fno-semantic-interposition")
    return modules


setup(
    setup_requires=["mypy[mypyc]>=2.4,<2.5"] if wants_native() else [],
    ext_modules=extensions(),
    cmdclass={"build_ext": OptionalBuild},
)
