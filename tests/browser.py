"""The system's Chromium, driven by Playwright; what needs it is skipped where it is missing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


@contextmanager
def pages(*arguments: str, **options: Any) -> Iterator[Any]:
    """A function that opens a new page; arguments are Chromium's, options those of `new_page`."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if os.environ.get("NEEDS_BROWSER"):  # where it must not be skipped
        assert path, "no Chromium: apt-get install chromium"
        import playwright.sync_api
    api = pytest.importorskip("playwright.sync_api", reason="pip install playwright")
    if path is None:
        pytest.skip("no Chromium (Debian: apt-get install chromium)")
    with api.sync_playwright() as playwright:
        options_of_chromium = ["--no-sandbox", *arguments]
        browser = playwright.chromium.launch(executable_path=path, args=options_of_chromium)
        try:
            yield lambda **more: browser.new_page(**{**options, **more})
        finally:
            browser.close()
