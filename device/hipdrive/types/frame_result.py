"""All that one frame led to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.types.coach_status import NOT_COACHED

if TYPE_CHECKING:
    from hipdrive.types.coach_status import CoachStatus
    from hipdrive.types.cue import Cue
    from hipdrive.types.gait_update import GaitUpdate
    from hipdrive.types.pose import Pose


@dataclass(frozen=True, slots=True)
class FrameResult:
    """All that one frame led to; what is recorded, published and displayed.

    Attributes:
        pose: the key points.
        gait: samples and strides that the pose completed.
        cues: what the runner was shown and heard.
        coach: what the coach is doing after the frame.
    """

    pose: Pose
    gait: GaitUpdate
    cues: tuple[Cue, ...]
    coach: CoachStatus = NOT_COACHED
