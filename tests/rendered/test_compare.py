from __future__ import annotations

from dataclasses import asdict, replace
from functools import cache

import pytest

from hipdrive.errors import UnknownMetricError
from hipdrive.gait.metrics.catalogue import METRICS
from hipdrive.geometry.camera_estimate import TILT_PERCENT_OF_YAW, CameraEstimate
from hipdrive.rendered.body import SHANK, THIGH
from hipdrive.rendered.compare import Measured, Spread, compare
from hipdrive.rendered.report import markdown
from hipdrive.rendered.settings import RenderedSettings
from hipdrive.rendered.times import START_NS
from hipdrive.rendered.true_metrics import true_metrics, true_value
from hipdrive.rendered.truth import TrueStride, Truth
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.fixed_point import ONE
from hipdrive.types.gait_update import Sample
from hipdrive.types.side import Side
from hipdrive.types.stride import Rejection, Stride

pytestmark = pytest.mark.long

NS = 1_000_000_000


@cache
def truth(seconds: float = 20.0, away: tuple[float, float] | None = None) -> Truth:
    runner = {"away": [list(away)]} if away else {}
    return Truth(RenderedSettings.model_validate({"seconds": seconds, "runner": runner}))


def told(true: TrueStride, *, late_ms: float = 0.0, more_deg: float = 0.0) -> Stride:
    """What an engine says that errs by so much."""
    late_ns = round(late_ms * 1e6)

    def ns(t_s: float) -> int:
        return START_NS + round(t_s * NS) + late_ns

    return Stride(
        t_ns=ns(true.peak_s),
        leg=Side.RIGHT,
        near=True,
        thigh_ext_bam=bam_from_deg(true.thigh_ext_deg + more_deg),
        hip_ext_bam=bam_from_deg(true.hip_ext_deg + more_deg),
        stride_time_ns=round(truth().stride_s * NS),
        rejection=None,
        foot_strike_ns=ns(true.strike_s),
        toe_off_ns=ns(true.toe_off_s),
    )


def perfect(who: Truth, **errors: float) -> list[Stride]:
    """Every near stride but the first peak, which ends none."""
    near = [stride for stride in who.strides() if stride.near]
    return [told(stride, **errors) for stride in near[1:]]


def test_what_is_right_has_no_errors() -> None:
    errors = compare([Measured(truth(), [], perfect(truth()))])
    assert (errors.missed, errors.invented, errors.rejected) == (0, 0, 0)
    # A stride is 0.706 s; the first and the last may be cut off by the ends.
    assert 25 <= errors.strides <= 28
    thigh = errors.thigh_ext_deg
    assert thigh == Spread(0.0, 0.0, 0.0)
    assert errors.cadence_spm == pytest.approx(0, abs=1e-3)


def test_errors_are_measured_minus_true() -> None:
    errors = compare([Measured(truth(), [], perfect(truth(), late_ms=12.0, more_deg=-1.5))])
    assert errors.thigh_ext_deg.bias == pytest.approx(-1.5, abs=1e-3)
    assert errors.hip_ext_deg.bias == pytest.approx(-1.5, abs=1e-3)
    assert errors.foot_strike_ms.bias == pytest.approx(12, abs=1e-3)
    assert errors.toe_off_ms.bias == pytest.approx(12, abs=1e-3)
    assert errors.thigh_ext_deg.worst == pytest.approx(1.5, abs=1e-3)


def test_errors_of_metrics_are_of_the_strides_that_have_them() -> None:
    """Contacts 10 ms too long, one stride without, and a knee 2 degrees too straight."""
    true = true_metrics(truth(), near=True)
    strides = []
    for number, one in enumerate(perfect(truth())):
        right = true[seconds_of(one)]
        whole = {
            "contact_time": None if number == 3 else round((right["contact_time"] + 0.01) * NS),
            "knee_flex_swing": bam_from_deg(right["knee_flex_swing"] - 2),
        }
        measured = tuple(whole.get(metric.name) for metric in METRICS)
        strides.append(replace(one, measures=measured))
    metrics = compare([Measured(truth(), [], strides)]).metrics
    assert metrics["contact_time"].bias == pytest.approx(0.01, abs=1e-3)
    assert metrics["knee_flex_swing"] == Spread(-2.0, 0.0, 2.0)
    assert metrics["trunk_lean"] == Spread(None, None, None)


def seconds_of(stride: Stride) -> float:
    """The true peak that a stride was told of."""
    peaks = [true.peak_s for true in truth().strides()]
    return min(peaks, key=lambda peak_s: abs(START_NS + peak_s * NS - stride.t_ns))


