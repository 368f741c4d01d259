"""Puts ECMAScript modules into one script, since a page that stands alone has nothing to import.

Each module becomes a function of its own, so that names stay inside; what it exports is what the
function returns. The modules are ours, and so is the form in which they import and export.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.resources import files

_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:const|function|class) (\w+))", re.MULTILINE)


OURS = ("autograd.exploration",)


def resource(name: str, packages: Sequence[str] = OURS) -> str:
    """Return a file of a page as text, from the folder `web` of the first package that has it.

    Raises:
        FileNotFoundError: none has it.
    """
    for package in packages:
        found = files(package).joinpath("web", name)
        if found.is_file():
            return found.read_text("utf-8")
    raise FileNotFoundError(f"no file web/{name} in {' or '.join(packages)}")


def bundled(*names: str, packages: Sequence[str] = OURS) -> str:
    """Return modules, and all that they import, as one script.

    Args:
        names: of the modules, without their suffix.
        packages: where they and what they import are looked for.
    """
    done: dict[str, str] = {}
    for name in names:
        _add(name, done, packages)
    return "\n".join(['"use strict";', *done.values()])


def _add(name: str, done: dict[str, str], packages: Sequence[str]) -> None:
    source = resource(f"{name}.js", packages)
    for match in _IMPORT.finditer(source):
        if match[2] not in done:
            _add(match[2], done, packages)
    exported = ", ".join(_EXPORT.findall(source))
    body = _IMPORT.sub(lambda match: f"const {{{match[1]}}} = {match[2]}_js;\n", source)
    body = _without_comments(_EXPORT.sub("", body))
    done[name] = f"const {name}_js = (() => {{\n{body}return {{ {exported} }};\n}})();"


def _without_comments(source: str) -> str:
    """Leave out types and lines that are comments: a page carries what it runs."""
    source = re.sub(r"/\*\*.*?\*/ ?", "", source, flags=re.DOTALL)
    return re.sub(r"^\s*(//[^\n]*)?\n", "", source, flags=re.MULTILINE)
