"""All that one frame led to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hipdrive.types.cue import Cue
    from hipdrive.types.gait_update import GaitUpdate
    from hipdrive.types.pose import Pose


@dataclass(frozen=True, slots=True)
class FrameResult:
    """All that one frame led to; what is recorded, published and displayed.

    Attributes:
        pose: the key points.
        gait: samples and strides that the pose completed.
        cues: what the coach said, already shown.
    """

    pose: Pose
    gait: GaitUpdate
    cues: tuple[Cue, ...]
