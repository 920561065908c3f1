"""The wall over the wire, with the real broker and the real database: who may do what."""

from __future__ import annotations

from contextlib import ExitStack
from threading import Event
from typing import TYPE_CHECKING

import pytest

from hipdrive.gym.database.connection import connect
from hipdrive.gym.database.forget import forget_runner
from hipdrive.gym.runner_pseudonym import runner_key
from hipdrive.gym.wall.runner_choices import RunnerChoice, keep_choice
from support.gym.collecting import collecting
from support.gym.kept import POLL_S
from support.gym.messages import payload, topic
from support.gym.server import gym_broker
from support.gym.wall import PublishingDevice, migrated_wall_config, running_wall, wall_config
from support.mosquitto import PATIENCE_S, Broker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hipdrive.gym.settings import GymConfig
    from support.gym.wall import RunningWall
    from support.postgres import Postgres

NAME = "gym/treadmill-1"
DEVICE = f"/devices/{NAME}"
CLOSED = ("/who", "/events", DEVICE, "/devices/a/b/c", "/nothing-there")
MUTE = {"muted": True}
HOSTILE = [
    (topic("health"), b"\xff" * 200),
    (topic("health"), payload("health")[:-9]),
    (topic("state"), payload("live")),
    (topic("live"), b"[" * 5000),
    (topic("health", site="GYM"), payload("health")),
    (topic("availability"), b"<img src=x onerror=alert(1)>"),
]


@pytest.fixture
def config(tmp_path: Path, broker: Broker, empty_database: Postgres) -> GymConfig:
    return migrated_wall_config(tmp_path, broker, empty_database)


@pytest.fixture
def wall(config: GymConfig) -> Iterator[RunningWall]:
    with running_wall(config) as running:
        yield running


@pytest.fixture
def device(broker: Broker) -> Iterator[PublishingDevice]:
    with PublishingDevice(broker.port, "treadmill-1") as publishing:
        yield publishing


def test_who_is_not_logged_in_sees_nothing_of_the_gym(wall: RunningWall) -> None:
    for cookie in ("", "hipdrive_wall=stan.9999999999.00", "hipdrive_wall=", "hipdrive_wall=\xff"):
        assert [wall.asked(path, cookie)[0] for path in CLOSED] == [401] * len(CLOSED)
        assert wall.asked(f"{DEVICE}/command/mute", cookie, MUTE)[0] == 401
    for path in ("/", "/wall.css", "/wall.js", "/style.css", "/uplot/uPlot.min.css"):
        assert wall.asked(path)[0] == 200


@pytest.mark.parametrize(
    "body", [[], {}, {"name": "stan"}, {"name": 1, "password": 2}, "stan", None]
)
def test_what_is_no_login_is_refused(wall: RunningWall, body: object) -> None:
    assert wall.asked("/login", body=[body] if body is None else body)[0] == 409


def test_a_wrong_password_is_refused_until_it_is_tried_too_often(
    wall: RunningWall, empty_database: Postgres
) -> None:
    wrong = {"name": "stan", "password": "guessed"}
    statuses = [wall.asked("/login", body=wrong)[0] for _ in range(7)]
    assert statuses == [401] * 5 + [429] * 2
    wait_refused(empty_database, {"wall_password": 5, "wall_too_often": 2})


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(wall: RunningWall) -> None:
    body = {"name": "vera", "password": "a screen on the wall"}
    status, person, cookie = wall.asked("/login", body=body)
    assert (status, person) == (200, {"name": "vera", "role": "viewer"})
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} < set(cookie.split("; "))
    kept = cookie.split(";")[0]
    assert wall.asked("/who", kept)[1] == person
    assert wall.asked("/logout", kept, {})[0] == 200
    assert wall.asked("/who", kept)[0] == 401


def test_other_sites_and_other_names_are_turned_away(wall: RunningWall) -> None:
    cookie = wall.cookie_of("stan")
    elsewhere = {"Origin": "http://evil.example"}
    assert wall.asked(f"{DEVICE}/command/mute", cookie, MUTE, elsewhere)[0] == 403
    assert wall.asked("/login", body={}, headers=elsewhere)[0] == 403
    assert wall.asked("/who", cookie, headers={"Host": "evil.example"})[0] == 421


