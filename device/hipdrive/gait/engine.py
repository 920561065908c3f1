"""The gait engine: key points in, angles and strides out, in constant memory and one pass."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from math import isqrt
from typing import TYPE_CHECKING

from hipdrive.gait.alternation import Alternation
from hipdrive.gait.butterworth import COEFFICIENTS, Butterworth
from hipdrive.gait.calibration import UNCALIBRATED, Calibration
from hipdrive.gait.events import ONE_RUNNER, KneeTiming
from hipdrive.gait.facing import FacingVote, TurnWatch
from hipdrive.gait.identity import LegIdentity
from hipdrive.gait.keypoints import ONE, Pose, Side
from hipdrive.gait.legs import Joints, angles, hip_ext, knee_flexions, leg_joints
from hipdrive.gait.motion import Motion, Rejection, Sample, Stride
from hipdrive.gait.peaks import GridAngle
from hipdrive.gait.resample import PERIOD_NS, GridPoint, Resampler
from hipdrive.gait.running import Scrutiny
from hipdrive.gait.strides import StrideCounter
from hipdrive.gait.trunk import Trunk

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_GAP_NS = 250_000_000
"""A third of a stride. Beyond it, what lies between two poses is anybody's guess."""
LEAST_JOINT_SCORE = ONE // 5
"""A near joint below this is a guess of the model's; the pose counts as a dropped frame."""
VOTE_GAP_NS = 1_000_000_000
"""The facing is found out from seconds that belong together."""
AWAY_NS = 60_000_000_000
"""Away for a minute, and whoever comes is measured as a new runner; the coach does the same."""
POSES_HELD_BACK = 360
"""Poses kept until the facing is known: 3 s at 120 frames a second, 12 s at 30."""

OTHER = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}


