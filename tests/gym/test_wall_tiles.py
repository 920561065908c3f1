"""What stands on a tile, from what a device has said, by a clock of the test's own."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import pytest

from hipdrive.gym.collector.rows import StoreRefusal
from hipdrive.gym.runner_pseudonym import pseudonym
from hipdrive.gym.wall.board import MOST_DEVICES, Board
from hipdrive.gym.wall.runner_choices import RunnerChoice, RunnerChoices
from hipdrive.gym.wall.tile import WORDS, Tile, TileCondition, TileRules
from hipdrive.health.report import PROBLEMS
from hipdrive.hub.mqtt.received_message import ReceivedMessage
from support.gym.messages import KEY, payload, topic
from support.messages.examples import every_example

SILENT_S = 13.0


@dataclass
class Clocked:
    """A board that hears when it is told, at the time that it is told."""

    rules: TileRules = field(default_factory=lambda: TileRules(SILENT_S))
    sites: tuple[str, ...] = ()
    now_s: float = 1000.0

    def __post_init__(self) -> None:
        self.choices = RunnerChoices(KEY)
        self.board = Board(
            self.rules, self.choices, self.sites, lambda: self.now_s, lambda: 1e9 + self.now_s
        )
        self.board.connected()

    def say(self, kind: str, device: str = "treadmill-1", **changes: object) -> None:
        self.hear(topic(kind, device=device), payload(kind, **changes))

    def hear(self, where: str, content: bytes, *, retained: bool = False) -> None:
        self.board.take(ReceivedMessage(where, content, retained=retained))

    def tiles(self) -> dict[str, Tile]:
        self.board.refresh()
        changes = self.board.changes(0)
        assert changes is not None
        return {tile.device: tile for tile in changes.tiles}

    def tile(self) -> Tile:
        (tile,) = self.tiles().values()
        return tile


@pytest.fixture
def wall() -> Clocked:
    return Clocked()


def test_every_problem_of_a_device_has_a_word() -> None:
    assert set(PROBLEMS) < set(WORDS)
    assert max(len(word) for word in WORDS.values()) <= 16


def test_a_device_that_sees_somebody_run_is_running_until_it_does_not(wall: Clocked) -> None:
    wall.say("health", problems=[])
    assert wall.tile().condition is TileCondition.IDLE
    wall.say("live", runner_seen=True)
    assert wall.tile().condition is TileCondition.RUNNING
    wall.now_s += 3
    wall.say("live", runner_seen=False)
    assert wall.tile().condition is TileCondition.RUNNING
    wall.now_s += 3
    wall.say("live", runner_seen=False)
    assert wall.tile().condition is TileCondition.IDLE


def test_a_device_whose_will_is_published_is_offline_at_once(wall: Clocked) -> None:
    wall.say("live", runner_seen=True)
    wall.hear(topic("availability"), b"offline")
    tile = wall.tile()
    assert tile.condition is TileCondition.OFFLINE
    assert "check its power" in tile.remedies[0]
    assert not tile.session_active
    wall.hear(topic("availability"), b"online")
    assert wall.tile().condition is not TileCondition.OFFLINE


def test_a_device_that_falls_silent_is_offline_before_15_s(wall: Clocked) -> None:
    """Nobody publishes the will of one whose network is gone until 22 s have passed."""
    wall.say("health", problems=[])
    wall.now_s += 12.9
    assert wall.tile().condition is TileCondition.IDLE
    wall.now_s += 0.1
    assert wall.tile().condition is TileCondition.OFFLINE
    wall.say("health", problems=[])
    assert wall.tile().condition is TileCondition.IDLE


def test_what_the_broker_has_kept_proves_no_life(wall: Clocked) -> None:
    wall.say("health", problems=[])
    wall.now_s += 10
    wall.hear(topic("state"), payload("state"), retained=True)
    wall.now_s += 4
    assert wall.tile().condition is TileCondition.OFFLINE


def test_after_an_outage_of_the_broker_devices_have_time_to_be_heard(wall: Clocked) -> None:
    wall.say("health", problems=[])
    wall.board.disconnected("the broker has gone")
    wall.now_s += 60
    assert wall.tile().condition is TileCondition.OFFLINE
    wall.board.connected()
    assert wall.tile().condition is TileCondition.IDLE


@pytest.mark.parametrize(
    ("problem", "condition", "word"),
    [
        ("no_frames", TileCondition.NO_CAMERA, "camera stalled"),
        ("safe_mode", TileCondition.NO_CAMERA, "camera dark"),
        ("hot", TileCondition.TROUBLE, "hot"),
        ("disk_low", TileCondition.TROUBLE, "disk full"),
        ("of_a_newer_device", TileCondition.TROUBLE, "of_a_newer_device"),
    ],
)
def test_trouble_is_said_in_a_word_and_with_what_to_do(
    wall: Clocked, problem: str, condition: TileCondition, word: str
) -> None:
    wall.say("live", runner_seen=True)
    wall.say("health", problems=[problem])
    tile = wall.tile()
    assert (tile.condition, tile.words) == (condition, (word,))
    assert tile.remedies == (PROBLEMS.get(problem, problem),)


@pytest.mark.parametrize(
    ("seen_deg", "taken_off_deg", "tilted"),
    [(3.0, 0.0, True), (3.0, 2.8, False), (-1.2, 0.0, True), (0.9, 0.0, False), (None, 0, False)],
)
def test_a_camera_that_hangs_more_than_a_degree_off_is_tilted(
    wall: Clocked, seen_deg: float | None, taken_off_deg: float, *, tilted: bool
) -> None:
    camera: dict[str, Any] = every_example()["summary"]["camera"]
    changed = {**camera, "roll_deg": seen_deg, "roll_taken_off_deg": float(taken_off_deg)}
    wall.say("health", problems=[])
    wall.say("summary", camera=changed)
    assert ("camera tilted" in wall.tile().words) is tilted


@pytest.mark.parametrize(
    ("wanted", "has", "heard_of", "behind"),
    [
        ("", "0.1.0", "0.2.0", True),
        ("", "0.10.0", "0.9.0", False),
        ("0.3.0", "0.2.0", "0.2.0", True),
        ("0.2.0", "0.2.0", "0.3.0", False),
        ("", "simulated", "0.2.0", False),
    ],
)
def test_a_version_that_is_behind(wanted: str, has: str, heard_of: str, *, behind: bool) -> None:
    wall = Clocked(TileRules(SILENT_S, wanted))
    wall.say("health", problems=[], version=has)
    wall.say("state", installed_version=has, latest_version=heard_of)
    assert ("version behind" in wall.tile().words) is behind


def test_a_camera_that_somebody_wants_closed_is_no_trouble(wall: Clocked) -> None:
    wall.say("state", private=True)
    wall.say("health", problems=[])
    assert wall.tile().condition is TileCondition.PRIVATE


def test_the_worst_is_first() -> None:
    assert list(TileCondition)[:3] == [
        TileCondition.OFFLINE,
        TileCondition.NO_CAMERA,
        TileCondition.TROUBLE,
    ]
    wall = Clocked()
    wall.say("health", problems=[])
    ranks = [wall.tile().as_json()["rank"]]
    wall.say("health", problems=["hot"])
    ranks.append(wall.tile().as_json()["rank"])
    wall.hear(topic("availability"), b"offline")
    ranks.append(wall.tile().as_json()["rank"])
    assert ranks == [5, 2, 0]


def test_a_tile_tells_since_when_it_is_so(wall: Clocked) -> None:
    wall.say("health", problems=["hot"])
    since_s = wall.tile().since_s
    wall.now_s += 5
    wall.say("health", problems=["hot", "disk_low"])
    assert wall.tile().since_s == since_s
    wall.hear(topic("availability"), b"offline")
    assert wall.tile().since_s == since_s + 5


def test_nothing_of_a_runner_is_on_a_tile_but_what_they_chose(wall: Clocked) -> None:
    wall.say("state", runner="anna-3", session_active=True)
    wall.say("live", runner_seen=True, cadence_spm=171.0, stride_thigh_ext_deg=21.0)
    shown = wall.tile().shown
    assert (shown.name, shown.cadence_spm, shown.thigh_ext_deg) == (None, None, None)
    name = pseudonym(KEY, "gym", "anna-3")
    wall.choices.replace({name: RunnerChoice(figures=True)})
    shown = wall.tile().shown
    assert (shown.name, shown.cadence_spm, shown.thigh_ext_deg) == (None, 171.0, 21.0)
    wall.choices.replace({name: RunnerChoice(name=True)})
    shown = wall.tile().shown
    assert (shown.name, shown.cadence_spm, shown.thigh_ext_deg) == ("anna-3", None, None)
    wall.say("state", runner="bert", session_active=True)
    assert wall.tile().shown.name is None
    wall.say("state", runner="anna-3", session_active=False)
    assert wall.tile().shown.name is None


def test_a_device_that_was_forgotten_has_no_tile(wall: Clocked) -> None:
    wall.say("health", problems=[])
    wall.board.refresh()
    before = wall.board.changes(0)
    assert before is not None
    wall.hear(topic("availability"), b"")
    changes = wall.board.changes(before.number)
    assert changes is not None
    assert (changes.tiles, changes.gone) == ((), ("gym/treadmill-1",))
    assert wall.tiles() == {}


def test_only_sites_that_are_asked_for_have_tiles() -> None:
    wall = Clocked(sites=("other",))
    wall.say("health", problems=[])
    assert wall.tiles() == {}


def test_what_does_not_change_is_not_told_again(wall: Clocked) -> None:
    wall.say("health", problems=[])
    wall.board.refresh()
    changes = wall.board.changes(0)
    assert changes is not None
    wall.now_s += 1
    wall.say("health", problems=[], uptime_s=500.0)
    wall.board.refresh()
    assert wall.board.changes(changes.number) is None


def test_hostile_messages_make_no_tile_and_change_none(wall: Clocked) -> None:
    rng = random.Random(2)
    wall.say("health", problems=[])
    before = wall.tile()
    good = payload("health")
    hostile = [
        (topic("health"), rng.randbytes(200)),
        (topic("health"), good[:-7]),
        (topic("live"), good),
        (topic("state"), b"[" * 20_000),
        (topic("summary"), b"9" * 40_000),
        (topic("availability"), b"<script>alert(1)</script>"),
        (topic("health", site="GYM"), good),
        (topic("health", device="a/b"), good),
        ("hipdrive/gym/treadmill-1/command/mute", b"{}"),
    ]
    for where, content in rng.choices(hostile, k=10_000):
        wall.hear(where, content)
    assert wall.tile() == before
    assert wall.board.refused.total() == 10_000
    assert set(wall.board.refused) == {
        StoreRefusal.TOPIC,
        StoreRefusal.CONTENT,
        StoreRefusal.TOO_LONG,
    }


def test_devices_that_are_invented_do_not_fill_the_memory(wall: Clocked) -> None:
    for number in range(MOST_DEVICES + 50):
        wall.hear(topic("availability", device=f"made-up-{number}"), b"online")
    assert len(wall.tiles()) == MOST_DEVICES
    assert wall.board.refused == {StoreRefusal.NO_ROOM: 50}
