"""Summaries made by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hipdrive.gait.metrics.catalogue import METRICS
from hipdrive.geometry.camera_summary import CameraSummary
from hipdrive.session.figures import CueLatency
from hipdrive.session.loop_times import LoopTimeHistogram
from hipdrive.session.programme_summary import ProgrammeSummary, SilentMean
from hipdrive.session.report import summarise
from hipdrive.session.stats import SessionStats
from hipdrive.session.summary import PoseInfo, SessionInfo
from hipdrive.texts.message import Message, MessageId
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.band import Band
from hipdrive.types.coach_status import CoachStatus
from hipdrive.types.cue import Cue, CueKind
from hipdrive.types.programme import CoachMode
from hipdrive.types.side import Side
from hipdrive.types.stride import Rejection
from support.session.results import MS, S, frame_result, stride

if TYPE_CHECKING:
    from hipdrive.session.summary import SessionSummary

INFO = SessionInfo(
    "20260101T060000Z-a1b2c3",
    "clip.mp4",
    "2026-01-01T06:00:00+00:00",
    PoseInfo("movenet-lightning-int8", "cd7c" * 16, "ai-edge-litert 2.1.6", decode="heatmap"),
)
BAND = Band(bam_from_deg(9), bam_from_deg(11), bam_from_deg(14))
PROGRAMME = ProgrammeSummary(
    mode=CoachMode.PROGRAMME,
    session=3,
    feedback_percent=87,
    running_s=1180.4,
    baselines=(SilentMean(2.78, 1.0, 168, 10.412, 1.103),),
    probe=SilentMean(2.78, 1.0, 168, 10.412, 1.103),
    counted=True,
)
CAMERA = CameraSummary(
    calibrated=True,
    roll_taken_off_deg=1.4,
    strides=30,
    roll_deg=1.2,
    roll_se_deg=0.3,
    yaw_deg=-3.0,
    px_per_m=241.3,
    belt_mps=2.96,
)


def full_summary() -> SessionSummary:
    """A summary in which every figure is known."""
    stats, loop_times = SessionStats(), LoopTimeHistogram()
    measures = tuple(10_000_000 + index for index in range(len(METRICS)))
    for number in range(40):
        near = replace(stride(number * S, 10 + number % 3), measures=measures)
        far = stride(number * S, 8, near=False)
        lost = stride(number * S, rejection=Rejection.GAP)
        strides = [near, far, *([lost] if number % 10 == 0 else [])]
        cues = [Cue(0, CueKind.BUZZ)] if number == 30 else []
        result = frame_result(number * S, strides=strides, cues=cues)
        stats.on_frame(replace(result, coach=CoachStatus(band=BAND)))
        loop_times.add((1 + number) * MS)
    warnings = ["the camera hangs 2.0° clockwise"]
    latency = CueLatency(41, p50=98.8, p95=115.8, jitter=24.6)
    summary = summarise(INFO, stats, Side.LEFT, loop_times, warnings, CAMERA, "anna-3", latency)
    advice = (Message(MessageId.TRY_LOOK_AHEAD, {"change": 4.2, "now": 10.1}),)
    return replace(summary, programme=PROGRAMME, advice=advice, incline_percent=1.5)


SUMMARY = summarise(INFO, SessionStats(), None, LoopTimeHistogram())
"""Of a session without a frame."""