def test_what_devices_say_is_on_their_tiles(wall: RunningWall, device: PublishingDevice) -> None:
    cookie = wall.cookie_of("vera")
    device.say("health", problems=[])
    device.say("live", runner_seen=True)
    tile = wall.tile(cookie, NAME, condition="running")
    assert tile["version"] == "0.1.0"
    device.say("health", problems=["no_frames"])
    assert wall.tile(cookie, NAME, condition="no_camera")["words"] == ["camera stalled"]


def test_a_device_that_is_killed_is_offline_by_its_last_will(
    wall: RunningWall, device: PublishingDevice
) -> None:
    cookie = wall.cookie_of("vera")
    device.say("health", problems=[])
    wall.tile(cookie, NAME, condition="idle")
    device.die()
    assert wall.tile(cookie, NAME, condition="offline")["rank"] == 0


@pytest.mark.long
def test_staff_send_commands_and_a_viewer_is_refused_and_counted(
    wall: RunningWall, device: PublishingDevice, empty_database: Postgres
) -> None:
    device.heard_commands()
    staff, viewer = wall.cookie_of("stan"), wall.cookie_of("vera")
    wall.tile(staff, NAME)
    for _ in range(3):
        status, told, _ = wall.asked(f"{DEVICE}/command/mute", viewer, MUTE)
        assert (status, told["accepted"]) == (403, False)
    assert wall.asked(f"{DEVICE}/command/mute", staff, MUTE)[0] == 200
    # The first that came is that of the staff.
    assert device.wait_command() == (f"hipdrive/{NAME}/command/mute", b'{"muted": true}')
    wait_refused(empty_database, {"wall_viewer_command": 3})


@pytest.mark.parametrize(
    ("name", "body", "status"),
    [
        ("mute", {"muted": 1}, 409),
        ("mute", [], 409),
        ("session", {"action": "explode"}, 409),
        ("privacy", {"private": False}, 409),
        ("runner", {"runner": "anna"}, 409),
        ("target_offset", {"target_offset_deg": 1.0}, 409),
        ("reboot", {}, 409),
        ("mute", {"muted": True, "more": "x" * 2000}, 413),
    ],
)
def test_what_staff_may_not_send_is_refused(
    wall: RunningWall, device: PublishingDevice, name: str, body: object, status: int
) -> None:
    cookie = wall.cookie_of("stan")
    device.say("health", problems=[])
    wall.tile(cookie, NAME)
    assert wall.asked(f"{DEVICE}/command/{name}", cookie, body)[0] == status
    assert wall.asked("/devices/gym/none/command/mute", cookie, MUTE)[0] == 404
    assert device.heard_commands() == []


def test_a_broker_that_lets_the_wall_write_nothing_is_told_of(
    tmp_path: Path, empty_database: Postgres
) -> None:
    own = [f"topic write hipdrive/{NAME}/{kind}" for kind in ("health", "availability")]
    broker = Broker(tmp_path, acl="\n".join(["topic read hipdrive/#", *own, ""]))
    config = wall_config(tmp_path, broker, empty_database)
    with (
        broker,
        PublishingDevice(broker.port, "treadmill-1") as device,
        running_wall(config) as wall,
    ):
        cookie = wall.cookie_of("stan")
        device.say("health", problems=[])
        wall.tile(cookie, NAME)
        status, told, _ = wall.asked(f"{DEVICE}/command/mute", cookie, MUTE)
    assert status == 503
    assert "allow the wall's user to write commands" in told["explanation"]


def test_without_a_broker_the_page_says_so_and_finds_it_again(
    wall: RunningWall, device: PublishingDevice, broker: Broker
) -> None:
    cookie = wall.cookie_of("stan")
    device.say("health", problems=[])
    wall.tile(cookie, NAME, condition="idle")
    with wall.events(cookie) as events:
        broker.kill()
        assert next(each for each in events if each.get("problem"))
        assert wall.asked(f"{DEVICE}/command/mute", cookie, MUTE)[0] == 503
        broker.start()
        assert next(each for each in events if each.get("problem", "") is None)


