"""One page that stands alone: its script and styles by their hashes, and nothing from outside.

What a user can name is data: JSON that no markup can end, which the page writes as text.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from autograd.exploration.modules import OURS, bundled, resource


def page(
    title: str,
    data: Mapping[str, Any],
    *,
    body: str,
    modules: Sequence[str],
    styles: Sequence[str] = ("page.css",),
    functions: Mapping[str, str] | None = None,
    packages: Sequence[str] = OURS,
) -> str:
    """Return a page.

    Args:
        title: what it shows, in words.
        data: what its script reads.
        body: its markup, with nothing in it that a user can name but what is escaped.
        modules: names of those that make it work; the function `start` of the last one begins.
        styles: names of the style sheets.
        functions: a user's own operations in JavaScript, by the name that `data` gives them.
        packages: in whose folders `web` modules and styles are looked for.
    """
    own = "".join(f"  {name}: {text},\n" for name, text in (functions or {}).items())
    script = "\n".join([
        bundled("table", *modules, packages=packages),
        "const { TABLE } = table_js;",
        f"{modules[-1]}_js.start({{\n{own}}});\n",
    ])  # fmt: skip
    style = "\n".join([resource(name, packages) for name in styles])
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n{body}\n"
        f'<script type="application/json" id="data">{_json(data)}</script>\n'
        f"<script>{script}</script>\n</body>\n</html>\n"
    )


def framed(page: str, title: str, width: float, height: float) -> str:
    """Return a page as a frame in another one, which keeps both apart.

    Args:
        page: the page.
        title: what it shows, in words.
        width, height: how its height follows the width that there is.
    """
    ratio = f"{width:.0f}/{height:.0f}"
    style = f"width:100%;aspect-ratio:{ratio};min-height:420px;max-height:90vh;border:0"
    return (
        f'<iframe title="{escape(title)}" sandbox="allow-scripts" style="{style}" '
        f'srcdoc="{escape(page)}"></iframe>'
    )


def _json(data: Mapping[str, Any]) -> str:
    text = json.dumps(data, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"
