"""Few looks while nobody is there, every frame soon after somebody is."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hipdrive.pose.idle_watch import IDLE_AFTER_NS, LOOK_S, SURE_NS, IdleWatch
from hipdrive.types.fixed_point import ONE
from hipdrive.types.frame import Frame
from support.keypoints import all_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from hipdrive.types.pose import Pose

MS, S = 1_000_000, 1_000_000_000
FRAME_NS = S // 60
MODEL_NS = 60 * MS
"""Longer than MoveNet Lightning takes on a Pi 4 or 5."""
EMPTY = np.full((48, 64, 3), 90, np.uint8)
OCCUPIED = EMPTY.copy()
OCCUPIED[10:40, 20:30] = 150


class Belt:
    """A camera of 60 frames a second that keeps its newest, and a model that takes its time.

    Attributes:
        comes_ns: when somebody steps on.
        looks: times of the frames that the model saw.
        handled: times of all that the loop got.
    """

    def __init__(self, comes_ns: int | None = None, *, restless: bool = False) -> None:
        self.comes_ns = comes_ns
        self.now_ns = 0
        self.looks: list[int] = []
        self.handled: list[int] = []
        self._restless = restless
        self.watched = False
        self.nobodys_score = 0
        self.ghost_every = 0
        self.watch = IdleWatch(self._estimate, self._wait, lambda: self.watched)

    def run(self, until_ns: int) -> None:
        for frame in self.watch.views(self._frames()):
            if frame.t_ns >= until_ns:
                return
            self.handled.append(frame.t_ns)
            pose = self.watch(frame)
            assert pose.t_ns == frame.t_ns

    def _occupied(self, t_ns: int) -> bool:
        return self.comes_ns is not None and t_ns >= self.comes_ns

    def _picture(self, t_ns: int) -> npt.NDArray[np.uint8]:
        picture = OCCUPIED if self._occupied(t_ns) else EMPTY
        return np.roll(OCCUPIED, t_ns // FRAME_NS, axis=1) if self._restless else picture

    def _frames(self) -> Iterator[Frame]:
        for _ in itertools.count():
            self.now_ns = (self.now_ns // FRAME_NS + 1) * FRAME_NS
            yield Frame(self.now_ns, self._picture(self.now_ns))

    def _estimate(self, frame: Frame) -> Pose:
        self.looks.append(frame.t_ns)
        self.now_ns += MODEL_NS
        score = ONE if self._occupied(frame.t_ns) else self.nobodys_score
        if self.ghost_every and len(self.looks) % self.ghost_every == 0:
            score = ONE
        return all_at(frame.t_ns, 30 * ONE, 20 * ONE, score)

    def _wait(self, seconds: float) -> None:
        self.now_ns += round(seconds * S)


def test_an_empty_belt_is_looked_at_a_few_times_a_second_and_the_model_rests() -> None:
    belt = Belt()
    belt.run(IDLE_AFTER_NS + 60 * S)
    looks = [t_ns for t_ns in belt.looks if t_ns > IDLE_AFTER_NS + S]
    handled = [t_ns for t_ns in belt.handled if t_ns > IDLE_AFTER_NS + S]
    assert 59 / (LOOK_S + 0.1) < len(handled) <= 59 / LOOK_S
    # Once in five seconds, and one picture of 200 ms more may pass before.
    assert 59 * S / (SURE_NS + 0.3 * S) - 1 <= len(looks) <= 59 * S / SURE_NS + 1


@pytest.mark.parametrize("phase_ms", range(0, 5600, 90))
def test_full_speed_within_300_ms_of_somebody_stepping_on(phase_ms: int) -> None:
    comes_ns = IDLE_AFTER_NS + 5 * S + phase_ms * MS
    belt = Belt(comes_ns)
    belt.run(comes_ns + 2 * S)
    seen = [t_ns for t_ns in belt.looks if t_ns >= comes_ns]
    # From the first of these on, the model sees every frame that it has time for.
    steps = [after - before for before, after in itertools.pairwise(seen)]
    assert max(steps) <= MODEL_NS + 2 * FRAME_NS
    assert seen[1] - comes_ns <= 300 * MS


def test_a_room_that_never_rests_costs_a_look_five_times_a_second() -> None:
    belt = Belt(restless=True)
    belt.run(IDLE_AFTER_NS + 60 * S)
    looks = [t_ns for t_ns in belt.looks if t_ns > IDLE_AFTER_NS + 5 * S]
    assert 55 / (LOOK_S + 0.1) < len(looks) <= 55 / LOOK_S


def test_who_looks_at_the_pictures_gets_them_all() -> None:
    belt = Belt()
    belt.watched = True
    belt.run(IDLE_AFTER_NS + 10 * S)
    late = [t_ns for t_ns in belt.handled if t_ns > IDLE_AFTER_NS + 6 * S]
    assert len(late) > 3 * 55


def test_somebody_who_stays_is_looked_at_for_ever_and_an_empty_belt_soon_is_not() -> None:
    belt = Belt(0)
    belt.run(60 * S)
    assert not belt.watch.idle
    belt.comes_ns = None
    belt.run(60 * S + IDLE_AFTER_NS - S)
    assert not belt.watch.idle
    belt.run(60 * S + IDLE_AFTER_NS + S)
    assert belt.watch.idle


def test_times_that_jump_make_no_belt_empty() -> None:
    belt = Belt()
    belt.run(S)
    belt.now_ns += 3_000_000 * S
    belt.run(belt.now_ns + S)
    assert not belt.watch.idle


def test_what_only_looks_a_little_like_somebody_is_nobody() -> None:
    """MoveNet gives the treadmill of an empty gym scores of 0.17 to 0.25."""
    belt = Belt()
    belt.nobodys_score = ONE // 4
    belt.run(IDLE_AFTER_NS + 10 * S)
    assert belt.watch.idle


def test_a_sighting_in_twenty_pictures_of_an_empty_belt_keeps_nobody_awake() -> None:
    belt = Belt()
    belt.ghost_every = 20
    belt.run(IDLE_AFTER_NS + 120 * S)
    assert belt.watch.idle
    looks = [t_ns for t_ns in belt.looks if t_ns > IDLE_AFTER_NS + S]
    # Each of the 25 looks in 120 s may be a sighting, and cost eight frames more.
    assert len(looks) < 25 * 9
