"""The page in the device's language: no word of another on any tab."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from hipdrive.texts.catalogue import sentences
from support.browser import serious_faults
from support.page_device import page_device
from support.session.history import kept, probed, summary_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from support.page_device import PageDevice

FIRST = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
PHONE, LAPTOP = (360, 740), (1280, 800)
SHOWN = """() => [...document.querySelectorAll("body, body *")].flatMap((each) => [
  each.getAttribute("aria-label"), each.getAttribute("alt"),
  ...[...each.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim()),
]).filter(Boolean)"""


@pytest.fixture(scope="module")
def german_device(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageDevice]:
    """With two sessions, the second with a retention probe."""
    folder = tmp_path_factory.mktemp("german")
    sessions = folder / "data" / "sessions"
    kept(sessions, summary_of(FIRST, mean_deg=20.0))
    kept(sessions, summary_of(FIRST + timedelta(days=1), mean_deg=21.4, programme=probed(3, 20.4)))
    with page_device(folder, language="de") as started:
        yield started


@pytest.fixture
def page(browser: Browser, german_device: PageDevice) -> Iterator[Page]:
    with browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}) as context:
        page = context.new_page()
        broken: list[str] = []
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.goto(german_device.link)
        expect(page.locator("#angle")).to_have_text(re.compile(r"^\d+,\d$"))
        yield page
        assert broken == []


@pytest.mark.parametrize("name", ["align", "run", "review"])
def test_nothing_on_a_tab_is_said_in_english(page: Page, name: str) -> None:
    page.locator(f"#tab-{name}").click()
    if name == "align":
        expect(page.locator("#checks li").first).to_be_visible()
    if name == "review":
        expect(page.locator("#trend canvas")).to_be_visible()
    shown = set(page.evaluate(SHOWN))
    english = {
        text
        for table in ("page", "check", "light", "silence", "guard")
        for text in sentences("en")[table].values()
        if "{" not in text
    }
    assert shown & english == set()
    assert set(sentences("de")["page"].values()) & shown


@pytest.mark.parametrize("size", [PHONE, LAPTOP])
def test_longer_words_have_room(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    assert page.locator("html").get_attribute("lang") == "de"
    for name in ("align", "run", "review"):
        page.locator(f"#tab-{name}").click()
        assert serious_faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_numbers_and_sessions_are_written_as_the_language_does(page: Page) -> None:
    page.locator("#tab-review").click()
    expect(page.locator("#sessions")).to_contain_text(
        "21,4° ± 2,0°, 100 % im gewünschten Bereich, 170 Schritte in der Minute, 3,0 m/s, "
        "Programm, 3. Lauf, Behaltensprobe 20,4°"
    )
    expect(page.locator("#sessions")).to_contain_text("6.1.2026")
    expect(page.locator("#which option")).to_have_text(
        re.compile(r"anna-3, 3,0 m/s, Steigung 0 %: 2 Läufe")
    )


def test_a_wrong_name_is_refused_in_the_same_language(page: Page) -> None:
    page.locator("#known").select_option(label="neuer Läufer…")
    page.locator("#runner").fill("<b>")
    page.get_by_role("button", name="Übernehmen").click()
    expect(page.locator("#answer")).to_contain_text("ein Name hat bis zu 64 Zeichen")


def test_a_report_that_is_made_from_the_page_is_in_its_language(page: Page) -> None:
    page.get_by_role("button", name="Lauf beenden").click()
    expect(page.locator("#said")).to_have_text("kein Lauf")
    page.locator("#tab-review").click()
    with page.expect_popup() as opened:
        page.locator("#sessions a").first.click()
    expect(opened.value.get_by_text("Was die Kamera nicht sieht")).to_be_visible()
