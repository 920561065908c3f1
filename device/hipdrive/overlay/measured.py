"""All that is drawn on a recording: measured first, because much is known only frames later."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hipdrive.gait.engine import GaitEngine
from hipdrive.report.mean_stride import JOINTS, joint_places
from hipdrive.types.angle import deg_from_bam
from hipdrive.types.cue import CueKind
from hipdrive.types.fixed_point import ONE
from hipdrive.types.side import Side
from hipdrive.types.time import NS_PER_MS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy.typing as npt

    from hipdrive.gait.engine import FilterHz
    from hipdrive.gait.joints.samples import BodySample
    from hipdrive.types.coach_status import CoachStatus
    from hipdrive.types.frame_result import FrameResult
    from hipdrive.types.pose import Pose
    from hipdrive.types.stride import Stride

    Points = npt.NDArray[np.float64]

EVENT_SHOWN_NS = 160 * NS_PER_MS
"""A foot strike passes faster than anybody reads its name."""
BUZZ_SHOWN_NS = 600 * NS_PER_MS
WIDEST_STEP_NS = 40 * NS_PER_MS
"""Between samples further apart than the time grid's 16 ms something was not measured."""
FOOT_STRIKE, TOE_OFF, PEAK = "foot_strike", "toe_off", "peak"
STRIDES_SHOWN = 20


class LegEvent(NamedTuple):
    """Something that a leg did.

    Attributes:
        t_ns: when.
        name: what.
        near: True for the leg on the camera's side.
        deg: thigh extension, of a peak; None for what has none.
    """

    t_ns: int
    name: str
    near: bool
    deg: float | None = None


@dataclass(frozen=True, slots=True)
class SeenRunner:
    """The runner in a picture.

    Attributes:
        joints: [`JOINTS`, 2], x and y in pixels of the picture; NaN for what was not seen.
        forward: 1 when the runner faces right, -1 left.
        thigh_ext_deg: of the near leg; None where it was not measured.
    """

    joints: Points
    forward: int
    thigh_ext_deg: float | None

    def __getitem__(self, joint: str) -> Points:
        """Where a joint is: x and y."""
        place: Points = self.joints[JOINTS.index(joint)]
        return place


@dataclass(frozen=True, slots=True)
class Moment:
    """What is drawn on one picture.

    Attributes:
        body: where the runner is; None where nobody was seen.
        coach: what the coach did.
        events: what the legs did just now.
        buzzing: the buzzer sounded just now.
        strides_deg: thigh extension of the latest accepted strides of the near leg, oldest first.
    """

    body: SeenRunner | None
    coach: CoachStatus
    events: tuple[LegEvent, ...]
    buzzing: bool
    strides_deg: tuple[float, ...]


