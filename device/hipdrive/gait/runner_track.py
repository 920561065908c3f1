"""One runner whose facing is known: from poses to angles and screened strides."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hipdrive.gait.events.belt_speed import BeltSpeedTrack
from hipdrive.gait.events.foot_contact import find_contact
from hipdrive.gait.events.foot_events import FOOT
from hipdrive.gait.events.stride_finder import StrideFinder
from hipdrive.gait.events.stride_window import StrideWindow
from hipdrive.gait.joints.body_signal import BodySignal
from hipdrive.gait.joints.identity import LegIdentity
from hipdrive.gait.joints.legs import JointSelection
from hipdrive.gait.metrics import catalogue
from hipdrive.gait.screening.stride_screen import StrideScreen
from hipdrive.types.fixed_point import ONE
from hipdrive.types.stride import Stride
from hipdrive.types.time import LONGEST_GAP_NS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hipdrive.gait.events.foot_contact import KneeTiming
    from hipdrive.gait.events.stride_finder import StrideCandidate
    from hipdrive.gait.joints.samples import BodySample
    from hipdrive.gait.metrics.metric import Metric
    from hipdrive.types.calibration import Calibration
    from hipdrive.types.gait_update import Sample
    from hipdrive.types.pose import Pose
    from hipdrive.types.side import Side
    from hipdrive.types.skeleton import Skeleton

LEAST_JOINT_SCORE = ONE // 5
"""A near joint below this is a guess of the model's; the pose counts as a dropped frame."""


class TrackSettings(NamedTuple):
    """What a track is made with.

    Attributes:
        timing: where foot strike and toe-off lie.
        calibration: the camera's roll is taken off; metrics that need what it does not know are
            None.
        metrics: what is measured of every accepted stride.
        on_sample: gets every sample of the grid, joints included.
    """

    timing: KneeTiming
    calibration: Calibration
    metrics: Sequence[Metric]
    on_sample: Callable[[BodySample], None] | None = None


class RunnerTrack:
    """Measures a runner from pose to pose.

    Args:
        facing: the side of the picture the runner faces.
        filter_hz: cut-off of the low-pass, a key of `butterworth.COEFFICIENTS`.
        skeleton: of the poses.
        settings: what stays the same from runner to runner.

    Attributes:
        facing: as given.

    Raises:
        SkeletonError: shoulders, hips, knees or ankles are missing from the skeleton.
    """

    def __init__(
        self, facing: Side, filter_hz: int, skeleton: Skeleton, settings: TrackSettings
    ) -> None:
        self.facing = facing
        self._settings = settings
        further = catalogue.further_joints(settings.metrics)
        self._joints = JointSelection(facing, settings.calibration.roll_bam, skeleton, further)
        self._feet = set(FOOT).issubset(self._joints.further)
        self._identity = LegIdentity(skeleton)
        self._signal = BodySignal(self._joints, filter_hz)
        self._screen = StrideScreen()
        self._belt = BeltSpeedTrack()
        self._near = StrideFinder(facing, near=True)
        self._far = StrideFinder(facing.other, near=False)
        self._last_ns: int | None = None
        self._off_centre_poses = 0

    def rehearse(self, poses: Sequence[Pose]) -> None:
        """Look ahead at poses that `step` will get, so that their legs are told as surely."""
        self._identity.rehearse(poses)

    def step(
        self, pose: Pose, samples: list[Sample], strides: list[Stride], *, contradicted: bool
    ) -> None:
        """Measure one more pose.

        Args:
            pose: of a runner.
            samples: what it adds is appended here.
            strides: and here.
            contradicted: the knees say that the runner faces the other way.
        """
        around = self._screen.around
        around.facing_contradicted = contradicted
        if pose.crowded:
            around.crowded_ns = pose.t_ns
        if self._last_ns is not None and not 0 < pose.t_ns - self._last_ns <= LONGEST_GAP_NS:
            self._restart()
        pose, certain = self._identity.step(pose)
        if not certain or self._joints.near_score(pose) < LEAST_JOINT_SCORE:
            # As if it were lost: a gap makes no peak, a leg taken for the other one does.
            return
        self._last_ns = pose.t_ns
        self._belt.add(pose.t_ns, pose.belt_mm_per_s)
        self._off_centre_poses += 1 if pose.off_centre else -1
        on_sample = self._settings.on_sample
        for sample in self._signal.step(pose):
            samples.append(sample.angles)
            if on_sample is not None:
                on_sample(sample)
            around.add(sample)
            near, far = self._near.step(sample.near), self._far.step(sample.far)
            if near is not None:
                strides.append(self._stride(self._near, near))
            if far is not None:
                strides.append(self._stride(self._far, far))

    def _stride(self, finder: StrideFinder, found: StrideCandidate) -> Stride:
        peak, leg = found.peak, found.window
        rejection = self._screen.judge(found)
        further, timing = self._joints.further, self._settings.timing
        contact = find_contact(leg, found.began_ns, peak.t_ns, timing, further)
        measures: tuple[int | None, ...] = ()
        belt_mm_per_s = self._belt.mean(found.began_ns, peak.t_ns)
        if rejection is None:
            window = StrideWindow(
                last_peak_ns=found.began_ns,
                peak=peak,
                contact=contact,
                trunk=finder.trunk(),
                leg=leg,
                calibration=self._settings.calibration,
                measured_belt_mm_per_s=belt_mm_per_s,
                further=further,
            )
            measures = catalogue.measure(window, self._settings.metrics)
            belt_mm_per_s = window.belt_mm_per_s
        return Stride(
            t_ns=peak.t_ns,
            leg=found.leg,
            near=found.near,
            thigh_ext_bam=peak.thigh_ext_bam,
            hip_ext_bam=peak.hip_ext_bam,
            stride_time_ns=found.stride_time_ns,
            rejection=rejection,
            foot_strike_ns=contact.foot_strike_ns,
            toe_off_ns=contact.toe_off_ns,
            measures=measures,
            events_of_foot=self._feet,
            belt_mm_per_s=belt_mm_per_s,
            off_centre=self._off_centre_since_last(near=found.near),
        )

    def _off_centre_since_last(self, *, near: bool) -> bool:
        """True where most poses since the near leg's last stride were not in the middle."""
        found = self._off_centre_poses > 0
        if near:
            self._off_centre_poses = 0
        return found

    def _restart(self) -> None:
        """A gap: what is usual of this runner is kept, what is under way is not."""
        for part in (self._identity, self._signal, self._screen, self._near, self._far):
            part.reset()
