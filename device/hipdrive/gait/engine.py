"""The gait engine: key points in, angles and strides out, in constant memory and one pass."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal, TypeAlias

from hipdrive.gait.events.foot_contact import DEFAULT_TIMING, KneeTiming
from hipdrive.gait.joints.facing_watch import FacingWatch
from hipdrive.gait.metrics.catalogue import stride_metrics
from hipdrive.gait.runner_track import RunnerTrack, TrackSettings
from hipdrive.types.calibration import UNCALIBRATED, Calibration
from hipdrive.types.gait_update import GaitUpdate
from hipdrive.types.skeleton import COCO_17
from hipdrive.types.time import LONGEST_GAP_NS, NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hipdrive.gait.joints.samples import BodySample
    from hipdrive.gait.metrics.metric import Metric
    from hipdrive.types.gait_update import Sample
    from hipdrive.types.pose import Pose
    from hipdrive.types.side import Side
    from hipdrive.types.stride import Stride

FilterHz: TypeAlias = 'int | Literal["auto"]'
"""Cut-off of the low-pass, 6 or 8 Hz; auto: by the rate of the first poses."""
SLOW_HZ, FAST_HZ = 6, 8
FAST_FROM_FPS = 45
"""From so many frames a second on, the noise of a pose model is averaged over enough frames for the
higher cut-off, which takes less off the peaks."""
POSES_FOR_RATE = 17
"""The rate is the median of sixteen intervals, about half a second: lost frames do not move it."""
_NOTHING_NEW = GaitUpdate()


class GaitEngine:
    """Measures one runner seen from the side.

    Args:
        facing: the side of the picture the runner faces; None: found out in the first seconds,
            whose poses are held back and measured then.
        filter_hz: cut-off of the low-pass in Hz, 6 or 8; "auto": chosen by the rate of the first
            poses, which are held back for it, 8 from `FAST_FROM_FPS` on.
        timing: where foot strike and toe-off lie.
        calibration: the place: the camera's roll is taken off, and metrics that need what it does
            not know are None.
        metrics: what is measured of every accepted stride, in this order; None: all that are
            registered (`gait.metrics.catalogue`).
        on_sample: gets every sample of the time grid with its joints, for whoever draws them.
    """

    def __init__(
        self,
        facing: Side | None = None,
        filter_hz: FilterHz = SLOW_HZ,
        timing: KneeTiming = DEFAULT_TIMING,
        calibration: Calibration = UNCALIBRATED,
        metrics: Sequence[Metric] | None = None,
        on_sample: Callable[[BodySample], None] | None = None,
    ) -> None:
        chosen = stride_metrics() if metrics is None else tuple(metrics)
        self._settings = TrackSettings(timing, calibration, chosen, on_sample)
        self._filter_hz = filter_hz
        self._watch = FacingWatch(facing, POSES_FOR_RATE if filter_hz == "auto" else 1)
        self._skeleton = COCO_17
        self._track: RunnerTrack | None = None
        self._chosen_hz = SLOW_HZ

    @property
    def facing(self) -> Side | None:
        """The side of the picture the runner faces; None: not known yet."""
        return self._watch.facing

    def step(self, pose: Pose) -> GaitUpdate:
        """Measure one more pose.

        A pose without a runner, or with a near joint that the model only guesses, adds nothing.
        After a gap of more than `LONGEST_GAP_NS`, or when time runs backwards, measuring starts
        afresh; the facing stays until the runner has been away for `AWAY_NS`, or turns round.
        Strides are rejected while the knees say that the runner faces the other way than was given.
        A cut of the video starts all afresh, and so does a pose of another skeleton: joints are
        found by their names.

        Raises:
            SkeletonError: shoulders, hips, knees or ankles are missing from the pose's skeleton.
        """
        if pose.cut or (pose.skeleton is not self._skeleton and pose.skeleton != self._skeleton):
            self._start_over(pose)
        if not pose.runner_seen:
            return _NOTHING_NEW
        poses = self._watch.step(pose)
        if self._track is not None and self._track.facing is not self._watch.facing:
            self._track = None
        if not poses:
            return _NOTHING_NEW
        track = self._track or self._new_track(poses)
        samples: list[Sample] = []
        strides: list[Stride] = []
        for each in poses:
            track.step(each, samples, strides, contradicted=self._watch.contradicted)
        return GaitUpdate(tuple(samples), tuple(strides))

    def _start_over(self, pose: Pose) -> None:
        self._skeleton = pose.skeleton
        self._watch.start_over(pose.skeleton)
        self._track = None

    def _new_track(self, poses: Sequence[Pose]) -> RunnerTrack:
        facing = self._watch.facing
        assert facing is not None  # noqa: S101  # poses are held back until it is known
        if self._filter_hz != "auto":
            self._chosen_hz = self._filter_hz
        elif len(poses) > 1:  # one pose of a runner who has turned round tells no rate
            self._chosen_hz = filter_for(poses)
        self._track = RunnerTrack(facing, self._chosen_hz, self._skeleton, self._settings)
        self._track.rehearse(poses)
        return self._track


def filter_for(poses: Sequence[Pose]) -> int:
    """Cut-off in Hz that suits the rate of some poses, oldest first."""
    intervals = sorted(
        after.t_ns - before.t_ns
        for before, after in pairwise(poses)
        if 0 < after.t_ns - before.t_ns <= LONGEST_GAP_NS
    )
    if not intervals or intervals[len(intervals) // 2] * FAST_FROM_FPS > NS_PER_S:
        return SLOW_HZ
    return FAST_HZ
