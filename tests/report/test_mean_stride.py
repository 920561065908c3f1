"""The mean stride, against a runner of whom every joint is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import hipdrive
from hipdrive.rendered.body import HALF_HIPS
from hipdrive.rendered.settings import RenderedSettings, RunnerSettings
from hipdrive.rendered.truth import Truth
from hipdrive.report.mean_stride import JOINTS, POINTS, MeanStride, mean_stride
from hipdrive.report.sampled import STRETCH_NS, STRETCHES, stretches
from hipdrive.types.time import NS_PER_S
from support.runner_file import CADENCE_SPM, key_points_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hipdrive.rendered.truth import TrueStride

STRIDE_S = 120 / CADENCE_SPM


@pytest.fixture(scope="module")
def truth() -> Truth:
    return Truth(RenderedSettings(seconds=12, runner=RunnerSettings(cadence_spm=CADENCE_SPM)))


@pytest.fixture(scope="module")
def mean(tmp_path_factory: pytest.TempPathFactory) -> MeanStride:
    base = tmp_path_factory.mktemp("mean")
    hipdrive.analyze(key_points_of(base, 12), session_dir=base / "session")
    session = hipdrive.Session.open(base / "session")
    assert session.summary is not None
    return mean_stride(stretches(session.key_points, session.summary.facing, 0.0))


def mean_of(truth: Truth, value: Callable[[TrueStride], float]) -> float:
    """Over the true strides of the near leg."""
    return float(np.mean([value(stride) for stride in truth.strides() if stride.near]))


def test_the_curve_peaks_as_high_and_when_the_thigh_truly_did(
    mean: MeanStride, truth: Truth
) -> None:
    assert mean.near is not None
    curve = mean.near.thigh_ext.mean
    # The mean of peaks a percent apart is a little lower than the mean peak; the 6 Hz filter takes
    # another few tenths (docs/accuracy.md).
    assert curve.max() == pytest.approx(
        mean_of(truth, lambda stride: stride.thigh_ext_deg), abs=1.0
    )
    until_peak_s = mean_of(truth, lambda stride: stride.peak_s - stride.strike_s)
    assert int(curve.argmax()) == pytest.approx(100 * until_peak_s / STRIDE_S, abs=3)


def test_toe_off_lies_where_it_was(mean: MeanStride, truth: Truth) -> None:
    assert mean.near is not None
    contact_s = mean_of(truth, lambda stride: stride.toe_off_s - stride.strike_s)
    assert mean.near.toe_off_percent == pytest.approx(100 * contact_s / STRIDE_S, abs=3)


def test_a_stride_ends_as_it_began(mean: MeanStride) -> None:
    for leg in (mean.near, mean.far):
        assert leg is not None
        assert leg.strides >= 12 / STRIDE_S - 4
        for curve in (leg.thigh_ext, leg.knee_flex):
            assert len(curve.mean) == POINTS
            assert curve.mean[0] == pytest.approx(curve.mean[-1], abs=1.0)


def test_legs_keep_their_length_and_are_half_a_stride_apart(mean: MeanStride, truth: Truth) -> None:
    assert mean.joints is not None
    distance_m = truth.settings.camera.distance_m
    half_hips_m = HALF_HIPS * truth.body.height_m
    # What is further away is smaller in the picture.
    lengths = {"near": 1.0, "far": (distance_m - half_hips_m) / (distance_m + half_hips_m)}
    place = dict(zip(JOINTS, np.moveaxis(mean.joints, 1, 0), strict=True))
    for side in ("near", "far"):
        thigh = np.linalg.norm(place[f"{side}_knee"] - place[f"{side}_hip"], axis=1)
        shank = np.linalg.norm(place[f"{side}_ankle"] - place[f"{side}_knee"], axis=1)
        assert (thigh + shank).mean() == pytest.approx(lengths[side], abs=0.02)
        assert thigh.std() < 0.02
    near_ahead = place["near_ankle"][:, 0] - place["near_hip"][:, 0]
    far_ahead = place["far_ankle"][:, 0] - place["far_hip"][:, 0]
    assert near_ahead[:50] == pytest.approx(far_ahead[50:100], abs=0.05)
    # Up is up: the shoulder lies above the hips, the ankles below.
    assert place["shoulder"][:, 1].min() > 0 > place["near_ankle"][:, 1].max()


def test_too_few_strides_have_no_mean() -> None:
    assert mean_stride([]) == MeanStride(None, None, None)


@pytest.mark.long
def test_of_a_long_session_stretches_from_its_beginning_to_its_end_are_taken(
    tmp_path: Path,
) -> None:
    hipdrive.analyze(key_points_of(tmp_path, 400), session_dir=tmp_path / "long")
    key_points = hipdrive.Session.open(tmp_path / "long").key_points
    first_ns, last_ns = key_points.span_ns
    found = list(stretches(key_points, None, 0.0))
    assert len(found) == STRETCHES
    starts = [stretch.samples[0].t_ns for stretch in found]
    assert starts[0] - first_ns < NS_PER_S
    assert found[-1].samples[-1].t_ns == pytest.approx(last_ns, abs=NS_PER_S)
    for stretch in found:
        assert stretch.samples[-1].t_ns - stretch.samples[0].t_ns <= STRETCH_NS
