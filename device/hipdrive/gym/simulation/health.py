"""The health of a simulated device: one without trouble."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hipdrive.hub.messages.device_messages import HEALTH

if TYPE_CHECKING:
    from collections.abc import Mapping

FLAWLESS: Final[Mapping[str, object]] = {
    "schema": HEALTH,
    "session": None,
    "uptime_s": 100.0,
    "problems": [],
    "frame_age_s": 0.012,
    "frames_per_second": 30.0,
    "loop_p50_ms": 21.0,
    "loop_p95_ms": 24.0,
    "dropped_frames": 0,
    "pose_score": 0.78,
    "temperature_c": 61.2,
    "throttled": False,
    "throttle_now": [],
    "throttle_since_boot": [],
    "disk_free_mb": 21_400,
    "outbox_depth": 0,
    "outbox_oldest_s": None,
    "outbox_dropped": 0,
    "outbox_set_aside": 0,
    "reconnects": 0,
    "encrypted": False,
    "version": "simulated",
}
