"""The wall in a browser, with the real broker and the real database."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from hipdrive.gym.database.connection import connect
from hipdrive.gym.runner_pseudonym import runner_key
from hipdrive.gym.wall.runner_choices import RunnerChoice, keep_choice
from support.browser import PageWatch, serious_faults
from support.gym.wall import PASSWORDS, PublishingDevice, migrated_wall_config, running_wall

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from hipdrive.gym.settings import GymConfig
    from support.gym.wall import RunningWall
    from support.mosquitto import Broker
    from support.postgres import Postgres

SCREEN, PHONE = (1920, 1080), (360, 740)
ACROSS_A_ROOM_PX = 40
"""At five metres a screen of 1.2 m and 1920 px has letters of 25 mm there: 17 minutes of arc, and
ISO 9241-303 asks for 16 to 22."""


DEVICE_ROW = "INSERT INTO device (site, device) VALUES ('gym', 'treadmill-2')"
HOUR_ROWS = """
INSERT INTO device_hour
SELECT device_id, date_trunc('hour', now(), 'UTC') - i * interval '1 hour', 360, 36, '{hot}', 81, 20
FROM device, generate_series(0, 83) AS i
"""
SESSION_ROW = """
INSERT INTO session
SELECT now(), device_id, 'a', gen_random_uuid(), NULL, true, 'running', 1500, 900, 3, 170, 20, 1,
    10, '{}', now()
