"""How often honest runners are stopped, and cheats are not: with the scatter of people."""

from __future__ import annotations

import pytest

from hipdrive.types.cue import CueKind
from support.coach.simulated_strides import DEG, PEOPLE, PERCENT, SimulatedRunner, asks

RUNS = 100
IN_TIME = 10
"""Strides within which the asking has to stop."""
STRIDE_TIME_NS, CONTACT_NS = PEOPLE["stride_time"].mean, PEOPLE["contact_time"].mean

CHEATS: dict[str, dict[str, int]] = {
    "trunk_lean": {"trunk_lean": 6 * DEG},
    "trunk_lean back": {"trunk_lean": -6 * DEG},
    "cadence_rise": {"stride_time": -STRIDE_TIME_NS * 8 // 108},
    "cadence_drop": {"stride_time": STRIDE_TIME_NS * 8 // 92},
    "shank_contact": {"shank_contact": 6 * DEG},
    "overstride": {"overstride": PEOPLE["overstride"].mean // 4},
    "contact_time": {"contact_time": CONTACT_NS // 5},
    "bounce": {"bounce": 3 * PERCENT},
    "legs_differ": {"thigh_ext_difference": 10 * DEG},
}
"""By the guard that they meet: what somebody changes who extends by way of something else.

Cadence by 8 %, overstride by a quarter, everything else by twice the amounts of the design.
"""


@pytest.mark.parametrize("cheat", CHEATS)
def test_a_cheat_is_asked_for_no_more_within_ten_strides(cheat: str) -> None:
    guard, stopped = cheat.split(maxsplit=1)[0], 0
    for seed in range(RUNS):
        runner = SimulatedRunner(seed).baseline()
        runner.run_at(runner.target_bam, 20)
        for _ in range(IN_TIME):
            runner.run_at(runner.low_bam - 4 * DEG, 1, **CHEATS[cheat])
            if runner.coach.status.guard == guard:
                stopped += 1
                break
    assert stopped >= 95


def test_who_goes_beyond_the_band_is_asked_for_no_more_within_ten_strides() -> None:
    quiet = 0
    for seed in range(RUNS):
        runner = SimulatedRunner(seed).baseline()
        runner.run_at(runner.low_bam - 4 * DEG, 20)
        cues = runner.run_at(runner.target_bam + 8 * DEG, IN_TIME)
        above = [CueKind.LED_ABOVE in kinds for kinds in cues]
        quiet += any(above) and not any(asks(kinds) for kinds in cues[above.index(True) :])
    assert quiet >= 95


@pytest.mark.long
def test_a_runner_who_changes_nothing_else_is_not_stopped() -> None:
    stopped = 0
    for seed in range(RUNS):
        runner = SimulatedRunner(1000 + seed).baseline()
        for _ in range(200):
            runner.run_at(runner.target_bam, 1)
            if runner.coach.status.guard is not None:
                stopped += 1
                break
    assert stopped <= 5


@pytest.mark.parametrize("cheat", CHEATS)
def test_who_stops_cheating_is_asked_again(cheat: str) -> None:
    again = 0
    for seed in range(20):
        runner = SimulatedRunner(seed).baseline()
        low_bam = runner.low_bam - 4 * DEG
        runner.run_at(low_bam, 20, **CHEATS[cheat])
        runner.run_at(low_bam, 20)
        again += runner.coach.status.led is CueKind.LED_BELOW
    assert again >= 19