def test_a_stride_left_out_is_missed() -> None:
    strides = perfect(truth())
    del strides[7:9]
    assert compare([Measured(truth(), [], strides)]).missed == 2


def test_a_stride_between_two_is_invented() -> None:
    strides = perfect(truth())
    between = replace(strides[7], t_ns=strides[7].t_ns + round(0.35 * NS))
    assert compare([Measured(truth(), [], [*strides, between])]).invented == 1


def test_a_stride_told_twice_is_invented_once() -> None:
    strides = perfect(truth())
    assert compare([Measured(truth(), [], [*strides, strides[4]])]).invented == 1


def test_the_angle_of_a_rejected_stride_does_not_count() -> None:
    strides = perfect(truth())
    strides[5] = replace(strides[5], thigh_ext_bam=0, rejection=Rejection.SEGMENT_LENGTH)
    errors = compare([Measured(truth(), [], strides)])
    assert (errors.rejected, errors.missed) == (1, 0)
    assert errors.thigh_ext_deg.worst == pytest.approx(0, abs=1e-3)


def test_strides_while_nobody_is_there_are_invented() -> None:
    absent = truth(away=(8.0, 14.0))
    errors = compare([Measured(absent, [], perfect(truth()))])
    assert errors.missed == 0
    assert errors.invented >= 8


def test_nothing_measured_is_everything_missed() -> None:
    errors = compare([Measured(truth(), [], [])])
    assert errors.missed == errors.strides > 0
    assert errors.thigh_ext_deg == Spread(None, None, None)
    assert errors.cadence_spm is None


def test_samples_of_the_other_leg_are_the_wrong_leg() -> None:
    t_s = [0.5 + i / 64 for i in range(256)]
    import numpy as np

    posture = truth().at(np.array(t_s))
    samples = [
        Sample(
            START_NS + round(t * NS),
            bam_from_deg(float(np.degrees(far if i < 64 else near))),
            0,
            0,
            0,
        )
        for i, (t, near, far) in enumerate(
            zip(t_s, posture.near.thigh, posture.far.thigh, strict=True)
        )
    ]
    errors = compare([Measured(truth(), samples, [])])
    # A quarter of the samples; those at which the legs are close do not count.
    assert errors.wrong_leg == pytest.approx(0.25, abs=0.06)


def estimated(roll_deg: float, yaw_deg: float, belt_mps: float) -> CameraEstimate:
    """An estimate that came to this, of a runner who faces right; a pixel is a millimetre."""
    leg_m = (THIGH + SHANK) * truth().body.height_m
    return CameraEstimate(
        facing=Side.RIGHT,
        strides=30,
        tilt_bam=bam_from_deg(roll_deg - yaw_deg * TILT_PERCENT_OF_YAW / 100),
        tilt_se_bam=0,
        yaw_bam=bam_from_deg(yaw_deg),
        leg=round(1000 * leg_m * ONE),
        speed=round(1000 * belt_mps * ONE),
    )


def test_what_was_found_of_the_camera_is_held_against_the_settings() -> None:
    """The truth: a level camera square to a belt of 3 m/s."""
    runs = [
        Measured(truth(), [], [], estimated(1.5, 4.0, 3.03)),
        Measured(truth(), [], [], estimated(0.5, 2.0, 3.03)),
        Measured(truth(), [], []),
    ]
    camera = compare(runs).camera
    assert camera.roll_deg.bias == pytest.approx(1.0, abs=0.01)
    assert camera.roll_deg.worst == pytest.approx(1.5, abs=0.01)
    assert camera.yaw_deg.bias == pytest.approx(3.0, abs=0.01)
    assert camera.belt_percent.bias == pytest.approx(1.0, abs=0.01)
    assert compare(runs[2:]).camera.roll_deg == Spread(None, None, None)


def test_a_metric_whose_truth_nobody_wrote_down_is_named_with_the_place_for_it() -> None:
    with pytest.raises(UnknownMetricError, match=r"ground_force is not known.*true_metrics\.py"):
        true_value({"stride_time": 0.7}, "ground_force")


def test_every_measured_metric_has_a_true_value() -> None:
    first, *_ = true_metrics(truth(), near=True).values()
    assert [metric.name for metric in METRICS if metric.name not in first] == []


def test_the_camera_has_a_table_where_it_was_estimated() -> None:
    row = {"made_from": "pictures", "what": "roll", "value": "2°"}
    row |= asdict(compare([Measured(truth(), [], perfect(truth()), estimated(1.5, 4.0, 3.03))]))
    text = markdown({"rows": [row]})
    assert "The camera:" in text
    assert "| roll 2° | +1.5 ± 0.0 | 1.5 | +4.0 ± 0.0 | 4.0 | +1.0 ± 0.0 | 1.0 |" in text
