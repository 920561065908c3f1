from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from hipdrive.health.report import PROBLEMS
from support.health.device import MS, FakeMachine, S, SimulatedDevice
from support.hub.frames import SESSION, T0_NS, frame_result

if TYPE_CHECKING:
    from hipdrive.health.report import HealthReport

WRITTEN_NS = 1_772_366_400 * S
"""2026-03-01T12:00:00Z."""


def uptimes_s(reports: list[HealthReport]) -> list[float]:
    return [round(report.uptime_ns / S, 1) for report in reports]


def problems(reports: list[HealthReport]) -> list[tuple[str, ...]]:
    return [report.problems for report in reports]


def test_the_report_of_a_device_that_is_well() -> None:
    report = SimulatedDevice().advance(20.5)[-1]
    assert (report.session, report.problems) == (SESSION, ())
    assert report.loop is not None
    assert (report.loop.age_ns, report.loop.frames_per_second) == (0, 40.0)
    assert (report.loop.loop_p50_ns, report.loop.loop_p95_ns) == (21 * MS, 21 * MS)
    assert (report.loop.dropped, report.loop.score) == (0, 0.5)
    assert (report.machine.temperature_c, report.machine.disk_free_mb) == (51.26, 12_000)
    assert (report.machine.throttled, report.machine.throttle_now) == (False, ())


def test_a_report_at_once_and_one_every_ten_seconds() -> None:
    assert uptimes_s(SimulatedDevice().advance(41)) == [0.0, 10.0, 20.0, 30.0, 40.0]


def test_between_two_sessions_nothing_is_reported_of_frames() -> None:
    device = SimulatedDevice()
    device.health.end()
    [report] = device.advance(0.1)
    assert (report.session, report.loop, report.problems) == (None, None, ())


def test_what_the_machine_does_not_report_is_no_problem() -> None:
    device = SimulatedDevice(FakeMachine(None, None, None))
    [report] = device.advance(0.1)
    assert report.problems == ()
    assert report.machine.throttled is None
    assert report.machine.throttle_now is None


def test_a_camera_that_stops_is_reported_within_three_seconds() -> None:
    device = SimulatedDevice()
    device.advance(15)
    device.filming = False
    [report] = device.advance(3.2)
    assert report.problems == ("no_frames",)
    assert report.loop is not None
    assert 2 * S < report.loop.age_ns <= 3.1 * S


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
def test_what_turns_bad_is_reported_within_a_second(change: dict[str, float], problem: str) -> None:
    device = SimulatedDevice()
    device.advance(15)
    for name, value in change.items():
        setattr(device.machine, name, value)
    [report] = device.advance(1)
    assert report.problems == (problem,)


def test_what_is_within_the_limits_is_no_problem() -> None:
    device = SimulatedDevice()
    device.advance(15)
    device.machine.heat_c, device.machine.free_mb, device.machine.flags = 79.9, 500, 0xF0000
    device.head_utc_ns = WRITTEN_NS - 86_400 * S
    assert device.advance(1) == []
    [report] = device.advance(10)
    assert report.problems == ()
    assert report.machine.throttled is False
    assert len(report.machine.throttle_since_boot or ()) == 4


def test_a_message_that_the_broker_does_not_accept_is_a_problem() -> None:
    device = SimulatedDevice()
    device.advance(15)
    device.head_utc_ns = WRITTEN_NS
    assert set(problems(device.advance(119))) == {()}
    assert ("outbox_waiting",) in problems(device.advance(4))
    device.head_utc_ns = WRITTEN_NS + S
    assert device.advance(11)[-1].problems == ()


def test_time_without_a_broker_does_not_count_for_a_message() -> None:
    device = SimulatedDevice(head_utc_ns=WRITTEN_NS)
    device.advance(15)
    device.now_ns += 3600 * S
    assert device.advance(1)
    assert set(problems(device.advance(15))) == {()}


def test_too_few_frames_are_a_problem() -> None:
    device = SimulatedDevice()
    for number in range(100):
        device.now_ns += 60 * MS
        device.loop.on_frame(frame_result(T0_NS + number * 60 * MS))
        device.loop.lap(55 * MS)
    report = device.health.due(None)
    assert report is not None
    assert report.problems == ("few_frames",)
    assert report.loop is not None
    assert report.loop.frames_per_second == pytest.approx(1 / 0.06, abs=0.2)


def test_a_problem_that_stays_is_not_reported_at_once_again_and_one_that_joins_is() -> None:
    device = SimulatedDevice()
    device.advance(15)
    device.machine.heat_c = 85.0
    assert len(device.advance(1)) == 1
    assert device.advance(2) == []
    device.machine.flags = 0b1
    assert problems(device.advance(1)) == [("hot", "under_voltage")]
    device.machine.heat_c, device.machine.flags = 40.0, 0
    # That it is over can wait for the next report.
    assert problems(device.advance(10)) == [()]
    device.machine.heat_c = 85.0
    assert problems(device.advance(1)) == [("hot",)]


def test_a_figure_that_hovers_at_its_limit_is_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    device = SimulatedDevice()
    device.advance(15)
    reports = []
    for number in range(120):
        device.machine.heat_c = 80.1 if number % 2 else 79.9
        reports += device.advance(1)
    # Twelve in their turn, one at once.
    assert len(reports) <= 13
    assert [r.getMessage() for r in caplog.records] == [f"health: {PROBLEMS['hot']}"]


def test_the_log_says_once_what_to_do(caplog: pytest.LogCaptureFixture) -> None:
    device = SimulatedDevice()
    device.advance(15)
    device.machine.flags = 0b1
    device.advance(30)
    lines = [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]
    assert lines == [f"health: {PROBLEMS['under_voltage']}"]
