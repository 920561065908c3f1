from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from hipdrive import __version__
from hipdrive.health.loop_monitor import LoopMonitor
from hipdrive.health.report import PROBLEMS, Health
from hipdrive.hub.messages.clock import Clock
from hipdrive.hub.outbox.backlog import BacklogDepth
from hipdrive.types.fixed_point import ONE
from support.hub.feed import FAST, SESSION, T0_NS, first_frame, hub_config, moment
from support.hub.single import SoleHub
from support.mosquitto import Broker, Listener

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.health.machine import Machine
    from hipdrive.hub.messages import contract

MS, S = 1_000_000, 1_000_000_000
NOON_NS = 1_772_366_400 * S
"""2026-03-01T12:00:00Z."""


@dataclass
class Pi:
    """A machine that tells what the test wants."""

    heat_c: float | None = 51.26
    flags: int | None = 0
    free_mb: int | None = 12_000

    def temperature_c(self) -> float | None:
        return self.heat_c

    def throttle_flags(self) -> int | None:
        return self.flags

    def disk_free_mb(self) -> int | None:
        return self.free_mb


@dataclass
class Device:
    """A device whose time the test moves, a frame every 25 ms while the camera is there."""

    pi: Pi = field(default_factory=Pi)
    depth: BacklogDepth = field(default_factory=BacklogDepth)
    now_ns: int = 100 * S
    filming: bool = True
    t_ns: int = 0

    def __post_init__(self) -> None:
        self.pulse = LoopMonitor(40, lambda: self.now_ns)
        machine: Any = self.pi
        kept: Machine = machine
        clock = Clock(lambda: NOON_NS + self.now_ns - 100 * S, lambda: self.now_ns)
        self.health = Health(kept, clock)
        self.health.begin(SESSION, self.pulse)

    def pass_s(self, seconds: float) -> list[contract.Health]:
        """Let time pass; what was said meanwhile, asked every 25 ms."""
        said = []
        for _ in range(round(seconds * 40)):
            self.now_ns += 25 * MS
            self.t_ns += 25 * MS
            if self.filming:
                self.pulse.on_frame(moment(T0_NS + self.t_ns, score=ONE // 2))
                self.pulse.lap(21 * MS)
            if message := self.health.due(self.depth, 3, encrypted=True):
                said.append(message)
        return said


def test_the_message_of_a_device_that_is_well() -> None:
    device = Device(depth=BacklogDepth(1, 1, NOON_NS + 19_500 * MS, 4))
    message = device.pass_s(20.5)[-1]
    assert message == {
        "schema": "hipdrive/health/1",
        "session": SESSION,
        "uptime_s": 20.0,
        "problems": [],
        "frame_age_s": 0.0,
        "frames_per_second": 40.0,
        "loop_p50_ms": 21.0,
        "loop_p95_ms": 21.0,
        "dropped_frames": 0,
        "pose_score": 0.5,
        "temperature_c": 51.3,
        "throttled": False,
        "throttle_now": [],
        "throttle_since_boot": [],
        "disk_free_mb": 12_000,
        "outbox_depth": 2,
        "outbox_oldest_s": 0.5,
        "outbox_dropped": 4,
        "reconnects": 3,
        "encrypted": True,
        "version": __version__,
    }


def test_one_at_once_and_one_every_ten_seconds() -> None:
    assert [m["uptime_s"] for m in Device().pass_s(41)] == [0.0, 10.0, 20.0, 30.0, 40.0]


def test_what_is_not_known_is_null() -> None:
    device = Device(pi=Pi(None, None, None))
    device.filming = False
    [message] = device.pass_s(0.1)
    unknown = {key for key, value in message.items() if value is None}
    assert unknown == {
        "frames_per_second",
        "loop_p50_ms",
        "loop_p95_ms",
        "pose_score",
        "temperature_c",
        "throttled",
        "throttle_now",
        "throttle_since_boot",
        "disk_free_mb",
        "outbox_oldest_s",
    }
    assert message["problems"] == []


def test_a_camera_that_stops_is_told_within_three_seconds() -> None:
    device = Device()
    device.pass_s(15)
    device.filming = False
    [message] = device.pass_s(3.2)
    assert message["problems"] == ["no_frames"]
    assert message["frame_age_s"] is not None
    assert 2.0 < message["frame_age_s"] <= 3.1


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"heat_c": 80.0}, "hot"),
        ({"flags": 0b0001}, "under_voltage"),
        ({"flags": 0b0010}, "throttled"),
        ({"flags": 0b0100}, "throttled"),
        ({"flags": 0b1000}, "throttled"),
        ({"free_mb": 499}, "disk_low"),
    ],
)
def test_what_turns_bad_is_told_within_a_second(change: dict[str, Any], problem: str) -> None:
    device = Device()
    device.pass_s(15)
    for name, value in change.items():
        setattr(device.pi, name, value)
    [message] = device.pass_s(1)
    assert message["problems"] == [problem]


def test_what_is_no_trouble_is_not_told() -> None:
    device = Device()
    device.pass_s(15)
    device.pi.heat_c, device.pi.free_mb, device.pi.flags = 79.9, 500, 0xF0000
    device.depth = BacklogDepth(1000, oldest_utc_ns=NOON_NS - 86_400 * S)
    assert device.pass_s(1) == []
    [message] = device.pass_s(10)
    assert message["problems"] == []
    assert message["throttled"] is False
    assert len(message["throttle_since_boot"] or []) == 4


