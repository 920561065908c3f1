"""No cue for anything but one runner who runs: engine and coach together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from hipdrive.coach.coach import Coach
from hipdrive.config import CoachConfig
from hipdrive.gait.engine import GaitEngine
from hipdrive.session.coach_settings import coach_settings
from hipdrive.types.cue import CueKind
from support.walker import NS, START_NS, Walker, frame_times
from support.walking import WalkingPerson

if TYPE_CHECKING:
    from hipdrive.types.pose import Pose

SETTINGS = coach_settings(CoachConfig(baseline_strides=5))
TINY = Walker(thigh_px=27, shank_px=26, trunk_px=33, bounce_px=2.1)


def cues(poses: list[Pose]) -> list[CueKind]:
    engine, coach = GaitEngine(), Coach(SETTINGS)
    return [cue.kind for pose in poses for cue in coach.step(pose.t_ns, engine.step(pose))]


def crowded(poses: list[Pose], from_s: float = 0.0) -> list[Pose]:
    return [replace(p, crowded=p.t_ns - START_NS >= from_s * NS) for p in poses]


def slowed(poses: list[Pose], factor: float) -> list[Pose]:
    return [replace(p, t_ns=START_NS + round((p.t_ns - START_NS) * factor)) for p in poses]


TIMES = frame_times(30, 40)
NO_RUN = {
    "walk": WalkingPerson().poses(TIMES, noise_px=1.0),
    "brisk walk": WalkingPerson(stride_s=0.9).poses(TIMES, noise_px=1.0),
    "slow motion": slowed(Walker().poses(TIMES), 1.5),
    "several people": crowded(Walker().poses(TIMES)),
    "too small": TINY.poses(TIMES),
}


@pytest.mark.parametrize("what", NO_RUN)
def test_there_is_no_cue_where_there_is_no_run(what: str) -> None:
    assert cues(NO_RUN[what]) == []


def test_the_runner_of_this_test_is_coached() -> None:
    assert CueKind.LED_BASELINE in cues(Walker().poses(TIMES))


def test_the_leds_go_out_when_a_second_person_comes() -> None:
    shown = cues(crowded(Walker().poses(TIMES), from_s=20.0))
    assert shown[0] is CueKind.LED_BASELINE
    assert shown[-1] is CueKind.LED_LOST
