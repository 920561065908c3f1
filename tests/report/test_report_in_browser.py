"""The report as a browser shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import hipdrive
from hipdrive.report.page import NAME, write_report
from support.browser import serious_faults
from support.runner_file import key_points_of

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

PHONE, LAPTOP = (360, 780), (1280, 800)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    base = tmp_path_factory.mktemp("browser")
    folder: Path = base / "session"
    hipdrive.analyze(key_points_of(base, 45), session_dir=folder)
    write_report(hipdrive.Session.open(folder), folder / NAME)
    return (folder / NAME).as_uri()


def opened(browser: Browser, address: str, size: tuple[int, int]) -> tuple[Page, list[str]]:
    """The page, and what it asked for and complained of."""
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    told: list[str] = []
    page.on("request", lambda request: told.append(request.url))
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(address)
    return page, [line for line in told if not line.startswith(("data:", address))]


@pytest.mark.parametrize("size", [PHONE, LAPTOP])
def test_nothing_serious_is_wrong_and_nothing_is_asked_for(
    browser: Browser, address: str, size: tuple[int, int]
) -> None:
    page, told = opened(browser, address, size)
    assert told == []
    assert serious_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")


def test_the_skeleton_moves_with_the_slider_and_the_keyboard(
    browser: Browser, address: str
) -> None:
    page, told = opened(browser, address, PHONE)
    drawn = page.locator(".whole .near")
    before = drawn.get_attribute("points")
    slider = page.get_by_label("through the stride")
    slider.focus()
    slider.press("ArrowRight")
    assert page.locator("#at").text_content() == "2"
    assert drawn.get_attribute("points") != before
    slider.press("End")
    assert page.locator("#at").text_content() == "100"
    assert told == []


def test_on_paper_it_takes_a_few_pages(browser: Browser, address: str, tmp_path: Path) -> None:
    page, _ = opened(browser, address, LAPTOP)
    for paper in ("A4", "Letter"):
        page.pdf(path=tmp_path / f"{paper}.pdf", format=paper)
        assert (tmp_path / f"{paper}.pdf").read_bytes().count(b"/Type /Page\n") <= 4
