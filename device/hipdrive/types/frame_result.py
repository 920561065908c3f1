"""All that one frame led to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.types.coach_status import NOT_COACHED

if TYPE_CHECKING:
    from hipdrive.types.coach_status import CoachStatus
    from hipdrive.types.cue import Cue
    from hipdrive.types.frame import Frame
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
        frame: the picture itself; None for recorded key points. Its image is valid until the next
            frame is requested: a sink that needs it later copies it, and one that keeps the
            result keeps `without_frame` of it.
    """

    pose: Pose
    gait: GaitUpdate
    cues: tuple[Cue, ...]
    coach: CoachStatus = NOT_COACHED
    frame: Frame | None = None

    def without_frame(self) -> FrameResult:
        """The same without the picture, which would keep its memory."""
        return FrameResult(self.pose, self.gait, self.cues, self.coach)