class GaitEngine:
    """Measures one runner seen from the side.

    Args:
        facing: the side of the picture the runner faces; None: found out in the first seconds,
            whose poses are held back and measured then.
        filter_hz: cut-off of the low-pass, a key of `butterworth.COEFFICIENTS`.
        timing: where foot strike and toe-off lie.
        calibration: the place: the camera's roll is taken off, and metrics that need what it does
            not know are None.
    """

    def __init__(
        self,
        facing: Side | None = None,
        filter_hz: int = 6,
        timing: KneeTiming = ONE_RUNNER,
        calibration: Calibration = UNCALIBRATED,
    ) -> None:
        self.facing: Side | None = None
        self._given = facing
        self._timing = timing
        self._calibration = calibration
        self._seen_ns: int | None = None
        self._vote = FacingVote()
        self._held_back: deque[Pose] = deque(maxlen=POSES_HELD_BACK)
        self._identity = LegIdentity()
        self._trunk = Trunk()
        self._resampler = Resampler()
        self._scrutiny = Scrutiny()
        self._alternation = Alternation()
        self._filter = Butterworth(COEFFICIENTS[filter_hz])
        self._delay_ns = COEFFICIENTS[filter_hz].delay_ns
        self._spans_ns: deque[int] = deque(maxlen=2 + self._delay_ns // PERIOD_NS)
        # What leaves the filter went in a delay ago.
        self._ankle_scores: deque[tuple[int, int]] = deque(maxlen=1 + self._delay_ns // PERIOD_NS)
        self._last_ns: int | None = None
        if facing is not None:
            self._face(facing)

    def step(self, pose: Pose) -> Motion:
        """Measure one more pose.

        A pose without a runner, or with a near joint that the model only guesses, adds nothing.
        After a gap of more than `LONGEST_GAP_NS`, or when time runs backwards, measuring starts
        afresh; the facing stays until the runner has been away for `AWAY_NS`, or has turned round.
        Strides are rejected while the knees say that the runner faces the other way than was given.
        A cut of the video starts all afresh.
        """
        if pose.cut:
            self._forget()
        if not pose.runner_seen:
            return Motion()
        self._note_absence(pose.t_ns)
        if self.facing is None:
            side = self._vote.add(pose)
            self._held_back.append(pose)
            if side is None:
                return Motion()
            self._face(side)
            poses: Sequence[Pose] = tuple(self._held_back)
            self._held_back.clear()
            self._identity.rehearse(poses)
        else:
            self._watch.add(pose)
            if self._watch.turned and self._given is None:
                self._restart()
                self._face(OTHER[self.facing])
            poses = (pose,)
        samples: list[Sample] = []
        strides: list[Stride] = []
        for each in poses:
            self._measure(each, samples, strides)
        if self._watch.turned:
            strides = [
                replace(stride, rejection=Rejection.FACING, measures=()) for stride in strides
            ]
        return Motion(tuple(samples), tuple(strides))

    def _note_absence(self, t_ns: int) -> None:
        """After a while without a runner it may be somebody else who comes."""
        absent_ns = 0 if self._seen_ns is None else t_ns - self._seen_ns
        self._seen_ns = t_ns
        if 0 <= absent_ns <= VOTE_GAP_NS:
            return
        self._vote = FacingVote()
        self._held_back.clear()
        if absent_ns > AWAY_NS and self._given is None:
            self.facing = None

    def _forget(self) -> None:
        """Another shot: nobody has been seen yet."""
        self._vote = FacingVote()
        self._held_back.clear()
        self._last_ns = self._seen_ns = None
        if self.facing is not None:
            self._restart()
            self._face(self.facing)
        if self._given is None:
            self.facing = None

    def _face(self, side: Side) -> None:
        self.facing = side
        self._watch = TurnWatch(side)
        self._joints = Joints(side, self._calibration.roll_bam)
        timing, place = self._timing, self._calibration
        self._near = StrideCounter(side, near=True, timing=timing, calibration=place)
        self._far = StrideCounter(OTHER[side], near=False, timing=timing, calibration=place)

    def _measure(self, pose: Pose, samples: list[Sample], strides: list[Stride]) -> None:
        self._scrutiny.see(pose)
        if self._last_ns is not None and not 0 < pose.t_ns - self._last_ns <= LONGEST_GAP_NS:
            self._restart()
        pose, certain = self._identity.step(pose)
        if not certain or self._joints.near_score(pose) < LEAST_JOINT_SCORE:
            # As if it were lost: a gap makes no peak, a leg taken for the other one does.
            return
        self._last_ns = pose.t_ns
        near_score, far_score = self._joints.thigh_scores(pose)
        ankle_scores = self._joints.ankle_scores(pose)
        for point in self._resampler.step(pose.t_ns, self._coordinates(pose)):
            joints = self._filter.step(point.values)
            self._spans_ns.append(point.span_ns)
            self._ankle_scores.append(ankle_scores)
            try:
                near, far, sample = self._angles(point, joints)
            except ZeroDivisionError:
                # Two joints on one spot have no direction; the grid goes on without this moment.
                continue
            samples.append(sample)
            self._scrutiny.add(near, joints)
            ended = (*self._near.step(near, near_score), *self._far.step(far, far_score))
            strides += map(self._scrutiny.judge, self._alternation.judge(sample, ended))

    def _coordinates(self, pose: Pose) -> list[int]:
        """Of `Joints`, without the far shoulder: it has done its part for the trunk."""
        flat = self._joints.coordinates(pose)
        trunk = self._trunk.step(pose.t_ns, flat[:4] + flat[6:8] + flat[14:])
        return [*trunk[:4], *flat[4:6], *trunk[4:6], *flat[8:14]]

    def _angles(self, point: GridPoint, joints: list[int]) -> tuple[GridAngle, GridAngle, Sample]:
        near_bam, far_bam, lean_bam = angles(joints)
        near_knee_bam, far_knee_bam = knee_flexions(joints, near_bam, far_bam)
        t_ns = point.t_ns - self._delay_ns
        sample = Sample(
            t_ns, near_bam, far_bam, hip_ext(near_bam, lean_bam), hip_ext(far_bam, lean_bam)
        )
        (
            shoulder_x,
            shoulder_y,
            hip_x,
            hip_y,
            knee_x,
            knee_y,
            far_hip_x,
            far_hip_y,
            far_knee_x,
            far_knee_y,
            *_,
        ) = joints
        near_length = isqrt((knee_x - hip_x) ** 2 + (knee_y - hip_y) ** 2)
        far_length = isqrt((far_knee_x - far_hip_x) ** 2 + (far_knee_y - far_hip_y) ** 2)
        trunk_length = isqrt((shoulder_x - hip_x) ** 2 + (shoulder_y - hip_y) ** 2) or 1
        # What leaves the filter now went in a delay ago, and so did the gap it may stem from.
        span_ns = max(self._spans_ns)
        near_leg, far_leg = leg_joints(joints, self._ankle_scores[0])
        near = GridAngle(
            t_ns,
            near_bam,
            sample.near_hip_ext_bam,
            near_length,
            span_ns,
            near_knee_bam,
            near_leg,
            near_length * ONE // trunk_length,
        )
        far = GridAngle(
            t_ns,
            far_bam,
            sample.far_hip_ext_bam,
            far_length,
            span_ns,
            far_knee_bam,
            far_leg,
            far_length * ONE // trunk_length,
        )
        return near, far, sample

    def _restart(self) -> None:
        self._identity.reset()
        self._trunk.reset()
        self._resampler.reset()
        self._filter.reset()
        self._spans_ns.clear()
        self._ankle_scores.clear()
        self._scrutiny.reset()
        self._alternation.reset()
        self._near.reset()
        self._far.reset()
