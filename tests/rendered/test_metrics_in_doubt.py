"""What must not matter to a metric, and what must leave it untold rather than wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hipdrive.gait.engine import GaitEngine
from hipdrive.gait.metrics.catalogue import METRICS, further_joints, measures
from hipdrive.rendered.keypoints import KnownPoses
from hipdrive.rendered.times import seconds
from hipdrive.session.units import in_unit
from hipdrive.types.calibration import Calibration
from hipdrive.types.fixed_point import ONE
from hipdrive.types.skeleton import LEFT_ANKLE, RIGHT_ANKLE
from hipdrive.types.stride import Rejection
from support.keypoints import mapped, scored
from support.rendered.runners import MS, truth_of

if TYPE_CHECKING:
    from hipdrive.types.pose import Pose

TRUTH = truth_of(seconds=5.0, runner={"stride_sd_deg": 0.0}, camera={"fps": 60.0})
KNOWN = list(KnownPoses(TRUTH, None))
CALIBRATION = Calibration(px_per_m=150 * ONE, belt_mm_per_s=3000)
WITHOUT_FEET = [metric for metric in METRICS if not further_joints((metric,))]
NAMES = [metric.name for metric in WITHOUT_FEET]


def measured(
    poses: list[Pose], calibration: Calibration = CALIBRATION
) -> list[dict[str, float | None]]:
    """The metrics of every near stride."""
    engine = GaitEngine(TRUTH.near_side, calibration=calibration)
    return [
        {
            metric.name: None if whole is None else in_unit(metric.unit, whole)
            for metric, whole in zip(METRICS, measures(stride), strict=True)
            if metric in WITHOUT_FEET
        }
        for pose in poses
        for stride in engine.step(pose).strides
        if stride.near
    ]


@given(right_px=st.integers(-4000, 4000), down_px=st.integers(-4000, 4000), size=st.integers(1, 9))
@settings(max_examples=6)
def test_neither_place_nor_size_in_the_picture_matters(
    right_px: int, down_px: int, size: int
) -> None:
    """To a thousandth, but for what has a scale: that goes with the size."""

    def moved(pose: Pose) -> Pose:
        right, down = right_px * ONE, down_px * ONE
        return mapped(pose, lambda p: (p.x * size + right, p.y * size + down, p.score))

    base, other = measured(KNOWN), measured([moved(pose) for pose in KNOWN])
    assert len(base) == len(other) >= 5
    for one, two in zip(base, other, strict=True):
        for name in NAMES:
            factor = size if name in {"vertical_oscillation", "vertical_ratio"} else 1
            value = one[name]
            assert value is not None
            assert two[name] == pytest.approx(factor * value, rel=1e-3, abs=1e-3), name


@pytest.mark.parametrize(
    ("first_ms", "last_ms", "missing"),
    [
        (-40, 40, {"contact_time", "knee_flex_contact", "shank_contact", "overstride"}),
        (50, 130, {"knee_flex_stance", "overstride", "trunk_lean"}),
        (-320, -240, {"knee_flex_swing", "thigh_excursion", "bounce"}),
    ],
)
def test_what_lies_in_a_gap_is_not_told(first_ms: int, last_ms: int, missing: set[str]) -> None:
    """Frames from one time to another after each foot strike are lost; 60 a second else."""
    truth = TRUTH
    strikes = [stride.strike_s for stride in truth.strides() if stride.near]
    kept = [
        pose
        for pose in KNOWN
        if not any(first_ms * MS <= seconds(pose.t_ns) - s <= last_ms * MS for s in strikes)
    ]
    for stride, whole in zip(measured(kept), measured(KNOWN), strict=True):
        assert {name for name in missing if stride[name] is not None} == set()
        for name, value in stride.items():
            if value is not None:
                assert value == pytest.approx(whole[name], rel=0.05), name


@pytest.mark.parametrize("calibration", [Calibration(), Calibration(px_per_m=0, belt_mm_per_s=0)])
def test_without_scale_and_belt_only_what_needs_them_is_untold(calibration: Calibration) -> None:
    needs = {"stride_length", "step_length", "vertical_oscillation", "vertical_ratio"}
    for stride in measured(KNOWN, calibration):
        assert {name for name, value in stride.items() if value is None} == needs


def test_a_leg_without_an_ankle_has_what_its_thigh_and_the_trunk_tell() -> None:
    ankles = (LEFT_ANKLE, RIGHT_ANKLE)
    unseen = measured([scored(pose, ONE // 10, *ankles) for pose in KNOWN])
    for stride, whole in zip(unseen, measured(KNOWN), strict=True):
        for metric in WITHOUT_FEET:
            expected = None if "ankle" in metric.key_points else whole[metric.name]
            assert stride[metric.name] == expected


def test_an_ankle_hidden_while_the_foot_lands_has_no_contact() -> None:
    strikes = [stride.strike_s for stride in TRUTH.strides() if stride.near]
    hidden = [
        scored(pose, 0, RIGHT_ANKLE)
        if any(abs(seconds(pose.t_ns) - strike_s) <= 40 * MS for strike_s in strikes)
        else pose
        for pose in KNOWN
    ]
    for stride in measured(hidden):
        at_landing = (stride[name] for name in ("knee_flex_contact", "shank_contact", "overstride"))
        assert set(at_landing) == {None}


def test_a_rejected_stride_has_no_metrics() -> None:
    engine = GaitEngine(TRUTH.far_side)
    strides = [stride for pose in KNOWN for stride in engine.step(pose).strides]
    facing = [stride for stride in strides if stride.rejection is Rejection.FACING]
    assert facing
    assert all(stride.measures == () for stride in strides if not stride.accepted)
