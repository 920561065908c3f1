"""`hipdrive.analyze`: a recording in, strides and figures out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Unpack

from hipdrive.api.playing import Options, Source, playing
from hipdrive.api.table import data_frame
from hipdrive.api.values import AngleSample, CueValues, FloatValues, StrideValues

if TYPE_CHECKING:
    from pandas import DataFrame

    from hipdrive.session.summary import SessionSummary


@dataclass(frozen=True, slots=True)
class Analysis:
    """What a recording shows.

    Attributes:
        strides: of both legs, oldest first, the rejected ones too.
        samples: both thighs and hips, 64 a second.
        cues: those that the runner would have got.
        summary: of the whole, as in a session's `session.json`.
    """

    strides: tuple[StrideValues, ...]
    samples: tuple[AngleSample, ...]
    cues: tuple[CueValues, ...]
    summary: SessionSummary

    def to_pandas(self, what: Literal["strides", "samples", "cues"] = "strides") -> DataFrame:
        """One of the three as a pandas table, a row each, columns named as the attributes are.

        Raises:
            MissingPackageError: pandas is not installed.
        """
        return data_frame(getattr(self, what))


def analyze(source: Source, **options: Unpack[Options]) -> Analysis:
    """Measure a runner in a recording; nothing is published or shown.

    >>> import hipdrive
    >>> analysis = hipdrive.analyze("keypoints:")  # a runner whose every answer is known
    >>> near = [stride for stride in analysis.strides if stride.near and stride.accepted]
    >>> mean_deg = sum(stride.thigh_ext_deg for stride in near) / len(near)
    >>> 20 < mean_deg < 22  # it was made to run with 21, give or take 1 from stride to stride
    True
    >>> round(analysis.summary.cadence_spm)
    170

    Args:
        source: a video, a folder of images, a session folder, `poses.npz`, "rendered:",
            "keypoints:", an open `FrameSource` or `PoseSource`, or `Pose` after `Pose`.
        **options: see `Options`.

    Raises:
        ConfigError, CalibrationError, ModelError, SourceError: that part cannot be used.
    """
    strides: list[StrideValues] = []
    samples: list[AngleSample] = []
    cues: list[CueValues] = []
    values: FloatValues | None = None
    with playing(source, options) as runner:
        for result in runner.results():
            values = values or FloatValues(result.pose.t_ns)
            guard = result.coach.guard
            strides += [values.stride(stride, guard) for stride in result.gait.strides]
            samples += map(values.sample, result.gait.samples)
            cues += map(values.cue, result.cues)
        return Analysis(tuple(strides), tuple(samples), tuple(cues), runner.summary())