def test_a_message_that_the_broker_does_not_take_is_told() -> None:
    device = Device()
    device.pass_s(15)
    device.depth = BacklogDepth(7, oldest_utc_ns=NOON_NS)
    before = device.pass_s(119)
    assert {tuple(message["problems"]) for message in before} == {()}
    assert ["outbox_waiting"] in [m["problems"] for m in device.pass_s(4)]
    device.depth = BacklogDepth(6, oldest_utc_ns=NOON_NS + S)
    assert device.pass_s(11)[-1]["problems"] == []


def test_time_without_a_broker_is_not_held_against_it() -> None:
    device = Device()
    device.depth = BacklogDepth(7, oldest_utc_ns=NOON_NS)
    device.pass_s(15)
    device.now_ns += 3600 * S
    assert device.pass_s(1)[0]["outbox_oldest_s"] == pytest.approx(3615, abs=1)
    assert {tuple(message["problems"]) for message in device.pass_s(15)} == {()}


def test_an_age_is_never_negative() -> None:
    device = Device(depth=BacklogDepth(1, oldest_utc_ns=NOON_NS + 999 * S))
    assert device.pass_s(0.1)[0]["outbox_oldest_s"] == 0.0


def test_too_few_frames_are_told() -> None:
    device = Device()
    device.filming = False
    for number in range(100):
        device.now_ns += 60 * MS
        device.pulse.on_frame(moment(T0_NS + number * 60 * MS))
        device.pulse.lap(55 * MS)
    message = device.health.due(BacklogDepth(), 0, encrypted=False)
    assert message is not None
    assert message["problems"] == ["few_frames"]
    assert message["frames_per_second"] == pytest.approx(1 / 0.06, abs=0.2)


def test_a_trouble_that_stays_is_not_told_again_and_one_that_joins_is() -> None:
    device = Device()
    device.pass_s(15)
    device.pi.heat_c = 85.0
    assert len(device.pass_s(1)) == 1
    assert device.pass_s(2) == []
    device.pi.flags = 0b1
    [message] = device.pass_s(1)
    assert message["problems"] == ["hot", "under_voltage"]
    device.pi.heat_c, device.pi.flags = 40.0, 0
    # That it is over can wait for its turn.
    [well] = device.pass_s(10)
    assert well["problems"] == []
    device.pi.heat_c = 85.0
    assert [m["problems"] for m in device.pass_s(1)] == [["hot"]]


def test_a_figure_that_hovers_at_its_limit_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    device = Device()
    device.pass_s(15)
    said = []
    for number in range(120):
        device.pi.heat_c = 80.1 if number % 2 else 79.9
        said += device.pass_s(1)
    # Twelve in their turn, one at once.
    assert len(said) <= 13
    assert [r.getMessage() for r in caplog.records] == [f"hub: health: {PROBLEMS['hot']}"]


def test_the_journal_says_what_to_do_once(caplog: pytest.LogCaptureFixture) -> None:
    device = Device()
    device.pass_s(15)
    device.pi.flags = 0b1
    device.pass_s(30)
    lines = [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]
    assert lines == [f"hub: health: {PROBLEMS['under_voltage']}"]


def test_health_reaches_the_broker_and_is_not_retained(tmp_path: Path) -> None:
    device = Device()
    with Broker(tmp_path) as broker, Listener(broker.port) as listener:
        config = hub_config(broker.port)
        with SoleHub(config, SESSION, dict, retry=FAST, caution="c", health=device.health) as hub:
            hub.on_frame(first_frame())
            [message] = listener.wait_count("/treadmill/health", 1)
            with Listener(broker.port) as late:
                # What is retained comes before what is published after the subscription.
                hub.on_frame(moment(T0_NS + S))
                late.wait_count("/live", 1)
                assert late.on("/health") == []
    assert message.json["schema"] == "hipdrive/health/1"
    assert message.json["reconnects"] == 0
    assert message.json["encrypted"] is False
    assert message.json["caution"] == "c"


def test_reconnects_are_counted(tmp_path: Path) -> None:
    device = Device()
    with Broker(tmp_path) as broker:
        config = hub_config(broker.port)
        with SoleHub(config, SESSION, dict, retry=FAST, health=device.health):
            with Listener(broker.port) as listener:
                listener.wait_count("/availability", 1)
            broker.kill()
            broker.start()
            with Listener(broker.port) as listener:
                listener.wait_for(lambda all_: any(m.payload == b"online" for m in all_))
                device.now_ns += 11 * S
                listener.wait_count("/health", 1)
                assert listener.on("/health")[-1].json["reconnects"] >= 1


def test_health_that_fails_costs_one_warning_and_no_connection(
    broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    device = Device()

    def broken() -> int:
        raise RuntimeError("planted")

    device.health.clock = Clock(monotonic_ns=broken)
    with Listener(broker.port) as listener:
        with SoleHub(
            hub_config(broker.port), SESSION, dict, retry=FAST, health=device.health
        ) as hub:
            listener.wait_count("/availability", 1)
            for number in range(3):
                device.now_ns += 2 * S
                hub.on_frame(moment(T0_NS + number * S))
                listener.wait_count("/live", number + 1)
        assert len(listener.wait_count("/availability", 2)) == 2
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING] == [
        "hub: the health of the device could not be told"
    ]
