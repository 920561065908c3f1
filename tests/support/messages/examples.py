"""An example of each message and command, for the documents and the tests."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hipdrive import __version__
from hipdrive.control.command import (
    ChangeSession,
    MoveTarget,
    Mute,
    NameRunner,
    Refusal,
    SetPrivacy,
)
from hipdrive.control.command_handler import CommandAnswer
from hipdrive.control.device_state import DeviceState, DeviceStatus
from hipdrive.gait.metrics.catalogue import METRICS
from hipdrive.geometry.camera_summary import CameraSummary
from hipdrive.health.loop_monitor import LoopMonitor
from hipdrive.health.machine import Machine
from hipdrive.health.monitor import HealthMonitor
from hipdrive.hub.messages.clock import Stamp
from hipdrive.hub.messages.device_messages import answer_message, health_message, state_message
from hipdrive.hub.messages.encoding import encode_row, timestamped
from hipdrive.hub.messages.session_messages import (
    cue_message,
    cues_message,
    live_message,
    stride_message,
    summary_message,
)
from hipdrive.hub.outbox.depth import BacklogDepth
from hipdrive.session.cue_times import CueTime
from hipdrive.session.figures import ExpectedError
from hipdrive.session.loop_times import LoopTimeHistogram
from hipdrive.session.programme_summary import ProgrammeSummary, SilentMean
from hipdrive.session.report import summarise
from hipdrive.session.stats import SessionStats
from hipdrive.session.summary import PoseInfo, SessionInfo
from hipdrive.texts.message import Message, MessageId
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.coach_status import GuardReason
from hipdrive.types.cue import Cue, CueKind
from hipdrive.types.fixed_point import ONE
from hipdrive.types.frame_result import FrameResult
from hipdrive.types.gait_update import GaitUpdate, Sample
from hipdrive.types.pose import Keypoint, Pose
from hipdrive.types.programme import Block, BlockKind, CoachMode, ProgrammeStatus
from hipdrive.types.side import Side
from hipdrive.types.skeleton import COCO_17
from hipdrive.types.stride import Stride

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hipdrive.config import CommandName
    from hipdrive.control.command import Command
    from hipdrive.gait.metrics.metric import Metric
    from hipdrive.hub.messages.device_schema import HealthMessage
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
CUES = {kind: 1 + number for number, kind in enumerate(CueKind)}
OUTBOX_FIELDS = {
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
COMMAND_EXAMPLES: dict[CommandName, Command] = {
    "mute": Mute(muted=True),
    "target_offset": MoveTarget(target_offset_deg=-0.5),
    "session": ChangeSession(action="end"),
    "runner": NameRunner(runner="anna-3"),
    "privacy": SetPrivacy(private=True),
}


def example_stride() -> Stride:
    """A typical stride."""
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
        measures=tuple(_scaled(metric) for metric in METRICS),
    )


def _scaled(metric: Metric) -> int | None:
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
    made = summarise(info, stats, Side.LEFT, loop_times, camera=camera, runner="anna-3")
    error = ExpectedError(2.9, 0.6, "24 clips of drawn people who face left (...)")
    withheld: dict[str, int] = {GuardReason.OVERSTRIDE: 3}
    return replace(
        made,
        thigh_ext_deg=replace(made.thigh_ext_deg, expected_error=error),
        programme=example_programme(),
        withheld=withheld,
        advice=(Message(MessageId.TRY_LOOK_AHEAD, {"change": 4.2, "now": 10.1}),),
    )


def example_programme() -> ProgrammeSummary:
    """A third session that is going on."""
    return ProgrammeSummary(
        mode=CoachMode.PROGRAMME,
        session=3,
        feedback_percent=87,
        running_s=8.5,
        baselines=(),
        probe=SilentMean(2.96, 0.0, 168, 19.836, 1.127),
        counted=False,
        not_counted="it has 8 s of running, and one that counts has 300",
    )


class WarmMachine(Machine):
    """A typical machine, with a power supply that was once too weak."""

    def temperature_c(self) -> float:
        """Warm."""
        return 61.2

    def throttle_flags(self) -> int:
        """Once under voltage and slowed down."""
        return 0x50000

    def disk_free_mb(self) -> int:
        """Room for many sessions."""
        return 21_400


def example_health() -> HealthMessage:
    """The health of a device that has had a weak power supply."""
    now_ns = [0]
    monitor = LoopMonitor(30, lambda: now_ns[0])
    health = HealthMonitor(WarmMachine(Path("/")), monotonic_ns=lambda: now_ns[0])
    health.begin(SESSION, monitor)
    pose = Pose(0, (Keypoint(0, 0, int(0.78 * ONE)),) * len(COCO_17))
    for index in range(3001):
        now_ns[0] = index * 33_333_333
        monitor.on_frame(FrameResult(replace(pose, t_ns=now_ns[0]), GaitUpdate(), ()))
        monitor.lap(21_000_000)
    now_ns[0] += 12_000_000
    report = health.due(None)
    if report is None:
        raise AssertionError
    utc_ns = STARTED_NS + now_ns[0]
    message = health_message(report, BacklogDepth(), utc_ns, 0, encrypted=True)
    return {**message, "version": "0.1.0"}


def every_example() -> dict[str, dict[str, Any]]:
    """Messages as published, by the name of their topic."""
    stride = example_stride()
    cue = Cue(3_512_000_000, CueKind.LED_IN_BAND, stride.thigh_ext_bam, 3_413_000_000)
    cue_time = CueTime(3_518_000_000, 3_519_000_000)
    status = DeviceStatus(
        DeviceState(session=SESSION, target_offset_deg=-0.5, runner="anna-3"),
        2,
        ((Refusal.OUT_OF_RANGE, 1),),
        Refusal.OUT_OF_RANGE,
    )
    bodies: dict[str, Mapping[str, Any]] = {
        "live": _example_live(stride),
        "stride": stride_message(SESSION, 0, stride),
        "cue": cue_message(SESSION, 0, cue, cue_time),
        "summary": summary_message(
            SESSION, example_summary(stride).to_json(), "window", final=False
        ),
        "cues": cues_message(SESSION, 4_000_000_000, CUES),
        "health": example_health(),
        "state": state_message(status, __version__),
        "answer": answer_message(CommandAnswer(Refusal.OUT_OF_RANGE)),
    }
    return {name: _published(body, OUTBOX_FIELDS.get(name, {})) for name, body in bodies.items()}


def _example_live(stride: Stride) -> Mapping[str, Any]:
    bams = [bam_from_deg(angle) for angle in (-12.6, 18.2, -20.1, 10.7)]
    return live_message(
        SESSION,
        4_000_000_000,
        Sample(3_950_000_000, *bams),
        168.5,
        0.78,
        "in_band",
        runner_seen=True,
        stride_thigh_ext_bam=stride.thigh_ext_bam,
        programme=ProgrammeStatus(
            CoachMode.PROGRAMME, 3, 87, Block(BlockKind.FEEDBACK, 2, 154_000_000_000)
        ),
        block_left_ns=42_500_000_000,
    )


def _published(body: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    message = timestamped(body, WRITTEN, synchronised=True)
    published: dict[str, Any] = json.loads(encode_row(message, fields))
    return published
