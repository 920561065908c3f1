from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hipdrive.coach.coach import Coach
from hipdrive.config import CoachConfig
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.gait_update import GaitUpdate
from support.coach.running_strides import SETTINGS, START_NS, STRIDE_NS, stride

if TYPE_CHECKING:
    from hipdrive.types.band import Band

BASELINE = [9.0, 11.0, 10.0, 9.0, 11.0]
OFFSET_BAM = bam_from_deg(0.5)


def run(coach: Coach, *degrees: float) -> None:
    for number, angle in enumerate(degrees):
        coach.step(START_NS + number * STRIDE_NS, GaitUpdate(strides=(stride(angle),)))


def band_of(coach: Coach) -> Band:
    assert coach.status.band is not None
    return coach.status.band


def test_a_band_that_is_there_moves_as_a_whole() -> None:
    coach = Coach(SETTINGS)
    run(coach, *BASELINE)
    before = band_of(coach)
    coach.move_target(OFFSET_BAM)
    after = band_of(coach)
    assert after.low_bam - before.low_bam == OFFSET_BAM
    assert after.target_bam - before.target_bam == OFFSET_BAM
    assert after.high_bam - before.high_bam == OFFSET_BAM


def test_moved_before_or_after_the_baseline_it_is_the_same_band() -> None:
    early, late = Coach(SETTINGS), Coach(SETTINGS)
    early.move_target(OFFSET_BAM)
    run(early, *BASELINE)
    run(late, *BASELINE)
    late.move_target(OFFSET_BAM)
    assert early.status.band == late.status.band


def test_an_offset_is_from_where_the_configuration_has_it_and_does_not_add_up() -> None:
    coach = Coach(SETTINGS)
    run(coach, *BASELINE)
    before = coach.status.band
    for offset_bam in (OFFSET_BAM, OFFSET_BAM, -OFFSET_BAM, 0):
        coach.move_target(offset_bam)
    assert coach.status.band == before


@pytest.mark.parametrize(
    ("raise_deg", "offset_deg", "expected"),
    [
        (2.0, 1.0, (-1.0, 1.0)),
        (3.0, 1.0, (-1.0, 0.0)),
        (0.0, 3.0, (-3.0, 3.0)),
        (2.5, 3.0, (-3, 0.5)),
        (2.7, 1.0, (-1.0, 0.3)),
    ],
)
def test_no_offset_leads_beyond_three_degrees_above_the_runners_mean(
    raise_deg: float, offset_deg: float, expected: tuple[float, float]
) -> None:
    config = CoachConfig(raise_deg=raise_deg, offset_deg=offset_deg)
    assert config.offset_range_deg == expected
