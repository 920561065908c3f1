from __future__ import annotations

from typing import Any

from hipdrive import __version__
from hipdrive.hub.messages.device_messages import health_message
from hipdrive.hub.outbox.depth import BacklogDepth
from support.health.device import MS, FakeMachine, S, SimulatedDevice
from support.hub.frames import SESSION

NOW_NS = 1_772_366_400 * S
"""2026-03-01T12:00:00Z."""


def message(
    device: SimulatedDevice, seconds: float, depth: BacklogDepth | None = None
) -> dict[str, Any]:
    report = device.advance(seconds)[-1]
    return {**health_message(report, depth or BacklogDepth(), NOW_NS, 3, encrypted=True)}


def test_the_message_of_a_device_that_is_well() -> None:
    depth = BacklogDepth(1, 1, NOW_NS - 500 * MS, 4, 2)
    assert message(SimulatedDevice(), 20.5, depth) == {
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
        "outbox_dropped": 6,
        "outbox_set_aside": 0,
        "reconnects": 3,
        "encrypted": True,
        "version": __version__,
    }


def test_what_is_not_known_is_null() -> None:
    device = SimulatedDevice(FakeMachine(None, None, None), filming=False)
    unknown = {key for key, value in message(device, 0.1).items() if value is None}
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


def test_between_two_sessions_all_of_the_loop_is_null() -> None:
    device = SimulatedDevice()
    device.health.end()
    body = message(device, 0.1)
    unknown = {key for key, value in body.items() if value is None} - {"outbox_oldest_s"}
    assert unknown == {
        "session",
        "frame_age_s",
        "frames_per_second",
        "loop_p50_ms",
        "loop_p95_ms",
        "dropped_frames",
        "pose_score",
    }


def test_an_age_is_never_negative() -> None:
    depth = BacklogDepth(1, oldest_utc_ns=NOW_NS + 999 * S)
    assert message(SimulatedDevice(), 0.1, depth)["outbox_oldest_s"] == 0.0
