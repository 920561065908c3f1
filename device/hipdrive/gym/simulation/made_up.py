"""A session of a runner who is made up, for those who have no recorded one at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.gait.metrics.catalogue import METRICS
from hipdrive.gym.simulation.script import RecordedCue, RecordedStride, SessionScript
from hipdrive.hub.messages.session_messages import stride_message
from hipdrive.session.loop_times import LoopTimeHistogram
from hipdrive.session.report import summarise
from hipdrive.session.stats import SessionStats
from hipdrive.session.summary import SessionInfo
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.cue import CueKind
from hipdrive.types.fixed_point import ONE
from hipdrive.types.frame_result import FrameResult
from hipdrive.types.gait_update import GaitUpdate
from hipdrive.types.pose import Keypoint, Pose
from hipdrive.types.side import Side
from hipdrive.types.skeleton import COCO_17
from hipdrive.types.stride import Stride
from hipdrive.types.time import NS_PER_MS, NS_PER_S

if TYPE_CHECKING:
    import random

STRIDE_MS, STRIDE_SD_MS = 700, 9
"""171 steps a minute; from stride to stride a runner's time changes by about 1.3 %."""
THIGH_EXT_DEG, THIGH_EXT_SD_DEG = 21.0, 1.5
CUE_EVERY_STRIDES = 10
LOOP_NS = 21 * NS_PER_MS


def made_up_session(seconds: float, rng: random.Random) -> SessionScript:
    """A session of that length, of both legs, near leg first.

    Args:
        seconds: from its first stride to its last.
        rng: where strides differ.
    """
    strides = _strides(round(seconds * NS_PER_S), rng)
    stats, loop_times = SessionStats(), LoopTimeHistogram()
    for stride in strides:
        pose = Pose(stride.t_ns, (Keypoint(0, 0, ONE),) * len(COCO_17))
        stats.on_frame(FrameResult(pose, GaitUpdate(strides=(stride,)), ()))
        loop_times.add(LOOP_NS)
    info = SessionInfo("", "simulated", "1970-01-01T00:00:00+00:00", None)
    figures = summarise(info, stats, Side.LEFT, loop_times).to_json()
    cued = strides[:: 2 * CUE_EVERY_STRIDES]
    cues = [
        RecordedCue(stride.t_ns / NS_PER_S, CueKind.LED_IN_BAND, THIGH_EXT_DEG) for stride in cued
    ]
    return SessionScript([_recorded(stride) for stride in strides], cues, figures)


def _strides(length_ns: int, rng: random.Random) -> list[Stride]:
    made: list[Stride] = []
    t_ns = 0
    while t_ns <= length_ns or not made:
        half_ns = round(rng.gauss(STRIDE_MS, STRIDE_SD_MS)) * NS_PER_MS // 2
        t_ns += half_ns
        near = len(made) % 2 == 0
        angle = bam_from_deg(rng.gauss(THIGH_EXT_DEG, THIGH_EXT_SD_DEG))
        made.append(
            Stride(
                t_ns=t_ns,
                leg=Side.LEFT if near else Side.RIGHT,
                near=near,
                thigh_ext_bam=angle,
                hip_ext_bam=angle - bam_from_deg(7.5),
                stride_time_ns=2 * half_ns,
                rejection=None,
                foot_strike_ns=t_ns - 270 * NS_PER_MS,
                toe_off_ns=t_ns - 40 * NS_PER_MS,
                measures=tuple(_plausible(number) for number in range(len(METRICS))),
            )
        )
    return made


def _plausible(number: int) -> int:
    """A whole number for a metric: its size counts here, not what it says."""
    return bam_from_deg(10.0 + number)


def _recorded(stride: Stride) -> RecordedStride:
    keys = stride_message("", 0, stride)
    del keys["session"]
    return RecordedStride(stride.t_ns / NS_PER_S, stride.near and stride.accepted, keys)
