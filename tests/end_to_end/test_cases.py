"""Small recordings that once ended wrong, in ../shared/cases, whose README says what is right.

The kinds have tests of their own; these are the files that people stumbled over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import hipdrive
from conftest import SHARED

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.api.analysis import Analysis

CASES = SHARED / "cases"
VIDEOS = {"sar": "sar.mp4", "interlaced": "interl.mp4", "avi-bframes": "avib.avi"}
TRUTH_DEG, TRUTH_SPM = 24.2, 168.0
"""Of the runner drawn in all three."""
APART_DEG, OFF_DEG = 0.5, 1.5
"""What another file of the same pictures may change, and what the pose model may be off."""
MOCAP_DEG, MOCAP_SD_DEG = 30.7, 2.2
"""Of the runner who turns round."""


def case(name: str) -> Path:
    path = CASES / name
    if not path.is_file():
        pytest.skip(f"{name} is not in ../shared/cases")
    return path


@pytest.mark.long
@pytest.mark.usefixtures("store_with_model")
def test_other_pixels_fields_and_containers_change_nothing() -> None:
    summaries = {
        name: hipdrive.analyze(case(f"{name}/{file}")).summary for name, file in VIDEOS.items()
    }
    means = {name: summary.thigh_ext_deg.mean for name, summary in summaries.items()}
    for name, summary in summaries.items():
        assert summary.cadence_spm == pytest.approx(TRUTH_SPM, abs=0.5), name
        assert means[name] == pytest.approx(TRUTH_DEG, abs=OFF_DEG)
        assert means[name] == pytest.approx(means["avi-bframes"], abs=APART_DEG)
        assert not summary.warnings
    # Two pictures of each of 480 interlaced frames; 293 of the 600 in AVI were once lost.
    frames = {name: summary.frames for name, summary in summaries.items()}
    assert frames == {"sar": 600, "interlaced": 960, "avi-bframes": 600}


@pytest.mark.parametrize("gap", ["nogap", "gap2s", "gap10s"])
def test_who_turns_round_is_measured_on_each_side_and_not_across(gap: str) -> None:
    analysis: Analysis = hipdrive.analyze(case(f"turns-round/{gap}.npz"))
    near = [stride for stride in analysis.strides if stride.near and stride.accepted]
    assert {stride.leg for stride in near} == {"left", "right"}
    for stride in near:
        assert abs(stride.thigh_ext_deg - MOCAP_DEG) < 3 * MOCAP_SD_DEG
    assert any("turned round" in warning for warning in analysis.summary.warnings)


def test_a_short_run_has_too_few_strides() -> None:
    summary = hipdrive.analyze(case("short-run/poses.npz")).summary
    assert summary.strides == 2
    assert summary.verdict == "unclear"
    assert "too few strides" in summary.statement


def test_somebody_seen_from_the_front_for_a_moment_is_not_nobody() -> None:
    summary = hipdrive.analyze(case("too-short/poses.npz")).summary
    assert summary.frames_without_runner == 0
    assert "no runner seen" not in summary.statement
    assert summary.statement.startswith("too short: no stride seen in 4.0 s")


def test_nobody_is_told_to_leave_an_option_out_that_was_not_given() -> None:
    """The runner of `turns-round`; the warning once was of a facing called None."""
    summary = hipdrive.analyze(case("facing-none/poses.npz")).summary
    assert summary.thigh_ext_deg.mean == pytest.approx(MOCAP_DEG, abs=1)
    assert any("turned round" in warning for warning in summary.warnings)
    for warning in summary.warnings:
        assert "None" not in warning
        assert "--facing out" not in warning