FROM device
"""


@pytest.fixture
def config(tmp_path: Path, broker: Broker, empty_database: Postgres) -> GymConfig:
    return migrated_wall_config(
        tmp_path, broker, empty_database, device_page="http://{device}.local/"
    )


@pytest.fixture
def wall(config: GymConfig) -> Iterator[RunningWall]:
    with running_wall(config) as running:
        yield running


@pytest.fixture
def page(browser: Browser, wall: RunningWall) -> Iterator[Page]:
    with browser.new_context(viewport={"width": SCREEN[0], "height": SCREEN[1]}) as context:
        page = context.new_page()
        page.goto(wall.link)
        yield page


@pytest.fixture
def devices(broker: Broker) -> Iterator[list[PublishingDevice]]:
    made = [PublishingDevice(broker.port, f"treadmill-{number}") for number in range(1, 5)]
    for each in made:
        each.say("health", problems=[])
    yield made
    for each in made:
        each.close()


def log_in(page: Page, name: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORDS[name])
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()


def tiles(page: Page) -> list[str]:
    return page.locator(".tile .name").all_text_contents()


def test_the_login_is_asked_for_and_ends_with_logging_out(
    page: Page, devices: list[PublishingDevice]
) -> None:
    assert len(devices) == 4
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    assert serious_faults(page) == []
    page.get_by_label("Name").fill("vera")
    page.get_by_label("Password").fill("guessed")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("name or password is wrong")).to_be_visible()
    log_in(page, "vera")
    expect(page.locator(".tile")).to_have_count(4)
    page.reload()
    expect(page.locator(".tile")).to_have_count(4)
    page.get_by_role("button", name="Log out").click()
    expect(page.locator(".tile")).to_have_count(0)
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


def test_trouble_stands_first_and_says_what(page: Page, devices: list[PublishingDevice]) -> None:
    log_in(page, "vera")
    expect(page.locator(".tile.idle")).to_have_count(4)
    assert tiles(page) == [f"treadmill-{number}" for number in range(1, 5)]
    devices[1].say("live", runner_seen=True)
    devices[2].say("health", problems=["hot", "disk_low"])
    devices[3].die()
    expect(page.locator(".tile.offline")).to_have_count(1)
    expect(page.locator(".tile.trouble")).to_contain_text("hot, disk full")
    assert tiles(page)[:2] == ["treadmill-4", "treadmill-3"]
    assert page.locator(".tile").last.text_content() != ""
    expect(page.locator("#count")).to_contain_text("1 offline 1 trouble")
    expect(page.locator("#news")).to_contain_text("treadmill-4: offline")


@pytest.mark.parametrize("size", [SCREEN, PHONE])
def test_the_page_is_sound_with_and_without_the_details(
    page: Page, devices: list[PublishingDevice], size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    log_in(page, "stan")
    devices[0].say("health", problems=["no_frames"])
    devices[1].say("health", problems=["hot"])
    devices[2].say("state", private=True, session_active=False)
    devices[3].die()
    for condition in ("no_camera", "trouble", "private", "offline"):
        expect(page.locator(f".tile.{condition}")).to_have_count(1)
    assert serious_faults(page) == []
    page.locator(".tile.trouble").click()
    expect(page.get_by_text("No report of health in seven days.")).to_be_visible()
    assert serious_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_the_words_can_be_read_across_a_room(page: Page, devices: list[PublishingDevice]) -> None:
    log_in(page, "vera")
    devices[0].die()
    word = page.locator(".tile.offline .word")
    expect(word).to_have_text("✕ offline")
    size = word.evaluate("each => parseFloat(getComputedStyle(each).fontSize)")
    assert size >= ACROSS_A_ROOM_PX


def test_a_click_shows_what_to_do_the_week_and_the_sessions(
    page: Page, devices: list[PublishingDevice], empty_database: Postgres
) -> None:
    log_in(page, "vera")
    expect(page.locator(".tile")).to_have_count(4)
    for statement in (DEVICE_ROW, HOUR_ROWS, SESSION_ROW):
        empty_database.execute(statement)
    devices[1].say("health", problems=["hot"])
    page.locator(".tile.trouble").click()
    dialog = page.get_by_role("dialog", name="gym/treadmill-2")
    expect(dialog.get_by_text("the device is too hot")).to_be_visible()
    # 84 of 168 hours, one report in ten with trouble.
    expect(
        dialog.get_by_text("Heard 50 % of the time; trouble in 10.0 % of that: hot.")
    ).to_be_visible()
    expect(dialog.locator("#week canvas")).to_be_visible()
    expect(dialog.locator("#sessions li")).to_have_text(re.compile(r", 25\.0 min$"))
    link = dialog.get_by_role("link", name="Align the camera")
    expect(link).to_have_attribute("href", "http://treadmill-2.local/")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_staff_steer_and_viewers_have_no_buttons(
    page: Page, devices: list[PublishingDevice]
) -> None:
    devices[0].heard_commands()
    devices[0].say("state", session_active=True, muted=False)
    log_in(page, "vera")
    page.get_by_role("button", name="treadmill-1").click()
    expect(page.get_by_role("button", name="Mute")).to_be_hidden()
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_role("button", name="Log out").click()
    log_in(page, "stan")
    page.get_by_role("button", name="treadmill-1").click()
    page.get_by_role("button", name="Mute").click()
    expect(page.locator("#details-said")).to_have_text("sent")
    assert devices[0].wait_command()[0].endswith("/command/mute")
    devices[0].say("state", session_active=True, muted=True)
    expect(page.get_by_role("button", name="Unmute")).to_be_visible()


@pytest.mark.long
def test_a_name_is_shown_while_its_runner_wants_it(
    page: Page, devices: list[PublishingDevice], config: GymConfig, empty_database: Postgres
) -> None:
    device = devices[0]
    log_in(page, "vera")
    expect(page.locator(".tile")).to_have_count(4)
    empty_database.execute("INSERT INTO device (site, device) VALUES ('gym', 'treadmill-1')")
    key = runner_key(config.database.runner_key_file)

    def choose(**choice: bool) -> None:
        with connect(config.database.connection) as database:
            keep_choice(database, key, "Zoë", RunnerChoice(**choice))

    choose(name=True)
    device.say("state", runner="Zoë", session_active=True)
    running(device, page, shown="Zoë")
    choose()
    running(device, page, shown="")


def running(device: PublishingDevice, page: Page, shown: str) -> None:
    """Run on until the tile shows that."""
    part = page.locator(".tile", has_text="treadmill-1").locator(".runner")
    for _ in range(60):
        device.say("live", runner_seen=True)
        page.wait_for_timeout(500)
        if part.text_content() == shown:
            return
    expect(part).to_have_text(shown)


def test_what_is_published_is_text_and_no_markup(
    page: Page, devices: list[PublishingDevice]
) -> None:
    log_in(page, "vera")
    devices[0].say("health", problems=["<img src=x onerror=alert(1)>"])
    expect(page.locator(".tile.trouble .word")).to_have_text("! <img src=x onerror=alert(1)>")
    assert page.locator("main img").count() == 0


@pytest.mark.long
def test_a_wall_that_has_gone_is_said_to_be_gone(
    browser: Browser, config: GymConfig, devices: list[PublishingDevice]
) -> None:
    assert devices
    with browser.new_context() as context:
        page = context.new_page()
        with running_wall(config) as wall:
            page.goto(wall.link)
            log_in(page, "vera")
            expect(page.locator(".tile")).to_have_count(4)
            port = wall.port
        expect(page.locator("#connection")).to_contain_text("what is shown here is old")
        again = config.model_copy(update={"wall": config.wall.model_copy(update={"port": port})})
        with running_wall(again):
            # The cookie holds over a restart: nobody has to log a screen in again.
            expect(page.locator("#connection")).to_be_hidden()
            expect(page.locator(".tile")).to_have_count(4)


def test_nothing_is_asked_of_another_host_and_nothing_breaks(
    browser: Browser, wall: RunningWall, devices: list[PublishingDevice]
) -> None:
    assert devices
    with browser.new_context() as context:
        page = context.new_page()
        watch = PageWatch.of(page)
        page.goto(wall.link)
        log_in(page, "stan")
        page.locator(".tile").first.click()
        expect(page.get_by_text("No report of health in seven days.")).to_be_visible()
    assert watch.hosts == {f"127.0.0.1:{wall.port}"}
    # A browser writes down that it was not logged in at first.
    assert [each for each in watch.broken if "401" not in each] == []
