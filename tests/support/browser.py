"""Debian's Chromium, without a window, driven by playwright; started once for all tests."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

expect.set_options(timeout=30_000)  # the machine may have much to do
SERIOUS = {"serious", "critical"}


def chromium() -> Iterator[Browser]:
    """The browser; the test is skipped where it is not on the machine."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("chromium is not on this machine (apt install chromium)")
    with sync_playwright() as driver:
        # Its sandbox needs rights that containers do not have.
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


class PageWatch(NamedTuple):
    """What a page asks for, and what breaks in it; filled as it goes on."""

    asked: list[str]
    broken: list[str]

    @classmethod
    def of(cls, page: Page) -> PageWatch:
        """Watch a page that is about to be opened."""
        watch = cls([], [])
        page.on("request", lambda request: watch.asked.append(request.url))
        page.on("pageerror", lambda error: watch.broken.append(str(error)))
        page.on("console", lambda message: watch.broken.append(message.text))
        return watch

    @property
    def hosts(self) -> set[str]:
        """Whom it asked, with ports."""
        return {url.split("/")[2] for url in self.asked}


def serious_faults(page: Page) -> list[str]:
    """What axe-core calls serious or critical, a line each."""
    found = Axe().run(page).response["violations"]
    return [
        f"{fault['id']}: {fault['help']} ({node['html'][:200]})"
        for fault in found
        if fault["impact"] in SERIOUS
        for node in fault["nodes"]
    ]
