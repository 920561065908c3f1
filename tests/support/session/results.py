"""Frame results and strides made by hand, and a reader of the session folder's tables."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from hipdrive.session.poses import PosesMeta
from hipdrive.session.summary import PoseInfo
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.fixed_point import ONE
from hipdrive.types.frame_result import FrameResult
from hipdrive.types.gait_update import GaitUpdate, Sample
from hipdrive.types.side import Side
from hipdrive.types.stride import Stride
from support.keypoints import all_at

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from hipdrive.types.cue import Cue
    from hipdrive.types.pose import Pose
    from hipdrive.types.stride import Rejection

MS = 1_000_000
S = 1_000_000_000
T0_NS = 81_234_567_890_123
"""A camera's clock does not begin with the session."""
META = PosesMeta("clip.mp4", Side.LEFT, PoseInfo("movenet", "ab" * 32, "ai-edge-litert 2.1.6"))


def pose(after_ns: int, score: int = ONE) -> Pose:
    """A pose so long after the start, all key points on one spot."""
    return all_at(T0_NS + after_ns, 100 * ONE, 200 * ONE, score)


def sample(after_ns: int, near_deg: float, far_deg: float) -> Sample:
    near, far = bam_from_deg(near_deg), bam_from_deg(far_deg)
    return Sample(T0_NS + after_ns, near, far, near, far)


def stride(  # a stride has that many sides
    after_ns: int = 0,
    thigh_ext_deg: float = 10,
    hip_ext_deg: float = 5,
    *,
    near: bool = True,
    time_ns: int = 700 * MS,
    rejection: Rejection | None = None,
) -> Stride:
    return Stride(
        t_ns=T0_NS + after_ns,
        leg=Side.LEFT if near else Side.RIGHT,
        near=near,
        thigh_ext_bam=bam_from_deg(thigh_ext_deg),
        hip_ext_bam=bam_from_deg(hip_ext_deg),
        stride_time_ns=time_ns,
        rejection=rejection,
    )


def frame_result(
    after_ns: int,
    *,
    samples: Iterable[Sample] = (),
    strides: Iterable[Stride] = (),
    cues: Iterable[Cue] = (),
    score: int = ONE,
) -> FrameResult:
    return FrameResult(
        pose(after_ns, score), GaitUpdate(tuple(samples), tuple(strides)), tuple(cues)
    )


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