class Recording:
    """A recording as it was measured.

    Args:
        results: of every frame, oldest first.
        facing: the side of the picture the runner faces; None: it is found.
        filter_hz: as the measuring engine has it.

    Attributes:
        strides: of both legs.
    """

    def __init__(
        self, results: Iterable[FrameResult], facing: Side | None, filter_hz: FilterHz
    ) -> None:
        self.strides: list[Stride] = []
        self._t_ns = array("q")
        self._coach: list[CoachStatus] = []
        self._buzzes_ns: list[int] = []
        self._peaks = array("d")
        self._seen = array("d")
        self._rows = array("d")
        # The measuring engine takes the camera's roll off; what is drawn has to stay in the
        # picture, so another one sees to the joints.
        self._engine = GaitEngine(facing, filter_hz, metrics=(), on_sample=self._add_sample)
        angles = array("d")
        for result in results:
            self._add(result)
            for sample in result.gait.samples:
                angles.extend((sample.t_ns, deg_from_bam(sample.near_thigh_ext_bam)))
        self._samples = np.frombuffer(self._rows, np.float64).reshape(-1, 2 + 2 * len(JOINTS))
        self._angles = np.frombuffer(angles, np.float64).reshape(-1, 2)
        self._events = sorted(_events(self.strides), key=lambda event: event.t_ns)
        self._stride_times = np.frombuffer(self._peaks, np.float64).reshape(-1, 2)

    def __len__(self) -> int:
        return len(self._coach)

    def moments(self) -> Iterator[Moment]:
        """What is drawn on each picture, in their order."""
        for number in range(len(self)):
            yield self.moment(number)

    def moment(self, number: int) -> Moment:
        """What is drawn on the picture of that number."""
        t_ns = self._t_ns[number]
        known = np.searchsorted(self._stride_times[:, 0], t_ns, "right")
        shown = self._stride_times[max(0, known - STRIDES_SHOWN) : known, 1]
        return Moment(
            self._body(number, t_ns),
            self._coach[number],
            self._events_at(t_ns),
            any(0 <= t_ns - buzz_ns < BUZZ_SHOWN_NS for buzz_ns in self._buzzes_ns),
            tuple(shown.tolist()),
        )

    def nearest(self, t_ns: int) -> int:
        """Number of the picture nearest to a time."""
        return int(np.abs(np.frombuffer(self._t_ns, np.int64) - t_ns).argmin())

    def _events_at(self, t_ns: int) -> tuple[LegEvent, ...]:
        first = bisect_right(self._events, t_ns - EVENT_SHOWN_NS, key=lambda event: event.t_ns)
        after = bisect_right(self._events, t_ns, first, key=lambda event: event.t_ns)
        return tuple(self._events[first:after])

    def _add(self, result: FrameResult) -> None:
        pose = result.pose
        self._t_ns.append(pose.t_ns)
        self._coach.append(result.coach)
        self._buzzes_ns += [cue.t_ns for cue in result.cues if cue.kind is CueKind.BUZZ]
        self.strides += result.gait.strides
        for stride in result.gait.strides:
            if stride.near and stride.accepted:
                # Shown from when it became known on, as the coach learns of it.
                self._peaks.extend((pose.t_ns, deg_from_bam(stride.thigh_ext_bam)))
        self._seen.extend(_seen(pose, self._engine.facing or Side.RIGHT))
        self._engine.step(pose)

    def _add_sample(self, sample: BodySample) -> None:
        near, far = sample.near, sample.far
        if near.joints is None or far.joints is None:
            return
        forward = -1 if self._engine.facing is Side.LEFT else 1
        self._rows.extend((sample.t_ns, forward, *joint_places(near, far)))

    def _body(self, number: int, t_ns: int) -> SeenRunner | None:
        angle_deg = _between(self._angles, t_ns)
        row = _between(self._samples, t_ns)
        if row is not None and abs(row[0]) == 1:
            forward = int(row[0])
            joints = row[1:].reshape(-1, 2) / ONE * (forward, 1)
            return SeenRunner(joints, forward, None if angle_deg is None else float(angle_deg[0]))
        width = 1 + 2 * len(JOINTS)
        seen = np.frombuffer(self._seen, np.float64)[number * width : (number + 1) * width]
        joints = seen[1:].reshape(-1, 2)
        return None if np.isnan(joints).all() else SeenRunner(joints, int(seen[0]), None)


def _between(rows: Points, t_ns: int) -> Points | None:
    """The row at a time, interpolated; None where there is none near enough on either side."""
    after = int(np.searchsorted(rows[:, 0], t_ns))
    if after == len(rows) or (after == 0 and rows[0, 0] != t_ns):
        return None
    one, other = rows[max(0, after - 1)], rows[after]
    if other[0] - one[0] > WIDEST_STEP_NS:
        return None
    share = (t_ns - one[0]) / (other[0] - one[0]) if after else 0.0
    between: Points = one[1:] + share * (other[1:] - one[1:])
    return between


def _seen(pose: Pose, facing: Side) -> list[float]:
    """The direction, and `JOINTS` as the model sees them, for where nothing was measured."""
    forward = -1.0 if facing is Side.LEFT else 1.0
    sides = {"near": facing, "far": facing.other}
    if not pose.runner_seen:
        return [forward] + [float("nan")] * (2 * len(JOINTS))
    values = [forward]
    for joint in JOINTS:
        leg, _, name = joint.rpartition("_")
        point = pose[f"{sides[leg or 'near']}_{name}"]
        values += (point.x / ONE, point.y / ONE)
    return values


def _events(strides: Iterable[Stride]) -> Iterator[LegEvent]:
    for stride in strides:
        if not stride.accepted:
            continue
        if stride.foot_strike_ns is not None:
            yield LegEvent(stride.foot_strike_ns, FOOT_STRIKE, stride.near)
        if stride.toe_off_ns is not None:
            yield LegEvent(stride.toe_off_ns, TOE_OFF, stride.near)
        yield LegEvent(stride.t_ns, PEAK, stride.near, deg_from_bam(stride.thigh_ext_bam))
