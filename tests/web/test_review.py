"""The trend on the page: over sessions at like belt speed and incline, and over no others."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from hipdrive.web.review import listed
from support.browser import serious_faults
from support.session.history import kept, name_of, probed, summary_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from support.page_device import PageDevice

FIRST = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def sessions(device: PageDevice) -> None:
    """Three of Anna at 3 m/s, the last with a probe; two of a hostile name; a damaged one."""
    folder = device.data / "sessions"
    kept(folder, summary_of(FIRST, mean_deg=20.0))
    kept(folder, summary_of(FIRST + timedelta(days=1), mean_deg=20.3))
    kept(folder, summary_of(FIRST + timedelta(days=2), mean_deg=21.4, programme=probed(3, 20.4)))
    for day in (3, 4):
        summary = summary_of(FIRST + timedelta(days=day), belt_mps=4.0, runner=HOSTILE)
        kept(folder, summary)
    (folder / name_of(FIRST + timedelta(days=5))).mkdir()


@pytest.fixture
def review(browser: Browser, device: PageDevice, sessions: None) -> Iterator[Page]:
    del sessions
    with browser.new_context(viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        page.goto(device.link)
        page.get_by_role("tab", name="Review").click()
        expect(page.locator("#trend canvas")).to_be_visible()
        yield page


def test_there_is_a_trend_for_each_speed_the_newest_first(review: Page) -> None:
    expect(review.locator("#which option")).to_have_text(
        [f"{HOSTILE}, 4.0 m/s, incline 0 %: 2 sessions", "anna-3, 3.0 m/s, incline 0 %: 3 sessions"]
    )
    review.locator("#which").select_option(index=1)
    expect(review.locator("#trend")).to_have_attribute(
        "aria-label",
        "Mean thigh extension, anna-3, 3.0 m/s, incline 0 %: 3 sessions: 20.0° at first, "
        "21.4° at last",
    )
    assert serious_faults(review) == []
    assert review.evaluate("document.documentElement.scrollWidth") <= 360


def test_programme_probe_and_problem_stand_in_the_list(review: Page) -> None:
    expect(review.locator("#sessions")).to_contain_text(
        "21.4° ± 2.0°, 100 % in the band, 170 steps a minute, 3.0 m/s, programme session 3, "
        "retention probe 20.4°"
    )
    expect(review.locator("#sessions")).to_contain_text("goes on, or was cut off")


def test_a_name_with_markup_stays_a_name(review: Page) -> None:
    expect(review.locator("#sessions")).to_contain_text(HOSTILE)
    assert review.locator("#review img").count() == 0


def test_the_page_has_what_the_command_says(device: PageDevice, sessions: None) -> None:
    del sessions
    with urlopen(f"http://127.0.0.1:{device.port}/sessions", timeout=60) as answer:  # http
        values = json.load(answer)
    assert values["schema"] == "hipdrive/history/1"
    assert [len(trend["sessions"]) for trend in values["trends"]] == [2, 3]


def test_of_a_thousand_sessions_the_newest_fifty_are_listed(tmp_path: Path) -> None:
    """The older ones are not even read: they are empty folders."""
    for day in range(950):
        (tmp_path / name_of(FIRST + timedelta(days=day))).mkdir()
    for day in range(950, 1000):
        kept(tmp_path, summary_of(FIRST + timedelta(days=day)))
    values = listed(tmp_path)
    sessions, trends = values["sessions"], values["trends"]
    assert isinstance(sessions, list)
    assert isinstance(trends, list)
    newest = [name_of(FIRST + timedelta(days=day)) for day in range(999, 949, -1)]
    assert [session["id"] for session in sessions] == newest
    (trend,) = trends
    assert [session["id"] for session in trend["sessions"]] == newest[::-1]