def test_sessions_have_figures_of_those_alone_who_chose_to_show_them(
    config: GymConfig, wall: RunningWall, device: PublishingDevice, empty_database: Postgres
) -> None:
    cookie, key = wall.cookie_of("vera"), runner_key(config.database.runner_key_file)
    with collecting(config, "one"):
        device.say("summary", runner="anna-3")
        device.say("health", problems=["hot"], temperature_c=81.0)
        # One after the other: a query of both may wait for the month's tables, which the collector
        # makes in one transaction, while that waits for the query.
        wait_rows(empty_database, "SELECT count(*) FROM session")
        wait_rows(empty_database, "SELECT count(*) FROM health")
    (session,) = wall.asked(DEVICE, cookie)[1]["sessions"]
    assert session["duration_s"] > 0
    assert (session["strides"], session["cadence_spm"], session["deg"]) == (None, None, None)
    with connect(config.database.connection) as database:
        assert keep_choice(database, key, "anna-3", RunnerChoice(figures=True)) == 1
    (session,) = wall.asked(DEVICE, cookie)[1]["sessions"]
    assert session["strides"] > 0
    assert session["deg"] is not None
    with connect(config.database.connection) as database:
        forget_runner(database, key, "anna-3")
    assert wall.asked(DEVICE, cookie)[1]["sessions"] == []
    assert empty_database.rows("SELECT * FROM runner_choice") == []


def test_a_week_of_health_is_read_from_the_roll_up(
    config: GymConfig, wall: RunningWall, device: PublishingDevice, empty_database: Postgres
) -> None:
    cookie = wall.cookie_of("vera")
    with collecting(config, "one"):
        device.say("health")
        wait_rows(empty_database, "SELECT count(*) FROM device_hour")
    empty_database.execute("UPDATE device_hour SET hour = date_trunc('hour', now(), 'UTC')")
    (hour,) = wall.asked(DEVICE, cookie)[1]["hours"]
    assert (hour["reports"], hour["hottest_c"]) == (1, pytest.approx(61.2))


def test_without_a_database_the_tiles_go_on(tmp_path: Path, broker: Broker) -> None:
    class Nowhere:
        connection = "host=127.0.0.1 port=1 user=nobody dbname=none"

    config = wall_config(tmp_path, broker, Nowhere())  # type: ignore[arg-type]  # only its address
    with running_wall(config) as wall, PublishingDevice(broker.port, "treadmill-1") as device:
        cookie = wall.cookie_of("vera")
        device.say("health", problems=[])
        assert wall.tile(cookie, NAME)["condition"] == "idle"
        status, told, _ = wall.asked(DEVICE, cookie)
    assert status == 503
    assert "the database cannot be reached" in told["explanation"]


def test_the_link_to_a_devices_own_page_is_as_configured(
    tmp_path: Path, broker: Broker, empty_database: Postgres
) -> None:
    page = "http://{device}.{site}.example:8710/"
    config = wall_config(tmp_path, broker, empty_database, device_page=page)
    with running_wall(config) as wall, PublishingDevice(broker.port, "treadmill-1") as device:
        cookie = wall.cookie_of("vera")
        device.say("health", problems=[])
        wall.tile(cookie, NAME)
        assert wall.asked(DEVICE, cookie)[1]["page"] == "http://treadmill-1.gym.example:8710/"


@pytest.mark.long
def test_ten_thousand_hostile_messages_change_no_tile(
    tmp_path: Path, empty_database: Postgres
) -> None:
    broker = gym_broker(tmp_path)
    config = wall_config(tmp_path, broker, empty_database)
    with ExitStack() as stack:
        stack.enter_context(broker)
        wall = stack.enter_context(running_wall(config))
        device = stack.enter_context(PublishingDevice(broker.port, "treadmill-1"))
        stranger = stack.enter_context(PublishingDevice(broker.port, "stranger"))
        cookie = wall.cookie_of("vera")
        device.say("health", problems=[])
        wall.tile(cookie, NAME, condition="idle")
        stranger.flood(HOSTILE, 10_000)
        device.say("health", problems=["hot"])
        assert wall.tile(cookie, NAME, condition="trouble")["words"] == ["hot"]
        with wall.events(cookie) as events:
            first = next(events)
    assert sum(first["refused"].values()) == 10_000
    assert {tile["id"] for tile in first["tiles"]} == {NAME, "gym/stranger"}


def wait_refused(database: Postgres, counts: dict[str, int]) -> None:
    """Wait until the database has so many refusals of today."""
    for _ in range(round(PATIENCE_S / POLL_S)):
        found = dict(database.rows("SELECT reason, messages FROM refused"))
        if found == counts:
            return
        Event().wait(POLL_S)
    raise AssertionError(found)


def wait_rows(database: Postgres, count: str) -> None:
    """Wait until a count is not 0."""
    for _ in range(round(PATIENCE_S / POLL_S)):
        if database.rows(count) != [(0,)]:
            return
        Event().wait(POLL_S)
    raise AssertionError(count)
