"""At the ends of the 32 bits values stop; none wraps round and changes its sign."""

from __future__ import annotations

from math import atan2, degrees, remainder
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hipdrive.gait.engine import GaitEngine
from hipdrive.gait.signal.butterworth import COEFFICIENTS, Butterworth
from hipdrive.types.angle import deg_from_bam
from hipdrive.types.fixed_point import MAX32, MIN32, ONE, saturate
from hipdrive.types.pose import Pose, keypoints
from hipdrive.types.side import Side
from hipdrive.types.skeleton import COCO_17
from hipdrive.types.stride import Rejection
from support.gait import reference
from support.gait.measure import run
from support.keypoints import mapped
from support.walker import START_NS, Walker, frame_times

if TYPE_CHECKING:
    from hipdrive.types.gait_update import Sample

WITHIN_DEG = 0.002
corners = st.sampled_from([MIN32, MIN32 // 2, 0, MAX32 // 2, MAX32])
places = st.tuples(corners, corners)
sides = st.sampled_from(Side)


def apart_deg(bam: int, true_deg: float) -> float:
    """The shorter way round."""
    return abs(remainder(deg_from_bam(bam) - true_deg, 360))


def posed(joints: dict[str, tuple[int, int]]) -> Pose:
    """A pose with these joints, all sure; the others are in the upper left corner."""
    return Pose(START_NS, keypoints((*joints.get(n, (0, 0)), ONE) for n in COCO_17.joints))


def first_sample(pose: Pose, facing: Side) -> Sample:
    samples, _ = run(GaitEngine(facing), [pose])
    (sample,) = samples
    return sample


@given(shoulder=places, hip=places, knee=places, far_hip=places, far_knee=places, facing=sides)
def test_segments_from_edge_to_edge_point_where_they_point(
    shoulder: tuple[int, int],
    hip: tuple[int, int],
    knee: tuple[int, int],
    far_hip: tuple[int, int],
    far_knee: tuple[int, int],
    facing: Side,
) -> None:
    assume(hip not in (shoulder, knee) and far_hip != far_knee)
    near, far = facing, facing.other
    joints = {f"{near}_shoulder": shoulder, f"{near}_hip": hip, f"{near}_knee": knee}
    joints |= {f"{far}_hip": far_hip, f"{far}_knee": far_knee}
    sample = first_sample(posed(joints), facing)
    forward = 1 if facing is Side.RIGHT else -1

    def behind_deg(upper: tuple[int, int], lower: tuple[int, int]) -> float:
        return degrees(atan2(forward * (upper[0] - lower[0]), lower[1] - upper[1]))

    lean_deg = degrees(atan2(forward * (shoulder[0] - hip[0]), hip[1] - shoulder[1]))
    near_deg, far_deg = behind_deg(hip, knee), behind_deg(far_hip, far_knee)
    assert apart_deg(sample.near_thigh_ext_bam, near_deg) <= WITHIN_DEG
    assert apart_deg(sample.far_thigh_ext_bam, far_deg) <= WITHIN_DEG
    assert apart_deg(sample.near_hip_ext_bam, near_deg - lean_deg) <= WITHIN_DEG
    assert apart_deg(sample.far_hip_ext_bam, far_deg - lean_deg) <= WITHIN_DEG


def filling(walker: Walker, seconds: float, turned: int) -> list[Pose]:
    """A runner so large that shoulders and ankles reach from edge to edge, and what is further out
    stops there; turned by so many quarters, so that it is each edge's turn.
    """
    poses = walker.poses(frame_times(60, seconds))
    used = [
        i for i, n in enumerate(COCO_17.joints) if n.endswith(("shoulder", "hip", "knee", "ankle"))
    ]
    turn = [lambda x, y: (x, y), lambda x, y: (-y, x), lambda x, y: (-x, -y), lambda x, y: (y, -x)]
    spots = [[turn[turned](point.x, point.y) for point in p.keypoints] for p in poses]
    low, high = (
        [pick(spot[i][axis] for spot in spots for i in used) for axis in (0, 1)]
        for pick in (min, max)
    )
    size = max(high[0] - low[0], high[1] - low[1])

    def placed(value: int, axis: int) -> int:
        return saturate((value - low[axis]) * (MAX32 - MIN32) // size + MIN32)

    return [
        Pose(p.t_ns, keypoints((placed(x, 0), placed(y, 1), ONE) for x, y in spot))
        for p, spot in zip(poses, spots, strict=True)
    ]


@pytest.mark.parametrize("turned", range(4))
@pytest.mark.parametrize("facing", Side)
def test_a_runner_as_large_as_the_numbers_is_measured_as_in_double_precision(
    turned: int, facing: Side
) -> None:
    poses = filling(Walker(faces=facing), 4.0, turned)
    reached = {v for p in poses for point in p.keypoints for v in (point.x, point.y)}
    assert {MIN32, MAX32} <= reached
    samples, _ = run(GaitEngine(facing), poses)
    (trace,) = reference.traces(poses, facing, 6)
    assert len(samples) == len(trace.thigh_deg) > 200
    for sample, thigh_deg, hip_deg in zip(samples, trace.thigh_deg, trace.hip_deg, strict=True):
        assert apart_deg(sample.near_thigh_ext_bam, thigh_deg) <= WITHIN_DEG
        assert apart_deg(sample.near_hip_ext_bam, hip_deg) <= WITHIN_DEG


def test_half_a_thigh_is_told_from_one_as_long_as_the_numbers() -> None:
    """From edge to edge: in 32 bits, or 64 for its square, both would seem about as long."""
    thigh_only = Walker(trunk_px=2, sway_px=1)
    poses = filling(thigh_only, 10.0, 0)
    change = round(0.7 * len(poses))
    halved = [mapped(pose, lambda p: (p.x // 2, p.y // 2, p.score)) for pose in poses[change:]]
    strides = run(GaitEngine(Side.RIGHT), poses[:change] + halved)[1]
    near = [stride for stride in strides if stride.near]
    before = [s.rejection for s in near if s.t_ns < poses[change].t_ns]
    assert before == [None] * len(before)
    assert len(before) >= 8
    after = [s.rejection for s in near[len(before) :]]
    assert after[:3] == [Rejection.SEGMENT_LENGTH] * 3


@given(
    edge=st.sampled_from([MIN32, MAX32]),
    noise=st.lists(st.integers(0, 2**30), min_size=1, max_size=60),
    filter_hz=st.sampled_from(sorted(COEFFICIENTS)),
)
def test_near_an_edge_the_filter_stays_on_its_side(
    edge: int, noise: list[int], filter_hz: int
) -> None:
    """Within a quarter of the range of an edge, however rough, nothing comes near the other sign.

    A second-order Butterworth overshoots what it is given by at most 6 % of its extent: the sum of
    the negative part of its response.
    """
    inwards = 1 if edge == MIN32 else -1
    lowpass = Butterworth(COEFFICIENTS[filter_hz])
    for depth in noise:
        (found,) = lowpass.step([edge + inwards * depth])
        assert MIN32 <= found <= MAX32
        assert found * inwards < 0
