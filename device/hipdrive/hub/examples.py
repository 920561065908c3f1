"""One message of each kind, as many are; the documents show them."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hipdrive.control.command import Refusal
from hipdrive.control.command_handler import DeviceState, answer, state
from hipdrive.gait.metrics.catalogue import METRICS
from hipdrive.geometry.camera_summary import CameraSummary
from hipdrive.health.loop_monitor import LoopMonitor
from hipdrive.health.machine import Machine
from hipdrive.health.report import Health
from hipdrive.hub.messages import messages
from hipdrive.hub.messages.clock import Clock, Stamp
from hipdrive.hub.outbox.backlog import BacklogDepth
from hipdrive.session.loop_times import LoopTimeHistogram
from hipdrive.session.report import summarise
from hipdrive.session.stats import SessionStats
from hipdrive.session.summary import PoseInfo, SessionInfo
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.cue import Cue, CueKind
from hipdrive.types.fixed_point import ONE
from hipdrive.types.frame_result import FrameResult
from hipdrive.types.gait_update import GaitUpdate, Sample
from hipdrive.types.pose import Keypoint, Pose
from hipdrive.types.side import Side
from hipdrive.types.skeleton import COCO_17
from hipdrive.types.stride import Stride

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hipdrive.gait.metrics.metric import Metric
    from hipdrive.hub.messages import contract
    from hipdrive.session.summary import SessionSummary

SESSION = "20260301T180500Z-5f3a9c"
STARTED_NS = 1_772_388_300_000_000_000
"""2026-03-01T18:05:00Z."""
MEASURED = {
    "contact_time": 0.231,
    "flight_time": 0.125,
    "duty_factor": 32.44,
    "thigh_excursion": 58.2,
    "knee_flex_contact": 17.3,
    "knee_flex_stance": 41.6,
    "knee_flex_toe_off": 15.9,
    "knee_flex_swing": 98.4,
    "shank_contact": 6.2,
    "overstride": 19.5,
    "trunk_lean": 6.8,
    "bounce": 9.4,
}
"""Without a scale and the belt's speed; the others need one of them."""

WRITTEN = Stamp(1_772_388_304_250_000_000, 86_412_345_000_000)
CUES = dict(zip(CueKind, (2, 1, 9, 4, 0, 3), strict=True))
MARKS = {
    "summary": {
        "id": "019caa93-457a-7000-8a2d-6f1b0c9d4e5f",
        "series": "9c1e5d2ab0473f68",
        "seq": 412,
        "dropped": 0,
    },
    "cues": {
        "id": "019caa93-457a-7000-8a2d-6f1b0c9d4e60",
        "series": "9c1e5d2ab0473f68",
        "seq": 413,
        "dropped": 0,
    },
}
"""What the outbox adds."""


def example_stride() -> Stride:
    """A stride as many."""
    return Stride(
        t_ns=3_512_000_000,
        leg=Side.LEFT,
        near=True,
        thigh_ext_bam=bam_from_deg(21.4),
        hip_ext_bam=bam_from_deg(13.9),
        stride_time_ns=712_000_000,
        rejection=None,
        foot_strike_ns=3_242_000_000,
        toe_off_ns=3_473_000_000,
        measures=tuple(_whole(metric) for metric in METRICS),
    )


def _whole(metric: Metric) -> int | None:
    value, unit = MEASURED.get(metric.name), metric.unit
    return None if value is None else round(value * unit.denominator / unit.numerator)


def example_summary(stride: Stride) -> SessionSummary:
    """The summary of a session with two strides."""
    stats, loop_times = SessionStats(), LoopTimeHistogram()
    for index in range(2):
        pose = Pose(index * 4_000_000_000, (Keypoint(0, 0, ONE),) * len(COCO_17))
        stats.on_frame(FrameResult(pose, GaitUpdate(strides=(stride,)), ()))
        loop_times.add(21_000_000)
    pose_info = PoseInfo("movenet-lightning-int8", "cd7cc22f...", "ai-edge-litert 2.1.6")
    info = SessionInfo(SESSION, "imx708", "2026-03-01T18:05:00+00:00", pose_info)
    camera = CameraSummary(
        calibrated=True,
        roll_taken_off_deg=1.4,
        strides=30,
        roll_deg=1.2,
        roll_se_deg=0.3,
        yaw_deg=-3.0,
        px_per_m=241.3,
        belt_mps=2.96,
    )
    return summarise(info, stats, Side.LEFT, loop_times, camera=camera, runner="anna-3")


class _Pi(Machine):
    """A machine as many."""

    def temperature_c(self) -> float:
        """Warm."""
        return 61.2

    def throttle_flags(self) -> int:
        """Once under voltage and slowed down."""
        return 0x50000

    def disk_free_mb(self) -> int:
        """Room for many sessions."""
        return 21_400


def example_health() -> contract.Health:
    """The health of a device that has had a weak power supply."""
    now_ns = [0]
    pulse = LoopMonitor(30, lambda: now_ns[0])
    clock = Clock(lambda: STARTED_NS + now_ns[0], lambda: now_ns[0])
    health = Health(_Pi(Path("/")), clock)
    health.begin(SESSION, pulse)
    pose = Pose(0, (Keypoint(0, 0, int(0.78 * ONE)),) * len(COCO_17))
    for index in range(3001):
        now_ns[0] = index * 33_333_333
        pulse.on_frame(FrameResult(replace(pose, t_ns=now_ns[0]), GaitUpdate(), ()))
        pulse.lap(21_000_000)
    now_ns[0] += 12_000_000
    message = health.due(BacklogDepth(), 0, encrypted=True)
    if message is None:
        raise AssertionError
    return {**message, "version": "0.1.0"}


def every_example() -> dict[str, dict[str, Any]]:
    """By the name of the topic, as on the wire."""
    stride = example_stride()
    bams = [bam_from_deg(angle) for angle in (-12.6, 18.2, -20.1, 10.7)]
    sample = Sample(3_950_000_000, *bams)
    bodies: dict[str, Mapping[str, Any]] = {
        "live": messages.live(
            SESSION,
            4_000_000_000,
            sample,
            168.5,
            0.78,
            "in_band",
            runner_seen=True,
            stride_thigh_ext_bam=stride.thigh_ext_bam,
        ),
        "stride": messages.stride(SESSION, 0, stride),
        "cue": messages.cue(
            SESSION, 0, Cue(3_512_000_000, CueKind.LED_IN_BAND, stride.thigh_ext_bam)
        ),
        "summary": messages.summary(
            SESSION, example_summary(stride).to_json(), "window", final=False
        ),
        "cues": messages.cues(SESSION, 4_000_000_000, CUES),
        "health": example_health(),
        "state": state(
            DeviceState(session=SESSION, target_offset_deg=-0.5, runner="anna-3"),
            2,
            Counter({Refusal.OUT_OF_RANGE: 1}),
            Refusal.OUT_OF_RANGE,
        ),
        "answer": answer(Refusal.OUT_OF_RANGE),
    }
    return {name: _written(body, MARKS.get(name, {})) for name, body in bodies.items()}


def _written(body: Mapping[str, Any], mark: Mapping[str, Any]) -> dict[str, Any]:
    said = messages.stamped(body, WRITTEN, synchronised=True)
    whole: dict[str, Any] = json.loads(messages.marked(said, mark))
    return whole
