"""`hipdrive.stream`: what each frame led to, while it happens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack

from hipdrive.api.playing import Options, Source, playing
from hipdrive.api.values import AngleSample, CueValues, FloatValues, StrideValues
from hipdrive.types.fixed_point import ONE

if TYPE_CHECKING:
    from collections.abc import Generator

    from hipdrive.types.frame import Frame
    from hipdrive.types.pose import Pose


@dataclass(frozen=True, slots=True)
class FrameValues:
    """All that one frame led to.

    Attributes:
        t_s: since the first frame.
        runner_seen: whether the key points are good enough to be a person.
        score: mean score of the body's key points, 0 to 1.
        samples: points of the 64 Hz grid that the frame completed, oldest first, often none.
        strides: strides that it completed, of both legs.
        cues: those of the coach.
        pose: the key points themselves, whole numbers.
        frame: the picture; its image is valid until the next frame. None for recorded key points.
    """

    t_s: float
    runner_seen: bool
    score: float
    samples: tuple[AngleSample, ...]
    strides: tuple[StrideValues, ...]
    cues: tuple[CueValues, ...]
    pose: Pose
    frame: Frame | None


def stream(source: Source, **options: Unpack[Options]) -> Generator[FrameValues]:
    """Measure a runner frame by frame; closing the iterator ends the session.

    >>> import hipdrive
    >>> frames = hipdrive.stream("keypoints:")  # a runner of 170 steps a minute
    >>> stride = next(stride for values in frames for stride in values.strides if stride.near)
    >>> f"{stride.leg} leg, {stride.stride_time_s:.2f} s a stride"
    'right leg, 0.71 s a stride'

    Args:
        source: as `hipdrive.analyze` takes it; a `FrameSource` may be a camera.
        **options: see `Options`.

    Raises:
        ConfigError, CalibrationError, ModelError, SourceError: that part cannot be used.
    """
    values: FloatValues | None = None
    with playing(source, options) as runner:
        for result in runner.results():
            values = values or FloatValues(result.pose.t_ns)
            yield FrameValues(
                t_s=values.t_s(result.pose.t_ns),
                runner_seen=result.pose.runner_seen,
                score=result.pose.body_score / ONE,
                samples=tuple(map(values.sample, result.gait.samples)),
                strides=tuple(
                    values.stride(stride, result.coach.guard) for stride in result.gait.strides
                ),
                cues=tuple(map(values.cue, result.cues)),
                pose=result.pose,
                frame=result.frame,
            )
